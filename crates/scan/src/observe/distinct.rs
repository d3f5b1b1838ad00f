//! How many different values a column holds, in bounded memory, whatever the order they come in.
//!
//! Keeps the smallest hashes it has met. Up to [`Distinct::EXACT`] different values that is all of
//! them; beyond, the greatest of the kept ones says how dense hashes are.

use std::fmt;

use super::Distinct;

/// The kept hashes, in an open table. A hash says nothing of its value to who does not have it, and
/// the table lives as long as the scan.
#[derive(Clone, Default)]
pub(super) struct Sketch {
    /// Zero is an empty place; the length is zero or a power of two.
    places: Vec<u64>,
    kept: usize,
    /// Hashes from here on are not kept; zero while nothing was dropped.
    limit: u64,
}

const KEPT: usize = Distinct::EXACT as usize + 1;
const PLACES_FIRST: usize = 64;

impl Sketch {
    /// Takes in a hash.
    #[inline]
    pub(super) fn add(&mut self, hash: u64) {
        if hash < self.limit || self.limit == 0 {
            self.keep(hash.max(1));
        }
    }

    fn keep(&mut self, hash: u64) {
        if self.kept * 2 >= self.places.len() {
            self.make_room();
            if self.limit != 0 && hash >= self.limit {
                return;
            }
        }
        let mask = self.places.len() - 1;
        // The low bits: the kept hashes are the small ones, so their high bits are alike.
        let mut at = hash as usize & mask;
        while let Some(place) = self.places.get_mut(at) {
            if *place == hash {
                return;
            }
            if *place == 0 {
                *place = hash;
                self.kept += 1;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Grows the table, or drops the greatest hashes when there are half as many again as needed.
    #[cold]
    fn make_room(&mut self) {
        let mut hashes = self.hashes();
        if hashes.len() >= KEPT + KEPT / 2 {
            hashes.select_nth_unstable(KEPT);
            if let Some(limit) = hashes.get(KEPT) {
                self.limit = *limit;
            }
            hashes.truncate(KEPT);
        } else {
            let places = (self.places.len() * 2).max(PLACES_FIRST);
            self.places.resize(places, 0);
        }
        self.places.fill(0);
        self.kept = 0;
        for hash in hashes {
            self.keep(hash);
        }
    }

    /// Takes in what another sketch kept.
    pub(super) fn merge(&mut self, other: &Self) {
        if other.limit != 0 && (self.limit == 0 || other.limit < self.limit) {
            self.limit = other.limit;
            let hashes = self.hashes();
            self.places.fill(0);
            self.kept = 0;
            for hash in hashes {
                self.add(hash);
            }
        }
        for hash in other.hashes() {
            self.add(hash);
        }
    }

    /// How many different values there are.
    pub(super) fn count(&self) -> Distinct {
        let mut hashes = self.hashes();
        if hashes.len() < KEPT {
            return Distinct { about: hashes.len() as u64 };
        }
        // The n-th smallest of many hashes lies near n / count of their range.
        let place = KEPT - 1;
        let (_, &mut nth, _) = hashes.select_nth_unstable(place);
        let about = ((place as u128) << 64) / u128::from(nth.max(1));
        Distinct { about: u64::try_from(about).unwrap_or(u64::MAX).max(KEPT as u64) }
    }

    fn hashes(&self) -> Vec<u64> {
        self.places.iter().copied().filter(|hash| *hash != 0).collect()
    }
}

impl fmt::Debug for Sketch {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Sketch({} kept)", self.kept)
    }
}

/// Fixed odd numbers, digits of the golden ratio and of the square roots of 2, 3 and 5.
const MIX: [u64; 4] =
    [0x9e37_79b9_7f4a_7c15, 0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b];

/// The hash of a cell of at most 32 bytes, filled up with zeros.
#[inline]
pub(super) fn hash_short(block: &[u8; 32], length: usize) -> u64 {
    let [a, b, c, d] = words(block);
    let [m0, m1, m2, m3] = MIX;
    let mixed = fold(a ^ m0, b ^ m1) ^ fold(c ^ m2, d ^ m3).rotate_left(23);
    fold(mixed ^ length as u64, m1)
}

/// The hash of a cell of any length above 32 bytes.
#[inline]
pub(super) fn hash_long(cell: &[u8]) -> u64 {
    let mut state = cell.len() as u64;
    let [m0, m1, ..] = MIX;
    let (chunks, _) = cell.as_chunks::<16>();
    for chunk in chunks {
        state = mix_chunk(state, chunk);
    }
    // The last sixteen bytes, which may have been seen in part.
    if let Some(last) = cell.last_chunk::<16>() {
        state = mix_chunk(state, last);
    }
    fold(state ^ m0, m1)
}

/// The hash of a number.
#[inline]
pub(super) fn hash_number(number: u64) -> u64 {
    let [m0, m1, ..] = MIX;
    fold(fold(number ^ m0, m1) ^ number, m0)
}

#[inline]
fn mix_chunk(state: u64, chunk: &[u8; 16]) -> u64 {
    let [m0, m1, ..] = MIX;
    let whole = u128::from_le_bytes(*chunk);
    fold(whole as u64 ^ m0 ^ state, (whole >> 64) as u64 ^ m1).wrapping_add(state.rotate_left(29))
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let whole = u128::from(a).wrapping_mul(u128::from(b));
    whole as u64 ^ (whole >> 64) as u64
}

#[inline]
fn words(block: &[u8; 32]) -> [u64; 4] {
    let (eights, _) = block.as_chunks::<8>();
    match eights {
        [a, b, c, d] => [
            u64::from_le_bytes(*a),
            u64::from_le_bytes(*b),
            u64::from_le_bytes(*c),
            u64::from_le_bytes(*d),
        ],
        _ => [0; 4],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(numbers: impl Iterator<Item = u64>) -> Sketch {
        let mut sketch = Sketch::default();
        numbers.for_each(|number| sketch.add(hash_number(number)));
        sketch
    }

    #[test]
    fn exact_up_to_the_limit_and_near_beyond_it() {
        for count in [0, 1, 5, 31, 32, 33, 1_000, 1_023, 1_024] {
            let numbers = (0..count).chain(0..count);
            assert_eq!(sketch(numbers).count(), Distinct { about: count });
        }
        for count in [1_025, 2_000, 10_000, 300_000_u64] {
            let about = sketch(0..count).count().about;
            assert!(about > Distinct::EXACT);
            assert!(about.abs_diff(count) * 100 <= count * 12, "{count}: {about}");
        }
    }

    #[test]
    fn long_cells_differ_by_any_byte() {
        let cell = [b'x'; 70];
        for place in 0..70 {
            let mut other = cell;
            other[place] = b'y';
            assert_ne!(hash_long(&cell), hash_long(&other), "{place}");
        }
    }

    proptest! {
        #[test]
        fn merging_in_any_order_gives_the_same(
            numbers in prop::collection::vec(0..6_000_u64, 0..6_000),
            cut in 0..6_000_usize,
        ) {
            let whole = sketch(numbers.iter().copied()).count();
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let (left, right) = (sketch(left.iter().copied()), sketch(right.iter().rev().copied()));
            let (mut one, mut other) = (left.clone(), right.clone());
            one.merge(&right);
            other.merge(&left);
            prop_assert_eq!(one.count(), whole);
            prop_assert_eq!(other.count(), whole);
        }
    }
}
