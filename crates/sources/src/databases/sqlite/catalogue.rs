//! Tables, columns and keys, out of SQLite's own lists; comments, out of the definitions as they
//! were written.

use std::collections::BTreeMap;
use std::sync::Arc;

use kouan_table::{Column, Declared, Key, Table, TableKind};
use rusqlite::{Connection, Error};

use super::super::cells::Shape;
use super::super::selection::Selection;
use super::quoted;
use super::remarks::Remarks;
use super::rows::Reading;

/// The tables that are looked at, and how to read them.
pub(super) struct Catalogue {
    pub(super) tables: Vec<Table>,
    pub(super) readings: Vec<Reading>,
}

/// Reads what the file says of its tables.
pub(super) fn read(connection: &Connection, selection: &Selection) -> Result<Catalogue, Error> {
    let mut catalogue = Catalogue { tables: Vec::new(), readings: Vec::new() };
    let estimates = estimates(connection);
    let mut list = connection.prepare(
        "SELECT list.name, list.type, list.wr, made.sql
         FROM pragma_table_list AS list
         LEFT JOIN sqlite_schema AS made ON made.name = list.name AND made.type = 'table'
         WHERE list.schema = 'main' AND list.type IN ('table', 'view', 'virtual')
           AND substr(list.name, 1, 7) <> 'sqlite_'
         ORDER BY list.name",
    )?;
    let mut rows = list.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if !selection.takes("", &name) {
            continue;
        }
        let kind: String = row.get(1)?;
        let without_rowid: bool = row.get(2)?;
        let definition: Option<String> = row.get(3)?;
        let remarks = Remarks::of(definition.as_deref().unwrap_or_default());
        let mut columns = columns(connection, &name)?;
        for (name, said) in remarks.columns {
            if let Some(column) = column_mut(&mut columns, &name) {
                column.comment = Some(said.into());
            }
        }
        catalogue.tables.push(Table {
            name: name.as_str().into(),
            kind: if kind == "view" { TableKind::View } else { TableKind::Table },
            comment: remarks.table.map(Into::into),
            rows_estimate: estimates.get(&name).copied(),
            columns: columns.clone(),
        });
        let rowid = if kind == "table" && !without_rowid { rowid_of(&columns) } else { None };
        catalogue.readings.push(Reading {
            shape: Arc::new(Shape { table: name.as_str().into(), columns }),
            rowid,
        });
    }
    Ok(catalogue)
}

/// How many rows each table had when someone last ran `ANALYZE`.
fn estimates(connection: &Connection) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    // The list is there only once `ANALYZE` has run; without it there is no estimate.
    let Ok(mut list) = connection.prepare("SELECT tbl, stat FROM sqlite_stat1") else {
        return found;
    };
    let Ok(mut rows) = list.query([]) else { return found };
    while let Ok(Some(row)) = rows.next() {
        let (Ok(table), Ok(stat)) = (row.get::<_, String>(0), row.get::<_, String>(1)) else {
            continue;
        };
        if let Some(rows) = stat.split(' ').next().and_then(|first| first.parse::<u64>().ok()) {
            let estimate = found.entry(table).or_insert(0);
            *estimate = rows.max(*estimate);
        }
    }
    found
}

/// The columns of a table, with their keys: a foreign key says more than a primary one, and that
/// more than uniqueness; the last to be set stays.
fn columns(connection: &Connection, table: &str) -> Result<Vec<Column>, Error> {
    let mut columns = Vec::new();
    let mut primary = Vec::new();
    // `hidden` is 1 for the arguments of a virtual table; 2 and 3 are generated columns.
    let mut list = connection
        .prepare("SELECT name, type, pk FROM pragma_table_xinfo(?1) WHERE hidden <> 1")?;
    let mut rows = list.query([table])?;
    while let Some(row) = rows.next()? {
        let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
        if row.get::<_, i64>(2)? > 0 {
            primary.push(columns.len());
        }
        columns.push(Column {
            name: name.into(),
            position: u32::try_from(columns.len()).unwrap_or(u32::MAX),
            declared: declared(&kind),
            comment: None,
            key: None,
            length_max: length_max(&kind),
        });
    }
    for name in unique(connection, table)? {
        set(&mut columns, &name, Key::Unique);
    }
    for place in primary {
        if let Some(column) = columns.get_mut(place) {
            column.key = Some(Key::Primary);
        }
    }
    for (from, target) in foreign(connection, table)? {
        set(&mut columns, &from, Key::Foreign(target.into()));
    }
    Ok(columns)
}

/// Columns that are unique by themselves.
fn unique(connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut list = connection.prepare(
        "SELECT max(parts.name) FROM pragma_index_list(?1) AS keys
         JOIN pragma_index_info(keys.name) AS parts
         WHERE keys.\"unique\" AND NOT keys.partial
         GROUP BY keys.name HAVING count(*) = 1",
    )?;
    let names = list.query_map([table], |row| row.get::<_, Option<String>>(0))?;
    names.filter_map(Result::transpose).collect()
}

/// Columns that point to another table, and where they point to.
fn foreign(connection: &Connection, table: &str) -> Result<Vec<(String, String)>, Error> {
    let mut list = connection.prepare(
        "SELECT \"from\", \"table\", \"to\", seq FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
    )?;
    let mut found = Vec::new();
    let mut rows = list.query([table])?;
    while let Some(row) = rows.next()? {
        let (from, target): (String, String) = (row.get(0)?, row.get(1)?);
        // Without a column the primary key is meant, part by part.
        let to = match row.get::<_, Option<String>>(2)? {
            Some(to) => Some(to),
            None => primary_part(connection, &target, row.get::<_, i64>(3)? + 1)?,
        };
        if let Some(to) = to {
            found.push((from, format!("{target}.{to}")));
        }
    }
    Ok(found)
}

fn primary_part(connection: &Connection, table: &str, part: i64) -> Result<Option<String>, Error> {
    let mut list = connection.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk = ?2")?;
    let mut rows = list.query(rusqlite::params![table, part])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

fn set(columns: &mut [Column], name: &str, key: Key) {
    if let Some(column) = column_mut(columns, name) {
        column.key = Some(key);
    }
}

fn column_mut<'c>(columns: &'c mut [Column], name: &str) -> Option<&'c mut Column> {
    columns.iter_mut().find(|one| one.name.eq_ignore_ascii_case(name))
}

/// The name under which the number of a row can be asked, unless columns took all of them.
fn rowid_of(columns: &[Column]) -> Option<String> {
    ["_rowid_", "rowid", "oid"]
        .into_iter()
        .find(|name| !columns.iter().any(|column| column.name.eq_ignore_ascii_case(name)))
        .map(quoted)
}

/// What a declaration means; SQLite lets any name stand there.
fn declared(kind: &str) -> Declared {
    let kind = kind.to_ascii_uppercase();
    let has = |part: &str| kind.contains(part);
    if kind.is_empty() || kind == "ANY" {
        Declared::Nothing
    } else if has("BOOL") {
        Declared::Boolean
    } else if has("DATETIME") || has("TIMESTAMP") {
        Declared::Instant
    } else if kind == "DATE" {
        Declared::Day
    } else if has("INT") {
        Declared::Integer
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        Declared::Text
    } else if has("BLOB") {
        Declared::Binary
    } else if ["REAL", "FLOA", "DOUB", "NUM", "DEC"].into_iter().any(has) {
        Declared::Number
    } else {
        Declared::Other
    }
}

/// The number in `VARCHAR(20)`.
fn length_max(kind: &str) -> Option<u32> {
    let (name, rest) = kind.split_once('(')?;
    if !name.to_ascii_uppercase().contains("CHAR") {
        return None;
    }
    rest.split(')').next()?.trim().parse().ok()
}
