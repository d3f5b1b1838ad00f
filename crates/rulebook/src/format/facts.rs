//! `facts.toml`: every question a rule may ask.

use serde::Deserialize;

use super::{Sentence, WhenText};

/// The file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactFile {
    /// The format version.
    pub format: u32,
    /// The facts, in the order of the variables of the decision diagram.
    pub fact: Vec<FactText>,
    /// Relations that hold in every possible world.
    #[serde(default)]
    pub always: Vec<AlwaysText>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactText {
    /// Its id.
    pub id: toml::Spanned<String>,
    /// `yes-no`, `one-of` or `persons`.
    pub r#type: String,
    /// The values of a `one-of`.
    #[serde(default)]
    pub values: Vec<String>,
    /// What each value of a `one-of` is called, in the same order.
    #[serde(default)]
    pub labels: Vec<Sentence>,
    /// Who can answer: `ledger`, `scan` or `person`; `claim` for a claim.
    pub from: String,
    /// How dear it is to find out: 1 (known at once) to 5 (months).
    pub effort: u32,
    /// Where it stands in a declaration, such as `flow.recipient.kind`; absent for derived facts.
    pub at: Option<String>,
    /// Its short name, for explanations.
    pub name: Sentence,
    /// The question as people see it.
    pub asks: Sentence,
    /// For persons: unit and window.
    pub counts: Option<Sentence>,
    /// `up` when a larger value (yes after no) can never make the route lighter.
    pub stricter: Option<String>,
}

/// `when` implies `then`, in every possible world.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlwaysText {
    /// Only on these days, those on which rules ask the facts concerned.
    pub in_force: Option<super::InForceText>,
    /// If this holds …
    pub when: WhenText,
    /// … this holds too.
    pub then: WhenText,
}
