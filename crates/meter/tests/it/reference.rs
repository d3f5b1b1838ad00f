//! The counts by a plain set, and the bounds by trying every way in which rows could be of the same
//! people.

use std::collections::{BTreeMap, BTreeSet};

use kouan_meter::{Key, Kind, Marks, Measure, Tally};

/// A key as a test writes it: the place of its kind, and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PlainKey {
    pub(crate) kind: u8,
    pub(crate) number: u64,
}

pub(crate) const EMAIL: u8 = 8;
pub(crate) const ACCOUNT: u8 = 10;
pub(crate) const WECHAT: u8 = 11;
const NOBODY: u8 = 14;

impl PlainKey {
    /// As the meter takes it: e-mail addresses, some accounts and WeChat ids are hashed.
    pub(crate) fn key(self) -> Key {
        let kind = Kind::at(self.kind).unwrap();
        let number = self.number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        if self.is_hashed() {
            let hash = u128::from(number) << 64 | u128::from(self.number) << 8;
            Key::wide(kind, hash | u128::from(self.kind))
        } else {
            Key::narrow(kind, number >> 6).unwrap()
        }
    }

    fn is_hashed(self) -> bool {
        matches!(self.kind, EMAIL | WECHAT) || self.kind == ACCOUNT && self.number % 2 == 1
    }
}

/// A row as a test writes it.
#[derive(Clone, Debug)]
pub(crate) struct PlainRow {
    pub(crate) handler: usize,
    pub(crate) lane: usize,
    pub(crate) source: u8,
    pub(crate) number: u64,
    pub(crate) keys: Vec<PlainKey>,
    pub(crate) marks: Marks,
}

/// A key among several handlers; the third number tells rows without key apart.
type Spot = (PlainKey, usize, u8);

impl PlainRow {
    fn spot(&self, key: PlainKey) -> Spot {
        (key, if key.kind == ACCOUNT { self.handler } else { 0 }, 0)
    }

    pub(crate) fn strongest(&self) -> Spot {
        let mut best: Option<PlainKey> = None;
        for key in &self.keys {
            if best.is_none_or(|best| key.kind < best.kind) {
                best = Some(*key);
            }
        }
        match best {
            Some(key) => self.spot(key),
            None => (PlainKey { kind: NOBODY, number: self.number }, 0, self.source),
        }
    }
}

/// The rows of a scope with the same strongest key.
struct Unit {
    component: usize,
    kind: u8,
    marks: Marks,
}

fn maybe(measure: Measure, marks: Marks) -> bool {
    let general = marks.has(Marks::GENERAL) || marks.has(Marks::MAYBE_GENERAL);
    let sensitive = marks.has(Marks::SENSITIVE) || marks.has(Marks::MAYBE_SENSITIVE);
    match measure {
        Measure::All => true,
        Measure::General => general,
        Measure::GeneralOnly => general && !marks.has(Marks::SENSITIVE),
        Measure::Sensitive => sensitive,
        Measure::Both => general && sensitive,
        Measure::Minors => marks.has(Marks::MINOR) || marks.has(Marks::MAYBE_MINOR),
    }
}

fn surely(measure: Measure, marks: Marks) -> bool {
    let (general, sensitive) = (marks.has(Marks::GENERAL), marks.has(Marks::SENSITIVE));
    match measure {
        Measure::All => true,
        Measure::General => general,
        Measure::GeneralOnly => general && !sensitive && !marks.has(Marks::MAYBE_SENSITIVE),
        Measure::Sensitive => sensitive,
        Measure::Both => general && sensitive,
        Measure::Minors => marks.has(Marks::MINOR),
    }
}

fn tally(mut each: impl FnMut(Measure) -> u64) -> Tally {
    Tally {
        all: each(Measure::All),
        general: each(Measure::General),
        general_only: each(Measure::GeneralOnly),
        sensitive: each(Measure::Sensitive),
        both: each(Measure::Both),
        minors: each(Measure::Minors),
    }
}

/// Persons by strongest keys.
pub(crate) fn unlinked(rows: &[PlainRow], inside: impl Fn(&PlainRow) -> bool) -> Tally {
    let mut persons: BTreeMap<Spot, Marks> = BTreeMap::new();
    for row in rows.iter().filter(|row| inside(row)) {
        let marks = persons.entry(row.strongest()).or_default();
        *marks = *marks | row.marks;
    }
    tally(|measure| persons.values().filter(|marks| maybe(measure, **marks)).count() as u64)
}

/// At least and at most.
pub(crate) fn bounds(rows: &[PlainRow], inside: impl Fn(&PlainRow) -> bool) -> (Tally, Tally) {
    let units = units(rows, inside);
    let mut least = [u64::MAX; 6];
    let mut most = [0; 6];
    each_way(&units, &mut Vec::new(), &mut |people| {
        for ((measure, least), most) in Measure::ALL.into_iter().zip(&mut least).zip(&mut most) {
            let marks =
                |person: &Vec<&Unit>| person.iter().fold(Marks::NONE, |all, unit| all | unit.marks);
            let sure = people.iter().filter(|person| surely(measure, marks(person))).count();
            let may_be = people.iter().filter(|person| maybe(measure, marks(person))).count();
            *least = (*least).min(sure as u64);
            *most = (*most).max(may_be as u64);
        }
    });
    let mut least = least.into_iter();
    let mut most = most.into_iter();
    (tally(|_| least.next().unwrap()), tally(|_| most.next().unwrap()))
}

fn units(rows: &[PlainRow], inside: impl Fn(&PlainRow) -> bool) -> Vec<Unit> {
    let spots: BTreeSet<Spot> = rows
        .iter()
        .flat_map(|row| row.keys.iter().map(|key| row.spot(*key)).chain([row.strongest()]))
        .collect();
    let mut component: BTreeMap<Spot, usize> = spots.into_iter().zip(0..).collect();
    // Spreads the least number through every row, of any lane, until nothing changes.
    loop {
        let before = component.clone();
        for row in rows {
            let all: Vec<_> = row.keys.iter().map(|key| row.spot(*key)).collect();
            if let Some(least) = all.iter().map(|spot| component[spot]).min() {
                all.into_iter().for_each(|spot| {
                    component.insert(spot, least);
                });
            }
        }
        if component == before {
            break;
        }
    }
    let mut groups: BTreeMap<Spot, Marks> = BTreeMap::new();
    for row in rows.iter().filter(|row| inside(row)) {
        let marks = groups.entry(row.strongest()).or_default();
        *marks = *marks | row.marks;
    }
    let unit = |(spot, marks): (Spot, Marks)| Unit {
        component: component[&spot],
        kind: spot.0.kind,
        marks,
    };
    groups.into_iter().map(unit).collect()
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
    one.kind == NOBODY
        || other.kind == NOBODY
        || one.component == other.component && !(one.kind == 0 && other.kind == 0)
}
