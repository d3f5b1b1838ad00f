//! Tables, columns, comments, keys and estimates, out of `information_schema`.

use std::collections::BTreeMap;
use std::sync::Arc;

use kouan_table::{Column, Declared, Key, Table, TableKind};
use kouan_terms::Diagnostic;
use mysql::prelude::Queryable;
use mysql::{Conn, Error, Row, Value};

use super::super::address::Address;
use super::super::cells::Shape;
use super::super::selection::Selection;
use super::quoted;
use super::rows::Reading;

/// The tables that are looked at, and how to read them.
pub(super) struct Catalogue {
    pub(super) tables: Vec<Table>,
    pub(super) readings: Vec<Reading>,
    pub(super) notes: Vec<Diagnostic>,
}

const TABLES: &str = "
SELECT table_schema, table_name, table_type, table_rows, table_comment
FROM information_schema.tables WHERE";

const COLUMNS: &str = "
SELECT table_schema, table_name, column_name, data_type, column_type, character_maximum_length,
       column_comment, column_key, privileges
FROM information_schema.columns WHERE";

const FOREIGN_KEYS: &str = "
SELECT table_schema, table_name, column_name, referenced_table_schema, referenced_table_name,
       referenced_column_name
FROM information_schema.key_column_usage WHERE referenced_table_name IS NOT NULL AND";

/// What belongs to the server and not to its users.
const OF_USERS: &str =
    "table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')";

/// One column, and whether and how it is read.
struct Attribute {
    column: Column,
    kind: String,
    readable: bool,
}

/// Schema and name of a table.
type Place = (String, String);

/// Reads what the server says of its tables.
pub(super) fn read(
    connection: &mut Conn,
    input: &str,
    address: &Address,
    selection: &Selection,
) -> Result<Catalogue, Error> {
    let scope = if address.database.is_some() { "table_schema = DATABASE()" } else { OF_USERS };
    let taken = |schema: &str, table: &str| {
        (address.schemas.is_empty() || address.schemas.iter().any(|one| one == schema))
            && selection.takes(schema, table)
    };
    let mut attributes = attributes(connection, scope)?;
    for row in connection.query_iter(format!("{FOREIGN_KEYS} {scope}"))? {
        let row = row?;
        let place = (text(&row, 0), text(&row, 1));
        let name = text(&row, 2);
        let target = format!("{}.{}.{}", text(&row, 3), text(&row, 4), text(&row, 5));
        let columns = attributes.get_mut(&place).into_iter().flatten();
        for one in columns.filter(|one| *one.column.name == *name) {
            one.column.key = Some(Key::Foreign(target.as_str().into()));
        }
    }
    let mut catalogue = Catalogue { tables: Vec::new(), readings: Vec::new(), notes: Vec::new() };
    let order = "ORDER BY BINARY table_schema, BINARY table_name";
    for row in connection.query_iter(format!("{TABLES} {scope} {order}"))? {
        let row = row?;
        let (schema, table) = (text(&row, 0), text(&row, 1));
        if !taken(&schema, &table) || text(&row, 2) == "SEQUENCE" {
            continue;
        }
        let attributes = attributes.remove(&(schema.clone(), table.clone())).unwrap_or_default();
        catalogue.add(input, &row, schema, table, attributes);
    }
    Ok(catalogue)
}

impl Catalogue {
    fn add(
        &mut self,
        input: &str,
        row: &Row,
        schema: String,
        table: String,
        attributes: Vec<Attribute>,
    ) {
        let name = format!("{schema}.{table}");
        let view = text(row, 2).ends_with("VIEW");
        let comment = Some(text(row, 4)).filter(|comment| !comment.is_empty() && !view);
        self.tables.push(Table {
            name: name.as_str().into(),
            kind: if view { TableKind::View } else { TableKind::Table },
            comment: comment.map(Into::into),
            rows_estimate: number(row, 3).filter(|_| !view),
            columns: attributes.iter().map(|one| one.column.clone()).collect(),
        });
        let mut note = |found: Diagnostic| {
            self.notes.push(found.with("input", input).with("table", &name));
        };
        let hidden: Vec<&str> =
            attributes.iter().filter(|one| !one.readable).map(|one| &*one.column.name).collect();
        if attributes.is_empty() && view {
            // The server tells no columns of a view that cannot be worked out.
            return note(Diagnostic::error("SC146").with("code", "-"));
        }
        if hidden.len() == attributes.len() {
            return note(Diagnostic::warning("SC149"));
        }
        if !hidden.is_empty() {
            note(Diagnostic::warning("SC154").with("columns", hidden.join(", ")));
        }
        let primary = primary(&attributes);
        let attributes: Vec<Attribute> =
            attributes.into_iter().filter(|one| one.readable).collect();
        let list: Vec<String> = attributes.iter().map(Attribute::asked).collect();
        self.readings.push(Reading {
            list: list.join(", "),
            relation: format!("{}.{}", quoted(&schema), quoted(&table)),
            primary,
            binary: attributes.iter().map(|one| is_binary(&one.kind)).collect(),
            shape: Arc::new(Shape {
                table: name.into(),
                columns: attributes.into_iter().map(|one| one.column).collect(),
            }),
        });
    }
}

impl Attribute {
    /// How the column is asked for: of bytes the beginning, of shapes their words.
    fn asked(&self) -> String {
        let name = quoted(&self.column.name);
        match self.kind.as_str() {
            "tinyblob" | "blob" | "mediumblob" | "longblob" | "varbinary" => {
                format!("LEFT({name}, {})", crate::limits::BINARY_BYTES + 1)
            }
            kind if is_shape(kind) => format!("ST_AsText({name})"),
            _ => name,
        }
    }
}

fn attributes(
    connection: &mut Conn,
    scope: &str,
) -> Result<BTreeMap<Place, Vec<Attribute>>, Error> {
    let mut tables: BTreeMap<Place, Vec<Attribute>> = BTreeMap::new();
    let order = "ORDER BY table_schema, table_name, ordinal_position";
    for row in connection.query_iter(format!("{COLUMNS} {scope} {order}"))? {
        let row = row?;
        let list = tables.entry((text(&row, 0), text(&row, 1))).or_default();
        let kind = text(&row, 3).to_ascii_lowercase();
        let comment = text(&row, 6);
        let declared = declared(&kind, &text(&row, 4));
        list.push(Attribute {
            column: Column {
                name: text(&row, 2).into(),
                position: u32::try_from(list.len()).unwrap_or(u32::MAX),
                declared,
                comment: Some(comment).filter(|text| !text.is_empty()).map(Into::into),
                key: match text(&row, 7).as_str() {
                    "PRI" => Some(Key::Primary),
                    "UNI" => Some(Key::Unique),
                    _ => None,
                },
                length_max: number(&row, 5)
                    .and_then(|length| u32::try_from(length).ok())
                    .filter(|_| matches!(kind.as_str(), "char" | "varchar")),
            },
            readable: text(&row, 8).to_ascii_lowercase().split(',').any(|one| one == "select"),
            kind,
        });
    }
    Ok(tables)
}

fn declared(kind: &str, whole: &str) -> Declared {
    match kind {
        "tinyint" if whole.to_ascii_lowercase().starts_with("tinyint(1)") => Declared::Boolean,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Declared::Integer,
        "decimal" | "float" | "double" => Declared::Number,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set"
        | "uuid" | "inet4" | "inet6" => Declared::Text,
        "date" => Declared::Day,
        "datetime" | "timestamp" => Declared::Instant,
        kind if is_binary(kind) => Declared::Binary,
        _ => Declared::Other,
    }
}

fn is_binary(kind: &str) -> bool {
    matches!(
        kind,
        "tinyblob" | "blob" | "mediumblob" | "longblob" | "binary" | "varbinary" | "bit" | "vector"
    )
}

fn is_shape(kind: &str) -> bool {
    matches!(
        kind,
        "geometry"
            | "point"
            | "linestring"
            | "polygon"
            | "multipoint"
            | "multilinestring"
            | "multipolygon"
            | "geometrycollection"
            | "geomcollection"
    )
}

/// The one whole-number column that is the primary key, by which a sample can be spread.
fn primary(attributes: &[Attribute]) -> Option<String> {
    // A foreign key hides that a column is the primary one; then the sample is not spread.
    let mut keys = attributes.iter().filter(|one| one.column.key == Some(Key::Primary));
    match (keys.next(), keys.next()) {
        (Some(one), None) if one.readable && one.column.declared == Declared::Integer => {
            Some(quoted(&one.column.name))
        }
        _ => None,
    }
}

fn text(row: &Row, column: usize) -> String {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

fn number(row: &Row, column: usize) -> Option<u64> {
    match row.as_ref(column)? {
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok()?.parse().ok(),
        Value::UInt(number) => Some(*number),
        Value::Int(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}
