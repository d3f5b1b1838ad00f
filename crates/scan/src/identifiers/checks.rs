//! Check characters: the sums that identifiers end with.
//!
//! Each takes the characters the sum runs over, in ASCII, upper case, and nothing else. A character
//! outside the alphabet gives `None` or `false`.

/// The check character of a resident ID (GB 11643, MOD 11-2) over its first 17 digits.
#[must_use]
#[inline]
pub fn resident(digits: &[u8; 17]) -> u8 {
    const WEIGHTS: [u16; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    // 17 bytes times 10 stay below 2^16; a sum that looks for an overflow goes digit by digit.
    let sum = digits.iter().zip(WEIGHTS).fold(0_u16, |sum, (digit, weight)| {
        sum.wrapping_add(u16::from(digit.wrapping_sub(b'0')).wrapping_mul(weight))
    });
    let check = (12 - sum % 11) % 11;
    if check == 10 { b'X' } else { b'0' + check as u8 }
}

/// Whether the digits pass the sum of Luhn (ISO/IEC 7812-1): bank cards, IMEI, ICCID.
#[must_use]
#[inline]
pub fn luhn(digits: &[u8]) -> bool {
    let mut sum = 0_u32;
    for (place, digit) in digits.iter().rev().enumerate() {
        let digit = u32::from(digit.wrapping_sub(b'0'));
        sum += if place % 2 == 1 { digit * 2 - if digit > 4 { 9 } else { 0 } } else { digit };
    }
    sum.is_multiple_of(10)
}

/// The same sum over a block that holds `length` digits from its start, all places at once.
#[must_use]
#[inline]
pub fn luhn_block(block: &[u8; 32], length: usize) -> bool {
    // Four places of a parity to a word, in lanes of sixteen bits; the length says which parity is
    // doubled, counted from the right.
    const LANES: u64 = 0x000f_000f_000f_000f;
    let (mut plain, mut doubled) = (0_u64, 0_u64);
    let (words, _) = block.as_chunks::<8>();
    for word in words {
        let digits = u64::from_le_bytes(*word);
        let (even, odd) = (digits & LANES, digits >> 8 & LANES);
        let (once, twice) = if length.is_multiple_of(2) { (odd, even) } else { (even, odd) };
        // A digit above 4 doubled is two digits: 2 * digit - 9 is their sum.
        let above_four = (twice + 0x007b_007b_007b_007b) >> 7 & 0x0001_0001_0001_0001;
        plain += once;
        doubled += twice * 2 - above_four * 9;
    }
    let lanes = plain + doubled;
    let sum = (lanes & 0xffff) + (lanes >> 16 & 0xffff) + (lanes >> 32 & 0xffff) + (lanes >> 48);
    sum.is_multiple_of(10)
}

/// The check character of a vehicle identification number (ISO 3779, GB 16735), its ninth.
#[must_use]
pub fn vin(characters: &[u8; 17]) -> Option<u8> {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum = weighted(characters, &WEIGHTS, |byte| match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'H' => Some(u32::from(byte - b'A') + 1),
        b'J'..=b'N' => Some(u32::from(byte - b'J') + 1),
        b'P' => Some(7),
        b'R' => Some(9),
        b'S'..=b'Z' => Some(u32::from(byte - b'S') + 2),
        _ => None,
    })?;
    Some(if sum % 11 == 10 { b'X' } else { b'0' + (sum % 11) as u8 })
}

/// The check character of a Hong Kong identity card: one or two letters, then six digits.
#[must_use]
pub fn hong_kong(letters: &[u8], digits: &[u8; 6]) -> Option<u8> {
    let letter = |byte: u8| byte.is_ascii_uppercase().then(|| u32::from(byte - b'A') + 10);
    let mut sum = match letters {
        [one] => 36 * 9 + letter(*one)? * 8,
        [one, two] => letter(*one)? * 9 + letter(*two)? * 8,
        _ => return None,
    };
    sum += weighted(digits, &[7, 6, 5, 4, 3, 2], digit)?;
    Some(match (11 - sum % 11) % 11 {
        10 => b'A',
        check => b'0' + check as u8,
    })
}

/// Whether a Taiwan identity number (a letter and nine digits) or resident number (a letter, then
/// one of A to D or a digit, then eight digits) passes its sum.
#[must_use]
pub fn taiwan(characters: &[u8; 10]) -> bool {
    // The number of each letter, A to Z, in the order the island gave them to its counties.
    const LETTERS: [u32; 26] = [
        10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32,
        30, 31, 33,
    ];
    let letter = |byte: u8| LETTERS.get(usize::from(byte.wrapping_sub(b'A'))).copied();
    let [first, second, rest @ ..] = characters;
    let Some(first) = letter(*first) else { return false };
    let second = match second {
        b'A'..=b'D' => letter(*second).map(|number| number % 10),
        _ => digit(*second),
    };
    let Some(rest) = weighted(rest, &[7, 6, 5, 4, 3, 2, 1, 1], digit) else { return false };
    second
        .is_some_and(|second| (first / 10 + first % 10 * 9 + second * 8 + rest).is_multiple_of(10))
}

/// The check digit of a field of a machine-readable zone (ICAO 9303): weights 7, 3, 1, mod 10.
#[must_use]
pub fn machine_readable(field: &[u8]) -> Option<u8> {
    let mut sum = 0_u32;
    for (byte, weight) in field.iter().zip([7, 3, 1].into_iter().cycle()) {
        sum += weight * if *byte == b'<' { 0 } else { alphanumeric(*byte)? };
    }
    Some(b'0' + (sum % 10) as u8)
}

#[inline]
fn weighted(characters: &[u8], weights: &[u32], number: impl Fn(u8) -> Option<u32>) -> Option<u32> {
    let mut sum = 0;
    for (byte, weight) in characters.iter().zip(weights) {
        sum += number(*byte)? * weight;
    }
    Some(sum)
}

#[inline]
fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// 0 to 9, then A = 10 to Z = 35.
#[inline]
fn alphanumeric(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resident_check(number: &str) -> bool {
        let (digits, check) = number.as_bytes().split_at(17);
        resident(digits.try_into().expect("17 digits")) == check[0]
    }

    #[test]
    fn resident_numbers_of_the_standard_and_of_public_tests_pass() {
        for number in [
            "11010519491231002X", // the specimen of GB 11643
            "44040119580101000X",
            "140120197901010008",
            "810000199408230021",
            "830000199201300022",
            "610104196209276908",
        ] {
            assert!(resident_check(number), "{number}");
        }
        assert!(!resident_check("110105194912310021"));
    }

    #[test]
    fn the_check_of_a_resident_number_is_minus_two_in_base_thirteen() {
        // A second way to the same character: (1 - 2 * the first 17 digits read in base 13) mod 11.
        for start in 0..2_000_u64 {
            let digits = format!("{:017}", start * 49_999_999_999_981 % 100_000_000_000_000_000);
            let base13 = digits
                .bytes()
                .fold(0, |sum: i64, digit| (sum * 13 + i64::from(digit - b'0')).rem_euclid(11));
            let expected = match (1 - 2 * base13).rem_euclid(11) {
                10 => b'X',
                check => b'0' + u8::try_from(check).expect("below ten"),
            };
            assert_eq!(resident(digits.as_bytes().try_into().expect("17")), expected);
        }
    }

    #[test]
    fn luhn_as_published() {
        for number in ["79927398713", "4111111111111111", "378282246310005", "490154203237518"] {
            assert!(luhn(number.as_bytes()), "{number}");
        }
        for length in 1..=32 {
            let mut block = [0; 32];
            for start in 0..100_u8 {
                block[..length].iter_mut().enumerate().for_each(|(place, digit)| {
                    *digit = b'0' + ((usize::from(start) + place * 7) % 10) as u8;
                });
                assert_eq!(luhn_block(&block, length), luhn(&block[..length]));
            }
        }
        for number in ["79927398710", "4111111111111112", "490154203237517"] {
            assert!(!luhn(number.as_bytes()), "{number}");
        }
    }

    #[test]
    fn vehicle_numbers_pass_at_their_ninth_place() {
        for number in ["LSVAA49J132047371", "11111111111111111", "1M8GDM9AXKP042788"] {
            let characters: &[u8; 17] = number.as_bytes().try_into().expect("17");
            assert_eq!(vin(characters), Some(characters[8]), "{number}");
        }
        assert_eq!(vin(b"LSVAA49J13204737I"), None);
    }

    #[test]
    fn hong_kong_and_taiwan_as_published() {
        assert_eq!(hong_kong(b"G", b"123456"), Some(b'A'));
        assert_eq!(hong_kong(b"A", b"123456"), Some(b'3'));
        assert_eq!(hong_kong(b"AB", b"987654"), Some(b'3'));
        assert!(taiwan(b"A123456789"));
        assert!(!taiwan(b"A123456788"));
        assert!(taiwan(b"A800000014"));
    }

    #[test]
    fn machine_readable_fields_of_the_specimen_pass() {
        // The specimen of ICAO 9303: document number, birth, expiry.
        assert_eq!(machine_readable(b"L898902C3"), Some(b'6'));
        assert_eq!(machine_readable(b"740812"), Some(b'2'));
        assert_eq!(machine_readable(b"120415"), Some(b'9'));
        assert_eq!(machine_readable(b"l898902c3"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(bytes: [u8; 17], more: Vec<u8>) {
            let mut block = [0; 32];
            block.iter_mut().zip(&more).for_each(|(to, from)| *to = *from);
            let _ = luhn_block(&block, more.len());
            let _ = (resident(&bytes), vin(&bytes), luhn(&more));
            let _ = machine_readable(&more);
            if let Some(ten) = bytes.first_chunk() {
                let _ = taiwan(ten);
            }
            if let Some(six) = bytes.first_chunk() {
                let _ = hong_kong(&more, six);
            }
        }
    }
}
