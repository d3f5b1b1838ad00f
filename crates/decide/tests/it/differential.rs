//! The diagram against the reference: the same routes, needs, doubts and open points.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use kouan_decide::declaration::{Bounds, Stated};
use kouan_decide::{Compiled, Evaluation, Scope};
use kouan_rulebook::format::{GivenValue, TableText};
use kouan_rulebook::{Book, Effect};
use kouan_terms::{EditionId, Route, ScenarioId};
use proptest::test_runner::TestRunner;

use crate::book::shipped;
use crate::questions::{
    Ask, Tally, ask, base, compile, days, list_scopes, of_stated, recipes, runner, start,
};
use crate::reference::{Answer, Known, Reference};

/// What the diagram says, in the words of the reference.
fn by_diagram(evaluation: &Evaluation) -> Answer {
    let needs: BTreeSet<_> = evaluation.needs.iter().cloned().collect();
    assert_eq!(needs.len(), evaluation.needs.len(), "a need named twice: {:?}", evaluation.needs);
    Answer {
        possible: evaluation.possible.iter().collect(),
        fault: evaluation.fault,
        needs,
        doubts: evaluation.doubts.iter().cloned().collect(),
        unsettled: evaluation.unsettled.iter().cloned().collect(),
    }
}

fn agree(ask: &Ask<'_>, compiled: &Compiled, reference: &Reference<'_>) -> Evaluation {
    let evaluation = ask.evaluate(compiled);
    assert_eq!(
        by_diagram(&evaluation),
        reference.answer(&ask.known),
        "diagram, reference: {ask:?}"
    );
    let known: Option<Vec<u64>> = ask
        .known
        .iter()
        .map(|known| known.filter(|(least, most)| Some(*least) == *most).map(|(least, _)| least))
        .collect();
    if let Some(values) = known {
        let route = Some(evaluation.possible.decision()).filter(|r| *r != Route::Undetermined);
        // The short walk gives no route where a doubt of the book is asked, even one that changes
        // nothing in the end.
        let walked = compiled.route_of_known(&values);
        let doubtful = reference.doubt_count() > 0 && walked.is_none();
        assert!(doubtful || walked == route.filter(|_| !evaluation.fault), "{walked:?}: {ask:?}");
    }
    evaluation
}

/// Asks random questions in one scope.
fn ask_in(book: &Book, scope: &Scope, mut runner: TestRunner, tally: &RefCell<Tally>) {
    let (compiled, reference) = (compile(book, scope), Reference::new(book, scope));
    let asked = runner.run(&recipes(), |recipe| {
        let evaluation = agree(&ask(book, scope, &reference, &recipe), &compiled, &reference);
        tally.borrow_mut().add(&evaluation);
        Ok(())
    });
    asked.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn random_national_questions_get_the_same_answer_both_ways() {
    let tally = RefCell::new(Tally::default());
    let (start, days) = (start(), days(shipped()));
    let each = u32::try_from(1_800 / days.len()).unwrap() + 1;
    for (part, day) in days.into_iter().enumerate() {
        let scope = Scope { day, list: None, adopted: Vec::new() };
        ask_in(shipped(), &scope, runner(start, part, each), &tally);
    }
    let tally = tally.into_inner();
    eprintln!("{tally:?}");
    let outcomes = ["none", "exempt", "contract-or-certification", "security-assessment"];
    for outcome in outcomes.into_iter().chain(["prohibited", "other-lawful-route", "undetermined"])
    {
        assert!(tally.0.get(outcome).is_some_and(|times| *times > 10), "{outcome}: {tally:?}");
    }
}

#[test]
fn random_questions_on_every_list_scenario_get_the_same_answer_both_ways() {
    let tally = RefCell::new(Tally::default());
    let (start, scopes) = (start(), list_scopes(shipped()));
    let each = u32::try_from(1_600 / scopes.len()).unwrap() / 2 + 1;
    for (part, (edition, scenario, days)) in scopes.into_iter().enumerate() {
        for (turn, day) in
            [days[part * 7 % days.len()], days[part * 11 % days.len()]].into_iter().enumerate()
        {
            let list = Some((edition.clone(), scenario.clone()));
            let scope = Scope { day, list, adopted: Vec::new() };
            ask_in(shipped(), &scope, runner(start, part * 2 + turn, each), &tally);
        }
    }
    eprintln!("{:?}", tally.into_inner());
}

/// No list is held in full yet: the rule that frees what a full one does not name is tried on one
/// that claims to be.
#[test]
fn a_complete_list_frees_what_it_does_not_name_both_ways() {
    let mut book = shipped().clone();
    for edition in &mut book.editions {
        edition.text.complete = true;
    }
    let tally = RefCell::new(Tally::default());
    let start = start();
    for (part, (edition, scenario, days)) in list_scopes(&book).into_iter().enumerate().step_by(6) {
        let day = days[days.len() / 2];
        let scope = Scope { day, list: Some((edition, scenario)), adopted: Vec::new() };
        ask_in(&book, &scope, runner(start, part, 20), &tally);
    }
    eprintln!("{:?}", tally.into_inner());
}

#[test]
fn an_adopted_reading_gives_the_same_answer_both_ways() {
    let tally = RefCell::new(Tally::default());
    let start = start();
    let day = *days(shipped()).last().unwrap();
    let points = shipped().points.iter().filter(|point| point.effect == Effect::Route);
    let readings = points.flat_map(|p| p.readings.iter().map(|r| (p.id.clone(), r.id.clone())));
    for (part, adopted) in readings.enumerate() {
        let scope = Scope { day, list: None, adopted: vec![adopted] };
        ask_in(shipped(), &scope, runner(start, part, 20), &tally);
    }
    eprintln!("{:?}", tally.into_inner());
}

/// The most cells of one table, and the most completions of one question about it.
const CELLS_MAX: usize = 120;

/// The columns of a table, taken through every value that can matter. Of a table that is too wide
/// the first columns are taken together and the others one at a time.
fn table_cells(
    book: &Book,
    scope: &Scope,
    start: &[Known],
    columns: &[usize],
    compiled: &Compiled,
) -> usize {
    let reference = Reference::new(book, scope);
    let base = Ask { book, scope, known: start.to_vec() };
    let mut asks = vec![base.clone()];
    let mut unknown = base.clone();
    let mut completions = 1 << reference.doubt_count();
    for fact in columns {
        let values = reference.values(*fact, None);
        if asks.len() * values.len() <= CELLS_MAX {
            asks = asks.iter().flat_map(|ask| spread(ask, *fact, &values)).collect();
        } else {
            asks.extend(spread(&base, *fact, &values));
        }
        if !book.facts[*fact].is_claim() {
            // Not known by itself, and together with as many others as can be tried.
            let mut alone = base.clone();
            alone.known[*fact] = None;
            asks.push(alone);
            if completions * values.len() <= CELLS_MAX {
                completions *= values.len();
                unknown.known[*fact] = None;
            }
        }
    }
    asks.push(unknown);
    for ask in &asks {
        agree(ask, compiled, &reference);
    }
    asks.len()
}

fn spread<'a>(ask: &Ask<'a>, fact: usize, values: &[u64]) -> Vec<Ask<'a>> {
    values.iter().map(|value| ask.with(fact, *value)).collect()
}

#[test]
fn every_cell_of_every_table_gets_the_same_answer_both_ways() {
    let book = shipped();
    let mut tried = 0;
    let mut compiled: BTreeMap<String, Compiled> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (_, file) in &book.cases {
        let list = file.scenario.as_ref().map(|text| {
            let (edition, scenario) = text.as_ref().split_once('#').unwrap();
            (EditionId::new(edition), ScenarioId::new(scenario))
        });
        for table in &file.table {
            let start = table_start(book, file.base.as_ref(), table);
            let columns: Vec<usize> =
                table.vary.iter().map(|fact| book.fact_index(fact).unwrap()).collect();
            for day in &table.on {
                let scope = Scope { day: day.0, list: list.clone(), adopted: Vec::new() };
                let key = format!("{scope:?}");
                if !compiled.contains_key(&key) {
                    // A row may show that a list is refused on a day.
                    let Ok(fresh) = Compiled::new(book, scope.clone()) else { continue };
                    compiled.insert(key.clone(), fresh);
                }
                let diagram = &compiled[&key];
                // Tables that differ in their rows alone have the same cells.
                let mut blank = start.clone();
                columns.iter().for_each(|fact| blank[*fact] = None);
                if seen.insert(format!("{scope:?} {columns:?} {blank:?}")) {
                    tried += table_cells(book, &scope, &start, &columns, diagram);
                }
            }
        }
    }
    eprintln!("{tried} questions");
    assert!(tried > 0);
}

/// The facts of a table that its columns do not change.
fn table_start(book: &Book, from: &str, table: &TableText) -> Vec<Known> {
    let mut known = base(book, from);
    for (fact, value) in &table.given {
        let place = book.fact_index(fact).unwrap();
        let stated = match value.as_ref() {
            GivenValue::YesNo(value) => Stated::YesNo(*value),
            GivenValue::Word(word) => Stated::Word(word.as_str().into()),
            GivenValue::Count(n) => Stated::Count(Bounds::exactly(*n)),
            GivenValue::Range { at_least, at_most } => {
                Stated::Count(Bounds { at_least: *at_least, at_most: *at_most })
            }
        };
        known[place] = of_stated(book, place, &stated);
    }
    known
}
