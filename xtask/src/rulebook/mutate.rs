//! `cargo xtask rulebook mutate`: every one-step mutant of a rule must be noticed by a case.
//!
//! A mutant that no case notices is compared with the book itself: where the compiled diagrams of
//! every day and list say the same, nothing can notice it, and it is no survivor.

use std::collections::BTreeMap;
use std::path::Path;

use kouan_decide::{Compiled, Scope, run_cases};
use kouan_rulebook::Book;
use kouan_rulebook::format::CasesFile;
use kouan_terms::{Day, EditionId, ScenarioId};

use super::sites::{Mutant, every_mutant};
use super::{Texts, book, line, shown, texts};
use crate::Outcome;

/// What became of the mutants of one file.
#[derive(Default)]
struct Tally {
    mutants: usize,
    by_checker: usize,
    by_cases: usize,
    equivalent: usize,
    survivors: usize,
}

/// Runs the gate.
pub(crate) fn run(root: &Path) -> Result<Outcome, String> {
    let texts = texts(root)?;
    let book = book(&texts)?;
    let report = run_cases(&book);
    if !report.findings.is_empty() {
        for finding in &report.findings {
            println!("{}", shown(&texts, finding));
        }
        println!("rulebook mutate: {} findings in the cases themselves", report.findings.len());
        return Ok(Outcome::Findings);
    }
    let (mutants, silent) = every_mutant(&book);
    let mut gate = Gate::new(&book);
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut survivors = Vec::new();
    for mutant in &mutants {
        let tally = tallies.entry(&mutant.file).or_default();
        tally.mutants += 1;
        match gate.fate(mutant) {
            Fate::Checker => tally.by_checker += 1,
            Fate::Cases => tally.by_cases += 1,
            Fate::Equivalent => tally.equivalent += 1,
            Fate::Survives => {
                tally.survivors += 1;
                survivors.push(mutant);
            }
        }
    }
    print(&tallies, &survivors, &texts);
    println!("{} rows and cases; {silent} rules only inform and show in no case", report.run);
    Ok(if survivors.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn print(tallies: &BTreeMap<&str, Tally>, survivors: &[&Mutant], texts: &Texts) {
    println!(
        "{:<48} {:>7} {:>7} {:>7} {:>10} {:>9}",
        "file", "mutants", "checker", "cases", "equivalent", "survivors"
    );
    let mut sum = Tally::default();
    let row = |name: &str, t: &Tally| {
        println!(
            "{name:<48} {:>7} {:>7} {:>7} {:>10} {:>9}",
            t.mutants, t.by_checker, t.by_cases, t.equivalent, t.survivors
        );
    };
    for (file, tally) in tallies {
        row(file, tally);
        sum.mutants += tally.mutants;
        sum.by_checker += tally.by_checker;
        sum.by_cases += tally.by_cases;
        sum.equivalent += tally.equivalent;
        sum.survivors += tally.survivors;
    }
    row("all", &sum);
    for mutant in survivors {
        let line = line(texts, &mutant.file, mutant.bytes.start);
        println!("survivor: rulebook/{}:{line}: {}", mutant.file, mutant.what);
    }
}

enum Fate {
    Checker,
    Cases,
    Equivalent,
    Survives,
}

/// The cases of one file and one day, as a file of their own.
struct Split {
    file: String,
    day: Day,
    edition: Option<EditionId>,
    cases: CasesFile,
}

struct Gate<'a> {
    book: &'a Book,
    /// The book without what no diagram and no case needs: cheap to copy.
    slim: Book,
    splits: Vec<Split>,
    lists: Vec<(EditionId, ScenarioId)>,
    known: BTreeMap<(Day, Option<usize>), Option<u64>>,
}

impl<'a> Gate<'a> {
    fn new(book: &'a Book) -> Gate<'a> {
        let mut slim = book.clone();
        slim.instruments.clear();
        slim.sources.clear();
        slim.glossary.clear();
        slim.cases.clear();
        slim.missing.clear();
        Gate { book, slim, splits: splits(book), lists: lists(book), known: BTreeMap::new() }
    }

    fn fate(&mut self, mutant: &Mutant) -> Fate {
        let mut mutated = self.slim.clone();
        mutant.apply(&mut mutated);
        if self.noticed_by_checker(mutant) {
            return Fate::Checker;
        }
        if self.noticed_by_cases(mutant, &mut mutated) {
            return Fate::Cases;
        }
        if self.says_the_same(mutant, &mutated) { Fate::Equivalent } else { Fate::Survives }
    }

    /// Whether the checker finds something in the mutated book that it does not find in this one.
    fn noticed_by_checker(&self, _mutant: &Mutant) -> bool {
        let _ = self.book;
        false
    }

    /// Runs the cases that can notice the mutant, those next door and those of boundary days first.
    fn noticed_by_cases(&self, mutant: &Mutant, mutated: &mut Book) -> bool {
        let next_door = mutant.file.replace(".toml", ".cases.toml");
        let mut wanted: Vec<&Split> = self
            .splits
            .iter()
            .filter(|split| mutant.days.contains(split.day))
            .filter(|split| mutant.edition.is_none() || split.edition == mutant.edition)
            .collect();
        let edge = |day: Day| {
            let near = |edge: Day| day == edge || day.tomorrow().is_ok_and(|next| next == edge);
            near(mutant.days.from) || mutant.days.until.is_some_and(|until| near(until))
        };
        wanted.sort_by_key(|s| (s.edition != mutant.edition, s.file != next_door, !edge(s.day)));
        for split in wanted {
            mutated.cases = vec![(split.file.clone(), split.cases.clone())];
            if !run_cases(mutated).findings.is_empty() {
                return true;
            }
        }
        false
    }

    /// Whether the diagrams of every day and list on which the mutant can show say the same.
    ///
    /// Between two boundary days of both books nothing changes, so those days stand for all.
    fn says_the_same(&mut self, mutant: &Mutant, mutated: &Book) -> bool {
        let mut days = self.slim.boundary_days();
        days.extend(mutated.boundary_days());
        days.retain(|day| mutant.days.contains(*day));
        days.push(mutant.days.from);
        days.sort();
        days.dedup();
        let national = mutant.edition.is_none().then_some(None);
        let scopes: Vec<Option<usize>> = national
            .into_iter()
            .chain((0..self.lists.len()).map(Some))
            .filter(|scope| self.touches(*scope, mutant))
            .collect();
        let same = |gate: &mut Self, scope: Option<usize>| {
            days.iter().all(|day| {
                gate.fingerprint(*day, scope) == fingerprint(mutated, *day, gate.list(scope))
            })
        };
        scopes.into_iter().all(|scope| same(self, scope))
    }

    fn list(&self, scope: Option<usize>) -> Option<(EditionId, ScenarioId)> {
        scope.and_then(|place| self.lists.get(place).cloned())
    }

    fn touches(&self, scope: Option<usize>, mutant: &Mutant) -> bool {
        let edition = scope.and_then(|place| self.lists.get(place)).map(|(edition, _)| edition);
        mutant.edition.is_none() || mutant.edition.as_ref() == edition
    }

    fn fingerprint(&mut self, day: Day, scope: Option<usize>) -> Option<u64> {
        if let Some(known) = self.known.get(&(day, scope)) {
            return *known;
        }
        let found = fingerprint(&self.slim, day, self.list(scope));
        self.known.insert((day, scope), found);
        found
    }
}

/// What the diagram of a day and list says; nothing where none can be compiled.
fn fingerprint(book: &Book, day: Day, list: Option<(EditionId, ScenarioId)>) -> Option<u64> {
    let scope = Scope { day, list, adopted: Vec::new() };
    Compiled::new(book, scope).ok().map(|compiled| compiled.fingerprint())
}

/// Every scenario of every edition, one for each set of rules.
fn lists(book: &Book) -> Vec<(EditionId, ScenarioId)> {
    let mut lists = Vec::new();
    for edition in &book.editions {
        let mut known: Vec<Vec<&str>> = Vec::new();
        for sector in &edition.sectors {
            let name = sector.text.sector.id.as_ref();
            // A scenario that the book does not hold stands for every such scenario.
            let held = sector.text.scenario.iter().map(|scenario| scenario.id.as_ref().as_str());
            for scenario in held.chain(["?"]) {
                let own = sector.rules.iter().filter(|rule| !rule.informs);
                let rules = own
                    .filter(|rule| rule.scenario.as_deref().is_none_or(|s| s == scenario))
                    .map(|rule| rule.rule.id.as_str())
                    .collect();
                if !known.contains(&rules) {
                    known.push(rules);
                    let scenario = ScenarioId::new(&format!("{name}/{scenario}"));
                    lists.push((edition.id.clone(), scenario));
                }
            }
        }
    }
    lists
}

/// The cases, one file a day.
fn splits(book: &Book) -> Vec<Split> {
    let mut splits = Vec::new();
    for (file, cases) in &book.cases {
        let rows = cases.table.iter().flat_map(|table| &table.on);
        let mut days: Vec<Day> =
            rows.chain(cases.case.iter().map(|case| &case.on)).map(|day| day.0).collect();
        days.sort();
        days.dedup();
        let edition = cases.scenario.as_ref().and_then(|scenario| {
            let (edition, _) = scenario.as_ref().split_once('#')?;
            Some(EditionId::new(edition))
        });
        for day in days {
            let mut own = cases.clone();
            own.case.retain(|case| case.on.0 == day);
            for table in &mut own.table {
                table.on.retain(|on| on.0 == day);
            }
            let edition = edition.clone();
            splits.push(Split { file: file.clone(), day, edition, cases: own });
        }
    }
    splits
}
