//! Legal days and half-open intervals of days.

/// A legal day (calendar day, Asia/Shanghai).
pub use jiff::civil::Date as Day;

/// Parses a day written `YYYY-MM-DD`; anything else, `2026-02-30` included, is refused.
///
/// # Errors
///
/// The text that was given, when it is not such a day.
pub fn parse_day(text: &str) -> Result<Day, String> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !plain {
        return Err(text.to_owned());
    }
    text.parse::<Day>().map_err(|_| text.to_owned())
}

/// A half-open interval of legal days: `from` belongs to it, `until` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySpan {
    /// The first day inside.
    pub from: Day,
    /// The first day outside again; `None` while no end is known.
    pub until: Option<Day>,
}

impl DaySpan {
    /// Says whether the day lies inside.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Says whether the two intervals share a day.
    #[must_use]
    pub fn overlaps(&self, other: &DaySpan) -> bool {
        let starts_before_end = |a: &DaySpan, b: &DaySpan| b.until.is_none_or(|end| a.from < end);
        starts_before_end(self, other) && starts_before_end(other, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_days_are_refused() {
        for bad in ["2026-02-30", "2026-13-01", "20260101", "2026-1-1", "2026-01-01T00:00", ""] {
            assert!(parse_day(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_day("2024-02-29").unwrap().day(), 29);
    }

    #[test]
    fn intervals_are_half_open() {
        let day = |t| parse_day(t).unwrap();
        let span = DaySpan { from: day("2024-03-22"), until: Some(day("2025-01-01")) };
        assert!(!span.contains(day("2024-03-21")));
        assert!(span.contains(day("2024-03-22")));
        assert!(span.contains(day("2024-12-31")));
        assert!(!span.contains(day("2025-01-01")));
        let next = DaySpan { from: day("2025-01-01"), until: None };
        assert!(!span.overlaps(&next) && !next.overlaps(&span));
        assert!(span.overlaps(&span));
    }
}
