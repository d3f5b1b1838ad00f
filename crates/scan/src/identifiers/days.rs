//! Days and times, in the ways they are written in China.

use jiff::civil::Date;

/// A day as one number, `yyyymmdd`: days compare as their numbers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ymd(pub u32);

impl Ymd {
    /// The day of a calendar.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let year = u32::from(day.year().unsigned_abs());
        Self(
            year * 10_000
                + u32::from(day.month().unsigned_abs()) * 100
                + u32::from(day.day().unsigned_abs()),
        )
    }

    /// From days since 1970-01-01; `None` outside the calendar of `jiff`.
    #[must_use]
    pub fn of_epoch_days(days: i32) -> Option<Self> {
        // Civil from days, by eras of 400 years that begin on 1 March.
        let days = i64::from(days) + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        let whole = (0..=9_999).contains(&year).then(|| year * 10_000 + month * 100 + day)?;
        u32::try_from(whole).ok().map(Self)
    }

    /// Its year.
    #[must_use]
    #[inline]
    pub const fn year(self) -> u32 {
        self.0 / 10_000
    }

    /// Whether it is a day of the calendar, in 1900 to 2099.
    #[must_use]
    #[inline]
    pub const fn exists(self) -> bool {
        let (year, month, day) = (self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        // Lengths of the months, two bits each above 28; February gets its 29th by the leap year.
        const ABOVE_28: u32 = 0x3bb_eecc;
        let longest = 28 + (ABOVE_28 >> (2 * (month & 15)) & 3);
        let leap = year.is_multiple_of(4) && year != 1900;
        let longest = longest + (month == 2 && leap) as u32;
        year >= 1900 && year <= 2099 && month >= 1 && month <= 12 && day >= 1 && day <= longest
    }

    /// The day `years` earlier in the year `year - years`; 29 February may come out on a day that
    /// does not exist, which compares rightly.
    #[must_use]
    pub const fn years_before(self, years: u32) -> Self {
        Self(self.0.saturating_sub(years * 10_000))
    }
}

/// What a cell says about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// A day in separated writing; whether it exists is [`Ymd::exists`].
    Day(Ymd),
    /// A day and a time of day.
    Instant(Ymd),
    /// A time of day.
    OfDay,
    /// Two years: an academic or financial year.
    YearRange,
}

/// Reads a day, an instant or a time of day in separated writing.
///
/// `1990-05-12`, `1990/5/12`, `1990.05.12`, `12/05/1990`, `1990年5月12日`, each perhaps with a time
/// behind it; `08:30`, `08:30:00`; `2025-2026`.
#[must_use]
pub fn read(cell: &[u8]) -> Option<Time> {
    if !(4..=40).contains(&cell.len()) || !cell.first()?.is_ascii_digit() {
        return None;
    }
    if let Some(day) = cell.as_array().and_then(ten) {
        return Some(Time::Day(day));
    }
    let (first, rest) = number(cell)?;
    let (separator, after) = separator(rest)?;
    if separator == Separator::Colon {
        return clock(cell).then_some(Time::OfDay);
    }
    let (second, rest) = number(after)?;
    if rest.is_empty() {
        return range(first, second, separator);
    }
    let (again, after) = self::separator(rest)?;
    if again != separator.next() {
        return None;
    }
    let (third, rest) = number(after)?;
    let rest =
        rest.strip_prefix("日".as_bytes()).or(rest.strip_prefix("号".as_bytes())).unwrap_or(rest);
    let (year, month, day) = match (first.length, third.length) {
        (4, 1 | 2) => (first.value, second.value, third.value),
        // Both orders are in use; a first number above 12 must be the day.
        (1 | 2, 4) if first.value > 12 => (third.value, second.value, first.value),
        (1 | 2, 4) => (third.value, first.value, second.value),
        _ => return None,
    };
    if second.length > 2 || !(1000..=2999).contains(&year) || month > 12 || day > 31 {
        return None;
    }
    let day = Ymd(year * 10_000 + month * 100 + day);
    if rest.is_empty() {
        return Some(Time::Day(day));
    }
    let rest = rest.strip_prefix(b"T").unwrap_or(rest).trim_ascii_start();
    clock(rest).then_some(Time::Instant(day))
}

/// `yyyy-mm-dd` with any of the three marks, the writing of nearly all columns of days.
#[inline]
pub(crate) fn ten(cell: &[u8; 10]) -> Option<Ymd> {
    let [a, b, c, d, first, e, f, second, g, h] = *cell;
    let digits = [a, b, c, d, e, f, g, h];
    let strangers = digits.iter().fold(0, |sum, byte| sum | u8::from(byte.wrapping_sub(b'0') > 9));
    if strangers != 0 || first != second || !matches!(first, b'-' | b'/' | b'.') {
        return None;
    }
    let day = Ymd(super::resident::eight_digits(&digits));
    (day.0 / 100 % 100 <= 12 && day.0 % 100 <= 31 && (1000..=2999).contains(&day.year()))
        .then_some(day)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Dash,
    Slash,
    Dot,
    Year,
    Month,
    Colon,
}

impl Separator {
    /// What stands between the second and the third number.
    fn next(self) -> Self {
        if self == Self::Year { Self::Month } else { self }
    }
}

#[derive(Clone, Copy)]
struct Number {
    value: u32,
    length: usize,
}

fn number(cell: &[u8]) -> Option<(Number, &[u8])> {
    let length = cell.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = cell.split_at_checked(length)?;
    let value = digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    (1..=4).contains(&length).then_some((Number { value, length }, rest))
}

fn separator(cell: &[u8]) -> Option<(Separator, &[u8])> {
    match cell {
        [b'-', rest @ ..] => Some((Separator::Dash, rest)),
        [b'/', rest @ ..] => Some((Separator::Slash, rest)),
        [b'.', rest @ ..] => Some((Separator::Dot, rest)),
        [b':', rest @ ..] => Some((Separator::Colon, rest)),
        [0xe5, 0xb9, 0xb4, rest @ ..] => Some((Separator::Year, rest)),
        [0xe6, 0x9c, 0x88, rest @ ..] => Some((Separator::Month, rest)),
        _ => None,
    }
}

fn range(first: Number, second: Number, separator: Separator) -> Option<Time> {
    let years = first.length == 4
        && (1900..=2099).contains(&first.value)
        && match second.length {
            4 => (first.value + 1..=first.value + 4).contains(&second.value),
            2 => second.value == (first.value + 1) % 100,
            _ => false,
        };
    (years && matches!(separator, Separator::Dash | Separator::Slash)).then_some(Time::YearRange)
}

/// `H:MM`, `HH:MM:SS`, with a fraction and a zone perhaps.
fn clock(cell: &[u8]) -> bool {
    let Some((hour, rest)) = number(cell) else { return false };
    let Some(rest) = rest.strip_prefix(b":") else { return false };
    let Some((minute, rest)) = number(rest) else { return false };
    if hour.value > 24 || hour.length > 2 || minute.value > 59 || minute.length != 2 {
        return false;
    }
    let rest = match rest.strip_prefix(b":").and_then(number) {
        Some((second, rest)) if second.value <= 60 && second.length == 2 => rest,
        Some(_) => return false,
        None => rest,
    };
    rest.iter().all(|byte| {
        byte.is_ascii_digit() || matches!(byte, b'.' | b':' | b'+' | b'-' | b'Z' | b' ')
    })
}

/// Eight digits as a day that exists, from 1900 to 2099.
#[must_use]
pub fn eight(digits: u32) -> Option<Ymd> {
    Some(Ymd(digits)).filter(|day| day.exists())
}

/// Six digits as a day: two of the year, in the century that makes it not later than `today`.
#[must_use]
pub fn six(digits: u32, today: Ymd) -> Option<Ymd> {
    let this = Ymd(20_000_000 + digits);
    let day = if this <= today { this } else { Ymd(19_000_000 + digits) };
    (digits < 1_000_000 && day.exists()).then_some(day)
}

/// Seconds since 1970 that lie in 2001-09-09 to 2033-05-18: the ten digits of a time stamp.
pub const UNIX_SECONDS: std::ops::Range<u64> = 1_000_000_000..2_000_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_read_in_every_writing() {
        for cell in ["1990-05-12", "1990/5/12", "1990.05.12", "12/05/1990", "1990年5月12日"] {
            let expected = if cell == "12/05/1990" { 19_901_205 } else { 19_900_512 };
            assert_eq!(read(cell.as_bytes()), Some(Time::Day(Ymd(expected))), "{cell}");
        }
        assert_eq!(read(b"31/05/1990"), Some(Time::Day(Ymd(19_900_531))));
        for cell in ["1990-05-12 08:30", "1990-05-12T08:30:00.123+08:00", "1990年5月12日 08:30:00"]
        {
            assert_eq!(read(cell.as_bytes()), Some(Time::Instant(Ymd(19_900_512))), "{cell}");
        }
        assert_eq!(read(b"08:30:00"), Some(Time::OfDay));
        assert_eq!(read(b"2025-2026"), Some(Time::YearRange));
        assert_eq!(read(b"2025/26"), Some(Time::YearRange));
        for cell in ["1.2.3.4", "192.168.1.1", "1.2.3", "2025-2050", "10-20-30", "2025-13-01"] {
            assert_eq!(read(cell.as_bytes()), None, "{cell}");
        }
    }

    #[test]
    fn days_of_the_calendar_are_the_days_that_exist() {
        for day in 19_000_101..21_000_101_u32 {
            let civil = i16::try_from(day / 10_000).ok().and_then(|year| {
                let (month, day) = ((day / 100 % 100) as i8, (day % 100) as i8);
                Date::new(year, month, day).ok()
            });
            assert_eq!(Ymd(day).exists(), civil.is_some(), "{day}");
        }
        assert!(!Ymd(18_991_231).exists());
    }

    #[test]
    fn six_digits_are_a_day_of_this_or_the_last_century() {
        let today = Ymd(20_261_122);
        assert_eq!(six(900_512, today), Some(Ymd(19_900_512)));
        assert_eq!(six(200_512, today), Some(Ymd(20_200_512)));
        assert_eq!(six(261_123, today), Some(Ymd(19_261_123)));
        assert_eq!(six(901_512, today), None);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>) {
            let _ = read(&cell);
        }

        #[test]
        fn days_since_1970_are_days_of_the_calendar(days in -700_000..2_900_000_i32) {
            let civil = Date::constant(1970, 1, 1)
                .checked_add(jiff::Span::new().days(days))
                .ok();
            let expected = civil.filter(|day| day.year() >= 0).map(Ymd::of);
            prop_assert_eq!(Ymd::of_epoch_days(days), expected);
        }
    }
}
