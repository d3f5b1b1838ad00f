//! Splits a block of delimited text into cells, column by column, without copying.

use kouan_table::{Span, Tally};

use super::dialect::{Dialect, Quoted};
use super::marks;
use super::quotes::Quotes;

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
    /// Bytes of a record within which a quote that opens must close.
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
        // One column more takes the first cell beyond the last column.
        self.spans.resize(self.stride.saturating_mul(width + 1), Span::NULL);
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

/// A batch that is being filled.
struct Filling<'a> {
    rules: Rules,
    text: &'a [u8],
    grid: &'a mut Grid,
    tally: &'a mut Tally,
    record: Record,
    /// The last cell that begins with a quote which is only a character.
    literal: usize,
}

/// What a record is split into so far.
#[derive(Clone, Copy)]
struct Record {
    /// Where the record begins.
    start: usize,
    /// Where the cell begins.
    cell: usize,
    /// Cells that are finished.
    cells: usize,
    /// Where the next span goes.
    slot: usize,
}

/// Where going on is possible after some bytes were split.
enum Next {
    At(usize),
    Full,
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
        let rules = self.rules;
        grid.clear(rules.width, rules.rows_max);
        let record = Record::at(self.place, 0);
        let mut filling = Filling { rules, text, grid, tally, record, literal: usize::MAX };
        filling.fill(self.place);
        self.place = filling.record.start.min(text.len());
    }
}

impl Filling<'_> {
    fn fill(&mut self, mut place: usize) {
        loop {
            let next = match self.regular(place) {
                Next::At(irregular) if irregular < self.text.len() => self.exact(irregular),
                next => next,
            };
            match next {
                Next::Full => return,
                Next::At(next) if next >= self.text.len() => break,
                Next::At(next) => place = next,
            }
        }
        let record = self.record;
        if record.cell < self.text.len() || record.cells > 0 && record.cell == self.text.len() {
            let cell = self.unquoted(self.text.len(), true);
            self.put(cell);
            self.end(self.text.len() + 1);
        }
    }

    /// Splits as long as every quote stands where it should; gives the place where one does not,
    /// outside of quotes.
    fn regular(&mut self, mut place: usize) -> Next {
        let Rules { dialect, record_bytes, .. } = self.rules;
        let text = self.text;
        let mut quotes = Quotes::default();
        let mut room = [0; marks::STEP];
        let mut doubled = false;
        while let Some((chunk, bytes)) = marks::step(text, marks::floor(place), &mut room) {
            let base = marks::floor(place);
            let quoted = marks::from(marks::marks(chunk, |byte| byte == dialect.quote), place);
            let ends = marks::from(marks::marks(chunk, |byte| dialect.ends_cell(byte)), place);
            let full = if quotes.inside || quotes.closed || quoted != 0 {
                let twice = quoted & (quoted << 1 | u64::from(quotes.closed)) != 0;
                doubled = (quotes.inside || quotes.closed) && doubled || twice;
                let around = dialect.around(text, place, base + bytes, true);
                let far = quotes.inside && base + bytes - self.record.start > record_bytes;
                let open = (quotes.inside || quotes.closed).then_some(self.record.cell);
                let inside = if far { None } else { quotes.look(quoted, ends, around) };
                let Some(inside) = inside else { return Next::At(open.unwrap_or(place)) };
                self.cells::<true>(chunk, base, ends & !inside, doubled)
            } else {
                self.cells::<false>(chunk, base, ends, false)
            };
            if full {
                return Next::Full;
            }
            place = base + marks::STEP;
        }
        // A quote that is open at the end never closes.
        Next::At(if quotes.inside { self.record.cell } else { text.len() })
    }

    /// Takes the cells that end at these bytes; says whether the batch is full.
    #[inline(always)]
    fn cells<const QUOTED: bool>(
        &mut self,
        chunk: &[u8; marks::STEP],
        base: usize,
        mut ends: u64,
        doubled: bool,
    ) -> bool {
        let delimiter = self.rules.dialect.delimiter;
        while ends != 0 {
            let offset = ends.trailing_zeros() as usize % marks::STEP;
            ends &= ends - 1;
            let at = base + offset;
            let cell = if QUOTED { self.unquoted(at, doubled) } else { span(self.record.cell, at) };
            self.put(cell);
            self.record.cell = at + 1;
            if chunk.get(offset) != Some(&delimiter) && self.end(at + 1) {
                return true;
            }
        }
        false
    }

    /// The cell that ends at `end`, without its quotes.
    #[inline(always)]
    fn unquoted(&mut self, end: usize, doubled: bool) -> Span {
        let (start, quote) = (self.record.cell, self.rules.dialect.quote);
        if self.text.get(start) != Some(&quote) || start == self.literal {
            return span(start, end);
        }
        let close = end.saturating_sub(1).max(start + 1);
        if doubled { self.written(start, close, end) } else { span(start + 1, close) }
    }

    /// The quoted cell from the quote at `open` over the one at `close` to `end`, written anew
    /// where it has doubled quotes or goes on after the closing one.
    #[inline(never)]
    fn written(&mut self, open: usize, close: usize, end: usize) -> Span {
        let (text, quote) = (self.text, self.rules.dialect.quote);
        let inside = text.get(open + 1..close).unwrap_or_default();
        if end == close + 1 && memchr::memchr(quote, inside).is_none() {
            return span(open + 1, close);
        }
        let aside = &mut self.grid.aside;
        let start = text.len() + aside.len();
        undouble(inside, quote, aside);
        aside.extend_from_slice(text.get(close + 1..end).unwrap_or_default());
        span(start, text.len() + aside.len())
    }

    /// Splits quote by quote to the end of a step.
    #[cold]
    fn exact(&mut self, place: usize) -> Next {
        let Rules { dialect, .. } = self.rules;
        let text = self.text;
        let mut at = place;
        while at < text.len().min(marks::floor(place) + marks::STEP) {
            let byte = text.get(at).copied().unwrap_or_default();
            let mut end = at;
            if byte == dialect.quote && at == self.record.cell {
                let (close, after) = match dialect.quoted(text, at, self.limit(at)) {
                    Quoted::Closed { at, .. } => (at, at + 1),
                    Quoted::Trailing { at, .. } => (at, dialect.cell_end(text, at + 1)),
                    Quoted::Character | Quoted::Undecided => {
                        self.literal = at;
                        at += 1;
                        continue;
                    }
                };
                let cell = self.written(at, close, after);
                self.put(cell);
                end = after;
            } else if dialect.ends_cell(byte) {
                self.put(span(self.record.cell, at));
            } else {
                at += 1;
                continue;
            }
            at = end + 1;
            self.record.cell = at;
            if text.get(end) != Some(&dialect.delimiter) && self.end(at) {
                return Next::Full;
            }
        }
        Next::At(at)
    }

    #[inline(always)]
    fn put(&mut self, span: Span) {
        // One column more than there are takes the first cell beyond; later ones find no slot.
        if let Some(slot) = self.grid.spans.get_mut(self.record.slot) {
            *slot = span;
        }
        self.record.slot += self.grid.stride;
        self.record.cells += 1;
    }

    /// Ends a record; `next` is the byte after its line end. Says whether the batch is full.
    #[inline(always)]
    fn end(&mut self, next: usize) -> bool {
        let Rules { width, cell_bytes, rows_max, .. } = self.rules;
        let record = self.record;
        // Nothing but a line end: an empty line, or the second half of CR LF.
        if record.cells == 1 && next - record.start == 1 {
            self.record = Record::at(next, self.grid.rows);
            return false;
        }
        if record.cells != width {
            self.ragged(next);
        }
        if next - record.start > cell_bytes {
            self.tally.cut_cells += cut_row(self.grid, width, cell_bytes);
        }
        self.grid.rows += 1;
        self.tally.rows += 1;
        self.record = Record::at(next, self.grid.rows);
        self.grid.rows == rows_max
    }

    /// Fills what a short record lacks with nulls and keeps what a long one has too much.
    #[cold]
    fn ragged(&mut self, next: usize) {
        let (width, row) = (self.rules.width, self.grid.rows);
        self.tally.ragged_rows += 1;
        for column in self.record.cells..width {
            if let Some(slot) = self.grid.spans.get_mut(column * self.grid.stride + row) {
                *slot = Span::NULL;
            }
        }
        if self.record.cells > width {
            // One cell too much is handed over as it is; several as they stand in the text.
            let only = self.grid.spans.get(width * self.grid.stride + row).copied();
            let cell = match only {
                Some(only) if self.record.cells == width + 1 => only,
                _ => span(self.nth_cell(width), next - 1),
            };
            self.grid.beyond.push((row, cell));
        }
    }

    /// How far behind an opening quote the closing one may stand.
    fn limit(&self, open: usize) -> usize {
        self.rules.record_bytes.saturating_sub(open - self.record.start)
    }

    /// Where the cell with this number begins in the record that is being finished.
    fn nth_cell(&self, cells: usize) -> usize {
        let dialect = self.rules.dialect;
        (0..cells).fold(self.record.start, |at, _| {
            let from = match self.text.get(at) {
                Some(byte) if *byte == dialect.quote => {
                    match dialect.quoted(self.text, at, self.limit(at)) {
                        Quoted::Closed { at, .. } | Quoted::Trailing { at, .. } => at + 1,
                        Quoted::Character | Quoted::Undecided => at + 1,
                    }
                }
                _ => at,
            };
            dialect.cell_end(self.text, from) + 1
        })
    }
}

impl Record {
    #[inline(always)]
    fn at(start: usize, row: usize) -> Record {
        Record { start, cell: start, cells: 0, slot: row }
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
