//! Cells of mixed kinds, column by column: what a column turns out to hold decides its cells.

use kouan_table::{Batch, Cells, Column, ColumnCells, Declared, Span, Tally};

use super::sheet::Value;
use crate::columnar::{shortened, span};
use crate::sheets::numbers::Numbers;

const DAY_MICROS: i64 = 86_400_000_000;

/// The columns of a batch that is being filled.
pub(super) struct Columns {
    columns: Vec<Filling>,
    rows: usize,
    bytes: usize,
}

struct Filling {
    column: Column,
    text: Vec<u8>,
    cells: Vec<Slot>,
}

#[derive(Clone, Copy)]
enum Slot {
    Nothing,
    Text(Span),
    Number(f64),
    Yes(bool),
    Instant(i64),
}

/// What the cells of a column are in this batch.
enum Made {
    Text { bytes: Vec<u8>, spans: Vec<Span> },
    Numbers(Numbers),
    Booleans(Vec<Option<bool>>),
    Days(Vec<Option<i32>>),
    Instants(Vec<Option<i64>>),
}

impl Columns {
    pub(super) fn new(columns: Vec<Column>) -> Columns {
        let filling = |column| Filling { column, text: Vec::new(), cells: Vec::new() };
        Columns { columns: columns.into_iter().map(filling).collect(), rows: 0, bytes: 0 }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn count(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn begin_row(&mut self) {
        self.rows += 1;
    }

    /// Puts a value into the current row; a column beyond those known is numbered.
    pub(super) fn put(&mut self, place: usize, value: &Value<'_>, tally: &mut Tally) {
        while self.columns.len() <= place {
            let column = numbered(self.columns.len());
            self.columns.push(Filling { column, text: Vec::new(), cells: Vec::new() });
        }
        let Some(filling) = self.columns.get_mut(place) else { return };
        if self.rows == 0 || filling.cells.len() >= self.rows {
            // A damaged sheet may name a cell twice: the first one counts.
            return;
        }
        filling.cells.resize(self.rows - 1, Slot::Nothing);
        filling.cells.push(match value {
            Value::Nothing => Slot::Nothing,
            Value::Number(value) => Slot::Number(*value),
            Value::Yes(value) => Slot::Yes(*value),
            Value::Instant(micros) => Slot::Instant(*micros),
            Value::Text(text) => {
                let start = filling.text.len();
                filling.text.extend_from_slice(shortened(text.as_bytes(), true, tally));
                self.bytes += filling.text.len() - start;
                Slot::Text(span(start, filling.text.len()))
            }
        });
    }

    /// Hands the batch over and begins the next one.
    pub(super) fn hand(&mut self, table: &str, take: &mut dyn FnMut(&Batch<'_>)) {
        if self.rows == 0 {
            return;
        }
        for filling in &mut self.columns {
            filling.cells.resize(self.rows, Slot::Nothing);
        }
        let made: Vec<Made> = self.columns.iter_mut().map(Filling::make).collect();
        let pairs = self.columns.iter().zip(&made);
        let cells: Vec<ColumnCells<'_>> = pairs
            .map(|(filling, made)| ColumnCells { column: &filling.column, cells: made.cells() })
            .collect();
        take(&Batch { table, columns: &cells, rows: self.rows });
        drop(cells);
        for (filling, made) in self.columns.iter_mut().zip(made) {
            filling.cells.clear();
            if let Made::Text { mut bytes, .. } = made {
                bytes.clear();
                filling.text = bytes;
            }
        }
        (self.rows, self.bytes) = (0, 0);
    }
}

/// A column of which the sheet does not say the name.
pub(super) fn numbered(place: usize) -> Column {
    Column {
        name: format!("column {}", place + 1).into(),
        position: u32::try_from(place).unwrap_or(u32::MAX),
        declared: Declared::Nothing,
        comment: None,
        key: None,
        length_max: None,
    }
}

impl Filling {
    fn make(&mut self) -> Made {
        let only = |is: fn(&Slot) -> bool| {
            let mut filled = self.cells.iter().filter(|cell| !matches!(cell, Slot::Nothing));
            filled.clone().next().is_some() && filled.all(is)
        };
        if only(|cell| matches!(cell, Slot::Number(_))) {
            let mut numbers = Numbers::default();
            numbers.fill(self.cells.iter().map(|cell| match cell {
                Slot::Number(value) => Some(*value),
                _ => None,
            }));
            return Made::Numbers(numbers);
        }
        if only(|cell| matches!(cell, Slot::Yes(_))) {
            let yes = |cell: &Slot| if let Slot::Yes(value) = cell { Some(*value) } else { None };
            return Made::Booleans(self.cells.iter().map(yes).collect());
        }
        if only(|cell| matches!(cell, Slot::Instant(_))) {
            let at = |cell: &Slot| if let Slot::Instant(at) = cell { Some(*at) } else { None };
            let instants: Vec<Option<i64>> = self.cells.iter().map(at).collect();
            if instants.iter().flatten().all(|at| at % DAY_MICROS == 0) {
                let day = |at: i64| i32::try_from(at.div_euclid(DAY_MICROS)).ok();
                return Made::Days(instants.iter().map(|at| at.and_then(day)).collect());
            }
            return Made::Instants(instants);
        }
        self.make_text()
    }

    fn make_text(&mut self) -> Made {
        let mut bytes = std::mem::take(&mut self.text);
        let mut written = String::new();
        let mut spans = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let value = match cell {
                Slot::Nothing => {
                    spans.push(Span::NULL);
                    continue;
                }
                Slot::Text(span) => {
                    spans.push(*span);
                    continue;
                }
                Slot::Number(value) => Value::Number(*value),
                Slot::Yes(value) => Value::Yes(*value),
                Slot::Instant(at) => Value::Instant(*at),
            };
            written.clear();
            value.write(&mut written);
            let start = bytes.len();
            bytes.extend_from_slice(written.as_bytes());
            spans.push(span(start, bytes.len()));
        }
        Made::Text { bytes, spans }
    }
}

impl Made {
    fn cells(&self) -> Cells<'_> {
        match self {
            Made::Text { bytes, spans } => Cells::Text { bytes, spans },
            Made::Numbers(numbers) => numbers.cells(),
            Made::Booleans(cells) => Cells::Booleans(cells),
            Made::Days(cells) => Cells::Days(cells),
            Made::Instants(cells) => Cells::Instants(cells),
        }
    }
}
