//! Who stands in the rows: the keys of the persons, hidden, sorted, with flags.

use std::fmt;
use std::sync::Arc;

use kouan_terms::Diagnostic;

use super::super::identifiers::key::{KeyKind, Keyed, Secret};
use super::bounds::Figures;
use super::cipher::{self, Cipher};
use super::flags::{Flags, Marks};
use super::record::{Pair, Person, WidePair, WidePerson};
use super::scratch::{Scratch, Spaces};
use super::sorter::Sorter;

/// Records hidden and put in at a time.
pub(super) const STAGE_RECORDS: usize = 512;

/// How many kinds of keys there are.
pub(super) const KINDS: usize = KeyKind::ALL.len();

/// How much a roster may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory for keys, in bytes, per roster; past it they go to scratch space. Counting takes
    /// about as much again, and five bytes for each person when rows have several keys. A roster
    /// passes it by less than a mebibyte.
    pub memory_bytes: usize,
    /// Persons (unlinked) up to which rows with several keys are linked one by one; beyond, the
    /// lower bound comes from the number of keys and links ([`super::Linking::Reckoned`]).
    pub linked_persons: u32,
}

impl Limits {
    /// Memory for keys, in bytes, where nothing else is said.
    pub const MEMORY_BYTES: usize = 256 << 20;
    /// Persons linked one by one, where nothing else is said: 320 MiB.
    pub const LINKED_PERSONS: u32 = 1 << 26;

    /// The default memory shared out among workers that each have a roster.
    #[must_use]
    pub fn shared(workers: usize) -> Limits {
        let memory_bytes = Limits::MEMORY_BYTES / workers.max(1);
        Limits { memory_bytes, ..Limits::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits { memory_bytes: Limits::MEMORY_BYTES, linked_persons: Limits::LINKED_PERSONS }
    }
}

/// The persons of rows of one table, as one worker met them.
///
/// Keys are hidden under the secret of the scan as they come in, in blocks of some hundred rows.
pub struct Roster {
    cipher: Cipher,
    pub(super) limits: Limits,
    pub(super) scratch: Arc<dyn Scratch>,
    pub(super) spaces: Spaces,
    pub(super) rows: Rows,
    stages: Stages,
    pub(super) persons: [Sorter<Person>; KINDS],
    pub(super) wide_persons: Sorter<WidePerson>,
    pub(super) links: Sorter<Pair>,
    pub(super) wide_links: Sorter<WidePair>,
}

/// What is counted of the rows themselves.
pub(super) struct Rows {
    pub(super) figures: Figures,
    /// Rows without key, by their flags.
    pub(super) without_key: [u64; Flags::VALUES],
}

/// What waits to be hidden.
#[derive(Default)]
struct Stages {
    /// Packed keys by kind, the flags in the high six bits.
    persons: [Vec<u64>; KINDS],
    /// Strongest keys and the others of their rows, the kinds in the high six bits.
    links: (Vec<u64>, Vec<u64>),
    /// The same where one or both are hashed; the hashed ones stand in the second pair.
    wide_links: (Vec<u64>, Vec<u64>),
    wide_codes: Vec<(u128, u128)>,
}

impl Roster {
    /// An empty roster. All rosters of a scan have the same secret.
    #[must_use]
    pub fn new(secret: &Secret, limits: Limits, scratch: Arc<dyn Scratch>) -> Roster {
        Roster {
            cipher: Cipher::new(secret),
            limits,
            scratch,
            spaces: Spaces::default(),
            rows: Rows { figures: Figures::default(), without_key: [0; Flags::VALUES] },
            stages: Stages::default(),
            persons: Default::default(),
            wide_persons: Sorter::default(),
            links: Sorter::default(),
            wide_links: Sorter::default(),
        }
    }

    /// Takes a row in: the keys of the person it is about, in the order of the columns, and what is
    /// known of it.
    ///
    /// The strongest key is the first of the strongest kind ([`KeyKind`]s are in order of
    /// strength).
    ///
    /// # Errors
    ///
    /// What scratch space says when memory is used up.
    #[inline]
    pub fn row(&mut self, keys: &[Keyed], marks: Marks) -> Result<(), Diagnostic> {
        self.rows.figures.row(marks);
        match keys {
            [] => {
                if let Some(rows) = self.rows.without_key.get_mut(usize::from(marks.flags().0)) {
                    *rows += 1;
                }
                self.rows.figures.rows_without_key += 1;
                Ok(())
            }
            [key] => self.person(*key, marks),
            keys => self.linked_row(keys, marks),
        }
    }

    fn linked_row(&mut self, keys: &[Keyed], marks: Marks) -> Result<(), Diagnostic> {
        // The first of the strongest, not the least: hashes differ from secret to secret.
        let Some(strongest) = keys.iter().copied().min_by_key(|key| key.kind()) else {
            return Ok(());
        };
        let mut several_ids = false;
        for &other in keys.iter().filter(|other| **other != strongest) {
            several_ids |= other.kind() == KeyKind::ResidentId;
            self.link(strongest, other)?;
        }
        self.rows.figures.rows_with_several_ids += u64::from(several_ids);
        self.person(strongest, marks)
    }

    #[inline]
    fn person(&mut self, key: Keyed, marks: Marks) -> Result<(), Diagnostic> {
        let flags = marks.flags();
        match Code::of(key) {
            Code::Packed(kind, packed) => {
                let Some(stage) = self.stages.persons.get_mut(kind) else { return Ok(()) };
                stage.push(u64::from(flags.0) << cipher::BITS | packed);
                if stage.len() < STAGE_RECORDS { Ok(()) } else { self.flush_persons(kind) }
            }
            Code::Hashed(code) => {
                self.room(|roster| roster.wide_persons.growth_bytes(1))?;
                self.wide_persons.extend([WidePerson(code | u128::from(flags.0))].into_iter());
                Ok(())
            }
        }
    }

    fn link(&mut self, strongest: Keyed, other: Keyed) -> Result<(), Diagnostic> {
        match (Code::of(strongest), Code::of(other)) {
            (Code::Packed(kind, packed), Code::Packed(other_kind, other_packed)) => {
                self.stages.links.0.push(word(kind, packed));
                self.stages.links.1.push(word(other_kind, other_packed));
            }
            (strongest, other) => {
                let (word, code) = strongest.staged();
                let (other_word, other_code) = other.staged();
                self.stages.wide_links.0.push(word);
                self.stages.wide_links.1.push(other_word);
                self.stages.wide_codes.push((code, other_code));
            }
        }
        if self.stages.links.0.len() >= STAGE_RECORDS
            || self.stages.wide_codes.len() >= STAGE_RECORDS
        {
            self.flush_links()?;
        }
        Ok(())
    }

    fn flush_persons(&mut self, kind: usize) -> Result<(), Diagnostic> {
        let Some(stage) = self.stages.persons.get_mut(kind) else { return Ok(()) };
        let mut stage = std::mem::take(stage);
        self.cipher.hide(&mut stage);
        self.room(|roster| {
            roster.persons.get(kind).map_or(0, |persons| persons.growth_bytes(stage.len()))
        })?;
        if let Some(persons) = self.persons.get_mut(kind) {
            persons.extend(stage.iter().map(|hidden| Person(hidden.rotate_left(Flags::BITS))));
        }
        stage.clear();
        if let Some(empty) = self.stages.persons.get_mut(kind) {
            *empty = stage;
        }
        Ok(())
    }

    fn flush_links(&mut self) -> Result<(), Diagnostic> {
        let mut stages = std::mem::take(&mut self.stages.links);
        self.cipher.hide(&mut stages.0);
        self.cipher.hide(&mut stages.1);
        self.room(|roster| roster.links.growth_bytes(stages.0.len()))?;
        let pairs = stages.0.iter().zip(&stages.1);
        self.links.extend(pairs.map(|(strongest, other)| Pair::new(*strongest, *other)));
        stages.0.clear();
        stages.1.clear();
        self.stages.links = stages;

        let mut stages = std::mem::take(&mut self.stages.wide_links);
        let mut codes = std::mem::take(&mut self.stages.wide_codes);
        self.cipher.hide(&mut stages.0);
        self.cipher.hide(&mut stages.1);
        self.room(|roster| roster.wide_links.growth_bytes(codes.len()))?;
        let words = stages.0.iter().zip(&stages.1);
        self.wide_links.extend(codes.iter().zip(words).map(|(codes, words)| {
            let of = |code: u128, word: u64| if code == 0 { u128::from(word) } else { code };
            WidePair(of(codes.0, *words.0), of(codes.1, *words.1))
        }));
        stages.0.clear();
        stages.1.clear();
        codes.clear();
        self.stages.wide_links = stages;
        self.stages.wide_codes = codes;
        Ok(())
    }

    /// Takes over what another worker met; the order in which rosters are merged changes nothing.
    ///
    /// # Errors
    ///
    /// What scratch space says when memory is used up.
    pub fn merge(&mut self, mut other: Roster) -> Result<(), Diagnostic> {
        other.flush()?;
        self.rows.add(&other.rows);
        let shift = self.spaces.take_over(other.spaces);
        for (persons, others) in self.persons.iter_mut().zip(other.persons) {
            persons.take_over(others, shift);
        }
        self.wide_persons.take_over(other.wide_persons, shift);
        self.links.take_over(other.links, shift);
        self.wide_links.take_over(other.wide_links, shift);
        if self.held_bytes() > self.limits.memory_bytes { self.relieve() } else { Ok(()) }
    }

    /// Sorts what came in and gives back memory not needed: work that is best done on the worker's
    /// own thread, when its rows are over. More rows may follow.
    ///
    /// # Errors
    ///
    /// What scratch space says when memory is used up.
    pub fn settle(&mut self) -> Result<(), Diagnostic> {
        self.flush()?;
        self.persons.iter_mut().for_each(Sorter::settle);
        self.wide_persons.settle();
        self.links.settle();
        self.wide_links.settle();
        Ok(())
    }

    /// Moves everything to scratch space: for a table that is done while others are still read.
    ///
    /// # Errors
    ///
    /// What scratch space says.
    pub fn park(&mut self) -> Result<(), Diagnostic> {
        self.flush()?;
        self.spill()
    }

    /// Bytes of memory held for keys.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.persons.iter().map(Sorter::held_bytes).sum::<usize>()
            + self.wide_persons.held_bytes()
            + self.links.held_bytes()
            + self.wide_links.held_bytes()
    }

    fn flush(&mut self) -> Result<(), Diagnostic> {
        (0..KINDS).try_for_each(|kind| self.flush_persons(kind))?;
        self.flush_links()
    }

    #[inline]
    fn room(&mut self, growth: impl FnOnce(&Roster) -> usize) -> Result<(), Diagnostic> {
        let growth = growth(self);
        if growth > 0 && self.held_bytes() + growth > self.limits.memory_bytes {
            self.relieve()?;
        }
        Ok(())
    }

    /// Sorts in place; what stays above half the limit goes to scratch space, so that the next sort
    /// is worth its while.
    fn relieve(&mut self) -> Result<(), Diagnostic> {
        self.persons.iter_mut().for_each(Sorter::settle);
        self.wide_persons.settle();
        self.links.settle();
        self.wide_links.settle();
        if self.held_bytes() > self.limits.memory_bytes / 2 { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), Diagnostic> {
        let scratch = self.scratch.as_ref();
        for persons in &mut self.persons {
            persons.spill(scratch, &mut self.spaces)?;
        }
        self.wide_persons.spill(scratch, &mut self.spaces)?;
        self.links.spill(scratch, &mut self.spaces)?;
        self.wide_links.spill(scratch, &mut self.spaces)
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Roster({} rows)", self.rows.figures.rows)
    }
}

impl Rows {
    fn add(&mut self, other: &Rows) {
        self.figures.add_rows(&other.figures);
        for (rows, others) in self.without_key.iter_mut().zip(&other.without_key) {
            *rows += others;
        }
    }
}

/// A key as it is counted.
///
/// Codes of packed keys are below 2^62, those of hashed keys from 2^127 on: one order for both.
enum Code {
    /// The place of its kind in [`KeyKind::ALL`], and the packed identifier, not hidden yet.
    Packed(usize, u64),
    /// A hashed key: 117 bits of the hash, its kind, six bits for flags.
    Hashed(u128),
}

impl Code {
    #[inline]
    fn of(key: Keyed) -> Code {
        match key {
            Keyed::Narrow(key) => Code::Packed(place(key.kind()), key.packed()),
            Keyed::Wide(key) => {
                let hash = key.hash() >> 1 & !((1 << 10) - 1);
                Code::Hashed(1 << 127 | hash | (place(key.kind()) as u128) << Flags::BITS)
            }
        }
    }

    /// The word to hide, or else the code that is hidden already.
    fn staged(self) -> (u64, u128) {
        match self {
            Code::Packed(kind, packed) => (word(kind, packed), 0),
            Code::Hashed(code) => (0, code),
        }
    }
}

/// The place of a kind in the order of strength, from 0.
#[inline]
const fn place(kind: KeyKind) -> usize {
    kind as usize - 1
}

/// A packed key with its kind: below 2^62.
#[inline]
const fn word(kind: usize, packed: u64) -> u64 {
    (kind as u64) << cipher::BITS | packed
}

/// The place of the kind of the key with this code.
pub(super) fn kind_of(code: u128) -> usize {
    let place = if code >> 127 == 0 { code >> cipher::BITS } else { code >> Flags::BITS };
    (place & 0b1111) as usize
}
