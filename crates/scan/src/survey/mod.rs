//! The survey: batches in, an inventory out.
//!
//! A first pass over some rows tells what the columns are ([`Plan`]); a second one over all rows
//! observes every cell and gathers the persons by that plan. What the second pass saw may ask for
//! another plan; then it is repeated.

mod age;
mod judge;
mod listing;
mod people;
mod plan;
mod report;
mod work;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use kouan_table::{Column, TableKind};
use kouan_terms::Diagnostic;

use crate::classify::Classifier;
use crate::identifiers::key::Secret;
use crate::inventory::Settled;
use crate::observe::Observer;
use crate::persons::{Limits, Roster, Scratch};
use crate::text::TextRates;

pub use age::Minors;
pub use judge::{Judged, judge, meaning, plan_of};
pub use listing::{combinations, important, list_fields};
pub use plan::{Age, ColumnPlan, Plan, TablePlan};
pub use report::{persons_seen, table_seen};
pub use work::Survey;

/// What every worker of a scan is given.
pub struct Setup<'s> {
    /// The classes of the rulebook, their words and shapes.
    pub classifier: Classifier<'s>,
    /// The day whose law and ages count.
    pub on: Date,
    /// Under which age a person is a minor on that day, where the rulebook says.
    pub minors_under: Option<u8>,
    /// The handler's sector, when it was named.
    pub sector: Option<&'s str>,
    /// The list edition relied on, when one was named.
    pub edition: Option<&'s str>,
    /// What people settled before, by `table:column`.
    pub settled: &'s BTreeMap<String, Settled>,
    /// How persons are counted; `None`: they are not.
    pub counting: Option<Counting>,
}

/// What counting persons needs.
pub struct Counting {
    /// Hides the keys; another one for each scan.
    pub secret: Secret,
    /// Memory.
    pub limits: Limits,
    /// Space outside memory.
    pub scratch: Arc<dyn Scratch>,
}

/// What is known of a table before its rows.
#[derive(Clone, Copy, Debug)]
pub struct TableSeenAs<'t> {
    /// Its name, unique in the inventory.
    pub name: &'t str,
    /// The input it belongs to.
    pub input: &'t str,
    /// What it is.
    pub kind: TableKind,
    /// The comment the source keeps for it.
    pub comment: Option<&'t str>,
    /// Rows the source says it has.
    pub rows_estimate: Option<u64>,
}

/// What was seen of a table.
#[derive(Default)]
pub struct TableWork {
    pub(super) rows: u64,
    pub(super) columns: BTreeMap<Box<str>, ColumnWork>,
    pub(super) roster: Option<Roster>,
}

/// What was seen of a column.
pub(super) struct ColumnWork {
    pub(super) column: Column,
    pub(super) observer: Observer,
    pub(super) rates: TextRates,
}

impl ColumnWork {
    pub(super) fn new(column: &Column, setup: &Setup<'_>) -> ColumnWork {
        ColumnWork {
            column: column.clone(),
            observer: Observer::new(setup.on, setup.minors_under),
            rates: TextRates::default(),
        }
    }
}

impl TableWork {
    /// A table of which only the definition is known.
    #[must_use]
    pub fn defined(columns: &[Column], setup: &Setup<'_>) -> TableWork {
        let columns = columns.iter().map(|one| (one.name.clone(), ColumnWork::new(one, setup)));
        TableWork { rows: 0, columns: columns.collect(), roster: None }
    }

    /// Takes in what another worker saw of the same table; the order changes nothing.
    ///
    /// # Errors
    ///
    /// What scratch space says.
    pub fn merge(&mut self, other: TableWork) -> Result<(), Diagnostic> {
        self.rows += other.rows;
        for (name, work) in other.columns {
            match self.columns.get_mut(&name) {
                Some(known) => {
                    known.observer.merge(&work.observer);
                    known.rates.merge(&work.rates);
                }
                None => {
                    self.columns.insert(name, work);
                }
            }
        }
        match (&mut self.roster, other.roster) {
            (Some(known), Some(other)) => known.merge(other),
            (None, other) => {
                self.roster = other;
                Ok(())
            }
            (_, None) => Ok(()),
        }
    }

    /// Rows looked at.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The persons gathered, to be kept.
    #[must_use]
    pub fn into_roster(self) -> Option<Roster> {
        self.roster
    }

    /// The persons gathered, for counting.
    pub fn roster(&mut self) -> Option<&mut Roster> {
        self.roster.as_mut()
    }
}

impl fmt::Debug for TableWork {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "TableWork({} rows, {} columns)", self.rows, self.columns.len())
    }
}
