//! Lists: counts that are true, completeness that is earned, days that do not collide, places and
//! scenarios that exist. A list that claims too much would exempt by silence.

use std::collections::BTreeSet;

use kouan_terms::{Day, DaySpan, Diagnostic, Place};

use super::consequences::word;
use super::{citations, place_of};
use crate::book::{Book, Edition, Sector, UncertainDay};
use crate::format::{Count, ListsWord};

/// The sector whose rules apply in every sector; it is no sector of its own.
const EVERY_SECTOR: &str = "any";

/// What a field can be.
const FIELD_KINDS: &[&str] =
    &["important-data", "general-pi", "sensitive-pi", "genetic", "general-data"];

/// The file of a sector of a list.
pub(super) fn file_of(edition: &Edition, sector: &Sector) -> String {
    match sector.rules.first() {
        Some(listed) => listed.rule.standing.file.to_string(),
        None => {
            let folder = edition.standing.file.trim_end_matches("list.toml");
            format!("{folder}{}.toml", sector.text.sector.id.as_ref())
        }
    }
}

/// Checks editions, zones and borrowings.
pub(super) fn check(book: &Book, on: Day, found: &mut Vec<Diagnostic>) {
    for (index, edition) in book.editions.iter().enumerate() {
        let place = place_of(&edition.standing);
        name(edition, &place, found);
        shape(edition, &place, found);
        counts(edition, &place, found);
        let before = book.editions.iter().take(index);
        for other in before.filter(|other| area(other) == area(edition)) {
            if overlap(other, edition) {
                let finding = Diagnostic::error("RB183").at(place.clone());
                found.push(finding.with("id", &edition.id).with("other", &other.id));
            }
        }
        law(book, edition, on, &place, found);
        for zone in
            edition.text.applies.registered_in.iter().chain(&edition.text.applies.exports_from)
        {
            known_zone(book, zone, &place, found);
        }
        for sector in &edition.sectors {
            sector_of(edition, sector, found);
        }
    }
    borrows(book, found);
}

/// The area and the day in an id are those of the folder and of the list.
fn name(edition: &Edition, place: &Place, found: &mut Vec<Diagnostic>) {
    let id = edition.id.as_str();
    if *edition.standing.file != *format!("lists/{id}/list.toml") {
        let finding = Diagnostic::error("RB182").at(place.clone());
        found.push(finding.with("id", id).with("file", &edition.standing.file));
    }
    let day = id.split_once('/').and_then(|(_, day)| kouan_terms::parse_day(day).ok());
    if day.is_none_or(|day| day < edition.from.earliest || edition.from.latest < day) {
        let finding = Diagnostic::error("RB188").at(place.clone()).with("id", id);
        found.push(finding.with("from", edition.from.earliest));
    }
}

fn area(edition: &Edition) -> &str {
    edition.id.as_str().split_once('/').map_or(edition.id.as_str(), |(area, _)| area)
}

/// The words that say what the list is, and what stands outside it.
fn shape(edition: &Edition, place: &Place, found: &mut Vec<Diagnostic>) {
    word(place, "kind", &edition.text.kind, &["negative", "general"], found);
    match (&edition.text.outside, edition.general) {
        (Some(_), true) => found.push(Diagnostic::error("RB186").at(place.clone())),
        (Some(outside), false) => word(place, "outside", outside, &["exempt-if-complete"], found),
        (None, _) => {}
    }
    let ends = [Some(edition.from), edition.until];
    if ends.into_iter().flatten().any(|end| end.latest < end.earliest)
        || edition.until.is_some_and(|until| until.latest <= edition.from.earliest)
    {
        found.push(Diagnostic::error("RB113").at(place.clone()));
    }
    for step in &edition.text.r#use {
        let place = Place::at(&edition.standing.file, step.id.span());
        word(&place, "when", &step.when, &["before", "after"], found);
        if step.amount.is_some() != step.unit.is_some() || step.amount == Some(0) {
            found.push(Diagnostic::error("RB190").at(place));
        }
    }
}

/// The counts held are those of the files, and a list is complete only when they are official.
fn counts(edition: &Edition, place: &Place, found: &mut Vec<Diagnostic>) {
    let held = edition.text.held;
    let own = |sector: &&Sector| sector.text.sector.id.as_ref() != EVERY_SECTOR;
    let sectors = u32::try_from(edition.sectors.iter().filter(own).count()).unwrap_or(u32::MAX);
    let (scenarios, fields) = edition.counted();
    let counted = [
        ("sectors", held.sectors, sectors),
        ("scenarios", held.scenarios, scenarios),
        ("fields", held.fields, fields),
    ];
    for (what, held, counted) in counted {
        if held.unwrap_or(0) != counted {
            let finding = Diagnostic::error("RB180").at(place.clone()).with("what", what);
            found.push(finding.with("held", held.unwrap_or(0)).with("counted", counted));
        }
    }
    if !edition.text.complete {
        return;
    }
    let pairs = |count: Count| {
        [
            ("sectors", count.sectors),
            ("scenarios", count.scenarios),
            ("items", count.items),
            ("fields", count.fields),
        ]
    };
    for ((what, official), (_, held)) in pairs(edition.text.official).into_iter().zip(pairs(held)) {
        if let Some(official) = official
            && held != Some(official)
        {
            let finding = Diagnostic::error("RB181").at(place.clone()).with("what", what);
            found.push(finding.with("official", official).with("held", held.unwrap_or(0)));
        }
    }
    for sector in edition.sectors.iter().filter(|sector| !sector.text.complete) {
        let finding = Diagnostic::error("RB187").at(place.clone());
        found.push(finding.with("part", sector.text.sector.id.as_ref()));
    }
}

/// Two editions of one area may share the days on which the switch is not known, no others.
fn overlap(a: &Edition, b: &Edition) -> bool {
    let certain = |edition: &Edition| DaySpan {
        from: edition.from.latest,
        until: edition.until.map(|until| until.earliest),
    };
    let empty = |span: &DaySpan| span.until.is_some_and(|until| until <= span.from);
    let (a, b) = (certain(a), certain(b));
    !empty(&a) && !empty(&b) && a.overlaps(&b)
}

/// The list's instrument is held, and its days are those of the list where both are exact.
fn law(book: &Book, edition: &Edition, on: Day, place: &Place, found: &mut Vec<Diagnostic>) {
    citations::reference(book, &edition.made_under, place, found);
    let law = edition.law.as_str();
    let Some(instrument) = citations::held(book, law, place, found) else { return };
    let finding = |code: &'static str| {
        Diagnostic::error(code).at(place.clone()).with("id", &edition.id).with("law", law)
    };
    if let (Some(from), Some(effective)) = (exact(edition.from), instrument.effective)
        && from < effective.0
    {
        found.push(finding("RB104").with("from", from).with("effective", effective.0));
    }
    if let Some(superseded) = &instrument.superseded
        && superseded.from.0 <= on
        && edition.until.is_none_or(|until| superseded.from.0 < until.earliest)
    {
        found.push(finding("RB108").with("day", superseded.from.0).with("by", &superseded.by));
    }
    let Some(until) = edition.until.and_then(exact) else { return };
    match &edition.text.in_force.ended_by {
        Some(by) => citations::ended_by(book, by, until, place, found),
        None => {
            let next = book
                .editions
                .iter()
                .any(|other| area(other) == area(edition) && until <= other.from.latest);
            // A trial ends by itself.
            if !next && edition.text.trial_end.is_none() {
                let finding = Diagnostic::error("RB123").at(place.clone());
                found.push(finding.with("id", &edition.id).with("until", until));
            }
        }
    }
}

fn exact(day: UncertainDay) -> Option<Day> {
    (day.earliest == day.latest).then_some(day.earliest)
}

fn known_zone(book: &Book, zone: &str, place: &Place, found: &mut Vec<Diagnostic>) {
    if !book.zones.iter().any(|known| known.id.as_ref() == zone) {
        found.push(Diagnostic::error("RB184").at(place.clone()).with("zone", zone));
    }
}

fn sector_of(edition: &Edition, sector: &Sector, found: &mut Vec<Diagnostic>) {
    let file = file_of(edition, sector);
    let place = Place::at(&file, sector.text.sector.id.span());
    let same = |other: &&Sector| other.text.sector.id.as_ref() == sector.text.sector.id.as_ref();
    let first = edition.sectors.iter().find(same);
    if !first.is_some_and(|first| std::ptr::eq(first, sector)) {
        found.push(Diagnostic::error("RB110").at(place.clone()));
    }
    let mut scenarios = BTreeSet::new();
    for scenario in &sector.text.scenario {
        let place = Place::at(&file, scenario.id.span());
        if !scenarios.insert(scenario.id.as_ref().as_str()) {
            found.push(Diagnostic::error("RB110").at(place.clone()));
        }
        if sector.text.complete && !scenario.complete {
            let finding = Diagnostic::error("RB187").at(place.clone());
            found.push(finding.with("part", scenario.id.as_ref()));
        }
        let mut fields = BTreeSet::new();
        for field in &scenario.fields {
            if !fields.insert(field.id.as_str()) {
                found.push(Diagnostic::error("RB110").at(place.clone()));
            }
            word(&place, "kind", &field.kind, FIELD_KINDS, found);
        }
    }
    for listed in &sector.rules {
        if let Some(scenario) = listed.scenario.as_deref()
            && !scenarios.contains(scenario)
        {
            let finding = Diagnostic::error("RB185").at(place_of(&listed.rule.standing));
            found.push(finding.with("scenario", scenario));
        }
    }
}

fn borrows(book: &Book, found: &mut Vec<Diagnostic>) {
    for borrow in &book.borrows {
        let place = Place::at("lists/zones.toml", borrow.in_force.from.span());
        for zone in &borrow.home {
            known_zone(book, zone, &place, found);
        }
        match &borrow.lists {
            ListsWord::Word(text) => word(&place, "lists", text, &["any-published"], found),
            ListsWord::Areas(areas) => {
                let known: BTreeSet<&str> = book.editions.iter().map(area).collect();
                let known: Vec<&str> = known.into_iter().collect();
                for text in areas {
                    word(&place, "lists", text, &known, found);
                }
            }
        }
    }
}
