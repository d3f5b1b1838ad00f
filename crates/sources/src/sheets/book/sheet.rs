//! The cells of a sheet, and the rows they make.

use std::borrow::Cow;
use std::fmt::Write as _;

use calamine::{Data, DataRef, ExcelDateTime};
use jiff::civil::{Date, DateTime};
use kouan_table::{Batch, Tally};

use super::Then;
use super::columns::Columns;
use super::plan::Plan;
use crate::limits::{BATCH_ROWS, BLOCK_BYTES, COLUMNS, SHEET_BATCH_CELLS};
use crate::sheets::numbers::{FAITHFUL, whole};

/// A cell of a sheet and its place, from 0.
pub(super) struct Cell<'a> {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) value: Value<'a>,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Number(f64),
    Yes(bool),
    /// Microseconds since 1970-01-01.
    Instant(i64),
}

impl<'a> Value<'a> {
    pub(super) fn of(value: &'a Data) -> Value<'a> {
        match value {
            Data::Int(value) => Value::Number(*value as f64),
            Data::Float(value) => Value::Number(*value),
            Data::String(text) | Data::DurationIso(text) => Value::text(Cow::Borrowed(text)),
            Data::Bool(value) => Value::Yes(*value),
            Data::DateTime(value) => instant(value),
            Data::DateTimeIso(text) => iso(text),
            Data::Error(_) | Data::Empty => Value::Nothing,
        }
    }

    pub(super) fn of_ref<'b>(value: &'b DataRef<'_>) -> Value<'b> {
        match value {
            DataRef::Int(value) => Value::Number(*value as f64),
            DataRef::Float(value) => Value::Number(*value),
            DataRef::String(text) | DataRef::DurationIso(text) => Value::text(Cow::Borrowed(text)),
            DataRef::SharedString(text) => Value::text(Cow::Borrowed(text)),
            DataRef::Bool(value) => Value::Yes(*value),
            DataRef::DateTime(value) => instant(value),
            DataRef::DateTimeIso(text) => iso(text),
            DataRef::Error(_) | DataRef::Empty => Value::Nothing,
        }
    }

    fn text(text: Cow<'a, str>) -> Value<'a> {
        if text.is_empty() { Value::Nothing } else { Value::Text(text) }
    }

    /// The value as the text a reader of the sheet would see.
    ///
    /// Numbers from 10^15 on are written with an exponent, as a spreadsheet shows them: their last
    /// digits are not those that were typed.
    pub(super) fn write(&self, to: &mut String) {
        // Writing into a String cannot fail.
        let _ = match self {
            Value::Nothing => Ok(()),
            Value::Text(text) => to.write_str(text),
            Value::Yes(value) => to.write_str(if *value { "TRUE" } else { "FALSE" }),
            Value::Instant(micros) => match moment(*micros) {
                Some(at) if at.time() == jiff::civil::Time::midnight() => {
                    write!(to, "{}", at.date())
                }
                Some(at) => write!(to, "{} {}", at.date(), at.time()),
                None => Ok(()),
            },
            Value::Number(value) => match whole(*value) {
                Some(value) => write!(to, "{value}"),
                None if value.abs() >= FAITHFUL => {
                    let text = format!("{value:E}");
                    write!(to, "{}", text.replacen('E', "E+", 1))
                }
                None => write!(to, "{value}"),
            },
        };
    }
}

/// Micros of a civil day and time; no zone is known, and none is needed.
fn micros(at: DateTime) -> Option<i64> {
    let since = at.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    i64::try_from(since.as_micros()).ok()
}

fn moment(micros: i64) -> Option<DateTime> {
    let since = jiff::SignedDuration::from_micros(micros);
    DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(since).ok()
}

/// A day of a spreadsheet. Durations and times without a day stay numbers; so does the 29 February
/// 1900, which a spreadsheet knows and no calendar does.
fn instant(value: &ExcelDateTime) -> Value<'static> {
    let number = value.as_f64();
    if value.is_duration() || number < 1.0 {
        return Value::Number(number);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let small = |part: u8| i8::try_from(part).ok();
    let found = || {
        let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
        let nanos = i32::from(milli) * 1_000_000;
        let (hour, minute, second) = (small(hour)?, small(minute)?, small(second)?);
        let time = jiff::civil::Time::new(hour, minute, second, nanos).ok()?;
        micros(date.to_datetime(time))
    };
    found().map_or(Value::Number(number), Value::Instant)
}

fn iso(text: &str) -> Value<'_> {
    let at = text.parse::<DateTime>().ok();
    at.and_then(micros).map_or_else(|| Value::text(Cow::Borrowed(text)), Value::Instant)
}

/// The rows of a sheet, collected into batches.
pub(super) struct Reading<'p> {
    plan: &'p Plan,
    columns: Columns,
    /// Rows that are still wanted.
    left: u64,
    /// The row of the sheet that is being filled.
    row: Option<u32>,
    /// The highest column past the limit.
    past: u32,
    tally: Tally,
}

impl<'p> Reading<'p> {
    pub(super) fn new(plan: &'p Plan, wanted: u64) -> Reading<'p> {
        let columns = Columns::new(plan.table.columns.clone());
        Reading { plan, columns, left: wanted, row: None, past: 0, tally: Tally::default() }
    }

    /// Takes a cell; rows above the first row of data are passed over, and rows without any value
    /// are no rows.
    pub(super) fn cell(&mut self, cell: Cell<'_>, take: &mut dyn FnMut(&Batch<'_>)) -> Then {
        if cell.row < self.plan.first_row || matches!(cell.value, Value::Nothing) {
            return Then::More;
        }
        let Some(column) = cell.column.checked_sub(self.plan.first_column) else {
            return Then::More;
        };
        if self.row != Some(cell.row) {
            if self.left == 0 {
                return Then::Enough;
            }
            self.left -= 1;
            self.row = Some(cell.row);
            let rows = self.columns.rows();
            let cells = rows.saturating_mul(self.columns.count());
            if rows == BATCH_ROWS
                || cells >= SHEET_BATCH_CELLS
                || self.columns.bytes() >= BLOCK_BYTES
            {
                self.flush(take);
            }
            self.columns.begin_row();
        }
        if column as usize >= COLUMNS {
            self.past = self.past.max(column);
        } else {
            self.columns.put(column as usize, &cell.value, &mut self.tally);
        }
        Then::More
    }

    /// Hands over what is left; how many columns were past the limit.
    pub(super) fn end(mut self, take: &mut dyn FnMut(&Batch<'_>), tally: &mut Tally) -> usize {
        self.flush(take);
        tally.add(self.tally);
        (self.past as usize + 1).saturating_sub(COLUMNS)
    }

    fn flush(&mut self, take: &mut dyn FnMut(&Batch<'_>)) {
        self.tally.rows += self.columns.rows() as u64;
        self.columns.hand(&self.plan.table.name, take);
    }
}
