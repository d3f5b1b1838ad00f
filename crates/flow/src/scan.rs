//! Step 1: from addresses to an inventory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kouan_rulebook::Book;
use kouan_rulebook::classes::Classes;
use kouan_rulebook::format::ScenarioText;
use kouan_scan::classify::Classifier;
use kouan_scan::exchange::{Contents, weigh};
use kouan_scan::identifiers::key::Secret;
use kouan_scan::inventory::{
    CandidateSeen, Gap, InputSeen, Inventory, Met, Mode, Origin, SCHEMA, ScenarioUse, Settled,
    TableSeen, settled_before,
};
use kouan_scan::mapping::FieldNamed;
use kouan_scan::persons::{self, Limits, Persons, Roster};
use kouan_scan::survey::{
    Counting, Judged, Plan, Setup, Survey, TableSeenAs, TableWork, combinations, important, judge,
    list_fields, persons_seen, plan_of, table_seen,
};
use kouan_sources::{Input, Opened, Options, Want, find};
use kouan_table::{Table, TableKind, Tally};
use kouan_terms::{Day, Diagnostic};

use crate::pump::pump;
use crate::scratch::Files;

/// Rows of each table looked at before the full pass, to tell what its columns are.
pub const SAMPLE_ROWS: u64 = 20_000;

/// Full passes over one input: the second when the first saw what the sample did not.
const PASSES_MAX: usize = 2;

/// What to scan, and how.
pub struct ScanRequest<'a> {
    /// Files, folders, globs, databases, object stores.
    pub addresses: &'a [String],
    /// How the sources are read.
    pub options: &'a Options,
    /// How much is read.
    pub want: Want,
    /// Threads that look at data.
    pub workers: usize,
    /// The rulebook.
    pub book: &'a Book,
    /// Its classes.
    pub classes: &'a Classes,
    /// The day whose law and ages count.
    pub on: Day,
    /// The handler's sector.
    pub sector: Option<&'a str>,
    /// The edition and the scenario of a list; both must be in the rulebook.
    pub scenario: Option<(&'a str, &'a str)>,
    /// The inventory that stood here before.
    pub before: Option<&'a Inventory>,
    /// Where keys go that do not fit in memory.
    pub scratch: &'a Path,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The input being read.
    pub input: &'a str,
    /// Its place among the inputs, from 1.
    pub number: usize,
    /// How many inputs there are.
    pub inputs: usize,
    /// Bytes read of it.
    pub taken: u64,
    /// Its bytes, when known.
    pub bytes: Option<u64>,
}

/// Scans, and says what was found.
///
/// An input that cannot be read at all is an error when it is the only one; among several it is
/// named in the inventory as not looked at.
///
/// # Errors
///
/// Nothing to scan at an address, no input that can be read, or no scratch space.
pub fn scan(
    request: &ScanRequest<'_>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Inventory, Vec<Diagnostic>> {
    let inputs = find(request.addresses, request.options).map_err(|finding| vec![finding])?;
    let settled: BTreeMap<String, Settled> =
        request.before.map(settled_before).unwrap_or_default().into_iter().collect();
    let setup = setup(request, &settled)?;
    let fields = fields(request);
    let mut found = Found::default();
    let mut failures = Vec::new();
    for (place, input) in inputs.iter().enumerate() {
        let mut report = |taken: u64| {
            progress(Progress {
                input: &input.name,
                number: place + 1,
                inputs: inputs.len(),
                taken,
                bytes: input.bytes,
            });
        };
        match one_input(request, &setup, input, &mut report) {
            Ok(one) => found.add(&setup, &fields, seen(input), one, &Contents::default()),
            Err(failure) => {
                found.gaps.push(gap(&input.name, &failure));
                found.inputs.push(seen(input));
                failures.push(failure);
            }
        }
    }
    if !failures.is_empty() && failures.len() == inputs.len() {
        return Err(failures);
    }
    found.inventory(request).map_err(|finding| vec![finding])
}

pub(crate) fn setup<'a>(
    request: &ScanRequest<'a>,
    settled: &'a BTreeMap<String, Settled>,
) -> Result<Setup<'a>, Vec<Diagnostic>> {
    let counting = if request.want == Want::Everything {
        let mut key = [0_u8; 16];
        getrandom::fill(&mut key).map_err(|_| vec![Diagnostic::error("SC270")])?;
        Some(Counting {
            secret: Secret::new(&key),
            limits: Limits::shared(request.workers),
            scratch: Arc::new(Files::new(request.scratch.to_path_buf())),
        })
    } else {
        None
    };
    Ok(Setup {
        classifier: Classifier::new(request.classes),
        on: request.on,
        minors_under: request.book.minor_age(request.on),
        sector: request.sector,
        edition: request.scenario.map(|(edition, _)| edition),
        settled,
        counting,
    })
}

/// The fields that the rulebook holds of the scenario.
pub(crate) fn fields<'a>(request: &ScanRequest<'a>) -> Vec<FieldNamed<'a>> {
    let scenario = scenario(request).map(|scenario| scenario.fields.as_slice()).unwrap_or_default();
    scenario
        .iter()
        .map(|field| FieldNamed { id: &field.id, zh: &field.zh, en: &field.en })
        .collect()
}

fn scenario<'a>(request: &ScanRequest<'a>) -> Option<&'a ScenarioText> {
    let (edition, scenario) = request.scenario?;
    let held = request.book.editions.iter().find(|held| held.id.as_str() == edition)?;
    held.scenario(scenario).map(|(_, scenario)| scenario)
}

/// What was found in one input.
pub(crate) struct OneInput {
    pub(crate) tables: Vec<OneTable>,
    pub(crate) gaps: Vec<Gap>,
}

pub(crate) struct OneTable {
    pub(crate) declared: Table,
    pub(crate) work: TableWork,
    pub(crate) judged: Vec<Judged>,
    pub(crate) tally: Tally,
}

fn one_input(
    request: &ScanRequest<'_>,
    setup: &Setup<'_>,
    input: &Input,
    report: &mut dyn FnMut(u64),
) -> Result<OneInput, Diagnostic> {
    let first = match request.want {
        Want::Everything => Want::Sample(SAMPLE_ROWS),
        other => other,
    };
    let sampled = pass(request, setup, input, first, &Plan::default(), report)?;
    if request.want != Want::Everything {
        return Ok(sampled);
    }
    let mut plan = plan_for(&sampled.tables);
    drop(sampled);
    let mut passes = 1;
    loop {
        let full = pass(request, setup, input, Want::Everything, &plan, report)?;
        let better = plan_for(&full.tables);
        if better == plan || passes == PASSES_MAX {
            return Ok(full);
        }
        plan = better;
        passes += 1;
    }
}

fn plan_for(tables: &[OneTable]) -> Plan {
    let plans = tables.iter().map(|table| (table.declared.name.clone(), plan_of(&table.judged)));
    Plan { tables: plans.collect() }
}

/// Reads an input once. A sample is read by one worker, so that it is the same rows each time.
pub(crate) fn pass(
    request: &ScanRequest<'_>,
    setup: &Setup<'_>,
    input: &Input,
    want: Want,
    plan: &Plan,
    report: &mut dyn FnMut(u64),
) -> Result<OneInput, Diagnostic> {
    let Opened { tables, mut rows, notes } = input.open(want, request.options)?;
    let mut gaps: Vec<Gap> = notes.iter().map(|note| gap(&input.name, note)).collect();
    let workers = if want == Want::Everything { request.workers.max(1) } else { 1 };
    let surveys = (0..workers).map(|_| Survey::new(setup, plan)).collect();
    let (done, failures) = pump(rows.as_mut(), surveys, report);
    gaps.extend(failures.iter().map(|failure| gap(&input.name, failure)));
    gaps.extend(rows.notes().iter().map(|note| gap(&input.name, note)));
    let mut tallies: BTreeMap<Box<str>, Tally> = BTreeMap::new();
    let mut works: BTreeMap<Box<str>, TableWork> = BTreeMap::new();
    for one in done {
        gaps.extend(one.failures.iter().map(|failure| gap(&input.name, failure)));
        for (name, tally) in one.tallies {
            tallies.entry(name).or_default().add(tally);
        }
        for (name, work) in one.survey.finish()? {
            match works.get_mut(&name) {
                Some(known) => known.merge(work)?,
                None => {
                    works.insert(name, work);
                }
            }
        }
    }
    let tables = named(tables, works, setup);
    let tables = tables
        .into_iter()
        .map(|(declared, work)| {
            let judged = judge(setup, &seen_as(&declared, &input.name), &work);
            let tally = tallies.get(&declared.name).copied().unwrap_or_default();
            OneTable { declared, work, judged, tally }
        })
        .collect();
    Ok(OneInput { tables, gaps })
}

/// Every table that was declared or read, by name.
pub(crate) fn named(
    declared: Vec<Table>,
    mut works: BTreeMap<Box<str>, TableWork>,
    setup: &Setup<'_>,
) -> Vec<(Table, TableWork)> {
    let mut tables: Vec<(Table, TableWork)> = declared
        .into_iter()
        .map(|table| {
            let work = works
                .remove(&table.name)
                .unwrap_or_else(|| TableWork::defined(&table.columns, setup));
            (table, work)
        })
        .collect();
    for (name, work) in works {
        let kind = if name.ends_with("[]") { TableKind::Nested } else { TableKind::File };
        let columns = Vec::new();
        tables.push((Table { name, kind, comment: None, rows_estimate: None, columns }, work));
    }
    tables.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    tables
}

pub(crate) fn seen_as<'t>(table: &'t Table, input: &'t str) -> TableSeenAs<'t> {
    TableSeenAs {
        name: &table.name,
        input,
        kind: table.kind,
        comment: table.comment.as_deref(),
        rows_estimate: table.rows_estimate,
    }
}

fn seen(input: &Input) -> InputSeen {
    InputSeen { name: input.name.to_string(), bytes: input.bytes }
}

/// What a reader remarks without leaving anything out: the encoding, a missing header, an empty
/// input, a hidden sheet, rows of title, merged cells, a server that was not verified.
const REMARKS: [&str; 10] =
    ["SC105", "SC106", "SC107", "SC109", "SC124", "SC126", "SC127", "SC128", "SC153", "SC246"];

pub(crate) fn gap(input: &str, finding: &Diagnostic) -> Gap {
    let values = finding.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let place = finding.place.as_ref().map_or(input, |place| place.file.as_str());
    Gap { place: place.to_owned(), code: finding.code.0.to_owned(), values: values.collect() }
}

/// What was found so far.
#[derive(Default)]
pub(crate) struct Found {
    inputs: Vec<InputSeen>,
    tables: Vec<TableSeen>,
    rosters: Vec<Roster>,
    /// The count of the last roster: the whole count when it is the only one.
    last: Option<Persons>,
    pub(crate) gaps: Vec<Gap>,
    candidates: Vec<CandidateSeen>,
    /// A definition without rows was among the tables: nobody knows how many persons it stands for.
    uncounted: bool,
    fault: Option<Diagnostic>,
}

impl Found {
    /// Takes in what was found in one input, and weighs what was declared of its columns.
    pub(crate) fn add(
        &mut self,
        setup: &Setup<'_>,
        fields: &[FieldNamed<'_>],
        input: InputSeen,
        one: OneInput,
        contents: &Contents,
    ) {
        self.gaps.extend(one.gaps);
        for OneTable { declared, mut work, judged, tally } in one.tables {
            let counted = match work.roster().map(|roster| persons::count(&mut [roster])) {
                None => None,
                Some(Ok(persons)) => Some(persons),
                Some(Err(fault)) => {
                    self.fault.get_or_insert(fault);
                    None
                }
            };
            let table = seen_as(&declared, &input.name);
            let rows = work.rows();
            let mut seen = table_seen(&table, rows, &judged, counted.as_ref(), met(tally));
            weigh(&mut seen, contents, setup.classifier.classes());
            list_fields(setup, fields, &mut seen);
            seen.combinations = combinations(setup, &seen);
            self.candidates.extend(important(setup, &seen));
            self.tables.push(seen);
            self.uncounted |= declared.kind == TableKind::Definition;
            if let Some(roster) = work.into_roster() {
                self.rosters.push(roster);
                self.last = counted;
            }
        }
        self.inputs.push(input);
    }

    pub(crate) fn inventory(mut self, request: &ScanRequest<'_>) -> Result<Inventory, Diagnostic> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let persons = if request.want == Want::Everything && !self.uncounted {
            let mut rosters: Vec<&mut Roster> = self.rosters.iter_mut().collect();
            Some(persons_seen(&match self.last {
                Some(counted) if rosters.len() == 1 => counted,
                _ => persons::count(&mut rosters)?,
            }))
        } else {
            None
        };
        self.gaps.sort();
        self.gaps.dedup();
        let (remarks, gaps) =
            self.gaps.into_iter().partition(|gap| REMARKS.contains(&gap.code.as_str()));
        self.tables.sort_by(|one, other| one.name.cmp(&other.name));
        let mut inventory = Inventory {
            schema: SCHEMA.to_owned(),
            on: request.on.to_string(),
            rulebook: origin(request),
            mode: match request.want {
                Want::Everything => Mode::Full,
                Want::Sample(_) => Mode::Sample,
                Want::Metadata => Mode::Metadata,
            },
            scenario: request.scenario.map(|(edition, scenario)| ScenarioUse {
                edition: edition.to_owned(),
                scenario: scenario.to_owned(),
                complete: self::scenario(request).is_some_and(|held| held.complete),
            }),
            persons,
            not_looked_at: gaps,
            remarks,
            drift: None,
            inputs: self.inputs,
            tables: self.tables,
            candidates: self.candidates,
        };
        if let Some(before) = request.before {
            kouan_scan::inventory::compare(before, &mut inventory);
        }
        Ok(inventory)
    }
}

fn origin(request: &ScanRequest<'_>) -> Origin {
    Origin {
        version: request.book.manifest.edition.clone(),
        digest: request.classes.digest().to_owned(),
    }
}

/// Nothing is said of a table in which nothing was wrong.
fn met(tally: Tally) -> Option<Met> {
    let met = Met {
        ragged_rows: tally.ragged_rows,
        lost_rows: tally.lost_rows,
        undecodable_cells: tally.undecodable_cells,
        cut_cells: tally.cut_cells,
    };
    (met != Met::default()).then_some(met)
}
