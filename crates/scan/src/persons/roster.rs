//! Who stands in the rows: the keys of the persons, hidden, sorted, with flags.

use std::fmt;
use std::sync::Arc;

use kouan_terms::Diagnostic;

use super::super::identifiers::key::{KeyKind, Secret};
use super::bounds::Figures;
use super::cipher::{self, Cipher};
use super::flags::{Flags, Marks};
use super::record::{MixedPair, Pair, Person, WidePair, WidePerson};
use super::scratch::{Scratch, Spaces};
use super::seen::{self, Seen};
use super::slot::{self, Slot};
use super::sorter::Sorter;

/// Records hidden and put in at a time.
pub(super) const STAGE_RECORDS: usize = 512;

/// How many kinds of keys there are.
pub(super) const KINDS: usize = KeyKind::ALL.len();

/// How much a roster may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory for keys, in bytes, per roster; past it they go to scratch space. Up to a quarter of
    /// it remembers rows with several keys, so that a repeated one is not put in again. Counting
    /// takes about as much again, and five bytes for each person when rows have several keys. A
    /// roster passes it by less than a mebibyte.
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
    seen: Seen,
    pub(super) persons: [Sorter<Person>; KINDS],
    pub(super) wide_persons: Sorter<WidePerson>,
    /// The other keys of rows, each with the row's strongest.
    pub(super) links: Sorter<Pair>,
    /// The same where the other key is hashed.
    pub(super) mixed_links: Sorter<MixedPair>,
    /// The same where the strongest is.
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
    /// Rows with several keys.
    rows: Vec<Linked>,
    /// Their keys, the strongest of each row first.
    slots: Vec<Slot>,
    /// What [`Seen`] keeps of them.
    marks: Vec<u128>,
    /// The packed keys of those that are new, to be hidden together.
    words: Vec<u64>,
}

/// A row with several keys.
#[derive(Clone, Copy)]
struct Linked {
    keys: usize,
    flags: Flags,
    /// Whether it was met before, so that nothing is new in it.
    again: bool,
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
            seen: Seen::new(secret, limits.memory_bytes),
            persons: Default::default(),
            wide_persons: Sorter::default(),
            links: Sorter::default(),
            mixed_links: Sorter::default(),
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
    pub fn row(&mut self, keys: &[Slot], marks: Marks) -> Result<(), Diagnostic> {
        self.rows.figures.row(marks);
        if let [key] = keys
            && *key != Slot::EMPTY
        {
            return self.person(*key, marks.flags());
        }
        // The first of the strongest, not the least: hashes differ from secret to secret.
        let (mut strongest, mut best) = (Slot::EMPTY, Slot::EMPTY.kind());
        for key in keys {
            let kind = key.kind();
            if kind < best {
                (strongest, best) = (*key, kind);
            }
        }
        if strongest == Slot::EMPTY {
            if let Some(rows) = self.rows.without_key.get_mut(usize::from(marks.flags().0)) {
                *rows += 1;
            }
            self.rows.figures.rows_without_key += 1;
            return Ok(());
        }
        let before = self.stages.slots.len();
        self.stages.slots.push(strongest);
        let mut several_ids = false;
        for key in keys.iter().filter(|key| **key != strongest && **key != Slot::EMPTY) {
            several_ids |= key.kind() == 0;
            self.stages.slots.push(*key);
        }
        self.rows.figures.rows_with_several_ids += u64::from(several_ids);
        let (keys, flags) = (self.stages.slots.len() - before, marks.flags());
        if keys == 1 {
            self.stages.slots.truncate(before);
            return self.person(strongest, flags);
        }
        self.stages.rows.push(Linked { keys, flags, again: false });
        if self.stages.rows.len() < STAGE_RECORDS { Ok(()) } else { self.flush_linked() }
    }

    /// Takes a row with one key in.
    #[inline]
    fn person(&mut self, key: Slot, flags: Flags) -> Result<(), Diagnostic> {
        if key.is_wide() {
            self.room(|roster| roster.wide_persons.growth_bytes(1))?;
            self.wide_persons.extend([WidePerson(key.0 | u128::from(flags.0))].into_iter());
            return Ok(());
        }
        let kind = key.kind();
        let Some(stage) = self.stages.persons.get_mut(kind) else { return Ok(()) };
        stage.push(slot::word(u64::from(flags.0), key.0 as u64 & cipher::KEY_MASK));
        if stage.len() < STAGE_RECORDS { Ok(()) } else { self.flush_persons(kind) }
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

    fn flush_linked(&mut self) -> Result<(), Diagnostic> {
        let mut stages = std::mem::take(&mut self.stages);
        if self.seen.awake(stages.rows.len()) {
            self.room(|roster| roster.seen.growth_bytes())?;
            self.seen.grow();
            stages.look_up(&mut self.seen);
        }
        stages.lay_out();
        self.cipher.hide(&mut stages.words);
        let taken = self.take_linked(&stages);
        stages.rows.clear();
        stages.slots.clear();
        stages.marks.clear();
        stages.words.clear();
        self.stages = stages;
        taken
    }

    /// Puts the persons and links of new rows in, whose packed keys are hidden by now.
    fn take_linked(&mut self, stages: &Stages) -> Result<(), Diagnostic> {
        let mut more = More::default();
        stages.new_rows().for_each(|(_, keys)| more.row(keys));
        self.room(|roster| {
            let persons = roster.persons.iter().zip(more.persons);
            persons.map(|(one, more)| one.growth_bytes(more)).sum::<usize>()
                + roster.wide_persons.growth_bytes(more.wide_persons)
                + roster.links.growth_bytes(more.links)
                + roster.mixed_links.growth_bytes(more.mixed_links)
                + roster.wide_links.growth_bytes(more.wide_links)
        })?;
        self.persons.iter_mut().zip(more.persons).for_each(|(one, more)| one.reserve(more));
        self.wide_persons.reserve(more.wide_persons);
        self.links.reserve(more.links);
        self.mixed_links.reserve(more.mixed_links);
        self.wide_links.reserve(more.wide_links);

        let mut words = stages.words.iter().copied();
        let mut hidden = || words.next().unwrap_or_default();
        for (row, keys) in stages.new_rows() {
            let Some((first, others)) = keys.split_first() else { continue };
            if first.is_wide() {
                self.wide_persons.push(WidePerson(first.0 | u128::from(row.flags.0)));
                for other in others {
                    let other = if other.is_wide() { other.0 } else { hidden().into() };
                    self.wide_links.push(WidePair(other, first.0));
                }
                continue;
            }
            let strongest = hidden();
            if let Some(persons) = self.persons.get_mut(first.kind()) {
                let key = (strongest & cipher::KEY_MASK) << Flags::BITS;
                persons.push(Person(key | u64::from(row.flags.0)));
            }
            for other in others {
                if other.is_wide() {
                    self.mixed_links.push(MixedPair::new(other.0, strongest));
                } else {
                    self.links.push(Pair::new(hidden(), strongest));
                }
            }
        }
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
        self.mixed_links.take_over(other.mixed_links, shift);
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
        self.mixed_links.settle();
        self.wide_links.settle();
        self.seen.forget();
        Ok(())
    }

    /// Moves everything to scratch space: for a table that is done while others are still read.
    ///
    /// # Errors
    ///
    /// What scratch space says.
    pub fn park(&mut self) -> Result<(), Diagnostic> {
        self.flush()?;
        self.seen.forget();
        self.spill()
    }

    /// Bytes of memory held for keys.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.persons.iter().map(Sorter::held_bytes).sum::<usize>()
            + self.wide_persons.held_bytes()
            + self.links.held_bytes()
            + self.mixed_links.held_bytes()
            + self.wide_links.held_bytes()
            + self.seen.held_bytes()
    }

    fn flush(&mut self) -> Result<(), Diagnostic> {
        (0..KINDS).try_for_each(|kind| self.flush_persons(kind))?;
        self.flush_linked()
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
        self.mixed_links.settle();
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
        self.mixed_links.spill(scratch, &mut self.spaces)?;
        self.wide_links.spill(scratch, &mut self.spaces)
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Roster({} rows)", self.rows.figures.rows)
    }
}

/// How many records some rows come to.
#[derive(Default)]
struct More {
    persons: [usize; KINDS],
    wide_persons: usize,
    links: usize,
    mixed_links: usize,
    wide_links: usize,
}

impl More {
    /// Adds a row with these keys, the strongest first.
    fn row(&mut self, keys: &[Slot]) {
        let Some((strongest, others)) = keys.split_first() else { return };
        if strongest.is_wide() {
            self.wide_persons += 1;
            self.wide_links += others.len();
            return;
        }
        if let Some(persons) = self.persons.get_mut(strongest.kind()) {
            *persons += 1;
        }
        let wide = others.iter().filter(|other| other.is_wide()).count();
        self.mixed_links += wide;
        self.links += others.len() - wide;
    }
}

impl Stages {
    /// Finds out which rows are new.
    fn look_up(&mut self, seen: &mut Seen) {
        let mut rest = self.slots.as_slice();
        self.marks.extend(self.rows.iter().map(|row| {
            let (keys, others) = rest.split_at_checked(row.keys).unwrap_or_default();
            rest = others;
            seen.mark(keys, row.flags.0)
        }));
        // A loop that does nothing else: the processor waits for many places at once.
        for (row, mark) in self.rows.iter_mut().zip(&self.marks) {
            row.again = !seen.put(*mark) && row.keys <= seen::KEYS_MAX;
        }
    }

    /// Lays out the packed keys of the rows that are new.
    fn lay_out(&mut self) {
        let mut words = std::mem::take(&mut self.words);
        for (_, keys) in self.new_rows() {
            let packed = keys.iter().filter(|key| !key.is_wide());
            words.extend(packed.map(|key| key.0 as u64));
        }
        self.words = words;
    }

    /// The rows not met before, each with its keys.
    fn new_rows(&self) -> impl Iterator<Item = (&Linked, &[Slot])> {
        let mut rest = self.slots.as_slice();
        let rows = self.rows.iter().map(move |row| {
            let (keys, others) = rest.split_at_checked(row.keys).unwrap_or_default();
            rest = others;
            (row, keys)
        });
        rows.filter(|(row, _)| !row.again)
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
