//! `rules/cn/*.toml`: rules and named intermediate facts (notions).

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, DayText, Sentence, WhenText};

/// One topic.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The format version.
    pub format: u32,
    /// What the file is about.
    pub topic: Sentence,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// Named intermediate facts.
    #[serde(default)]
    pub notion: Vec<NotionText>,
    /// The rules.
    #[serde(default)]
    pub rule: Vec<RuleText>,
}

/// A named intermediate fact.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotionText {
    /// Its id.
    pub id: Spanned<String>,
    /// From when until when it is defined so.
    pub in_force: InForceText,
    /// The provision.
    pub cite: Spanned<CiteText>,
    /// What it means.
    pub says: Sentence,
    /// Its definition.
    pub when: WhenText,
    /// Sources, when not the file's.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence, when not the file's.
    pub confidence: Option<String>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// Its id.
    pub id: Spanned<String>,
    /// From when until when.
    pub in_force: InForceText,
    /// The provision.
    pub cite: Spanned<CiteText>,
    /// Further provisions that carry it.
    #[serde(default)]
    pub also: Vec<Spanned<CiteText>>,
    /// What it asks, in our own words.
    pub says: Sentence,
    /// When it holds.
    pub when: WhenText,
    /// The route it leads to.
    pub then: Spanned<String>,
    /// Rules before which it steps back: ids, `prefix.*`, or `art-N` of its own instrument.
    #[serde(default)]
    pub yields_to: Vec<Spanned<String>>,
    /// Rules that it sets aside.
    #[serde(default)]
    pub overrides: Vec<Spanned<String>>,
    /// The reading of an unsettled point that it belongs to, `point:reading`.
    pub under: Option<Spanned<String>>,
    /// The claim without which it does not apply, for the search for lighter routes.
    pub claim: Option<String>,
    /// The day the book learned it.
    pub known_since: Option<DayText>,
    /// Sources, when not the file's.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence, when not the file's.
    pub confidence: Option<String>,
    /// Check, when not the file's.
    pub checked: Option<Checked>,
    /// A remark for readers of the book.
    pub note: Option<Sentence>,
}

/// From when until when; half-open.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForceText {
    /// The first day.
    pub from: Spanned<DayText>,
    /// The first day no more.
    pub until: Option<Spanned<DayText>>,
    /// The provision that ended it, `instrument#article`.
    pub ended_by: Option<Spanned<String>>,
}

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CiteText {
    /// The instrument.
    pub law: String,
    /// The provision, `art-7.1(2)`.
    pub at: String,
}
