//! Citations: the instrument is held, the provision can exist, and their days agree.

use std::collections::BTreeMap;

use kouan_terms::{Day, Diagnostic, InstrumentId, Place};

use super::entries::{Entry, What, entries};
use super::provision::{Beyond, Provision, lies_in};
use super::{instrument_place, place_of};
use crate::book::{Book, Cite};
use crate::format::{InstrumentFile, Part};

/// Checks every citation of the book, but for those of lists (see `lists`).
pub(super) fn check(book: &Book, on: Day, found: &mut Vec<Diagnostic>) {
    let entries = entries(book);
    for entry in entries.iter().filter(|entry| entry.what != What::ListRule) {
        of_entry(book, entry, on, found);
    }
    partly_gone(book, &entries, on, found);
    for point in &book.points {
        if let Some(cite) = &point.cite {
            provision(book, cite.law.as_str(), &cite.at, &place_of(&point.standing), found);
        }
    }
    for instrument in book.instruments.values() {
        of_instrument(book, instrument, found);
    }
    for missing in &book.missing {
        for law in &missing.laws {
            held(book, law, &Place::at("missing.toml", missing.id.span()), found);
        }
    }
    for version in &book.versions {
        for law in &version.laws {
            held(book, law, &Place::file("rules/cn/versions.toml"), found);
        }
    }
    for borrow in &book.borrows {
        let place = Place::at("lists/zones.toml", borrow.in_force.from.span());
        if let Some(cite) = &borrow.cite {
            provision(book, &cite.law, &cite.at, &place, found);
        }
        let until = borrow.in_force.until.as_ref();
        if let (Some(until), Some(by)) = (until, &borrow.in_force.ended_by) {
            let place = Place::at("lists/zones.toml", by.span());
            ended_by(book, by.as_ref(), until.as_ref().0, &place, found);
        }
    }
}

fn of_entry(book: &Book, entry: &Entry<'_>, on: Day, found: &mut Vec<Diagnostic>) {
    let place = place_of(entry.standing);
    for cite in entry.cites() {
        let law = cite.law.as_str();
        let Some(instrument) = provision(book, law, &cite.at, &place, found) else { continue };
        days(entry, cite, instrument, on, found);
    }
    match (entry.span.until, entry.ended_by) {
        (Some(until), Some(by)) => ended_by(book, by, until, &place, found),
        // Duties, limits and changes do not keep what ended them, nor do notions.
        (Some(until), None) if entry.what == What::Rule => {
            found.push(
                Diagnostic::error("RB123").at(place).with("id", entry.id).with("until", until),
            );
        }
        _ => {}
    }
}

/// An entry holds while the provision it cites does.
fn days(
    entry: &Entry<'_>,
    cite: &Cite,
    instrument: &InstrumentFile,
    on: Day,
    found: &mut Vec<Diagnostic>,
) {
    let law = instrument.id.as_ref();
    let place = place_of(entry.standing);
    let finding = |code: &'static str| {
        Diagnostic::error(code).at(place.clone()).with("id", entry.id).with("law", law)
    };
    if let Some(effective) = instrument.effective.map(|day| day.0) {
        // A further provision may join later, as long as the entry still holds by then.
        let joins_later = cite != entry.cite && entry.span.until.is_none_or(|end| effective < end);
        if entry.span.from < effective && !joins_later {
            let finding = finding("RB104").with("from", entry.span.from);
            found.push(finding.with("effective", effective));
        }
    }
    let still = |passed: Day| passed <= on && entry.span.until.is_none_or(|until| passed < until);
    if let Some(superseded) = &instrument.superseded
        && still(superseded.from.0)
    {
        let finding = finding("RB108").with("day", superseded.from.0);
        found.push(finding.with("by", &superseded.by));
    }
    for part in &instrument.superseded_parts {
        if entry.what == What::Rule && lies_in(&cite.at, &part.at) && still(part.from.0) {
            let finding = finding("RB109").with("at", &cite.at).with("day", part.from.0);
            found.push(finding.with("by", &part.by));
        }
    }
}

/// Duties, limits and changes may rest on what a provision still says after it lost a part; one
/// warning for a file and a provision asks for a look.
fn partly_gone(book: &Book, entries: &[Entry<'_>], on: Day, found: &mut Vec<Diagnostic>) {
    let mut groups: BTreeMap<(&str, &Cite), (&Part, Place, usize)> = BTreeMap::new();
    for entry in entries.iter().filter(|e| !matches!(e.what, What::Rule | What::ListRule)) {
        for cite in entry.cites() {
            let parts = book.instruments.get(&cite.law).map(|held| &held.superseded_parts);
            let gone = parts.into_iter().flatten().find(|part| {
                let until = entry.span.until;
                lies_in(&cite.at, &part.at)
                    && part.from.0 <= on
                    && until.is_none_or(|until| part.from.0 < until)
            });
            let Some(part) = gone else { continue };
            let place = place_of(entry.standing);
            groups.entry((&entry.standing.file, cite)).or_insert((part, place, 0)).2 += 1;
        }
    }
    for ((_, cite), (part, place, entries)) in groups {
        let finding = Diagnostic::warning("RB119").at(place).with("entries", entries);
        let finding = finding.with("law", &cite.law).with("at", &cite.at);
        found.push(finding.with("day", part.from.0).with("by", &part.by));
    }
}

/// What an instrument says of others.
fn of_instrument(book: &Book, instrument: &InstrumentFile, found: &mut Vec<Diagnostic>) {
    let place = instrument_place(instrument);
    if let Some(superseded) = &instrument.superseded {
        reference(book, &superseded.by, &place, found);
    }
    for part in &instrument.superseded_parts {
        provision(book, instrument.id.as_ref(), &part.at, &place, found);
        reference(book, &part.by, &place, found);
    }
    if let Some(prevails) = &instrument.prevails_over {
        provision(book, instrument.id.as_ref(), &prevails.at, &place, found);
        for law in &prevails.laws {
            held(book, law, &place, found);
        }
    }
}

/// Finds an instrument; one that is not held is a finding.
pub(super) fn held<'a>(
    book: &'a Book,
    law: &str,
    place: &Place,
    found: &mut Vec<Diagnostic>,
) -> Option<&'a InstrumentFile> {
    let instrument = book.instruments.get(&InstrumentId::new(law));
    if instrument.is_none() {
        found.push(Diagnostic::error("RB103").at(place.clone()).with("law", law));
    }
    instrument
}

/// Finds an instrument and makes sure that it can have the provision.
pub(super) fn provision<'a>(
    book: &'a Book,
    law: &str,
    at: &str,
    place: &Place,
    found: &mut Vec<Diagnostic>,
) -> Option<&'a InstrumentFile> {
    let instrument = held(book, law, place, found)?;
    let finding = |code: &'static str| {
        Diagnostic::error(code).at(place.clone()).with("law", law).with("at", at)
    };
    let Some(provision) = Provision::parse(at) else {
        found.push(finding("RB107"));
        return Some(instrument);
    };
    found.extend(match provision.beyond(instrument) {
        None => None,
        Some(Beyond::Articles(articles)) => Some(finding("RB105").with("articles", articles)),
        Some(Beyond::Paragraphs(count)) => Some(finding("RB106").with("held", count)),
        Some(Beyond::Items(count)) => Some(finding("RB127").with("held", count)),
    });
    Some(instrument)
}

/// Checks `instrument#provision`, or an instrument alone.
pub(super) fn reference<'a>(
    book: &'a Book,
    text: &str,
    place: &Place,
    found: &mut Vec<Diagnostic>,
) -> Option<&'a InstrumentFile> {
    match text.split_once('#') {
        Some((law, at)) => provision(book, law, at, place, found),
        None => held(book, text, place, found),
    }
}

/// The end of an entry is the day on which what ended it took effect.
pub(super) fn ended_by(
    book: &Book,
    by: &str,
    until: Day,
    place: &Place,
    found: &mut Vec<Diagnostic>,
) {
    let Some(instrument) = reference(book, by, place, found) else { return };
    let Some(day) = instrument.effective.or(instrument.promulgated) else { return };
    if day.0 != until {
        let finding = Diagnostic::error("RB124").at(place.clone()).with("until", until);
        found.push(finding.with("ended_by", by).with("day", day.0));
    }
}
