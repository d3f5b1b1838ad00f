//! Working days as the public holiday notices make them.

use std::collections::BTreeSet;

use kouan_terms::Day;

use crate::format::CalendarFile;

/// Which days are working days, for the years whose calendars are held.
///
/// A working day is a weekday that no holiday run covers, or a weekend day that a notice makes a
/// working day. A run that begins in the last days of December belongs to the notice of the year
/// after; both calendars are asked for every day.
///
/// # How many working days are five working days over the Spring Festival?
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let book = kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied()).unwrap();
/// let days = kouan_rulebook::WorkDays::new(&book.calendars);
/// assert_eq!(days.add("2026-02-13".parse()?, 5)?.to_string(), "2026-02-27");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkDays {
    years: BTreeSet<i16>,
    off: Vec<(Day, Day)>,
    worked: BTreeSet<Day>,
}

/// A count of working days ran into a year whose calendar is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideCalendar {
    /// The year.
    pub year: i16,
}

impl std::fmt::Display for OutsideCalendar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the calendar of {} is not held", self.year)
    }
}

impl std::error::Error for OutsideCalendar {}

impl WorkDays {
    /// Reads the calendars of a book.
    #[must_use]
    pub fn new(calendars: &[CalendarFile]) -> WorkDays {
        let runs = calendars.iter().flat_map(|calendar| &calendar.holidays);
        WorkDays {
            years: calendars.iter().map(|calendar| calendar.year).collect(),
            off: runs.map(|run| (run.from.0, run.to.0)).collect(),
            worked: calendars.iter().flat_map(|c| c.workdays.iter().map(|day| day.0)).collect(),
        }
    }

    /// Whether offices work on a day; `None` outside the years held.
    #[must_use]
    pub fn is_working_day(&self, day: Day) -> Option<bool> {
        if !self.years.contains(&day.year()) {
            return None;
        }
        let off = || self.off.iter().any(|(from, to)| *from <= day && day <= *to);
        Some(self.worked.contains(&day) || !(is_weekend(day) || off()))
    }

    /// The `n`-th working day after a day; the day after it is the first that can count.
    ///
    /// # Errors
    ///
    /// [`OutsideCalendar`] when the count needs a year that is not held.
    pub fn add(&self, day: Day, n: u32) -> Result<Day, OutsideCalendar> {
        self.count(day, n, Day::tomorrow)
    }

    /// The `n`-th working day before a day; the day before it is the first that can count.
    ///
    /// # Errors
    ///
    /// [`OutsideCalendar`] when the count needs a year that is not held.
    pub fn subtract(&self, day: Day, n: u32) -> Result<Day, OutsideCalendar> {
        self.count(day, n, Day::yesterday)
    }

    /// Walks day by day; the years held bound the walk, whatever `n` is.
    fn count<E>(
        &self,
        from: Day,
        n: u32,
        step: impl Fn(Day) -> Result<Day, E>,
    ) -> Result<Day, OutsideCalendar> {
        let mut day = from;
        let mut left = n;
        while left > 0 {
            day = step(day).map_err(|_| OutsideCalendar { year: day.year() })?;
            match self.is_working_day(day) {
                Some(true) => left -= 1,
                Some(false) => {}
                None => return Err(OutsideCalendar { year: day.year() }),
            }
        }
        Ok(day)
    }
}

/// Whether a day is a Saturday or a Sunday.
pub(crate) fn is_weekend(day: Day) -> bool {
    // Monday is 0.
    day.weekday().to_monday_zero_offset() >= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held() -> WorkDays {
        let calendars = crate::EMBEDDED.iter().filter(|(name, _)| name.starts_with("calendar/"));
        let calendars: Vec<CalendarFile> =
            calendars.map(|(_, text)| toml::from_str(text).unwrap()).collect();
        WorkDays::new(&calendars)
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_spring_festival_of_2026_is_off_and_its_two_saturdays_are_worked() {
        let days = held();
        assert_eq!(days.is_working_day(day("2026-02-14")), Some(true));
        for date in 15..=23 {
            assert_eq!(days.is_working_day(day(&format!("2026-02-{date}"))), Some(false), "{date}");
        }
        assert_eq!(days.is_working_day(day("2026-02-24")), Some(true));
        assert_eq!(days.is_working_day(day("2026-02-28")), Some(true));
        assert_eq!(days.is_working_day(day("2026-03-01")), Some(false));
        // 14, 24, 25, 26, 27, 28 February, then Monday 2 March.
        assert_eq!(days.add(day("2026-02-13"), 6), Ok(day("2026-02-28")));
        assert_eq!(days.add(day("2026-02-13"), 7), Ok(day("2026-03-02")));
        assert_eq!(days.subtract(day("2026-03-02"), 7), Ok(day("2026-02-13")));
        assert_eq!(days.add(day("2026-02-17"), 1), Ok(day("2026-02-24")));
    }

    #[test]
    fn a_run_that_begins_in_december_belongs_to_the_next_year() {
        let days = held();
        assert_eq!(days.is_working_day(day("2022-12-30")), Some(true));
        assert_eq!(days.add(day("2022-12-30"), 1), Ok(day("2023-01-03")));
    }

    #[test]
    fn outside_the_years_held_nothing_is_guessed() {
        let days = held();
        assert_eq!(days.is_working_day(day("2021-12-31")), None);
        assert_eq!(days.add(day("2026-12-31"), 1), Err(OutsideCalendar { year: 2027 }));
        assert_eq!(days.add(day("2026-12-30"), u32::MAX), Err(OutsideCalendar { year: 2027 }));
        assert_eq!(days.subtract(day("2022-01-04"), 1), Err(OutsideCalendar { year: 2021 }));
        assert_eq!(days.add(day("2030-01-01"), 0), Ok(day("2030-01-01")));
        assert_eq!(days.add(Day::MAX, 1), Err(OutsideCalendar { year: 9999 }));
        assert_eq!(WorkDays::default().is_working_day(day("2026-01-05")), None);
    }

    proptest::proptest! {
        #[test]
        fn counting_back_undoes_counting_forward(offset in 0_i64..1500, n in 0_u32..60) {
            let days = held();
            let start = day("2022-03-01").saturating_add(days_of(offset));
            let there = days.add(start, n).unwrap();
            if days.is_working_day(start) == Some(true) {
                proptest::prop_assert_eq!(days.subtract(there, n), Ok(start));
            }
            if n > 0 {
                proptest::prop_assert_eq!(days.is_working_day(there), Some(true));
            }
            let later = days.add(start, n + 1).unwrap();
            proptest::prop_assert!(there < later);
        }
    }

    fn days_of(days: i64) -> std::time::Duration {
        std::time::Duration::from_secs(u64::try_from(days).unwrap() * 86_400)
    }
}
