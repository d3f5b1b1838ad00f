//! `calendar/<year>.toml`.

use serde::Deserialize;

use super::{Checked, DayText, Sentence};

/// Public holidays and make-up working days of a year.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    /// The format version.
    pub format: u32,
    /// The year.
    pub year: i16,
    /// The notice it comes from.
    pub notice: Sentence,
    /// The notice's number.
    pub number: Option<Sentence>,
    /// A remark.
    pub note: Option<Sentence>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// The day the book learned it.
    pub known_since: Option<DayText>,
    /// Check.
    pub checked: Option<Checked>,
    /// The holidays.
    pub holidays: Vec<Holiday>,
    /// Weekend days on which offices work.
    #[serde(default)]
    pub workdays: Vec<DayText>,
}

/// A run of days off.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The first day off.
    pub from: DayText,
    /// The last day off.
    pub to: DayText,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}
