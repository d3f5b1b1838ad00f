//! Persons of one width of key: a merged segment below, a table of what came after above it.

use kouan_disk::Disk;
use kouan_terms::Diagnostic;

use crate::profile::Profiles;
use crate::segment::{Persons, Segment, Stored};
use crate::table::{FREE, Slot, Table};

/// Where a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nowhere yet.
    Nowhere,
    /// Among those who are new in the release under way.
    Own(u32),
    /// In the table.
    Above(u32),
    /// In the merged segment: block, and place among its slots.
    Below(u32, u32),
}

/// Where to begin to look for a person.
#[derive(Clone, Copy)]
pub(crate) struct Aim {
    own: u32,
    above: u32,
    block: u32,
    below: u32,
}

/// All persons with keys of one width.
pub(crate) struct Layer<C> {
    /// Persons of whom nothing is committed, only what the release under way holds.
    own: Table<C>,
    /// Persons of segments that came after the merged one.
    above: Table<C>,
    /// Whether the release under way holds any of those above.
    is_marked: bool,
    below: Below<C>,
}

/// The persons of the merged segment, block by block, as they were asked for.
struct Below<C> {
    firsts: Vec<C>,
    /// Which blocks may hold codes that begin with so many bits: the first of them.
    index: Vec<u32>,
    index_shift: u32,
    blocks: Vec<Loaded<C>>,
    /// Profiles of the segment, as places among those of the year.
    profiles: Vec<u32>,
    held_bytes: usize,
    /// When blocks are next let go.
    full_bytes: usize,
}

/// A block, or none yet: persons in order, each as near as can be to where its share of the range
/// of codes would have it, with free slots between them. Codes are as good as random, so that who
/// is looked up stands in the line of memory where the search begins, nearly always.
struct Loaded<C> {
    slots: Vec<Slot<C>>,
    /// Slots for each step from the first code.
    scale: f64,
    /// Whether the release under way holds any of them.
    is_marked: bool,
}

impl<C: Stored> Layer<C> {
    pub(crate) fn empty() -> Layer<C> {
        Layer::on(Below::none())
    }

    /// The persons of a merged segment; `profiles` says which of the year's are the segment's.
    pub(crate) fn over(segment: &Segment, profiles: Vec<u32>) -> Layer<C> {
        let blocks = segment.contents().blocks(C::SECTION);
        let firsts: Vec<C> = blocks.iter().map(|block| C::low(block.first)).collect();
        let loaded = blocks.iter().map(|_| Loaded::none()).collect();
        let (index, index_shift) = index(&firsts);
        let below = Below {
            firsts,
            index,
            index_shift,
            blocks: loaded,
            profiles,
            held_bytes: 0,
            full_bytes: 0,
        };
        Layer::on(below)
    }

    const fn on(below: Below<C>) -> Layer<C> {
        Layer { own: Table::new(), above: Table::new(), is_marked: false, below }
    }

    /// Makes room for so many new persons; whoever was found stays where found until the next time.
    pub(crate) fn reserve(&mut self, more: usize) {
        self.own.reserve(more);
    }

    /// Lets blocks go when there are too many; never between aiming and finding.
    pub(crate) fn let_go(&mut self, from: Source<'_>) {
        self.below.let_go(from.resident_bytes);
    }

    /// Where to begin to look for a person. What lies there is read, so that a loop over many
    /// persons waits for the memory of all of them at once.
    #[inline]
    pub(crate) fn aim(&mut self, from: Source<'_>, code: C) -> Result<(Aim, u32), Diagnostic> {
        let (own, zero) = self.own.aim(code);
        let (above, one) = self.above.aim(code);
        let there = zero.wrapping_add(one);
        let Some((block, first)) = self.below.block(code) else {
            return Ok((Aim { own, above, block: 0, below: u32::MAX }, there));
        };
        if self.below.is_missing(block) {
            self.below.load(from, block)?;
        }
        let (below, other) = self.below.aim(block, first, code);
        Ok((Aim { own, above, block: block as u32, below }, there.wrapping_add(other)))
    }

    /// Where a person stands; those who are new in the release, wherever they were aimed at.
    #[inline]
    pub(crate) fn find_at(&self, aim: Aim, code: C) -> Place {
        // Above first: whoever is there was taken out of the others.
        if let Some(at) = self.above.find_from(aim.above, code) {
            return Place::Above(at);
        }
        let place = self.below.find_from(aim.block, aim.below, code);
        if place != Place::Nowhere {
            return place;
        }
        // There may have been nobody when it was aimed at.
        let own = if aim.own == u32::MAX { self.own.aim(code).0 } else { aim.own };
        self.own.find_from(own, code).map_or(Place::Nowhere, Place::Own)
    }

    /// The same for one person.
    pub(crate) fn find(&mut self, from: Source<'_>, code: C) -> Result<Place, Diagnostic> {
        self.let_go(from);
        let (aim, _) = self.aim(from, code)?;
        Ok(self.find_at(aim, code))
    }

    #[inline]
    fn slot(&mut self, place: Place) -> Option<&mut Slot<C>> {
        match place {
            Place::Nowhere => None,
            Place::Own(at) => self.own.at(at),
            Place::Above(at) => self.above.at(at),
            Place::Below(block, at) => {
                self.below.blocks.get_mut(block as usize)?.slots.get_mut(at as usize)
            }
        }
    }

    /// The profile and the flags of the release under way of someone who stands there.
    #[inline]
    pub(crate) fn read(&mut self, place: Place) -> Option<(u32, u8)> {
        self.slot(place).map(|slot| (slot.profile, slot.mine))
    }

    /// Says what of a person who stands somewhere the release under way holds.
    #[inline]
    pub(crate) fn mark(&mut self, place: Place, flags: u8) {
        if let Some(slot) = self.slot(place) {
            slot.mine = flags;
        }
        match place {
            Place::Above(_) => self.is_marked = true,
            Place::Below(block, _) => {
                if let Some(loaded) = self.below.blocks.get_mut(block as usize) {
                    loaded.is_marked = true;
                }
            }
            Place::Nowhere | Place::Own(_) => {}
        }
    }

    /// Puts someone in whom the release under way holds and who is nowhere yet, and for whom
    /// [`Layer::reserve`] made room.
    #[inline]
    pub(crate) fn put(&mut self, code: C, nobody: u32, flags: u8) {
        self.own.put(Slot { code, profile: nobody, mine: flags });
    }

    /// Takes in what a segment says of persons: codes and profiles, which lead to what is said.
    pub(crate) fn take(
        &mut self,
        from: Source<'_>,
        profiles: &mut Profiles,
        persons: &Persons<C>,
        said: &[(u32, Vec<(u16, u8)>)],
    ) -> Result<(), Diagnostic> {
        self.above.reserve(persons.codes.len());
        let mut aims = Vec::with_capacity(TOGETHER);
        let chunks = persons.codes.chunks(TOGETHER).zip(persons.profiles.chunks(TOGETHER));
        for (codes, places) in chunks {
            aims.clear();
            self.let_go(from);
            let mut there = 0_u32;
            for code in codes {
                let (aim, seen) = self.aim(from, *code)?;
                aims.push(aim);
                there = there.wrapping_add(seen);
            }
            std::hint::black_box(there);
            for ((code, place), aim) in codes.iter().zip(places).zip(&aims) {
                if let Some((nobody, lanes)) = said.get(*place as usize) {
                    self.take_one(*aim, profiles, *code, *nobody, lanes)?;
                }
            }
        }
        Ok(())
    }

    fn take_one(
        &mut self,
        aim: Aim,
        profiles: &mut Profiles,
        code: C,
        nobody: u32,
        lanes: &[(u16, u8)],
    ) -> Result<(), Diagnostic> {
        let place = self.find_at(aim, code);
        let (before, mine) = self.read(place).unwrap_or((nobody, 0));
        let mut after = before;
        for (lane, flags) in lanes {
            after = profiles.step(after, *lane, *flags)?;
        }
        if after == before {
            return Ok(());
        }
        profiles.move_person(Some(before).filter(|before| *before != nobody), after);
        if let Place::Above(at) = place {
            if let Some(slot) = self.above.at(at) {
                slot.profile = after;
            }
            return Ok(());
        }
        // Whoever is above is not looked for elsewhere.
        if let Some(slot) = self.slot(place) {
            slot.mine = 0;
        }
        self.is_marked |= mine != 0;
        self.above.put(Slot { code, profile: after, mine });
        Ok(())
    }

    /// Everyone whom the release under way holds: code, profile and flags, in no order.
    pub(crate) fn each_mine(&self, mut each: impl FnMut(C, u32, u8)) {
        let mut all = |slots: &[Slot<C>]| {
            slots
                .iter()
                .filter(|slot| slot.mine != 0)
                .for_each(|slot| each(slot.code, slot.profile, slot.mine));
        };
        all(self.own.slots());
        if self.is_marked {
            all(self.above.slots());
        }
        let below = self.below.blocks.iter().filter(|loaded| loaded.is_marked);
        below.for_each(|loaded| all(&loaded.slots));
    }

    /// Forgets the release under way.
    pub(crate) fn forget(&mut self) {
        for loaded in self.below.blocks.iter_mut().filter(|loaded| loaded.is_marked) {
            loaded.slots.iter_mut().for_each(|slot| slot.mine = 0);
            loaded.is_marked = false;
        }
        if self.is_marked {
            self.above.each_mut().for_each(|slot| slot.mine = 0);
            self.is_marked = false;
        }
        self.own = Table::new();
    }

    /// Hands over everyone of whom something is committed, in order: code and profile.
    pub(crate) fn each_committed(
        &self,
        from: Source<'_>,
        mut each: impl FnMut(C, u32) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let above = self.above.each();
        let mut above: Vec<(C, u32)> = above.map(|slot| (slot.code, slot.profile)).collect();
        above.sort_unstable();
        let mut above = above.into_iter().peekable();
        let Some(segment) = from.segment else {
            return above.try_for_each(|(code, profile)| each(code, profile));
        };
        for at in 0..self.below.blocks.len() {
            let persons = segment.persons::<C>(from.disk, at)?;
            for (code, profile) in persons.codes.iter().zip(&persons.profiles) {
                while let Some((code, profile)) = above.next_if(|(other, _)| other < code) {
                    each(code, profile)?;
                }
                if let Some((code, profile)) = above.next_if(|(other, _)| other == code) {
                    each(code, profile)?;
                    continue;
                }
                each(*code, self.below.of_year(*profile))?;
            }
        }
        above.try_for_each(|(code, profile)| each(code, profile))
    }
}

/// Persons who are looked up together.
pub(crate) const TOGETHER: usize = 256;

/// Where the persons below are read from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) disk: &'a dyn Disk,
    pub(crate) segment: Option<&'a Segment>,
    /// Memory for what is read, in bytes.
    pub(crate) resident_bytes: usize,
}

impl<C: Stored> Loaded<C> {
    const fn none() -> Loaded<C> {
        Loaded { slots: Vec::new(), scale: 0.0, is_marked: false }
    }

    /// Lays persons out, whose codes rise.
    fn of(persons: Persons<C>, of_year: impl Fn(u32) -> u32) -> Loaded<C> {
        let first = persons.codes.first().copied().unwrap_or(C::low(0));
        let last = persons.codes.last().copied().unwrap_or(first);
        let records = persons.codes.len();
        let scale = (records + records / 2) as f64 / (last.above(first) + 1.0);
        let mut loaded = Loaded { slots: Vec::new(), scale, is_marked: false };
        loaded.slots.reserve_exact(records + records / 2 + 8);
        for (code, profile) in persons.codes.into_iter().zip(persons.profiles) {
            let home = loaded.home(first, code).max(loaded.slots.len());
            loaded.slots.resize(home, Slot { code, profile: FREE, mine: 0 });
            loaded.slots.push(Slot { code, profile: of_year(profile), mine: 0 });
        }
        loaded
    }

    #[inline]
    fn home(&self, first: C, code: C) -> usize {
        (code.above(first) * self.scale) as usize
    }
}

/// For every value of the highest bits that are enough to tell blocks apart, roughly: the last
/// block that begins at or before it.
fn index<C: Stored>(firsts: &[C]) -> (Vec<u32>, u32) {
    let used = firsts.last().map_or(0, |last| u128::BITS - last.wide().leading_zeros());
    let bits = (firsts.len().max(1).ilog2() + 2).min(22).min(used);
    let shift = used - bits;
    let mut index = Vec::with_capacity(1 << bits);
    let mut block = 0;
    for value in 0..1_u128 << bits {
        while firsts.get(block + 1).is_some_and(|next| next.wide() <= value << shift) {
            block += 1;
        }
        index.push(block as u32);
    }
    (index, shift)
}

impl<C: Stored> Below<C> {
    fn none() -> Below<C> {
        Below {
            firsts: Vec::new(),
            index: Vec::new(),
            index_shift: 0,
            blocks: Vec::new(),
            profiles: Vec::new(),
            held_bytes: 0,
            full_bytes: 0,
        }
    }

    fn of_year(&self, profile: u32) -> u32 {
        self.profiles.get(profile as usize).copied().unwrap_or(FREE)
    }

    /// The block that may hold a code, and where it begins.
    #[inline]
    fn block(&self, code: C) -> Option<(usize, C)> {
        let last = self.index.len().checked_sub(1)?;
        let value = code.wide() >> self.index_shift.min(u128::BITS - 1);
        let value = usize::try_from(value).unwrap_or(last).min(last);
        let mut block = self.index.get(value).copied()? as usize;
        let mut first = *self.firsts.get(block)?;
        while let Some(next) = self.firsts.get(block + 1).filter(|next| **next <= code) {
            block += 1;
            first = *next;
        }
        (first <= code).then_some((block, first))
    }

    #[inline]
    fn is_missing(&self, block: usize) -> bool {
        self.blocks.get(block).is_some_and(|loaded| loaded.slots.is_empty())
    }

    #[inline]
    fn aim(&self, block: usize, first: C, code: C) -> (u32, u32) {
        let Some(loaded) = self.blocks.get(block) else { return (u32::MAX, 0) };
        // Past the last one is nobody, however far.
        let home = loaded.home(first, code).min(loaded.slots.len());
        let there = loaded.slots.get(home).map_or(0, |slot| slot.profile);
        // Whoever is not there is next to it, perhaps in the next line of memory.
        let beside = loaded.slots.get(home + 2).map_or(0, |slot| slot.profile);
        (home as u32, there.wrapping_add(beside))
    }

    #[inline]
    fn find_from(&self, block: u32, home: u32, code: C) -> Place {
        let slots = self.blocks.get(block as usize).map_or(&[][..], |loaded| &loaded.slots);
        let slots = slots.get(home as usize..).unwrap_or_default();
        for (after, slot) in slots.iter().enumerate() {
            // Whoever stood here before the first free slot would have pushed others on.
            if slot.profile == FREE || slot.code > code {
                break;
            }
            if slot.code == code {
                return Place::Below(block, home + after as u32);
            }
        }
        Place::Nowhere
    }

    /// Reads a block.
    #[cold]
    fn load(&mut self, from: Source<'_>, block: usize) -> Result<(), Diagnostic> {
        let Some(segment) = from.segment else { return Ok(()) };
        let persons = segment.persons::<C>(from.disk, block)?;
        let loaded = Loaded::of(persons, |profile| self.of_year(profile));
        self.held_bytes += loaded.slots.len() * size_of::<Slot<C>>();
        if let Some(place) = self.blocks.get_mut(block) {
            *place = loaded;
        }
        Ok(())
    }

    fn let_go(&mut self, resident_bytes: usize) {
        if self.held_bytes <= self.full_bytes.max(resident_bytes) {
            return;
        }
        for loaded in self.blocks.iter_mut().filter(|loaded| !loaded.is_marked) {
            self.held_bytes -= loaded.slots.len() * size_of::<Slot<C>>();
            *loaded = Loaded::none();
        }
        // What the release under way holds stays; it must not be gone through each time.
        self.full_bytes = self.held_bytes * 2;
    }
}
