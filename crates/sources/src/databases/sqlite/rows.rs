//! The rows, stepped through and gathered into blocks.

use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, ErrorCode, Params};

use super::super::cells::{Gathered, Shape};
use super::super::spread::places;
use super::{code, fault, quoted};
use crate::Want;
use crate::databases::feed::{Outlet, Stop};
use crate::limits::TABLE_SAMPLE_PLACES;

/// A table whose rows are asked for.
pub(super) struct Reading {
    pub(super) shape: Arc<Shape>,
    /// What the number of a row is called, when rows have one.
    pub(super) rowid: Option<String>,
}

/// Why a table's rows ended early.
enum Broken {
    Unwanted,
    By(Error),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Broken {
        Broken::By(error)
    }
}

/// Hands the rows of all tables over, one table after the other.
pub(super) fn fetch(
    connection: &Connection,
    input: &str,
    readings: &[Reading],
    want: Want,
    outlet: &mut Outlet,
) -> Result<(), Stop> {
    for reading in readings {
        match table(connection, reading, want, outlet) {
            Ok(()) => {}
            Err(Broken::Unwanted) => return Err(Stop::Unwanted),
            Err(Broken::By(error)) => {
                let found = fault(input, &reading.shape.table, &error);
                // Without its file or its memory SQLite cannot read the other tables either.
                if matches!(code(&error), Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory))
                {
                    return Err(Stop::Failed(found));
                }
                outlet.note(found)?;
            }
        }
    }
    Ok(())
}

fn table(
    connection: &Connection,
    reading: &Reading,
    want: Want,
    outlet: &mut Outlet,
) -> Result<(), Broken> {
    let shape = &reading.shape;
    if shape.columns.is_empty() {
        return Ok(());
    }
    let columns: Vec<String> = shape.columns.iter().map(|one| quoted(&one.name)).collect();
    let select = format!("SELECT {} FROM {}", columns.join(", "), quoted(&shape.table));
    let mut gathered = Gathered::new(Arc::clone(shape));
    let rows = &mut gathered;
    let read = match want {
        Want::Metadata => Ok(()),
        Want::Everything => step(connection, &select, [], rows, outlet),
        Want::Sample(wanted) => sample(connection, reading, &select, wanted, rows, outlet),
    };
    // Rows that came before a failure stay good.
    if !gathered.is_empty() && !matches!(read, Err(Broken::Unwanted)) {
        hand_over(&mut gathered, outlet)?;
    }
    read
}

/// Rows from places all over the table; the first ones where rows have no number.
fn sample(
    connection: &Connection,
    reading: &Reading,
    select: &str,
    wanted: u64,
    rows: &mut Gathered,
    outlet: &mut Outlet,
) -> Result<(), Broken> {
    let most = i64::try_from(wanted).unwrap_or(i64::MAX);
    if let Some(rowid) = &reading.rowid {
        let ends =
            format!("SELECT min({rowid}), max({rowid}) FROM {}", quoted(&reading.shape.table));
        let (first, last) = connection.query_row(&ends, [], |row| {
            Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?))
        })?;
        if let (Some(first), Some(last)) = (first, last)
            && let Some(places) = places(first, last, wanted)
        {
            let part = most / i64::try_from(TABLE_SAMPLE_PLACES).unwrap_or(i64::MAX) + 1;
            let strided =
                format!("{select} WHERE {rowid} >= ?1 AND {rowid} < ?2 ORDER BY {rowid} LIMIT ?3");
            for (from, to) in places {
                step(connection, &strided, [from, to, part], rows, outlet)?;
            }
            return Ok(());
        }
    }
    step(connection, &format!("{select} LIMIT ?1"), [most], rows, outlet)
}

fn step(
    connection: &Connection,
    statement: &str,
    values: impl Params,
    gathered: &mut Gathered,
    outlet: &mut Outlet,
) -> Result<(), Broken> {
    let mut statement = connection.prepare(statement)?;
    let width = statement.column_count();
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        for column in 0..width {
            match row.get_ref(column)? {
                ValueRef::Null => gathered.null(),
                ValueRef::Integer(value) => gathered.integer(value),
                ValueRef::Real(value) => gathered.float(value),
                ValueRef::Text(text) => gathered.text(text),
                ValueRef::Blob(bytes) => gathered.binary(bytes),
            }
        }
        if gathered.is_full() {
            hand_over(gathered, outlet)?;
        }
    }
    Ok(())
}

fn hand_over(gathered: &mut Gathered, outlet: &mut Outlet) -> Result<(), Broken> {
    let block = gathered.take();
    let bytes = block.size();
    outlet.block(Box::new(block), bytes).map_err(|_| Broken::Unwanted)
}
