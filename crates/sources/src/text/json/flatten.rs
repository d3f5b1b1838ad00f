//! Turns values of JSON into rows: nested paths become columns, lists become tables.

use std::collections::BTreeMap;

use kouan_table::{Batch, Cells, Column, ColumnCells, Span};

use super::super::delimited::{BEYOND, column};
use super::super::split::span;
use super::lex;
use crate::limits;

/// The column for the keys of an object whose keys are data (`{"13900001234": …}`).
const KEY: &str = "(key)";

/// Cells of a batch; few of them may hold something.
const BATCH_CELLS: usize = 1 << 20;

/// Rows of JSON values that are being gathered.
pub(super) struct Rows {
    name: Box<str>,
    tables: Vec<TableRows>,
    nodes: Vec<Node>,
    /// Strings that had escapes; spans count on from the text's end.
    pub(super) aside: Vec<u8>,
    cell_bytes: usize,
    /// Cells that were cut.
    pub(super) cut: u64,
}

struct TableRows {
    name: Box<str>,
    rows: usize,
    /// Its rows before the value that is being taken.
    kept: usize,
    columns: Vec<Column>,
    names: BTreeMap<Box<str>, usize>,
    cells: Vec<ColumnRows>,
}

/// The cells of a column in the rows that have one: few rows of many may.
#[derive(Default)]
struct ColumnRows {
    rows: Vec<usize>,
    spans: Vec<Span>,
}

/// A path in the values.
struct Node {
    table: usize,
    /// The path in the table, empty for its rows themselves.
    path: String,
    /// What a value that is no object is called.
    name: Box<str>,
    children: Vec<(Box<[u8]>, usize)>,
    places: BTreeMap<Box<[u8]>, usize>,
    /// The child that probably comes next.
    next: usize,
    column: Option<usize>,
    /// The rows of the list at this path.
    list: Option<usize>,
    /// The entries of the object at this path whose keys are data.
    entries: Option<usize>,
    /// The path of the keys, for such entries.
    keys: Option<usize>,
}

impl Rows {
    /// No rows yet of the table with this name, or of the list under a key of it.
    pub(super) fn new(name: &str, key: Option<&str>, cell_bytes: usize) -> Rows {
        let mut rows = Rows {
            name: name.into(),
            tables: Vec::new(),
            nodes: Vec::new(),
            aside: Vec::new(),
            cell_bytes,
            cut: 0,
        };
        match key {
            None => rows.table(name.to_owned(), "value"),
            Some(key) => rows.table(format!("{name}#{key}[]"), key),
        };
        rows
    }

    /// Takes a value as a row; says where it ends, `None`, and no row, when it is malformed.
    pub(super) fn take(&mut self, text: &[u8], start: usize) -> Option<usize> {
        self.tables.iter_mut().for_each(|table| table.kept = table.rows);
        let end = self.value(text, start, 0, 0);
        match end {
            Some(_) => self.end_row(0)?,
            None => self.forget(),
        }
        end
    }

    /// Takes back the last row and what came with it.
    pub(super) fn take_back(&mut self) {
        self.forget();
    }

    /// Forgets what came of the value that is being taken.
    fn forget(&mut self) {
        for table in &mut self.tables {
            let rows = table.kept;
            table.rows = rows;
            for cells in &mut table.cells {
                let kept = cells.rows.partition_point(|row| *row < rows);
                cells.rows.truncate(kept);
                cells.spans.truncate(kept);
            }
        }
    }

    /// Whether some table has rows enough for a batch.
    pub(super) fn is_full(&self, rows_max: usize) -> bool {
        self.tables.iter().any(|table| table.is_full(rows_max))
    }

    /// Rows gathered of the values themselves.
    pub(super) fn rows(&self) -> usize {
        self.tables.first().map_or(0, |table| table.rows)
    }

    /// The tables met so far and their columns, in the order of their names.
    pub(super) fn into_tables(self) -> impl Iterator<Item = (Box<str>, Vec<Column>)> {
        self.tables.into_iter().map(|mut table| {
            table.columns.sort_by(|one, other| one.name.cmp(&other.name));
            (table.name, table.columns)
        })
    }

    /// Hands every row over, in batches of at most so many, and forgets them.
    pub(super) fn hand_over(
        &mut self,
        bytes: &[u8],
        rows_max: usize,
        take: &mut dyn FnMut(&Batch<'_>),
    ) {
        for table in &mut self.tables {
            table.hand_over(bytes, rows_max, take);
            table.rows = 0;
            for cells in &mut table.cells {
                cells.rows.clear();
                cells.spans.clear();
            }
        }
        self.aside.clear();
    }

    /// Applies a change to every cell.
    pub(super) fn each_cell(&mut self, mut change: impl FnMut(&mut Span, &mut Vec<u8>)) {
        for table in &mut self.tables {
            for cell in table.cells.iter_mut().flat_map(|cells| &mut cells.spans) {
                change(cell, &mut self.aside);
            }
        }
    }

    fn value(&mut self, text: &[u8], at: usize, node: usize, depth: usize) -> Option<usize> {
        if depth > limits::SCHEMA_DEPTH {
            return None;
        }
        match text.get(at)? {
            b'{' => self.object(text, at, node, depth),
            b'[' => self.list(text, at, node, depth),
            b'"' => {
                let (end, escaped) = lex::string_end(text, at)?;
                let cell = if escaped {
                    let start = text.len() + self.aside.len();
                    unescape(text.get(at + 1..end - 1)?, &mut self.aside)?;
                    span(start, text.len() + self.aside.len())
                } else {
                    span(at + 1, end - 1)
                };
                self.set(node, cell)?;
                Some(end)
            }
            b't' => self.word(text, at, node, b"true"),
            b'f' => self.word(text, at, node, b"false"),
            b'n' => self.word(text, at, node, b"null"),
            _ => {
                let end = number_end(text, at)?;
                // Numbers stay as they are written: no digit of a long one is lost.
                self.set(node, span(at, end))?;
                Some(end)
            }
        }
    }

    fn word(&mut self, text: &[u8], at: usize, node: usize, word: &[u8]) -> Option<usize> {
        let end = at + word.len();
        if text.get(at..end)? != word {
            return None;
        }
        let cell = if word == b"null" { Span::NULL } else { span(at, end) };
        self.set(node, cell)?;
        Some(end)
    }

    fn object(&mut self, text: &[u8], at: usize, node: usize, depth: usize) -> Option<usize> {
        let mut at = lex::skip_blanks(text, at + 1);
        if text.get(at) == Some(&b'}') {
            return Some(at + 1);
        }
        self.nodes.get_mut(node)?.next = 0;
        let mut unescaped = Vec::new();
        loop {
            if text.get(at) != Some(&b'"') {
                return None;
            }
            let (end, escaped) = lex::string_end(text, at)?;
            let inside = text.get(at + 1..end - 1)?;
            let colon = lex::skip_blanks(text, end);
            if text.get(colon) != Some(&b':') {
                return None;
            }
            let value = lex::skip_blanks(text, colon + 1);
            let key = if escaped {
                unescaped.clear();
                unescape(inside, &mut unescaped)?;
                unescaped.as_slice()
            } else {
                inside
            };
            at = match self.child(node, key) {
                Some(child) => self.value(text, value, child, depth + 1)?,
                None => {
                    let entries = self.entries(node)?;
                    let start = text.len() + self.aside.len();
                    self.aside.extend_from_slice(key);
                    let cell = span(start, text.len() + self.aside.len());
                    let key_node = self.key_node(entries)?;
                    self.set(key_node, cell)?;
                    let end = self.value(text, value, entries, depth + 1)?;
                    self.end_row(self.nodes.get(entries)?.table)?;
                    end
                }
            };
            at = lex::skip_blanks(text, at);
            match text.get(at)? {
                b',' => at = lex::skip_blanks(text, at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    fn list(&mut self, text: &[u8], at: usize, node: usize, depth: usize) -> Option<usize> {
        let mut at = lex::skip_blanks(text, at + 1);
        if text.get(at) == Some(&b']') {
            return Some(at + 1);
        }
        let list = match self.nodes.get(node)?.list {
            Some(list) => list,
            None => {
                let list = self.nested(node, "[]")?;
                self.nodes.get_mut(node)?.list = Some(list);
                list
            }
        };
        let table = self.nodes.get(list)?.table;
        loop {
            at = self.value(text, at, list, depth + 1)?;
            self.end_row(table)?;
            at = lex::skip_blanks(text, at);
            match text.get(at)? {
                b',' => at = lex::skip_blanks(text, at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// The path behind a key, `None` when the key is data itself.
    fn child(&mut self, node: usize, key: &[u8]) -> Option<usize> {
        let here = self.nodes.get_mut(node)?;
        if let Some((name, child)) = here.children.get(here.next)
            && **name == *key
        {
            here.next += 1;
            return Some(*child);
        }
        if let Some(at) = here.places.get(key) {
            here.next = at + 1;
            return here.children.get(*at).map(|(_, child)| *child);
        }
        let text = std::str::from_utf8(key).ok()?;
        if here.children.len() >= limits::COLUMNS || is_data(text) {
            return None;
        }
        let path =
            if here.path.is_empty() { text.to_owned() } else { format!("{}.{text}", here.path) };
        let table = here.table;
        let child = self.node(table, path, text);
        let here = self.nodes.get_mut(node)?;
        here.places.insert(key.into(), here.children.len());
        here.children.push((key.into(), child));
        here.next = here.children.len();
        Some(child)
    }

    /// The table for the entries of an object whose keys are data.
    fn entries(&mut self, node: usize) -> Option<usize> {
        if let Some(entries) = self.nodes.get(node)?.entries {
            return Some(entries);
        }
        let entries = self.nested(node, "{}")?;
        self.nodes.get_mut(node)?.entries = Some(entries);
        Some(entries)
    }

    /// The path of the keys in a table of entries.
    fn key_node(&mut self, entries: usize) -> Option<usize> {
        let here = self.nodes.get(entries)?;
        if let Some(key) = here.keys {
            return Some(key);
        }
        let table = here.table;
        let key = self.node(table, KEY.to_owned(), KEY);
        self.nodes.get_mut(entries)?.keys = Some(key);
        Some(key)
    }

    /// A table for what lies at a path.
    fn nested(&mut self, node: usize, brackets: &str) -> Option<usize> {
        let here = self.nodes.get(node)?;
        let outer = &self.tables.get(here.table)?.name;
        let inner = outer.strip_prefix(&*self.name).unwrap_or_default();
        let dot = if inner.is_empty() || here.path.is_empty() { "" } else { "." };
        let inner = inner.trim_start_matches('#');
        let mut name = format!("{}#{inner}{dot}{}{brackets}", self.name, here.path);
        while self.tables.iter().any(|table| *table.name == *name) {
            name.push('\'');
        }
        let called = here.name.clone();
        Some(self.table(name, &called))
    }

    /// A table, and the path of its rows.
    fn table(&mut self, name: String, called: &str) -> usize {
        self.tables.push(TableRows {
            name: name.into(),
            rows: 0,
            kept: 0,
            columns: Vec::new(),
            names: BTreeMap::new(),
            cells: Vec::new(),
        });
        self.node(self.tables.len() - 1, String::new(), called)
    }

    fn node(&mut self, table: usize, path: String, name: &str) -> usize {
        self.nodes.push(Node {
            table,
            path,
            name: name.into(),
            children: Vec::new(),
            places: BTreeMap::new(),
            next: 0,
            column: None,
            list: None,
            entries: None,
            keys: None,
        });
        self.nodes.len() - 1
    }

    /// Puts a cell into the row that is being gathered.
    #[inline]
    fn set(&mut self, node: usize, mut cell: Span) -> Option<()> {
        if cell != Span::NULL && (cell.end - cell.start) as usize > self.cell_bytes {
            cell.end = cell.start + u32::try_from(self.cell_bytes).unwrap_or(u32::MAX);
            self.cut += 1;
        }
        let here = self.nodes.get_mut(node)?;
        let table = self.tables.get_mut(here.table)?;
        let at = match here.column {
            Some(at) => at,
            None => {
                let name = if here.path.is_empty() { &*here.name } else { here.path.as_str() };
                let at = table.column(name);
                here.column = Some(at);
                at
            }
        };
        let cells = table.cells.get_mut(at)?;
        // A key that comes twice in an object counts as it stood last.
        if cells.rows.last() == Some(&table.rows) {
            cells.rows.pop();
            cells.spans.pop();
        }
        cells.rows.push(table.rows);
        cells.spans.push(cell);
        Some(())
    }

    fn end_row(&mut self, table: usize) -> Option<()> {
        self.tables.get_mut(table)?.rows += 1;
        Some(())
    }
}

impl TableRows {
    /// The column with this name; past the limit there is one for all that follow.
    fn column(&mut self, name: &str) -> usize {
        let name = if self.columns.len() < limits::COLUMNS { name } else { BEYOND };
        if let Some(at) = self.names.get(name) {
            return *at;
        }
        let at = self.columns.len();
        self.names.insert(name.into(), at);
        self.columns.push(column(name.into(), 0));
        self.cells.push(ColumnRows::default());
        at
    }

    /// Whether the rows are enough for a batch.
    fn is_full(&self, rows_max: usize) -> bool {
        self.rows >= rows_max || self.rows.saturating_mul(self.columns.len()) >= BATCH_CELLS
    }

    fn hand_over(&self, bytes: &[u8], rows_max: usize, take: &mut dyn FnMut(&Batch<'_>)) {
        let mut order: Vec<(&Column, &ColumnRows)> = self.columns.iter().zip(&self.cells).collect();
        order.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        let at_once = (BATCH_CELLS / order.len().max(1)).clamp(1, rows_max);
        let mut from = 0;
        while from < self.rows {
            let to = self.rows.min(from + at_once);
            let dense: Vec<Vec<Span>> =
                order.iter().map(|(_, cells)| cells.dense(self.rows, from, to)).collect();
            let columns: Vec<ColumnCells<'_>> = order
                .iter()
                .zip(&dense)
                .map(|((column, cells), dense)| {
                    let whole = cells.spans.get(from..to).filter(|_| dense.is_empty());
                    let spans = whole.unwrap_or(dense);
                    ColumnCells { column, cells: Cells::Text { bytes, spans } }
                })
                .collect();
            take(&Batch { table: &self.name, columns: &columns, rows: to - from });
            from = to;
        }
    }
}

impl ColumnRows {
    /// A cell a row, nothing when every row has one anyway.
    fn dense(&self, rows: usize, from: usize, to: usize) -> Vec<Span> {
        if self.rows.len() == rows {
            return Vec::new();
        }
        let mut dense = vec![Span::NULL; to - from];
        let first = self.rows.partition_point(|row| *row < from);
        let found = self.rows.iter().zip(&self.spans).skip(first);
        for (row, span) in found.take_while(|(row, _)| **row < to) {
            if let Some(slot) = dense.get_mut(row - from) {
                *slot = *span;
            }
        }
        dense
    }
}

/// Whether a key is data rather than a name: a number, a mail address, something long or masked.
pub(super) fn is_data(key: &str) -> bool {
    let letters = key.chars().filter(|letter| letter.is_alphabetic()).count();
    let mut runs = key.split(|letter: char| !letter.is_ascii_digit());
    letters == 0 && !key.is_empty()
        || runs.any(|run| run.len() > 4)
        || key.contains('@')
        || key.contains("**")
        || key.chars().count() > 64
}

/// The byte after a number as JSON writes them.
fn number_end(text: &[u8], start: usize) -> Option<usize> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(from + count)
    };
    let sign = usize::from(text.get(start) == Some(&b'-'));
    let mut end = digits(start + sign)?;
    if text.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(end) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign)?;
    }
    Some(end)
}

/// Writes the inside of a string without its escapes.
fn unescape(inside: &[u8], to: &mut Vec<u8>) -> Option<()> {
    let mut rest = inside;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        to.extend_from_slice(rest.get(..at)?);
        let escape = *rest.get(at + 1)?;
        rest = rest.get(at + 2..)?;
        let letter = match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (letter, behind) = unicode(rest)?;
                rest = behind;
                letter
            }
            _ => return None,
        };
        to.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
    to.extend_from_slice(rest);
    Some(())
}

/// The character behind `\u`, which may be written as two.
fn unicode(rest: &[u8]) -> Option<(char, &[u8])> {
    let unit = |digits: &[u8]| -> Option<u32> {
        let digits = std::str::from_utf8(digits.get(..4)?).ok()?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| plain)
    };
    let first = unit(rest)?;
    let behind = rest.get(4..)?;
    if let (0xD800..=0xDBFF, Some(second)) = (first, behind.strip_prefix(b"\\u"))
        && let Some(low @ 0xDC00..=0xDFFF) = unit(second)
    {
        let letter = 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00);
        return Some((char::from_u32(letter)?, second.get(4..)?));
    }
    // Half of a pair is no character.
    Some((char::from_u32(first).unwrap_or('\u{FFFD}'), behind))
}
