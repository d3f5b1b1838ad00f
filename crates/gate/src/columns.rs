//! Cells become arrays: as they are, or through a change of their text.

use std::io::Write as _;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow_buffer::{Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer};
use arrow_schema::DataType;
use jiff::civil::{Date, DateTime};
use kouan_table::Cells;

use crate::coarse;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Significant digits that a binary number of 64 bits always keeps.
const EXACT_DIGITS: usize = 15;

/// The rows of a batch that pass.
pub(crate) struct Kept {
    all: usize,
    /// Their places, when not all pass.
    some: Option<Vec<usize>>,
}

impl Kept {
    pub(crate) fn of(keep: &[bool]) -> Kept {
        let some = || keep.iter().enumerate().filter_map(|(row, keep)| keep.then_some(row));
        let whole = keep.iter().all(|keep| *keep);
        Kept { all: keep.len(), some: (!whole).then(|| some().collect()) }
    }

    pub(crate) fn count(&self) -> usize {
        self.some.as_ref().map_or(self.all, Vec::len)
    }

    fn each<E>(&self, mut take: impl FnMut(usize) -> Result<(), E>) -> Result<(), E> {
        match &self.some {
            None => (0..self.all).try_for_each(take),
            Some(rows) => rows.iter().try_for_each(|row| take(*row)),
        }
    }
}

/// A value that does not fit what the source declared, or a batch too large for one array.
#[derive(Debug)]
pub(crate) struct Unfit;

/// An array, and how many of its values were held back or mended.
pub(crate) struct Made {
    pub(crate) array: ArrayRef,
    pub(crate) withheld: u64,
    pub(crate) unreadable: u64,
    pub(crate) mended: u64,
}

/// Whether a value was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrote {
    Yes,
    /// Nothing can be said of this value: it is held back.
    No,
}

/// Text being put together, one value a row.
struct Texts {
    values: Vec<u8>,
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Texts {
    fn new(rows: usize, bytes: usize) -> Texts {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        let nulls = NullBufferBuilder::new(rows);
        Texts { values: Vec::with_capacity(bytes), offsets, nulls }
    }

    #[inline]
    fn end(&mut self, there: bool) -> Result<(), Unfit> {
        self.nulls.append(there);
        self.offsets.push(i32::try_from(self.values.len()).map_err(|_| Unfit)?);
        Ok(())
    }

    /// The array; bytes that are no UTF-8 are replaced, and values with such bytes counted.
    fn finish(mut self) -> Result<(ArrayRef, u64), Unfit> {
        let nulls = self.nulls.finish();
        let offsets = OffsetBuffer::new(self.offsets.into());
        let values = Buffer::from_vec(self.values);
        // Looks at all values at once, and at where each begins.
        match StringArray::try_new(offsets.clone(), values.clone(), nulls.clone()) {
            Ok(array) => Ok((Arc::new(array), 0)),
            Err(_) => mended(&offsets, &values, nulls),
        }
    }
}

/// Values of which some hold bytes that are no UTF-8: those are replaced by U+FFFD.
fn mended(
    offsets: &[i32],
    values: &[u8],
    nulls: Option<NullBuffer>,
) -> Result<(ArrayRef, u64), Unfit> {
    let mut mended = 0;
    let mut whole = Texts::new(offsets.len(), values.len());
    for pair in offsets.windows(2) {
        let [from, to] = pair else { continue };
        let value = values.get(*from as usize..*to as usize).unwrap_or_default();
        let text = String::from_utf8_lossy(value);
        mended += u64::from(matches!(text, std::borrow::Cow::Owned(_)));
        whole.values.extend_from_slice(text.as_bytes());
        whole.end(true)?;
    }
    let offsets = OffsetBuffer::new(whole.offsets.into());
    let array = StringArray::try_new(offsets, Buffer::from_vec(whole.values), nulls);
    Ok((Arc::new(array.map_err(|_| Unfit)?), mended))
}

/// Text out of any cells: `change` writes the new value behind what is there.
pub(crate) fn text(
    cells: Option<&Cells<'_>>,
    kept: &Kept,
    held: &[bool],
    mut change: impl FnMut(&[u8], &mut Vec<u8>) -> Wrote,
) -> Result<Made, Unfit> {
    let room = match cells {
        Some(Cells::Text { bytes, .. }) => bytes.len() / 4,
        _ => 0,
    };
    let mut texts = Texts::new(kept.count(), room);
    let (mut withheld, mut unreadable) = (0, 0);
    let mut scratch = Vec::new();
    kept.each(|row| {
        let value = match cells {
            Some(Cells::Text { bytes, spans } | Cells::Binary { bytes, spans }) => {
                spans.get(row).and_then(|span| span.of(bytes))
            }
            Some(other) => {
                scratch.clear();
                written(other, row, &mut scratch).then_some(scratch.as_slice())
            }
            None => None,
        };
        let Some(value) = value else { return texts.end(false) };
        if held.get(row).copied().unwrap_or(false) {
            withheld += 1;
            return texts.end(false);
        }
        let before = texts.values.len();
        if change(value, &mut texts.values) == Wrote::Yes {
            return texts.end(true);
        }
        texts.values.truncate(before);
        unreadable += 1;
        texts.end(false)
    })?;
    let (array, mended) = texts.finish()?;
    Ok(Made { array, withheld, unreadable, mended })
}

/// The same text in every row that passes.
pub(crate) fn constant(value: &str, kept: &Kept) -> Made {
    let array = StringArray::from_iter_values(std::iter::repeat_n(value, kept.count()));
    Made { array: Arc::new(array), withheld: 0, unreadable: 0, mended: 0 }
}

/// A cell that is no text, as text: what it would look like in a CSV file.
pub(crate) fn written(cells: &Cells<'_>, row: usize, to: &mut Vec<u8>) -> bool {
    let wrote = match cells {
        Cells::Integers(cells) => cells.get(row).copied().flatten().map(|it| write!(to, "{it}")),
        Cells::Floats(cells) => cells.get(row).copied().flatten().map(|it| write!(to, "{it}")),
        Cells::Booleans(cells) => cells.get(row).copied().flatten().map(|it| write!(to, "{it}")),
        Cells::Days(cells) => {
            let day = cells.get(row).copied().flatten().and_then(coarse::day_of);
            day.map(|day| write!(to, "{day}"))
        }
        Cells::Instants(cells) => {
            let at = cells.get(row).copied().flatten().and_then(instant);
            at.map(|at| write!(to, "{at}"))
        }
        Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
            let value = spans.get(row).and_then(|span| span.of(bytes));
            value.map(|value| to.write_all(value))
        }
        Cells::Opaque => None,
    };
    wrote.is_some_and(|wrote| wrote.is_ok())
}

fn instant(microseconds: i64) -> Option<DateTime> {
    let day = coarse::day_of(i32::try_from(microseconds.div_euclid(DAY)).ok()?)?;
    let within = jiff::SignedDuration::from_micros(microseconds.rem_euclid(DAY));
    day.to_datetime(jiff::civil::Time::midnight()).checked_add(within).ok()
}

/// Cells as they are, as the type that the permit's field leaves as.
pub(crate) fn as_declared(
    cells: Option<&Cells<'_>>,
    kept: &Kept,
    held: &[bool],
    out: &DataType,
    decimals: Option<u32>,
) -> Result<Made, Unfit> {
    let mut withheld = 0;
    let mut rows = Rows { cells, kept, held, withheld: &mut withheld };
    let array: ArrayRef = match out {
        DataType::Int64 => Arc::new(Int64Array::from(rows.each(whole)?)),
        DataType::Float64 => {
            let number = |cells: &Cells<'_>, row: usize| {
                let number = fraction(cells, row)?;
                Ok(number.map(|number| coarse::cut(number, decimals)))
            };
            Arc::new(Float64Array::from(rows.each(number)?))
        }
        DataType::Boolean => Arc::new(BooleanArray::from(rows.each(yes_no)?)),
        DataType::Date32 => Arc::new(Date32Array::from(rows.each(days)?)),
        DataType::Timestamp(..) => {
            Arc::new(TimestampMicrosecondArray::from(rows.each(microseconds)?))
        }
        DataType::Binary => {
            let made = rows.each(|cells, row| match cells {
                Cells::Binary { bytes, spans } | Cells::Text { bytes, spans } => {
                    Ok(spans.get(row).and_then(|span| span.of(bytes)).map(<[u8]>::to_vec))
                }
                _ => Err(Unfit),
            })?;
            Arc::new(made.iter().map(Option::as_deref).collect::<BinaryArray>())
        }
        _ => return Err(Unfit),
    };
    Ok(Made { array, withheld, unreadable: 0, mended: 0 })
}

/// The rows of a column that pass.
struct Rows<'a> {
    cells: Option<&'a Cells<'a>>,
    kept: &'a Kept,
    held: &'a [bool],
    withheld: &'a mut u64,
}

impl Rows<'_> {
    fn each<T>(
        &mut self,
        read: impl Fn(&Cells<'_>, usize) -> Result<Option<T>, Unfit>,
    ) -> Result<Vec<Option<T>>, Unfit> {
        let mut values = Vec::with_capacity(self.kept.count());
        self.kept.each(|row| {
            let value = match self.cells {
                Some(cells) => read(cells, row)?,
                None => None,
            };
            let held = value.is_some() && self.held.get(row).copied().unwrap_or(false);
            *self.withheld += u64::from(held);
            values.push(value.filter(|_| !held));
            Ok(())
        })?;
        Ok(values)
    }
}

/// Text that some sources hand over in place of a number or a day.
fn plain<'a>(cells: &Cells<'a>, row: usize) -> Result<Option<&'a str>, Unfit> {
    let Cells::Text { bytes, spans } = cells else { return Err(Unfit) };
    let Some(value) = spans.get(row).and_then(|span| span.of(bytes)) else { return Ok(None) };
    std::str::from_utf8(value).map(Some).map_err(|_| Unfit)
}

fn whole(cells: &Cells<'_>, row: usize) -> Result<Option<i64>, Unfit> {
    if let Cells::Integers(cells) = cells {
        return Ok(cells.get(row).copied().flatten());
    }
    let text = plain(cells, row)?;
    text.map(|text| text.parse().map_err(|_| Unfit)).transpose()
}

fn fraction(cells: &Cells<'_>, row: usize) -> Result<Option<f64>, Unfit> {
    match cells {
        Cells::Floats(cells) => return Ok(cells.get(row).copied().flatten()),
        Cells::Integers(cells) => {
            let number = cells.get(row).copied().flatten();
            // Below 2^53 every whole number is one of them exactly.
            let exact = |number: i64| number.unsigned_abs() <= 1 << 53;
            return if number.is_none_or(exact) {
                Ok(number.map(|number| number as f64))
            } else {
                Err(Unfit)
            };
        }
        _ => {}
    }
    let Some(text) = plain(cells, row)? else { return Ok(None) };
    // Digits would be lost in silence.
    let digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0');
    if digits.count() > EXACT_DIGITS {
        return Err(Unfit);
    }
    text.parse().map(Some).map_err(|_| Unfit)
}

fn yes_no(cells: &Cells<'_>, row: usize) -> Result<Option<bool>, Unfit> {
    match cells {
        Cells::Booleans(cells) => Ok(cells.get(row).copied().flatten()),
        Cells::Integers(cells) => match cells.get(row).copied().flatten() {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(_) => Err(Unfit),
        },
        _ => Err(Unfit),
    }
}

fn days(cells: &Cells<'_>, row: usize) -> Result<Option<i32>, Unfit> {
    if let Cells::Days(cells) = cells {
        return Ok(cells.get(row).copied().flatten());
    }
    let Some(text) = plain(cells, row)? else { return Ok(None) };
    let day: Date = text.parse().map_err(|_| Unfit)?;
    Ok(Some(coarse::number_of(day)))
}

fn microseconds(cells: &Cells<'_>, row: usize) -> Result<Option<i64>, Unfit> {
    if let Cells::Instants(cells) = cells {
        return Ok(cells.get(row).copied().flatten());
    }
    let Some(text) = plain(cells, row)? else { return Ok(None) };
    let at: DateTime = text.parse().map_err(|_| Unfit)?;
    let midnight = at.date().to_datetime(jiff::civil::Time::midnight());
    let within = at.duration_since(midnight).as_micros();
    let days = i64::from(coarse::number_of(at.date())) * DAY;
    Ok(Some(days + i64::try_from(within).map_err(|_| Unfit)?))
}
