//! Whether a person is a minor, from a cell: under fourteen, or whatever age the rulebook has.

use jiff::civil::Date;
use kouan_table::{Cells, Span};

use super::plan::Age;
use crate::persons::Marks;

/// Tells minors on one day.
#[derive(Clone, Copy, Debug)]
pub struct Minors {
    /// Under this age all personal information of a person is sensitive; `None` where the rulebook
    /// does not say, so that anybody may be a minor.
    ///
    /// LAW: `cn/pipl#art-28`
    under: Option<u8>,
    /// Born on this day or later: a minor. A person turns fourteen at the end of the birthday, so
    /// that the birthday itself still counts.
    since: Date,
    /// The same as eight digits.
    digits: [u8; 8],
    /// The same in days since 1970-01-01.
    days: i32,
}

impl Minors {
    /// For a day, and the age that the rulebook has for it.
    #[must_use]
    pub fn on(day: Date, under: Option<u8>) -> Minors {
        let month_end = |year| Date::new(year, 2, 28);
        let year = day.year() - i16::from(under.unwrap_or(0));
        let since = Date::new(year, day.month(), day.day())
            .or_else(|_| month_end(year))
            .unwrap_or(Date::ZERO);
        let mut digits = *b"00000000";
        let number = i32::from(since.year()) * 10_000
            + i32::from(since.month()) * 100
            + i32::from(since.day());
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let epoch = Date::constant(1970, 1, 1);
        let days = since.since(epoch).map_or(0, |span| span.get_days());
        Minors { under, since, digits, days }
    }

    /// What the cells of a column say of their rows; one mark a row.
    pub fn mark(self, age: Age, cells: &Cells<'_>, marks: &mut [Marks]) {
        if self.under.is_none() {
            marks.iter_mut().for_each(|mark| *mark = *mark | Marks::MAYBE_MINOR);
            return;
        }
        match cells {
            Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
                for (mark, span) in marks.iter_mut().zip(spans.iter()) {
                    *mark = *mark | self.of_text(age, *span, bytes);
                }
            }
            Cells::Days(days) => {
                for (mark, day) in marks.iter_mut().zip(days.iter()) {
                    if age == Age::Birth && day.is_some_and(|day| day >= self.days) {
                        *mark = *mark | Marks::MINOR;
                    }
                }
            }
            Cells::Instants(instants) => {
                const DAY: i64 = 86_400_000_000;
                for (mark, at) in marks.iter_mut().zip(instants.iter()) {
                    if age == Age::Birth
                        && at.is_some_and(|at| at.div_euclid(DAY) >= i64::from(self.days))
                    {
                        *mark = *mark | Marks::MINOR;
                    }
                }
            }
            Cells::Integers(numbers) => {
                for (mark, number) in marks.iter_mut().zip(numbers.iter()) {
                    let Some(number) = number else { continue };
                    *mark = *mark | self.of_number(age, *number);
                }
            }
            Cells::Floats(numbers) => {
                for (mark, number) in marks.iter_mut().zip(numbers.iter()) {
                    let Some(number) = number.filter(|number| number.is_finite()) else { continue };
                    *mark = *mark | self.of_number(age, number as i64);
                }
            }
            Cells::Booleans(_) | Cells::Opaque => {}
        }
    }

    fn of_number(self, age: Age, number: i64) -> Marks {
        let text = number.to_string();
        let span = Span { start: 0, end: text.len() as u32 };
        self.of_text(age, span, text.as_bytes())
    }

    /// A cell that should tell the age and cannot be read leaves it open.
    fn of_text(self, age: Age, span: Span, bytes: &[u8]) -> Marks {
        let Some(cell) = span.of(bytes).filter(|cell| !cell.is_empty()) else { return Marks::NONE };
        match age {
            Age::ResidentId => self.of_resident_id(cell),
            Age::Birth => self.of_birth(cell),
            Age::Years => self.of_years(cell),
        }
    }

    /// The eight digits of the birth stand in the middle; the old number of fifteen digits was last
    /// given out to people who are long past fourteen.
    fn of_resident_id(self, cell: &[u8]) -> Marks {
        // Most cells are eighteen characters and nothing else.
        if let Ok(cell) = <&[u8; 18]>::try_from(cell)
            && cell.iter().fold(0, |sum, byte| sum | u8::from(byte.wrapping_sub(b'0') > 9)) == 0
            && let Some((_, [birth @ .., _, _, _, _])) = cell.split_at_checked(6)
            && let Some(birth) = birth.first_chunk()
        {
            // As numbers they compare like the characters, the first before all others.
            let [since, birth, until] = [self.digits, *birth, *b"22000000"].map(u64::from_be_bytes);
            return if (since..until).contains(&birth) { Marks::MINOR } else { Marks::NONE };
        }
        let mut digits = [0_u8; 18];
        let mut length = 0;
        for &byte in cell {
            if byte.is_ascii_digit() || matches!(byte, b'x' | b'X') {
                match digits.get_mut(length) {
                    Some(place) => *place = byte,
                    None => return Marks::MAYBE_MINOR,
                }
                length += 1;
            } else if !matches!(byte, b' ' | b'-') {
                return Marks::MAYBE_MINOR;
            }
        }
        match (length, digits.get(6..14)) {
            (18, Some(birth))
                if birth >= self.digits.as_slice() && birth < b"22000000".as_slice() =>
            {
                Marks::MINOR
            }
            (18 | 15, _) => Marks::NONE,
            _ => Marks::MAYBE_MINOR,
        }
    }

    fn of_birth(self, cell: &[u8]) -> Marks {
        match birth(cell) {
            Some(birth) if birth >= self.since => Marks::MINOR,
            Some(_) => Marks::NONE,
            None => Marks::MAYBE_MINOR,
        }
    }

    fn of_years(self, cell: &[u8]) -> Marks {
        let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let years = cell.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok());
        match (years.and_then(|years| years.parse::<i64>().ok()), self.under) {
            (Some(years), Some(under)) if years < i64::from(under) => Marks::MINOR,
            (Some(_), Some(_)) => Marks::NONE,
            _ => Marks::MAYBE_MINOR,
        }
    }
}

/// A day of birth in the usual writings: year first, with or without separators, a time behind.
fn birth(cell: &[u8]) -> Option<Date> {
    let mut parts = [0_i32; 3];
    let mut lengths = [0_usize; 3];
    let mut part = 0;
    let mut within = false;
    for &byte in cell {
        if byte.is_ascii_digit() {
            if let (Some(number), Some(length)) = (parts.get_mut(part), lengths.get_mut(part)) {
                if *length >= 8 {
                    return None;
                }
                *number = *number * 10 + i32::from(byte - b'0');
                *length += 1;
            }
            within = true;
        } else if within {
            part += 1;
            within = false;
            if part == 3 {
                break;
            }
        }
    }
    let (year, month, day) = match (lengths, parts) {
        ([8, ..], [number, ..]) => (number / 10_000, number / 100 % 100, number % 100),
        ([4, 1..=2, 1..=2], [year, month, day]) => (year, month, day),
        ([1..=2, 1..=2, 4], [month, day, year]) if month <= 12 => (year, month, day),
        ([1..=2, 1..=2, 4], [day, month, year]) => (year, month, day),
        _ => return None,
    };
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under() -> Minors {
        Minors::on(Date::constant(2026, 11, 22), Some(14))
    }

    fn mark(age: Age, cell: &str) -> Marks {
        under().of_text(age, Span { start: 0, end: cell.len() as u32 }, cell.as_bytes())
    }

    #[test]
    fn the_fourteenth_birthday_is_the_last_day_under_fourteen() {
        for (cell, expected) in [
            ("2012-11-22", Marks::MINOR),
            ("2012-11-21", Marks::NONE),
            ("20130101", Marks::MINOR),
            ("2012年11月22日", Marks::MINOR),
            ("1980/1/2 00:00:00", Marks::NONE),
            ("11/23/2012", Marks::MINOR),
            ("soon", Marks::MAYBE_MINOR),
            ("", Marks::NONE),
        ] {
            assert_eq!(mark(Age::Birth, cell), expected, "{cell}");
        }
    }

    #[test]
    fn resident_ids_and_years_tell_the_age() {
        assert_eq!(mark(Age::ResidentId, "110101201301010018"), Marks::MINOR);
        assert_eq!(mark(Age::ResidentId, "110101 19900101 001x"), Marks::NONE);
        assert_eq!(mark(Age::ResidentId, "110101900101001"), Marks::NONE);
        assert_eq!(mark(Age::ResidentId, "110***********0018"), Marks::MAYBE_MINOR);
        assert_eq!(mark(Age::Years, "13岁"), Marks::MINOR);
        assert_eq!(mark(Age::Years, "14"), Marks::NONE);
    }

    proptest::proptest! {
        /// A space sends a cell the way of all writings.
        #[test]
        fn a_resident_id_tells_the_age_however_it_is_written(
            region in "[0-9]{6}",
            birth in "(19|20|22)[0-9]{6}",
            rest in "[0-9]{4}",
        ) {
            let usual = mark(Age::ResidentId, &format!("{region}{birth}{rest}"));
            let spaced = mark(Age::ResidentId, &format!("{region} {birth} {rest}"));
            proptest::prop_assert_eq!(usual, spaced);
        }
    }

    #[test]
    fn another_age_draws_another_line_and_without_one_anybody_may_be_a_minor() {
        let day = Date::constant(2026, 11, 22);
        let mark = |under: Option<u8>, age: Age, cell: &str| {
            let spans = [Span { start: 0, end: cell.len() as u32 }];
            let mut marks = [Marks::NONE];
            let cells = Cells::Text { bytes: cell.as_bytes(), spans: &spans };
            Minors::on(day, under).mark(age, &cells, &mut marks);
            marks[0]
        };
        assert_eq!(mark(Some(16), Age::Years, "15"), Marks::MINOR);
        assert_eq!(mark(Some(16), Age::Birth, "2010-11-22"), Marks::MINOR);
        assert_eq!(mark(Some(14), Age::Birth, "2010-11-22"), Marks::NONE);
        assert_eq!(mark(None, Age::Birth, "1980-01-01"), Marks::MAYBE_MINOR);
    }

    #[test]
    fn the_day_before_the_leap_day_stands_in_for_it() {
        assert_eq!(
            Minors::on(Date::constant(2024, 2, 29), Some(14)).since,
            Date::constant(2010, 2, 28)
        );
    }
}
