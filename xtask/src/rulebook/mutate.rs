//! `cargo xtask rulebook mutate`: every one-step mutant of a rule must be noticed by a case.
//!
//! A mutant that no case notices is compared with the book itself: where the compiled diagrams of
//! every day and list say the same, nothing can notice it, and it is no survivor.

use std::collections::BTreeMap;
use std::path::Path;

use kouan_decide::{Compiled, Scope, run_cases};
use kouan_rulebook::Book;
use kouan_rulebook::format::CasesFile;
use kouan_terms::{Day, Diagnostic, EditionId, ScenarioId};

use super::sites::{Mutant, every_mutant, without_informing};
use super::{book, line, shown, texts};
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

/// Runs the gate for the mutants of the files whose name contains `wanted`.
pub(crate) fn run(root: &Path, wanted: &str) -> Result<Outcome, String> {
    let texts = texts(root)?;
    let mut book = book(&texts)?;
    let report = run_cases(&book);
    if !report.findings.is_empty() {
        for finding in &report.findings {
            println!("{}", shown(&texts, finding));
        }
        println!("rulebook mutate: {} findings in the cases themselves", report.findings.len());
        return Ok(Outcome::Findings);
    }
    let silent = without_informing(&mut book);
    let mutants = every_mutant(&book);
    let mut gate = Gate::new(&book);
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for mutant in mutants.iter().filter(|mutant| mutant.file.contains(wanted)) {
        let tally = tallies.entry(&mutant.file).or_default();
        tally.mutants += 1;
        match gate.fate(mutant) {
            Fate::Checker => tally.by_checker += 1,
            Fate::Cases => tally.by_cases += 1,
            Fate::Equivalent => tally.equivalent += 1,
            Fate::Survives => {
                tally.survivors += 1;
                let line = line(&texts, &mutant.file, mutant.bytes.start);
                println!("survivor: rulebook/{}:{line}: {}", mutant.file, mutant.what);
            }
        }
    }
    let survivors = print(&tallies);
    println!("{} rows and cases; {silent} rules only inform and show in no case", report.run);
    Ok(if survivors == 0 { Outcome::Clean } else { Outcome::Findings })
}

/// Prints the table and returns how many mutants survived.
fn print(tallies: &BTreeMap<&str, Tally>) -> usize {
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
    sum.survivors
}

enum Fate {
    Checker,
    Cases,
    Equivalent,
    Survives,
}

/// A list edition and one of its scenarios.
type List = (EditionId, ScenarioId);

/// The cases of one file and one day, as a file of their own.
struct Split {
    file: String,
    day: Day,
    list: Option<List>,
    cases: CasesFile,
}

/// Whether the cases can notice the mutant at all.
fn reaches(split: &Split, mutant: &Mutant) -> bool {
    mutant.days.contains(split.day)
        && (mutant.edition.is_none()
            || split.list.as_ref().is_some_and(|list| concerns(list, mutant)))
}

/// Whether a mutant of a list can show where this scenario is relied on.
fn concerns((edition, scenario): &List, mutant: &Mutant) -> bool {
    let sector = scenario.as_str().split_once('/').map(|(sector, _)| sector);
    mutant.edition.as_ref() == Some(edition)
        && (mutant.sector.is_none() || mutant.sector.as_deref() == sector)
}

/// Whether the cases stand beside the rule: their file is named after its file.
fn is_next_door(split: &Split, mutant: &Mutant) -> bool {
    mutant.file.strip_suffix(".toml").is_some_and(|topic| split.file.starts_with(topic))
}

/// Whether some row or case of the split does not come out as expected.
fn notices(split: &Split, mutated: &mut Book) -> bool {
    mutated.cases = vec![(split.file.clone(), split.cases.clone())];
    !run_cases(mutated).findings.is_empty()
}

struct Gate<'a> {
    book: &'a Book,
    /// What the checker finds in the book as it is.
    found: Vec<Diagnostic>,
    /// The book without what no diagram and no case needs: cheap to copy.
    slim: Book,
    splits: Vec<Split>,
    lists: Vec<List>,
    known: BTreeMap<(Day, Option<List>), [u64; 2]>,
}

impl<'a> Gate<'a> {
    fn new(book: &'a Book) -> Gate<'a> {
        let mut slim = book.clone();
        slim.instruments.clear();
        slim.sources.clear();
        slim.glossary.clear();
        slim.cases.clear();
        slim.missing.clear();
        Gate {
            book,
            found: kouan_rulebook::check(book, book.manifest.followed_until.0),
            slim,
            splits: splits(book),
            lists: lists(book),
            known: BTreeMap::new(),
        }
    }

    fn fate(&mut self, mutant: &Mutant) -> Fate {
        let mut mutated = self.slim.clone();
        mutant.apply(&mut mutated);
        if self.noticed_next_door(mutant, &mut mutated) {
            return Fate::Cases;
        }
        if self.says_the_same(mutant, &mutated) {
            return Fate::Equivalent;
        }
        if self.noticed_elsewhere(mutant, &mut mutated) {
            return Fate::Cases;
        }
        if self.noticed_by_checker(mutant) { Fate::Checker } else { Fate::Survives }
    }

    /// Whether the checker finds something in the mutated book that it does not find in this one.
    fn noticed_by_checker(&self, mutant: &Mutant) -> bool {
        let mut mutated = self.book.clone();
        mutant.apply(&mut mutated);
        let on = self.book.manifest.followed_until.0;
        kouan_rulebook::check(&mutated, on).iter().any(|finding| !self.found.contains(finding))
    }

    /// Runs the cases beside the rule, those of the days around its boundaries first.
    fn noticed_next_door(&self, mutant: &Mutant, mutated: &mut Book) -> bool {
        let mut wanted: Vec<&Split> =
            self.reach(mutant).filter(|split| is_next_door(split, mutant)).collect();
        let near = |day: Day, edge: Day| {
            let around = [edge.yesterday(), Ok(edge), edge.tomorrow()];
            around.into_iter().flatten().any(|around| around == day)
        };
        let far = |day: Day| {
            let days = mutant.days;
            !near(day, days.from) && !days.until.is_some_and(|until| near(day, until))
        };
        wanted.sort_by_key(|split| (far(split.day), split.day));
        wanted.into_iter().any(|split| notices(split, mutated))
    }

    /// Runs the other cases, on the days on which the diagram says something else.
    fn noticed_elsewhere(&mut self, mutant: &Mutant, mutated: &mut Book) -> bool {
        let mut wanted: Vec<usize> = (0..self.splits.len()).collect();
        wanted.sort_by_key(|place| {
            let split = self.splits.get(*place);
            split.map(|s| (s.cases.adopted.is_empty(), s.list.is_some(), s.day))
        });
        let mut differs: BTreeMap<(Day, Option<List>), bool> = BTreeMap::new();
        for place in wanted {
            let Some(split) = self.splits.get(place) else { continue };
            if !reaches(split, mutant) || is_next_door(split, mutant) {
                continue;
            }
            let (day, list) = (split.day, split.list.clone());
            // Where readings are adopted the diagram is another one: no shortcut.
            let adopted = !split.cases.adopted.is_empty();
            let other = adopted || {
                let known = differs.get(&(day, list.clone())).copied();
                known.unwrap_or_else(|| {
                    let says = fingerprint(mutated, day, list.clone());
                    let other = self.fingerprint(day, list.clone())[0] != says[0];
                    differs.insert((day, list), other);
                    other
                })
            };
            if other && self.splits.get(place).is_some_and(|split| notices(split, mutated)) {
                return true;
            }
        }
        false
    }

    /// The cases that can notice the mutant at all.
    fn reach(&self, mutant: &Mutant) -> impl Iterator<Item = &Split> {
        self.splits.iter().filter(move |split| reaches(split, mutant))
    }

    /// Whether the diagrams of every day and list on which the mutant can show say the same.
    ///
    /// Between two boundary days of both books nothing changes, so those days stand for all. A
    /// national mutant that leaves alone what every national rule does, and selects no rule of a
    /// list, does nothing to the lists either.
    fn says_the_same(&mut self, mutant: &Mutant, mutated: &Book) -> bool {
        if mutant.edition.is_none() {
            let [says, holds] = self.same(mutant, mutated, None);
            if !says {
                return false;
            }
            if holds && !mutant.reaches_lists {
                return true;
            }
        }
        let own = |list: &&List| mutant.edition.is_none() || concerns(list, mutant);
        let lists: Vec<List> = self.lists.iter().filter(own).cloned().collect();
        lists.into_iter().all(|list| self.same(mutant, mutated, Some(list))[0])
    }

    /// The fingerprint of the book as it is.
    fn fingerprint(&mut self, day: Day, list: Option<List>) -> [u64; 2] {
        let slim = &self.slim;
        let known = self.known.entry((day, list.clone()));
        *known.or_insert_with(|| fingerprint(slim, day, list))
    }

    /// Whether the diagrams of a scope say the same, and whether every rule holds alike.
    fn same(&mut self, mutant: &Mutant, mutated: &Book, list: Option<List>) -> [bool; 2] {
        let mut days = boundary_days(&self.slim, list.as_ref());
        days.extend(boundary_days(mutated, list.as_ref()));
        days.push(mutant.days.from);
        days.retain(|day| mutant.days.contains(*day));
        days.sort();
        days.dedup();
        let mut same = [true, true];
        for day in days {
            let known = self.fingerprint(day, list.clone());
            let found = fingerprint(mutated, day, list.clone());
            same[0] &= known[0] == found[0];
            same[1] &= known[1] == found[1];
            if !same[0] {
                break;
            }
        }
        same
    }
}

/// Every day on which a national rule, a notion, a relation, a permission to borrow or the list
/// begins or ends.
fn boundary_days(book: &Book, list: Option<&List>) -> Vec<Day> {
    let rules = book.rules.iter().map(|rule| rule.span);
    let mut days: Vec<Day> = rules
        .chain(book.notions.iter().map(|notion| notion.span))
        .chain(book.always.iter().filter_map(|relation| relation.span))
        .flat_map(|span| [Some(span.from), span.until])
        .flatten()
        .collect();
    if let Some(edition) = list.and_then(|(edition, _)| book.edition(edition)) {
        days.extend([edition.from.earliest, edition.from.latest]);
        days.extend(edition.until.iter().flat_map(|until| [until.earliest, until.latest]));
        for borrow in &book.borrows {
            days.push(borrow.in_force.from.as_ref().0);
            days.extend(borrow.in_force.until.as_ref().map(|until| until.as_ref().0));
        }
    }
    days
}

/// What the diagram of a day and list says, and when its rules hold; nothing where none compiles.
fn fingerprint(book: &Book, day: Day, list: Option<List>) -> [u64; 2] {
    let scope = Scope { day, list, adopted: Vec::new() };
    Compiled::new(book, scope).map_or([0, 0], |compiled| compiled.fingerprint())
}

/// Every scenario of every edition, one for each set of rules.
fn lists(book: &Book) -> Vec<List> {
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
        let list = cases.scenario.as_ref().and_then(|scenario| {
            let (edition, scenario) = scenario.as_ref().split_once('#')?;
            Some((EditionId::new(edition), ScenarioId::new(scenario)))
        });
        for day in days {
            let mut own = cases.clone();
            own.case.retain(|case| case.on.0 == day);
            for table in &mut own.table {
                table.on.retain(|on| on.0 == day);
            }
            splits.push(Split { file: file.clone(), day, list: list.clone(), cases: own });
        }
    }
    splits
}
