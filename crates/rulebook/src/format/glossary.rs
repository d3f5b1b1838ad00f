//! `glossary.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::{DayText, Sentence};

/// The words of the trade.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossaryFile {
    /// The format version.
    pub format: u32,
    /// When it was last changed.
    pub known_since: Option<DayText>,
    /// The terms.
    pub term: Vec<TermText>,
}

/// One term.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// Words we do not use for it.
    #[serde(default)]
    pub not: Vec<String>,
    /// What it means.
    pub says: Sentence,
}
