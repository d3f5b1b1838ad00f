//! Ids: no two entries of one name on one day, no gap without a word, nothing named that is not
//! there.

use std::collections::BTreeMap;

use kouan_terms::{Day, Diagnostic, FactId, Place};

use super::cycles::{candidates, selects};
use super::entries::{Entry, What, entries, notions_of};
use super::place_of;
use crate::book::{Book, Rule, Selector};

/// Checks ids, and what rules name by id.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    let entries = entries(book);
    versions(&entries, found);
    repeated(book, found);
    for entry in &entries {
        for notion in entry.notions() {
            if let Some(day) = undefined(book, notion, entry) {
                let finding = Diagnostic::error("RB148").at(place_of(entry.standing));
                found.push(finding.with("notion", notion).with("day", day));
            }
        }
    }
    for point in &book.points {
        let named = point.raised_when.iter().flat_map(notions_of);
        for notion in named.filter(|id| !book.notions.iter().any(|notion| *notion.id == **id)) {
            let finding = Diagnostic::error("RB148").at(place_of(&point.standing));
            found.push(finding.with("notion", notion).with("day", book.manifest.starts.0));
        }
    }
    selectors(book, found);
    for rule in book.every_rule() {
        under(book, rule, found);
        claim(book, rule.claim.as_ref(), &place_of(&rule.standing), found);
    }
}

/// Versions of one id follow each other; an overlap is an error and a gap is worth a look.
fn versions(entries: &[Entry<'_>], found: &mut Vec<Diagnostic>) {
    let mut by_id: BTreeMap<(What, &str), Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        // A rule of a list shares its name space with every other rule.
        let what = if entry.what == What::ListRule { What::Rule } else { entry.what };
        by_id.entry((what, entry.id)).or_default().push(entry);
    }
    for ((_, id), mut versions) in by_id {
        versions.sort_by_key(|version| version.span);
        for pair in versions.windows(2) {
            let [before, after] = pair else { continue };
            let place = place_of(after.standing);
            match before.span.until {
                Some(end) if end == after.span.from => {}
                Some(end) if end < after.span.from => {
                    let finding = Diagnostic::warning("RB141").at(place).with("id", id);
                    found.push(finding.with("from", end).with("until", after.span.from));
                }
                _ => {
                    let finding = Diagnostic::error("RB140").at(place).with("id", id);
                    found.push(finding.with("day", after.span.from));
                }
            }
        }
    }
}

/// Ids that have no versions are there once.
fn repeated(book: &Book, found: &mut Vec<Diagnostic>) {
    let mut seen = std::collections::BTreeSet::new();
    let missing = book.missing.iter().map(|m| ("missing.toml", &m.id));
    let zones = book.zones.iter().map(|zone| ("lists/zones.toml", &zone.id));
    let sources = book.sources.iter().map(|source| ("sources.toml", &source.key));
    let bases = book.bases.iter().map(|base| ("bases.toml", &base.id));
    let terms = book.glossary.iter().map(|term| ("glossary.toml", &term.id));
    for (file, id) in missing.chain(zones).chain(sources).chain(bases).chain(terms) {
        if !seen.insert((file, id.as_ref().clone())) {
            found.push(Diagnostic::error("RB110").at(Place::at(file, id.span())));
        }
    }
    for version in &book.versions {
        if !seen.insert(("rules/cn/versions.toml", version.id.clone())) {
            found.push(Diagnostic::error("RB110").at(Place::file("rules/cn/versions.toml")));
        }
    }
    for edition in &book.editions {
        if !seen.insert(("lists/", edition.id.to_string())) {
            found.push(Diagnostic::error("RB110").at(place_of(&edition.standing)));
        }
    }
}

/// The first day of an entry on which a notion it asks for is not defined.
fn undefined(book: &Book, notion: &str, entry: &Entry<'_>) -> Option<Day> {
    let mut day = entry.span.from;
    loop {
        let mut versions = book.notions.iter().filter(|other| &*other.id == notion);
        let Some(version) = versions.find(|version| version.span.contains(day)) else {
            return Some(day);
        };
        // A version that contains the day ends after it, so the walk moves forward.
        day = version.span.until?;
        if entry.span.until.is_some_and(|until| until <= day) {
            return None;
        }
    }
}

/// Every name before which a rule steps back, or which it sets aside, is the name of a rule.
fn selectors(book: &Book, found: &mut Vec<Diagnostic>) {
    let rules = candidates(book);
    for owner in rules.iter().map(|candidate| candidate.rule) {
        let named = owner.yields_to.iter().map(|selector| ("yields_to", selector));
        let named = named.chain(owner.overrides.iter().map(|selector| ("overrides", selector)));
        for (key, selector) in named {
            if !rules.iter().any(|candidate| selects(selector, owner, *candidate)) {
                let finding = Diagnostic::error("RB142").at(place_of(&owner.standing));
                found.push(finding.with("key", key).with("name", written(selector)));
            }
        }
    }
}

fn written(selector: &Selector) -> String {
    match selector {
        Selector::Rule(id) => id.to_string(),
        Selector::Prefix(prefix) => format!("{prefix}*"),
        Selector::Article(article) => article.to_string(),
    }
}

fn under(book: &Book, rule: &Rule, found: &mut Vec<Diagnostic>) {
    let Some((point, reading)) = &rule.under else { return };
    let readings = book.point(point).map(|point| &point.readings);
    if !readings.is_some_and(|readings| readings.iter().any(|held| held.id == *reading)) {
        let finding = Diagnostic::error("RB143").at(place_of(&rule.standing));
        found.push(finding.with("point", point).with("reading", reading));
    }
}

fn claim(book: &Book, claim: Option<&FactId>, place: &Place, found: &mut Vec<Diagnostic>) {
    let Some(claim) = claim else { return };
    if !book.fact(claim).is_some_and(crate::Fact::is_claim) {
        found.push(Diagnostic::error("RB147").at(place.clone()).with("fact", claim));
    }
}
