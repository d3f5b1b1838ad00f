//! Numbers of formats that know only fractions: whole ones are handed over as whole numbers.

use kouan_table::Cells;

/// From here on a fraction of 64 bits is no faithful whole number of an identifier: spreadsheets
/// keep 15 digits, and an 18-digit number has lost its last ones.
pub(crate) const FAITHFUL: f64 = 1e15;

/// The cells of a column of numbers.
#[derive(Default)]
pub(crate) struct Numbers {
    floats: Vec<Option<f64>>,
    integers: Vec<Option<i64>>,
    whole: bool,
}

impl Numbers {
    /// Takes the cells of a batch.
    pub(crate) fn fill(&mut self, cells: impl Iterator<Item = Option<f64>>) {
        self.floats.clear();
        self.integers.clear();
        self.floats.extend(cells);
        self.whole = self.floats.iter().flatten().all(|value| whole(*value).is_some());
        if self.whole {
            self.integers.extend(self.floats.iter().map(|value| value.and_then(whole)));
        }
    }

    /// Whole numbers when all of them are, fractions otherwise.
    pub(crate) fn cells(&self) -> Cells<'_> {
        if self.whole { Cells::Integers(&self.integers) } else { Cells::Floats(&self.floats) }
    }
}

/// A number as a whole one, when that is what it is beyond doubt.
pub(crate) fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < FAITHFUL).then_some(value as i64)
}
