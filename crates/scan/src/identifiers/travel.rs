//! Passports, permits, and the identity cards of Hong Kong, Macau and Taiwan.
//!
//! All in plain writing (ASCII, upper case, no separators) but [`machine_readable`].

use super::{Fit, checks};

/// A passport of the mainland, Hong Kong or Macau. There is no check digit in the number.
///
/// `E` and eight digits, `E`, a letter other than I and O and seven digits, `G` and eight digits,
/// 14 or 15 and seven digits, `P`, `S`, `D` with or without a second letter and seven or eight
/// digits, `K`, `H`, `KJ`, `HJ` and eight digits, `MA` and seven digits.
#[must_use]
pub fn passport(number: &[u8]) -> Fit {
    let form = match number {
        [b'E' | b'G', rest @ ..] if rest.len() == 8 && digits(rest) => true,
        [b'E', letter, rest @ ..] if letter_but_i_o(*letter) => rest.len() == 7 && digits(rest),
        [b'1', b'4' | b'5', rest @ ..] => rest.len() == 7 && digits(rest),
        [b'P', b'E', rest @ ..] | [b'S', b'E', rest @ ..] | [b'D', b'E', rest @ ..] => {
            (7..=8).contains(&rest.len()) && digits(rest)
        }
        [b'M', b'A' | b'B', rest @ ..] => rest.len() == 7 && digits(rest),
        [b'K' | b'H', b'J', rest @ ..] => rest.len() == 8 && digits(rest),
        [b'P' | b'S' | b'D', rest @ ..] => (7..=8).contains(&rest.len()) && digits(rest),
        [b'K', rest @ ..] => rest.len() == 8 && digits(rest),
        _ => false,
    };
    Fit::new(form, form)
}

/// The permits of the exit and entry administration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// 回乡证: H or M and eight digits, two more on older cards.
    HongKongMacauResident,
    /// 台胞证: eight digits on cards, ten digits and a letter on older ones.
    TaiwanResident,
    /// 往来港澳: C and eight digits, C, a letter and seven digits, or W and eight digits.
    ToHongKongMacau,
    /// 往来台湾: L or T and eight digits.
    ToTaiwan,
}

/// The permit a number has the form of. None has a check.
#[must_use]
pub fn permit(number: &[u8]) -> Option<Permit> {
    match number {
        [b'H' | b'M', rest @ ..] if matches!(rest.len(), 8 | 10) && digits(rest) => {
            Some(Permit::HongKongMacauResident)
        }
        [b'C' | b'W', rest @ ..] if rest.len() == 8 && digits(rest) => {
            Some(Permit::ToHongKongMacau)
        }
        [b'C', letter, rest @ ..] if letter_but_i_o(*letter) && rest.len() == 7 && digits(rest) => {
            Some(Permit::ToHongKongMacau)
        }
        [b'L' | b'T', rest @ ..] if rest.len() == 8 && digits(rest) => Some(Permit::ToTaiwan),
        [rest @ .., letter] if rest.len() == 10 && digits(rest) && letter.is_ascii_uppercase() => {
            Some(Permit::TaiwanResident)
        }
        _ if number.len() == 8 && digits(number) => Some(Permit::TaiwanResident),
        _ => None,
    }
}

/// A Hong Kong identity card with its check character.
#[must_use]
pub fn hong_kong(number: &[u8]) -> Fit {
    let letters = number.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let Some((letters, rest)) = number.split_at_checked(letters) else { return Fit::No };
    let (Some(six), [_, _, _, _, _, _, check]) = (rest.first_chunk::<6>(), rest) else {
        return Fit::No;
    };
    let form = (1..=2).contains(&letters.len()) && digits(six);
    let form = form && (check.is_ascii_digit() || *check == b'A');
    Fit::new(form, form && checks::hong_kong(letters, six) == Some(*check))
}

/// A Macau identity card in its own writing, `1/234567/8` or `1234567(8)`: without strokes or
/// brackets it is any eight digits. There is no public check.
#[must_use]
pub fn macau(cell: &[u8]) -> Fit {
    let form = match cell {
        [b'1' | b'5' | b'6' | b'7', b'/', six @ .., b'/', last] => {
            six.len() == 6 && digits(six) && last.is_ascii_digit()
        }
        [b'1' | b'5' | b'6' | b'7', six @ .., b'(', last, b')'] => {
            six.len() == 6 && digits(six) && last.is_ascii_digit()
        }
        _ => false,
    };
    Fit::new(form, form)
}

/// A Taiwan identity number, or the number of a resident who is no citizen.
#[must_use]
pub fn taiwan(number: &[u8; 10]) -> Fit {
    let [letter, second, rest @ ..] = number;
    let form = letter.is_ascii_uppercase()
        && matches!(second, b'1' | b'2' | b'8' | b'9' | b'A'..=b'D')
        && digits(rest);
    Fit::new(form, form && checks::taiwan(number))
}

/// A card of the army or the police: a word such as 军字第, then six to eight digits, perhaps 号.
#[must_use]
pub fn military(cell: &[u8]) -> Fit {
    let Ok(cell) = std::str::from_utf8(cell) else { return Fit::No };
    let words = ["军", "武", "士", "文", "警", "兵"];
    let rest = cell.trim().trim_end_matches('号');
    let number = rest.split_once("字第").filter(|(before, _)| {
        before.chars().count() <= 3 && words.iter().any(|word| before.ends_with(word))
    });
    let form = number
        .is_some_and(|(_, number)| (6..=8).contains(&number.len()) && digits(number.as_bytes()));
    Fit::new(form, form)
}

/// A machine-readable zone of ICAO 9303, in one cell, lines apart by anything but its characters:
/// two lines of 44 (passports), two of 36, or three of 30; passes when the check digits of number,
/// birth and expiry are right.
#[must_use]
pub fn machine_readable(cell: &[u8]) -> Fit {
    let mut zone = [0_u8; 90];
    let mut length = 0;
    for &byte in cell {
        if byte == b'<' || byte.is_ascii_uppercase() || byte.is_ascii_digit() {
            let Some(place) = zone.get_mut(length) else { return Fit::No };
            *place = byte;
            length += 1;
        } else if !byte.is_ascii_whitespace() && !matches!(byte, b'\\' | b'n' | b'|') {
            return Fit::No;
        }
    }
    let field = |from: usize, digits: usize| {
        let part = zone.get(from..from + digits).unwrap_or_default();
        let check = zone.get(from + digits).copied();
        check.is_some() && checks::machine_readable(part) == check
    };
    let fits = |fields: [(usize, usize); 3]| fields.iter().all(|(at, length)| field(*at, *length));
    let typed = matches!(zone.first(), Some(b'P' | b'V' | b'I' | b'A' | b'C'));
    match length {
        88 => Fit::new(typed, fits([(44, 9), (57, 6), (65, 6)])),
        72 => Fit::new(typed, fits([(36, 9), (49, 6), (57, 6)])),
        90 => Fit::new(typed, fits([(5, 9), (30, 6), (38, 6)])),
        // The second line of a passport alone.
        44 => Fit::new(field(0, 9), fits([(0, 9), (13, 6), (21, 6)])),
        _ => Fit::No,
    }
}

fn digits(characters: &[u8]) -> bool {
    characters.iter().all(u8::is_ascii_digit)
}

fn letter_but_i_o(letter: u8) -> bool {
    letter.is_ascii_uppercase() && !matches!(letter, b'I' | b'O')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passports_in_all_their_forms() {
        for number in [
            "E00000001",
            "EA0000001",
            "G00000001",
            "140000001",
            "150000001",
            "PE0000001",
            "P0000001",
            "SE0000001",
            "S00000001",
            "DE0000001",
            "D0000001",
            "DE00000001",
            "K00000001",
            "KJ00000001",
            "HJ00000001",
            "MA0000001",
        ] {
            assert!(passport(number.as_bytes()).passes(), "{number}");
        }
        for number in ["EI0000001", "EO0000001", "E0000001", "160000001", "X00000001", "E0000000A"]
        {
            assert!(!passport(number.as_bytes()).form(), "{number}");
        }
    }

    #[test]
    fn permits_by_their_letters() {
        let cases = [
            ("H00000001", Permit::HongKongMacauResident),
            ("M0000000102", Permit::HongKongMacauResident),
            ("00000001", Permit::TaiwanResident),
            ("0000000001B", Permit::TaiwanResident),
            ("C00000001", Permit::ToHongKongMacau),
            ("CA0000001", Permit::ToHongKongMacau),
            ("W00000001", Permit::ToHongKongMacau),
            ("L00000001", Permit::ToTaiwan),
            ("T00000001", Permit::ToTaiwan),
        ];
        for (number, expected) in cases {
            assert_eq!(permit(number.as_bytes()), Some(expected), "{number}");
        }
        for number in ["CI0000001", "H0000001", "Z00000001", ""] {
            assert_eq!(permit(number.as_bytes()), None, "{number}");
        }
    }

    #[test]
    fn identity_cards_of_hong_kong_macau_and_taiwan() {
        assert!(hong_kong(b"A1234563").passes());
        assert!(hong_kong(b"AB9876543").passes());
        assert!(hong_kong(b"G123456A").passes());
        assert_eq!(hong_kong(b"A1234560"), Fit::Form);
        assert_eq!(hong_kong(b"A123456"), Fit::No);
        assert!(macau(b"1/234567/8").passes());
        assert!(macau(b"5123456(7)").passes());
        assert!(!macau(b"12345678").form());
        assert!(!macau(b"2/234567/8").form());
        assert!(taiwan(b"A123456789").passes());
        assert_eq!(taiwan(b"A123456788"), Fit::Form);
        assert_eq!(taiwan(b"A323456789"), Fit::No);
    }

    #[test]
    fn military_cards_have_their_word() {
        for cell in ["军字第000001号", "武字第0000001", "士字第00000001号", "文字第000001号"]
        {
            assert!(military(cell.as_bytes()).passes(), "{cell}");
        }
        for cell in ["军字第00001号", "京字第000001号", "000001"] {
            assert!(!military(cell.as_bytes()).form(), "{cell}");
        }
    }

    #[test]
    fn the_specimen_of_icao_passes() {
        let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\
                    L898902C36UTO7408122F1204159ZE184226B<<<<<10";
        assert!(machine_readable(zone.as_bytes()).passes());
        assert!(machine_readable(&zone.as_bytes()[45..]).passes());
        let spoilt = zone.replace("7408122", "7408123");
        assert_eq!(machine_readable(spoilt.as_bytes()), Fit::Form);
        assert_eq!(machine_readable("例".as_bytes()), Fit::No);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>, ten: [u8; 10]) {
            let _ = (passport(&cell), permit(&cell), hong_kong(&cell), macau(&cell));
            let _ = (taiwan(&ten), military(&cell), machine_readable(&cell));
        }
    }
}
