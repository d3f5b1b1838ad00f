//! The check characters of the unified social credit code and of the organisation code in it.
//!
//! LAW: GB 32100-2015, GB 11714-1997

/// Digits and capital letters without I, O, S, V and Z, each at the place of its value.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of three, modulo 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The value of a character of a code; none for one that no code has.
#[must_use]
pub fn credit_code_value(character: u8) -> Option<u32> {
    // Ranges and no search: scanning asks for every cell that has the length of a code.
    match character {
        b'0'..=b'9' => Some(u32::from(character - b'0')),
        b'A'..=b'H' => Some(u32::from(character - b'A') + 10),
        b'J'..=b'N' => Some(u32::from(character - b'J') + 18),
        b'P'..=b'R' => Some(u32::from(character - b'P') + 23),
        b'T' | b'U' => Some(u32::from(character - b'T') + 26),
        b'W'..=b'Y' => Some(u32::from(character - b'W') + 28),
        _ => None,
    }
}

/// The eighteenth character that belongs to seventeen; none where one of them is in no code.
#[must_use]
pub fn credit_code_check(characters: &[u8; 17]) -> Option<u8> {
    let mut sum = 0;
    for (character, weight) in characters.iter().zip(WEIGHTS) {
        sum += credit_code_value(*character)? * weight;
    }
    ALPHABET.get(((31 - sum % 31) % 31) as usize).copied()
}

/// The ninth character that belongs to eight of an organisation code; none where one of them is in
/// no code. Its letters count from A = 10 without gaps, unlike those of the credit code.
#[must_use]
pub fn organisation_code_check(characters: &[u8; 8]) -> Option<u8> {
    const WEIGHTS: [u8; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let mut sum = 0;
    for (character, weight) in characters.iter().zip(WEIGHTS) {
        let value = match character {
            b'0'..=b'9' => character - b'0',
            b'A'..=b'Z' => character - b'A' + 10,
            _ => return None,
        };
        // At most 35 times 48.
        sum += u16::from(value) * u16::from(weight);
    }
    b"0X987654321".get(usize::from(sum % 11)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisation_codes_and_credit_codes() {
        // The example of GB 11714.
        assert_eq!(organisation_code_check(b"D2143569"), Some(b'X'));
        // The example in the documentation of python-stdnum.
        assert_eq!(credit_code_check(b"91110000600037341"), Some(b'L'));
        assert_eq!(organisation_code_check(b"60003734"), Some(b'1'));
        assert_eq!(credit_code_check(b"9111000060003734I"), None);
    }

    #[test]
    fn every_character_has_the_value_of_its_place() {
        for byte in 0..=u8::MAX {
            let place = ALPHABET.iter().position(|of| *of == byte);
            assert_eq!(credit_code_value(byte).map(|value| value as usize), place);
        }
    }
}
