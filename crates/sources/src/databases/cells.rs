//! Rows whose cells have a type of their own, gathered into blocks (MySQL, SQLite).

use std::io::Write;
use std::sync::Arc;

use kouan_table::{Batch, Block, Cells, Column, ColumnCells, Span, Tally};
use kouan_terms::Diagnostic;

use crate::limits::{BATCH_ROWS, BINARY_BYTES, BLOCK_BYTES, CELL_BYTES};

/// A table whose rows are read.
pub(super) struct Shape {
    /// The table's name.
    pub(super) table: Box<str>,
    /// The columns that are read, in the order of the cells.
    pub(super) columns: Vec<Column>,
}

/// One cell.
#[derive(Clone, Copy)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Float(f64),
    Text(Span),
    Binary(Span),
}

/// Rows being gathered, cell by cell.
pub(super) struct Gathered {
    shape: Arc<Shape>,
    bytes: Vec<u8>,
    cells: Vec<Cell>,
    cut_cells: u64,
}

impl Gathered {
    /// Nothing gathered yet.
    pub(super) fn new(shape: Arc<Shape>) -> Gathered {
        Gathered { shape, bytes: Vec::new(), cells: Vec::new(), cut_cells: 0 }
    }

    pub(super) fn null(&mut self) {
        self.cells.push(Cell::Null);
    }

    pub(super) fn integer(&mut self, value: i64) {
        self.cells.push(Cell::Integer(value));
    }

    pub(super) fn float(&mut self, value: f64) {
        self.cells.push(Cell::Float(value));
    }

    /// Takes a text, cut at the limit.
    pub(super) fn text(&mut self, text: &[u8]) {
        let kept = text.get(..text_end(text, CELL_BYTES)).unwrap_or(text);
        self.cut_cells += u64::from(kept.len() < text.len());
        let span = self.keep(kept);
        self.cells.push(Cell::Text(span));
    }

    /// Takes bytes, of which only the first tell what they are.
    pub(super) fn binary(&mut self, bytes: &[u8]) {
        let kept = bytes.get(..BINARY_BYTES).unwrap_or(bytes);
        self.cut_cells += u64::from(kept.len() < bytes.len());
        let span = self.keep(kept);
        self.cells.push(Cell::Binary(span));
    }

    /// Whether it is time to hand the rows over.
    pub(super) fn is_full(&self) -> bool {
        self.size() >= BLOCK_BYTES
    }

    /// Bytes it holds.
    pub(super) fn size(&self) -> usize {
        self.bytes.len() + self.cells.len() * size_of::<Cell>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// What is gathered, leaving nothing.
    pub(super) fn take(&mut self) -> Gathered {
        let next = Gathered::new(Arc::clone(&self.shape));
        std::mem::replace(self, next)
    }

    fn keep(&mut self, bytes: &[u8]) -> Span {
        let start = offset(self.bytes.len());
        self.bytes.extend_from_slice(bytes);
        Span { start, end: offset(self.bytes.len()) }
    }
}

impl Block for Gathered {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let Gathered { shape, mut bytes, cells, cut_cells } = *self;
        let width = shape.columns.len().max(1);
        let mut tally = Tally { cut_cells, ..Tally::default() };
        for part in cells.chunks(width * BATCH_ROWS) {
            let rows = part.len() / width;
            let columns: Vec<Typed> = (0..shape.columns.len())
                .map(|at| Typed::gather(part.iter().skip(at).step_by(width), &mut bytes))
                .collect();
            let columns: Vec<ColumnCells<'_>> = shape
                .columns
                .iter()
                .zip(&columns)
                .map(|(column, typed)| ColumnCells { column, cells: typed.lend(&bytes) })
                .collect();
            take(&Batch { table: &shape.table, columns: &columns, rows });
            tally.rows += rows as u64;
        }
        Ok(tally)
    }
}

/// The cells of one column in one batch, of the narrowest type that holds them all.
enum Typed {
    Text(Vec<Span>),
    Binary(Vec<Span>),
    Integers(Vec<Option<i64>>),
    Floats(Vec<Option<f64>>),
}

impl Typed {
    /// Whole numbers if there is nothing else, numbers, bytes; a mixture is written out as text at
    /// the end of `bytes`.
    fn gather<'c>(cells: impl Iterator<Item = &'c Cell> + Clone, bytes: &mut Vec<u8>) -> Typed {
        let [mut integers, mut floats, mut texts, mut binaries] = [false; 4];
        for cell in cells.clone() {
            match cell {
                Cell::Null => {}
                Cell::Integer(_) => integers = true,
                Cell::Float(_) => floats = true,
                Cell::Text(_) => texts = true,
                Cell::Binary(_) => binaries = true,
            }
        }
        match (integers, floats, texts, binaries) {
            (true, false, false, false) => Typed::Integers(
                cells
                    .map(|cell| if let Cell::Integer(value) = cell { Some(*value) } else { None })
                    .collect(),
            ),
            // A whole number beyond 2^53 would lose digits as a float: such a mixture is text.
            (false, true, false, false) => Typed::Floats(
                cells
                    .map(|cell| if let Cell::Float(value) = cell { Some(*value) } else { None })
                    .collect(),
            ),
            (false, false, false, true) => {
                Typed::Binary(cells.map(|cell| cell.written(bytes)).collect())
            }
            _ => Typed::Text(cells.map(|cell| cell.written(bytes)).collect()),
        }
    }

    fn lend<'t>(&'t self, bytes: &'t [u8]) -> Cells<'t> {
        match self {
            Typed::Text(spans) => Cells::Text { bytes, spans },
            Typed::Binary(spans) => Cells::Binary { bytes, spans },
            Typed::Integers(cells) => Cells::Integers(cells),
            Typed::Floats(cells) => Cells::Floats(cells),
        }
    }
}

impl Cell {
    fn written(self, bytes: &mut Vec<u8>) -> Span {
        let start = offset(bytes.len());
        // Writing into a vector cannot fail.
        let _ = match self {
            Cell::Null => return Span::NULL,
            Cell::Text(span) | Cell::Binary(span) => return span,
            Cell::Integer(value) => write!(bytes, "{value}"),
            Cell::Float(value) => write!(bytes, "{value}"),
        };
        Span { start, end: offset(bytes.len()) }
    }
}

/// Where a text is cut so that no more than `most` bytes stay and no character is torn.
pub(super) fn text_end(text: &[u8], most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    (most.saturating_sub(3)..=most)
        .rev()
        .find(|at| text.get(*at).is_some_and(|byte| byte & 0xC0 != 0x80))
        .unwrap_or(most)
}

// A block is a few megabytes and one row; a place past the end of `u32` becomes the null cell.
pub(super) fn offset(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use kouan_table::Declared;

    use super::*;

    fn shape(width: u32) -> Arc<Shape> {
        let columns = (0..width)
            .map(|position| Column {
                name: format!("c{position}").into(),
                position,
                declared: Declared::Nothing,
                comment: None,
                key: None,
                length_max: None,
            })
            .collect();
        Arc::new(Shape { table: "t".into(), columns })
    }

    fn shown(gathered: Gathered) -> (Vec<String>, Tally) {
        let mut lines = Vec::new();
        let tally = Box::new(gathered)
            .read(&mut |batch| {
                for column in batch.columns {
                    lines.push(match column.cells {
                        Cells::Text { bytes, spans } => format!(
                            "text {:?}",
                            spans
                                .iter()
                                .map(|span| span.of(bytes).map(String::from_utf8_lossy))
                                .collect::<Vec<_>>()
                        ),
                        Cells::Integers(cells) => format!("integers {cells:?}"),
                        Cells::Floats(cells) => format!("floats {cells:?}"),
                        ref other => format!("{other:?}"),
                    });
                }
            })
            .expect("a block of ours");
        (lines, tally)
    }

    #[test]
    fn a_column_has_the_narrowest_type_that_holds_its_cells() {
        let mut rows = Gathered::new(shape(5));
        rows.integer(7);
        rows.integer(9_007_199_254_740_993);
        rows.float(0.5);
        rows.text("甲".as_bytes());
        rows.binary(&[0xFF, 0xD8]);
        for _ in 0..5 {
            rows.null();
        }
        rows.integer(8);
        rows.float(1.5);
        rows.float(2.0);
        rows.integer(3);
        rows.binary(&[]);
        let (lines, tally) = shown(rows);
        assert_eq!(
            lines,
            [
                "integers [Some(7), None, Some(8)]",
                "text [Some(\"9007199254740993\"), None, Some(\"1.5\")]",
                "floats [Some(0.5), None, Some(2.0)]",
                "text [Some(\"甲\"), None, Some(\"3\")]",
                "Binary(3 cells)",
            ]
        );
        assert_eq!(tally.rows, 3);
    }

    #[test]
    fn long_blocks_come_in_several_batches() {
        let mut rows = Gathered::new(shape(2));
        for row in 0..=BATCH_ROWS {
            rows.integer(i64::try_from(row).expect("small"));
            rows.null();
        }
        let (lines, tally) = shown(rows);
        assert_eq!(lines.len(), 4);
        assert_eq!(tally.rows, BATCH_ROWS as u64 + 1);
    }

    #[test]
    fn a_cell_at_the_limit_stays_and_a_longer_one_is_cut_between_characters() {
        let mut rows = Gathered::new(shape(2));
        rows.text(&vec![b'a'; CELL_BYTES]);
        rows.text("岸".repeat(CELL_BYTES / 3 + 1).as_bytes());
        rows.binary(&vec![0; BINARY_BYTES]);
        rows.binary(&vec![0; BINARY_BYTES + 1]);
        let mut lengths = Vec::new();
        let tally = Box::new(rows)
            .read(&mut |batch| {
                for column in batch.columns {
                    if let Cells::Text { bytes, spans } = column.cells {
                        lengths.extend(spans.iter().map(|s| s.of(bytes).expect("a cell").len()));
                    }
                }
            })
            .expect("a block of ours");
        assert_eq!(tally.cut_cells, 2);
        assert_eq!(lengths, [CELL_BYTES, BINARY_BYTES, CELL_BYTES / 3 * 3, BINARY_BYTES]);
    }
}
