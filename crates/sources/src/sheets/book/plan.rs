//! Where the table of a sheet begins and what its columns are called.

use kouan_table::{Column, Declared, Table, TableKind};

use super::columns::numbered;
use super::sheet::{Cell, Value};
use super::{Book, Then};
use crate::limits::COLUMNS;
use crate::text::header_names;

/// Rows of a sheet that are looked at for its header.
const ROWS: usize = 100;

/// Rows above a header that may be a title.
const TITLE_ROWS: usize = 10;

/// How a sheet is read.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) table: Table,
    /// The name of the sheet.
    pub(super) sheet: String,
    /// Its place in the workbook.
    pub(super) place: usize,
    /// The first row of data.
    pub(super) first_row: u32,
    /// The first column of the table.
    pub(super) first_column: u32,
    /// Rows above the header that were taken for a title.
    pub(super) title_rows: usize,
}

/// A merged range: first row, first column, last row, last column.
pub(super) type Merged = (u32, u32, u32, u32);

/// Looks at the first rows of a sheet; `None` when it is damaged.
pub(super) fn plan(
    book: &mut Book,
    file: &str,
    sheet: &str,
    place: usize,
    merged: &[Merged],
) -> Option<Plan> {
    let table = Table {
        name: format!("{file}#{sheet}").into(),
        kind: TableKind::File,
        comment: None,
        rows_estimate: None,
        columns: Vec::new(),
    };
    let sheet = sheet.to_owned();
    let mut plan = Plan { table, sheet, place, first_row: 0, first_column: 0, title_rows: 0 };
    let rows = first_rows(book, &plan)?;
    let width = |row: &Row| row.cells.iter().map(|(column, _)| *column + 1).max().unwrap_or(0);
    let start = |row: &Row| row.cells.iter().map(|(column, _)| *column).min().unwrap_or(0);
    plan.first_column = rows.iter().map(start).min().unwrap_or(0);
    let columns = rows.iter().map(width).max().unwrap_or(0).saturating_sub(plan.first_column);
    let columns = (columns as usize).min(COLUMNS);
    // A title is one cell in a row by itself above rows of several cells.
    let is_title = |row: &&Row| row.cells.len() == 1 && columns > 1;
    let titles = rows.iter().take(TITLE_ROWS).take_while(is_title).count();
    let body = rows.get(titles..).unwrap_or_default();
    let Some((first, rest)) = body.split_first() else { return Some(plan) };
    let (names, rest, head) = match rest.split_first() {
        Some((second, rest)) if first.is_grouped(merged) => {
            (first.over(second, merged, plan.first_column, columns), rest, second)
        }
        _ => (first.texts(plan.first_column, columns), rest, first),
    };
    let mut records = vec![names];
    records.extend(rest.iter().map(|row| row.texts(plan.first_column, columns)));
    match header_names(&records, columns) {
        Some(names) => {
            plan.table.columns = names.into_iter().enumerate().map(column).collect();
            plan.first_row = head.number.saturating_add(1);
            plan.title_rows = titles;
        }
        None => plan.table.columns = (0..columns).map(numbered).collect(),
    }
    Some(plan)
}

fn column((place, name): (usize, Box<str>)) -> Column {
    Column { name, declared: Declared::Nothing, ..numbered(place) }
}

/// A row of a sheet that holds anything.
struct Row {
    number: u32,
    cells: Vec<(u32, Vec<u8>)>,
}

impl Row {
    /// One text a column.
    fn texts(&self, first_column: u32, columns: usize) -> Vec<Vec<u8>> {
        let mut texts = vec![Vec::new(); columns];
        for (column, text) in &self.cells {
            let place = column.checked_sub(first_column).map(|place| place as usize);
            if let Some(to) = place.and_then(|place| texts.get_mut(place)) {
                to.clone_from(text);
            }
        }
        texts
    }

    /// Whether cells of this row are merged over several columns and none over rows only: the row
    /// below then names the columns of each group.
    fn is_grouped(&self, merged: &[Merged]) -> bool {
        merged.iter().any(|(row, first, last_row, last)| {
            *row == self.number && last_row == row && last > first
        })
    }

    /// The names of two rows of a header: `group.name` under a merged cell, one of both elsewhere.
    fn over(
        &self,
        below: &Row,
        merged: &[Merged],
        first_column: u32,
        columns: usize,
    ) -> Vec<Vec<u8>> {
        let above = self.texts(first_column, columns);
        let mut names = below.texts(first_column, columns);
        for (place, name) in names.iter_mut().enumerate() {
            let column = first_column.saturating_add(u32::try_from(place).unwrap_or(u32::MAX));
            let group = merged.iter().find(|(row, first, _, last)| {
                *row == self.number && (*first..=*last).contains(&column)
            });
            let from = group.and_then(|(_, first, ..)| first.checked_sub(first_column));
            let over = above.get(from.map_or(place, |from| from as usize));
            let over = over.filter(|over| !over.is_empty());
            match over {
                Some(over) if name.is_empty() => name.clone_from(over),
                Some(over) => *name = [over.as_slice(), b".", name].concat(),
                None => {}
            }
        }
        names
    }
}

/// The first rows that hold anything; `None` when the sheet is damaged.
fn first_rows(book: &mut Book, plan: &Plan) -> Option<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    book.each(plan, &mut |cell: Cell<'_>| {
        if matches!(cell.value, Value::Nothing) || cell.column as usize >= COLUMNS {
            return Then::More;
        }
        if rows.last().is_none_or(|row| row.number != cell.row) {
            if rows.len() == ROWS {
                return Then::Enough;
            }
            rows.push(Row { number: cell.row, cells: Vec::new() });
        }
        let mut text = String::new();
        cell.value.write(&mut text);
        if let Some(row) = rows.last_mut() {
            row.cells.push((cell.column, text.into_bytes()));
        }
        Then::More
    })?;
    Some(rows)
}
