//! The transfer declaration: who sends what about whom to whom, where and why.
//!
//! A declaration is TOML, or JSON when the file name says so. Reading it gives a [`Transfer`] or
//! every finding at once, each with its place. A fact left out is unknown; a claim left out is not
//! made.

mod argument;
mod contradictions;
mod countries;
mod credit_code;
mod findings;
mod inventories;
mod json_text;
mod layout;
pub mod limits;
mod nearest;
mod reader;
mod scan;
mod schema;
mod sheet;
mod template;
#[cfg(test)]
mod tests;
mod toml_text;
mod tree;
mod values;

use std::ops::Range;

use kouan_rulebook::Fact;
use kouan_terms::{Bilingual, Day, Diagnostic, EditionId, FactId, ScenarioId, TransferId};

pub use argument::read_fact_argument;
pub use inventories::{ColumnContents, Contents, Counts, Inventories, InventoryUse, TableContents};
pub use schema::json_schema;
pub use template::template;

use findings::Findings;
use layout::Layout;
use scan::Syntax;
use sheet::{Answer, Sheet};

/// One transfer, as its handler declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Its title; one given in a single language stands in both.
    pub title: Option<Bilingual>,
    /// Who provides the data.
    pub handler: Handler,
    /// Facts about the handler and its counts, in the order of the rulebook's facts.
    pub facts: Vec<Given>,
    /// Whether the counts of the year already include this transfer (yes when left out).
    pub year_includes_this: bool,
    /// What goes abroad, one recipient and purpose each.
    pub flows: Vec<Flow>,
    /// Days from which time limits run: the anchor's name and the day.
    pub dates: Vec<(Box<str>, Day)>,
    /// The day on which the facts were true.
    pub answers_on: Option<Day>,
}

/// The personal information handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Its name; a language in which it was not given is empty.
    pub name: Option<Bilingual>,
    /// The unified social credit code, checked.
    pub credit_code: Option<Box<str>>,
    /// The group it belongs to.
    pub group: Option<Box<str>>,
}

/// One flow: one recipient, one purpose.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Its id, unique in the transfer.
    pub id: Box<str>,
    /// Who receives.
    pub recipient: Recipient,
    /// Facts and claims, stated or following from fields, persons and sections, in the order of the
    /// rulebook's facts.
    pub facts: Vec<Given>,
    /// How many persons it is about.
    pub persons: Persons,
    /// The zone's list relied on.
    pub list: Option<ListClaim>,
    /// The fields sent.
    pub fields: Vec<Field>,
    /// The inventory its fields and persons were taken from.
    pub inventory: Option<InventoryUse>,
    /// Its header in the text.
    pub bytes: Range<usize>,
}

/// The overseas recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its name.
    pub name: Option<Box<str>>,
    /// Country or region: two capital letters of ISO 3166-1.
    pub country: Option<Box<str>>,
    /// Countries or regions it passes the data on to.
    pub onward: Vec<Box<str>>,
}

/// Distinct natural persons of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persons {
    /// With PI that is not sensitive.
    pub general: Option<Bounds>,
    /// With sensitive PI.
    pub sensitive: Option<Bounds>,
    /// With both.
    pub both: Option<Bounds>,
}

/// A count that is known, or known to lie in a range; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest it can be.
    pub at_least: u64,
    /// The largest it can be, when known.
    pub at_most: Option<u64>,
}

impl Bounds {
    /// A count that is known.
    #[must_use]
    pub fn exactly(count: u64) -> Bounds {
        Bounds { at_least: count, at_most: Some(count) }
    }
}

/// A free-trade zone's list, relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListClaim {
    /// The edition, `area/day`.
    pub edition: EditionId,
    /// The scenario, `sector/scenario`.
    pub scenario: ScenarioId,
    /// Its header in the text.
    pub bytes: Range<usize>,
}

/// One field of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Box<str>,
    /// What kind of data it holds.
    pub kind: FieldKind,
    /// The field of the list it matches.
    pub listed_as: Option<Box<str>>,
    /// Its header in the text.
    pub bytes: Range<usize>,
}

/// What kind of data a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// Personal information that is not sensitive.
    GeneralPi,
    /// Sensitive personal information.
    SensitivePi,
    /// Important data.
    ImportantData,
    /// De-identified: still personal information.
    Deidentified,
    /// Anonymised: no longer personal information.
    Anonymised,
    /// Not about a natural person.
    NotPersonal,
    /// Not known.
    Unknown,
}

impl FieldKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [FieldKind; 7] = [
        FieldKind::GeneralPi,
        FieldKind::SensitivePi,
        FieldKind::ImportantData,
        FieldKind::Deidentified,
        FieldKind::Anonymised,
        FieldKind::NotPersonal,
        FieldKind::Unknown,
    ];

    /// The word used in a declaration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FieldKind::GeneralPi => "general-pi",
            FieldKind::SensitivePi => "sensitive-pi",
            FieldKind::ImportantData => "important-data",
            FieldKind::Deidentified => "deidentified",
            FieldKind::Anonymised => "anonymised",
            FieldKind::NotPersonal => "not-personal",
            FieldKind::Unknown => "unknown",
        }
    }
}

/// A fact and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The fact.
    pub fact: FactId,
    /// The answer.
    pub value: Stated,
    /// What shows it, in the handler's words.
    pub evidence: Option<Box<str>>,
    /// Where the answer stands, or what it follows from.
    pub bytes: Range<usize>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated {
    /// Yes or no.
    YesNo(bool),
    /// One of the fact's words.
    Word(Box<str>),
    /// A number of persons.
    Count(Bounds),
}

/// Reads a declaration that names no inventory; `file` is the name the user gave, and tells TOML
/// from JSON.
///
/// # Errors
///
/// As for [`read_with`]; an inventory that is named cannot be read here and is a finding.
pub fn read(file: &str, text: &str, facts: &[Fact]) -> Result<Transfer, Vec<Diagnostic>> {
    let mut none = |_: &str| Err(Diagnostic::error("DC214"));
    read_with(file, text, facts, &mut none)
}

/// Reads a declaration; where it names an inventory, `inventories` is asked for its contents.
///
/// # Errors
///
/// The findings, by place, at most [`limits::FINDINGS`]; the last says how many more there are.
pub fn read_with(
    file: &str,
    text: &str,
    facts: &[Fact],
    inventories: &mut Inventories<'_>,
) -> Result<Transfer, Vec<Diagnostic>> {
    let mut findings = Findings::new(file);
    let transfer = read_into(file, text, facts, inventories, &mut findings);
    match transfer {
        Some(transfer) if findings.is_empty() => Ok(transfer),
        _ => Err(findings.into_list()),
    }
}

fn read_into(
    file: &str,
    text: &str,
    facts: &[Fact],
    inventories: &mut Inventories<'_>,
    findings: &mut Findings<'_>,
) -> Option<Transfer> {
    let syntax = Syntax::of(file);
    if let Err((bytes, finding)) = scan::check(syntax, text) {
        if bytes.is_empty() {
            findings.add_whole(finding);
        } else {
            findings.add(&bytes, || finding);
        }
        return None;
    }
    let root = match syntax {
        Syntax::Toml => toml_text::parse(text, findings)?,
        Syntax::Json => json_text::parse(text, findings)?,
    };
    let layout = Layout::new(facts);
    let mut top = reader::read(&layout, &root, findings)?;
    inventories::fill(&mut top, facts, inventories, findings);
    for entry in &mut top.entries {
        if let ("flow", Answer::Sheets(flows)) = (entry.path, &mut entry.answer) {
            for flow in flows {
                contradictions::complete_flow(flow, facts, findings);
            }
        }
    }
    contradictions::check_transfer(&top, findings);
    transfer(&top)
}

/// Puts the answers where the evaluator looks for them; something required may be missing, which
/// was found already.
fn transfer(top: &Sheet<'_>) -> Option<Transfer> {
    Some(Transfer {
        id: TransferId::new(&top.text("id")?),
        title: either(top.text("title.zh"), top.text("title.en")).map(in_both),
        handler: Handler {
            name: either(top.text("handler.name_zh"), top.text("handler.name_en")),
            credit_code: top.text("handler.credit_code"),
            group: top.text("handler.group"),
        },
        facts: top.facts_in_order(),
        year_includes_this: top.yes_no("year.includes_this_transfer").unwrap_or(true),
        flows: top.sheets("flow").iter().map(flow).collect::<Option<Vec<Flow>>>()?,
        dates: dates(top),
        answers_on: top.day("answers_on"),
    })
}

fn flow(sheet: &Sheet<'_>) -> Option<Flow> {
    let persons = |path| sheet.persons(path).map(|(bounds, _)| bounds);
    let list = match sheet.entry("flow.list") {
        None => None,
        Some(entry) => Some(ListClaim {
            edition: EditionId::new(&sheet.text("flow.list.edition")?),
            scenario: ScenarioId::new(&sheet.text("flow.list.scenario")?),
            bytes: entry.bytes.clone(),
        }),
    };
    Some(Flow {
        id: sheet.text("flow.id")?,
        recipient: Recipient {
            name: sheet.text("flow.recipient.name"),
            country: sheet.text("flow.recipient.country"),
            onward: sheet.texts("flow.recipient.onward"),
        },
        facts: sheet.facts_in_order(),
        persons: Persons {
            general: persons("flow.persons.general"),
            sensitive: persons("flow.persons.sensitive"),
            both: persons("flow.persons.both"),
        },
        list,
        fields: sheet.sheets("flow.field").iter().map(field).collect::<Option<Vec<Field>>>()?,
        inventory: sheet
            .text("flow.inventory")
            .zip(sheet.text("flow.inventory.digest"))
            .map(|(file, digest)| InventoryUse { file, digest }),
        bytes: sheet.bytes.clone(),
    })
}

fn field(sheet: &Sheet<'_>) -> Option<Field> {
    let kind = match sheet.entry("flow.field.kind").map(|entry| &entry.answer) {
        Some(Answer::Kind(kind)) => *kind,
        _ => FieldKind::Unknown,
    };
    Some(Field {
        name: sheet.text("flow.field.name")?,
        kind,
        listed_as: sheet.text("flow.field.listed_as"),
        bytes: sheet.bytes.clone(),
    })
}

fn dates(top: &Sheet<'_>) -> Vec<(Box<str>, Day)> {
    let mut dates: Vec<(Box<str>, Day)> = top
        .entries
        .iter()
        .filter_map(|entry| match (entry.path.strip_prefix("dates."), &entry.answer) {
            // A key cannot look like a subtraction, so the anchor's hyphens are written `_`.
            (Some(key), Answer::Day(day)) => Some((key.replace('_', "-").into(), *day)),
            _ => None,
        })
        .collect();
    dates.sort();
    dates
}

fn either(zh: Option<Box<str>>, en: Option<Box<str>>) -> Option<Bilingual> {
    if zh.is_none() && en.is_none() {
        return None;
    }
    let owned = |text: Option<Box<str>>| text.map(String::from).unwrap_or_default();
    Some(Bilingual { zh: owned(zh), en: owned(en) })
}

/// A title is printed in either language, so one that was given once stands in both.
fn in_both(title: Bilingual) -> Bilingual {
    let Bilingual { zh, en } = title;
    if zh.is_empty() {
        Bilingual { zh: en.clone(), en }
    } else if en.is_empty() {
        Bilingual { en: zh.clone(), zh }
    } else {
        Bilingual { zh, en }
    }
}
