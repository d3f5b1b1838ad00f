//! Persons in memory: an open table by key.

use crate::key::Code;

/// A person, or a free place.
#[derive(Clone, Copy)]
pub(crate) struct Slot<C> {
    pub(crate) code: C,
    /// The place of the profile of what is committed; [`FREE`] where nobody stands.
    pub(crate) profile: u32,
    /// The flags of the release under way; zero when it does not hold the person.
    pub(crate) mine: u8,
}

/// No profile has this place.
pub(crate) const FREE: u32 = u32::MAX;

const FIRST: usize = 1 << 6;

/// Persons by key. Its order does not show: what is written is sorted.
pub(crate) struct Table<C> {
    slots: Vec<Slot<C>>,
    used: usize,
}

impl<C: Code> Table<C> {
    pub(crate) const fn new() -> Table<C> {
        Table { slots: Vec::new(), used: 0 }
    }

    /// Makes places for so many more, so that those taken stay where they are meanwhile.
    pub(crate) fn reserve(&mut self, more: usize) {
        let wanted = (self.used + more).saturating_mul(5) / 4 + 1;
        if wanted <= self.slots.len() {
            return;
        }
        let length = wanted.next_power_of_two().max(FIRST);
        let free = Slot { code: C::low(0), profile: FREE, mine: 0 };
        let before = std::mem::replace(&mut self.slots, vec![free; length]);
        for slot in before.into_iter().filter(|slot| slot.profile != FREE) {
            let at = self.free_place(slot.code);
            if let Some(to) = self.slots.get_mut(at) {
                *to = slot;
            }
        }
    }

    #[inline]
    fn home(&self, code: C) -> usize {
        // The highest bits of the product depend on every bit of the code.
        let bits = self.slots.len().trailing_zeros();
        code.spread().checked_shr(u64::BITS - bits).unwrap_or(0) as usize
    }

    fn free_place(&self, code: C) -> usize {
        let mut at = self.home(code);
        while self.slots.get(at).is_some_and(|slot| slot.profile != FREE) {
            at = (at + 1) & self.slots.len().wrapping_sub(1);
        }
        at
    }

    /// Where to begin to look for someone, and what stands there.
    #[inline]
    pub(crate) fn aim(&self, code: C) -> (u32, u32) {
        // An empty one need not be looked at.
        if self.used == 0 {
            return (u32::MAX, 0);
        }
        let home = self.home(code);
        (home as u32, self.slots.get(home).map_or(0, |slot| slot.profile))
    }

    /// The place of a person, looked for from where [`Table::aim`] said.
    #[inline]
    pub(crate) fn find_from(&self, aim: u32, code: C) -> Option<u32> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = aim as usize;
        while let Some(slot) = self.slots.get(at) {
            if slot.profile == FREE {
                return None;
            }
            if slot.code == code {
                return Some(at as u32);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// The place of a person.
    pub(crate) fn find(&self, code: C) -> Option<u32> {
        self.find_from(self.aim(code).0, code)
    }

    /// The person at a place.
    #[inline]
    pub(crate) fn at(&mut self, place: u32) -> Option<&mut Slot<C>> {
        self.slots.get_mut(place as usize)
    }

    /// Puts someone in who is not there, and for whom [`Table::reserve`] made a place.
    pub(crate) fn put(&mut self, slot: Slot<C>) {
        let at = self.free_place(slot.code);
        if let Some(to) = self.slots.get_mut(at) {
            *to = slot;
            self.used += 1;
        }
    }

    /// All places, free ones too.
    pub(crate) fn slots(&self) -> &[Slot<C>] {
        &self.slots
    }

    /// Everyone, in no order.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Slot<C>> {
        self.slots.iter().filter(|slot| slot.profile != FREE)
    }

    /// Everyone, to be changed.
    pub(crate) fn each_mut(&mut self) -> impl Iterator<Item = &mut Slot<C>> {
        self.slots.iter_mut().filter(|slot| slot.profile != FREE)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_table_holds_what_a_map_holds(codes in prop::collection::vec(0..500_u64, 0..800)) {
            let mut table = Table::new();
            let mut map = BTreeMap::new();
            for (place, code) in codes.iter().enumerate() {
                table.reserve(1);
                prop_assert_eq!(table.find(*code).is_some(), map.contains_key(code));
                if map.insert(*code, place as u32).is_none() {
                    table.put(Slot { code: *code, profile: place as u32, mine: 0 });
                } else if let Some(slot) = table.find(*code).and_then(|at| table.at(at)) {
                    slot.profile = place as u32;
                }
            }
            let mut all: Vec<_> = table.each().map(|slot| (slot.code, slot.profile)).collect();
            all.sort_unstable();
            prop_assert_eq!(all, map.into_iter().collect::<Vec<_>>());
        }
    }
}
