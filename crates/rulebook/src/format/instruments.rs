//! `instruments/**.toml` and `sources.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, DayText, Sentence};

/// One legal instrument; never its text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstrumentFile {
    /// The format version.
    pub format: u32,
    /// Its id.
    pub id: Spanned<String>,
    /// Its title.
    pub title: Sentence,
    /// Who issued it.
    #[serde(default)]
    pub issuer: Vec<String>,
    /// Its number.
    pub number: Option<Sentence>,
    /// What it is.
    pub kind: String,
    /// The day it was published.
    pub promulgated: Option<DayText>,
    /// The day it took effect.
    pub effective: Option<DayText>,
    /// How many articles it has.
    pub articles: Option<u32>,
    /// How many items each paragraph of an article has.
    #[serde(default)]
    pub outline: BTreeMap<String, Vec<u32>>,
    /// Its status.
    pub status: String,
    /// Whether its text was read.
    pub text: String,
    /// What it governs.
    pub governs: Option<Sentence>,
    /// When all of it ended.
    pub superseded: Option<Superseded>,
    /// Which parts of it ended.
    #[serde(default)]
    pub superseded_parts: Vec<Part>,
    /// Which instruments it prevails over.
    pub prevails_over: Option<Prevails>,
    /// Its official address.
    pub url: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// The day the book learned of it.
    pub known_since: Option<DayText>,
    /// Check.
    pub checked: Option<Checked>,
}

/// The end of an instrument.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Superseded {
    /// The first day no more.
    pub from: DayText,
    /// By what.
    pub by: String,
}

/// The end of a part of an instrument.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The first day no more.
    pub from: DayText,
    /// Which part.
    pub at: String,
    /// By what, `instrument#article`.
    pub by: String,
    /// What changed.
    pub what: Sentence,
}

/// Which instruments it prevails over.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prevails {
    /// The article that says so.
    pub at: String,
    /// Over what.
    pub laws: Vec<String>,
}

/// `sources.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// The format version.
    pub format: u32,
    /// The sources.
    pub source: Vec<SourceText>,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceText {
    /// Its key.
    pub key: Spanned<String>,
    /// What it is.
    pub what: String,
    /// Its address.
    pub url: Option<String>,
    /// Further addresses.
    #[serde(default)]
    pub also: Vec<String>,
    /// A remark.
    pub note: Option<String>,
}
