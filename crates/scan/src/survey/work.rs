//! One worker's pass over batches: observing cells, gathering the persons of rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use kouan_table::{Batch, Cells};
use kouan_terms::Diagnostic;

use super::age::Minors;
use super::people::{self, mark_filled};
use super::plan::{ColumnPlan, Plan, TablePlan};
use super::{ColumnWork, Setup, TableWork};
use crate::inventory::Answer;
use crate::persons::{Marks, Roster, Slot};
use crate::text::TextRates;

/// What one worker saw of one input.
pub struct Survey<'s> {
    setup: &'s Setup<'s>,
    plan: &'s Plan,
    minors: Minors,
    tables: BTreeMap<Box<str>, TableWork>,
    /// The first thing that went wrong with scratch space.
    fault: Option<Diagnostic>,
    marks: Vec<Marks>,
    slots: Vec<Slot>,
}

impl<'s> Survey<'s> {
    /// An empty survey by this plan.
    #[must_use]
    pub fn new(setup: &'s Setup<'s>, plan: &'s Plan) -> Survey<'s> {
        Survey {
            setup,
            plan,
            minors: Minors::on(setup.on, setup.minors_under),
            tables: BTreeMap::new(),
            fault: None,
            marks: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// Looks at a batch.
    pub fn batch(&mut self, batch: &Batch<'_>) {
        let plan = self.plan.tables.get(batch.table);
        let mut work = self.tables.remove(batch.table).unwrap_or_default();
        work.rows += batch.rows as u64;
        for one in batch.columns {
            // Without a plan this is the sample: any column may turn out to be running text.
            let free_text = plan.is_none_or(|plan| {
                plan.columns.get(&one.column.name).is_some_and(|column| column.free_text)
            });
            let name = &one.column.name;
            if !work.columns.contains_key(name) {
                work.columns.insert(name.clone(), ColumnWork::new(one.column, self.setup));
            }
            let Some(column) = work.columns.get_mut(name) else { continue };
            column.observer.observe(&one.cells, batch.rows);
            if free_text {
                read_texts(&one.cells, &mut column.rates);
            }
        }
        if let Some(plan) = plan.filter(|plan| plan.counts() && self.setup.counting.is_some()) {
            let people = self.people(batch, plan, &mut work);
            if let Err(fault) = people
                && self.fault.is_none()
            {
                self.fault = Some(fault);
            }
        }
        self.tables.insert(batch.table.into(), work);
    }

    /// Takes in the persons a batch speaks of.
    fn people(
        &mut self,
        batch: &Batch<'_>,
        plan: &TablePlan,
        work: &mut TableWork,
    ) -> Result<(), Diagnostic> {
        let Some(counting) = &self.setup.counting else { return Ok(()) };
        for place in 0..plan.subjects.len() {
            let columns: Vec<(&Cells<'_>, &ColumnPlan)> = batch
                .columns
                .iter()
                .filter_map(|one| Some((&one.cells, plan.columns.get(&one.column.name)?)))
                .filter(|(_, column)| column.subject == place)
                .collect();
            self.marks.clear();
            self.marks.resize(batch.rows, Marks::NONE);
            for (cells, column) in &columns {
                let mark = mark_of(column);
                if mark != Marks::NONE {
                    mark_filled(cells, mark, &mut self.marks);
                }
                if let Some(age) = column.age {
                    self.minors.mark(age, cells, &mut self.marks);
                }
            }
            let roster = work.roster.get_or_insert_with(|| {
                let scratch = Arc::clone(&counting.scratch);
                Roster::new(&counting.secret, counting.limits, scratch)
            });
            let keyed =
                columns.iter().filter_map(|(cells, column)| Some((*cells, column.key?))).collect();
            people::take(roster, &counting.secret, keyed, &mut self.marks, &mut self.slots)?;
        }
        Ok(())
    }

    /// Sorts what was gathered; best done on the worker's own thread.
    pub fn settle(&mut self) {
        for work in self.tables.values_mut() {
            if let Some(roster) = &mut work.roster
                && let Err(fault) = roster.settle()
                && self.fault.is_none()
            {
                self.fault = Some(fault);
            }
        }
    }

    /// What was seen, table by table.
    ///
    /// # Errors
    ///
    /// What scratch space said while persons were counted.
    pub fn finish(self) -> Result<BTreeMap<Box<str>, TableWork>, Diagnostic> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.tables),
        }
    }
}

fn mark_of(column: &ColumnPlan) -> Marks {
    match (column.personal, column.sensitive) {
        (Answer::No, _) => Marks::NONE,
        (Answer::Yes, Answer::Yes) => Marks::SENSITIVE,
        (Answer::Yes, Answer::No) => Marks::GENERAL,
        (Answer::Yes, Answer::Unsure) | (Answer::Unsure, Answer::Unsure) => {
            Marks::MAYBE_GENERAL | Marks::MAYBE_SENSITIVE
        }
        (Answer::Unsure, Answer::Yes) => Marks::MAYBE_SENSITIVE,
        (Answer::Unsure, Answer::No) => Marks::MAYBE_GENERAL,
    }
}

/// Shorter cells hold no sentence, nor a telephone number beside anything.
const TEXT_BYTES_MIN: usize = 12;

fn read_texts(cells: &Cells<'_>, rates: &mut TextRates) {
    let Cells::Text { bytes, spans } = cells else { return };
    let cells = spans.iter().filter_map(|span| span.of(bytes));
    for cell in cells.filter(|cell| cell.len() >= TEXT_BYTES_MIN) {
        if let Ok(text) = std::str::from_utf8(cell) {
            rates.look(text);
        }
    }
}
