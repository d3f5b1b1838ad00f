//! Everything a reader hands over, written out.

use std::collections::BTreeMap;

use kouan_sources::{Input, Options, Want, find};
use kouan_table::{Cells, Rows, Table, Tally};
use kouan_terms::Diagnostic;

/// What came out of an input.
pub(crate) struct Seen {
    pub(crate) tables: Vec<Table>,
    /// The rows of each table, every cell written out; nulls are `∅`.
    pub(crate) rows: BTreeMap<String, Vec<Vec<String>>>,
    pub(crate) notes: Vec<Diagnostic>,
    pub(crate) tally: Tally,
    /// What ended the reading before its time.
    pub(crate) failure: Option<Diagnostic>,
}

/// The one input behind an address.
pub(crate) fn input(address: &str) -> Input {
    let mut inputs = find(&[address.to_owned()], &Options::default()).expect("an address");
    assert_eq!(inputs.len(), 1);
    inputs.remove(0)
}

/// Opens and reads to the end.
pub(crate) fn read(address: &str, want: Want, options: &Options) -> Seen {
    let opened = input(address).open(want, options).expect("an open database");
    let mut rows = opened.rows;
    let mut seen = Seen {
        tables: opened.tables,
        rows: BTreeMap::new(),
        notes: opened.notes,
        tally: Tally::default(),
        failure: None,
    };
    seen.drain(&mut *rows);
    seen
}

impl Seen {
    /// Reads what is left.
    pub(crate) fn drain(&mut self, rows: &mut dyn Rows) {
        loop {
            match rows.next() {
                Ok(Some(block)) => {
                    let tally = block.read(&mut |batch| {
                        let written: Vec<Vec<String>> =
                            batch.columns.iter().map(|c| write(c.cells, batch.rows)).collect();
                        let table = self.rows.entry(batch.table.to_owned()).or_default();
                        for row in 0..batch.rows {
                            table.push(written.iter().map(|column| column[row].clone()).collect());
                        }
                    });
                    self.tally.add(tally.expect("a block that can be read"));
                }
                Ok(None) => break,
                Err(failure) => {
                    self.failure = Some(failure);
                    break;
                }
            }
        }
        self.notes.extend(rows.notes());
    }

    pub(crate) fn table(&self, name: &str) -> &Table {
        self.tables.iter().find(|table| &*table.name == name).expect(name)
    }

    pub(crate) fn rows_of(&self, name: &str) -> &[Vec<String>] {
        self.rows.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn noted(&self, code: &str) -> Vec<String> {
        let notes = self.notes.iter().filter(|note| note.code.0 == code);
        notes
            .map(|note| {
                let table = note.values.iter().find(|(name, _)| *name == "table");
                table.map_or(String::new(), |(_, value)| value.clone())
            })
            .collect()
    }
}

fn write(cells: Cells<'_>, rows: usize) -> Vec<String> {
    fn list<T>(cells: &[Option<T>], show: impl Fn(&T) -> String) -> Vec<String> {
        cells.iter().map(|cell| cell.as_ref().map_or("∅".to_owned(), &show)).collect()
    }
    let written = match cells {
        Cells::Text { bytes, spans } => {
            let texts: Vec<_> = spans.iter().map(|span| span.of(bytes)).collect();
            list(&texts, |text| String::from_utf8_lossy(text).into_owned())
        }
        Cells::Binary { bytes, spans } => {
            let texts: Vec<_> = spans.iter().map(|span| span.of(bytes)).collect();
            list(&texts, |bytes| format!("{bytes:02x?}"))
        }
        Cells::Integers(cells) => list(cells, ToString::to_string),
        Cells::Floats(cells) => list(cells, ToString::to_string),
        Cells::Booleans(cells) => list(cells, ToString::to_string),
        Cells::Days(cells) => list(cells, ToString::to_string),
        Cells::Instants(cells) => list(cells, ToString::to_string),
        Cells::Opaque => vec!["opaque".to_owned(); rows],
    };
    assert_eq!(written.len(), rows, "every column has a cell a row");
    written
}
