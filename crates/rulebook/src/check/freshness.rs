//! Freshness: when each file was last checked against its sources.

use std::collections::BTreeMap;

use kouan_terms::{Day, Diagnostic, Place};

use super::entries::entries;
use super::{instrument_place, place_of};
use crate::book::Book;

/// One finding for a file and a day of check, at the first entry it concerns: a file checked as a
/// whole goes stale as a whole.
pub(super) fn check(book: &Book, on: Day, found: &mut Vec<Diagnostic>) {
    let mut groups: BTreeMap<(String, Option<Day>), (Place, usize)> = BTreeMap::new();
    for (place, checked) in checks(book) {
        let group = groups.entry((place.file.clone(), checked)).or_insert((place.clone(), 0));
        group.1 += 1;
        if place.order() < group.0.order() {
            group.0 = place;
        }
    }
    let stale_after = i64::from(book.manifest.stale_after_days);
    for ((_, checked), (place, entries)) in groups {
        let Some(checked) = checked else {
            found.push(Diagnostic::error("RB170").at(place).with("entries", entries));
            continue;
        };
        // Asked about a day before the check, nothing is stale.
        let days = checked.until(on).map_or(0, |span| i64::from(span.get_days()));
        let code = if days > stale_after.saturating_mul(2) {
            "RB172"
        } else if days > stale_after {
            "RB171"
        } else {
            continue;
        };
        let finding = Diagnostic::warning(code).at(place).with("entries", entries);
        found.push(finding.with("checked", checked).with("days", days).with("limit", stale_after));
    }
}

/// Where something was checked, and when.
fn checks(book: &Book) -> Vec<(Place, Option<Day>)> {
    let points = book.points.iter().map(|point| &point.standing);
    let editions = book.editions.iter().map(|edition| &edition.standing);
    let entries = entries(book);
    let standings = entries.iter().map(|entry| entry.standing).chain(points).chain(editions);
    let mut checks: Vec<(Place, Option<Day>)> =
        standings.map(|standing| (place_of(standing), standing.checked_on)).collect();
    checks.extend(book.instruments.values().map(|instrument| {
        (instrument_place(instrument), instrument.checked.as_ref().map(|checked| checked.on.0))
    }));
    checks.extend(book.calendars.iter().map(|calendar| {
        let place = Place::file(&super::calendars::file_of(calendar));
        (place, calendar.checked.as_ref().map(|checked| checked.on.0))
    }));
    checks
}
