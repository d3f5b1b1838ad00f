//! Facts: bases give every one of them, and somebody asks it.

use std::collections::BTreeSet;

use kouan_terms::{Diagnostic, Place};

use crate::book::Book;
use crate::condition::{Condition, Subject};
use crate::fact::FactKind;

/// Facts that no rule needs to ask: who may use a list, and what a list names, are asked by the
/// lists themselves, and the sector by what the book does not hold.
const ASKED_BY_LISTS: &[&str] = &[
    "claim.list",
    "flow.exports_from",
    "handler.is_ciio",
    "handler.registered_zone",
    "handler.sector",
    "list.listed",
];

/// The base that gives every fact, whether cases start from it or not.
const COMPLETE: &str = "cn.residual-pi";

/// Checks facts and bases.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    let place = Place::file("facts.toml");
    let asked = asked(book);
    for (index, fact) in book.facts.iter().enumerate() {
        if fact.stricter_upwards && matches!(fact.kind, FactKind::OneOf(_)) {
            found.push(Diagnostic::error("RB156").at(place.clone()).with("fact", &fact.id));
        }
        if !asked.contains(&index) && !ASKED_BY_LISTS.contains(&fact.id.as_str()) {
            found.push(Diagnostic::warning("RB157").at(place.clone()).with("fact", &fact.id));
        }
    }
    bases(book, found);
}

fn asked(book: &Book) -> BTreeSet<usize> {
    let mut asked = BTreeSet::new();
    let mut condition = |when: &Condition| {
        asked.extend(when.comparisons().filter_map(|comparison| match &comparison.subject {
            Subject::Fact(index) => Some(*index),
            Subject::Notion(_) => None,
        }));
    };
    book.every_rule().for_each(|rule| condition(&rule.when));
    book.notions.iter().for_each(|notion| condition(&notion.when));
    book.duties.iter().for_each(|duty| condition(&duty.when));
    book.limits.iter().for_each(|limit| condition(&limit.when));
    book.points.iter().flat_map(|point| &point.raised_when).for_each(condition);
    for adds in book.points.iter().flat_map(|point| &point.adds) {
        asked.extend([adds.to, adds.from]);
    }
    let claims = book.every_rule().filter_map(|rule| rule.claim.as_ref());
    asked.extend(claims.filter_map(|claim| book.fact_index(claim.as_str())));
    asked
}

/// A base that cases start from gives every fact; another may leave facts unknown.
fn bases(book: &Book, found: &mut Vec<Diagnostic>) {
    let mut complete: BTreeSet<&str> =
        book.cases.iter().map(|(_, cases)| cases.base.as_ref().as_str()).collect();
    complete.insert(COMPLETE);
    for base in &book.bases {
        let place = Place::at("bases.toml", base.id.span());
        let mut given: BTreeSet<&str> = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(base);
        while let Some(current) = next {
            if !seen.insert(current.id.as_ref()) {
                break;
            }
            given.extend(current.facts.keys().map(String::as_str));
            let Some(extends) = &current.extends else { break };
            next = book.bases.iter().find(|other| other.id.as_ref() == extends);
            if next.is_none() {
                found.push(Diagnostic::error("RB150").at(place.clone()).with("name", extends));
            }
        }
        for (fact, value) in &base.facts {
            if book.fact_index(fact).is_none() {
                let place = Place::at("bases.toml", value.span());
                found.push(Diagnostic::error("RB120").at(place).with("fact", fact));
            }
        }
        if !complete.contains(base.id.as_ref().as_str()) {
            continue;
        }
        for fact in &book.facts {
            if !given.contains(fact.id.as_str()) {
                let finding = Diagnostic::error("RB151").at(place.clone());
                found.push(finding.with("fact", &fact.id));
            }
        }
    }
}
