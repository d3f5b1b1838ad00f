//! Keys of cells written the usual way: the characters of the identifier and nothing else.
//!
//! Most cells of a key column are. A key from here is the one that [`super::key`] comes to the long
//! way; where there is none, the long way decides.

use super::key::{CHECKS, DAYS, KeyKind, SEQUENCES, TEN_16};
use super::resident::eight_digits;

/// Characters of a cell that fit one block.
pub(super) const BLOCK: usize = 32;

/// The packed identifier of a cell of this kind.
#[inline]
pub(super) fn packed(kind: KeyKind, cell: &[u8]) -> Option<u64> {
    match kind {
        KeyKind::ResidentId => resident(cell.try_into().ok()?),
        KeyKind::Mobile => mobile(cell.try_into().ok()?),
        KeyKind::BankCard => match cell.len() {
            19 => card_of_19(cell.try_into().ok()?),
            16 => card_of_16(cell.try_into().ok()?),
            _ => None,
        },
        KeyKind::Account => account(cell),
        _ => None,
    }
}

/// Eight digits as a number, `None` when one of them is none.
#[inline]
fn eight(digits: &[u8; 8]) -> Option<u64> {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let word = u64::from_le_bytes(*digits);
    // A digit is 0x30 to 0x39: its high half is 3, and stays 3 when 6 is added.
    let high = word & HIGH | (word.wrapping_add(0x0606_0606_0606_0606) & HIGH) >> 4;
    (high == 0x3333_3333_3333_3333).then(|| u64::from(eight_digits(digits)))
}

#[inline]
fn one(digit: u8) -> Option<u64> {
    digit.is_ascii_digit().then(|| u64::from(digit & 0x0f))
}

/// Whether both halves of sixteen digits are one and the same digit throughout.
#[inline]
const fn one_digit_over_and_over(first: u64, second: u64) -> bool {
    first == second && first.is_multiple_of(11_111_111)
}

#[inline]
fn resident(cell: &[u8; 18]) -> Option<u64> {
    let [region_and_century @ .., _, _, _, _, _, _, _, _, _, _] = cell;
    let [_, _, _, _, _, _, _, _, rest @ .., last, check] = cell;
    let (first, second) = (eight(region_and_century)?, eight(rest)?);
    let check = match check {
        b'X' | b'x' => 10,
        digit => one(*digit)?,
    };
    let (month, day) = (second / 10_000 % 100, second / 100 % 100);
    let date = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !date || one_digit_over_and_over(first, second) {
        return None;
    }
    let year = first % 100 * 100 + second / 1_000_000;
    let days = (year * 12 + month - 1) * 31 + day - 1;
    let sequence = second % 100 * 10 + one(*last)?;
    Some(((first / 100 * DAYS + days) * SEQUENCES + sequence) * CHECKS + check)
}

#[inline]
fn mobile(cell: &[u8; 11]) -> Option<u64> {
    let ([first @ .., _, _, _], [_, _, _, rest @ ..]) = (cell, cell);
    let (first, rest) = (eight(first)?, eight(rest)?);
    (13_000_000..20_000_000).contains(&first).then_some(first * 1_000 + rest % 1_000)
}

#[inline]
fn card_of_16(cell: &[u8; 16]) -> Option<u64> {
    let ([first @ .., _, _, _, _, _, _, _, _], [_, _, _, _, _, _, _, _, rest @ ..]) = (cell, cell);
    let (first, rest) = (eight(first)?, eight(rest)?);
    let number = first * 100_000_000 + rest;
    (!one_digit_over_and_over(first, rest)).then_some(11 * TEN_16 + number)
}

#[inline]
fn card_of_19(cell: &[u8; 19]) -> Option<u64> {
    let [b'6', b'2', third, rest @ ..] = cell else { return None };
    let ([first @ .., _, _, _, _, _, _, _, _], [_, _, _, _, _, _, _, _, rest @ ..]) = (rest, rest);
    Some(one(*third)? * TEN_16 + eight(first)? * 100_000_000 + eight(rest)?)
}

/// A whole number without leading zeros.
#[inline]
fn account(cell: &[u8]) -> Option<u64> {
    let whole = matches!(cell, [b'1'..=b'9', ..] | [b'0']) && cell.len() <= 17;
    if !whole {
        return None;
    }
    cell.iter().try_fold(0, |number, digit| Some(number * 10 + one(*digit)?))
}

/// An e-mail address of `length` bytes in lower case, zeros behind it.
///
/// `None` for what is no address or not written the usual way, and when there is no room for one
/// character more.
#[inline]
pub(super) fn address(block: &[u8; BLOCK], length: usize) -> Option<[u8; BLOCK]> {
    const PLACES: [u8; BLOCK] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
        25, 26, 27, 28, 29, 30, 31,
    ];
    if length >= BLOCK {
        return None;
    }
    let length = length as u8;
    let mut lower = [0; BLOCK];
    let (mut unusual, mut at) = (0_u8, 0_u8);
    // One plain step for every byte, without branches: the processor takes many at a time.
    for ((to, byte), place) in lower.iter_mut().zip(block).zip(PLACES) {
        let inside = u8::from(place < length).wrapping_neg();
        let byte = byte & inside;
        let graphic = byte.wrapping_sub(b'!') < b'\x7f' - b'!';
        let mask = (byte == b'*') | (byte == b'?') | (byte == b'#');
        unusual |= inside & u8::from(!graphic | mask);
        at |= u8::from(byte == b'@');
        *to = byte | u8::from(byte.wrapping_sub(b'A') < 26) << 5;
    }
    let [first, ..] = lower;
    (unusual == 0 && at != 0 && first.is_ascii_alphanumeric()).then_some(lower)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::key::{Keyed, Secret, of, the_long_way, within};
    use super::*;
    use kouan_table::Span;

    /// What is fast and what is thorough must agree, wherever the cell lies in its buffer.
    fn agree(kind: KeyKind, cell: &[u8], around: &[u8]) -> Result<(), TestCaseError> {
        let secret = Secret::new(&[7; 16]);
        let expected = the_long_way(kind, cell, &secret);
        prop_assert_eq!(of(kind, cell, &secret), expected);
        let mut buffer = around.to_vec();
        let start = buffer.len();
        buffer.extend_from_slice(cell);
        let end = buffer.len();
        buffer.extend_from_slice(around);
        let span = Span { start: start as u32, end: end as u32 };
        prop_assert_eq!(within(kind, &buffer, span, &secret), expected);
        if let (Some(packed), Some(Keyed::Narrow(key))) = (packed(kind, cell), expected) {
            prop_assert_eq!(packed, key.packed());
        }
        Ok(())
    }

    #[test]
    fn usual_cells_need_no_long_way() {
        for cell in ["11010519491231002X", "11010519491231002x", "110105194912310021"] {
            assert!(packed(KeyKind::ResidentId, cell.as_bytes()).is_some(), "{cell}");
        }
        assert!(packed(KeyKind::Mobile, b"13900001234").is_some());
        assert!(packed(KeyKind::BankCard, b"6222020000000000019").is_some());
        assert!(packed(KeyKind::BankCard, b"4000000000000002").is_some());
        assert!(packed(KeyKind::Account, b"1001").is_some());
        let mut block = [0; BLOCK];
        block[..18].copy_from_slice(b"Li@Example.invalid");
        assert_eq!(&address(&block, 18).expect("usual")[..19], b"li@example.invalid\0");
    }

    #[test]
    fn one_digit_over_and_over_is_nobody_s() {
        for digit in '0'..='9' {
            for length in 1..20 {
                let cell: String = std::iter::repeat_n(digit, length).collect();
                for kind in KeyKind::ALL {
                    agree(kind, cell.as_bytes(), b"").expect("agree");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_agree_with_the_long_way(
            cell: Vec<u8>,
            around in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            for kind in KeyKind::ALL {
                agree(kind, &cell, &around)?;
            }
        }

        #[test]
        fn cells_near_an_identifier_agree_with_the_long_way(
            cell in prop_oneof![
                "[0-9]{6}(19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9Xx]",
                "[0-9]{15,19}",
                "1[0-9]{10}",
                "62[0-9]{14,17}",
                "[0-9a-zA-Z*?# .@_-]{0,40}",
                "[0-9a-zA-Z ]{0,30}@[0-9a-zA-Z.]{0,12} ?",
                "(null|NONE|nil|NaN|na|N/A|#n/a|undefined|unknown|无|空|暂无|未填写|不详|没有)",
            ],
            place in any::<prop::sample::Index>(),
            to in prop::option::of(any::<u8>()),
            around in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut cell = cell.into_bytes();
            if let (Some(to), false) = (to, cell.is_empty()) {
                let place = place.index(cell.len());
                cell[place] = to;
            }
            for kind in KeyKind::ALL {
                agree(kind, &cell, &around)?;
            }
        }

        #[test]
        fn eight_digits_and_nothing_else(bytes: [u8; 8], number in 0..100_000_000_u64) {
            let digits = bytes.iter().all(u8::is_ascii_digit);
            prop_assert_eq!(eight(&bytes).is_some(), digits);
            let text = format!("{number:08}");
            prop_assert_eq!(eight(text.as_bytes().try_into().expect("8")), Some(number));
        }
    }
}
