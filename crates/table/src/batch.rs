//! A batch: some rows of one table, column by column, borrowed from the reader's buffer.

use std::fmt;

use crate::Column;

/// Some rows of one table.
///
/// Every column of a batch has the same number of rows. A later batch of the same table may have
/// other columns (a JSON path that appears late); a column is known by its name.
pub struct Batch<'a> {
    /// Which of the source's tables: the name in [`crate::Table::name`].
    pub table: &'a str,
    /// The columns, in the order of the source.
    pub columns: &'a [ColumnCells<'a>],
    /// How many rows.
    pub rows: usize,
}

/// A column and its cells in this batch.
#[derive(Clone, Copy)]
pub struct ColumnCells<'a> {
    /// The column.
    pub column: &'a Column,
    /// One cell a row.
    pub cells: Cells<'a>,
}

/// The cells of one column, one a row.
#[derive(Clone, Copy)]
pub enum Cells<'a> {
    /// Text in UTF-8 (or bytes that are not: the reader does not check). A null cell is
    /// [`Span::NULL`]; an empty cell is an empty span.
    Text {
        /// The buffer the spans point into.
        bytes: &'a [u8],
        /// One span a row.
        spans: &'a [Span],
    },
    /// Bytes that are no text (BLOB, `bytea`, Parquet binary).
    Binary {
        /// The buffer the spans point into.
        bytes: &'a [u8],
        /// One span a row.
        spans: &'a [Span],
    },
    /// Whole numbers.
    Integers(&'a [Option<i64>]),
    /// Numbers with a fraction.
    Floats(&'a [Option<f64>]),
    /// Yes or no.
    Booleans(&'a [Option<bool>]),
    /// Days since 1970-01-01.
    Days(&'a [Option<i32>]),
    /// Microseconds since 1970-01-01 00:00, in the source's own zone.
    Instants(&'a [Option<i64>]),
    /// Cells of a type that is not read (a nested list, say); their number is the batch's rows.
    Opaque,
}

/// Where a cell begins and ends in its buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// A cell that holds no value.
    pub const NULL: Span = Span { start: u32::MAX, end: u32::MAX };

    /// The bytes of the cell, `None` for a null cell or a span outside the buffer.
    #[must_use]
    #[inline]
    pub fn of(self, bytes: &[u8]) -> Option<&[u8]> {
        bytes.get(self.start as usize..self.end as usize)
    }
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Batch({} rows, {} columns)", self.rows, self.columns.len())
    }
}

impl fmt::Debug for ColumnCells<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cells.fmt(to)
    }
}

impl fmt::Debug for Cells<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, cells) = match self {
            Cells::Text { spans, .. } => ("Text", spans.len()),
            Cells::Binary { spans, .. } => ("Binary", spans.len()),
            Cells::Integers(cells) => ("Integers", cells.len()),
            Cells::Floats(cells) => ("Floats", cells.len()),
            Cells::Booleans(cells) => ("Booleans", cells.len()),
            Cells::Days(cells) => ("Days", cells.len()),
            Cells::Instants(cells) => ("Instants", cells.len()),
            Cells::Opaque => ("Opaque", 0),
        };
        write!(to, "{kind}({cells} cells)")
    }
}
