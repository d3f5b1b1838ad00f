//! One-step mutants of conditions, rules and list editions, made in memory.

use std::ops::Range;

use kouan_rulebook::{Book, Comparison, Condition, Edition, FactKind, Rule, Subject, Test};
use kouan_terms::{Confidence, Day, DaySpan, Route};

/// A changed copy, and in words what was changed where.
pub(super) struct Step<T> {
    pub what: String,
    pub bytes: Range<usize>,
    pub changed: T,
}

impl<T> Step<T> {
    fn new(what: impl Into<String>, bytes: &Range<usize>, changed: T) -> Step<T> {
        Step { what: what.into(), bytes: bytes.clone(), changed }
    }

    fn map<U>(self, put: impl FnOnce(T) -> U) -> Step<U> {
        Step { what: self.what, bytes: self.bytes, changed: put(self.changed) }
    }
}

/// Every one-step mutant of a condition.
pub(super) fn of_condition(book: &Book, when: &Condition) -> Vec<Step<Condition>> {
    let mut steps = Vec::new();
    for part in [Part::All, Part::Any, Part::None] {
        for (place, comparison) in part.of(when).iter().enumerate() {
            let name = subject(book, comparison);
            let gone = part.with(when, place, None);
            steps.push(Step::new(format!("{name}: removed"), &comparison.bytes, gone));
            for (what, changed) in of_comparison(book, comparison) {
                let changed = part.with(when, place, Some(changed));
                steps.push(Step::new(format!("{name}: {what}"), &comparison.bytes, changed));
            }
        }
    }
    steps
}

#[derive(Clone, Copy)]
enum Part {
    All,
    Any,
    None,
}

impl Part {
    fn of(self, when: &Condition) -> &Vec<Comparison> {
        match self {
            Part::All => &when.all,
            Part::Any => &when.any,
            Part::None => &when.none,
        }
    }

    /// The condition with one comparison replaced or removed.
    fn with(self, when: &Condition, place: usize, changed: Option<Comparison>) -> Condition {
        let mut when = when.clone();
        let part = match self {
            Part::All => &mut when.all,
            Part::Any => &mut when.any,
            Part::None => &mut when.none,
        };
        part.splice(place..=place, changed);
        when
    }
}

fn subject(book: &Book, comparison: &Comparison) -> String {
    match &comparison.subject {
        Subject::Fact(fact) => book.facts.get(*fact).map_or("?", |f| f.id.as_str()).to_owned(),
        Subject::Notion(id) => id.to_string(),
    }
}

/// Every one-step mutant of a comparison.
fn of_comparison(book: &Book, comparison: &Comparison) -> Vec<(String, Comparison)> {
    let with = |test: Test| Comparison { test, ..comparison.clone() };
    match &comparison.test {
        Test::Is(value) => {
            vec![(format!("{value} becomes {}", !value), with(Test::Is(!value)))]
        }
        Test::Words(words) => {
            let mutants = of_words(book, &comparison.subject, words);
            mutants.into_iter().map(|(what, words)| (what, with(Test::Words(words)))).collect()
        }
        Test::Count { from, until } => {
            let mut mutants: Vec<(String, Comparison)> = of_bounds(*from, *until)
                .into_iter()
                .map(|(what, from, until)| (what, with(Test::Count { from, until })))
                .collect();
            if comparison.unverified {
                let sure = Comparison { unverified: false, ..comparison.clone() };
                mutants.push(("boundary taken for verified".to_owned(), sure));
            }
            mutants
        }
    }
}

/// Each word dropped, replaced by the next one that is not there, and that one added.
fn of_words(book: &Book, subject: &Subject, words: &[usize]) -> Vec<(String, Vec<usize>)> {
    let Subject::Fact(fact) = subject else { return Vec::new() };
    let Some(FactKind::OneOf(values)) = book.facts.get(*fact).map(|fact| &fact.kind) else {
        return Vec::new();
    };
    let name = |word: usize| values.get(word).map_or("?", |(name, _)| name);
    let next = |word: usize| {
        let after = (word + 1..values.len()).chain(0..word);
        after.into_iter().find(|other| !words.contains(other))
    };
    let mut mutants = Vec::new();
    for word in words {
        let left: Vec<usize> = words.iter().copied().filter(|other| other != word).collect();
        if let Some(other) = next(*word) {
            let replaced = left.iter().copied().chain([other]).collect();
            mutants.push((format!("{} becomes {}", name(*word), name(other)), replaced));
            let added = words.iter().copied().chain([other]).collect();
            mutants.push((format!("{} added", name(other)), added));
        }
        if !left.is_empty() {
            mutants.push((format!("{} dropped", name(*word)), left));
        }
    }
    mutants
}

/// Each written figure one up and one down.
fn of_bounds(from: u64, until: Option<u64>) -> Vec<(String, u64, Option<u64>)> {
    let mut mutants = Vec::new();
    let exact = until == from.checked_add(1);
    let mut push = |what: String, from: u64, until: Option<u64>| {
        if until.is_none_or(|until| from < until) {
            mutants.push((what, from, until));
        }
    };
    if exact {
        push(format!("{from} becomes {}", from + 1), from + 1, until.map(|until| until + 1));
        push(format!("{from} or {}", from + 1), from, until.map(|until| until + 1));
    }
    if from > 0 {
        push(format!("from {from} becomes {}", from - 1), from - 1, until);
        push(format!("from {from} becomes {}", from + 1), from + 1, until);
    }
    if let Some(end) = until.filter(|_| !exact) {
        push(format!("below {end} becomes {}", end - 1), from, Some(end - 1));
        push(format!("below {end} becomes {}", end + 1), from, Some(end + 1));
    }
    mutants
}

/// Every one-step mutant of a rule; its days only when they are its own.
pub(super) fn of_rule(book: &Book, rule: &Rule, own_days: bool) -> Vec<Step<Rule>> {
    let bytes = &rule.standing.bytes;
    let changed = |change: &dyn Fn(&mut Rule)| {
        let mut changed = rule.clone();
        change(&mut changed);
        changed
    };
    let mut steps: Vec<Step<Rule>> = of_condition(book, &rule.when)
        .into_iter()
        .map(|step| step.map(|when| Rule { when, ..rule.clone() }))
        .collect();
    for then in neighbours(rule.then) {
        let what = format!("then: {} becomes {then}", rule.then);
        steps.push(Step::new(what, bytes, changed(&|rule| rule.then = then)));
    }
    for place in 0..rule.yields_to.len() {
        let what = format!("yields_to: {:?} removed", rule.yields_to.get(place));
        steps.push(Step::new(what, bytes, changed(&|rule| drop(rule.yields_to.remove(place)))));
    }
    for place in 0..rule.overrides.len() {
        let what = format!("overrides: {:?} removed", rule.overrides.get(place));
        steps.push(Step::new(what, bytes, changed(&|rule| drop(rule.overrides.remove(place)))));
    }
    if rule.under.is_some() {
        steps.push(Step::new("under: removed", bytes, changed(&|rule| rule.under = None)));
    }
    if rule.standing.confidence == Confidence::Low {
        let sure = changed(&|rule| rule.standing.confidence = Confidence::Medium);
        steps.push(Step::new("confidence: low becomes medium", bytes, sure));
    }
    if own_days {
        let days = of_span(rule.span).into_iter();
        steps.extend(days.map(|(what, span)| Step::new(what, bytes, changed(&|r| r.span = span))));
    }
    steps
}

/// The routes one rung lighter and one rung stricter; beside the ladder, either end of it.
fn neighbours(route: Route) -> Vec<Route> {
    let Some(rung) = route.rung() else { return vec![Route::Exempt, Route::Prohibited] };
    let near = |other: &Route| other.rung().is_some_and(|other| other.abs_diff(rung) == 1);
    Route::OUTCOMES.into_iter().filter(near).collect()
}

/// Each end of an interval one day earlier and one day later.
pub(super) fn of_span(span: DaySpan) -> Vec<(String, DaySpan)> {
    let mut mutants = Vec::new();
    for (from, what) in around(span.from) {
        mutants.push((format!("in force {what}"), DaySpan { from, ..span }));
    }
    for (until, what) in span.until.into_iter().flat_map(around) {
        mutants.push((format!("until {what}"), DaySpan { until: Some(until), ..span }));
    }
    mutants
}

/// The day before and the day after.
fn around(day: Day) -> Vec<(Day, String)> {
    let near = [day.yesterday(), day.tomorrow()];
    near.into_iter().flatten().map(|near| (near, format!("{day} becomes {near}"))).collect()
}

/// Every one-step mutant of who may use an edition, and when.
pub(super) fn of_edition(edition: &Edition) -> Vec<Step<Edition>> {
    let bytes = &edition.standing.bytes;
    let mut steps = Vec::new();
    let mut push = |what: String, change: &dyn Fn(&mut Edition)| {
        let mut changed = edition.clone();
        change(&mut changed);
        steps.push(Step::new(what, bytes, changed));
    };
    let certain = edition.from.earliest == edition.from.latest;
    for (day, what) in around(edition.from.earliest) {
        push(format!("in force {what}"), &|edition| {
            edition.from.earliest = day;
            if certain {
                edition.from.latest = day;
            }
        });
    }
    if !certain {
        for (day, what) in around(edition.from.latest) {
            push(format!("in force at the latest {what}"), &|e| e.from.latest = day);
        }
    }
    if let Some(until) = edition.until {
        let certain = until.earliest == until.latest;
        for (day, what) in around(until.earliest) {
            let latest = if certain { day } else { until.latest };
            let changed = kouan_rulebook::UncertainDay { earliest: day, latest };
            push(format!("until {what}"), &|edition| edition.until = Some(changed));
        }
        for (day, what) in around(until.latest).into_iter().filter(|_| !certain) {
            let changed = kouan_rulebook::UncertainDay { latest: day, ..until };
            push(format!("until at the latest {what}"), &|edition| edition.until = Some(changed));
        }
    }
    for (place, zone) in edition.text.applies.registered_in.iter().enumerate() {
        push(format!("registered_in: {zone} removed"), &|edition| {
            drop(edition.text.applies.registered_in.remove(place));
        });
    }
    for (place, zone) in edition.text.applies.exports_from.iter().enumerate() {
        push(format!("exports_from: {zone} removed"), &|edition| {
            drop(edition.text.applies.exports_from.remove(place));
        });
    }
    push("excludes_ciio: turned round".to_owned(), &|edition| {
        edition.text.applies.excludes_ciio = !edition.text.applies.excludes_ciio;
    });
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_figure_moves_both_ways() {
        let whats = |from, until| -> Vec<String> {
            of_bounds(from, until).into_iter().map(|(what, _, _)| what).collect()
        };
        assert_eq!(whats(10, None), ["from 10 becomes 9", "from 10 becomes 11"]);
        assert_eq!(whats(0, Some(10)), ["below 10 becomes 9", "below 10 becomes 11"]);
        assert_eq!(whats(0, Some(1)), ["0 becomes 1", "0 or 1"]);
        assert_eq!(whats(1, Some(10)).len(), 4);
    }

    #[test]
    fn a_route_moves_one_rung() {
        assert_eq!(neighbours(Route::None), [Route::Exempt]);
        assert_eq!(
            neighbours(Route::ContractOrCertification),
            [Route::Exempt, Route::SecurityAssessment]
        );
        assert_eq!(neighbours(Route::GbaContract), [Route::Exempt, Route::Prohibited]);
    }
}
