//! Telephone numbers: mobile, landline, of things, of services, of Hong Kong, Macau and Taiwan.
//!
//! The tables are `tables/mobile-prefixes.txt` and `tables/area-codes.txt`.

use std::sync::LazyLock;

use super::Fit;
use super::resident::eight_digits;

static PREFIXES: &str = include_str!("../../tables/mobile-prefixes.txt");
static AREA_CODES: &str = include_str!("../../tables/area-codes.txt");

/// What a number is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Use {
    #[default]
    Free,
    Person,
    Thing,
}

/// By the second to the fifth digit.
static USES: LazyLock<Vec<Use>> = LazyLock::new(|| {
    let mut uses = vec![Use::Free; 10_000];
    for (prefix, kind) in PREFIXES.lines().filter_map(|line| line.split_once(' ')) {
        let kind = match kind {
            "person" | "satellite" | "emergency" => Use::Person,
            "thing" => Use::Thing,
            _ => continue,
        };
        let Some(digits) = prefix.strip_prefix('1').filter(|digits| digits.len() <= 4) else {
            continue;
        };
        let Ok(first) = digits.parse::<usize>() else { continue };
        let width = 10_usize.pow(4 - digits.len() as u32);
        if let Some(part) = uses.get_mut(first * width..(first + 1) * width) {
            part.fill(kind);
        }
    }
    uses
});

/// The area codes that exist, by number: `10`, `20`, `310`.
static AREAS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut areas = vec![false; 1_000];
    for code in AREA_CODES.lines().filter_map(|line| line.split(' ').next()?.parse::<usize>().ok())
    {
        if let Some(area) = areas.get_mut(code) {
            *area = true;
        }
    }
    areas
});

/// The prefixes of mobile numbers, fetched once and asked for many cells.
#[derive(Clone, Copy)]
pub struct Prefixes(&'static [Use]);

impl std::fmt::Debug for Prefixes {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Prefixes")
    }
}

impl Prefixes {
    /// Reads the table at the first call.
    #[must_use]
    pub fn get() -> Self {
        Self(&USES)
    }

    #[inline]
    fn of(&self, number: &[u8; 11]) -> Use {
        let first = number.first_chunk().map_or(0, eight_digits);
        self.0.get((first / 1_000 % 10_000) as usize).copied().unwrap_or_default()
    }
}

/// A mobile number of eleven digits: `1[3-9]` has the form, an allocated prefix passes.
#[must_use]
#[inline]
pub fn mobile(number: &[u8; 11], prefixes: &Prefixes) -> Fit {
    let digits =
        number.iter().fold(0, |sum, byte| sum | u8::from(byte.wrapping_sub(b'0') > 9)) == 0;
    let form = digits && number[0] == b'1' && number[1] >= b'3';
    Fit::new(form, form && prefixes.of(number) == Use::Person)
}

/// A number of thirteen digits in the ranges for things.
#[must_use]
pub fn thing(number: &[u8; 13], prefixes: &Prefixes) -> Fit {
    let form = number.iter().all(u8::is_ascii_digit)
        && number.first() == Some(&b'1')
        && number.first_chunk().is_some_and(|first| prefixes.of(first) == Use::Thing);
    Fit::new(form, form)
}

/// A landline number in plain writing with its zero: `0`, an area code, seven or eight digits,
/// perhaps an extension; passes when the area code exists.
#[must_use]
pub fn landline(number: &[u8]) -> Fit {
    let Some(rest) = number.strip_prefix(b"0") else { return Fit::No };
    if !rest.iter().all(u8::is_ascii_digit) {
        return Fit::No;
    }
    let code = |length: usize| {
        rest.get(..length).map_or(0, |code| {
            code.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'))
        })
    };
    let (area, local) = match rest.first() {
        Some(b'1') => (code(2), rest.get(2..)),
        Some(b'2') => (code(2), rest.get(2..)),
        Some(b'3'..=b'9') => (code(3), rest.get(3..)),
        _ => return Fit::No,
    };
    let local = local.unwrap_or_default();
    // An extension of up to four digits is written behind the number.
    let form = (7..=12).contains(&local.len()) && local.first() != Some(&b'0');
    let known = AREAS.get(area).copied().unwrap_or_default();
    Fit::new(form, form && known && local.len() <= 8 && local.first() != Some(&b'1'))
}

/// What a number with a country code or the mark of a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abroad {
    /// +852 and eight digits.
    HongKong,
    /// +853 and eight digits.
    Macau,
    /// +886 and nine digits, or 09 and eight digits.
    Taiwan,
    /// Another country.
    Other,
}

/// Looks at a number in plain writing that begins with `+` or `00`, or a Taiwan number `09…`.
#[must_use]
pub fn abroad(number: &[u8]) -> Option<Abroad> {
    let rest = match number {
        [b'+', rest @ ..] | [b'0', b'0', rest @ ..] => rest,
        [b'0', b'9', rest @ ..] if rest.len() == 8 && rest.iter().all(u8::is_ascii_digit) => {
            return Some(Abroad::Taiwan);
        }
        _ => return None,
    };
    if !rest.iter().all(u8::is_ascii_digit) {
        return None;
    }
    match rest {
        [b'8', b'5', b'2', b'2'..=b'9', local @ ..] => {
            (local.len() == 7).then_some(Abroad::HongKong)
        }
        [b'8', b'5', b'3', b'2' | b'6' | b'8', local @ ..] => {
            (local.len() == 7).then_some(Abroad::Macau)
        }
        [b'8', b'8', b'6', local @ ..] => (7..=10).contains(&local.len()).then_some(Abroad::Taiwan),
        [b'8', b'6', ..] | [b'0', ..] => None,
        _ => (8..=15).contains(&rest.len()).then_some(Abroad::Other),
    }
}

/// Numbers of services, nobody's own: 400 and 800 numbers, 95xxx, 96xxx, 12345, 110.
#[must_use]
pub fn service(number: &[u8]) -> Fit {
    let form = number.iter().all(u8::is_ascii_digit)
        && match number {
            [b'4' | b'8', b'0', b'0', rest @ ..] => rest.len() == 7,
            [b'9', b'5' | b'6', rest @ ..] => (3..=4).contains(&rest.len()),
            [b'1', b'0', b'0', _, _] | [b'1', b'2', b'3', _, _] => true,
            _ => false,
        };
    Fit::new(form, form)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mobile_fit(number: &str) -> Fit {
        mobile(number.as_bytes().try_into().expect("11 digits"), &Prefixes::get())
    }

    #[test]
    fn mobile_numbers_in_two_tiers() {
        let prefixes = [
            "130", "139", "145", "147", "149", "150", "153", "155", "159", "162", "165", "166",
            "167", "170", "173", "175", "178", "180", "189", "190", "193", "195", "199", "1610",
            "17400", "17405", "1349", "1749", "17406", "17412",
        ];
        for prefix in prefixes {
            assert_eq!(mobile_fit(&format!("{prefix:0<11}")), Fit::Passes, "{prefix}");
        }
        for prefix in ["142", "143", "154", "164", "194", "160", "179", "1611", "17413"] {
            assert_eq!(mobile_fit(&format!("{prefix:0<11}")), Fit::Form, "{prefix}");
        }
        for number in ["12345678901", "23900001234", "1390000123X", "10086000000"] {
            assert_eq!(mobile_fit(number), Fit::No, "{number}");
        }
    }

    #[test]
    fn numbers_of_things_have_thirteen_digits() {
        for number in [b"1410000000000", b"1440000000000", b"1460000000000", b"1480000000000"] {
            assert!(thing(number, &Prefixes::get()).passes());
        }
        assert!(!thing(b"1600000000000", &Prefixes::get()).form(), "a time stamp");
        assert!(!thing(b"1390000123400", &Prefixes::get()).form());
    }

    #[test]
    fn landlines_have_an_area_code() {
        for number in ["01012345678", "02112345678"] {
            assert_eq!(landline(number.as_bytes()), Fit::Form, "locals do not begin with 1");
        }
        for number in ["01062345678", "02162345678", "03112345678", "03102345678", "04322345678"] {
            assert_eq!(landline(number.as_bytes()), Fit::Passes, "{number}");
        }
        assert_eq!(landline(b"02662345678"), Fit::Form, "26 is not given out");
        assert_eq!(landline(b"010623456780801"), Fit::Form, "with an extension");
        assert_eq!(landline(b"62345678"), Fit::No);
    }

    #[test]
    fn numbers_abroad_need_their_country() {
        assert_eq!(abroad(b"+85261234567"), Some(Abroad::HongKong));
        assert_eq!(abroad(b"0085361234567"), Some(Abroad::Macau));
        assert_eq!(abroad(b"+886912345678"), Some(Abroad::Taiwan));
        assert_eq!(abroad(b"0912345678"), Some(Abroad::Taiwan));
        assert_eq!(abroad(b"+12025550123"), Some(Abroad::Other));
        assert_eq!(abroad(b"61234567"), None);
        assert_eq!(abroad(b"+8613900001234"), None, "the mainland is not abroad");
    }

    #[test]
    fn services_are_nobody_s_own() {
        for number in ["4008000000", "95588", "10086", "12345", "12306", "961234"] {
            assert!(service(number.as_bytes()).passes(), "{number}");
        }
        assert!(!service(b"13900001234").form());
    }

    #[test]
    fn the_table_has_the_area_codes_of_the_numbering_plan() {
        let areas = AREAS.iter().filter(|area| **area).count();
        assert_eq!(areas, 321);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>, eleven: [u8; 11], thirteen: [u8; 13]) {
            let _ = (landline(&cell), abroad(&cell), service(&cell));
            let _ = (mobile(&eleven, &Prefixes::get()), thing(&thirteen, &Prefixes::get()));
        }
    }
}
