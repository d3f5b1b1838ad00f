//! What was filed against what left.

use std::collections::BTreeMap;

use kouan_ledger::entry::{Change, Entry, Field, Filed, Frequency, Released, What};
use kouan_terms::{Day, Diagnostic};

use super::History;

/// What was filed under a number when something left.
type Standing<'h> = BTreeMap<&'h str, &'h Filed>;

/// Everything in which releases differ from the filings that they rest on, as the filings stood
/// when they left; and those that needed a filing and had none that stood.
///
/// Persons are those of the calendar year in which the release left. A release whose output never
/// appeared is passed over.
#[must_use]
pub fn drift(history: &History) -> Vec<Diagnostic> {
    let mut filings: Standing<'_> = BTreeMap::new();
    let mut left: BTreeMap<(&str, i16, Option<i8>), u64> = BTreeMap::new();
    let mut findings = Vec::new();
    for entry in history.entries() {
        match &entry.what {
            What::Filing(filed) => {
                filings.insert(filed.number.as_str(), filed);
            }
            What::Release(released) if !history.is_withdrawn(entry.number) => {
                one(entry, released, &filings, &mut left, &mut findings);
            }
            _ => {}
        }
    }
    findings
}

fn one<'h>(
    entry: &Entry,
    released: &'h Released,
    filings: &Standing<'h>,
    left: &mut BTreeMap<(&'h str, i16, Option<i8>), u64>,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(number) = released.filing.as_ref() else { return };
    let found = |code: &'static str| {
        let finding = Diagnostic::warning(code).with("entry", entry.number);
        finding.with("number", number)
    };
    let day = History::day_of(entry, released);
    let filed = filings.get(number.as_str()).filter(|filed| stands(filed, day));
    let Some(filed) = filed else {
        findings.push(found("AC134"));
        return;
    };
    for field in released.fields.iter().filter(|field| !names(filed, field)) {
        findings.push(found("AC130").with("field", &field.column));
    }
    if !filed.recipients.contains(&released.recipient) {
        findings.push(found("AC131").with("recipient", &released.recipient));
    }
    let lanes = released.people.lanes.iter().filter(|lane| lane.filing.as_ref() == Some(number));
    for lane in lanes {
        let counts = [
            ("general", lane.general, filed.general),
            ("sensitive", lane.sensitive, filed.sensitive),
        ];
        for (what, actual, filed) in counts {
            if let Some(filed) = filed.filter(|filed| actual.total > *filed) {
                let finding = found("AC132").with("count", what).with("filed", filed);
                findings.push(finding.with("actual", actual.total));
            }
        }
    }
    if let Some((times, at_most)) = times(filed, day, left)
        && times > at_most
    {
        findings.push(found("AC133").with("times", times).with("filed", at_most));
    }
}

/// Whether data may leave under a filing on a day.
fn stands(filed: &Filed, day: Day) -> bool {
    filed.change != Change::Ended
        && filed.accepted.is_some_and(|accepted| accepted.0 <= day)
        && filed.valid_until.is_none_or(|until| day < until.0)
}

/// Whether a filing names a column; one that names no table names it in every one.
fn names(filed: &Filed, field: &Field) -> bool {
    filed.fields.iter().any(|one| {
        let table = one.table.is_none() || field.table.is_none() || one.table == field.table;
        table && one.column == field.column
    })
}

/// How often data left under a filing, with this time, and how often it was to leave at most.
fn times<'h>(
    filed: &'h Filed,
    day: Day,
    left: &mut BTreeMap<(&'h str, i16, Option<i8>), u64>,
) -> Option<(u64, u64)> {
    let (year, month, at_most) = match filed.frequency? {
        Frequency::Continuous => return None,
        Frequency::PerMonth(times) => (day.year(), Some(day.month()), times),
        Frequency::PerYear(times) => (day.year(), None, times),
        Frequency::Once => (0, None, 1),
    };
    let times = left.entry((filed.number.as_str(), year, month)).or_default();
    *times += 1;
    Some((*times, u64::from(at_most)))
}
