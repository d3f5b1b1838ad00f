//! `unsettled/*.toml`: points of law that are open, and their readings.

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, CiteText, DayText, Sentence, WhenText};

/// One area.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointFile {
    /// The format version.
    pub format: u32,
    /// What the file is about.
    pub topic: Option<Sentence>,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// The points.
    pub unsettled: Vec<PointText>,
}

/// One open point.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointText {
    /// Its id.
    pub id: Spanned<String>,
    /// Its number in the fact base.
    pub number: Option<String>,
    /// The provision it is about.
    pub cite: Option<CiteText>,
    /// The question.
    pub question: Sentence,
    /// Why it is open.
    pub why: Sentence,
    /// `route`, `counting` or `informs`.
    pub effect: String,
    /// The readings.
    pub readings: Vec<ReadingText>,
    /// The reading a source calls the ordinary one; it decides and the other is shown.
    pub ordinary: Option<String>,
    /// The reading to act on where one leads off the ladder.
    pub safe: Option<String>,
    /// When a decision mentions a point that only informs.
    pub raised_when: Option<WhenText>,
    /// For a counting point: what is added to which count under which reading.
    #[serde(default)]
    pub adds: Vec<AddsText>,
    /// Set once an authority has answered.
    pub settled: Option<SettledText>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// Check, when not the file's.
    pub checked: Option<Checked>,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingText {
    /// Its id.
    pub id: String,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What follows from it.
    pub leads_to: Sentence,
}

/// Adds one count to another under a reading.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddsText {
    /// The count that grows.
    pub to: String,
    /// The count that is added.
    pub from: String,
    /// The reading under which it is.
    pub under: String,
}

/// An authority's answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettledText {
    /// The day.
    pub on: DayText,
    /// The instrument.
    pub by: String,
    /// The reading that won.
    pub reading: String,
}
