//! Sources: every entry has one, and every key is known.

use std::collections::BTreeSet;

use kouan_terms::{Diagnostic, Place};

use super::entries::entries;
use super::{instrument_place, place_of};
use crate::book::Book;

/// Checks the sources of every entry.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&str> = book.sources.iter().map(|s| s.key.as_ref().as_str()).collect();
    let mut keys = Keys { known, found };
    for entry in entries(book) {
        keys.needed(place_of(entry.standing), entry.standing.source.iter().map(|key| &**key));
    }
    for point in &book.points {
        let standing = &point.standing;
        keys.needed(place_of(standing), standing.source.iter().map(|key| &**key));
    }
    for instrument in book.instruments.values() {
        keys.needed(instrument_place(instrument), texts(&instrument.source));
    }
    for calendar in &book.calendars {
        let place = Place::file(&super::calendars::file_of(calendar));
        keys.needed(place, texts(&calendar.source));
    }
    for version in &book.versions {
        keys.needed(Place::file("rules/cn/versions.toml"), texts(&version.source));
    }
    for missing in &book.missing {
        keys.needed(Place::at("missing.toml", missing.id.span()), texts(&missing.source));
    }
    for borrow in &book.borrows {
        let place = Place::at("lists/zones.toml", borrow.in_force.from.span());
        keys.needed(place, texts(&borrow.source));
    }
    for edition in &book.editions {
        let standing = &edition.standing;
        keys.needed(place_of(standing), standing.source.iter().map(|key| &**key));
        for step in &edition.text.r#use {
            keys.known(&Place::at(&standing.file, step.id.span()), texts(&step.source));
        }
        for sector in &edition.sectors {
            let file = super::lists::file_of(edition, sector);
            let sector = &sector.text;
            // A sector without keys of its own rests on those of its list.
            keys.known(&Place::at(&file, sector.sector.id.span()), texts(&sector.source));
            for scenario in &sector.scenario {
                keys.known(&Place::at(&file, scenario.id.span()), texts(&scenario.source));
            }
        }
    }
}

fn texts(keys: &[String]) -> impl Iterator<Item = &str> {
    keys.iter().map(String::as_str)
}

struct Keys<'a> {
    known: BTreeSet<&'a str>,
    found: &'a mut Vec<Diagnostic>,
}

impl Keys<'_> {
    /// At least one key, each of them known.
    fn needed<'k>(&mut self, place: Place, keys: impl Iterator<Item = &'k str>) {
        let mut keys = keys.peekable();
        if keys.peek().is_none() {
            self.found.push(Diagnostic::error("RB161").at(place));
            return;
        }
        self.known(&place, keys);
    }

    /// Each key known.
    fn known<'k>(&mut self, place: &Place, keys: impl Iterator<Item = &'k str>) {
        for key in keys.filter(|key| !self.known.contains(key)) {
            let finding = Diagnostic::error("RB160").at(place.clone()).with("key", key);
            self.found.push(finding);
        }
    }
}
