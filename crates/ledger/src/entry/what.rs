//! What can happen: the kinds of entries.

use kouan_terms::Route;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{Digest, LegalDay, Name};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// A permit was made.
    Permit(Permitted),
    /// A permit was taken back.
    Revoke(Revoked),
    /// A filing was recorded, or something about one changed.
    Filing(Filed),
    /// An output is about to appear: this entry is durable before it does.
    Release(Released),
    /// The output of an entry never appeared, or not as the entry says.
    Withdrawn(Withdrawn),
    /// Something else that a later reader has to know, as a code of this program's messages.
    Note(Noted),
}

impl What {
    /// The word of its kind, as in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            What::Permit(_) => "permit",
            What::Revoke(_) => "revoke",
            What::Filing(_) => "filing",
            What::Release(_) => "release",
            What::Withdrawn(_) => "withdrawn",
            What::Note(_) => "note",
        }
    }
}

/// A column and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The table; left out where the source has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Name>,
    /// The column; a nested path is written `a.b.c`.
    pub column: Name,
    /// The word of its transform; left out where it leaves as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<Name>,
}

/// A permit that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Permitted {
    /// The id of the permit.
    pub id: Name,
    /// The digest of the permit.
    pub permit: Digest,
    /// The digest of the decision it rests on.
    pub decision: Digest,
    /// The digest of the rulebook that decided.
    pub rulebook: Digest,
    /// The route.
    #[serde(with = "route")]
    #[schemars(with = "String")]
    pub route: Route,
    /// The scenario of a list, where one is relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Name>,
    /// The number of the filing, where one is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<Name>,
    /// Who receives.
    pub recipient: Name,
    /// The word for what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Name>,
    /// The columns that may leave.
    pub fields: Vec<Field>,
    /// How many persons may be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PermitLimits>,
    /// The first day on which it stands.
    pub from: LegalDay,
    /// The first day on which it does not stand any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<LegalDay>,
}

/// How far a count may go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermitLimits {
    /// What is counted: a fact of the rulebook, or a figure of the filing.
    pub count: Name,
    /// The most there may be.
    pub at_most: u64,
}

/// A permit that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    /// The id of the permit.
    pub id: Name,
    /// The digest of the permit.
    pub permit: Digest,
    /// Why.
    pub because: Reason,
}

/// Why a permit was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The handler wants it so.
    Decided,
    /// Another permit takes its place.
    Replaced,
    /// The rulebook gives another answer.
    RulebookChanged,
    /// The filing ended or was withdrawn.
    FilingEnded,
    /// It was made by mistake.
    Mistake,
}

/// What an authority was told, and what it answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filed {
    /// The number that the authority gave, or that the handler keeps it under.
    pub number: Name,
    /// What was filed.
    pub kind: FilingKind,
    /// The authority.
    pub authority: Name,
    /// Whether it is new, or what changed.
    pub change: Change,
    /// The day it was handed in.
    pub filed: LegalDay,
    /// The day it was accepted, passed or certified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<LegalDay>,
    /// The first day on which it is not valid any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<LegalDay>,
    /// The columns that were named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Persons whose general personal information was filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub general: Option<u64>,
    /// Persons whose sensitive personal information was filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<u64>,
    /// The recipients that were named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Name>,
    /// How often data was said to leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Frequency>,
    /// The digest of the pack that was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<Digest>,
}

/// What was filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FilingKind {
    /// An application for a security assessment.
    SecurityAssessment,
    /// A standard contract.
    StandardContract,
    /// A contract of the Greater Bay Area.
    GbaContract,
    /// A certification.
    Certification,
    /// A list of a free trade zone, used and reported.
    ListUse,
    /// Another report to an authority.
    Report,
}

/// Whether a filing is new, or what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is recorded for the first time.
    New,
    /// Its state changed: accepted, passed, prolonged.
    Updated,
    /// What was filed changed.
    Amended,
    /// It was withdrawn or refused, or has ended.
    Ended,
}

/// How often data leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// Without pause, as it arises.
    Continuous,
    /// At most so many times in a calendar month.
    PerMonth(u32),
    /// At most so many times in a calendar year.
    PerYear(u32),
    /// Once.
    Once,
}

/// An output, written down before it appears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The id of the permit.
    pub id: Name,
    /// The digest of the permit.
    pub permit: Digest,
    /// The digest of the decision.
    pub decision: Digest,
    /// The digest of the rulebook that was asked again.
    pub rulebook: Digest,
    /// The route.
    #[serde(with = "route")]
    #[schemars(with = "String")]
    pub route: Route,
    /// The scenario of a list, where one is relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Name>,
    /// The number of the filing, where one is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<Name>,
    /// Who receives.
    pub recipient: Name,
    /// The fingerprint of the source.
    pub source: Digest,
    /// The columns that leave.
    pub fields: Vec<Field>,
    /// Rows that leave.
    pub rows: u64,
    /// Rows that were held back, whatever for.
    pub rows_held_back: u64,
    /// Persons that leave.
    pub people: People,
    /// What appears.
    pub output: Output,
    /// The day on which it left, where that is not the day of this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<LegalDay>,
}

/// Persons in an output: how many of them are new in their calendar year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// The digest of the segment of the meter that holds them; left out where nobody is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Digest>,
    /// Of the whole year, exempt lanes counted in.
    pub year: Totals,
    /// By lane. Exempt ones are those that name an exemption.
    pub lanes: Vec<LaneCount>,
}

/// Persons by what of them leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Those of whom general personal information leaves.
    pub general: Count,
    /// Those of whom sensitive personal information leaves.
    pub sensitive: Count,
}

/// Persons of one lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LaneCount {
    /// The route.
    #[serde(with = "route")]
    #[schemars(with = "String")]
    pub route: Route,
    /// The scenario of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Name>,
    /// The rule that exempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Name>,
    /// The number of the filing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<Name>,
    /// Those of whom general personal information leaves.
    pub general: Count,
    /// Those of whom sensitive personal information leaves.
    pub sensitive: Count,
}

/// Distinct persons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Counted for the first time in the year.
    pub new: u64,
    /// Counted in the year up to and with this entry.
    pub total: u64,
}

/// What appears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name, below the place that was asked for.
    pub name: Name,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
}

/// An entry whose output is not out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The number of the entry.
    pub entry: u64,
    /// Why.
    pub because: NeverOut,
}

/// Why an output is not out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NeverOut {
    /// The program was interrupted between the entry and the output.
    Interrupted,
    /// The place of the output refused it.
    Refused,
    /// What was read back was not what was written.
    ReadBackDiffers,
}

/// Something else that a later reader has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// A code of this program's messages, such as `GT103`.
    pub code: Name,
    /// The entry it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The digest of what it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// Routes by their wire names.
mod route {
    use std::borrow::Cow;

    use kouan_terms::Route;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(route: &Route, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(route.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Route, D::Error> {
        let text = Cow::<'de, str>::deserialize(from)?;
        Route::parse(&text).ok_or_else(|| D::Error::custom("not a route"))
    }
}
