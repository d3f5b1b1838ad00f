//! Rows met before: people come back, and what their rows say again needs no sorting.
//!
//! What is kept of a row with several keys is 128 bits of a sum of its keys and flags, each times
//! a secret number of its own. Two different rows have the same 128 bits with a chance of 2^-128,
//! less than two hashed keys. A place holds one row, the last that came there; a row that was
//! forgotten is merely sorted once more. Where hardly anybody comes back, looking up is given up
//! for a while.

use super::super::identifiers::key::Secret;
use super::slot::Slot;

/// Keys of a row that is looked up; rows with more are always new.
pub(super) const KEYS_MAX: usize = 8;

/// Rows remembered where memory allows no more, and at first.
const ROWS_MIN: usize = 64;
const ROWS_FIRST: usize = 1 << 12;

/// When fewer than one row in so many was met before, looking up is not worth its while.
const WORTHWHILE: usize = 16;

/// For how many times as many rows as there were places it is then given up.
const REST: usize = 4;

/// Labels of the numbers drawn from the secret, clear of the cipher's.
const LABELS: u64 = 1 << 32;

const BYTES: usize = size_of::<u128>();

/// The rows.
pub(super) struct Seen {
    /// Two secret numbers for each half of a key, and two for the flags.
    factors: [[u128; 2]; 2 * KEYS_MAX],
    flags: [[u128; 2]; 2],
    /// A power of two, or none; zero is no row.
    rows: Vec<u128>,
    /// Rows put in since the places were last made more, and rows met again.
    new: usize,
    again: usize,
    most: usize,
    /// Rows still to be taken for new without looking.
    rest: usize,
}

impl Seen {
    /// Remembers nothing yet, and never more than a quarter of this memory holds.
    pub(super) fn new(secret: &Secret, memory_bytes: usize) -> Seen {
        let mut label = LABELS;
        let mut draw = || {
            label += 1;
            secret.draw(label)
        };
        let factors = [[0_u128; 2]; 2 * KEYS_MAX].map(|pair| pair.map(|_| draw()));
        let flags = [[0_u128; 2]; 2].map(|pair| pair.map(|_| draw()));
        let most = memory_bytes / 4 / BYTES;
        let most = if most < ROWS_MIN { 0 } else { 1 << most.ilog2() };
        Seen { factors, flags, rows: Vec::new(), new: 0, again: 0, most, rest: 0 }
    }

    /// What is kept of a row with these keys and flags.
    ///
    /// The upper halves of such sums of products modulo 2^128 are universal to the last bit (Lemire
    /// and Kaser, "Strongly universal string hashing is fast").
    #[inline]
    pub(super) fn mark(&self, keys: &[Slot], flags: u8) -> u128 {
        let head = u128::from(flags) << 8 | keys.len() as u128;
        let [first, second] = self.flags;
        let mut sums = [
            head.wrapping_mul(first[0]).wrapping_add(second[0]),
            head.wrapping_mul(first[1]).wrapping_add(second[1]),
        ];
        let (pairs, _) = self.factors.as_chunks::<2>();
        for (key, [low, high]) in keys.iter().zip(pairs) {
            let word = u128::from(key.0 as u64);
            for (sum, factor) in sums.iter_mut().zip(low) {
                *sum = sum.wrapping_add(word.wrapping_mul(*factor));
            }
            // The upper half of a packed key is zero.
            if key.is_wide() {
                let word = key.0 >> 64;
                for (sum, factor) in sums.iter_mut().zip(high) {
                    *sum = sum.wrapping_add(word.wrapping_mul(*factor));
                }
            }
        }
        let [one, other] = sums;
        (one >> 64 << 64 | other >> 64).max(1)
    }

    /// Puts a row in; whether it was not there.
    #[inline]
    pub(super) fn put(&mut self, mark: u128) -> bool {
        let place = mark as usize & self.rows.len().wrapping_sub(1);
        let Some(known) = self.rows.get_mut(place) else { return true };
        let is_new = *known != mark;
        *known = mark;
        self.new += usize::from(is_new);
        self.again += usize::from(!is_new);
        is_new
    }

    /// Whether rows are to be looked up now; says it of the next `rows`.
    pub(super) fn awake(&mut self, rows: usize) -> bool {
        self.rest = self.rest.saturating_sub(rows);
        self.rest == 0 && self.most > 0
    }

    /// Bytes that [`Seen::grow`] would take now.
    pub(super) fn growth_bytes(&self) -> usize {
        (self.next_length() - self.rows.len()) * BYTES
    }

    fn next_length(&self) -> usize {
        let length = self.rows.len();
        match length {
            0 => ROWS_FIRST.min(self.most),
            _ if self.new >= length => (length * 4).min(self.most),
            _ => length,
        }
    }

    /// Makes more places when those there are have all been taken; when there can be no more, sees
    /// whether it was worth its while.
    pub(super) fn grow(&mut self) {
        let length = self.next_length();
        if length > self.rows.len() {
            let before = std::mem::replace(&mut self.rows, vec![0; length]);
            for mark in before.into_iter().filter(|mark| *mark != 0) {
                self.put(mark);
            }
        } else if self.new < length || length == 0 {
            return;
        } else if self.again < self.new / WORTHWHILE {
            self.rest = length * REST;
            self.forget();
        }
        (self.new, self.again) = (0, 0);
    }

    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        self.rows.len() * BYTES
    }

    /// Gives the memory back.
    pub(super) fn forget(&mut self) {
        self.rows = Vec::new();
        (self.new, self.again) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_new_once() {
        let secret = Secret::new(&[3; 16]);
        let mut seen = Seen::new(&secret, 1 << 20);
        let row = |keys: &[u128]| keys.iter().map(|key| Slot(*key)).collect::<Vec<_>>();
        let wide = 1 << 127;
        let rows = [
            row(&[1, 2]),
            row(&[2, 1]),
            row(&[1, 2, 0]),
            row(&[1, 2 | wide]),
            row(&[1, 2 | wide | 1 << 64]),
        ];
        let marks: Vec<u128> =
            rows.iter().flat_map(|row| [0, 1].map(|flags| seen.mark(row, flags))).collect();
        seen.grow();
        assert!(marks.iter().all(|mark| seen.put(*mark)));
        assert!(marks.iter().all(|mark| !seen.put(*mark)));
        seen.forget();
        assert!(marks.iter().all(|mark| seen.put(*mark)));
    }

    #[test]
    fn places_become_more_up_to_a_quarter_of_the_memory_and_keep_their_rows() {
        let secret = Secret::new(&[3; 16]);
        let mut seen = Seen::new(&secret, 1 << 20);
        let marks: Vec<u128> =
            (0..100_000).map(|key| seen.mark(&[Slot(key), Slot(7)], 0)).collect();
        for (place, mark) in marks.iter().enumerate() {
            if place % 512 == 0 {
                seen.grow();
            }
            assert!(seen.put(*mark));
            assert!(!seen.put(*mark));
        }
        assert_eq!(seen.held_bytes(), 1 << 18);
        assert_eq!(seen.growth_bytes(), 0);
        assert!(seen.awake(1));
        let mut without = Seen::new(&secret, 1 << 10);
        without.grow();
        assert_eq!(without.held_bytes(), 0);
        assert!(without.put(1) && without.put(1));
    }

    #[test]
    fn where_nobody_comes_back_looking_up_is_given_up_for_a_while() {
        let mut seen = Seen::new(&Secret::new(&[3; 16]), 1 << 14);
        let (mut rows, mut looked_up) = (0_usize, 0_usize);
        while rows < 10_000 {
            rows += 16;
            if seen.awake(16) {
                seen.grow();
                looked_up += 16;
                assert!((rows - 16..rows).all(|mark| seen.put(mark as u128 + 1)));
            }
        }
        assert!((1_500..3_000).contains(&looked_up), "{looked_up}");
    }
}
