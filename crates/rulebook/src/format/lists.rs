//! `lists/**`: zones, who may borrow which list, editions, sectors, scenarios and fields.

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, CiteText, DayOrRange, DayText, InForceText, Sentence, WhenText};

/// `lists/zones.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneFile {
    /// The format version.
    pub format: u32,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// The zones.
    pub zone: Vec<ZoneText>,
    /// Who may apply another zone's list.
    #[serde(default)]
    pub borrow: Vec<BorrowText>,
}

/// A place that lists are tied to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// A remark.
    pub note: Option<Sentence>,
}

/// A permission to apply another zone's list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BorrowText {
    /// The zones whose handlers may; empty: no zone in particular, which only informs.
    #[serde(default)]
    pub home: Vec<String>,
    /// Which lists.
    pub lists: ListsWord,
    /// From when.
    pub in_force: InForceText,
    /// What is permitted.
    pub says: Sentence,
    /// The provision.
    pub cite: Option<CiteText>,
    /// A remark.
    pub note: Option<Sentence>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
}

/// Which lists may be borrowed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ListsWord {
    /// `any-published`.
    Word(String),
    /// The lists of these areas.
    Areas(Vec<String>),
}

/// `lists/<area>/<day>/list.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionFile {
    /// The format version.
    pub format: u32,
    /// Its id.
    pub id: Spanned<String>,
    /// `negative` or `general`.
    pub kind: String,
    /// Its instrument.
    pub law: Spanned<String>,
    /// The provision it is made under.
    pub made_under: Spanned<String>,
    /// Its title, when the instrument's is not enough.
    pub title: Option<Sentence>,
    /// From when until when; either end may be a range.
    pub in_force: EditionInForce,
    /// The end of a trial.
    pub trial_end: Option<DayText>,
    /// What off-list data gets: `exempt-if-complete`, or nothing for a general list.
    pub outside: Option<String>,
    /// Whether every row is held.
    pub complete: bool,
    /// The counts the authority announced.
    #[serde(default)]
    pub official: Count,
    /// The counts these files hold.
    #[serde(default)]
    pub held: Count,
    /// Who may use it.
    pub applies: AppliesText,
    /// What is not held.
    #[serde(default)]
    pub missing: Vec<Sentence>,
    /// Filing or report needed to use it.
    #[serde(default)]
    pub r#use: Vec<UseText>,
    /// Remarks.
    #[serde(default)]
    pub notes: Vec<Sentence>,
    /// A remark on the counts.
    pub counts_note: Option<Sentence>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// The day the book learned it.
    pub known_since: Option<DayText>,
    /// Check.
    pub checked: Option<Checked>,
}

/// From when until when an edition governs; the day of the switch may be uncertain.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionInForce {
    /// The first day.
    pub from: DayOrRange,
    /// The first day no more.
    pub until: Option<DayOrRange>,
    /// What ended it.
    pub ended_by: Option<String>,
}

/// Counts of a list; a count that is not known is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Sectors (or headings).
    pub sectors: Option<u32>,
    /// Scenarios.
    pub scenarios: Option<u32>,
    /// Items.
    pub items: Option<u32>,
    /// Fields.
    pub fields: Option<u32>,
}

/// Who may use a list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliesText {
    /// Registered in one of these zones; empty: not stated by any source.
    #[serde(default)]
    pub registered_in: Vec<String>,
    /// Exporting from one of these zones.
    #[serde(default)]
    pub exports_from: Vec<String>,
    /// Whether operators of critical information infrastructure are excluded.
    #[serde(default)]
    pub excludes_ciio: bool,
    /// A remark.
    pub note: Option<Sentence>,
}

/// A step needed to use a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseText {
    /// Its id.
    pub id: Spanned<String>,
    /// What has to be done.
    pub says: Sentence,
    /// `before` or `after` the transfer.
    pub when: String,
    /// Within how long.
    pub amount: Option<u32>,
    /// In what unit.
    pub unit: Option<super::Unit>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// `lists/<area>/<day>/<sector>.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectorFile {
    /// The format version.
    pub format: u32,
    /// The edition it belongs to.
    pub list: Spanned<String>,
    /// The sector.
    pub sector: SectorName,
    /// Whether every row of the sector is held.
    pub complete: bool,
    /// Who the sector excludes.
    #[serde(default)]
    pub excludes: Vec<Sentence>,
    /// Remarks.
    #[serde(default)]
    pub notes: Vec<Sentence>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// The day the book learned it.
    pub known_since: Option<DayText>,
    /// Check.
    pub checked: Option<Checked>,
    /// The scenarios.
    #[serde(default)]
    pub scenario: Vec<ScenarioText>,
    /// The rules.
    #[serde(default)]
    pub rule: Vec<ListRuleText>,
}

/// A sector.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectorName {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

/// A scenario.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioText {
    /// Its id inside the sector.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// Whether all its fields and rules are held.
    pub complete: bool,
    /// The fields held.
    #[serde(default)]
    pub fields: Vec<FieldText>,
    /// A remark.
    pub note: Option<Sentence>,
    /// Confidence.
    pub confidence: Option<String>,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
}

/// A field of a scenario.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldText {
    /// Its id.
    pub id: String,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What it is.
    pub kind: String,
}

/// A rule of a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRuleText {
    /// Its id.
    pub id: Spanned<String>,
    /// The scenario; absent: every scenario of the sector.
    pub scenario: Option<Spanned<String>>,
    /// What it asks.
    pub says: Sentence,
    /// Holds only for data that matches a listed field.
    #[serde(default)]
    pub listed: bool,
    /// Further conditions.
    #[serde(default)]
    pub when: WhenText,
    /// The route it leads to.
    pub then: Spanned<String>,
    /// Rules before which it steps back.
    #[serde(default)]
    pub yields_to: Vec<Spanned<String>>,
    /// Rules that it sets aside.
    #[serde(default)]
    pub overrides: Vec<Spanned<String>>,
    /// The reading it belongs to.
    pub under: Option<Spanned<String>>,
    /// Raises a question and never decides.
    #[serde(default)]
    pub informs: bool,
    /// Sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}
