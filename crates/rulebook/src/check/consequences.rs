//! Limits and versions: words of closed sets, lengths that make sense, versions without a gap.

use kouan_terms::{Diagnostic, Place};

use super::place_of;
use crate::book::{Book, Limit};
use crate::format::{Direction, Unit};

/// The days limits are counted from. A declaration and the program know these and no others.
const ANCHORS: &[&str] = &[
    "application-received",
    "acceptance-notice",
    "result-received",
    "assessment-result",
    "assessment-expiry",
    "filing-submitted",
    "supplement-requested",
    "contract-effective",
    "gba-contract-effective",
    "certificate-issued",
    "certificate-expiry",
    "sector-rule-issued",
    "reached-one-million",
    "officer-changed",
    "incident",
    "qualification-obtained",
    "self-assessment-finished",
    "transfer-start",
    "transfer-done",
];

/// Who has to act.
const ACTORS: &[&str] = &["handler", "authority", "recipient", "certification-body"];

/// What an instrument is.
const KINDS: &[&str] = &[
    "law",
    "administrative-regulation",
    "departmental-rules",
    "guide",
    "questions-and-answers",
    "standard",
    "announcement",
    "report",
    "negative-list",
    "general-list",
    "contract",
    "draft",
];
const STATUSES: &[&str] = &["in-force", "superseded", "draft", "known-by-title"];
const TEXTS: &[&str] = &["read", "summary", "missing"];

/// Checks limits, versions and the words of instruments.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    for limit in &book.limits {
        let place = place_of(&limit.standing);
        word(&place, "anchor", &limit.anchor, ANCHORS, found);
        word(&place, "who", &limit.who, ACTORS, found);
        if !makes_sense(limit) {
            found.push(Diagnostic::error("RB190").at(place));
        }
    }
    for instrument in book.instruments.values() {
        let place = super::instrument_place(instrument);
        word(&place, "kind", &instrument.kind, KINDS, found);
        word(&place, "status", &instrument.status, STATUSES, found);
        word(&place, "text", &instrument.text, TEXTS, found);
    }
    versions(book, found);
}

/// A word outside a closed set is a finding.
pub(super) fn word(
    place: &Place,
    key: &'static str,
    word: &str,
    known: &[&str],
    found: &mut Vec<Diagnostic>,
) {
    if !known.contains(&word) {
        let finding = Diagnostic::error("RB125").at(place.clone()).with("key", key);
        found.push(finding.with("word", word).with("allowed", known.join(", ")));
    }
}

/// Nothing is due in no time, no term of law runs for a century, and hours run forward from an
/// event: a window of hours before a day has no beginning.
fn makes_sense(limit: &Limit) -> bool {
    let longest = match limit.unit {
        Unit::Hours => 24 * 31,
        Unit::WorkingDays | Unit::Days => 3660,
        Unit::Months => 120,
        Unit::Years => 30,
    };
    let backwards = limit.direction != Direction::After;
    (1..=longest).contains(&limit.amount) && !(limit.unit == Unit::Hours && backwards)
}

/// The versions follow each other from the first day of the book, and the last one is open.
fn versions(book: &Book, found: &mut Vec<Diagnostic>) {
    let mut expected = Some(book.manifest.starts.0);
    for version in &book.versions {
        if expected != Some(version.from.0) {
            versions_finding(&version.id, expected.map(|day| day.to_string()), found);
        }
        expected = version.until.map(|until| until.0);
    }
    if let (Some(last), Some(_)) = (book.versions.last(), expected) {
        versions_finding(&last.id, None, found);
    }
}

fn versions_finding(id: &str, expected: Option<String>, found: &mut Vec<Diagnostic>) {
    let place = Place::file("rules/cn/versions.toml");
    let finding = Diagnostic::error("RB191").at(place).with("version", id);
    found.push(finding.with("expected", expected.unwrap_or_else(|| "—".to_owned())));
}
