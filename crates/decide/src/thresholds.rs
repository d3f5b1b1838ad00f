//! The lines of a count: the figures at which the rules in force begin to ask for something else.

use kouan_rulebook::{Book, Rule, Subject, Test};
use kouan_terms::{
    Bilingual, Day, EditionId, FactId, PointId, ReadingId, Route, RuleId, ScenarioId,
};

use crate::decision::CiteLine;
use crate::report::citation::cite_line;

/// A figure of a count at which rules begin or end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// The count.
    pub fact: FactId,
    /// Its name.
    pub name: Bilingual,
    /// The smallest count on the other side.
    pub at: u64,
    /// Whether the exact figure itself is not verified in the text of a rule.
    pub unverified: bool,
    /// The rules, in the order of the book: those that begin here; where none does, those that end.
    pub rules: Vec<ThresholdRule>,
}

/// A rule that begins or ends at a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThresholdRule {
    /// The rule.
    pub rule: RuleId,
    /// Whether it begins at the figure; otherwise it ends there.
    pub begins: bool,
    /// Where it leads.
    pub route: Route,
    /// What it says, its other conditions among it.
    pub says: Bilingual,
    /// Its provision.
    pub cite: CiteLine,
    /// The reading of an open point under which it stands, where it stands under one.
    pub under: Option<(PointId, ReadingId)>,
}

/// The lines of every count that grows as data leave, by the national rules in force on a day; with
/// those of a scenario where one is named. Ascending within each count.
///
/// Conditions on anything else are not looked at: the rule says them.
#[must_use]
pub fn thresholds(book: &Book, on: Day, list: Option<(&EditionId, &ScenarioId)>) -> Vec<Threshold> {
    let mut found = Vec::new();
    for rule in book.rules_on(on) {
        put(book, rule, &mut found);
    }
    for rule in list.into_iter().flat_map(|(edition, scenario)| of_list(book, edition, scenario)) {
        if rule.span.contains(on) {
            put(book, rule, &mut found);
        }
    }
    found.sort_by_key(|(fact, one): &(usize, Threshold)| (*fact, one.at));
    let mut lines: Vec<Threshold> = found.into_iter().map(|(_, line)| line).collect();
    for line in &mut lines {
        if line.rules.iter().any(|rule| rule.begins) {
            line.rules.retain(|rule| rule.begins);
        }
    }
    lines
}

/// The rules of a scenario that decide.
fn of_list<'b>(
    book: &'b Book,
    edition: &EditionId,
    scenario: &ScenarioId,
) -> impl Iterator<Item = &'b Rule> {
    let (sector, own) = scenario.as_str().split_once('/').unwrap_or((scenario.as_str(), ""));
    let (sector, own) = (sector.to_owned(), own.to_owned());
    let sectors = book.edition(edition).into_iter().flat_map(|edition| &edition.sectors);
    let rules = sectors
        .filter(move |one| *one.text.sector.id.as_ref() == sector)
        .flat_map(|sector| &sector.rules);
    rules
        .filter(move |one| {
            !one.informs && one.scenario.as_deref().is_none_or(|scenario| *scenario == own)
        })
        .map(|one| &one.rule)
}

/// Puts the figures at which a rule begins and ends.
fn put(book: &Book, rule: &Rule, found: &mut Vec<(usize, Threshold)>) {
    for comparison in rule.when.all.iter().chain(&rule.when.any) {
        let (Subject::Fact(fact), Test::Count { from, until }) =
            (&comparison.subject, &comparison.test)
        else {
            continue;
        };
        let Some(known) = book.facts.get(*fact).filter(|f| crate::assess::grows(f.id.as_str()))
        else {
            continue;
        };
        let begins = Some(*from).filter(|from| *from > 0).map(|at| (at, true));
        for (at, begins) in begins.into_iter().chain(until.map(|at| (at, false))) {
            let one = ThresholdRule {
                rule: rule.id.clone(),
                begins,
                route: rule.then,
                says: rule.says.clone(),
                cite: cite_line(book, &rule.cite),
                under: rule.under.clone(),
            };
            let unverified = begins && comparison.unverified;
            match found.iter_mut().find(|(of, line)| of == fact && line.at == at) {
                Some((_, line)) => {
                    line.unverified |= unverified;
                    line.rules.push(one);
                }
                None => {
                    let (id, name) = (known.id.clone(), known.name.clone());
                    let rules = vec![one];
                    found.push((*fact, Threshold { fact: id, name, at, unverified, rules }));
                }
            }
        }
    }
}
