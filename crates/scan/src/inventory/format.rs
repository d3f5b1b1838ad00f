//! The published format of an inventory, version 1: what the file holds, key by key.
//!
//! It holds names of tables and columns, classes, counts and what people settled. It never holds a
//! value of a cell. Keys may be added in version 1; none changes its meaning.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The `schema` key of every inventory.
pub const SCHEMA: &str = "kouan/inventory/1";

/// What a scan found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// The name and version of this format: `kouan/inventory/1`.
    pub schema: String,
    /// The day whose law and ages count, `YYYY-MM-DD`.
    pub on: String,
    /// The version and digest of the rulebook that says what the classes mean.
    pub rulebook: Origin,
    /// How much was looked at: `full`, `sample` or `metadata`.
    pub mode: Mode,
    /// The list edition and scenario the columns were matched to, `area/day` and
    /// `sector/scenario`, when one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioUse>,
    /// Distinct natural persons in all tables together; absent when no row was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons: Option<Persons>,
    /// What was not looked at, and why: codes of `kouan explain`.
    #[serde(default, rename = "not_looked_at", skip_serializing_if = "Vec::is_empty")]
    pub not_looked_at: Vec<Gap>,
    /// What the readers found out by themselves (an encoding, a missing header): nothing was left
    /// out, but a person may want to know.
    #[serde(default, rename = "remark", skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Gap>,
    /// What differs from the inventory that stood here before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// The inputs, by name.
    #[serde(default, rename = "input")]
    pub inputs: Vec<InputSeen>,
    /// The tables, by name.
    #[serde(default, rename = "table")]
    pub tables: Vec<TableSeen>,
    /// Signs of important data. Candidates for a person to look at, never a verdict.
    #[serde(default, rename = "candidate", skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateSeen>,
}

/// A version and the digest of what it names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The version.
    pub version: String,
    /// SHA-256 in hexadecimal digits.
    pub digest: String,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Every cell.
    Full,
    /// Some rows of each table; persons are not counted.
    Sample,
    /// Names, comments, types and keys only.
    Metadata,
}

/// The scenario of a zone's list that columns were matched to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioUse {
    /// The edition, `area/day`.
    pub edition: String,
    /// The scenario, `sector/scenario`.
    pub scenario: String,
    /// Whether the rulebook holds all fields of the scenario; when not, a column that matches none
    /// may still be listed.
    pub complete: bool,
}

/// One file, object or database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputSeen {
    /// Its name as it was given, without user and password.
    pub name: String,
    /// How many bytes it has, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableSeen {
    /// Its name, unique in the inventory.
    pub name: String,
    /// The input it belongs to.
    pub input: String,
    /// `file`, `table`, `view`, `nested` or `definition`.
    pub kind: String,
    /// The comment the source keeps for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Rows looked at.
    pub rows: u64,
    /// Rows the source says it has, where not all were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_estimate: Option<u64>,
    /// What the reader met: ragged, lost, undecodable, cut. Absent when nothing was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<Met>,
    /// Distinct natural persons in this table; absent when no row was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons: Option<Persons>,
    /// Sets of columns that may be sensitive together although none is alone: ids of the rulebook.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub combinations: Vec<String>,
    /// Its columns, in the order of the source.
    #[serde(default, rename = "column")]
    pub columns: Vec<ColumnSeen>,
}

/// What a reader met in a table and went on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Met {
    /// Rows with more or fewer cells than the header.
    #[serde(default)]
    pub ragged_rows: u64,
    /// Rows that could not be read and were left out.
    #[serde(default)]
    pub lost_rows: u64,
    /// Cells whose bytes are not in the encoding of the source.
    #[serde(default)]
    pub undecodable_cells: u64,
    /// Cells longer than the limit, looked at in part.
    #[serde(default)]
    pub cut_cells: u64,
}

/// Yes, no, or not known.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// No.
    No,
    /// Not known: both are possible.
    Unsure,
    /// Yes.
    Yes,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnSeen {
    /// Its name, unique in the table.
    pub name: String,
    /// Its place in the table, from 0.
    pub position: u32,
    /// What the source says it holds, such as `text`; absent when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// The comment the source keeps for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The class of the rulebook it was found to hold; absent when none was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How sure the class is: `sure`, `likely` or `unsure`; `settled` when a person said so.
    pub level: Level,
    /// Whether it is personal information.
    pub personal: Answer,
    /// Whether it is sensitive personal information on that day.
    pub sensitive: Answer,
    /// What the regimes say of the class, and which decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<StandingSeen>,
    /// The person the column is about, when not the subject of the row: `guardian`, `sender`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Which kind of key it is for counting persons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Cells with a value, of the rows looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled: Option<u64>,
    /// What should be known before the values are trusted: `looks-like-test-data`, `masked`,
    /// `hashed`, `float-damaged`, `full-width`, `mixed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Why the class was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceSeen>,
    /// Fields of the scenario it may be, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<ListedSeen>,
    /// What a person decided about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// How sure a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Values and name agree, or one of them leaves no doubt.
    Sure,
    /// More likely than not; taken as found.
    Likely,
    /// Both readings stay possible; taken as unknown.
    Unsure,
    /// A person said so.
    Settled,
}

/// What the regimes say of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandingSeen {
    /// The regime that decided whether it is sensitive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// What each regime in force says: `yes`, `no`, `by-use` or `not-listed`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub regimes: BTreeMap<String, String>,
    /// Whether the regimes in force say different things.
    #[serde(default)]
    pub disagree: bool,
    /// The grade of GB/T 43697 annex H it has at least, 1 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<u8>,
    /// The level of JR/T 0197, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The leaf of GB/T 43697 annex B.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// One piece of evidence; never a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceSeen {
    /// `name`, `comment`, `values`, `statistics`, `relation` or `declared` (by a contract or a
    /// manifest that was imported).
    pub kind: String,
    /// The rule that gave it, such as `name.words`.
    pub rule: String,
    /// What it is about: a class, a shape or another column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Cells that look like it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<u64>,
    /// Cells that also pass its check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<u64>,
    /// Of so many cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
}

/// A field of a list's scenario that a column may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListedSeen {
    /// The field of the list.
    pub field: String,
    /// How well they match, 0 to 100.
    pub score: u8,
    /// Who confirmed it, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Signed>,
}

/// A name, a reason and a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
    /// When, `YYYY-MM-DD`.
    pub on: String,
}

/// What a person decided about a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// The class, or `other` for: not personal information.
    #[serde(rename = "as")]
    pub class: String,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
    /// When, `YYYY-MM-DD`.
    pub on: String,
}

/// Distinct natural persons, each between two exact bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Persons {
    /// With any PI.
    pub all: Bounds,
    /// With PI that is not sensitive; a person under 14 is not among them.
    pub general: Bounds,
    /// With sensitive PI; every person under 14 is among them.
    pub sensitive: Bounds,
    /// With both.
    pub both: Bounds,
    /// Under 14 on the day.
    pub minors: Bounds,
    /// The figure taken for the law.
    pub taken: Taken,
    /// What the bounds rest on.
    pub basis: Basis,
    /// Set when a person settled a column after the count: the bounds may no longer hold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recount: bool,
}

/// Two bounds that both belong to the range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Linked: records that share an identifier count as one person.
    pub at_least: u64,
    /// Unlinked: records not shown to be of one person count apart.
    pub at_most: u64,
}

/// The figure taken for the law, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Persons with any PI.
    pub persons: u64,
    /// Why this figure; deciding is given both bounds.
    pub why: Why,
}

/// Why a figure was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The bounds meet.
    Exact,
    /// The upper bound: records not shown to be of one person count apart.
    Unlinked,
    /// The upper bound: the class of a column, or an age, is not sure.
    UnsureColumns,
    /// The upper bound, for both reasons.
    UnlinkedAndUnsureColumns,
}

/// What the bounds rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Records that speak of a person: rows, once for each person they speak of.
    pub records: u64,
    /// Records without any identifier; each may be a person of its own, or one already counted.
    #[serde(default)]
    pub without_key: u64,
    /// Records with a masked identifier: stars instead of digits.
    #[serde(default)]
    pub masked: u64,
    /// Records with a hashed identifier.
    #[serde(default)]
    pub hashed: u64,
    /// Records with an identifier that lost digits or cannot be read.
    #[serde(default)]
    pub damaged: u64,
    /// Records with several identity numbers, which cannot all be one person's.
    #[serde(default)]
    pub several_ids: u64,
    /// Distinct keys of each kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, u64>,
    /// Persons by their strongest key who turned out to be one with another; absent when the links
    /// were not followed one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<u64>,
    /// Groups of linked records that hold several identity numbers, so a shared key such as a
    /// phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_keys: Option<u64>,
    /// Set when the persons were too many to follow every link within the memory limit; the lower
    /// bounds then come from the number of keys and links.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reckoned: bool,
}

/// Something that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Where: the input, or a table of it.
    pub place: String,
    /// The code that says why; `kouan explain CODE` tells more.
    pub code: String,
    /// The figures of that message; names and counts only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// What differs from the inventory before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// Columns, `table:column`, that were not there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<String>,
    /// Columns that are no longer there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
    /// Columns whose class, standing or level is another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

/// A sign of important data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CandidateSeen {
    /// The rule of the rulebook.
    pub rule: String,
    /// The table.
    pub table: String,
    /// The columns that gave the sign, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Rows, when the rule asks for a volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Persons, when the rule asks for a volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons: Option<u64>,
}
