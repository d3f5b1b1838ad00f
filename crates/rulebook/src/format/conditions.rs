//! Conditions: comparisons of facts, joined by all, any and none. No expression language.

use serde::Deserialize;
use toml::Spanned;

/// A condition: all of `all`, one of `any` (when given), none of `none`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhenText {
    /// Every one must hold.
    #[serde(default)]
    pub all: Vec<Spanned<ComparisonText>>,
    /// At least one must hold, when any are given.
    #[serde(default)]
    pub any: Vec<Spanned<ComparisonText>>,
    /// None may hold.
    #[serde(default)]
    pub none: Vec<Spanned<ComparisonText>>,
}

/// One comparison of one fact (or notion) with fixed values.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonText {
    /// The fact compared.
    pub fact: Option<String>,
    /// The notion asked for, instead of a fact.
    pub notion: Option<String>,
    /// Equal to.
    pub is: Option<Literal>,
    /// One of these.
    pub any_of: Option<Vec<String>>,
    /// 以上，含本数。
    pub at_least: Option<u64>,
    /// 不满，不含本数。
    pub below: Option<u64>,
    /// 超过，不含本数。
    pub above: Option<u64>,
    /// 以下，含本数。
    pub at_most: Option<u64>,
    /// Whether the exact figure is known to be inside.
    pub boundary: Option<Boundary>,
}

/// A fixed value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    /// Yes or no.
    YesNo(bool),
    /// A number of persons.
    Count(u64),
    /// One of a closed set of words.
    Word(String),
}

/// Whether a boundary figure was read in the primary text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Boundary {
    /// One source says "more than", another "at least": at the exact figure the rule is a doubt.
    Unverified,
}
