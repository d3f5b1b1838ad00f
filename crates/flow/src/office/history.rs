//! What the ledger says happened: releases, permits, filings, as questions are asked of them.

use std::collections::BTreeMap;

use kouan_decide::permit;
use kouan_ledger::entry::{
    Change, Digest, Entry, Filed, FilingKind, LegalDay, Permitted, Released, Time, What,
};
use kouan_ledger::{Checkpoint, Log};
use kouan_meter::{CalendarYear, Live};
use kouan_terms::{Day, Diagnostic};

/// The code of a note that segments of the meter were merged; its digest names what they became.
pub(crate) const MERGED: &str = "MT130";

/// Every entry up to a head of the ledger.
#[derive(Clone, Debug)]
pub struct History {
    head: Checkpoint,
    entries: Vec<Entry>,
}

/// The state of each filing, by its number: what was said of it last.
pub type Filings<'h> = BTreeMap<&'h str, (&'h Entry, &'h Filed)>;

impl History {
    pub(super) fn read(log: &Log) -> Result<History, Diagnostic> {
        let head = log.checkpoint()?;
        let entries = log.entries(&head, 0..head.size()).collect::<Result<Vec<_>, _>>()?;
        Ok(History { head, entries })
    }

    /// The head.
    #[must_use]
    pub fn head(&self) -> &Checkpoint {
        &self.head
    }

    /// The entries, in their order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The moment that counts when the clock says this: never before that of an entry that is
    /// there, so that a clock that goes backwards opens no permit and no year again.
    #[must_use]
    pub fn moment(&self, clock: Time) -> Time {
        self.entries.last().map_or(clock, |last| last.latest().max(clock))
    }

    /// Releases and their entries.
    pub fn releases(&self) -> impl Iterator<Item = (&Entry, &Released)> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            What::Release(released) => Some((entry, released)),
            _ => None,
        })
    }

    /// Permits and their entries.
    pub fn permits(&self) -> impl Iterator<Item = (&Entry, &Permitted)> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            What::Permit(permitted) => Some((entry, permitted)),
            _ => None,
        })
    }

    /// The day on which a release left.
    #[must_use]
    pub fn day_of(entry: &Entry, released: &Released) -> Day {
        released.left.unwrap_or(entry.day).0
    }

    /// What counts in a year: every segment that a release before this entry names, and those that
    /// stand for several of them.
    ///
    /// A release that was withdrawn still counts: later ones were counted against it, and that
    /// nobody saw its output is more than an entry can prove.
    #[must_use]
    pub fn live_before(&self, year: CalendarYear, entry: u64) -> Live {
        let of_year = |(entry, released): &(&Entry, &Released)| {
            u16::try_from(History::day_of(entry, released).year()) == Ok(year.number())
        };
        let before = self.releases().filter(|(one, _)| one.number < entry).filter(of_year);
        let named = before.filter_map(|(_, released)| segment_of(released));
        let noted = self.entries.iter().filter(|one| one.number < entry);
        let noted = noted.filter(|one| u16::try_from(one.day.0.year()) == Ok(year.number()));
        let merged = noted.filter_map(|one| match &one.what {
            What::Note(note) if note.code.as_str() == MERGED => {
                note.digest?.as_sha256().map(kouan_meter::Digest::from)
            }
            _ => None,
        });
        Live { segments: named.collect(), merged: merged.collect() }
    }

    /// What counts in a year.
    #[must_use]
    pub fn live(&self, year: CalendarYear) -> Live {
        self.live_before(year, u64::MAX)
    }

    /// Whether the output of an entry never appeared.
    #[must_use]
    pub fn is_withdrawn(&self, number: u64) -> bool {
        let is = |entry: &Entry| matches!(&entry.what, What::Withdrawn(one) if one.entry == number);
        self.entries.iter().any(is)
    }

    /// The entry with which a permit was made.
    #[must_use]
    pub fn permit(&self, digest: Digest) -> Option<(&Entry, &Permitted)> {
        self.permits().find(|(_, permitted)| permitted.permit == digest)
    }

    /// The day on which a permit was revoked.
    #[must_use]
    pub fn revoked(&self, digest: Digest) -> Option<Day> {
        self.entries.iter().find_map(|entry| match &entry.what {
            What::Revoke(revoked) if revoked.permit == digest => Some(entry.day.0),
            _ => None,
        })
    }

    /// The filings as they stand now.
    #[must_use]
    pub fn filings(&self) -> Filings<'_> {
        let mut filings = BTreeMap::new();
        for entry in &self.entries {
            if let What::Filing(filed) = &entry.what {
                filings.insert(filed.number.as_str(), (entry, filed));
            }
        }
        filings
    }
}

/// The segment of the meter that a release names.
pub(crate) fn segment_of(released: &Released) -> Option<kouan_meter::Digest> {
    released.people.segment?.as_sha256().map(kouan_meter::Digest::from)
}

/// The filing as a permit rests on it.
///
/// Data leaves under it from the day on which it was accepted; that is never too early.
///
/// # Errors
///
/// `AC120` where it was not accepted yet, `AC121` where it has ended, `AC122` where it is of a kind
/// on which no permit rests, `AC123` where it says no numbers of persons.
pub(crate) fn as_basis(filed: &Filed) -> Result<permit::Filing, Diagnostic> {
    let wrong = |code: &'static str| Diagnostic::error(code).with("number", &filed.number);
    if filed.change == Change::Ended {
        return Err(wrong("AC121"));
    }
    let LegalDay(accepted) = filed.accepted.ok_or_else(|| wrong("AC120"))?;
    let kind = match filed.kind {
        FilingKind::SecurityAssessment => permit::FilingKind::SecurityAssessment,
        FilingKind::StandardContract => permit::FilingKind::StandardContract,
        FilingKind::GbaContract => permit::FilingKind::GbaContract,
        FilingKind::Certification => permit::FilingKind::Certification,
        FilingKind::ListUse | FilingKind::Report => return Err(wrong("AC122")),
    };
    let (Some(general), Some(sensitive)) = (filed.general, filed.sensitive) else {
        return Err(wrong("AC123"));
    };
    // Columns of the only table are named by permits without it.
    let mut tables: Vec<_> = filed.fields.iter().map(|field| field.table.as_ref()).collect();
    tables.dedup();
    let mut fields: Vec<String> = Vec::new();
    for field in &filed.fields {
        if let Some(table) = &field.table {
            fields.push(format!("{table}:{}", field.column));
        }
        if tables.len() == 1 {
            fields.push(field.column.to_string());
        }
    }
    Ok(permit::Filing {
        number: filed.number.to_string(),
        kind,
        authority: filed.authority.to_string(),
        recorded_on: permit::DayText(accepted),
        effective: permit::DayText(accepted),
        until: filed.valid_until.map(|day| permit::DayText(day.0)),
        recipients: filed.recipients.iter().map(ToString::to_string).collect(),
        fields,
        people: permit::FiledPeople { general, sensitive },
    })
}
