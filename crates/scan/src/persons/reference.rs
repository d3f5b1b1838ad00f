//! The bounds by trying every way in which rows could be of the same people; for small tables.

use std::collections::{BTreeMap, BTreeSet};

use super::super::identifiers::key::KeyKind;
use super::flags::Marks;

/// A key as a test writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlainKey {
    pub(super) kind: KeyKind,
    pub(super) number: u64,
}

/// A row as a test writes it.
#[derive(Clone, Debug)]
pub(super) struct PlainRow {
    pub(super) keys: Vec<PlainKey>,
    pub(super) marks: Marks,
}

/// At least and at most, of all, general, sensitive, both, minors.
pub(super) type Bounds = [(u64, u64); 5];

/// The rows with the same strongest key, or a row without key.
struct Unit {
    /// The set of rows linked by keys; none for a row without key.
    component: Option<usize>,
    id: bool,
    marks: Marks,
}

/// The bounds of a table.
pub(super) fn bounds(rows: &[PlainRow]) -> Bounds {
    let units = units(rows);
    let mut bounds = [(u64::MAX, 0); 5];
    let mut blocks: Vec<Vec<&Unit>> = Vec::new();
    each_way(&units, &mut blocks, &mut |people| {
        for (which, (least, most)) in bounds.iter_mut().enumerate() {
            let ends: Vec<_> = people.iter().map(|person| counts(person)[which]).collect();
            *least = (*least).min(ends.iter().filter(|(surely, _)| *surely).count() as u64);
            *most = (*most).max(ends.iter().filter(|(_, maybe)| *maybe).count() as u64);
        }
    });
    bounds
}

/// Every key of the table.
pub(super) fn distinct_keys(rows: &[PlainRow]) -> BTreeSet<PlainKey> {
    rows.iter().flat_map(|row| row.keys.iter().copied()).collect()
}

fn strongest(row: &PlainRow) -> Option<PlainKey> {
    let mut best: Option<PlainKey> = None;
    for key in &row.keys {
        if best.is_none_or(|best| key.kind < best.kind) {
            best = Some(*key);
        }
    }
    best
}

fn units(rows: &[PlainRow]) -> Vec<Unit> {
    let keys: Vec<_> = distinct_keys(rows).into_iter().collect();
    let mut component: BTreeMap<PlainKey, usize> =
        keys.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    // Spreads the least number through every row until nothing changes.
    loop {
        let before = component.clone();
        for row in rows {
            if let Some(least) = row.keys.iter().map(|key| component[key]).min() {
                for key in &row.keys {
                    component.insert(*key, least);
                }
            }
        }
        if component == before {
            break;
        }
    }
    let mut groups: BTreeMap<PlainKey, Marks> = BTreeMap::new();
    let mut units = Vec::new();
    for row in rows {
        match strongest(row) {
            Some(key) => {
                let marks = groups.entry(key).or_default();
                *marks = *marks | row.marks;
            }
            None => units.push(Unit { component: None, id: false, marks: row.marks }),
        }
    }
    units.extend(groups.into_iter().map(|(key, marks)| Unit {
        component: Some(component[&key]),
        id: key.kind == KeyKind::ResidentId,
        marks,
    }));
    units
}

fn each_way<'u>(
    units: &'u [Unit],
    people: &mut Vec<Vec<&'u Unit>>,
    see: &mut impl FnMut(&[Vec<&Unit>]),
) {
    let Some((unit, rest)) = units.split_first() else { return see(people) };
    for at in 0..people.len() {
        if people[at].iter().all(|other| may_be_one(unit, other)) {
            people[at].push(unit);
            each_way(rest, people, see);
            people[at].pop();
        }
    }
    people.push(vec![unit]);
    each_way(rest, people, see);
    people.pop();
}

fn may_be_one(one: &Unit, other: &Unit) -> bool {
    match (one.component, other.component) {
        (Some(component), Some(others)) => component == others && !(one.id && other.id),
        _ => true,
    }
}

/// Whether a person surely counts, and maybe counts.
fn counts(person: &[&Unit]) -> [(bool, bool); 5] {
    let has = |marks| person.iter().any(|unit| unit.marks.has(marks));
    let keyed = person.iter().any(|unit| unit.component.is_some());
    let general = has(Marks::GENERAL);
    let sensitive = has(Marks::SENSITIVE);
    let minor = has(Marks::MINOR);
    let maybe_general = general || has(Marks::MAYBE_GENERAL);
    let maybe_sensitive = sensitive || has(Marks::MAYBE_SENSITIVE);
    let maybe_minor = minor || has(Marks::MAYBE_MINOR);
    [
        (
            keyed || general || sensitive || minor,
            keyed || maybe_general || maybe_sensitive || maybe_minor,
        ),
        (general && !maybe_minor, maybe_general && !minor),
        (sensitive || minor, maybe_sensitive || maybe_minor),
        (general && sensitive && !maybe_minor, maybe_general && maybe_sensitive && !minor),
        (minor, maybe_minor),
    ]
}
