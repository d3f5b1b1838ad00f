//! Cells that come again and again in one batch: a status, a sex, a city.
//!
//! A value is looked at once and its figures are added as often as it came. Nothing is kept beyond
//! the batch.

use super::counts::Counts;

/// Different values that are kept of a batch.
const PLACES: usize = 64;
/// After so many cells it is clear whether values come again.
const TRIED: u32 = 128;

/// The values of a batch that came before.
pub(super) struct Repeats {
    places: [Place; PLACES],
    /// Cells that were asked for, and how many of them were not there.
    asked: u32,
    missed: u32,
}

#[derive(Clone, Copy)]
struct Place {
    block: [u8; 32],
    /// Zero where nothing is kept: empty cells do not come here.
    length: usize,
    again: u64,
}

impl Repeats {
    pub(super) fn new() -> Repeats {
        let empty = Place { block: [0; 32], length: 0, again: 0 };
        Repeats { places: [empty; PLACES], asked: 0, missed: 0 }
    }

    /// Whether it is worth asking: a column of different values soon shows itself.
    #[inline]
    pub(super) fn worthwhile(&self) -> bool {
        self.asked < TRIED || self.missed < self.asked / 2
    }

    /// Whether the cell, which is not empty and lies in the block to its end, came before; then it
    /// need not be looked at again. If not, it is kept when its place is free.
    #[inline]
    pub(super) fn again(&mut self, block: &[u8; 32], length: usize) -> bool {
        self.asked = self.asked.wrapping_add(1);
        let (eights, _) = block.as_chunks::<8>();
        let mixed = eights.iter().fold(length as u64, |mixed, eight| {
            (mixed ^ u64::from_le_bytes(*eight)).rotate_left(23)
        });
        let at = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - PLACES.trailing_zeros());
        let Some(place) = self.places.get_mut(at as usize) else { return false };
        if place.length == length && place.block == *block {
            place.again += 1;
            return true;
        }
        self.missed += 1;
        if place.length == 0 {
            *place = Place { block: *block, length, again: 0 };
        }
        false
    }

    /// Adds the figures of the cells that came again; `see` looks at one cell.
    pub(super) fn add(
        &self,
        counts: &mut Counts,
        mut see: impl FnMut(&[u8; 32], usize, &mut Counts),
    ) {
        for place in self.places.iter().filter(|place| place.again > 0) {
            let mut once = Counts::default();
            see(&place.block, place.length, &mut once);
            counts.merge_times(&once, place.again);
        }
    }
}
