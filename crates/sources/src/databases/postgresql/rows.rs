//! The rows, by `COPY … TO STDOUT`, cut into blocks at line ends.

use std::sync::Arc;

use kouan_table::Column;
use tokio_postgres::Error;

use super::copy::{Lines, Shape, Written};
use super::faults::{self, Fault};
use super::session::Session;
use crate::Want;
use crate::databases::feed::{Outlet, Stop};
use crate::limits::{BINARY_BYTES, BLOCK_BYTES, SAMPLE_SECONDS, TABLE_SAMPLE_PLACES};

/// A table whose rows are asked for.
pub(super) struct Reading {
    pub(super) oid: u32,
    pub(super) schema: String,
    pub(super) table: String,
    /// The table's name in the inventory.
    pub(super) name: Box<str>,
    /// The columns that may be read.
    pub(super) columns: Vec<Column>,
    /// How each of them is written.
    pub(super) written: Vec<Written>,
    /// Whether the table itself can be copied, instead of a query.
    pub(super) direct: bool,
    /// Whether rows of children are left out.
    pub(super) only: bool,
    /// Whether the server can take a sample of its pages.
    pub(super) can_sample: bool,
    pub(super) estimate: Option<u64>,
    pub(super) pages: i64,
}

/// Hands the rows of all tables over, one table after the other.
pub(super) fn fetch(
    session: &Session,
    input: &str,
    readings: &[Reading],
    want: Want,
    outlet: &mut Outlet,
) -> Result<(), Stop> {
    let lost = |name: &str| Stop::Failed(faults::lost(input, name));
    session.run(&time_limit(want)).map_err(|_| lost("-"))?;
    for reading in readings {
        let found = table(session, reading, want, outlet);
        let fault = match found {
            Ok(()) => continue,
            Err(Broken::Unwanted) => return Err(Stop::Unwanted),
            Err(Broken::Emptied) => Fault::Table(faults::changed(input, &reading.name)),
            Err(Broken::By(error)) => faults::reading(input, &reading.name, &error),
        };
        match fault {
            Fault::Lost => return Err(lost(&reading.name)),
            Fault::Table(found) => outlet.note(found)?,
        }
        session.run("ROLLBACK TO SAVEPOINT kouan_table").map_err(|_| lost(&reading.name))?;
    }
    // The rows are handed over: whether the transaction ends well says nothing about them.
    let _ = session.run("ROLLBACK");
    Ok(())
}

/// From here on the server's own limit on statements holds, if it has one; a sample has at most
/// [`SAMPLE_SECONDS`].
fn time_limit(want: Want) -> String {
    let own = "SET LOCAL statement_timeout TO DEFAULT;".to_owned();
    let most = SAMPLE_SECONDS * 1000;
    match want {
        Want::Sample(_) => format!(
            "{own} SELECT pg_catalog.set_config('statement_timeout', '{most}', true)
             FROM pg_catalog.pg_settings
             WHERE name = 'statement_timeout' AND (setting::int8 = 0 OR setting::int8 > {most})"
        ),
        Want::Everything | Want::Metadata => own,
    }
}

/// Whether a table was truncated or rewritten since the catalogue was read: its rows of then are
/// gone, and a transaction of then sees none at all.
fn was_rewritten(session: &Session, oid: u32) -> Result<bool, Error> {
    // The list shows the file of then, the function that of now.
    let rows = session.query(
        "SELECT relfilenode <> pg_catalog.pg_relation_filenode(oid)
         FROM pg_catalog.pg_class WHERE oid = $1",
        &[&oid],
    )?;
    let moved = rows.first().map(|row| row.try_get::<_, Option<bool>>(0)).transpose()?;
    Ok(moved.flatten().unwrap_or(false))
}

/// Why a table's rows ended early.
enum Broken {
    Unwanted,
    /// The rows were taken away since.
    Emptied,
    /// By an error of the server or of the connection.
    By(Error),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Broken {
        Broken::By(error)
    }
}

fn table(
    session: &Session,
    reading: &Reading,
    want: Want,
    outlet: &mut Outlet,
) -> Result<(), Broken> {
    session.run("SAVEPOINT kouan_table")?;
    let shape = Arc::new(Shape {
        table: reading.name.clone(),
        columns: reading.columns.clone(),
        written: reading.written.clone(),
    });
    match want {
        Want::Metadata => {}
        Want::Everything => {
            let read = copy(session, &reading.everything(), &shape, outlet)?;
            if read == 0 && was_rewritten(session, reading.oid)? {
                return Err(Broken::Emptied);
            }
        }
        Want::Sample(rows) => {
            let spread = match reading.spread(rows) {
                Some(statement) => copy(session, &statement, &shape, outlet)?,
                None => 0,
            };
            // Pages that hold nothing, or an estimate out of date, leave no sample.
            if spread == 0 {
                copy(session, &reading.first(rows), &shape, outlet)?;
            }
        }
    }
    session.run("RELEASE SAVEPOINT kouan_table")?;
    Ok(())
}

/// Runs one `COPY` and hands its lines over; gives back how many bytes they had.
fn copy(
    session: &Session,
    statement: &str,
    shape: &Arc<Shape>,
    outlet: &mut Outlet,
) -> Result<u64, Broken> {
    let mut bytes = Vec::with_capacity(ROOM);
    let mut total = 0;
    let mut wanted = true;
    let copied = session.copy(statement, |part| {
        bytes.extend_from_slice(part);
        total += part.len() as u64;
        if bytes.len() >= BLOCK_BYTES
            && let Some(last) = memchr::memrchr(b'\n', &bytes)
        {
            let mut next = Vec::with_capacity(ROOM);
            next.extend_from_slice(bytes.get(last + 1..).unwrap_or_default());
            bytes.truncate(last + 1);
            wanted = hand_over(std::mem::replace(&mut bytes, next), shape, outlet).is_ok();
        }
        wanted
    });
    if !wanted {
        return Err(Broken::Unwanted);
    }
    if copied.is_err() {
        // Whole lines that came before stay good.
        bytes.truncate(memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1));
    }
    if !bytes.is_empty() {
        hand_over(bytes, shape, outlet)?;
    }
    copied?;
    Ok(total)
}

/// What a block's text is given room for: it ends with the row that fills it.
const ROOM: usize = BLOCK_BYTES + BLOCK_BYTES / 16;

fn hand_over(bytes: Vec<u8>, shape: &Arc<Shape>, outlet: &mut Outlet) -> Result<(), Broken> {
    let size = bytes.len();
    let block = Lines { bytes, shape: Arc::clone(shape) };
    outlet.block(Box::new(block), size).map_err(|_| Broken::Unwanted)
}

impl Reading {
    /// Every row.
    fn everything(&self) -> String {
        if self.direct && !self.columns.is_empty() {
            format!("COPY {} ({}) TO STDOUT", self.relation(), self.list(false))
        } else {
            format!("COPY ({}) TO STDOUT", self.select(""))
        }
    }

    /// The first rows.
    fn first(&self, rows: u64) -> String {
        format!("COPY ({}) TO STDOUT", self.select(&format!(" LIMIT {rows}")))
    }

    /// Rows out of pages all over the table, the same ones each time; `None` when the table is not
    /// much larger than the sample.
    fn spread(&self, rows: u64) -> Option<String> {
        let estimate = self.estimate.filter(|_| self.can_sample)?;
        let pages = u64::try_from(self.pages).ok().filter(|pages| *pages > 0)?;
        if estimate < rows.saturating_mul(4) || pages < TABLE_SAMPLE_PLACES * 2 {
            return None;
        }
        let part = share(rows, estimate).max(share(TABLE_SAMPLE_PLACES, pages));
        let clause = format!(
            " TABLESAMPLE SYSTEM ({:.6}) REPEATABLE (1) LIMIT {}",
            part * 100.0,
            rows.saturating_mul(2)
        );
        Some(format!("COPY ({}) TO STDOUT", self.select(&clause)))
    }

    fn select(&self, clause: &str) -> String {
        let only = if self.only { "ONLY " } else { "" };
        format!("SELECT {} FROM {only}{}{clause}", self.list(true), self.relation())
    }

    fn relation(&self) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(&self.table))
    }

    fn list(&self, shortened: bool) -> String {
        let columns = self.columns.iter().zip(&self.written);
        let list = columns.map(|(column, written)| {
            let name = quoted(&column.name);
            match written {
                Written::Hex if shortened => {
                    format!("pg_catalog.substring({name}, 1, {})", BINARY_BYTES + 1)
                }
                Written::Nothing if shortened => "NULL".to_owned(),
                _ => name,
            }
        });
        list.collect::<Vec<_>>().join(", ")
    }
}

/// A name as PostgreSQL quotes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[expect(clippy::cast_precision_loss, reason = "a share of a sample need not be exact")]
fn share(part: u64, whole: u64) -> f64 {
    (part as f64 / whole as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use kouan_table::Declared;

    use super::*;

    fn reading(direct: bool, written: &[Written]) -> Reading {
        let columns = written.iter().zip(["id", "姓\"名", "photo"]);
        Reading {
            oid: 1,
            schema: "sales".to_owned(),
            table: "Customer".to_owned(),
            name: "sales.Customer".into(),
            columns: columns
                .map(|(_, name)| Column {
                    name: name.into(),
                    position: 0,
                    declared: Declared::Text,
                    comment: None,
                    key: None,
                    length_max: None,
                })
                .collect(),
            written: written.to_vec(),
            direct,
            only: true,
            can_sample: true,
            estimate: Some(1_000_000),
            pages: 10_000,
        }
    }

    #[test]
    fn a_plain_table_is_copied_itself_and_anything_else_by_a_query() {
        assert_eq!(
            reading(true, &[Written::Text, Written::Text]).everything(),
            r#"COPY "sales"."Customer" ("id", "姓""名") TO STDOUT"#
        );
        assert_eq!(
            reading(false, &[Written::Text, Written::Nothing, Written::Hex]).everything(),
            "COPY (SELECT \"id\", NULL, pg_catalog.substring(\"photo\", 1, 65537) \
             FROM ONLY \"sales\".\"Customer\") TO STDOUT"
        );
    }

    #[test]
    fn a_sample_is_spread_only_over_a_table_much_larger() {
        let large = reading(true, &[Written::Text]);
        assert_eq!(
            large.spread(20_000).as_deref(),
            Some(
                "COPY (SELECT \"id\" FROM ONLY \"sales\".\"Customer\" \
                 TABLESAMPLE SYSTEM (2.000000) REPEATABLE (1) LIMIT 40000) TO STDOUT"
            )
        );
        assert!(large.spread(300_000).is_none());
        let view = Reading { can_sample: false, ..reading(true, &[Written::Text]) };
        assert!(view.spread(20_000).is_none());
    }
}
