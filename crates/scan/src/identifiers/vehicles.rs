//! Number plates, vehicle identification numbers, file numbers of driving licences.

use super::divisions;
use super::{Fit, checks};

/// What kind of plate a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plate {
    /// A vehicle with a combustion engine, or of a school, Hong Kong, Macau, the police, a
    /// consulate.
    Ordinary,
    /// A new-energy vehicle.
    NewEnergy,
    /// The armed police (WJ) or the army.
    Military,
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁使";
const LAST: [&str; 6] = ["学", "警", "港", "澳", "挂", "领"];

/// Looks at a cell that begins with a Chinese character or with `WJ`, in upper case; a dot or
/// space after the second character is allowed.
#[must_use]
pub fn plate(cell: &[u8]) -> Option<Plate> {
    let cell = std::str::from_utf8(cell).ok()?;
    if let Some(rest) = cell.strip_prefix("WJ") {
        let rest = rest.trim_start_matches(['·', ' ', '-']);
        let rest = rest.trim_start_matches(|one| PROVINCES.contains(one));
        let rest = rest.as_bytes();
        return ((4..=7).contains(&rest.len()) && rest.iter().all(|byte| serial(*byte)))
            .then_some(Plate::Military);
    }
    let first = cell.chars().next().filter(|first| !first.is_ascii())?;
    let rest = cell.strip_prefix(first)?;
    let (letter, rest) = rest.as_bytes().split_first()?;
    if !letter.is_ascii_uppercase() || *letter == b'I' {
        return None;
    }
    let rest = std::str::from_utf8(rest).ok()?.trim_start_matches(['·', '•', '.', '-', ' ']);
    if "海空军北南沈兰济成广".contains(first) && !PROVINCES.contains(first) {
        return military(rest.as_bytes());
    }
    if !PROVINCES.contains(first) {
        return None;
    }
    let (body, special) = match LAST.iter().find_map(|last| rest.strip_suffix(last)) {
        Some(body) => (body.as_bytes(), true),
        None => (rest.as_bytes(), false),
    };
    let letters = body.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    if !body.iter().all(|byte| serial(*byte)) {
        return None;
    }
    match (body.len(), special) {
        (4, true) if letters <= 2 => Some(Plate::Ordinary),
        (5, false) if letters <= 2 => Some(Plate::Ordinary),
        (6, false) => new_energy(body).then_some(Plate::NewEnergy),
        _ => None,
    }
}

/// A small vehicle has its mark before four digits and one free place, a large one behind five
/// digits.
fn new_energy(body: &[u8]) -> bool {
    let mark = |byte: &u8| matches!(byte, b'A'..=b'H' | b'J' | b'K') && *byte != b'I';
    match body {
        [first, second, digits @ ..] if mark(first) => {
            serial(*second) && digits.iter().all(u8::is_ascii_digit)
        }
        [digits @ .., last] => mark(last) && digits.iter().all(u8::is_ascii_digit),
        [] => false,
    }
}

fn military(rest: &[u8]) -> Option<Plate> {
    let form = rest.len() == 5 && rest.iter().all(|byte| serial(*byte));
    (form && rest.iter().filter(|byte| byte.is_ascii_digit()).count() >= 3)
        .then_some(Plate::Military)
}

/// Letters and digits of plates: no I, no O.
fn serial(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O')
}

/// A vehicle identification number (ISO 3779, GB 16735) in plain writing.
///
/// The form asks for the alphabet, letters and digits both, a model year other than I, O, Q, U, Z
/// and 0, and three digits at the end; passes when the check character at its ninth place is right,
/// which makers outside China and North America need not keep to.
#[must_use]
pub fn identification(number: &[u8; 17]) -> Fit {
    let alphabet = number.iter().all(|byte| {
        byte.is_ascii_digit() || byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O' | b'Q')
    });
    let letters = number.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let [.., year, _, _, _, _, a, b, c] = number;
    let form = alphabet
        && (2..=14).contains(&letters)
        && !matches!(year, b'U' | b'Z' | b'0')
        && [a, b, c].iter().all(|byte| byte.is_ascii_digit());
    Fit::new(form, form && checks::vin(number) == number.get(8).copied())
}

/// The file number of a driving licence: twelve digits, the first four a city. There is no check.
#[must_use]
pub fn driving_file(number: &[u8; 12]) -> Fit {
    let [a, b, c, d, ..] = number;
    let digit = |byte: &u8| u32::from(byte.wrapping_sub(b'0'));
    let form = number.iter().all(u8::is_ascii_digit)
        && divisions::province(digit(a) * 10 + digit(b))
        && digit(c) * 10 + digit(d) <= 90;
    Fit::new(form, form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_by_kind() {
        let cases = [
            ("京A00001", Plate::Ordinary),
            ("粤B·0000A", Plate::Ordinary),
            ("粤Z0000港", Plate::Ordinary),
            ("京A0001学", Plate::Ordinary),
            ("沪AD00001", Plate::NewEnergy),
            ("粤BDF0001", Plate::NewEnergy),
            ("粤B00001D", Plate::NewEnergy),
            ("WJ京0001X", Plate::Military),
            ("海A00001", Plate::Military),
        ];
        for (cell, expected) in cases {
            assert_eq!(plate(cell.as_bytes()), Some(expected), "{cell}");
        }
        for cell in
            ["京A0000I", "京I00001", "京A000", "京AABCD1", "例A00001", "ABC", "京", "沪AX00001"]
        {
            assert_eq!(plate(cell.as_bytes()), None, "{cell}");
        }
    }

    #[test]
    fn vehicle_numbers_have_a_form_and_a_check() {
        assert_eq!(identification(b"LSVAA49J132047371"), Fit::Passes);
        assert_eq!(identification(b"LSVAA49J032047371"), Fit::Form);
        assert_eq!(identification(b"1M8GDM9AXKP042788"), Fit::Passes);
        assert_eq!(identification(b"20241122123456789"), Fit::No, "a serial of digits");
        assert_eq!(identification(b"LSVAA49JIO2047371"), Fit::No);
    }

    #[test]
    fn driving_files_begin_with_a_city() {
        assert!(driving_file(b"110100000001").passes());
        assert!(!driving_file(b"202411220001").form());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>, bytes: [u8; 17], twelve: [u8; 12]) {
            let _ = (plate(&cell), identification(&bytes), driving_file(&twelve));
        }
    }
}
