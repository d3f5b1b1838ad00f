//! How rows come: a reader cuts its input into blocks, each of which can be read on any thread.

use kouan_terms::Diagnostic;

use crate::Batch;

/// The rows of one or more tables of a source, cut into blocks, in the order of the source.
///
/// Cutting is done by one thread and must be cheap; the work of parsing is in [`Block::read`].
/// Memory stays bounded because whoever calls [`Rows::next`] holds only a few blocks at a time.
pub trait Rows: Send {
    /// The next block, `None` at the end.
    ///
    /// # Errors
    ///
    /// What keeps the rest from being read; blocks handed over before stay good.
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic>;

    /// What was seen and what was not looked at (a member of an archive that is no table, a sheet
    /// past the limit), known at the end.
    fn notes(&mut self) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Bytes taken from the source so far, for showing progress.
    fn taken(&self) -> u64 {
        0
    }
}

/// Some rows, owned, to be parsed on whichever thread is free.
pub trait Block: Send {
    /// Parses the rows and hands them over in batches of at most some ten thousand rows.
    ///
    /// # Errors
    ///
    /// What keeps the rest of the block from being read; batches handed over before stay good.
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic>;
}

/// What a reader met in a block and went on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows handed over.
    pub rows: u64,
    /// Rows with more or fewer cells than the header; what was missing is null, what was too much
    /// was handed over in a column of its own, `(beyond the header)`.
    pub ragged_rows: u64,
    /// Rows that could not be read at all and were left out.
    pub lost_rows: u64,
    /// Cells whose bytes are not in the encoding of the source; handed over with U+FFFD.
    pub undecodable_cells: u64,
    /// Cells longer than the limit, handed over cut.
    pub cut_cells: u64,
}

impl Tally {
    /// Adds the figures of another block.
    pub fn add(&mut self, other: Tally) {
        self.rows += other.rows;
        self.ragged_rows += other.ragged_rows;
        self.lost_rows += other.lost_rows;
        self.undecodable_cells += other.undecodable_cells;
        self.cut_cells += other.cut_cells;
    }
}
