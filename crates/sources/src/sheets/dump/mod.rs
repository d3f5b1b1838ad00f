//! Definitions in SQL dumps: tables, columns, comments and keys; never their rows.

mod parse;
mod split;

use std::collections::BTreeSet;
use std::io::BufReader;

use kouan_table::{Column, Table, TableKind, Tally};
use kouan_terms::Diagnostic;

use self::parse::{About, Created, Kind, said, tokens};
use self::split::Statements;
use crate::columnar::{too_wide, unique};
use crate::files::{Content, is_wanted, nothing, unreadable};
use crate::limits::{COLUMNS, DUMP_TABLES};
use crate::sheets::xpt::decoded;
use crate::{Opened, Options, Want};

/// Bytes from which it is known which database wrote a dump.
const HEAD_BYTES: usize = 64 << 10;

/// Opens the definitions of an SQL dump.
pub(crate) fn open_sql(
    name: &str,
    content: &Content,
    _want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let unread = |why| unreadable(name, &why);
    let kind = kind_of(&content.head(HEAD_BYTES).map_err(unread)?);
    let stream = content.stream().map_err(unread)?;
    let from = BufReader::with_capacity(256 << 10, stream);
    let mut statements = Statements::new(from, kind == Kind::MySql);
    let mut defined = Defined::default();
    let mut notes = Vec::new();
    let mut tally = Tally::default();
    while let Some(statement) = statements.next().map_err(unread)? {
        match tokens(&decoded(&statement, &mut tally), kind) {
            Some(tokens) => defined.take(name, said(&tokens), &mut notes),
            None => defined.unread += 1,
        }
    }
    let lost = defined.unread + statements.too_long;
    let about = [("SC134", statements.with_rows), ("SC135", lost), ("SC136", defined.past)];
    for (code, count) in about.into_iter().filter(|(_, count)| *count > 0) {
        notes.push(Diagnostic::warning(code).with("input", name).with("count", count));
    }
    let mut tables = Vec::new();
    for (_, table) in defined.tables {
        if is_wanted(&table.name, options)? {
            tables.push(table);
        }
    }
    if tables.is_empty() {
        notes.push(Diagnostic::warning("SC137").with("input", name));
    }
    Ok(nothing(tables, notes))
}

/// Which database wrote a dump.
fn kind_of(head: &[u8]) -> Kind {
    let has = |words: &[&str]| {
        words.iter().any(|word| memchr::memmem::find(head, word.as_bytes()).is_some())
    };
    if has(&["MySQL dump", "MariaDB dump", "ENGINE=", "Navicat", "AUTO_INCREMENT"]) && has(&["`"]) {
        Kind::MySql
    } else if has(&["PostgreSQL", "pg_catalog", "COMMENT ON", "character varying"]) {
        Kind::PostgreSql
    } else if has(&["\nGO\n", "\nGO\r\n", "[dbo].", "sp_addextendedproperty"]) {
        Kind::SqlServer
    } else if has(&["`"]) {
        Kind::MySql
    } else {
        Kind::Other
    }
}

/// The tables found so far.
#[derive(Default)]
struct Defined {
    /// The parts of each table's own name, and the table.
    tables: Vec<(Vec<String>, Table)>,
    names: BTreeSet<Box<str>>,
    /// Tables past the limit.
    past: u64,
    /// Statements that have no tokens.
    unread: u64,
}

impl Defined {
    fn take(&mut self, file: &str, said: parse::Said, notes: &mut Vec<Diagnostic>) {
        if let Some(created) = said.table {
            self.create(file, created, notes);
        }
        for (name, about) in said.about {
            let Some(table) = self.find(&name) else { continue };
            match about {
                About::Comment(text) => keep(&mut table.comment, text),
                About::ColumnComment(column, text) => {
                    if let Some(column) = find_column(table, &column) {
                        keep(&mut column.comment, text);
                    }
                }
                About::ColumnKey(column, key) => {
                    if let Some(column) = find_column(table, &column) {
                        // A part of the primary key stays one, whatever else it is.
                        column.key.get_or_insert(key);
                    }
                }
            }
        }
    }

    fn create(&mut self, file: &str, created: Created, notes: &mut Vec<Diagnostic>) {
        if self.tables.len() == DUMP_TABLES {
            self.past += 1;
            return;
        }
        let name = format!("{file}#{}", created.name.join("."));
        let mut table = Table {
            name: unique(&mut self.names, name),
            kind: TableKind::Definition,
            comment: None,
            rows_estimate: None,
            columns: Vec::new(),
        };
        created.comment.into_iter().for_each(|text| keep(&mut table.comment, text));
        let left = created.columns.len().saturating_sub(COLUMNS);
        if left > 0 {
            notes.push(too_wide(&table.name, left));
        }
        let mut names = BTreeSet::new();
        for (position, column) in (0..).zip(created.columns.into_iter().take(COLUMNS)) {
            let mut comment = None;
            column.comment.into_iter().for_each(|text| keep(&mut comment, text));
            table.columns.push(Column {
                name: unique(&mut names, column.name),
                position,
                declared: column.declared,
                comment,
                key: column.key,
                length_max: column.length_max,
            });
        }
        self.tables.push((created.name, table));
    }

    /// A table by its name; a part that is missing in one of the two names does not count.
    fn find(&mut self, name: &[String]) -> Option<&mut Table> {
        let same = |one: &[String]| {
            let mut pairs = one.iter().rev().zip(name.iter().rev());
            !name.is_empty() && pairs.all(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        self.tables.iter_mut().rev().find(|(own, _)| same(own)).map(|(_, table)| table)
    }
}

fn find_column<'t>(table: &'t mut Table, name: &str) -> Option<&'t mut Column> {
    table.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(name))
}

fn keep(to: &mut Option<Box<str>>, text: String) {
    let text = text.trim();
    if !text.is_empty() {
        *to = Some(text.into());
    }
}

#[cfg(test)]
mod tests;
