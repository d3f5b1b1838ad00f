//! What follows from a route: duties, time limits, change triggers; and versions, and gaps.

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, CiteText, DayText, InForceText, Sentence, WhenText};

macro_rules! file {
    ($(#[$doc:meta])* $file:ident, $entry:ident, $key:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $file {
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
            /// The entries.
            pub $key: Vec<$entry>,
        }
    };
}

file! {
    /// `duties.toml`.
    DutyFile, DutyText, duty
}
file! {
    /// `limits.toml`.
    LimitFile, LimitText, limit
}
file! {
    /// `changes.toml`.
    ChangeFile, ChangeText, change
}
file! {
    /// `versions.toml`.
    VersionFile, VersionText, version
}
file! {
    /// `missing.toml`.
    MissingFile, MissingText, missing
}

/// A duty that stays, whatever the route.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyText {
    /// Its id.
    pub id: Spanned<String>,
    /// Its number in the fact base.
    pub number: Option<String>,
    /// From when until when.
    pub in_force: InForceText,
    /// The provision.
    pub cite: Spanned<CiteText>,
    /// Further provisions.
    #[serde(default)]
    pub also: Vec<Spanned<CiteText>>,
    /// What it asks.
    pub says: Sentence,
    /// Only for these routes, when given.
    #[serde(default)]
    pub routes: Vec<Spanned<String>>,
    /// Only when this holds.
    #[serde(default)]
    pub when: WhenText,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// Check.
    pub checked: Option<Checked>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// A time limit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitText {
    /// Its id.
    pub id: Spanned<String>,
    /// Its number in the fact base.
    pub number: Option<String>,
    /// What has to happen.
    pub step: Sentence,
    /// How long.
    pub amount: u32,
    /// In what unit.
    pub unit: Unit,
    /// Before or after the anchor.
    pub direction: Direction,
    /// The day it is counted from.
    pub anchor: String,
    /// Only for these routes, when given.
    #[serde(default)]
    pub routes: Vec<Spanned<String>>,
    /// Only when this holds.
    #[serde(default)]
    pub when: WhenText,
    /// Who has to act.
    pub who: String,
    /// From when until when.
    pub in_force: InForceText,
    /// The provision.
    pub cite: Spanned<CiteText>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// Check.
    pub checked: Option<Checked>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// The unit of a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Days on which offices work: holidays out, make-up days in.
    WorkingDays,
    /// Calendar days.
    Days,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
    /// Hours.
    Hours,
}

/// On which side of its anchor a limit lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// By so long after the anchor.
    After,
    /// At least so long before the anchor.
    Before,
    /// Inside the window of that length that ends on the anchor.
    WithinBefore,
}

/// A change that calls for a new filing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeText {
    /// Its id.
    pub id: Spanned<String>,
    /// The routes it concerns.
    pub routes: Vec<Spanned<String>>,
    /// What changed.
    pub says: Sentence,
    /// What has to be done.
    pub leads_to: Sentence,
    /// From when until when.
    pub in_force: InForceText,
    /// The provision.
    pub cite: Spanned<CiteText>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// Check.
    pub checked: Option<Checked>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// A version of the whole regime.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionText {
    /// `V0` to `V5`.
    pub id: String,
    /// The first day.
    pub from: DayText,
    /// The first day of the next version.
    pub until: Option<DayText>,
    /// What marks it.
    pub says: Sentence,
    /// The instruments that make it.
    pub laws: Vec<String>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
}

/// Something the book does not hold, and what the program does meanwhile.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingText {
    /// Its id.
    pub id: Spanned<String>,
    /// What is missing.
    pub what: Sentence,
    /// The instruments concerned.
    #[serde(default)]
    pub laws: Vec<String>,
    /// The sectors concerned; a decision in one of them mentions it.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// What the program does meanwhile.
    pub effect: Sentence,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
}
