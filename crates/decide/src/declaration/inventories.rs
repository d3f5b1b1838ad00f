//! What a declaration takes from the inventory of a scan: fields, and how many persons.
//!
//! This crate does not know the inventory's format; whoever reads the file hands over its contents.

use std::ops::Range;

use kouan_rulebook::Fact;
use kouan_terms::{Diagnostic, FactId, PersonCount};

use super::findings::Findings;
use super::sheet::{Answer, Entry, Sheet};
use super::{Bounds, FieldKind, Given, Persons, Stated};

const MINORS: &str = "flow.minors";

/// What an inventory says, as far as a declaration asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
    /// Its tables.
    pub tables: Vec<TableContents>,
    /// The persons of all tables together, nobody counted twice.
    pub persons: Option<Counts>,
}

/// One table of an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableContents {
    /// Its name.
    pub name: Box<str>,
    /// Its columns.
    pub columns: Vec<ColumnContents>,
    /// Its persons.
    pub persons: Option<Counts>,
}

/// One column of an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnContents {
    /// Its name in the table.
    pub name: Box<str>,
    /// What kind of data it holds.
    pub kind: FieldKind,
    /// The field of a list that a person confirmed it to be.
    pub listed_as: Option<Box<str>>,
}

/// Persons of a table or of an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// With any PI.
    pub all: Bounds,
    /// By sort.
    pub persons: Persons,
    /// Under 14.
    pub minors: Bounds,
}

/// Which inventory a flow takes its fields and persons from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryUse {
    /// The file, as the declaration names it.
    pub file: Box<str>,
    /// Its SHA-256.
    pub digest: Box<str>,
}

/// Reads an inventory that a declaration names.
pub type Inventories<'a> = dyn FnMut(&str) -> Result<Contents, Diagnostic> + 'a;

/// Fills in, from the inventories named, what flows and year leave out.
pub(super) fn fill(
    top: &mut Sheet<'_>,
    facts: &[Fact],
    inventories: &mut Inventories<'_>,
    findings: &mut Findings<'_>,
) {
    year(top, facts, inventories, findings);
    for entry in &mut top.entries {
        if let ("flow", Answer::Sheets(flows)) = (entry.path, &mut entry.answer) {
            for sheet in flows {
                flow(sheet, facts, inventories, findings);
            }
        }
    }
}

/// The inventory a table names, with the place where it does.
fn named(
    sheet: &Sheet<'_>,
    path: &str,
    inventories: &mut Inventories<'_>,
    findings: &mut Findings<'_>,
) -> Option<(Contents, Range<usize>)> {
    let bytes = sheet.entry(path)?.bytes.clone();
    match inventories(&sheet.text(path)?) {
        Ok(contents) => Some((contents, bytes)),
        Err(finding) => {
            findings.add(&bytes, || finding);
            None
        }
    }
}

fn year(
    top: &mut Sheet<'_>,
    facts: &[Fact],
    inventories: &mut Inventories<'_>,
    findings: &mut Findings<'_>,
) {
    let Some((contents, bytes)) = named(top, "year.inventory", inventories, findings) else {
        return;
    };
    let Some(counts) = contents.persons else {
        findings.add(&bytes, || Diagnostic::error("DC208").with("key", "year.inventory"));
        return;
    };
    let evidence = format!("sha256:{}", contents.digest);
    let counters = [
        ("year.persons.general_pi", counts.persons.general),
        ("year.persons.sensitive_pi", counts.persons.sensitive),
        ("year.both", counts.persons.both),
    ];
    for (id, bounds) in counters {
        let order = facts.iter().position(|fact| fact.id.as_str() == id);
        if let (Some(order), Some(bounds), None) = (order, bounds, top.fact(id)) {
            top.given.push((
                order,
                Given {
                    fact: FactId::new(id),
                    value: Stated::Count(bounds),
                    evidence: Some(evidence.as_str().into()),
                    bytes: bytes.clone(),
                },
            ));
        }
    }
}

fn flow(
    sheet: &mut Sheet<'_>,
    facts: &[Fact],
    inventories: &mut Inventories<'_>,
    findings: &mut Findings<'_>,
) {
    let Some((contents, bytes)) = named(sheet, "flow.inventory", inventories, findings) else {
        return;
    };
    let Some(tables) = chosen(sheet, &contents, findings) else { return };
    let digest = Answer::Text(contents.digest.as_str().into());
    sheet.entries.push(Entry {
        path: "flow.inventory.digest",
        answer: digest,
        bytes: bytes.clone(),
    });
    let every = fields(sheet, &tables, &bytes, findings);
    let Some(counts) = counts(&contents, &tables) else { return };
    if counts.minors.at_least > 0 && sheet.fact(MINORS).is_none() {
        let order = facts.iter().position(|fact| fact.id.as_str() == MINORS);
        sheet.derive(order, MINORS, true, bytes.clone());
    }
    let counted = if every { counts.persons } else { narrowed(sheet, &counts) };
    persons(sheet, &counted, &bytes, findings);
}

/// The tables of the inventory the flow sends: all, unless it names some.
fn chosen<'c>(
    sheet: &Sheet<'_>,
    contents: &'c Contents,
    findings: &mut Findings<'_>,
) -> Option<Vec<&'c TableContents>> {
    let names = sheet.texts("flow.tables");
    if names.is_empty() {
        return Some(contents.tables.iter().collect());
    }
    let mut tables = Vec::new();
    for name in &names {
        match contents.tables.iter().find(|table| table.name == *name) {
            Some(table) => tables.push(table),
            None => {
                let bytes = sheet.entry("flow.tables").map_or(0..0, |entry| entry.bytes.clone());
                findings.add(&bytes, || Diagnostic::error("DC209").with("table", name));
                return None;
            }
        }
    }
    Some(tables)
}

/// Gives the flow its fields; says whether it sends every column that may be about a person.
fn fields(
    sheet: &mut Sheet<'_>,
    tables: &[&TableContents],
    bytes: &Range<usize>,
    findings: &mut Findings<'_>,
) -> bool {
    let columns: Vec<(String, &ColumnContents)> = tables
        .iter()
        .flat_map(|table| {
            table.columns.iter().map(|column| (format!("{}:{}", table.name, column.name), column))
        })
        .collect();
    let stated = sheet.entries.iter_mut().find(|entry| entry.path == "flow.field");
    let Some(Entry { answer: Answer::Sheets(stated), .. }) = stated else {
        let sheets = columns.iter().map(|(name, column)| field(name, column, bytes)).collect();
        let answer = Answer::Sheets(sheets);
        sheet.entries.push(Entry { path: "flow.field", answer, bytes: bytes.clone() });
        return true;
    };
    let mut sent = Vec::new();
    for one in stated.iter_mut() {
        let Some(name) = one.text("flow.field.name") else { continue };
        let found: Vec<&(String, &ColumnContents)> = columns
            .iter()
            .filter(|(full, column)| **full == *name || column.name == name)
            .collect();
        match found.as_slice() {
            [(full, column)] => {
                sent.push(full.as_str());
                state(one, column, findings);
            }
            [] => findings.add(&one.bytes, || Diagnostic::error("DC210").with("field", &name)),
            _ => findings.add(&one.bytes, || Diagnostic::error("DC211").with("field", &name)),
        }
    }
    let left_out = |(name, column): &&(String, &ColumnContents)| {
        column.kind != FieldKind::NotPersonal && !sent.contains(&name.as_str())
    };
    columns.iter().find(left_out).is_none()
}

fn field<'l>(name: &str, column: &ColumnContents, bytes: &Range<usize>) -> Sheet<'l> {
    let mut sheet = Sheet::new(bytes.clone());
    let mut put = |path, answer| {
        sheet.entries.push(Entry { path, answer, bytes: bytes.clone() });
    };
    put("flow.field.name", Answer::Text(name.into()));
    put("flow.field.kind", Answer::Kind(column.kind));
    if let Some(listed) = &column.listed_as {
        put("flow.field.listed_as", Answer::Text(listed.clone()));
    }
    sheet
}

/// A stated kind stands unless the scan found more than it admits.
fn state(field: &mut Sheet<'_>, column: &ColumnContents, findings: &mut Findings<'_>) {
    let bytes = field.bytes.clone();
    let stated = match field.entry("flow.field.kind").map(|entry| &entry.answer) {
        Some(Answer::Kind(kind)) => Some(*kind),
        _ => None,
    };
    match stated {
        None => {
            let answer = Answer::Kind(column.kind);
            field.entries.push(Entry { path: "flow.field.kind", answer, bytes: bytes.clone() });
        }
        Some(stated) if lighter(stated, column.kind) => findings.add(&bytes, || {
            Diagnostic::error("DC212")
                .with("field", &column.name)
                .with("stated", stated.word())
                .with("found", column.kind.word())
        }),
        Some(_) => {}
    }
    if let (Some(listed), None) = (&column.listed_as, field.text("flow.field.listed_as")) {
        let answer = Answer::Text(listed.clone());
        field.entries.push(Entry { path: "flow.field.listed_as", answer, bytes });
    }
}

/// De-identified and anonymised say what was done to the data, which a scan cannot see.
fn lighter(stated: FieldKind, found: FieldKind) -> bool {
    matches!(
        (stated, found),
        (FieldKind::NotPersonal, FieldKind::GeneralPi | FieldKind::SensitivePi)
            | (FieldKind::GeneralPi, FieldKind::SensitivePi)
    )
}

/// The persons of the tables together: of the whole inventory where they are all of it.
fn counts(contents: &Contents, tables: &[&TableContents]) -> Option<Counts> {
    if tables.len() == contents.tables.len() {
        return contents.persons.clone();
    }
    let each: Option<Vec<&Counts>> = tables.iter().map(|table| table.persons.as_ref()).collect();
    each?.into_iter().cloned().reduce(together)
}

/// Two tables counted apart: at least the larger, at most both.
fn together(one: Counts, other: Counts) -> Counts {
    let join = |a: Bounds, b: Bounds| Bounds {
        at_least: a.at_least.max(b.at_least),
        at_most: a.at_most.zip(b.at_most).map(|(a, b)| a.saturating_add(b)),
    };
    let maybe = |a: Option<Bounds>, b: Option<Bounds>| a.zip(b).map(|(a, b)| join(a, b));
    Counts {
        all: join(one.all, other.all),
        persons: Persons {
            general: maybe(one.persons.general, other.persons.general),
            sensitive: maybe(one.persons.sensitive, other.persons.sensitive),
            both: maybe(one.persons.both, other.persons.both),
        },
        minors: join(one.minors, other.minors),
    }
}

/// What the counts still say when only some columns are sent.
///
/// Everything about a person under 14 is sensitive, so they stay in that count whatever is sent.
fn narrowed(sheet: &Sheet<'_>, counts: &Counts) -> Persons {
    let kinds: Vec<FieldKind> = sheet
        .sheets("flow.field")
        .iter()
        .filter_map(|field| match field.entry("flow.field.kind").map(|entry| &entry.answer) {
            Some(Answer::Kind(kind)) => Some(*kind),
            _ => None,
        })
        .collect();
    let sends = |kind: FieldKind| kinds.contains(&kind);
    let none = Bounds::exactly(0);
    let up_to = |bounds: Bounds| Bounds { at_least: 0, ..bounds };
    let unsure = sends(FieldKind::Unknown);
    let general = if sends(FieldKind::GeneralPi) || sends(FieldKind::Deidentified) || unsure {
        up_to(counts.all)
    } else {
        none
    };
    let sensitive = if sends(FieldKind::SensitivePi) || unsure {
        counts.persons.sensitive.map(up_to)
    } else {
        Some(up_to(counts.minors))
    };
    let both = sensitive.map(up_to);
    Persons { general: Some(general), sensitive, both }
}

fn persons(
    sheet: &mut Sheet<'_>,
    counted: &Persons,
    bytes: &Range<usize>,
    findings: &mut Findings<'_>,
) {
    let counters = [
        ("flow.persons.general", counted.general),
        ("flow.persons.sensitive", counted.sensitive),
        ("flow.persons.both", counted.both),
    ];
    for (path, bounds) in counters {
        let Some(bounds) = bounds else { continue };
        match sheet.persons(path) {
            None => {
                let answer = Answer::Persons(bounds);
                sheet.entries.push(Entry { path, answer, bytes: bytes.clone() });
            }
            Some((stated, place)) => {
                if stated.at_most.is_some_and(|most| most < bounds.at_least) {
                    findings.add(&place, || {
                        Diagnostic::error("DC213")
                            .with("key", path)
                            .with("counted", PersonCount(bounds.at_least))
                    });
                }
            }
        }
    }
}
