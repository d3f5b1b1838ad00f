//! Days, sentences and signatures, as TOML writes them.

use kouan_terms::{Bilingual, Day};
use serde::Deserialize;

/// A TOML local date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayText(pub Day);

impl<'de> Deserialize<'de> for DayText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let moment = toml::value::Datetime::deserialize(deserializer)?;
        let (Some(date), None, None) = (moment.date, moment.time, moment.offset) else {
            return Err(D::Error::custom("a plain day, such as 2024-03-22, is needed here"));
        };
        let year = i16::try_from(date.year).map_err(D::Error::custom)?;
        let month = i8::try_from(date.month).map_err(D::Error::custom)?;
        let day = i8::try_from(date.day).map_err(D::Error::custom)?;
        Day::new(year, month, day).map(DayText).map_err(D::Error::custom)
    }
}

/// A day, or a range of days when the day itself is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum DayOrRange {
    /// The day is known.
    Day(DayText),
    /// The day lies in this range, both ends included.
    Range {
        /// The earliest day it can be.
        not_before: DayText,
        /// The latest day it can be.
        not_after: DayText,
    },
}

/// A sentence in both languages; either missing is an error of the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<Sentence> for Bilingual {
    fn from(sentence: Sentence) -> Bilingual {
        Bilingual { zh: sentence.zh, en: sentence.en }
    }
}

/// Who looked at the source, and when.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// The day of the check; staleness is counted from it.
    pub on: DayText,
    /// Who checked.
    pub by: Vec<String>,
    /// What it was checked against, when not the primary text.
    pub against: Option<String>,
}
