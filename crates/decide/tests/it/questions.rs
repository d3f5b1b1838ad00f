//! Random questions: a scope, what is known and what is not, aimed at rules so that they bite.

use std::collections::BTreeMap;
use std::fmt;

use kouan_decide::declaration::{Bounds, Given, Stated};
use kouan_decide::{Compiled, Evaluation, Scope, base_facts, evaluate};
use kouan_rulebook::{Book, Condition, FactKind, Subject, Test};
use kouan_terms::{Day, EditionId, ScenarioId};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::reference::{Known, Reference};

/// A question: everything but the rules.
#[derive(Clone)]
pub struct Ask<'a> {
    pub book: &'a Book,
    pub scope: &'a Scope,
    pub known: Vec<Known>,
}

impl fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            self.scope.list.as_ref().map(|(edition, scenario)| format!("{edition}#{scenario}"));
        writeln!(f, "on {} {}", self.scope.day, list.unwrap_or_default())?;
        for (fact, known) in self.book.facts.iter().zip(&self.known) {
            match known {
                None => writeln!(f, "  {} = ?", fact.id)?,
                Some((0, Some(0))) => {}
                Some((least, most)) if Some(*least) == *most => {
                    writeln!(f, "  {} = {least}", fact.id)?
                }
                Some((least, most)) => writeln!(f, "  {} = {least}..{most:?}", fact.id)?,
            }
        }
        Ok(())
    }
}

impl Ask<'_> {
    /// The question as statements; what is not known is not stated.
    pub fn given(&self) -> Vec<Given> {
        let stated = self.book.facts.iter().zip(&self.known).filter_map(|(fact, known)| {
            let (least, most) = (*known)?;
            let value = match &fact.kind {
                FactKind::YesNo => Stated::YesNo(least == 1),
                FactKind::OneOf(words) => {
                    Stated::Word(words[usize::try_from(least).unwrap()].0.clone())
                }
                FactKind::Persons => Stated::Count(Bounds { at_least: least, at_most: most }),
            };
            Some(Given { fact: fact.id.clone(), value, evidence: None, bytes: 0..0 })
        });
        stated.collect()
    }

    pub fn evaluate(&self, compiled: &Compiled) -> Evaluation {
        evaluate(self.book, compiled, &self.given())
    }

    /// The same question, with one fact known.
    pub fn with(&self, fact: usize, value: u64) -> Self {
        let mut ask = self.clone();
        ask.known[fact] = exactly(value);
        ask
    }

    /// The same question, with facts as a rulebook writes them.
    pub fn with_written(&self, facts: &[(kouan_terms::FactId, String)]) -> Self {
        let mut ask = self.clone();
        for (id, written) in facts {
            let place = self.book.fact_index(id.as_str()).unwrap();
            let value = match &self.book.facts[place].kind {
                FactKind::YesNo => u64::from(written == "true"),
                FactKind::OneOf(words) => {
                    words.iter().position(|(word, _)| **word == **written).unwrap() as u64
                }
                FactKind::Persons => written.parse().unwrap(),
            };
            ask.known[place] = exactly(value);
        }
        ask
    }
}

/// A fact that is known.
pub fn exactly(value: u64) -> Known {
    Some((value, Some(value)))
}

/// What a random question is made of; every part shrinks on its own.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Rules whose conditions are met.
    aims: Vec<Index>,
    /// Facts that take some other value.
    noise: Vec<(Index, Index)>,
    /// Facts that are not known.
    unknown: Vec<Index>,
    /// A count that is known as a range.
    range: Option<(Index, Index, bool)>,
    /// Whether the list of the scope is claimed from the right place.
    claims_list: bool,
}

pub fn recipes() -> impl Strategy<Value = Recipe> {
    let index = any::<Index>;
    (
        prop::collection::vec(index(), 0..4),
        prop::collection::vec((index(), index()), 0..4),
        prop::collection::vec(index(), 0..=7),
        prop::option::weighted(0.2, (index(), index(), any::<bool>())),
        prop::bool::weighted(0.9),
    )
        .prop_map(|(aims, noise, unknown, range, claims_list)| Recipe {
            aims,
            noise,
            unknown,
            range,
            claims_list,
        })
}

/// The most completions of one random question.
const COMPLETIONS_MAX: usize = 2_000;

/// Builds a question: an ordinary export, bent towards some rules, then partly forgotten.
pub fn ask<'a>(
    book: &'a Book,
    scope: &'a Scope,
    reference: &Reference<'_>,
    recipe: &Recipe,
) -> Ask<'a> {
    let mut ask = Ask { book, scope, known: base(book, "cn.residual-pi") };
    let asked: Vec<usize> = reference.facts_asked().into_iter().collect();
    let mut near = Vec::new();
    if recipe.claims_list {
        claim_list(&mut ask);
    }
    let aims = reference.aims();
    for aim in &recipe.aims {
        let aim: &&Condition = aim.get(&aims);
        meet(&mut ask, aim, &mut near);
    }
    for (fact, value) in &recipe.noise {
        let fact = *fact.get(&asked);
        ask.known[fact] = exactly(*value.get(&reference.values(fact, None)));
    }
    if let Some((fact, figure, open)) = &recipe.range {
        let counts: Vec<usize> =
            asked.iter().copied().filter(|f| book.facts[*f].kind == FactKind::Persons).collect();
        let fact = *fact.get(&counts);
        let figure = *figure.get(&reference.values(fact, None));
        ask.known[fact] = Some((figure, (!open).then_some(figure.saturating_mul(20))));
    }
    forget(&mut ask, reference, recipe, &near, &asked);
    ask
}

fn forget(
    ask: &mut Ask<'_>,
    reference: &Reference<'_>,
    recipe: &Recipe,
    near: &[usize],
    asked: &[usize],
) {
    // What the aims ask for is forgotten three times as readily as the rest.
    let pool: Vec<usize> = [near, near, near, asked].concat();
    let mut completions = 1 << reference.doubt_count();
    for (fact, known) in ask.known.iter().enumerate().filter(|(_, known)| known.is_some()) {
        completions *= reference.values(fact, *known).len();
    }
    for fact in &recipe.unknown {
        let fact = *fact.get(&pool);
        let size = reference.values(fact, None).len();
        let fits = completions * size <= COMPLETIONS_MAX;
        if fits && !ask.book.facts[fact].is_claim() && ask.known[fact].is_some() {
            completions *= size;
            ask.known[fact] = None;
        }
    }
}

/// The facts of a base; what it does not say is the first value.
pub fn base(book: &Book, id: &str) -> Vec<Known> {
    let mut known = vec![exactly(0); book.facts.len()];
    for given in base_facts(book, id).unwrap() {
        let place = book.fact_index(given.fact.as_str()).unwrap();
        known[place] = of_stated(book, place, &given.value);
    }
    known
}

/// A statement as bounds.
pub fn of_stated(book: &Book, fact: usize, value: &Stated) -> Known {
    match (value, &book.facts[fact].kind) {
        (Stated::YesNo(value), _) => exactly(u64::from(*value)),
        (Stated::Count(bounds), _) => Some((bounds.at_least, bounds.at_most)),
        (Stated::Word(word), FactKind::OneOf(words)) => {
            exactly(words.iter().position(|(known, _)| known == word).unwrap() as u64)
        }
        (Stated::Word(_), _) => None,
    }
}

/// Claims the list of the scope, from a place where it may be used.
fn claim_list(ask: &mut Ask<'_>) {
    let Some((edition, _)) = &ask.scope.list else { return };
    let applies = &ask.book.edition(edition).unwrap().text.applies;
    let places = [
        ("handler.registered_zone", applies.registered_in.first()),
        ("flow.exports_from", applies.exports_from.first()),
    ];
    for (id, zone) in places {
        let fact = ask.book.fact_index(id).unwrap();
        if let (Some(zone), FactKind::OneOf(words)) = (zone, &ask.book.facts[fact].kind) {
            ask.known[fact] =
                exactly(words.iter().position(|(word, _)| **word == **zone).unwrap() as u64);
        }
    }
    for id in ["claim.list", "list.listed"] {
        ask.known[ask.book.fact_index(id).unwrap()] = exactly(1);
    }
}

/// Gives facts the values a condition asks for, and remembers which they are.
fn meet(ask: &mut Ask<'_>, condition: &Condition, near: &mut Vec<usize>) {
    for comparison in condition.all.iter().chain(condition.any.first()) {
        match &comparison.subject {
            Subject::Fact(fact) => {
                near.push(*fact);
                let value = match &comparison.test {
                    Test::Is(value) => u64::from(*value),
                    Test::Words(words) => words.first().copied().unwrap_or(0) as u64,
                    Test::Count { from, .. } => *from,
                };
                ask.known[*fact] = exactly(value);
            }
            Subject::Notion(id) => {
                let current =
                    |n: &&kouan_rulebook::Notion| n.id == *id && n.span.contains(ask.scope.day);
                if let Some(notion) = ask.book.notions.iter().find(current) {
                    meet(ask, &notion.when, near);
                }
            }
        }
    }
}

/// The days on which something begins or ends, the day before each and the day after.
pub fn days(book: &Book) -> Vec<Day> {
    let boundary = book.boundary_days();
    let around =
        boundary.iter().flat_map(|day| [day.yesterday().unwrap(), *day, day.tomorrow().unwrap()]);
    let mut days: Vec<Day> = around.filter(|day| *day >= book.manifest.starts.0).collect();
    days.sort();
    days.dedup();
    days
}

/// Every list scenario held, and for every sector one that is not held, with the days it governs.
pub fn list_scopes(book: &Book) -> Vec<(EditionId, ScenarioId, Vec<Day>)> {
    let mut scopes = Vec::new();
    let days = days(book);
    for edition in &book.editions {
        let governed = |day: &&Day| edition.governs(**day) != Some(false);
        let days: Vec<Day> = days.iter().filter(governed).copied().collect();
        let held = edition.scenario_ids();
        let unheld =
            edition.sectors.iter().map(|s| format!("{}/not-held", s.text.sector.id.as_ref()));
        let unheld = unheld.filter(|_| !edition.text.complete);
        for scenario in held.chain(unheld) {
            scopes.push((edition.id.clone(), ScenarioId::new(&scenario), days.clone()));
        }
    }
    scopes
}

/// The start number of every random question: the one in `KOUAN_START`, or a fixed one.
#[expect(clippy::disallowed_methods, reason = "a failing run must be repeatable from its number")]
pub fn start() -> u64 {
    let start = std::env::var("KOUAN_START").ok().and_then(|number| number.parse().ok());
    let start = start.unwrap_or(20_261_122);
    eprintln!("start number {start} (set KOUAN_START to try another)");
    start
}

/// A runner whose questions follow from the start number and the number of the part.
pub fn runner(start: u64, part: usize, cases: u32) -> TestRunner {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&start.to_le_bytes());
    seed[8..16].copy_from_slice(&(part as u64).to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// Compiles a scope of a book that is known to be sound.
pub fn compile(book: &Book, scope: &Scope) -> Compiled {
    Compiled::new(book, scope.clone()).unwrap()
}

/// Counts what came out, so that a run shows that it asked about everything.
#[derive(Debug, Default)]
pub struct Tally(pub BTreeMap<String, u32>);

impl Tally {
    pub fn add(&mut self, evaluation: &Evaluation) {
        *self.0.entry(evaluation.possible.decision().to_string()).or_insert(0) += 1;
        if !evaluation.unsettled.is_empty() {
            *self.0.entry("with open points".to_owned()).or_insert(0) += 1;
        }
        if !evaluation.doubts.is_empty() {
            *self.0.entry("with doubts".to_owned()).or_insert(0) += 1;
        }
        if evaluation.fault {
            *self.0.entry("faults".to_owned()).or_insert(0) += 1;
        }
    }
}
