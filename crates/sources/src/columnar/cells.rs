//! Arrow arrays as cells. Text is not copied: spans point into the array's own buffer.

use std::fmt::Write as _;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, ByteArrayType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{ArrowNativeType, NullBuffer};
use arrow_schema::{DataType, TimeUnit};
use kouan_table::{Cells, Span, Tally};

use crate::limits::CELL_BYTES;

/// The cells of one column in one batch; its buffers are used again for the next batch.
pub(super) enum Held {
    /// Text or bytes in the array itself.
    Borrowed {
        array: ArrayRef,
        spans: Vec<Span>,
        text: bool,
    },
    /// Text or bytes put together here.
    Copied {
        bytes: Vec<u8>,
        spans: Vec<Span>,
        text: bool,
    },
    Integers(Vec<Option<i64>>),
    Floats(Vec<Option<f64>>),
    Booleans(Vec<Option<bool>>),
    Days(Vec<Option<i32>>),
    Instants(Vec<Option<i64>>),
    Opaque,
}

/// Takes the buffer of a variant out of what is held, for filling it anew.
macro_rules! reuse {
    ($held:expr, $variant:ident) => {
        match std::mem::replace($held, Held::Opaque) {
            Held::$variant(mut cells) => {
                cells.clear();
                cells
            }
            _ => Vec::new(),
        }
    };
}

/// Whether bytes without a declared encoding are handed over as text when all of them are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytes {
    /// They stay bytes.
    AsDeclared,
    /// Text is text: writers of Parquet leave out the annotation now and then.
    TextWhereTheyAre,
    /// They are text, read as bytes because the scanner does not need them checked.
    Text,
}

impl Bytes {
    fn are_text<'a>(self, values: impl Iterator<Item = Option<&'a [u8]>>) -> bool {
        match self {
            Bytes::AsDeclared => false,
            Bytes::TextWhereTheyAre => all_text(values),
            Bytes::Text => true,
        }
    }
}

impl Held {
    /// Takes the cells of an array. `outer` are the nulls of the structures around it.
    pub(super) fn fill(
        &mut self,
        array: &ArrayRef,
        outer: Option<&NullBuffer>,
        bytes: Bytes,
        tally: &mut Tally,
    ) {
        use DataType as T;
        let nulls = NullBuffer::union(outer, array.nulls());
        let nulls = nulls.as_ref();
        match array.data_type() {
            T::Boolean => {
                let mut cells = reuse!(self, Booleans);
                let values = array.as_boolean();
                let live = |row| nulls.is_none_or(|nulls| nulls.is_valid(row));
                cells.extend((0..values.len()).map(|row| live(row).then(|| values.value(row))));
                *self = Held::Booleans(cells);
            }
            T::Int8 => self.integers::<Int8Type>(array, nulls),
            T::Int16 => self.integers::<Int16Type>(array, nulls),
            T::Int32 => self.integers::<Int32Type>(array, nulls),
            T::Int64 => self.integers::<Int64Type>(array, nulls),
            T::UInt8 => self.integers::<UInt8Type>(array, nulls),
            T::UInt16 => self.integers::<UInt16Type>(array, nulls),
            T::UInt32 => self.integers::<UInt32Type>(array, nulls),
            T::UInt64 => {
                if array.as_primitive::<UInt64Type>().values().iter().all(|v| *v <= MAX) {
                    self.integers::<UInt64Type>(array, nulls);
                } else {
                    self.written::<UInt64Type>(array, nulls, write_plain);
                }
            }
            T::Decimal32(_, scale) => self.decimals::<Decimal32Type>(array, nulls, *scale),
            T::Decimal64(_, scale) => self.decimals::<Decimal64Type>(array, nulls, *scale),
            T::Decimal128(_, scale) => self.decimals::<Decimal128Type>(array, nulls, *scale),
            T::Decimal256(_, _) => self.wide_decimals(array, nulls),
            T::Float16 => self.floats::<Float16Type>(array, nulls, |value| value.to_f64()),
            T::Float32 => self.floats::<Float32Type>(array, nulls, f64::from),
            T::Float64 => self.floats::<Float64Type>(array, nulls, |value| value),
            T::Date32 => {
                let mut cells = reuse!(self, Days);
                cells_of::<Date32Type, _>(array, nulls, &mut cells, Some);
                *self = Held::Days(cells);
            }
            T::Date64 => {
                let mut cells = reuse!(self, Days);
                let day = |millis: i64| i32::try_from(millis.div_euclid(86_400_000)).ok();
                cells_of::<Date64Type, _>(array, nulls, &mut cells, day);
                *self = Held::Days(cells);
            }
            T::Timestamp(unit, _) => self.instants(array, nulls, *unit),
            T::Dictionary(_, _) => self.dictionary(array, nulls, bytes, tally),
            T::Null => self.nothing(array.len()),
            _ => self.texts(array, nulls, bytes, tally),
        }
    }

    /// Takes text and bytes; what is neither is not read.
    fn texts(
        &mut self,
        array: &ArrayRef,
        nulls: Option<&NullBuffer>,
        bytes: Bytes,
        tally: &mut Tally,
    ) {
        use DataType as T;
        match array.data_type() {
            T::Utf8 => self.offsets::<arrow_array::types::Utf8Type>(array, nulls, true, tally),
            T::LargeUtf8 => {
                self.offsets::<arrow_array::types::LargeUtf8Type>(array, nulls, true, tally);
            }
            T::Binary => {
                let values = array.as_binary::<i32>();
                let text = bytes.are_text(values.iter());
                self.offsets::<arrow_array::types::BinaryType>(array, nulls, text, tally);
            }
            T::LargeBinary => {
                let values = array.as_binary::<i64>();
                let text = bytes.are_text(values.iter());
                self.offsets::<arrow_array::types::LargeBinaryType>(array, nulls, text, tally);
            }
            T::Utf8View => {
                let values = array.as_string_view();
                let values = (0..array.len()).map(|row| values.value(row).as_bytes());
                self.copied(values, nulls, true, tally);
            }
            T::BinaryView => {
                let values = array.as_binary_view();
                let values = (0..array.len()).map(|row| values.value(row));
                self.copied(values, nulls, false, tally);
            }
            T::FixedSizeBinary(_) => {
                let values = array.as_fixed_size_binary();
                let values = (0..array.len()).map(|row| values.value(row));
                self.copied(values, nulls, false, tally);
            }
            _ => *self = Held::Opaque,
        }
    }

    /// The cells, borrowed.
    pub(super) fn cells(&self) -> Cells<'_> {
        match self {
            Held::Borrowed { array, spans, text } => filled(values_of(array), spans, *text),
            Held::Copied { bytes, spans, text } => filled(bytes, spans, *text),
            Held::Integers(cells) => Cells::Integers(cells),
            Held::Floats(cells) => Cells::Floats(cells),
            Held::Booleans(cells) => Cells::Booleans(cells),
            Held::Days(cells) => Cells::Days(cells),
            Held::Instants(cells) => Cells::Instants(cells),
            Held::Opaque => Cells::Opaque,
        }
    }

    fn integers<T: ArrowPrimitiveType>(&mut self, array: &ArrayRef, nulls: Option<&NullBuffer>)
    where
        T::Native: TryInto<i64>,
    {
        let mut cells = reuse!(self, Integers);
        cells_of::<T, i64>(array, nulls, &mut cells, |value| value.try_into().ok());
        *self = Held::Integers(cells);
    }

    fn floats<T: ArrowPrimitiveType>(
        &mut self,
        array: &ArrayRef,
        nulls: Option<&NullBuffer>,
        read: impl Fn(T::Native) -> f64,
    ) {
        let mut cells = reuse!(self, Floats);
        cells_of::<T, f64>(array, nulls, &mut cells, |value| Some(read(value)));
        *self = Held::Floats(cells);
    }

    fn instants(&mut self, array: &ArrayRef, nulls: Option<&NullBuffer>, unit: TimeUnit) {
        let mut cells = reuse!(self, Instants);
        match unit {
            TimeUnit::Second => {
                let read = |value: i64| value.checked_mul(1_000_000);
                cells_of::<TimestampSecondType, _>(array, nulls, &mut cells, read);
            }
            TimeUnit::Millisecond => {
                let read = |value: i64| value.checked_mul(1_000);
                cells_of::<TimestampMillisecondType, _>(array, nulls, &mut cells, read);
            }
            TimeUnit::Microsecond => {
                cells_of::<TimestampMicrosecondType, _>(array, nulls, &mut cells, Some);
            }
            TimeUnit::Nanosecond => {
                let read = |value: i64| Some(value.div_euclid(1_000));
                cells_of::<TimestampNanosecondType, _>(array, nulls, &mut cells, read);
            }
        }
        *self = Held::Instants(cells);
    }

    /// Decimals: whole ones as numbers when they fit, the others written out, so that no digit of
    /// an identifier is lost in a binary fraction.
    fn decimals<T: ArrowPrimitiveType>(
        &mut self,
        array: &ArrayRef,
        nulls: Option<&NullBuffer>,
        scale: i8,
    ) where
        T::Native: Into<i128> + Copy,
    {
        let values = array.as_primitive::<T>().values();
        let fits = |value: &T::Native| i64::try_from((*value).into()).is_ok();
        if scale == 0 && values.iter().all(fits) {
            let mut cells = reuse!(self, Integers);
            let read = |value: T::Native| i64::try_from(value.into()).ok();
            cells_of::<T, i64>(array, nulls, &mut cells, read);
            *self = Held::Integers(cells);
            return;
        }
        self.written::<T>(array, nulls, |to, value| write_decimal(to, value.into(), scale));
    }

    fn wide_decimals(&mut self, array: &ArrayRef, nulls: Option<&NullBuffer>) {
        let values = array.as_primitive::<arrow_array::types::Decimal256Type>();
        let (mut bytes, mut spans) = self.take_copied();
        for row in 0..values.len() {
            let live = nulls.is_none_or(|nulls| nulls.is_valid(row));
            let start = bytes.len();
            if live {
                bytes.extend_from_slice(values.value_as_string(row).as_bytes());
            }
            spans.push(if live { span(start, bytes.len()) } else { Span::NULL });
        }
        *self = Held::Copied { bytes, spans, text: true };
    }

    fn written<T: ArrowPrimitiveType>(
        &mut self,
        array: &ArrayRef,
        nulls: Option<&NullBuffer>,
        write: impl Fn(&mut String, T::Native),
    ) {
        let (mut bytes, mut spans) = self.take_copied();
        let mut cell = String::new();
        for (row, value) in array.as_primitive::<T>().values().iter().enumerate() {
            if !nulls.is_none_or(|nulls| nulls.is_valid(row)) {
                spans.push(Span::NULL);
                continue;
            }
            cell.clear();
            write(&mut cell, *value);
            let start = bytes.len();
            bytes.extend_from_slice(cell.as_bytes());
            spans.push(span(start, bytes.len()));
        }
        *self = Held::Copied { bytes, spans, text: true };
    }

    fn offsets<T: ByteArrayType>(
        &mut self,
        array: &ArrayRef,
        nulls: Option<&NullBuffer>,
        text: bool,
        tally: &mut Tally,
    ) {
        let mut spans = self.take_copied().1;
        let values = array.as_bytes::<T>();
        let data = values.value_data();
        let offsets = values.value_offsets();
        let place = |offset: &T::Offset| u32::try_from(offset.as_usize()).unwrap_or(u32::MAX);
        let pairs = offsets.iter().zip(offsets.iter().skip(1));
        let both = pairs.map(|(start, end)| Span { start: place(start), end: place(end) });
        match nulls {
            None => spans.extend(both),
            Some(nulls) => spans.extend(
                both.zip(nulls.iter()).map(|(cell, live)| if live { cell } else { Span::NULL }),
            ),
        }
        cut(&mut spans, data, text, tally);
        *self = Held::Borrowed { array: array.clone(), spans, text };
    }

    fn copied<'a>(
        &mut self,
        values: impl Iterator<Item = &'a [u8]>,
        nulls: Option<&NullBuffer>,
        text: bool,
        tally: &mut Tally,
    ) {
        let (mut bytes, mut spans) = self.take_copied();
        for (row, value) in values.enumerate() {
            if nulls.is_none_or(|nulls| nulls.is_valid(row)) {
                let start = bytes.len();
                bytes.extend_from_slice(shortened(value, text, tally));
                spans.push(span(start, bytes.len()));
            } else {
                spans.push(Span::NULL);
            }
        }
        *self = Held::Copied { bytes, spans, text };
    }

    /// Cells that point into the values of a dictionary: text stays where it is, other values are
    /// looked up.
    fn dictionary(
        &mut self,
        array: &ArrayRef,
        nulls: Option<&NullBuffer>,
        bytes: Bytes,
        tally: &mut Tally,
    ) {
        let dictionary = array.as_any_dictionary();
        let values = dictionary.values();
        let mut held = Held::Opaque;
        if values.is_empty() {
            return self.nothing(array.len());
        }
        if matches!(values.data_type(), DataType::Dictionary(_, _)) {
            *self = Held::Opaque;
            return;
        }
        if let Some(picked) = picked(array, nulls, bytes) {
            let (mut spans, text) = picked;
            cut(&mut spans, values_of(values), text, tally);
            *self = Held::Borrowed { array: values.clone(), spans, text };
            return;
        }
        held.fill(values, None, bytes, tally);
        let keys = dictionary.normalized_keys();
        let live = |row| nulls.is_none_or(|nulls| nulls.is_valid(row));
        let rows = || keys.iter().enumerate().map(|(row, key)| live(row).then_some(*key));
        let picked = |spans: &[Span]| -> Vec<Span> {
            let at = |key: Option<usize>| key.and_then(|key| spans.get(key)).copied();
            rows().map(|key| at(key).unwrap_or(Span::NULL)).collect()
        };
        *self = match held {
            Held::Borrowed { array, spans, text } => {
                Held::Borrowed { array, spans: picked(&spans), text }
            }
            Held::Copied { bytes, spans, text } => {
                Held::Copied { bytes, spans: picked(&spans), text }
            }
            Held::Integers(cells) => Held::Integers(looked_up(rows(), &cells)),
            Held::Floats(cells) => Held::Floats(looked_up(rows(), &cells)),
            Held::Booleans(cells) => Held::Booleans(looked_up(rows(), &cells)),
            Held::Days(cells) => Held::Days(looked_up(rows(), &cells)),
            Held::Instants(cells) => Held::Instants(looked_up(rows(), &cells)),
            Held::Opaque => Held::Opaque,
        };
    }

    fn nothing(&mut self, rows: usize) {
        let (bytes, mut spans) = self.take_copied();
        spans.resize(rows, Span::NULL);
        *self = Held::Copied { bytes, spans, text: true };
    }

    fn take_copied(&mut self) -> (Vec<u8>, Vec<Span>) {
        match std::mem::replace(self, Held::Opaque) {
            Held::Copied { mut bytes, mut spans, .. } => {
                bytes.clear();
                spans.clear();
                (bytes, spans)
            }
            Held::Borrowed { mut spans, .. } => {
                spans.clear();
                (Vec::new(), spans)
            }
            _ => (Vec::new(), Vec::new()),
        }
    }
}

/// The places of a dictionary's texts, looked up by the keys as Parquet has them: a dictionary may
/// have more values than a batch has rows, and is not gone through for each.
fn picked(array: &ArrayRef, nulls: Option<&NullBuffer>, bytes: Bytes) -> Option<(Vec<Span>, bool)> {
    let dictionary = array.as_dictionary_opt::<Int32Type>()?;
    let values = dictionary.values();
    let offsets = match values.data_type() {
        DataType::Utf8 => values.as_string::<i32>().value_offsets(),
        DataType::Binary => values.as_binary::<i32>().value_offsets(),
        _ => return None,
    };
    if values.null_count() > 0 {
        return None;
    }
    let text = match values.data_type() {
        DataType::Utf8 => true,
        _ => bytes.are_text(values.as_binary::<i32>().iter()),
    };
    let place = |offset: &i32| u32::try_from(*offset).unwrap_or(u32::MAX);
    let look = |key: &i32| {
        let key = usize::try_from(*key).ok()?;
        let (start, end) = (offsets.get(key)?, offsets.get(key + 1)?);
        Some(Span { start: place(start), end: place(end) })
    };
    let keys = dictionary.keys().values().iter();
    let spans = match nulls {
        None => keys.map(|key| look(key).unwrap_or(Span::NULL)).collect(),
        Some(nulls) => keys
            .zip(nulls.iter())
            .map(|(key, live)| look(key).filter(|_| live).unwrap_or(Span::NULL))
            .collect(),
    };
    Some((spans, text))
}

const MAX: u64 = i64::MAX as u64;
const EMPTY: &[u8] = &[];

fn looked_up<T: Copy>(
    rows: impl Iterator<Item = Option<usize>>,
    cells: &[Option<T>],
) -> Vec<Option<T>> {
    rows.map(|key| key.and_then(|key| cells.get(key).copied().flatten())).collect()
}

fn cells_of<T: ArrowPrimitiveType, C>(
    array: &ArrayRef,
    nulls: Option<&NullBuffer>,
    cells: &mut Vec<Option<C>>,
    read: impl Fn(T::Native) -> Option<C>,
) {
    let values = array.as_primitive::<T>().values().iter();
    match nulls {
        None => cells.extend(values.map(|value| read(*value))),
        Some(nulls) => {
            let live = nulls.iter();
            cells.extend(values.zip(live).map(|(value, live)| read(*value).filter(|_| live)));
        }
    }
}

fn filled<'a>(bytes: &'a [u8], spans: &'a [Span], text: bool) -> Cells<'a> {
    if text { Cells::Text { bytes, spans } } else { Cells::Binary { bytes, spans } }
}

fn values_of(array: &ArrayRef) -> &[u8] {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value_data(),
        DataType::LargeUtf8 => array.as_string::<i64>().value_data(),
        DataType::Binary => array.as_binary::<i32>().value_data(),
        DataType::LargeBinary => array.as_binary::<i64>().value_data(),
        _ => EMPTY,
    }
}

/// Whether every value is UTF-8 without control characters other than white space.
fn all_text<'a>(mut values: impl Iterator<Item = Option<&'a [u8]>>) -> bool {
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    values.all(|value| {
        value.is_none_or(|value| !value.iter().any(control) && std::str::from_utf8(value).is_ok())
    })
}

/// A cell between two places of a buffer.
pub(crate) fn span(start: usize, end: usize) -> Span {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => Span { start, end },
        _ => Span::NULL,
    }
}

/// Cuts cells that are longer than the limit.
fn cut(spans: &mut [Span], data: &[u8], text: bool, tally: &mut Tally) {
    let long = |cell: &&mut Span| (cell.end.saturating_sub(cell.start)) as usize > CELL_BYTES;
    for cell in spans.iter_mut().filter(long) {
        let kept = cell.of(data).map_or(0, |value| shortened(value, text, tally).len());
        cell.end = cell.start.saturating_add(u32::try_from(kept).unwrap_or(0));
    }
}

/// A value up to the limit of a cell; text is cut between characters.
pub(crate) fn shortened<'a>(value: &'a [u8], text: bool, tally: &mut Tally) -> &'a [u8] {
    if value.len() <= CELL_BYTES {
        return value;
    }
    tally.cut_cells += 1;
    let inside = |end: usize| value.get(end).is_some_and(|byte| byte & 0xC0 == 0x80);
    // Four bytes back is past every character; a run of such bytes is no text anyway.
    let ends = (CELL_BYTES.saturating_sub(3)..=CELL_BYTES).rev();
    let end = ends.into_iter().find(|end| !text || !inside(*end)).unwrap_or(CELL_BYTES);
    value.get(..end).unwrap_or(value)
}

fn write_plain(to: &mut String, value: impl std::fmt::Display) {
    // Writing into a String cannot fail.
    let _ = write!(to, "{value}");
}

fn write_decimal(to: &mut String, value: i128, scale: i8) {
    match i64::try_from(value) {
        Ok(value) => write_plain(to, value),
        Err(_) => write_plain(to, value),
    }
    let Ok(scale) = usize::try_from(scale) else {
        to.extend(std::iter::repeat_n('0', usize::from(scale.unsigned_abs())));
        return;
    };
    if scale == 0 {
        return;
    }
    let signs = usize::from(value < 0);
    while to.len() <= scale + signs {
        to.insert(signs, '0');
    }
    to.insert(to.len() - scale, '.');
}
