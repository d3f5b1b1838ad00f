//! Resident IDs (GB 11643), residence permits and foreign permanent residence cards.

use super::days::{self, Ymd};
use super::{Fit, checks, divisions};

/// What a number of eighteen characters is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// A resident ID.
    Resident,
    /// A residence permit for Hong Kong, Macau and Taiwan residents.
    HmtResidencePermit,
    /// A foreign permanent residence card given out since 2023-12-01.
    ForeignPermanent,
}

/// A number of eighteen characters in one of the three forms.
#[derive(Clone, Copy)]
pub struct Eighteen {
    /// What it is.
    pub card: Card,
    /// How far: passes when the region was given out, the day of birth is not after today and the
    /// check character is right.
    pub passes: bool,
    /// The day of birth.
    pub birth: Ymd,
}

/// Looks at eighteen characters in plain writing.
///
/// The form asks for a province (or the 9 of a foreign card) and a day that exists; so an order
/// number that begins with a day has not got it.
#[must_use]
#[inline]
pub fn eighteen(number: &[u8; 18], regions: &Regions, today: Ymd) -> Option<Eighteen> {
    let [first, second, .., check] = *number;
    // The first two digits turn most numbers of other kinds away.
    let two = u32::from(first.wrapping_sub(b'0')) * 10 + u32::from(second.wrapping_sub(b'0'));
    if !(divisions::province(two) || two == 83 || (90..=99).contains(&two)) {
        return None;
    }
    let digits: &[u8; 17] = number.first_chunk()?;
    // One byte at a time would branch at each; the sum of "is no digit" does not.
    let strangers = digits.iter().fold(0, |sum, byte| sum | u8::from(byte.wrapping_sub(b'0') > 9));
    if strangers != 0 || !(check.is_ascii_digit() || check == b'X') {
        return None;
    }
    let region = eight_digits(number.first_chunk()?) / 100;
    let birth = Ymd(eight_digits(number.get(6..)?.first_chunk()?));
    let card = match region / 10_000 {
        81..=83 if matches!(region, 810_000 | 820_000 | 830_000) => Card::HmtResidencePermit,
        90..=99 => Card::ForeignPermanent,
        province if divisions::province(province) => Card::Resident,
        _ => return None,
    };
    if !birth.exists() {
        return None;
    }
    let known = card != Card::Resident || regions.known(region);
    let passes = known && birth <= today && checks::resident(digits) == check;
    Some(Eighteen { card, passes, birth })
}

/// Looks at the fifteen digits of an old resident ID: a province and a day of 19yy make the form,
/// a region that was given out passes. There is no check character.
#[must_use]
#[inline]
pub fn fifteen(number: &[u8; 15], regions: &Regions) -> Option<(Fit, Ymd)> {
    if !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let region = eight_digits(number.first_chunk()?) / 100;
    let birth = Ymd(19_000_000 + eight_digits(number.get(6..)?.first_chunk()?) / 100);
    let form = divisions::province(region / 10_000) && birth.exists();
    form.then(|| (Fit::new(true, regions.known(region)), birth))
}

/// Whether a resident ID passes in the strict way too: the region was in use at birth.
#[must_use]
pub fn strictly(number: &[u8; 18], regions: &Regions, today: Ymd) -> bool {
    let region = number.first_chunk().map_or(0, |first| eight_digits(first) / 100);
    eighteen(number, regions, today).is_some_and(|found| {
        let year = u16::try_from(found.birth.year()).unwrap_or(0);
        found.passes && (found.card != Card::Resident || divisions::existed(region, year))
    })
}

/// Three letters, four digits of a region, a day of birth and two more digits: the foreign
/// permanent residence card of 2017 and older.
#[must_use]
pub fn foreign_old(number: &[u8; 15]) -> Fit {
    let (letters, digits) = number.split_at(3);
    let form = letters.iter().all(u8::is_ascii_uppercase)
        && digits.iter().all(u8::is_ascii_digit)
        && digits.get(2..).and_then(<[u8]>::first_chunk).is_some_and(|part| {
            let day = eight_digits(part) % 1_000_000;
            Ymd(19_000_000 + day).exists() || Ymd(20_000_000 + day).exists()
        });
    Fit::new(form, form)
}

/// The eighteen characters an old resident ID becomes: born in 19yy, with its check character.
#[must_use]
pub fn upgraded(number: &[u8; 15]) -> [u8; 18] {
    let [a, b, c, d, e, f, rest @ ..] = *number;
    let mut digits = [b'0'; 17];
    let head = [a, b, c, d, e, f, b'1', b'9'];
    for (to, from) in digits.iter_mut().zip(head.into_iter().chain(rest)) {
        *to = from;
    }
    let check = checks::resident(&digits);
    let mut number = [check; 18];
    for (to, from) in number.iter_mut().zip(digits) {
        *to = from;
    }
    number
}

/// The regions ever given out, fetched once and asked for many cells.
#[derive(Clone, Copy)]
pub struct Regions(&'static [u64]);

impl Regions {
    /// Reads the table at the first call.
    #[must_use]
    pub fn get() -> Self {
        Self(divisions::bits())
    }

    /// Whether the region was ever given out.
    #[must_use]
    #[inline]
    pub fn known(&self, region: u32) -> bool {
        divisions::bit(self.0, region)
    }
}

impl std::fmt::Debug for Regions {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Regions")
    }
}

/// Eight ASCII digits as a number, all at once; characters that are no digits give any number.
#[must_use]
#[inline]
pub(crate) fn eight_digits(digits: &[u8; 8]) -> u32 {
    let bytes = u64::from_le_bytes(*digits).wrapping_sub(0x3030_3030_3030_3030);
    let pairs = bytes.wrapping_mul(10).wrapping_add(bytes >> 8);
    const EVEN: u64 = 0x0000_00ff_0000_00ff;
    let upper = (pairs & EVEN).wrapping_mul(100 + (1_000_000 << 32));
    let lower = (pairs >> 16 & EVEN).wrapping_mul(1 + (10_000 << 32));
    (upper.wrapping_add(lower) >> 32) as u32
}

/// Days inside a number of eight digits.
#[must_use]
pub fn birth_of(number: &[u8]) -> Option<Ymd> {
    let digits = match number.len() {
        18 => eight_digits(number.get(6..)?.first_chunk()?),
        15 => 19_000_000 + eight_digits(number.get(6..)?.first_chunk()?) / 100,
        _ => return None,
    };
    days::eight(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TODAY: Ymd = Ymd(20_261_122);

    fn check(number: &str) -> Option<(Card, bool)> {
        let number = number.as_bytes().try_into().expect("18 characters");
        eighteen(number, &Regions::get(), TODAY).map(|found| (found.card, found.passes))
    }

    #[test]
    fn published_numbers_pass() {
        for number in
            ["11010519491231002X", "44040119580101000X", "140120197901010008", "610104196209276908"]
        {
            assert_eq!(check(number), Some((Card::Resident, true)), "{number}");
        }
        for number in ["810000199408230021", "830000199201300022"] {
            assert_eq!(check(number), Some((Card::HmtResidencePermit, true)), "{number}");
        }
    }

    #[test]
    fn a_wrong_check_region_or_future_day_has_the_form_only() {
        for number in ["110105194912310021", "119999194912310021", "110105209912310021"] {
            assert_eq!(check(number), Some((Card::Resident, false)), "{number}");
        }
    }

    #[test]
    fn serials_and_impossible_days_have_not_got_the_form() {
        for number in [
            "202411221234567890", // an order number that begins with its day
            "201812250000000019",
            "110105194913310021", // month 13
            "110105194902290021", // no leap year
            "110105184912310021", // before 1900
            "160105194912310021", // no province
            "11010519491231002x", // lower case is not plain
            "1101051949123100XX",
        ] {
            assert_eq!(check(number), None, "{number}");
        }
    }

    #[test]
    fn cards_of_foreigners_begin_with_nine() {
        let mut number = *b"911156198808080010";
        let check_character = checks::resident(number.first_chunk().expect("17"));
        number[17] = check_character;
        let found = eighteen(&number, &Regions::get(), TODAY).expect("the form");
        assert_eq!((found.card, found.passes), (Card::ForeignPermanent, true));
        assert!(foreign_old(b"USA110088010112").passes());
        assert!(!foreign_old(b"USA110088130112").form());
        assert!(!foreign_old(b"US1110088010112").form());
    }

    #[test]
    fn old_numbers_have_a_region_and_a_day() {
        let fit = |number: &[u8; 15]| fifteen(number, &Regions::get()).map(|found| found.0);
        assert_eq!(fit(b"610104620927690"), Some(Fit::Passes));
        assert_eq!(fit(b"119999620927690"), Some(Fit::Form));
        assert_eq!(fit(b"610104621327690"), None);
        assert_eq!(fit(b"490154203237518"), None, "an IMEI");
        assert_eq!(&upgraded(b"610104620927690"), b"610104196209276908");
    }

    #[test]
    fn strictly_the_region_was_there_at_birth() {
        let with_check = |digits: &str| {
            let mut number = [0; 18];
            number[..17].copy_from_slice(digits.as_bytes());
            number[17] = checks::resident(number.first_chunk().expect("17"));
            strictly(&number, &Regions::get(), TODAY)
        };
        assert!(with_check("11010319900101001"));
        assert!(!with_check("11010320150101001"), "Chongwen was merged in 2010");
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes: [u8; 18]) {
            let _ = (eighteen(&bytes, &Regions::get(), TODAY), birth_of(&bytes));
            let fifteen_bytes = bytes.first_chunk().expect("15");
            let _ = (fifteen(fifteen_bytes, &Regions::get()), foreign_old(fifteen_bytes));
        }

        #[test]
        fn eight_digits_are_their_number(number in 0..100_000_000_u32) {
            let digits = format!("{number:08}");
            prop_assert_eq!(eight_digits(digits.as_bytes().try_into().expect("8")), number);
        }

        #[test]
        fn one_digit_changed_fails(place in 0..17_usize, by in 1..10_u8) {
            let mut number = *b"11010519491231002X";
            number[place] = b'0' + (number[place] - b'0' + by) % 10;
            let found = eighteen(&number, &Regions::get(), TODAY);
            prop_assert!(found.is_none_or(|found| !found.passes));
        }
    }
}
