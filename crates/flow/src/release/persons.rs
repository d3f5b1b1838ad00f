//! Whom the rows of a batch speak of, in the keys and marks of the meter.

use kouan_decide::permit::{Permit, Transform};
use kouan_meter::{Key, Kind, Marks, Rows};
use kouan_scan::identifiers::key::{self, KeyKind, Keyed, Secret};
use kouan_scan::inventory::Answer;
use kouan_scan::persons::{Marks as Seen, Veil, Veiled};
use kouan_scan::survey::{ColumnPlan, Minors, Plan, TablePlan};
use kouan_table::{Batch, Cells, ColumnCells};
use kouan_terms::Day;

/// Tells the persons of rows, and which of them may leave.
pub(super) struct Persons<'r> {
    permit: &'r Permit,
    secret: &'r Secret,
    veil: &'r Veil,
    minors: Minors,
    /// Rows of the source so far, each once for each person it may speak of.
    number: u64,
    /// For each row of the batch, how many entries it has in the meter's rows.
    entries: Vec<u32>,
}

/// What the rows of a batch say of one person each.
struct Subject {
    marks: Vec<Marks>,
    keys: Vec<Key>,
    /// Where the keys of each row end; they begin where those of the row before end.
    ends: Vec<usize>,
}

impl Subject {
    /// The keys of a row, in the order of the columns.
    fn keys(&self, row: usize) -> &[Key] {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(row).copied().unwrap_or(0);
        self.keys.get(start.unwrap_or(0)..end).unwrap_or_default()
    }
}

impl<'r> Persons<'r> {
    pub(super) fn new(
        permit: &'r Permit,
        secret: &'r Secret,
        veil: &'r Veil,
        on: Day,
        minors_under: Option<u8>,
    ) -> Persons<'r> {
        let minors = Minors::on(on, minors_under);
        Persons { permit, secret, veil, minors, number: 0, entries: Vec::new() }
    }

    /// Puts the persons of the rows that are kept into `rows`.
    ///
    /// What leaves is what the permit says, and what a scan of the column is sure of besides: where
    /// the two differ, a person counts in both.
    pub(super) fn put(&mut self, batch: &Batch<'_>, plan: &Plan, keep: &[bool], rows: &mut Rows) {
        rows.clear();
        self.entries.clear();
        let nothing = TablePlan::default();
        let plan = plan.tables.get(batch.table).unwrap_or(&nothing);
        let subjects: Vec<Subject> =
            (0..plan.subjects.len().max(1)).map(|place| self.subject(batch, plan, place)).collect();
        for (row, keep) in keep.iter().enumerate() {
            let mut entries = 0;
            for subject in &subjects {
                self.number += 1;
                let marks = subject.marks.get(row).copied().unwrap_or_default();
                if *keep && marks != Marks::NONE {
                    rows.push(self.number, subject.keys(row), marks);
                    entries += 1;
                }
            }
            if *keep && entries == 0 {
                rows.push_impersonal();
                entries = 1;
            }
            self.entries.push(entries);
        }
    }

    /// Keeps the rows all of whose persons may leave.
    pub(super) fn spread(&self, may_leave: &[bool], keep: &mut [bool]) {
        let mut answers = may_leave.iter();
        for (keep, entries) in keep.iter_mut().zip(&self.entries) {
            let held = answers.by_ref().take(*entries as usize).filter(|may| !**may).count();
            *keep &= held == 0;
        }
    }

    fn subject(&self, batch: &Batch<'_>, plan: &TablePlan, place: usize) -> Subject {
        let mut marks = vec![Marks::NONE; batch.rows];
        let mut ages = vec![Seen::NONE; batch.rows];
        let mut owners: Vec<usize> = Vec::new();
        let mut keyed: Vec<Keyed> = Vec::new();
        for one in batch.columns {
            let column = plan.columns.get(&one.column.name);
            if column.map_or(0, |column| column.subject) != place {
                continue;
            }
            let mark = self.mark(batch.table, one, column);
            if mark != Marks::NONE {
                for (row, marks) in marks.iter_mut().enumerate() {
                    if holds(&one.cells, row) {
                        *marks = *marks | mark;
                    }
                }
            }
            if let Some(age) = column.and_then(|column| column.age) {
                self.minors.mark(age, &one.cells, &mut ages);
            }
            if let Some(kind) = column.and_then(|column| column.key) {
                for row in 0..batch.rows {
                    if let Some(key) = key_at(kind, &one.cells, row, self.secret) {
                        owners.push(row);
                        keyed.push(key);
                    }
                }
            }
        }
        let hidden = self.veil.hide(&keyed);
        let hidden = owners.iter().zip(&keyed).zip(hidden);
        let found: Vec<(usize, Key)> = hidden
            .filter_map(|((row, key), hidden)| Some((*row, of_meter(key.kind(), hidden)?)))
            .collect();
        let (keys, ends) = by_row(&found, batch.rows);
        let marks = marks.into_iter().zip(ages).map(|(marks, age)| with_age(marks, age));
        Subject { marks: marks.collect(), keys, ends }
    }

    /// What of a person leaves in a column.
    fn mark(&self, table: &str, one: &ColumnCells<'_>, plan: Option<&ColumnPlan>) -> Marks {
        let mut fields = self.permit.fields_of(table);
        let Some(field) = fields.find(|field| *field.column == *one.column.name) else {
            return Marks::NONE;
        };
        // The same for everybody says nothing of anybody.
        if !field.leaves() || matches!(field.transform, Transform::Constant { .. }) {
            return Marks::NONE;
        }
        let declared = match field.kind.as_deref() {
            Some("sensitive-pi") => Marks::SENSITIVE,
            Some("general-pi" | "deidentified") => Marks::GENERAL,
            Some("anonymised" | "not-personal") => Marks::NONE,
            // Whoever is spoken of in other data is not excluded by what it is called.
            _ => Marks::MAYBE_GENERAL,
        };
        // Doubts were settled when the field was declared: an unknown one gives no permit. What a
        // scan is sure of counts, whatever was declared.
        let found = match plan.map(|plan| (plan.personal, plan.sensitive)) {
            Some((Answer::Yes, Answer::Yes)) => Marks::SENSITIVE,
            Some((Answer::Yes, _)) => Marks::GENERAL,
            _ => Marks::NONE,
        };
        declared | found
    }
}

/// All personal information of a minor under fourteen is sensitive.
///
/// LAW: `cn/pipl#art-28`
fn with_age(marks: Marks, age: Seen) -> Marks {
    if marks == Marks::NONE {
        return marks;
    }
    if age.has(Seen::MINOR) {
        return Marks::SENSITIVE | Marks::MINOR;
    }
    if age.has(Seen::MAYBE_MINOR) {
        return marks | Marks::MAYBE_SENSITIVE | Marks::MAYBE_MINOR;
    }
    marks
}

/// Keys found column by column, row by row; and where those of each row end.
fn by_row(found: &[(usize, Key)], rows: usize) -> (Vec<Key>, Vec<usize>) {
    let mut ends = vec![0; rows];
    for (row, _) in found {
        if let Some(count) = ends.get_mut(*row) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        // Where they begin, until they are put there.
        sum += std::mem::replace(end, sum);
    }
    let Some((_, first)) = found.first() else { return (Vec::new(), ends) };
    let mut keys = vec![*first; sum];
    for (row, key) in found {
        let Some(at) = ends.get_mut(*row) else { continue };
        if let Some(place) = keys.get_mut(*at) {
            *place = *key;
        }
        *at += 1;
    }
    (keys, ends)
}

fn of_meter(kind: KeyKind, hidden: Veiled) -> Option<Key> {
    let kind = Kind::at(kind.number() - 1)?;
    match hidden {
        Veiled::Narrow(number) => Key::narrow(kind, number),
        Veiled::Wide(hash) => Some(Key::wide(kind, hash)),
    }
}

fn key_at(kind: KeyKind, cells: &Cells<'_>, row: usize, secret: &Secret) -> Option<Keyed> {
    match cells {
        Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
            key::within(kind, bytes, *spans.get(row)?, secret)
        }
        Cells::Integers(all) => key::of_integer(kind, (*all.get(row)?)?, secret),
        Cells::Floats(all) => key::of_integer(kind, key::whole((*all.get(row)?)?)?, secret),
        _ => None,
    }
}

/// Whether a cell holds a value: not null, not empty, not white space, not a word for nothing.
fn holds(cells: &Cells<'_>, row: usize) -> bool {
    match cells {
        Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
            let cell = spans.get(row).and_then(|span| span.of(bytes));
            cell.is_some_and(|cell| !cell.trim_ascii().is_empty() && !key::no_value(cell))
        }
        Cells::Integers(all) | Cells::Instants(all) => all.get(row).is_some_and(Option::is_some),
        Cells::Floats(all) => all.get(row).is_some_and(Option::is_some),
        Cells::Booleans(all) => all.get(row).is_some_and(Option::is_some),
        Cells::Days(all) => all.get(row).is_some_and(Option::is_some),
        Cells::Opaque => true,
    }
}
