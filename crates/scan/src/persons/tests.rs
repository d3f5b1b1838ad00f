//! Tests of the counts against the reference, and of everything that must not change them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use kouan_terms::Diagnostic;
use proptest::prelude::*;

use super::super::identifiers::key::{Key, KeyKind, Keyed, Secret, of};
use super::reference::{Bounds, PlainKey, PlainRow, bounds, distinct_keys};
use super::{
    Count, Limits, Linking, Marks, Persons, Reason, Roster, Scratch, ScratchFault, Slot, Space,
    count,
};

/// Scratch space in memory; past `full` bytes it says that the disk is full.
struct Memory {
    full: u64,
    written: AtomicU64,
    /// Everything that was ever written.
    all: Mutex<Vec<u8>>,
    /// What is read back has one byte changed.
    damaged: bool,
}

impl Memory {
    fn new() -> Arc<Memory> {
        let (written, all) = (AtomicU64::new(0), Mutex::default());
        Arc::new(Memory { full: u64::MAX, written, all, damaged: false })
    }

    fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }
}

struct Shared(Arc<Memory>);

struct Bytes {
    scratch: Arc<Memory>,
    bytes: Vec<u8>,
}

impl Scratch for Shared {
    fn create(&self) -> Result<Box<dyn Space>, Diagnostic> {
        Ok(Box::new(Bytes { scratch: Arc::clone(&self.0), bytes: Vec::new() }))
    }
}

impl Space for Bytes {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Diagnostic> {
        let before = self.scratch.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if before + bytes.len() as u64 > self.scratch.full {
            return Err(ScratchFault::Full.diagnostic("scratch"));
        }
        self.bytes.extend_from_slice(bytes);
        self.scratch.all.lock().expect("one thread").extend_from_slice(bytes);
        Ok(())
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<(), Diagnostic> {
        let at = usize::try_from(at).expect("small");
        into.copy_from_slice(&self.bytes[at..at + into.len()]);
        if self.scratch.damaged {
            into[7] = !into[7];
        }
        Ok(())
    }
}

fn secret(number: u8) -> Secret {
    Secret::new(&[number; 16])
}

fn keyed(key: PlainKey, secret: &Secret) -> Keyed {
    let PlainKey { kind, number } = key;
    match kind {
        KeyKind::Email => {
            of(kind, format!("a{number}@example.invalid").as_bytes(), secret).expect("an address")
        }
        _ => Keyed::Narrow(Key::of_packed(kind, number)),
    }
}

fn feed(roster: &mut Roster, rows: &[PlainRow], secret: &Secret) -> Result<(), Diagnostic> {
    rows.iter().try_for_each(|row| {
        let keys: Vec<_> = row.keys.iter().map(|key| Slot::from(keyed(*key, secret))).collect();
        roster.row(&keys, row.marks)
    })
}

fn roster_of(rows: &[PlainRow], limits: Limits, scratch: &Arc<Memory>) -> Roster {
    let mut roster = Roster::new(&secret(1), limits, Arc::new(Shared(Arc::clone(scratch))));
    feed(&mut roster, rows, &secret(1)).expect("scratch space");
    roster
}

fn persons(rows: &[PlainRow]) -> Persons {
    count(&mut [&mut roster_of(rows, Limits::default(), &Memory::new())]).expect("scratch space")
}

fn plain_bounds(persons: &Persons) -> Bounds {
    five(persons).map(|count| (count.at_least.0, count.at_most.0))
}

fn five(persons: &Persons) -> [Count; 5] {
    [persons.all, persons.general_pi, persons.sensitive_pi, persons.both, persons.minors]
}

fn id(number: u64) -> PlainKey {
    PlainKey { kind: KeyKind::ResidentId, number }
}

fn phone(number: u64) -> PlainKey {
    PlainKey { kind: KeyKind::Mobile, number }
}

fn email(number: u64) -> PlainKey {
    PlainKey { kind: KeyKind::Email, number }
}

fn row(keys: &[PlainKey], marks: Marks) -> PlainRow {
    PlainRow { keys: keys.to_vec(), marks }
}

const GENERAL: Marks = Marks::GENERAL;
const SENSITIVE: Marks = Marks::SENSITIVE;
const MINOR: Marks = Marks::MINOR;

fn check(rows: &[PlainRow], expected: Bounds) -> Persons {
    let persons = persons(rows);
    assert_eq!(plain_bounds(&persons), expected);
    assert_eq!(bounds(rows), expected, "the reference");
    persons
}

#[test]
fn nobody_is_counted_in_nothing() {
    let persons = count(&mut []).expect("no scratch space");
    assert_eq!(plain_bounds(&persons), [(0, 0); 5]);
    assert_eq!(persons.linking, Linking::NotNeeded);
    check(&[], [(0, 0); 5]);
}

#[test]
fn a_person_in_many_rows_counts_once() {
    let rows = [row(&[id(1)], GENERAL), row(&[id(1)], SENSITIVE), row(&[id(2)], GENERAL)];
    let persons = check(&rows, [(2, 2), (2, 2), (1, 1), (1, 1), (0, 0)]);
    assert_eq!(persons.all.reason, Reason::BoundsAgree);
    assert_eq!(persons.figures.distinct(KeyKind::ResidentId), 2);
    assert_eq!(persons.figures.rows, 3);
}

#[test]
fn an_id_here_and_a_phone_there_are_one_person_when_a_row_shows_it() {
    let rows = [
        row(&[id(1)], GENERAL),
        row(&[phone(1)], GENERAL),
        row(&[phone(1), id(1)], GENERAL),
        row(&[email(1), phone(1)], GENERAL),
    ];
    let persons = check(&rows, [(1, 2), (1, 2), (0, 0), (0, 0), (0, 0)]);
    assert_eq!(persons.all.reason, Reason::RecordsApart);
    assert_eq!(persons.all.for_law().0, 2);
    assert_eq!(persons.linking, Linking::Followed);
    assert_eq!(persons.figures.persons_linked, Some(1));
    assert_eq!(persons.figures.distinct(KeyKind::Email), 1);
}

#[test]
fn two_resident_ids_are_two_people_whatever_they_share() {
    let rows = [
        row(&[id(1), phone(1)], GENERAL),
        row(&[id(2), phone(1)], SENSITIVE),
        row(&[phone(1)], GENERAL),
    ];
    let persons = check(&rows, [(2, 3), (1, 2), (1, 1), (0, 1), (0, 0)]);
    assert_eq!(persons.figures.shared_by_several_ids, Some(1));
}

#[test]
fn a_row_with_two_resident_ids_counts_by_the_first() {
    let rows = [row(&[id(2), id(1)], GENERAL), row(&[id(1)], GENERAL), row(&[id(3)], GENERAL)];
    let persons = check(&rows, [(3, 3), (3, 3), (0, 0), (0, 0), (0, 0)]);
    assert_eq!(persons.figures.rows_with_several_ids, 1);
    let rows = [row(&[id(2), id(1)], GENERAL)];
    let persons = check(&rows, [(1, 1), (1, 1), (0, 0), (0, 0), (0, 0)]);
    assert_eq!(persons.figures.distinct(KeyKind::ResidentId), 2);
}

#[test]
fn rows_without_key_count_apart_at_most_and_once_at_least() {
    let rows = [row(&[], GENERAL), row(&[], GENERAL), row(&[], Marks::NONE)];
    let persons = check(&rows, [(1, 2), (1, 2), (0, 0), (0, 0), (0, 0)]);
    assert_eq!(persons.figures.rows_without_key, 3);
    let rows = [row(&[id(1)], GENERAL), row(&[], GENERAL)];
    check(&rows, [(1, 2), (1, 2), (0, 0), (0, 0), (0, 0)]);
}

#[test]
fn all_pi_of_a_minor_is_sensitive() {
    let rows = [row(&[id(1)], GENERAL | MINOR), row(&[id(2)], GENERAL)];
    check(&rows, [(2, 2), (1, 1), (1, 1), (0, 0), (1, 1)]);
    let rows = [row(&[id(1)], GENERAL), row(&[id(1)], MINOR)];
    check(&rows, [(1, 1), (0, 0), (1, 1), (0, 0), (1, 1)]);
}

#[test]
fn what_is_unsure_widens_the_bounds() {
    let rows = [row(&[id(1)], GENERAL | Marks::MAYBE_SENSITIVE), row(&[id(2)], GENERAL)];
    let persons = check(&rows, [(2, 2), (2, 2), (0, 1), (0, 1), (0, 0)]);
    assert_eq!(persons.sensitive_pi.reason, Reason::UnsureColumns);
    let rows = [row(&[id(1)], GENERAL | Marks::MAYBE_MINOR), row(&[], GENERAL)];
    let persons = check(&rows, [(1, 2), (0, 2), (0, 1), (0, 0), (0, 1)]);
    assert_eq!(persons.general_pi.reason, Reason::RecordsApartAndUnsureColumns);
}

#[test]
fn masked_hashed_and_damaged_rows_are_counted() {
    let rows = [
        row(&[], GENERAL | Marks::MASKED),
        row(&[], GENERAL | Marks::HASHED | Marks::DAMAGED),
        row(&[id(1)], GENERAL | Marks::DAMAGED),
    ];
    let figures = persons(&rows).figures;
    assert_eq!((figures.masked_rows, figures.hashed_rows, figures.damaged_rows), (1, 1, 2));
}

#[test]
fn linking_is_followed_up_to_the_limit_and_reckoned_past_it() {
    let mut rows = vec![row(&[phone(7)], GENERAL)];
    rows.extend((0..9).map(|number| row(&[phone(number), email(number)], GENERAL)));
    rows.push(row(&[phone(3), email(4)], GENERAL));
    let counted = |linked_persons| {
        let limits = Limits { linked_persons, ..Limits::default() };
        count(&mut [&mut roster_of(&rows, limits, &Memory::new())]).expect("scratch space")
    };
    let (at, past) = (counted(9), counted(8));
    assert_eq!(at.linking, Linking::Followed);
    assert_eq!(past.linking, Linking::Reckoned);
    // Nine phones, nine addresses, ten links: the chain has no ring, so reckoning is exact.
    assert_eq!(plain_bounds(&at), plain_bounds(&past));
    assert_eq!((at.all.at_least.0, at.all.at_most.0), (8, 9));
    assert_eq!(past.figures.distinct_keys, at.figures.distinct_keys);
    assert_eq!((past.figures.persons_linked, at.figures.persons_linked), (None, Some(1)));
}

#[test]
fn reckoning_knows_that_people_without_a_common_key_are_not_joined() {
    let rows = [row(&[phone(1), email(1)], GENERAL), row(&[phone(2), email(2)], SENSITIVE)];
    let limits = Limits { linked_persons: 0, ..Limits::default() };
    let mut roster = roster_of(&rows, limits, &Memory::new());
    let persons = count(&mut [&mut roster]).expect("memory");
    assert_eq!(plain_bounds(&persons), [(2, 2), (1, 1), (1, 1), (0, 0), (0, 0)]);
}

#[test]
fn memory_is_used_up_to_the_limit_and_scratch_space_past_it() {
    let rows: Vec<_> = (0..100_000).map(|number| row(&[id(number)], GENERAL)).collect();
    let scratch = Memory::new();
    let limits = Limits { memory_bytes: 1 << 20, ..Limits::default() };
    let mut within = roster_of(&rows, limits, &scratch);
    assert_eq!(scratch.written(), 0);
    assert!(within.held_bytes() <= 1 << 20);
    let limits = Limits { memory_bytes: 1 << 19, ..Limits::default() };
    let mut past = roster_of(&rows, limits, &scratch);
    assert!(scratch.written() > 0);
    assert!(past.held_bytes() <= 1 << 19);
    let expected = count(&mut [&mut within]).expect("scratch space");
    assert_eq!(expected.all.at_most.0, 100_000);
    assert_eq!(count(&mut [&mut past]).expect("scratch space"), expected);
}

#[test]
fn scratch_space_holds_no_number_in_clear() {
    let mobile = |number: u64| PlainKey { kind: KeyKind::Mobile, number: 13_900_000_000 + number };
    let resident = |number: u64| PlainKey { kind: KeyKind::ResidentId, number: number << 20 | 7 };
    let rows: Vec<_> =
        (1..8_000).map(|number| row(&[mobile(number), resident(number)], GENERAL)).collect();
    let scratch = Memory::new();
    let limits = Limits { memory_bytes: 1 << 16, ..Limits::default() };
    let mut roster = roster_of(&rows, limits, &scratch);
    assert_eq!(count(&mut [&mut roster]).expect("scratch space").all.at_most.0, 7_999);

    let numbers: BTreeSet<u64> =
        rows.iter().flat_map(|row| row.keys.iter().map(|key| key.number)).collect();
    let all = scratch.all.lock().expect("one thread");
    assert!(all.len() > 1 << 17);
    for window in all.windows(8) {
        let word: [u8; 8] = window.try_into().expect("eight bytes");
        // Flags and kinds may stand beside a number.
        for word in [u64::from_le_bytes(word), u64::from_be_bytes(word)] {
            let held = (0..=8).any(|by| numbers.contains(&(word >> by & (Key::PACKED_LIMIT - 1))));
            assert!(!held, "a number stands in clear");
        }
    }
}

#[test]
fn repeated_persons_need_no_scratch_space() {
    let scratch = Memory::new();
    let limits = Limits { memory_bytes: 1 << 16, ..Limits::default() };
    let rows: Vec<_> = (0..100_000).map(|number| row(&[id(number % 999)], GENERAL)).collect();
    let mut roster = roster_of(&rows, limits, &scratch);
    assert_eq!(count(&mut [&mut roster]).expect("memory").all.at_most.0, 999);
    assert_eq!(scratch.written(), 0);
}

#[test]
fn a_person_of_two_tables_counts_once_in_the_set() {
    let one = [row(&[id(1), phone(1)], GENERAL), row(&[id(2), phone(2)], GENERAL)];
    let other = [row(&[phone(1)], SENSITIVE), row(&[phone(3)], SENSITIVE), row(&[], SENSITIVE)];
    let mut one = roster_of(&one, Limits::default(), &Memory::new());
    let mut other = roster_of(&other, Limits::default(), &Memory::new());
    let mut counted = |which: [bool; 2]| {
        let rosters = [&mut one, &mut other].into_iter().zip(which);
        let mut set: Vec<_> = rosters.filter(|(_, is_in)| *is_in).map(|(one, _)| one).collect();
        count(&mut set).expect("memory")
    };
    assert_eq!(plain_bounds(&counted([true, false]))[0], (2, 2));
    assert_eq!(plain_bounds(&counted([false, true]))[0], (2, 3));
    let set = counted([true, true]);
    assert_eq!(plain_bounds(&set), [(3, 5), (2, 2), (2, 3), (0, 2), (0, 0)]);
    assert_eq!(set.figures.by_strongest_key.iter().sum::<u64>(), 4);
    assert_eq!(set.figures.distinct(KeyKind::Mobile), 3);
}

#[test]
fn merged_rosters_stay_within_memory_and_scratch_space_holds_each_person_once() {
    let rows: Vec<_> = (0..4_000).map(|number| row(&[id(number)], GENERAL)).collect();
    let scratch = Memory::new();
    let limits = Limits { memory_bytes: 100_000, ..Limits::default() };
    let mut set = Roster::new(&secret(1), limits, Arc::new(Shared(Arc::clone(&scratch))));
    for _ in 0..4 {
        set.merge(roster_of(&rows, limits, &scratch)).expect("scratch space");
        assert!(set.held_bytes() <= 100_000);
    }
    assert_eq!(scratch.written(), 4_000 * 8);
    assert_eq!(count(&mut [&mut set]).expect("scratch space").all.at_most.0, 4_000);
}

#[test]
fn a_full_disk_is_an_error() {
    let rows: Vec<_> = (0..10_000).map(|number| row(&[id(number)], GENERAL)).collect();
    let scratch = Arc::new(Memory {
        full: 30_000,
        damaged: false,
        written: AtomicU64::new(0),
        all: Mutex::default(),
    });
    let limits = Limits { memory_bytes: 1 << 14, ..Limits::default() };
    let mut roster = Roster::new(&secret(1), limits, Arc::new(Shared(scratch)));
    let error = feed(&mut roster, &rows, &secret(1)).expect_err("the disk is full");
    assert_eq!(error.code.0, "SC261");
}

#[test]
fn scratch_space_that_changed_is_an_error() {
    let rows: Vec<_> = (0..10_000).map(|number| row(&[id(number)], GENERAL)).collect();
    let limits = Limits { memory_bytes: 1 << 14, ..Limits::default() };
    let damaged =
        Memory { full: u64::MAX, written: AtomicU64::new(0), all: Mutex::default(), damaged: true };
    let mut roster = roster_of(&rows, limits, &Arc::new(damaged));
    let error = count(&mut [&mut roster]).expect_err("a byte was changed");
    assert_eq!(error.code.0, "SC264");
}

#[test]
fn the_order_of_addresses_in_a_row_decides_not_their_hashes() {
    let rows = [row(&[email(1), email(2)], GENERAL), row(&[email(2)], GENERAL)];
    for number in 0..32 {
        let mut roster =
            Roster::new(&secret(number), Limits::default(), Arc::new(Shared(Memory::new())));
        feed(&mut roster, &rows, &secret(number)).expect("memory");
        let persons = count(&mut [&mut roster]).expect("memory");
        assert_eq!((persons.all.at_least.0, persons.all.at_most.0), (1, 2));
    }
}

fn any_key() -> impl Strategy<Value = PlainKey> {
    let kind = prop_oneof![
        3 => Just(KeyKind::ResidentId),
        1 => Just(KeyKind::Passport),
        3 => Just(KeyKind::Mobile),
        2 => Just(KeyKind::Email),
    ];
    (kind, 0_u64..3).prop_map(|(kind, number)| PlainKey { kind, number })
}

fn any_marks() -> impl Strategy<Value = Marks> {
    let bit = |marks: Marks, weight: f64| {
        prop::bool::weighted(weight).prop_map(move |set| if set { marks } else { Marks::NONE })
    };
    (
        bit(GENERAL, 0.6),
        bit(SENSITIVE, 0.4),
        bit(MINOR, 0.15),
        bit(Marks::MAYBE_GENERAL, 0.15),
        bit(Marks::MAYBE_SENSITIVE, 0.15),
        bit(Marks::MAYBE_MINOR, 0.1),
    )
        .prop_map(|(a, b, c, d, e, f)| a | b | c | d | e | f)
}

fn any_rows(most: usize) -> impl Strategy<Value = Vec<PlainRow>> {
    let row = (prop::collection::vec(any_key(), 0..4), any_marks())
        .prop_map(|(keys, marks)| PlainRow { keys, marks });
    prop::collection::vec(row, 0..=most)
}

/// Many rows about few people, so that everything is met twice.
fn many_rows() -> impl Strategy<Value = Vec<PlainRow>> {
    let key = (any_key(), 0_u64..300).prop_map(|(key, number)| PlainKey { number, ..key });
    let row = (prop::collection::vec(key, 0..4), any_marks())
        .prop_map(|(keys, marks)| PlainRow { keys, marks });
    prop::collection::vec(row, 0..2_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn bounds_are_the_least_and_the_most_of_all_ways(rows in any_rows(7)) {
        let persons = persons(&rows);
        prop_assert_eq!(plain_bounds(&persons), bounds(&rows));
        let by_key: u64 = persons.figures.by_strongest_key.iter().sum();
        prop_assert!(persons.all.at_most.0 - by_key <= persons.figures.rows_without_key);
        for kind in KeyKind::ALL {
            let keys = distinct_keys(&rows);
            let distinct = keys.iter().filter(|key| key.kind == kind).count() as u64;
            prop_assert_eq!(persons.figures.distinct(kind), distinct);
        }
    }

    #[test]
    fn reckoned_bounds_enclose_followed_ones(rows in any_rows(7)) {
        let limits = Limits { linked_persons: 0, ..Limits::default() };
        let mut roster = roster_of(&rows, limits, &Memory::new());
        let reckoned = plain_bounds(&count(&mut [&mut roster]).expect("memory"));
        for ((least, most), (at_least, at_most)) in bounds(&rows).into_iter().zip(reckoned) {
            prop_assert!(at_least <= least && most <= at_most);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_the_rows_changes_the_counts(
        rows in many_rows(),
        number in any::<u8>(),
        workers in 1_usize..5,
        memory_bytes in 0_usize..40_000,
        turn in any::<prop::sample::Index>(),
        parked in any::<bool>(),
    ) {
        let expected = persons(&rows);
        for count in five(&expected) {
            prop_assert!(count.at_least <= count.at_most);
            prop_assert!(count.at_most.0 <= rows.len() as u64);
            prop_assert_eq!(count.at_least == count.at_most, count.reason == Reason::BoundsAgree);
        }
        let limits = Limits { memory_bytes, ..Limits::default() };
        let scratch = Memory::new();
        let mut rosters: Vec<_> = (0..workers)
            .map(|_| Roster::new(&secret(number), limits, Arc::new(Shared(Arc::clone(&scratch)))))
            .collect();
        for (at, part) in rows.chunks(97).enumerate() {
            feed(&mut rosters[at % workers], part, &secret(number)).expect("scratch space");
        }
        if parked {
            rosters[0].park().expect("scratch space");
        }
        // As a set of tables, twice, to see that counting changes nothing.
        for _ in 0..2 {
            let mut set: Vec<_> = rosters.iter_mut().collect();
            prop_assert_eq!(&count(&mut set).expect("scratch space"), &expected);
        }
        // As one table, merged in any order.
        rosters.rotate_left(turn.index(workers));
        let mut whole = rosters.remove(0);
        for roster in rosters {
            whole.merge(roster).expect("scratch space");
        }
        prop_assert_eq!(&count(&mut [&mut whole]).expect("scratch space"), &expected);
    }
}
