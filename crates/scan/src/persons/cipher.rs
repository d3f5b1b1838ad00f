//! Hides packed keys: a permutation of the 58-bit numbers under the secret of the scan.
//!
//! A permutation loses nothing, so counting stays exact; without the secret the numbers tell
//! nothing but which are equal. The rounds are those of the published block cipher Speck, on words
//! of 29 bits (it is published for words of 24 and 32) and with the 27 rounds it has at 32; the
//! round keys are drawn from the secret by SipHash instead of its own schedule.

use super::super::identifiers::key::Secret;

/// Packed keys are below `1 << BITS`.
pub(super) const BITS: u32 = 58;

const WORD: u32 = BITS / 2;
const WORD_MASK: u32 = (1 << WORD) - 1;
/// The bits of a packed key.
pub(super) const KEY_MASK: u64 = (1 << BITS) - 1;
const ROUNDS: usize = 27;
/// Numbers that go through the rounds side by side, for the processor's wide registers.
const LANES: usize = 16;

/// The round keys.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Cipher([u32; ROUNDS]);

impl Cipher {
    /// Draws the round keys from the secret.
    pub(super) fn new(secret: &Secret) -> Cipher {
        let mut round = 0_u64;
        Cipher([0; ROUNDS].map(|_: u32| {
            round += 1;
            secret.draw(round) as u32 & WORD_MASK
        }))
    }

    /// Hides the low 58 bits of every number; the high six stay.
    pub(super) fn hide(&self, numbers: &mut [u64]) {
        let (blocks, rest) = numbers.as_chunks_mut::<LANES>();
        for block in blocks {
            self.hide_block(block);
        }
        let mut last = [0; LANES];
        for (to, from) in last.iter_mut().zip(rest.iter()) {
            *to = *from;
        }
        self.hide_block(&mut last);
        for (to, from) in rest.iter_mut().zip(last) {
            *to = from;
        }
    }

    #[inline]
    fn hide_block(&self, block: &mut [u64; LANES]) {
        let mut left = block.map(|number| (number >> WORD) as u32 & WORD_MASK);
        let mut right = block.map(|number| number as u32 & WORD_MASK);
        for key in self.0 {
            for (left, right) in left.iter_mut().zip(right.iter_mut()) {
                let turned = *left >> 8 | *left << (WORD - 8);
                *left = (turned.wrapping_add(*right) ^ key) & WORD_MASK;
                *right = ((*right << 3 | *right >> (WORD - 3)) ^ *left) & WORD_MASK;
            }
        }
        for (number, (left, right)) in block.iter_mut().zip(left.into_iter().zip(right)) {
            *number = *number & !KEY_MASK | u64::from(left) << WORD | u64::from(right);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Takes the rounds back one by one: what can be taken back has lost nothing.
    fn show(cipher: &Cipher, number: u64) -> u64 {
        let mut left = (number >> WORD) as u32 & WORD_MASK;
        let mut right = number as u32 & WORD_MASK;
        for key in cipher.0.iter().rev() {
            let mixed = left ^ right;
            right = (mixed >> 3 | mixed << (WORD - 3)) & WORD_MASK;
            let turned = (left ^ key).wrapping_sub(right) & WORD_MASK;
            left = (turned << 8 | turned >> (WORD - 8)) & WORD_MASK;
        }
        number & !KEY_MASK | u64::from(left) << WORD | u64::from(right)
    }

    proptest! {
        #[test]
        fn what_is_hidden_can_be_shown_again_with_the_secret_and_not_without(
            secret in any::<[u8; 16]>(),
            numbers in prop::collection::vec(any::<u64>(), 0..70),
        ) {
            let cipher = Cipher::new(&Secret::new(&secret));
            let mut hidden = numbers.clone();
            cipher.hide(&mut hidden);
            let shown: Vec<_> = hidden.iter().map(|number| show(&cipher, *number)).collect();
            prop_assert_eq!(shown, numbers.clone());
            let mut other = secret;
            other[15] ^= 1;
            let mut others = numbers.clone();
            Cipher::new(&Secret::new(&other)).hide(&mut others);
            prop_assert!(hidden.iter().zip(&others).all(|(one, other)| one != other));
        }
    }

    #[test]
    fn one_bit_of_a_number_turns_half_of_what_is_hidden() {
        let cipher = Cipher::new(&Secret::new(&[5; 16]));
        let mut turned = 0;
        for bit in 0..BITS {
            let mut pair = [0x0123_4567_89ab_cdef & KEY_MASK; 2];
            pair[1] ^= 1 << bit;
            cipher.hide(&mut pair);
            turned += (pair[0] ^ pair[1]).count_ones();
        }
        let all = BITS * BITS;
        assert!((all * 45 / 100..all * 55 / 100).contains(&turned), "{turned} of {all}");
    }
}
