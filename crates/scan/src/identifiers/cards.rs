//! Bank cards. The prefixes are `tables/card-prefixes.txt`.

use std::sync::LazyLock;

use super::Fit;
use super::resident::eight_digits;

static TABLE: &str = include_str!("../../tables/card-prefixes.txt");

/// For the first four digits, the lengths a card with them can have: bit 13 for 13 digits.
static LENGTHS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut lengths = vec![0_u32; 10_000];
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (Some(first), Some(last), Some(sizes)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let bits = sizes.split(',').filter_map(|size| size.parse::<u32>().ok());
        let bits = bits.fold(0, |bits, size| bits | 1 << size.min(31));
        let (Some(first), Some(last)) = (four(first, '0'), four(last, '9')) else { continue };
        for place in lengths.iter_mut().take(last + 1).skip(first) {
            *place |= bits;
        }
    }
    lengths
});

/// A prefix as its first (filled with 0) or last (filled with 9) four digits.
fn four(prefix: &str, fill: char) -> Option<usize> {
    prefix.chars().chain(std::iter::repeat(fill)).take(4).collect::<String>().parse().ok()
}

/// The prefixes of issuers, fetched once and asked for many cells.
#[derive(Clone, Copy)]
pub struct Issuers(&'static [u32]);

impl std::fmt::Debug for Issuers {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Issuers")
    }
}

impl Issuers {
    /// Reads the table at the first call.
    #[must_use]
    pub fn get() -> Self {
        Self(&LENGTHS)
    }

    /// Whether cards of this length begin with these digits, of which there are eight at least.
    #[must_use]
    #[inline]
    pub fn known(&self, number: &[u8]) -> bool {
        let Some(first) = number.first_chunk() else { return false };
        let first = eight_digits(first) / 10_000;
        let lengths = self.0.get(first as usize).copied().unwrap_or_default();
        number.len() < 32 && lengths >> number.len() & 1 == 1
    }
}

/// A bank card of 13 to 19 digits: the prefix of an issuer has the form, Luhn passes. Cards that
/// banks number by themselves, and cards of tests, often fail.
#[must_use]
pub fn bank_card(number: &[u8], issuers: &Issuers) -> Fit {
    let form = (13..=19).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
        && issuers.known(number);
    Fit::new(form, form && super::checks::luhn(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_have_a_prefix_and_a_sum() {
        let issuers = Issuers::get();
        for number in [
            "4111111111111111",
            "5555555555554444",
            "378282246310005",
            "3530111333300000",
            "30569309025904",
            "6200000000000005",
            "6222020000000000018",
        ] {
            let fit = bank_card(number.as_bytes(), &issuers);
            assert!(fit.passes(), "{number}");
        }
        assert_eq!(bank_card(b"4111111111111112", &issuers), Fit::Form);
        assert_eq!(bank_card(b"1600000000000000", &issuers), Fit::No);
        assert_eq!(bank_card(b"411111111111111", &issuers), Fit::No, "15 digits with a 4");
        assert_eq!(bank_card(b"", &issuers), Fit::No);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>) {
            let _ = bank_card(&cell, &Issuers::get());
        }
    }
}
