//! Workbooks: xlsx as a stream of cells, xls and ods held in memory.

mod columns;
mod open;
mod plan;
mod sheet;

use std::io::BufReader;
use std::sync::{Arc, Mutex, PoisonError};

use calamine::{Data, Range, Xlsx};
use kouan_table::{Batch, Block, Rows, Tally};
use kouan_terms::Diagnostic;

pub(crate) use open::open_workbook;

use self::plan::Plan;
use self::sheet::Cell;
use crate::columnar::lost;
use crate::files::ContentCursor;
use crate::guard::guarded;

type Cursor = BufReader<ContentCursor>;

/// The sheets of a workbook, opened.
enum Book {
    Streamed(Box<Xlsx<Cursor>>),
    Held(Vec<Range<Data>>),
}

/// A workbook is one block: its shared strings are in memory once, and its sheets are read one
/// after the other.
struct BookRows {
    block: Option<BookBlock>,
    notes: Notes,
    bytes: u64,
    taken: u64,
}

/// What is found out while the block is read.
type Notes = Arc<Mutex<Vec<Diagnostic>>>;

impl Rows for BookRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        self.taken = self.bytes;
        Ok(self.block.take().map(|block| Box::new(block) as Box<dyn Block>))
    }

    fn notes(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn taken(&self) -> u64 {
        self.taken
    }
}

struct BookBlock {
    name: Box<str>,
    format: &'static str,
    book: Book,
    plans: Vec<Plan>,
    /// Rows of each sheet that are wanted.
    wanted: u64,
    notes: Notes,
}

impl Block for BookBlock {
    fn read(mut self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let mut tally = Tally::default();
        let plans = std::mem::take(&mut self.plans);
        for (place, plan) in plans.iter().enumerate() {
            let mut reading = sheet::Reading::new(plan, self.wanted);
            let read = self.book.each(plan, &mut |cell| reading.cell(cell, take));
            let past = reading.end(take, &mut tally);
            read.ok_or_else(|| lost(&self.name, self.format, place + 1))?;
            if past > 0 {
                let note = crate::columnar::too_wide(&plan.table.name, past);
                self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
            }
        }
        Ok(tally)
    }
}

/// What comes after a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    More,
    Enough,
}

impl Book {
    /// Hands over the cells of a sheet in order, row by row; `None` when the sheet is damaged.
    fn each(&mut self, plan: &Plan, take: &mut dyn FnMut(Cell<'_>) -> Then) -> Option<()> {
        match self {
            Book::Streamed(book) => {
                let open = guarded(|| book.worksheet_cells_reader(&plan.sheet).ok()).flatten();
                let mut cells = open?;
                while let Some(cell) = guarded(|| cells.next_cell())?.ok()? {
                    let (row, column) = cell.get_position();
                    let value = sheet::Value::of_ref(cell.get_value());
                    if take(Cell { row, column, value }) == Then::Enough {
                        break;
                    }
                }
                Some(())
            }
            Book::Held(sheets) => {
                let range = sheets.get(plan.place)?;
                let (first_row, first_column) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    let row = first_row.saturating_add(u32::try_from(row).ok()?);
                    let column = first_column.saturating_add(u32::try_from(column).ok()?);
                    let value = sheet::Value::of(value);
                    if take(Cell { row, column, value }) == Then::Enough {
                        break;
                    }
                }
                Some(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
