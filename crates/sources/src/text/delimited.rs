//! Rows of delimited text: CSV, TSV and their relatives.

use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::Encoding;
use kouan_table::{Batch, Block, Cells, Column, ColumnCells, Declared, Rows, Span, Tally};
use kouan_terms::Diagnostic;

use super::cut::{Cut, Cutter, Pool, RecordEnds, Sizes, copy, grow};
use super::dialect::Dialect;
use super::encoding::{Decode, Decoding};
use super::split::{Grid, Rules, Splitter};
use crate::Want;
use crate::files::{Content, unreadable};
use crate::limits;

/// The name of the column for what stands beyond the last column of the header.
pub(super) const BEYOND: &str = "(beyond the header)";

/// Cells of a batch: as many as stay in the cache of a core while they are looked at.
const BATCH_CELLS: usize = 64 << 10;

/// What was found out about a delimited text before its rows are read.
pub(super) struct Plan {
    /// The table's name.
    pub(super) name: Box<str>,
    /// Its columns, then the one for what stands beyond them.
    pub(super) columns: Vec<Column>,
    pub(super) dialect: Dialect,
    pub(super) decode: Decode,
    /// Records before the first row: a `sep=` line, the header.
    pub(super) skip: usize,
    pub(super) sizes: Sizes,
    pub(super) cell_bytes: usize,
    pub(super) rows_max: usize,
    pub(super) pool: Pool,
    pub(super) grids: Mutex<Vec<Grid>>,
}

/// The rows of one delimited text, opened when the first block is asked for.
pub(super) struct DelimitedRows {
    plan: Arc<Plan>,
    content: Content,
    /// Rows that are enough.
    enough: u64,
    seen: u64,
    /// Records before the first row that are still to come.
    skip: usize,
    cutter: Option<Cutter<RecordEnds>>,
}

struct DelimitedBlock {
    plan: Arc<Plan>,
    cut: Cut,
}

impl Plan {
    /// A plan for these column names at the default limits.
    pub(super) fn new(name: &str, columns: Vec<Box<str>>, dialect: Dialect) -> Plan {
        let names = columns.into_iter().chain([BEYOND.into()]);
        let columns: Vec<Column> =
            (0..).zip(names).map(|(position, name)| column(name, position)).collect();
        let rows_max = (BATCH_CELLS / columns.len().max(1)).clamp(16, limits::BATCH_ROWS);
        Plan {
            name: name.into(),
            columns,
            dialect,
            decode: Decode::Utf8,
            skip: 0,
            sizes: Sizes { block: limits::BLOCK_BYTES, record: limits::RECORD_BYTES },
            cell_bytes: limits::CELL_BYTES,
            rows_max,
            pool: Pool::default(),
            grids: Mutex::default(),
        }
    }

    /// The columns without the one for what stands beyond them.
    pub(super) fn named(&self) -> &[Column] {
        self.columns.split_last().map_or(&[], |(_, named)| named)
    }

    fn rules(&self) -> Rules {
        Rules {
            dialect: self.dialect,
            width: self.named().len(),
            rows_max: self.rows_max,
            cell_bytes: self.cell_bytes,
            record_bytes: self.sizes.record,
        }
    }
}

impl DelimitedRows {
    pub(super) fn new(plan: Plan, content: &Content, want: Want) -> DelimitedRows {
        let enough = super::enough(want);
        let (skip, content) = (plan.skip, content.clone());
        DelimitedRows { plan: Arc::new(plan), content, enough, seen: 0, skip, cutter: None }
    }

    fn start(&self) -> std::io::Result<Cutter<RecordEnds>> {
        let stream = Decoding::of(self.content.stream()?, self.plan.decode)?;
        let (ends, pool) = (RecordEnds(self.plan.dialect), self.plan.pool.clone());
        Ok(Cutter::new(stream, ends, self.plan.sizes, pool))
    }

    fn cut(&mut self) -> std::io::Result<Option<Cut>> {
        if self.cutter.is_none() {
            self.cutter = Some(self.start()?);
        }
        self.cutter.as_mut().map_or(Ok(None), Cutter::next)
    }

    /// Takes what comes before the first row off a block.
    fn skip(&mut self, cut: &mut Cut) {
        let text = cut.buffer.get(..cut.bytes).unwrap_or_default();
        let mut splitter = Splitter::new(Rules { rows_max: self.skip, ..self.plan.rules() });
        let mut grid = Grid::default();
        splitter.fill(text, &mut grid, &mut Tally::default());
        self.skip -= grid.rows;
        cut.buffer.copy_within(splitter.place()..cut.bytes, 0);
        cut.bytes -= splitter.place();
    }
}

impl Rows for DelimitedRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        if self.seen >= self.enough {
            return Ok(None);
        }
        let Some(mut cut) = self.cut().map_err(|why| unreadable(&self.plan.name, &why))? else {
            return Ok(None);
        };
        if self.enough != u64::MAX {
            let text = cut.buffer.get(..cut.bytes).unwrap_or_default();
            self.seen += memchr::memchr2_iter(b'\n', b'\r', text).count() as u64;
        }
        if self.skip > 0 {
            self.skip(&mut cut);
        }
        Ok(Some(Box::new(DelimitedBlock { plan: Arc::clone(&self.plan), cut })))
    }

    fn taken(&self) -> u64 {
        self.cutter.as_ref().map_or(0, Cutter::taken)
    }
}

impl Block for DelimitedBlock {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let DelimitedBlock { plan, cut } = *self;
        let mut tally = Tally { lost_rows: cut.lost, ..Tally::default() };
        let (buffer, bytes, faults) = decoded(&plan, cut);
        // A text that was decoded is longer than the blocks that are read.
        let again = buffer.capacity() <= plan.sizes.block * 2;
        let mut reading = Reading {
            grid: plan.grids.lock().unwrap_or_else(PoisonError::into_inner).pop(),
            plan: &plan,
            buffer,
            bytes,
            faults,
        };
        reading.read(&mut tally, take);
        let Reading { buffer, grid, .. } = reading;
        if again {
            plan.pool.give(buffer);
        }
        if let Some(grid) = grid {
            plan.grids.lock().unwrap_or_else(PoisonError::into_inner).push(grid);
        }
        Ok(tally)
    }
}

/// What may be wrong with the bytes of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Faults {
    None,
    /// Some bytes are not UTF-8.
    NotUtf8,
    /// Decoding left U+FFFD in some cells.
    Replaced,
}

/// The text of a block in UTF-8 as far as it can be.
fn decoded(plan: &Plan, cut: Cut) -> (Vec<u8>, usize, Faults) {
    let Cut { buffer, bytes, .. } = cut;
    let text = buffer.get(..bytes).unwrap_or_default();
    let other = match plan.decode {
        Decode::Block(encoding) => Some(encoding),
        Decode::Stream(_) => {
            let replaced = memchr::memmem::find(text, "\u{FFFD}".as_bytes()).is_some();
            let faults = if replaced { Faults::Replaced } else { Faults::None };
            return (buffer, bytes, faults);
        }
        Decode::Utf8 | Decode::Ascii if simdutf8::basic::from_utf8(text).is_ok() => {
            return (buffer, bytes, Faults::None);
        }
        Decode::Utf8 => None,
        // Nothing but ASCII had been seen when the encoding was looked for.
        Decode::Ascii => whole(text, encoding_rs::GB18030),
    };
    let Some(encoding) = other else { return (buffer, bytes, Faults::NotUtf8) };
    let (text, faulty) = encoding.decode_without_bom_handling(text);
    let faults = if faulty { Faults::Replaced } else { Faults::None };
    let text = text.into_owned().into_bytes();
    let bytes = text.len();
    plan.pool.give(buffer);
    (text, bytes, faults)
}

/// The encoding, when the text can be read in it to the last byte.
fn whole(text: &[u8], encoding: &'static Encoding) -> Option<&'static Encoding> {
    encoding.decode_without_bom_handling_and_without_replacement(text).map(|_| encoding)
}

/// A block that is being read.
struct Reading<'a> {
    plan: &'a Plan,
    buffer: Vec<u8>,
    bytes: usize,
    faults: Faults,
    grid: Option<Grid>,
}

impl Reading<'_> {
    fn read(&mut self, tally: &mut Tally, take: &mut dyn FnMut(&Batch<'_>)) {
        let mut grid = self.grid.take().unwrap_or_default();
        let mut splitter = Splitter::new(self.plan.rules());
        loop {
            splitter.fill(self.text(), &mut grid, tally);
            if grid.rows == 0 {
                break;
            }
            if self.faults != Faults::None {
                tally.undecodable_cells += self.repair(&mut grid);
            }
            let end = self.bytes + grid.aside.len();
            if !grid.aside.is_empty() {
                grow(&mut self.buffer, end);
                copy(&grid.aside, &mut self.buffer, self.bytes);
            }
            self.hand_over(&grid, end, take);
        }
        self.grid = Some(grid);
    }

    fn text(&self) -> &[u8] {
        self.buffer.get(..self.bytes).unwrap_or_default()
    }

    fn hand_over(&self, grid: &Grid, end: usize, take: &mut dyn FnMut(&Batch<'_>)) {
        let bytes = self.buffer.get(..end).unwrap_or_default();
        let mut beyond = Vec::new();
        if !grid.beyond.is_empty() {
            beyond.resize(grid.rows, Span::NULL);
            for (row, span) in &grid.beyond {
                if let Some(slot) = beyond.get_mut(*row) {
                    *slot = *span;
                }
            }
        }
        let width = self.plan.named().len();
        let cells = |at| if at == width { &beyond } else { grid.column(at) };
        let shown = if beyond.is_empty() { width } else { width + 1 };
        let columns: Vec<ColumnCells<'_>> = (0..shown)
            .zip(&self.plan.columns)
            .map(|(at, column)| ColumnCells {
                column,
                cells: Cells::Text { bytes, spans: cells(at) },
            })
            .collect();
        take(&Batch { table: &self.plan.name, columns: &columns, rows: grid.rows });
    }

    /// Finds the cells that are not in the encoding, writes them anew with U+FFFD and counts them.
    fn repair(&self, grid: &mut Grid) -> u64 {
        let (faults, text, bytes) = (self.faults, self.text(), self.bytes);
        let mut aside = std::mem::take(&mut grid.aside);
        let mut count = 0;
        let mut repair = |span: &mut Span| {
            let start = span.start as usize;
            let cell = match start.checked_sub(bytes) {
                Some(start) if start < aside.len() => {
                    aside.get(start..start + (span.end - span.start) as usize)
                }
                _ => span.of(text),
            };
            match cell.map(|cell| whole_cell(cell, faults)) {
                None | Some(Ok(())) => {}
                Some(Err(None)) => count += 1,
                Some(Err(Some(cell))) => {
                    let start = bytes + aside.len();
                    aside.extend_from_slice(cell.as_bytes());
                    *span = super::split::span(start, bytes + aside.len());
                    count += 1;
                }
            }
        };
        for column in 0..self.plan.named().len() {
            grid.column_mut(column).iter_mut().for_each(&mut repair);
        }
        grid.beyond.iter_mut().for_each(|(_, span)| repair(span));
        grid.aside = aside;
        count
    }
}

/// Whether a cell is whole; if not, what to hand over in its place, when that is something else.
fn whole_cell(cell: &[u8], faults: Faults) -> Result<(), Option<String>> {
    match faults {
        Faults::None => Ok(()),
        Faults::NotUtf8 => match String::from_utf8_lossy(cell) {
            std::borrow::Cow::Borrowed(_) => Ok(()),
            std::borrow::Cow::Owned(cell) => Err(Some(cell)),
        },
        Faults::Replaced => match memchr::memmem::find(cell, "\u{FFFD}".as_bytes()) {
            None => Ok(()),
            Some(_) => Err(None),
        },
    }
}

/// A column of which only the name is known.
pub(super) fn column(name: Box<str>, position: u32) -> Column {
    Column {
        name,
        position,
        declared: Declared::Nothing,
        comment: None,
        key: None,
        length_max: None,
    }
}
