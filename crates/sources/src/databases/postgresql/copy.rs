//! The text of `COPY … TO STDOUT`: a line a row, tabs between cells, `\N` for null.
//!
//! A tab, a line end or a backslash inside a cell is written with a backslash, so that a bare one
//! always delimits. Cells stay where they arrived; only those with a backslash are rewritten, in
//! place, because the plain form is never longer.

use std::sync::Arc;

use kouan_table::{Batch, Block, Cells, Column, ColumnCells, Span, Tally};
use kouan_terms::Diagnostic;

use super::super::cells::{offset, text_end};
use crate::limits::{BATCH_ROWS, BINARY_BYTES, CELL_BYTES};

/// A table whose rows are copied.
pub(super) struct Shape {
    /// The table's name.
    pub(super) table: Box<str>,
    /// The columns that are copied, in the order of the cells.
    pub(super) columns: Vec<Column>,
    /// How each of them is written.
    pub(super) written: Vec<Written>,
}

/// How the cells of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// As text.
    Text,
    /// `t` and `f`.
    Boolean,
    /// `\x` and two digits a byte.
    Hex,
    /// Not looked at; null is asked instead.
    Nothing,
}

/// Whole lines.
pub(super) struct Lines {
    pub(super) bytes: Vec<u8>,
    pub(super) shape: Arc<Shape>,
}

impl Block for Lines {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let Lines { mut bytes, shape } = *self;
        let mut tally = Tally::default();
        let mut grid = Grid::new(shape.columns.len());
        let mut at = 0;
        while at < bytes.len() {
            at = grid.fill(&bytes, at);
            grid.resolve(&mut bytes, &shape.written);
            let booleans = grid.booleans(&bytes, &shape.written);
            let columns: Vec<ColumnCells<'_>> = shape
                .columns
                .iter()
                .zip(&shape.written)
                .zip(grid.columns.iter().zip(&booleans))
                .map(|((column, written), (spans, booleans))| ColumnCells {
                    column,
                    cells: match written {
                        Written::Text => Cells::Text { bytes: &bytes, spans },
                        Written::Hex => Cells::Binary { bytes: &bytes, spans },
                        Written::Boolean => Cells::Booleans(booleans),
                        Written::Nothing => Cells::Opaque,
                    },
                })
                .collect();
            take(&Batch { table: &shape.table, columns: &columns, rows: grid.rows });
            tally.rows += grid.rows as u64;
        }
        tally.ragged_rows = grid.ragged_rows;
        tally.cut_cells = grid.cut_cells;
        Ok(tally)
    }
}

/// The places of the cells of one batch.
struct Grid {
    /// A list of spans a column.
    columns: Vec<Vec<Span>>,
    rows: usize,
    /// Column and row of the cells that hold a backslash.
    escaped: Vec<(usize, usize)>,
    ragged_rows: u64,
    cut_cells: u64,
}

impl Grid {
    fn new(width: usize) -> Grid {
        Grid {
            columns: vec![Vec::new(); width],
            rows: 0,
            escaped: Vec::new(),
            ragged_rows: 0,
            cut_cells: 0,
        }
    }

    /// Finds the cells of the next rows; gives back where the row after them begins.
    fn fill(&mut self, bytes: &[u8], from: usize) -> usize {
        self.columns.iter_mut().for_each(Vec::clear);
        self.escaped.clear();
        self.rows = 0;
        let mut line = Line { column: 0, start: from, escaped: false };
        let rest = bytes.get(from..).unwrap_or_default();
        for place in memchr::memchr3_iter(b'\t', b'\n', b'\\', rest) {
            let at = from + place;
            match bytes.get(at) {
                Some(b'\t') => self.cell(bytes, &mut line, at),
                Some(b'\n') => {
                    self.cell(bytes, &mut line, at);
                    self.row_ends(line.column);
                    line.column = 0;
                    if self.rows == BATCH_ROWS {
                        return at + 1;
                    }
                }
                _ => line.escaped = true,
            }
        }
        // The text ends with a line end; what stands behind the last one was torn off.
        if line.column > 0 || line.start < bytes.len() {
            self.cell(bytes, &mut line, bytes.len());
            self.row_ends(line.column);
        }
        bytes.len()
    }

    #[inline]
    fn cell(&mut self, bytes: &[u8], line: &mut Line, end: usize) {
        let mut span = Span { start: offset(line.start), end: offset(end) };
        if line.escaped {
            if bytes.get(line.start..end) == Some(b"\\N") {
                span = Span::NULL;
            } else {
                self.escaped.push((line.column, self.rows));
            }
            line.escaped = false;
        } else if end - line.start > CELL_BYTES {
            self.escaped.push((line.column, self.rows));
        }
        if let Some(column) = self.columns.get_mut(line.column) {
            column.push(span);
        }
        line.column += 1;
        line.start = end + 1;
    }

    #[inline]
    fn row_ends(&mut self, cells: usize) {
        self.rows += 1;
        if cells != self.columns.len() {
            // The one cell of a row of a table without columns is an empty line.
            self.ragged_rows += u64::from(cells != 1 || !self.columns.is_empty());
            for column in &mut self.columns {
                column.resize(self.rows, Span::NULL);
            }
        }
    }

    /// Rewrites the cells that hold a backslash, and cuts those beyond the limit.
    fn resolve(&mut self, bytes: &mut [u8], written: &[Written]) {
        for (column, row) in &self.escaped {
            let hex = written.get(*column) == Some(&Written::Hex);
            let Some(span) = self.columns.get_mut(*column).and_then(|spans| spans.get_mut(*row))
            else {
                continue;
            };
            let Some(cell) = bytes.get_mut(span.start as usize..span.end as usize) else {
                continue;
            };
            let mut length = unescape(cell);
            let most = if hex {
                length = unhex(cell.get_mut(..length).unwrap_or_default());
                BINARY_BYTES
            } else {
                CELL_BYTES
            };
            if length > most {
                self.cut_cells += 1;
                length =
                    if hex { most } else { text_end(cell.get(..length).unwrap_or(cell), most) };
            }
            span.end = span.start.saturating_add(offset(length));
        }
    }

    /// The cells of the columns that say yes or no; an empty list for the others.
    fn booleans(&self, bytes: &[u8], written: &[Written]) -> Vec<Vec<Option<bool>>> {
        let value = |span: &Span| match span.of(bytes) {
            Some(b"t") => Some(true),
            Some(b"f") => Some(false),
            _ => None,
        };
        self.columns
            .iter()
            .zip(written)
            .map(|(spans, written)| match written {
                Written::Boolean => spans.iter().map(value).collect(),
                _ => Vec::new(),
            })
            .collect()
    }
}

/// How far a line has been read.
struct Line {
    column: usize,
    start: usize,
    escaped: bool,
}

/// Resolves the backslashes of a cell in place; gives back its new length.
fn unescape(cell: &mut [u8]) -> usize {
    let Some(mut read) = memchr::memchr(b'\\', cell) else { return cell.len() };
    let mut write = read;
    while let Some(&byte) = cell.get(read) {
        let plain = match (byte, cell.get(read + 1)) {
            (b'\\', Some(&mark)) => {
                read += 1;
                match mark {
                    b'b' => 0x08,
                    b'f' => 0x0C,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 0x0B,
                    other => other,
                }
            }
            _ => byte,
        };
        if let Some(place) = cell.get_mut(write) {
            *place = plain;
        }
        read += 1;
        write += 1;
    }
    write
}

/// Turns `\x4a…` into its bytes in place; gives back their number. What is no such text stays.
fn unhex(cell: &mut [u8]) -> usize {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let length = cell.len();
    if !cell.starts_with(b"\\x") || !length.is_multiple_of(2) {
        return length;
    }
    for place in 0..length / 2 - 1 {
        let pair = (cell.get(2 * place + 2).copied(), cell.get(2 * place + 3).copied());
        let (Some(high), Some(low)) = (pair.0.and_then(digit), pair.1.and_then(digit)) else {
            return place;
        };
        if let Some(to) = cell.get_mut(place) {
            *to = high << 4 | low;
        }
    }
    length / 2 - 1
}

#[cfg(test)]
mod tests {
    use kouan_table::Declared;
    use proptest::prelude::*;

    use super::*;

    fn shape(written: &[Written]) -> Arc<Shape> {
        let columns = (0..written.len())
            .map(|at| Column {
                name: format!("c{at}").into(),
                position: u32::try_from(at).expect("few"),
                declared: Declared::Text,
                comment: None,
                key: None,
                length_max: None,
            })
            .collect();
        Arc::new(Shape { table: "public.t".into(), columns, written: written.to_vec() })
    }

    fn read(written: &[Written], bytes: &[u8]) -> (Vec<Vec<Option<Vec<u8>>>>, Tally) {
        let mut columns = vec![Vec::new(); written.len()];
        let block = Lines { bytes: bytes.to_vec(), shape: shape(written) };
        let tally = Box::new(block)
            .read(&mut |batch| {
                for (column, into) in batch.columns.iter().zip(&mut columns) {
                    match column.cells {
                        Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
                            assert_eq!(spans.len(), batch.rows);
                            into.extend(spans.iter().map(|s| s.of(bytes).map(<[u8]>::to_vec)));
                        }
                        Cells::Booleans(cells) => {
                            assert_eq!(cells.len(), batch.rows);
                            into.extend(
                                cells.iter().map(|cell| cell.map(|yes| vec![u8::from(yes)])),
                            );
                        }
                        _ => {}
                    }
                }
            })
            .expect("lines are always read");
        (columns, tally)
    }

    fn some(text: &str) -> Option<Vec<u8>> {
        Some(text.as_bytes().to_vec())
    }

    #[test]
    fn cells_come_plain_null_empty_and_unescaped() {
        let (columns, tally) = read(
            &[Written::Text, Written::Text],
            "甲一\t\\N\n\t\\\\N\na\\tb\\nc\\\\d\t\\b\\f\\r\\v\n".as_bytes(),
        );
        assert_eq!(columns[0], [some("甲一"), some(""), some("a\tb\nc\\d")]);
        assert_eq!(columns[1], [None, some("\\N"), some("\u{8}\u{c}\r\u{b}")]);
        assert_eq!(tally, Tally { rows: 3, ..Tally::default() });
    }

    #[test]
    fn booleans_and_bytes_have_their_own_kinds() {
        let (columns, _) = read(
            &[Written::Boolean, Written::Hex, Written::Nothing],
            b"t\t\\\\xffd8FF\t\\N\nf\t\\\\x\t\\N\n\\N\t\\N\t\\N\n",
        );
        assert_eq!(columns[0], [Some(vec![1]), Some(vec![0]), None]);
        assert_eq!(columns[1], [Some(vec![0xFF, 0xD8, 0xFF]), Some(vec![]), None]);
    }

    #[test]
    fn a_row_of_another_width_is_counted_and_filled_up() {
        let (columns, tally) = read(&[Written::Text, Written::Text], b"a\nb\tc\td\ne\tf\ng\th");
        assert_eq!(columns[0], [some("a"), some("b"), some("e"), some("g")]);
        assert_eq!(columns[1], [None, some("c"), some("f"), some("h")]);
        assert_eq!((tally.rows, tally.ragged_rows), (4, 2));
    }

    #[test]
    fn a_table_without_columns_still_has_rows() {
        let (_, tally) = read(&[], b"\n\n");
        assert_eq!((tally.rows, tally.ragged_rows), (2, 0));
    }

    #[test]
    fn a_cell_at_the_limit_stays_and_a_longer_one_is_cut() {
        let at = "a".repeat(CELL_BYTES);
        let beyond = format!("{}岸", "a".repeat(CELL_BYTES - 1));
        let (columns, tally) = read(&[Written::Text], format!("{at}\n{beyond}\n").as_bytes());
        let lengths: Vec<_> = columns[0].iter().flatten().map(Vec::len).collect();
        assert_eq!((lengths, tally.cut_cells), (vec![CELL_BYTES, CELL_BYTES - 1], 1));
        for (bytes, cut) in [(BINARY_BYTES, 0), (BINARY_BYTES + 1, 1)] {
            let line = format!("\\\\x{}\n", "00".repeat(bytes));
            let (columns, tally) = read(&[Written::Hex], line.as_bytes());
            assert_eq!(columns[0][0].as_ref().map(Vec::len), Some(BINARY_BYTES));
            assert_eq!(tally.cut_cells, cut);
        }
    }

    #[test]
    fn many_rows_come_in_several_batches() {
        let lines = "1\n".repeat(2 * BATCH_ROWS + 1);
        let (columns, tally) = read(&[Written::Text], lines.as_bytes());
        assert_eq!(columns[0].len(), 2 * BATCH_ROWS + 1);
        assert_eq!(tally.rows, 2 * BATCH_ROWS as u64 + 1);
    }

    /// A cell as PostgreSQL writes it.
    fn escape(cell: Option<&str>) -> String {
        cell.map_or("\\N".to_owned(), |cell| {
            cell.replace('\\', "\\\\")
                .replace('\t', "\\t")
                .replace('\n', "\\n")
                .replace('\r', "\\r")
                .replace('\u{8}', "\\b")
                .replace('\u{b}', "\\v")
                .replace('\u{c}', "\\f")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn what_is_written_is_read(rows in prop::collection::vec(
            prop::collection::vec(prop::option::of("[\\PC\t\n\r\\\\N]{0,8}"), 3), 0..20))
        {
            let text: String = rows
                .iter()
                .map(|row| {
                    let cells: Vec<_> = row.iter().map(|cell| escape(cell.as_deref())).collect();
                    cells.join("\t") + "\n"
                })
                .collect();
            let (columns, tally) = read(&[Written::Text; 3], text.as_bytes());
            prop_assert_eq!(tally.rows, rows.len() as u64);
            for (row, cells) in rows.iter().enumerate() {
                for (column, cell) in cells.iter().enumerate() {
                    let expected = cell.as_ref().map(|cell| cell.as_bytes().to_vec());
                    prop_assert_eq!(&columns[column][row], &expected);
                }
            }
        }

        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in prop::collection::vec(prop_oneof![
                Just(b'\\'), Just(b'\t'), Just(b'\n'), Just(b'N'), Just(b'x'), any::<u8>()
            ], 0..200))
        {
            let written = [Written::Text, Written::Hex, Written::Boolean, Written::Nothing];
            for width in 0..=4 {
                let _ = read(&written[..width], &bytes);
            }
        }
    }
}
