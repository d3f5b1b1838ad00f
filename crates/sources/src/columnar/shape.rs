//! What tables and columns an Arrow schema makes, and which part of the schema is which column.

use std::collections::{BTreeMap, BTreeSet};

use arrow_schema::{DataType, Field, Schema};
use kouan_table::{Column, Declared, Table, TableKind};

use crate::limits::COLUMNS;

/// How deep structures may lie in structures; what lies deeper is not looked at.
const DEPTH: usize = 32;

/// A table, and what the parts of the schema are in it.
#[derive(Debug)]
pub(super) struct Shape {
    /// The table.
    pub(super) table: Table,
    /// One part a field of the schema, in its order.
    pub(super) parts: Vec<Part>,
    /// The tables of lists, in the order in which the parts name them.
    pub(super) lists: Vec<Shape>,
}

/// What a field of a schema is.
#[derive(Debug)]
pub(super) enum Part {
    /// A column: its place among the columns.
    Column(usize),
    /// A structure: its fields are columns of the same table.
    Group(Vec<Part>),
    /// A list: its elements are the rows of a table of their own.
    List(usize),
    /// Past the limit of columns.
    Left,
}

/// What is said about columns outside of the Arrow schema, by path.
pub(super) type Comments = BTreeMap<String, Box<str>>;

impl Shape {
    /// The tables a schema makes. `comments` are those the schema itself does not hold.
    pub(super) fn of(name: &str, schema: &Schema, comments: &Comments) -> Shape {
        let mut maker = Maker::new(name, TableKind::File, comments, String::new());
        let fields: Vec<&Field> = schema.fields().iter().map(AsRef::as_ref).collect();
        let parts = maker.parts(&fields, "", 0);
        let mut shape = maker.finish(parts);
        shape.table.comment = described(schema.metadata().get("comment"))
            .or_else(|| described(schema.metadata().get("description")))
            .or_else(|| comments.get("").cloned());
        shape
    }

    /// The table and the tables of its lists.
    pub(super) fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.table.clone()];
        tables.extend(self.lists.iter().flat_map(Shape::tables));
        tables
    }

    /// How many fields were left out for the limit of columns.
    pub(super) fn left(&self) -> usize {
        fn count(parts: &[Part]) -> usize {
            let one = |part: &Part| match part {
                Part::Left => 1,
                Part::Group(parts) => count(parts),
                Part::Column(_) | Part::List(_) => 0,
            };
            parts.iter().map(one).sum()
        }
        count(&self.parts) + self.lists.iter().map(Shape::left).sum::<usize>()
    }

    /// The columns whose cells are of a type that is not read.
    pub(super) fn unread(&self) -> Vec<&str> {
        let own = self.table.columns.iter().filter(|column| column.declared == Declared::Other);
        let own = own.map(|column| &*column.name);
        own.chain(self.lists.iter().flat_map(Shape::unread)).collect()
    }
}

struct Maker<'a> {
    table: Table,
    names: BTreeSet<Box<str>>,
    lists: Vec<Shape>,
    comments: &'a Comments,
    /// The path of the list this table is made of, with a full stop at its end.
    within: String,
}

impl<'a> Maker<'a> {
    fn new(name: &str, kind: TableKind, comments: &'a Comments, within: String) -> Self {
        let table =
            Table { name: name.into(), kind, comment: None, rows_estimate: None, columns: vec![] };
        Maker { table, names: BTreeSet::new(), lists: Vec::new(), comments, within }
    }

    fn finish(self, parts: Vec<Part>) -> Shape {
        Shape { table: self.table, parts, lists: self.lists }
    }

    fn parts(&mut self, fields: &[&Field], prefix: &str, depth: usize) -> Vec<Part> {
        fields.iter().map(|field| self.part(field, prefix, depth)).collect()
    }

    fn part(&mut self, field: &Field, prefix: &str, depth: usize) -> Part {
        let path = format!("{prefix}{}", field.name());
        match field.data_type() {
            DataType::Struct(fields) if depth < DEPTH => {
                let fields: Vec<&Field> = fields.iter().map(AsRef::as_ref).collect();
                Part::Group(self.parts(&fields, &format!("{path}."), depth + 1))
            }
            DataType::List(element) | DataType::LargeList(element)
                if depth < DEPTH && is_read(element.data_type()) =>
            {
                self.list(&path, field, element, depth)
            }
            kind => self.column(path, field, kind),
        }
    }

    fn list(&mut self, path: &str, field: &Field, element: &Field, depth: usize) -> Part {
        let mark = if self.table.name.contains('#') { "." } else { "#" };
        let name = format!("{}{mark}{path}[]", self.table.name);
        let within = format!("{}{path}.", self.within);
        let mut maker = Maker::new(&name, TableKind::Nested, self.comments, within);
        let parts = match element.data_type() {
            DataType::Struct(fields) => {
                let fields: Vec<&Field> = fields.iter().map(AsRef::as_ref).collect();
                maker.parts(&fields, "", depth + 1)
            }
            _ => {
                let last = path.rsplit('.').next().unwrap_or(path);
                vec![maker.part(&element.clone().with_name(last), "", depth + 1)]
            }
        };
        let mut shape = maker.finish(parts);
        shape.table.comment = self.comment(path, field);
        self.lists.push(shape);
        Part::List(self.lists.len() - 1)
    }

    fn column(&mut self, path: String, field: &Field, kind: &DataType) -> Part {
        let place = self.table.columns.len();
        let Ok(position) = u32::try_from(place) else { return Part::Left };
        if place >= COLUMNS {
            return Part::Left;
        }
        let comment = self.comment(&path, field);
        let name = unique(&mut self.names, path);
        self.table.columns.push(Column {
            name,
            position,
            declared: declared(kind),
            comment,
            key: None,
            length_max: None,
        });
        Part::Column(place)
    }

    fn comment(&self, path: &str, field: &Field) -> Option<Box<str>> {
        described(field.metadata().get("comment"))
            .or_else(|| described(field.metadata().get("description")))
            .or_else(|| self.comments.get(&format!("{}{path}", self.within)).cloned())
    }
}

/// A name no other column of the table has: a second `a` is `a (2)`.
pub(crate) fn unique(names: &mut BTreeSet<Box<str>>, name: String) -> Box<str> {
    let mut found: Box<str> = name.clone().into();
    let mut count = 1_u32;
    while !names.insert(found.clone()) {
        count += 1;
        found = format!("{name} ({count})").into();
    }
    found
}

fn described(text: Option<&String>) -> Option<Box<str>> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(Into::into)
}

/// Whether elements of a list are worth a table. Lists of fractions are left alone: they are
/// vectors (an embedding, a signal) whose single numbers say nothing.
fn is_read(kind: &DataType) -> bool {
    match kind {
        DataType::Struct(_) | DataType::List(_) | DataType::LargeList(_) => true,
        kind => !matches!(declared(kind), Declared::Other) && !kind.is_floating(),
    }
}

/// What an Arrow type declares.
fn declared(kind: &DataType) -> Declared {
    match kind {
        DataType::Null => Declared::Nothing,
        DataType::Boolean => Declared::Boolean,
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => Declared::Integer,
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => {
            if *scale <= 0 {
                Declared::Integer
            } else {
                Declared::Number
            }
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Declared::Number,
        DataType::Date32 | DataType::Date64 => Declared::Day,
        DataType::Timestamp(_, _) => Declared::Instant,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Declared::Text,
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => Declared::Binary,
        DataType::Dictionary(_, value) => declared(value),
        _ => Declared::Other,
    }
}
