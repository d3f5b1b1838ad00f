//! The forms that whole columns of numbers have, told from which bytes are digits.
//!
//! One look at the first 32 bytes says where no digit stands; a day, an instant, a decimal or a
//! resident ID with its X each has a pattern of its own. The figures are those the general way
//! would have come to.

use crate::identifiers::days;
use crate::identifiers::places::{self, Place};
use crate::identifiers::resident::eight_digits;

use super::Shape;
use super::ascii::count_day;
use super::counts::{Counts, Reference};
use super::digits;

/// `yyyy-mm-dd`.
const DAY: u32 = 1 << 4 | 1 << 7;
/// `yyyy-mm-dd hh:mm:ss`.
const INSTANT: u32 = DAY | 1 << 10 | 1 << 13 | 1 << 16;
const INSTANT_BYTES: usize = 19;

/// One bit a byte: set where the first `length` bytes of the block hold no digit.
#[inline]
pub(super) fn strangers(block: &[u8; 32], length: usize) -> u32 {
    const SEVEN: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let (eights, _) = block.as_chunks::<8>();
    let mut marks = 0;
    for (at, eight) in eights.iter().enumerate() {
        // Digits become 0 to 9; 118 more sets the highest bit of anything above.
        let apart = u64::from_le_bytes(*eight) ^ 0x3030_3030_3030_3030;
        let above = (apart & SEVEN).wrapping_add(0x7676_7676_7676_7676) | apart;
        // The eight highest bits, gathered into a byte.
        let packed = (above >> 7 & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        marks |= packed << (8 * at);
    }
    (marks & ((1_u64 << length.min(32)) - 1)) as u32
}

/// Counts a cell of at most 32 bytes that begins with a digit when it has one of the forms.
#[inline]
pub(super) fn see(
    cell: &[u8],
    block: &[u8; 32],
    strangers: u32,
    counts: &mut Counts,
    reference: &Reference,
) -> bool {
    if strangers.is_power_of_two() {
        return match (cell.len(), block.first_chunk::<18>()) {
            (18, Some(number @ [.., b'X' | b'x'])) => {
                let mut number = *number;
                number.make_ascii_uppercase();
                digits::resident_number(&number, counts, reference).form()
            }
            _ => decimal(cell, block, strangers.trailing_zeros() as usize, counts),
        };
    }
    if strangers & 0x7_ffff == INSTANT && cell.len() >= INSTANT_BYTES {
        return instant(cell, block, strangers, counts, reference);
    }
    if strangers != DAY || cell.len() != 10 {
        return false;
    }
    let day = block.first_chunk().and_then(days::ten);
    if let Some(day) = day {
        count_day(Shape::Day, day, counts, reference);
    }
    day.is_some()
}

/// A day and a time to the second, with a fraction perhaps.
#[inline]
fn instant(
    cell: &[u8],
    block: &[u8; 32],
    strangers: u32,
    counts: &mut Counts,
    reference: &Reference,
) -> bool {
    let Some(&[_, _, _, _, _, _, _, _, _, _, between, a, b, c, d, e, f, g, h, dot]) =
        block.first_chunk::<20>()
    else {
        return false;
    };
    let two = |ten: u8, one: u8| ten.wrapping_sub(b'0') * 10 + one.wrapping_sub(b'0');
    let clock = c == b':' && f == b':' && two(a, b) <= 24 && two(d, e) <= 59 && two(g, h) <= 60;
    let fraction = match strangers >> INSTANT_BYTES {
        0 => cell.len() == INSTANT_BYTES,
        // What ends in `.0` is looked at without it.
        1 => dot == b'.' && cell.len() > 21,
        _ => false,
    };
    if !clock || !fraction || !matches!(between, b' ' | b'T') {
        return false;
    }
    let day = block.first_chunk().and_then(days::ten);
    if let Some(day) = day {
        count_day(Shape::Instant, day, counts, reference);
    }
    day.is_some()
}

/// A number with a fraction, without a sign; `dot` is the only byte that is no digit.
#[inline]
fn decimal(cell: &[u8], block: &[u8; 32], dot: usize, counts: &mut Counts) -> bool {
    let decimals = cell.len() - 1 - dot.min(cell.len() - 1);
    let ends_in_nothing = decimals == 1 && cell.last() == Some(&b'0');
    if block.get(dot) != Some(&b'.') || cell.len() > 24 || dot > 8 || ends_in_nothing {
        return false;
    }
    let whole = first_number(block, dot);
    counts.is(Shape::Decimal);
    counts.number(whole, whole + 1);
    if decimals >= 3 {
        match places::read(cell) {
            Some(Place::Latitude) => counts.is(Shape::Latitude),
            Some(Place::Longitude) => counts.is(Shape::Longitude),
            _ => {}
        }
    }
    true
}

/// The number in the first one to eight digits of a block.
#[inline]
pub(super) fn first_number(block: &[u8; 32], length: usize) -> i64 {
    let Some(eight) = block.first_chunk::<8>() else { return 0 };
    let away = 64 - 8 * length.clamp(1, 8) as u32;
    // Zeros before the number instead of what stands behind it.
    let digits = u64::from_le_bytes(*eight) << away | 0x3030_3030_3030_3030 & ((1 << away) - 1);
    i64::from(eight_digits(&digits.to_le_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_of_every_length_are_read() {
        let mut block = [b'7'; 32];
        block[..8].copy_from_slice(b"12345678");
        for (length, number) in (1..=8).zip([1, 12, 123, 1234, 12_345, 123_456, 1_234_567]) {
            assert_eq!(first_number(&block, length), number);
        }
        assert_eq!(first_number(&block, 8), 12_345_678);
    }

    proptest! {
        #[test]
        fn every_byte_that_is_no_digit_has_its_bit(block: [u8; 32], length in 0..=32_usize) {
            let marks = strangers(&block, length);
            for (place, byte) in block.iter().enumerate() {
                let expected = place < length && !byte.is_ascii_digit();
                prop_assert_eq!(marks >> place & 1 == 1, expected);
            }
        }
    }
}
