//! The rows, streamed as text and gathered into blocks.

use std::sync::Arc;

use mysql::prelude::Queryable;
use mysql::{Conn, Error, Row, Value};

use super::super::cells::{Gathered, Shape};
use super::super::spread::places;
use super::faults::{self, Fault};
use crate::Want;
use crate::databases::feed::{Outlet, Stop};
use crate::limits::{SAMPLE_SECONDS, TABLE_SAMPLE_PLACES};

/// A table whose rows are asked for.
pub(super) struct Reading {
    pub(super) shape: Arc<Shape>,
    /// Schema and table, quoted.
    pub(super) relation: String,
    /// What is asked of each row.
    pub(super) list: String,
    /// Which columns are bytes.
    pub(super) binary: Vec<bool>,
    /// The whole-number column that is the primary key, quoted.
    pub(super) primary: Option<String>,
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
    connection: &mut Conn,
    input: &str,
    readings: &[Reading],
    want: Want,
    outlet: &mut Outlet,
) -> Result<(), Stop> {
    if let Want::Sample(_) = want {
        limit_time(connection);
    }
    for reading in readings {
        let name = &reading.shape.table;
        match table(connection, reading, want, outlet) {
            Ok(()) => {}
            Err(Broken::Unwanted) => return Err(Stop::Unwanted),
            Err(Broken::By(error)) => match faults::reading(input, name, &error) {
                Fault::Lost => return Err(Stop::Failed(faults::lost(input, name))),
                Fault::Table(found) => outlet.note(found)?,
            },
        }
    }
    // The rows are handed over: whether the transaction ends well says nothing about them.
    let _ = connection.query_drop("ROLLBACK");
    Ok(())
}

/// Gives every statement at most [`SAMPLE_SECONDS`], if the server's own limit is not shorter.
fn limit_time(connection: &mut Conn) {
    // MariaDB counts seconds under one name, MySQL milliseconds under another: one of the two is
    // not known, and a server that knows neither has no limits.
    for (limit, most) in
        [("max_statement_time", SAMPLE_SECONDS), ("max_execution_time", SAMPLE_SECONDS * 1000)]
    {
        let _ = connection.query_drop(format!(
            "SET SESSION {limit} = IF(@@{limit} = 0 OR @@{limit} > {most}, {most}, @@{limit})"
        ));
    }
}

fn table(
    connection: &mut Conn,
    reading: &Reading,
    want: Want,
    outlet: &mut Outlet,
) -> Result<(), Broken> {
    let mut gathered = Gathered::new(Arc::clone(&reading.shape));
    let rows = &mut gathered;
    let select = format!("SELECT {} FROM {}", reading.list, reading.relation);
    let read = match want {
        Want::Metadata => Ok(()),
        Want::Everything => stream(connection, reading, &select, rows, outlet),
        Want::Sample(wanted) => sample(connection, reading, &select, wanted, rows, outlet),
    };
    // Rows that came before a failure stay good.
    if !gathered.is_empty() && !matches!(read, Err(Broken::Unwanted)) {
        hand_over(&mut gathered, outlet)?;
    }
    read
}

/// Rows from places all over the table; the first ones where no number tells places.
fn sample(
    connection: &mut Conn,
    reading: &Reading,
    select: &str,
    wanted: u64,
    rows: &mut Gathered,
    outlet: &mut Outlet,
) -> Result<(), Broken> {
    if let Some(key) = &reading.primary {
        let ends = format!("SELECT MIN({key}), MAX({key}) FROM {}", reading.relation);
        if let Some((first, last)) = ends_of(connection, &ends)?
            && let Some(places) = places(first, last, wanted)
        {
            let part = wanted / TABLE_SAMPLE_PLACES + 1;
            for (from, to) in places {
                let statement = format!(
                    "{select} WHERE {key} >= {from} AND {key} < {to} ORDER BY {key} LIMIT {part}"
                );
                stream(connection, reading, &statement, rows, outlet)?;
            }
            return Ok(());
        }
    }
    stream(connection, reading, &format!("{select} LIMIT {wanted}"), rows, outlet)
}

/// The least and the greatest key; nothing without rows, or when they are beyond `i64`.
fn ends_of(connection: &mut Conn, statement: &str) -> Result<Option<(i64, i64)>, Error> {
    let row: Option<Row> = connection.query_first(statement)?;
    let number = |column| match row.as_ref()?.as_ref(column) {
        Some(Value::Bytes(bytes)) => std::str::from_utf8(bytes).ok()?.parse().ok(),
        _ => None,
    };
    Ok(number(0).zip(number(1)))
}

fn stream(
    connection: &mut Conn,
    reading: &Reading,
    statement: &str,
    gathered: &mut Gathered,
    outlet: &mut Outlet,
) -> Result<(), Broken> {
    for row in connection.query_iter(statement)? {
        let row = row?;
        for (column, binary) in reading.binary.iter().enumerate() {
            match row.as_ref(column) {
                Some(Value::Bytes(bytes)) if *binary => gathered.binary(bytes),
                Some(Value::Bytes(bytes)) => gathered.text(bytes),
                Some(Value::Int(number)) => gathered.integer(*number),
                Some(Value::Float(number)) => gathered.float(f64::from(*number)),
                Some(Value::Double(number)) => gathered.float(*number),
                // The text of the protocol has no other kinds.
                _ => gathered.null(),
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
