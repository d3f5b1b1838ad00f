//! Splits a block of delimited text into cells, column by column, without copying.

use kouan_table::{Span, Tally};

use super::dialect::{Dialect, Quoted};
use super::marks;

/// What splitting keeps to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// How the text is written.
    pub(super) dialect: Dialect,
    /// Columns of the table.
    pub(super) width: usize,
    /// Rows of a batch.
    pub(super) rows_max: usize,
    /// Bytes of a cell that are handed over.
    pub(super) cell_bytes: usize,
    /// Bytes behind an opening quote within which the closing one must stand.
    pub(super) record_bytes: usize,
}

/// The cells of a batch: where each begins and ends, one column after the other.
#[derive(Default)]
pub(super) struct Grid {
    spans: Vec<Span>,
    stride: usize,
    /// Rows that are filled.
    pub(super) rows: usize,
    /// What stood beyond the last column: row and cell.
    pub(super) beyond: Vec<(usize, Span)>,
    /// Cells that had to be written anew (doubled quotes); spans count on from the text's end.
    pub(super) aside: Vec<u8>,
}

impl Grid {
    /// Makes room and forgets what was there.
    pub(super) fn clear(&mut self, width: usize, rows_max: usize) {
        // Columns whose distance is a power of two would fight for the same lines of the cache.
        self.stride = rows_max + 24;
        self.spans.resize(self.stride.saturating_mul(width), Span::NULL);
        self.rows = 0;
        self.beyond.clear();
        self.aside.clear();
    }

    /// The cells of a column.
    pub(super) fn column(&self, column: usize) -> &[Span] {
        let start = column * self.stride;
        self.spans.get(start..start + self.rows).unwrap_or_default()
    }

    /// The cells of a column, to be changed.
    pub(super) fn column_mut(&mut self, column: usize) -> &mut [Span] {
        let start = column * self.stride;
        self.spans.get_mut(start..start + self.rows).unwrap_or_default()
    }
}

/// A place in a block of text from which splitting goes on.
pub(super) struct Splitter {
    rules: Rules,
    place: usize,
}

/// What a record is split into so far.
struct Record {
    /// Where the record begins.
    start: usize,
    /// Where the cell begins.
    cell: usize,
    /// Cells that are finished.
    cells: usize,
    /// Where the next span goes.
    slot: usize,
    /// Where the first cell beyond the last column begins.
    beyond: Option<(usize, Span)>,
}

impl Splitter {
    pub(super) fn new(rules: Rules) -> Splitter {
        Splitter { rules, place: 0 }
    }

    /// Where splitting goes on.
    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// Fills the grid with the next rows of the text; fills none at the end.
    pub(super) fn fill(&mut self, text: &[u8], grid: &mut Grid, tally: &mut Tally) {
        let Rules { dialect, width, rows_max, .. } = self.rules;
        grid.clear(width, rows_max);
        let mut record = Record::at(self.place, 0);
        let mut place = self.place;
        'steps: while let Some((chunk, bytes)) = marks::step(text, place & !(marks::STEP - 1)) {
            let base = place & !(marks::STEP - 1);
            let is_mark = |byte| dialect.ends_cell(byte) || byte == dialect.quote;
            let mut found = marks::from(marks::marks(&chunk, is_mark), place);
            while found != 0 {
                let offset = found.trailing_zeros() as usize % marks::STEP;
                if offset >= bytes {
                    break;
                }
                let [at, mut next] = [base + offset, base + offset + 1];
                let mut byte = chunk.get(offset).copied().unwrap_or_default();
                found &= found - 1;
                if byte == dialect.quote {
                    if at != record.cell {
                        continue;
                    }
                    let Some(end) = self.quoted(text, at, &mut record, grid) else { continue };
                    byte = text.get(end).copied().unwrap_or(b'\n');
                    next = end + 1;
                } else {
                    let span = span(record.cell, at);
                    record.put(span, width, grid);
                }
                record.cell = next;
                if byte != dialect.delimiter {
                    self.end(&mut record, next, grid, tally);
                    if grid.rows == rows_max {
                        self.place = next.min(text.len());
                        return;
                    }
                }
                if next - base >= marks::STEP {
                    place = next;
                    continue 'steps;
                }
                found = marks::from(found, next);
            }
            place = base + marks::STEP;
        }
        if record.cell < text.len() || record.cells > 0 && record.cell == text.len() {
            record.put(span(record.cell, text.len()), width, grid);
            self.end(&mut record, text.len() + 1, grid, tally);
        }
        self.place = text.len();
    }

    /// Puts the quoted cell that opens at `open` into the grid and says where it ended, `None`
    /// when the quote is only a character.
    #[inline(never)]
    fn quoted(
        &self,
        text: &[u8],
        open: usize,
        record: &mut Record,
        grid: &mut Grid,
    ) -> Option<usize> {
        let Rules { dialect, width, record_bytes, .. } = self.rules;
        let (close, doubled, end) = match dialect.quoted(text, open, record_bytes) {
            Quoted::Closed { at, doubled } => (at, doubled, at + 1),
            Quoted::Trailing { at, doubled } => (at, doubled, dialect.cell_end(text, at + 1)),
            Quoted::Character | Quoted::Undecided => return None,
        };
        let plain = !doubled && end == close + 1;
        let cell = if plain {
            span(open + 1, close)
        } else {
            let start = text.len() + grid.aside.len();
            let inside = text.get(open + 1..close).unwrap_or_default();
            undouble(inside, dialect.quote, &mut grid.aside);
            grid.aside.extend_from_slice(text.get(close + 1..end).unwrap_or_default());
            span(start, text.len() + grid.aside.len())
        };
        record.cell = open;
        record.put(cell, width, grid);
        Some(end)
    }

    /// Ends a record; `next` is the byte after its line end.
    #[inline(always)]
    fn end(&self, record: &mut Record, next: usize, grid: &mut Grid, tally: &mut Tally) {
        let Rules { width, cell_bytes, .. } = self.rules;
        // Nothing but a line end: an empty line, or the second half of CR LF.
        if record.cells == 1 && next - record.start == 1 {
            *record = Record::at(next, grid.rows);
            return;
        }
        if record.cells != width {
            ragged(record, next, width, grid);
            tally.ragged_rows += 1;
        }
        if next - record.start > cell_bytes {
            tally.cut_cells += cut_row(grid, width, cell_bytes);
        }
        grid.rows += 1;
        tally.rows += 1;
        *record = Record::at(next, grid.rows);
    }
}

impl Record {
    #[inline(always)]
    fn at(start: usize, row: usize) -> Record {
        Record { start, cell: start, cells: 0, slot: row, beyond: None }
    }

    #[inline(always)]
    fn put(&mut self, span: Span, width: usize, grid: &mut Grid) {
        if self.cells < width {
            if let Some(slot) = grid.spans.get_mut(self.slot) {
                *slot = span;
            }
            self.slot += grid.stride;
        } else if self.cells == width {
            self.beyond = Some((self.cell, span));
        }
        self.cells += 1;
    }
}

/// Fills what a short record lacks with nulls and keeps what a long one has too much.
#[cold]
fn ragged(record: &Record, next: usize, width: usize, grid: &mut Grid) {
    for column in record.cells..width {
        if let Some(slot) = grid.spans.get_mut(column * grid.stride + grid.rows) {
            *slot = Span::NULL;
        }
    }
    if let Some((start, only)) = record.beyond {
        // One cell too much is handed over as it is; several as they stand in the text.
        let cell = if record.cells == width + 1 { only } else { span(start, next - 1) };
        grid.beyond.push((grid.rows, cell));
    }
}

/// Cuts the cells of the row that is being finished; says how many.
#[cold]
fn cut_row(grid: &mut Grid, width: usize, cell_bytes: usize) -> u64 {
    let mut cut = 0;
    let row = grid.rows;
    let last = grid.beyond.last_mut().filter(|(at, _)| *at == row).map(|(_, span)| span);
    let cells = (0..width).map(|column| column * grid.stride + row);
    let mut shorten = |span: &mut Span| {
        if *span != Span::NULL && (span.end - span.start) as usize > cell_bytes {
            span.end = span.start + u32::try_from(cell_bytes).unwrap_or(u32::MAX);
            cut += 1;
        }
    };
    if let Some(span) = last {
        shorten(span);
    }
    for slot in cells {
        if let Some(span) = grid.spans.get_mut(slot) {
            shorten(span);
        }
    }
    cut
}

/// Writes a quoted cell's content with each doubled quote single.
pub(super) fn undouble(inside: &[u8], quote: u8, to: &mut Vec<u8>) {
    let mut rest = inside;
    while let Some(at) = memchr::memchr(quote, rest) {
        let (head, tail) = rest.split_at((at + 1).min(rest.len()));
        to.extend_from_slice(head);
        rest = tail.get(1..).unwrap_or_default();
    }
    to.extend_from_slice(rest);
}

/// A span of a block: blocks are far smaller than 4 GiB.
#[inline(always)]
pub(super) fn span(start: usize, end: usize) -> Span {
    #[expect(clippy::cast_possible_truncation, reason = "a block is smaller than 4 GiB")]
    Span { start: start as u32, end: end as u32 }
}
