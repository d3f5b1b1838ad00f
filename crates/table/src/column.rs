//! Tables and columns as the source declares them.

/// A table of a source: a file, a sheet, a database table or view, a nested list in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, unique in the source: `customers.csv`, `export.zip/customers.csv`,
    /// `book.xlsx#Sheet1`, `public.customer`, `orders.json#items[]`.
    pub name: Box<str>,
    /// What it is.
    pub kind: TableKind,
    /// The comment the source keeps for it.
    pub comment: Option<Box<str>>,
    /// How many rows the source says it has, when it says so without counting.
    pub rows_estimate: Option<u64>,
    /// The columns known before any row is read; empty for JSON.
    pub columns: Vec<Column>,
}

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableKind {
    /// A file or a sheet.
    File,
    /// A table of a database.
    Table,
    /// A view of a database.
    View,
    /// A nested list: its rows are the elements.
    Nested,
    /// A definition without rows (a dump's `CREATE TABLE`).
    Definition,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, unique in the table; a nested path is written `a.b.c`.
    pub name: Box<str>,
    /// Its place in the table, from 0; columns without a fixed order (JSON) all have 0 and sort by
    /// name.
    pub position: u32,
    /// What the source says it holds.
    pub declared: Declared,
    /// The comment, label or description the source keeps for it.
    pub comment: Option<Box<str>>,
    /// Its part in the keys of the table.
    pub key: Option<Key>,
    /// The longest value the source allows, in characters, when it says so.
    pub length_max: Option<u32>,
}

/// What the source says a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Declared {
    /// Nothing is declared (CSV, JSON).
    Nothing,
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction, decimals included.
    Number,
    /// Yes or no.
    Boolean,
    /// A day.
    Day,
    /// A day and a time.
    Instant,
    /// Bytes.
    Binary,
    /// Something else (a list, JSON, a geometry).
    Other,
}

/// The part a column plays in the keys of its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Primary key, or part of it.
    Primary,
    /// Unique.
    Unique,
    /// Points to `table.column` of the same source.
    Foreign(Box<str>),
}
