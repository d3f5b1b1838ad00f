//! Entries: the published format `kouan/entry/1`.
//!
//! An entry is compact JSON, its keys in the order of these types, so that what was hashed can be
//! written again from what was read. There is no type for a personal value: digests, counts, days,
//! choices and names of things.

mod what;
mod words;

use kouan_terms::Diagnostic;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use what::{
    Change, Count, Field, Filed, FilingKind, Frequency, LaneCount, NeverOut, Noted, Output, People,
    PermitLimits, Permitted, Reason, Released, Revoked, Totals, What, Withdrawn,
};
pub use words::{Digest, LegalDay, Name, Time};

use crate::limits;

/// The `schema` key of every entry that this program writes.
pub const SCHEMA: &str = "kouan/entry/1";
const FAMILY: &str = "kouan/entry/";

/// An entry as it is handed in; number and clock are added when it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The moment, from the clock of whoever owns one.
    pub time: Time,
    /// Who or what acts: an id of the operator's, never a person's own name.
    pub actor: Name,
    /// What was found lying about from before.
    pub found: Vec<Found>,
    /// What happened.
    pub what: What,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name and version of this format: `kouan/entry/1`.
    pub schema: String,
    /// Its number in the log, from 0.
    pub number: u64,
    /// The moment, in UTC, as the clock said.
    pub time: Time,
    /// The calendar day of that moment in Asia/Shanghai.
    pub day: LegalDay,
    /// The latest moment among the entries before, where it is later than this one's: the clock
    /// went backwards, or entries of two programs crossed. The order of the log is the order of
    /// events; the times are what the clock said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_before: Option<Time>,
    /// Who or what acted.
    pub actor: Name,
    /// What was found lying about from before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
    /// What happened.
    pub what: What,
}

/// A state that was found when the entry was made, and is explained by an interruption before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Found {
    /// Files of entries that were being written and never were in the log.
    UnfinishedCommit {
        /// How many files.
        files: u64,
    },
    /// Segments of counted persons that no entry names.
    PendingSegments {
        /// How many.
        segments: u64,
    },
    /// Temporary files of outputs that no entry names.
    TemporaryOutputs {
        /// How many.
        files: u64,
    },
    /// An entry whose output is not at its place.
    OutputMissing {
        /// The number of that entry.
        entry: u64,
    },
    /// The same release stands in the log already.
    SameRelease {
        /// The number of that entry.
        entry: u64,
    },
}

impl Entry {
    /// The entry of that number; `latest` is the latest moment of the entries before it.
    pub(crate) fn of(draft: &Draft, number: u64, latest: Option<Time>) -> Entry {
        Entry {
            schema: SCHEMA.to_owned(),
            number,
            time: draft.time,
            day: draft.time.day(),
            clock_before: latest.filter(|latest| *latest > draft.time),
            actor: draft.actor.clone(),
            found: draft.found.clone(),
            what: draft.what.clone(),
        }
    }

    /// The latest moment up to and with this entry.
    #[must_use]
    pub fn latest(&self) -> Time {
        self.clock_before.map_or(self.time, |latest| latest.max(self.time))
    }

    /// The bytes that are hashed and kept.
    ///
    /// # Errors
    ///
    /// `LG104` where they are more than an entry can have.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, Diagnostic> {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        if bytes.is_empty() || bytes.len() > limits::ENTRY_BYTES {
            let error = Diagnostic::error("LG104").with("bytes", bytes.len());
            return Err(error.with("limit", limits::ENTRY_BYTES));
        }
        Ok(bytes)
    }

    /// Reads the entry of that number from its bytes.
    ///
    /// # Errors
    ///
    /// `LG106` where a newer program wrote it, `LG120` where it is not an entry, or not written as
    /// this program writes it.
    pub fn read(bytes: &[u8], number: u64) -> Result<Entry, Diagnostic> {
        let unread = || Diagnostic::error("LG120").with("entry", number);
        let head: Head = serde_json::from_slice(bytes).map_err(|_| unread())?;
        if head.schema != SCHEMA {
            let version = head.schema.strip_prefix(FAMILY).and_then(crate::checkpoint::number);
            let newer =
                |version| Diagnostic::error("LG106").with("entry", number).with("version", version);
            return Err(version.filter(|version| *version > 1).map_or_else(unread, newer));
        }
        let entry: Entry = serde_json::from_slice(bytes).map_err(|_| unread())?;
        let same = entry.number == number
            && entry.day == entry.time.day()
            && serde_json::to_vec(&entry).is_ok_and(|again| again == bytes);
        if same { Ok(entry) } else { Err(unread()) }
    }
}

/// All that every version has.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// The JSON Schema of an entry, as text.
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Entry);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests;
