//! The observer of one column.

use jiff::civil::Date;
use kouan_table::Cells;

use super::Observed;

/// Looks at the cells of one column.
///
/// Two observers of the same column are merged into one; the figures do not depend on the order.
#[derive(Clone, Debug)]
pub struct Observer {
    day: Date,
    observed: Observed,
}

impl Observer {
    /// Begins a column; `day` is the day of the scan, for ages.
    #[must_use]
    pub fn new(day: Date) -> Self {
        Self { day, observed: Observed::default() }
    }

    /// Looks at the cells of a batch of `rows` rows.
    pub fn observe(&mut self, cells: &Cells<'_>, rows: usize) {
        let _ = (cells, self.day);
        self.observed.cells += rows as u64;
    }

    /// Takes in what another observer of the same column saw.
    pub fn merge(&mut self, other: Self) {
        self.observed.cells += other.observed.cells;
    }

    /// What was observed so far.
    #[must_use]
    pub fn observed(&self) -> Observed {
        self.observed.clone()
    }
}
