//! `ages.toml`.

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, CiteText, DayText, InForceText, Sentence};

entries_file! {
    /// Ages at which the law draws a line.
    AgeFile
    entries {
        /// The ages.
        age: AgeText,
    }
}

/// An age.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeText {
    /// Its id.
    pub id: Spanned<String>,
    /// Whoever is under so many years is concerned; the birthday itself still counts.
    pub under: u8,
    /// From when until when.
    pub in_force: InForceText,
    /// The provision.
    pub cite: Spanned<CiteText>,
    /// Further provisions.
    #[serde(default)]
    pub also: Vec<Spanned<CiteText>>,
    /// What holds for them.
    pub says: Sentence,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// Check.
    pub checked: Option<Checked>,
}
