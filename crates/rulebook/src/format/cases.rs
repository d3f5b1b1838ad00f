//! `bases.toml` and `*.cases.toml`: the tests next door.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::DayText;

/// `bases.toml`: complete sets of facts that cases start from.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseFile {
    /// The format version.
    pub format: u32,
    /// The bases.
    pub base: Vec<BaseText>,
}

/// One base.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseText {
    /// Its id.
    pub id: Spanned<String>,
    /// What it stands for.
    pub says: super::Sentence,
    /// A base it builds on.
    pub extends: Option<String>,
    /// Fact and value.
    pub facts: BTreeMap<String, Spanned<GivenValue>>,
}

/// A value of a fact in a base or case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum GivenValue {
    /// Yes or no.
    YesNo(bool),
    /// A count.
    Count(u64),
    /// A word.
    Word(String),
    /// A count known to lie in a range.
    Range {
        /// At least.
        at_least: u64,
        /// At most.
        at_most: Option<u64>,
    },
}

/// `<topic>.cases.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CasesFile {
    /// The format version.
    pub format: u32,
    /// The base every table and case starts from.
    pub base: Spanned<String>,
    /// Left out before the ids of rules.
    #[serde(default)]
    pub prefix: String,
    /// The list scenario claimed, `edition#sector/scenario`, when the cases are about one.
    pub scenario: Option<Spanned<String>>,
    /// Readings of open points adopted for every table and case, each `point:reading`.
    #[serde(default)]
    pub adopted: Vec<String>,
    /// Tables of values.
    #[serde(default)]
    pub table: Vec<TableText>,
    /// Single cases.
    #[serde(default)]
    pub case: Vec<CaseText>,
}

/// A table: each row gives values, a route and the rules that lead there; a row may end with one
/// more cell that expects more, such as `{ unsettled = ["cn.hr-limbs"] }`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableText {
    /// What it shows.
    pub about: String,
    /// Each row runs on each of these days.
    pub on: Vec<DayText>,
    /// Facts that differ from the base in the whole table.
    #[serde(default)]
    pub given: BTreeMap<String, Spanned<GivenValue>>,
    /// The facts of the columns.
    pub vary: Vec<String>,
    /// The rows.
    pub rows: Vec<Spanned<Vec<toml::Value>>>,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseText {
    /// What it shows.
    pub about: Spanned<String>,
    /// The day.
    pub on: DayText,
    /// Where the expected answer comes from, when published.
    pub source: Option<String>,
    /// Facts that differ from the base.
    #[serde(default)]
    pub given: BTreeMap<String, Spanned<GivenValue>>,
    /// Facts that are not known.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// What must come out.
    pub expect: ExpectText,
}

/// What must come out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectText {
    /// The route; left out when the question must be refused.
    #[serde(default)]
    pub route: String,
    /// The routes possible, when undetermined.
    #[serde(default)]
    pub possible: Vec<String>,
    /// The rules that hold in every completion and are not set aside.
    pub because: Option<Vec<String>>,
    /// Decided, by different rules in different completions.
    pub either: Option<Vec<String>>,
    /// The facts that matter, ranked.
    pub needs: Option<Vec<String>>,
    /// The open points it leans on.
    pub unsettled: Option<Vec<String>>,
    /// The doubts it leans on.
    pub doubts: Option<Vec<String>>,
    /// The rules that offer the Greater Bay Area contract and hold in every completion.
    pub options: Option<Vec<String>>,
    /// The question is refused: the list relied on is not in force on the day.
    #[serde(default)]
    pub not_in_force: bool,
}
