//! Calendars: days in their year, make-up days on weekends and outside holidays.

use kouan_terms::{Day, Diagnostic, Place};

use crate::book::Book;
use crate::calendar::is_weekend;
use crate::format::CalendarFile;

/// A holiday run may begin in the last days of the year before; none begins earlier than this.
const EARLIEST_BEFORE: i8 = 25;

/// The file of a calendar, named after its year.
pub(super) fn file_of(calendar: &CalendarFile) -> String {
    format!("calendar/{}.toml", calendar.year)
}

/// Checks every calendar.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    for (index, calendar) in book.calendars.iter().enumerate() {
        let place = Place::file(&file_of(calendar));
        let mut before = book.calendars.iter().take(index);
        if before.any(|other| other.year == calendar.year) {
            found.push(Diagnostic::error("RB110").at(place.clone()));
        }
        holidays(calendar, &place, found);
        let runs: Vec<(Day, Day)> = book
            .calendars
            .iter()
            .flat_map(|other| other.holidays.iter().map(|run| (run.from.0, run.to.0)))
            .collect();
        workdays(calendar, &runs, &place, found);
    }
}

fn holidays(calendar: &CalendarFile, place: &Place, found: &mut Vec<Diagnostic>) {
    let mut last: Option<Day> = None;
    for run in &calendar.holidays {
        let (from, to) = (run.from.0, run.to.0);
        for day in [from, to] {
            if !in_year(day, calendar.year) {
                outside(day, calendar, place, found);
            }
        }
        if to < from || last.is_some_and(|last| from <= last) {
            let finding = Diagnostic::error("RB195").at(place.clone());
            found.push(finding.with("from", from).with("to", to));
        }
        last = last.max(Some(to));
    }
}

fn in_year(day: Day, year: i16) -> bool {
    let eve = day.month() == 12 && day.day() >= EARLIEST_BEFORE;
    day.year() == year || (eve && day.year().checked_add(1) == Some(year))
}

fn outside(day: Day, calendar: &CalendarFile, place: &Place, found: &mut Vec<Diagnostic>) {
    let finding = Diagnostic::error("RB192").at(place.clone());
    found.push(finding.with("day", day).with("year", calendar.year));
}

fn workdays(
    calendar: &CalendarFile,
    runs: &[(Day, Day)],
    place: &Place,
    found: &mut Vec<Diagnostic>,
) {
    for (index, day) in calendar.workdays.iter().map(|day| day.0).enumerate() {
        let finding =
            |code: &'static str| Diagnostic::error(code).at(place.clone()).with("day", day);
        if !in_year(day, calendar.year) {
            outside(day, calendar, place, found);
        }
        if !is_weekend(day) {
            found.push(finding("RB193"));
        }
        let again = calendar.workdays.iter().take(index).any(|other| other.0 == day);
        if again || runs.iter().any(|(from, to)| *from <= day && day <= *to) {
            found.push(finding("RB194"));
        }
    }
}
