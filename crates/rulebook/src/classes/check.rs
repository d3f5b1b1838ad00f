//! Checks the classes against themselves and against the book: phrases, statements, sources.

use std::collections::{BTreeMap, BTreeSet};

use kouan_terms::{Diagnostic, Place};

use super::class::{Names, Phrase, Writing};
use super::{Classes, Statement, Strength};
use crate::book::{Book, Standing as Sourced};
use crate::check::words::{Kind, Words};
use crate::fact::FactKind;
use crate::load::in_order;

/// Checks classes, findings in the order of their places.
#[must_use]
pub fn check(classes: &Classes, book: &Book) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    phrases(classes, &mut found);
    leaves(classes, &mut found);
    overlaps(classes, &mut found);
    regimes(classes, book, &mut found);
    scales(classes, &mut found);
    named_elsewhere(classes, book, &mut found);
    sources(classes, book, &mut found);
    words(classes, &mut found);
    in_order(found)
}

fn place_of(sourced: &Sourced) -> Place {
    Place::at(&sourced.file, sourced.bytes.clone())
}

/// Everything with phrases: who owns them, the file, and whether they are strong words of a class.
fn owners(classes: &Classes) -> Vec<(Owner<'_>, &Sourced, &Names)> {
    let mut owners = Vec::new();
    for class in classes.all() {
        let id = class.id.as_str();
        owners.push((Owner::Class(id, Strength::Strong), &class.sourced, &class.names));
        owners.push((Owner::Class(id, Strength::Weak), &class.sourced, &class.weak));
    }
    for deflector in classes.deflectors() {
        owners.push((Owner::Deflector(&deflector.id), &deflector.sourced, &deflector.words));
    }
    for subject in classes.subjects() {
        owners.push((Owner::Subject(&subject.id), &subject.sourced, &subject.words));
        owners.push((Owner::Subject(&subject.id), &subject.sourced, &subject.weak));
    }
    for candidate in classes.candidates() {
        owners.push((Owner::Candidate(&candidate.id), &candidate.sourced, &candidate.words));
    }
    owners
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner<'a> {
    Class(&'a str, Strength),
    Deflector(&'a str),
    Subject(&'a str),
    Candidate(&'a str),
}

/// Phrases are in the form in which they are compared, and each is claimed once.
fn phrases(classes: &Classes, found: &mut Vec<Diagnostic>) {
    // Names run words together as they like: phrases are compared without their spaces.
    let mut strong: BTreeMap<String, &str> = BTreeMap::new();
    let mut deflecting: BTreeMap<String, &str> = BTreeMap::new();
    let owners = owners(classes);
    for (owner, _, names) in &owners {
        let Owner::Deflector(id) = owner else { continue };
        for (_, phrase) in names.all() {
            deflecting.insert(joined(phrase), id);
        }
    }
    for (owner, sourced, names) in &owners {
        let mut own = BTreeSet::new();
        for (writing, phrase) in names.all() {
            let place = Place::at(&sourced.file, phrase.bytes.clone());
            let finding =
                |code| Diagnostic::error(code).at(place.clone()).with("phrase", phrase.as_str());
            if !is_normal(writing, phrase.as_str()) {
                found.push(finding("RB205"));
            }
            if !own.insert(phrase.as_str()) {
                found.push(finding("RB206"));
            }
            let Owner::Class(id, strength) = owner else { continue };
            if let Some(other) = deflecting.get(&joined(phrase)) {
                found.push(finding("RB208").with("deflector", other));
            }
            match strong.get(&joined(phrase)) {
                Some(other) if *strength == Strength::Strong && other != id => {
                    found.push(finding("RB207").with("class", id).with("other", other));
                }
                // A class comes with its strong words first.
                Some(other) if *strength == Strength::Weak && other == id => {
                    found.push(finding("RB206"));
                }
                _ if *strength == Strength::Strong => {
                    strong.insert(joined(phrase), id);
                }
                _ => {}
            }
        }
    }
}

fn joined(phrase: &Phrase) -> String {
    phrase.as_str().split(' ').collect()
}

/// Whether a phrase is written as names are once they are taken apart.
pub(super) fn is_normal(writing: Writing, phrase: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    match writing {
        Writing::Zh => {
            let is_chinese =
                |c: char| matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}');
            phrase.chars().any(is_chinese)
                && phrase
                    .chars()
                    .all(|c| is_chinese(c) || c.is_ascii_lowercase() || c.is_ascii_digit())
        }
        Writing::Pinyin => plain(phrase),
        Writing::En => phrase.split(' ').all(plain),
    }
}

/// Personal information has its leaf in annex B, and nothing else has.
fn leaves(classes: &Classes, found: &mut Vec<Diagnostic>) {
    for class in classes.all().iter().filter(|c| c.is_personal() != c.leaf.is_some()) {
        let finding = Diagnostic::error("RB209").at(place_of(&class.sourced));
        found.push(finding.with("class", &class.id).with("nature", class.nature.as_str()));
    }
}

/// One regime says one thing of one class on one day.
fn overlaps(classes: &Classes, found: &mut Vec<Diagnostic>) {
    let mut by_key: BTreeMap<_, Vec<&Statement>> = BTreeMap::new();
    for class in classes.all() {
        for statement in classes.statements(&class.id) {
            let key = (&class.id, &statement.regime, statement.under_14);
            by_key.entry(key).or_default().push(statement);
        }
    }
    for ((class, regime, _), mut statements) in by_key {
        statements.sort_by_key(|statement| statement.span);
        for pair in statements.windows(2) {
            let [before, after] = pair else { continue };
            if before.span.overlaps(&after.span) {
                let finding = Diagnostic::error("RB210").at(place_of(&after.sourced));
                let finding = finding.with("class", class).with("regime", regime);
                found.push(finding.with("day", after.span.from));
            }
        }
    }
}

/// Regimes rest on an instrument that is held, begin no earlier, and have their own place.
fn regimes(classes: &Classes, book: &Book, found: &mut Vec<Diagnostic>) {
    let mut ranks: BTreeMap<u32, &str> = BTreeMap::new();
    for regime in classes.regimes() {
        let place = place_of(&regime.sourced);
        match book.instruments.get(&regime.law) {
            None => {
                found.push(Diagnostic::error("RB103").at(place.clone()).with("law", &regime.law));
            }
            Some(instrument) => {
                let early = instrument.effective.filter(|day| regime.span.from < day.0);
                if let Some(effective) = early {
                    let finding = Diagnostic::error("RB104").at(place.clone());
                    let finding = finding.with("id", &regime.id).with("law", &regime.law);
                    let finding = finding.with("from", regime.span.from);
                    found.push(finding.with("effective", effective.0));
                }
            }
        }
        if regime.decides && regime.rank.is_none() {
            found.push(Diagnostic::error("RB211").at(place).with("regime", &regime.id));
        } else if let Some(rank) = regime.rank
            && ranks.insert(rank, &regime.id).is_some()
        {
            found.push(Diagnostic::error("RB211").at(place).with("regime", &regime.id));
        }
    }
    for statement in classes.statements.iter() {
        let Some(regime) = classes.regime(&statement.regime) else { continue };
        let (own, outer) = (statement.span, regime.span);
        let ends_late = outer.until.is_some_and(|end| own.until.is_none_or(|own| own > end));
        if own.from < outer.from || ends_late {
            let finding = Diagnostic::error("RB212").at(place_of(&statement.sourced));
            found.push(finding.with("regime", &regime.id));
        }
    }
}

/// Grades go from 1 to 4, levels from 1 to 5, and a statement says something.
fn scales(classes: &Classes, found: &mut Vec<Diagnostic>) {
    for floor in classes.floors().iter().filter(|floor| !(1..=4).contains(&floor.grade)) {
        let finding = Diagnostic::error("RB213").at(place_of(&floor.sourced));
        found.push(finding.with("value", floor.grade));
    }
    for statement in &classes.statements {
        match (statement.level, statement.sensitive) {
            (Some(level), _) if !(1..=5).contains(&level) => {
                let finding = Diagnostic::error("RB213").at(place_of(&statement.sourced));
                found.push(finding.with("value", level));
            }
            (None, None) => {
                let finding = Diagnostic::error("RB214").at(place_of(&statement.sourced));
                found.push(finding.with("regime", &statement.regime));
            }
            _ => {}
        }
    }
}

/// Sectors, kinds of persons and editions are those of the book.
fn named_elsewhere(classes: &Classes, book: &Book, found: &mut Vec<Diagnostic>) {
    let mut value = |fact: &'static str, word: &str, place: Place| {
        let held = book.facts.iter().find(|held| held.id.as_str() == fact);
        let known = match held.map(|fact| &fact.kind) {
            Some(FactKind::OneOf(values)) => values.iter().any(|(value, _)| **value == *word),
            _ => false,
        };
        if !known {
            let finding = Diagnostic::error("RB215").at(place);
            found.push(finding.with("fact", fact).with("word", word));
        }
    };
    let regimes = classes.regimes().iter().map(|regime| (&regime.sectors, &regime.sourced));
    let candidates = classes.candidates().iter().map(|c| (&c.sectors, &c.sourced));
    for (sectors, sourced) in regimes.chain(candidates) {
        for sector in sectors {
            value("handler.sector", sector, place_of(sourced));
        }
    }
    for subject in classes.subjects() {
        if let Some(flow) = &subject.flow {
            value("flow.subjects", flow, place_of(&subject.sourced));
        }
    }
    let regimes = classes.regimes().iter().map(|regime| (&regime.edition, &regime.sourced));
    let candidates = classes.candidates().iter().map(|c| (&c.edition, &c.sourced));
    for (edition, sourced) in regimes.chain(candidates) {
        let Some(edition) = edition else { continue };
        if !book.editions.iter().any(|held| held.id.as_str() == &**edition) {
            let finding = Diagnostic::error("RB216").at(place_of(sourced));
            found.push(finding.with("edition", edition));
        }
    }
}

/// Every entry has a source, and every key is known.
fn sources(classes: &Classes, book: &Book, found: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&str> = book.sources.iter().map(|s| s.key.as_ref().as_str()).collect();
    let all = classes.all().iter().map(|class| &class.sourced);
    let all = all.chain(classes.deflectors().iter().map(|deflector| &deflector.sourced));
    let all = all.chain(classes.subjects().iter().map(|subject| &subject.sourced));
    let all = all.chain(classes.regimes().iter().map(|regime| &regime.sourced));
    let all = all.chain(classes.statements.iter().map(|statement| &statement.sourced));
    let all = all.chain(classes.combinations().iter().map(|combination| &combination.sourced));
    let all = all.chain(classes.floors().iter().map(|floor| &floor.sourced));
    let all = all.chain(classes.candidates().iter().map(|candidate| &candidate.sourced));
    let mut seen = BTreeSet::new();
    for sourced in all {
        // A statement on many classes stands once in the file.
        if !seen.insert((&sourced.file, sourced.bytes.start)) {
            continue;
        }
        if sourced.source.is_empty() {
            found.push(Diagnostic::error("RB161").at(place_of(sourced)));
        }
        for key in sourced.source.iter().filter(|key| !known.contains(&***key)) {
            let finding = Diagnostic::error("RB160").at(place_of(sourced));
            found.push(finding.with("key", key));
        }
    }
}

/// Names and remarks stand in both languages.
fn words(classes: &Classes, found: &mut Vec<Diagnostic>) {
    let mut words = Words { found };
    let mut seen = BTreeSet::new();
    for class in classes.all() {
        let place = place_of(&class.sourced);
        words.bilingual(&place, "class", &class.name, Kind::Name);
        words.note(&place, class.says.as_ref());
    }
    for subject in classes.subjects() {
        words.bilingual(&place_of(&subject.sourced), "subject", &subject.name, Kind::Name);
    }
    for regime in classes.regimes() {
        let place = place_of(&regime.sourced);
        words.bilingual(&place, "regime", &regime.name, Kind::Name);
        words.note(&place, regime.note.as_ref());
    }
    for statement in &classes.statements {
        if seen.insert((&statement.sourced.file, statement.sourced.bytes.start)) {
            let place = place_of(&statement.sourced);
            if let Some(category) = &statement.category {
                words.bilingual(&place, "category", category, Kind::Name);
            }
            words.note(&place, statement.note.as_ref());
        }
    }
    for combination in classes.combinations() {
        let place = place_of(&combination.sourced);
        words.bilingual(&place, "says", &combination.says, Kind::Says);
    }
    for candidate in classes.candidates() {
        let place = place_of(&candidate.sourced);
        words.bilingual(&place, "says", &candidate.says, Kind::Says);
        words.note(&place, candidate.note.as_ref());
    }
}
