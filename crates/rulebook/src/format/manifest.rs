//! `rulebook.toml`.

use serde::Deserialize;

use super::{DayText, Sentence};

/// The book itself: edition, languages, freshness, named holes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format version.
    pub format: u32,
    /// The edition, `2026.11.1`.
    pub edition: String,
    /// The languages held.
    pub languages: Vec<String>,
    /// Entries checked longer ago than this carry a warning.
    pub stale_after_days: u32,
    /// The first day the book answers for.
    pub starts: DayText,
    /// The last day up to which the law was followed.
    pub followed_until: DayText,
    /// Gaps that are known and explained.
    #[serde(default)]
    pub hole: Vec<HoleText>,
}

/// A named gap.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoleText {
    /// Its id.
    pub id: String,
    /// The first day.
    pub from: DayText,
    /// The first day no more.
    pub until: Option<DayText>,
    /// Why it is there.
    pub reason: Sentence,
}
