//! Properties of deciding, on random questions of every day and list.

use kouan_decide::{Compiled, Evaluation, Scope};
use kouan_rulebook::{Book, Comparison, Condition, FactKind, Rule, Subject, Test};
use kouan_terms::{Route, RuleId};
use proptest::sample::Index;

use crate::book::shipped;
use crate::questions::{Ask, ask, compile, days, list_scopes, recipes, runner, start};
use crate::reference::Reference;

/// A spread of scopes: every seventh day without a list, every fourth list scenario on two days.
fn scopes(book: &Book) -> Vec<Scope> {
    let national = days(book).into_iter().step_by(7).map(|day| (day, None));
    let mut scopes: Vec<_> = national.collect();
    for (edition, scenario, days) in list_scopes(book).into_iter().step_by(4) {
        for day in [days[0], days[days.len() - 1]] {
            scopes.push((day, Some((edition.clone(), scenario.clone()))));
        }
    }
    scopes.into_iter().map(|(day, list)| Scope { day, list, adopted: Vec::new() }).collect()
}

/// A question with what it takes to ask it again.
struct Asked<'a, 'r> {
    ask: Ask<'a>,
    compiled: &'r Compiled,
    reference: &'r Reference<'a>,
    evaluation: Evaluation,
    /// A place to look at, chosen at random.
    at: Index,
    /// Another.
    and: Index,
}

/// Asks some hundred random questions and checks each.
fn always(check: impl Fn(&Asked<'_, '_>)) {
    let (book, start) = (shipped(), start());
    for (part, scope) in scopes(book).iter().enumerate() {
        let (compiled, reference) = (compile(book, scope), Reference::new(book, scope));
        let index = proptest::prelude::any::<Index>;
        let asked =
            runner(start, part, 8).run(&(recipes(), index(), index()), |(recipe, at, and)| {
                let ask = ask(book, scope, &reference, &recipe);
                let evaluation = ask.evaluate(&compiled);
                check(&Asked {
                    ask,
                    compiled: &compiled,
                    reference: &reference,
                    evaluation,
                    at,
                    and,
                });
                Ok(())
            });
        asked.unwrap_or_else(|failure| panic!("{failure}"));
    }
}

impl Asked<'_, '_> {
    fn route(&self) -> Route {
        if self.evaluation.fault {
            Route::Undetermined
        } else {
            self.evaluation.possible.decision()
        }
    }

    fn again(&self, ask: &Ask<'_>) -> Evaluation {
        ask.evaluate(self.compiled)
    }

    /// The facts that rules ask for and that are not known.
    fn unknown(&self) -> Vec<usize> {
        let asked = self.reference.facts_asked();
        asked.into_iter().filter(|fact| self.ask.known[*fact].is_none()).collect()
    }

    fn fact(&self, id: &kouan_terms::FactId) -> usize {
        self.ask.book.fact_index(id.as_str()).unwrap()
    }
}

#[test]
fn learning_never_flips_what_is_decided() {
    always(|asked| {
        let unknown = asked.unknown();
        if asked.route() == Route::Undetermined || unknown.is_empty() {
            return;
        }
        let fact = *asked.at.get(&unknown);
        let values = asked.reference.values(fact, None);
        let learnt = asked.again(&asked.ask.with(fact, *asked.and.get(&values)));
        let same = learnt.possible == asked.evaluation.possible && !learnt.fault;
        assert!(same || learnt.possible.is_empty(), "{:?}{fact}", asked.ask);
    });
}

#[test]
fn what_is_undetermined_shows_two_completions_that_differ() {
    always(|asked| {
        let evaluation = &asked.evaluation;
        if evaluation.possible.len() < 2 && !evaluation.fault {
            assert_eq!(evaluation.witness, None, "{:?}", asked.ask);
            return;
        }
        let Some(completions) = &evaluation.witness else {
            assert!(evaluation.fault && evaluation.possible.is_empty(), "{:?}", asked.ask);
            return;
        };
        for completion in completions {
            let alone = asked.again(&asked.ask.with_written(&completion.facts));
            match completion.route {
                Some(route) => {
                    assert!(alone.possible.contains(route), "{completion:?} {:?}", asked.ask)
                }
                None => assert!(alone.fault, "{completion:?} {:?}", asked.ask),
            }
            // What the book itself does not know cannot be stated; all else decides by itself.
            let sure = completion.doubts.is_empty();
            let outcomes = alone.possible.len() + usize::from(alone.fault);
            assert!(!sure || outcomes == 1, "{completion:?} {:?}", asked.ask);
        }
        let [first, second] = completions;
        assert!(first.route != second.route || evaluation.fault, "{:?}", asked.ask);
    });
}

#[test]
fn every_need_counts_and_nothing_else_does() {
    always(|asked| {
        let answer = asked.reference.answer(&asked.ask.known);
        for need in &asked.evaluation.needs {
            assert!(answer.needs.contains(need), "{need} {:?}", asked.ask);
        }
        assert_eq!(answer.needs.len(), asked.evaluation.needs.len(), "{:?}", asked.ask);
        // Undetermined, and nobody to ask: that cannot be.
        let evaluation = &asked.evaluation;
        if evaluation.possible.len() > 1 {
            assert!(
                !evaluation.needs.is_empty() || !evaluation.doubts.is_empty(),
                "{:?}",
                asked.ask
            );
        }
        // Once every need is met, a question without doubts is decided.
        let mut told = asked.ask.clone();
        for need in &evaluation.needs {
            let fact = asked.fact(need);
            let values = asked.reference.values(fact, asked.ask.known[fact]);
            told = told.with(fact, *asked.at.get(&values));
        }
        let told = asked.again(&told);
        let tied = told.possible.is_empty() || told.fault || !told.doubts.is_empty();
        assert!(tied || told.needs.iter().all(|need| !evaluation.needs.contains(need)));
    });
}

#[test]
fn what_it_rests_on_is_enough_and_all_of_it_is_needed() {
    always(|asked| {
        let route = asked.route();
        if route == Route::Undetermined {
            return;
        }
        let rests: Vec<usize> = asked.evaluation.rests_on.iter().map(|id| asked.fact(id)).collect();
        let only = |kept: &[usize]| {
            let mut ask = asked.ask.clone();
            for fact in (0..ask.known.len()).filter(|fact| !kept.contains(fact)) {
                ask.known[fact] = None;
            }
            asked.again(&ask)
        };
        let enough = only(&rests);
        assert!(!enough.fault && enough.possible.decision() == route, "{rests:?} {:?}", asked.ask);
        for left_out in &rests {
            let others: Vec<usize> = rests.iter().copied().filter(|f| f != left_out).collect();
            let less = only(&others);
            let open = less.fault || less.possible.decision() != route;
            assert!(open, "{left_out} is not needed: {:?}", asked.ask);
        }
    });
}

#[test]
fn adopting_a_reading_is_never_stricter_than_leaving_it_open() {
    let strict = |evaluation: &Evaluation| {
        let rank = |route: Route| Route::OUTCOMES.iter().position(|other| *other == route);
        // A special regime ranks below a prohibition and above an assessment.
        let order = |route: Route| match route {
            Route::OtherLawfulRoute => Some(7),
            Route::Prohibited => Some(8),
            other => rank(other),
        };
        evaluation.possible.iter().filter_map(order).max()
    };
    always(|asked| {
        if asked.evaluation.fault {
            return;
        }
        for (point, readings) in &asked.evaluation.unsettled {
            let (reading, said) = asked.at.get(readings);
            let mut scope = asked.ask.scope.clone();
            scope.adopted.push((point.clone(), reading.clone()));
            let adopted = asked.ask.evaluate(&compile(asked.ask.book, &scope));
            assert!(strict(&adopted) <= strict(&asked.evaluation), "{point} {:?}", asked.ask);
            assert_eq!(adopted.possible, *said, "{point}:{reading} {:?}", asked.ask);
        }
    });
}

#[test]
fn more_people_is_never_easier() {
    always(|asked| {
        let book = asked.ask.book;
        let counts = asked.reference.facts_asked().into_iter().filter(|fact| {
            let fact = &book.facts[*fact];
            fact.kind == FactKind::Persons && fact.stricter_upwards
        });
        let counts: Vec<usize> = counts.collect();
        let fact = *asked.at.get(&counts);
        let values = asked.reference.values(fact, None);
        let place = asked.and.index(values.len());
        let ladder = |value: u64| -> Option<Vec<u8>> {
            let evaluation = asked.again(&asked.ask.with(fact, value));
            let rungs: Option<Vec<u8>> =
                evaluation.possible.iter().map(|route| route.rung()).collect();
            rungs.filter(|rungs| !evaluation.fault && !rungs.is_empty())
        };
        for more in &values[place..] {
            if let (Some(few), Some(many)) = (ladder(values[place]), ladder(*more)) {
                assert!(many.iter().max() >= few.iter().max(), "{fact} {more} {:?}", asked.ask);
            }
        }
    });
}

/// The names in an evaluation as sets, where rules come in another order.
fn by_ids(mut evaluation: Evaluation) -> Evaluation {
    evaluation.because.sort();
    evaluation.either.sort();
    evaluation.not.sort();
    evaluation.doubts.sort();
    evaluation.unsettled.sort_by(|a, b| a.0.cmp(&b.0));
    evaluation.witness = None;
    evaluation
}

/// Asks the same questions of two books that should agree.
fn same_answers(other: &Book, change: impl Fn(Evaluation) -> Evaluation) {
    let (book, start) = (shipped(), start());
    for (part, scope) in scopes(book).iter().enumerate() {
        let (compiled, reference) = (compile(book, scope), Reference::new(book, scope));
        let others = compile(other, scope);
        let asked = runner(start, part, 8).run(&recipes(), |recipe| {
            let ask = ask(book, scope, &reference, &recipe);
            let same_there = Ask { book: other, ..ask.clone() };
            let here = change(ask.evaluate(&compiled));
            assert_eq!(here, change(same_there.evaluate(&others)), "{ask:?}");
            Ok(())
        });
        asked.unwrap_or_else(|failure| panic!("{failure}"));
    }
}

#[test]
fn the_order_of_rules_does_not_matter() {
    let mut shuffled = shipped().clone();
    // A fixed shuffle: far from the written order, and the same every time.
    let count = shuffled.rules.len();
    for place in 0..count {
        shuffled.rules.swap(place, (place * 7919 + 104_729) % count);
    }
    shuffled.rules.reverse();
    assert_ne!(shuffled.rules, shipped().rules);
    same_answers(&shuffled, by_ids);
}

#[test]
fn an_idle_rule_changes_nothing() {
    let mut book = shipped().clone();
    let pi = book.fact_index("flow.pi").unwrap();
    let persons = book.fact_index("year.persons.general_pi").unwrap();
    let compare = |fact, test| Comparison {
        subject: Subject::Fact(fact),
        test,
        unverified: false,
        bytes: 0..0,
    };
    let never = [
        compare(pi, Test::Is(true)),
        compare(pi, Test::Is(false)),
        compare(persons, Test::Count { from: 5, until: Some(77_777) }),
    ];
    let idle = Rule {
        id: RuleId::new("idle"),
        span: kouan_terms::DaySpan { from: book.manifest.starts.0, until: None },
        when: Condition { all: never.into(), any: Vec::new(), none: Vec::new() },
        then: Route::Prohibited,
        yields_to: Vec::new(),
        under: None,
        ..book.rules[0].clone()
    };
    book.rules.push(idle);
    // It is named among the rules that fail; the figures it brings may show in a witness.
    same_answers(&book, |mut evaluation| {
        evaluation.not.retain(|rule| rule.as_str() != "idle");
        evaluation.witness = None;
        evaluation
    });
}

#[test]
fn the_same_question_gets_the_same_bytes() {
    let once_more = shipped().clone();
    same_answers(&once_more, |evaluation| evaluation);
}

#[test]
fn on_a_boundary_day_other_rules_are_in_play_than_the_day_before() {
    let book = shipped();
    let in_play = |day| {
        let rules = book.rules_on(day).map(|rule| (rule.id.to_string(), Some(true)));
        let notions = book.notions.iter().filter(|notion| notion.span.contains(day));
        let notions = notions.map(|n| (format!("{} {}", n.id, n.span.from), Some(true)));
        let lists = book.editions.iter().map(|e| (e.id.to_string(), e.governs(day)));
        rules.chain(notions).chain(lists).collect::<Vec<_>>()
    };
    for day in book.boundary_days() {
        if day > book.manifest.starts.0 {
            assert_ne!(in_play(day.yesterday().unwrap()), in_play(day), "{day}");
        }
    }
    let before =
        Scope { day: book.manifest.starts.0.yesterday().unwrap(), list: None, adopted: Vec::new() };
    assert!(Compiled::new(book, before).is_err());
}
