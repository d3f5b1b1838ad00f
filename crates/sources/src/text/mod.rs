//! CSV, TSV, JSON Lines and JSON arrays: dialect, header and encoding found by themselves.

mod cut;
mod delimited;
mod dialect;
mod encoding;
mod header;
mod json;
mod marks;
mod quotes;
mod sample;
mod split;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use kouan_table::{Table, TableKind};
use kouan_terms::Diagnostic;

pub(crate) use self::encoding::is_utf16;

use self::cut::{Pool, Sizes};
use self::delimited::{DelimitedRows, Plan};
use self::encoding::Decode;
use self::sample::Cell;
use crate::files::{Content, unreadable};
use crate::limits;
use crate::{Opened, Options, Want};

/// The names in the first record of rows that come from elsewhere (a sheet), by the rule of
/// delimited text; `None` when the first record is data.
pub(crate) fn header_names(records: &[Vec<Vec<u8>>], columns_max: usize) -> Option<Vec<Box<str>>> {
    let cell = |text: &Vec<u8>| Cell { text: text.clone(), quoted: false, stray: false };
    let records: Vec<Vec<Cell>> =
        records.iter().map(|record| record.iter().map(cell).collect()).collect();
    let first = records.first().filter(|_| header::is_header(&records))?;
    Some(header::names(first, columns_max))
}

/// Bytes from which encoding, dialect and header are found.
const HEAD_BYTES: usize = 1 << 20;

/// Opens a text: JSON when it begins like JSON, delimited text otherwise.
pub(crate) fn open(
    name: &str,
    content: &Content,
    want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    let head = content.head(HEAD_BYTES).map_err(|why| unreadable(name, &why))?;
    let whole = head.len() < HEAD_BYTES;
    let found = encoding::find(&head, whole);
    let (text, _) = found.encoding.decode_with_bom_removal(&head);
    let text = text.as_bytes();
    let mut opened = match json::form(text, whole, is_named_json(name)) {
        Some((form, list)) => open_json(name, content, want, &found, text, form, list),
        None => open_delimited(name, content, want, &found, text, whole),
    };
    if found.encoding != encoding_rs::UTF_8 {
        let note = Diagnostic::warning("SC105").with("table", name);
        opened.notes.insert(0, note.with("encoding", found.encoding.name()));
    }
    Ok(opened)
}

fn open_json(
    name: &str,
    content: &Content,
    want: Want,
    found: &encoding::Found,
    text: &[u8],
    form: json::Form,
    list: Option<json::List>,
) -> Opened {
    let mut notes = Vec::new();
    if let Some(list) = &list {
        notes.push(Diagnostic::warning("SC119").with("table", name).with("key", &list.key));
    }
    let plan = json::Plan {
        name: name.into(),
        form,
        decode: Decode::of(found.encoding, found.ascii, b"{}"),
        sizes: Sizes { block: limits::BLOCK_BYTES, record: limits::RECORD_BYTES },
        cell_bytes: limits::CELL_BYTES,
        rows_max: limits::BATCH_ROWS,
        pool: Pool::default(),
        list: list.map(Arc::new),
    };
    let tables = json::tables(&plan, text);
    Opened { tables, rows: Box::new(json::JsonRows::new(plan, content, want)), notes }
}

fn open_delimited(
    name: &str,
    content: &Content,
    want: Want,
    found: &encoding::Found,
    text: &[u8],
    whole: bool,
) -> Opened {
    let (plan, notes) = plan(name, text, whole, found);
    let table = Table {
        name: name.into(),
        kind: TableKind::File,
        comment: None,
        rows_estimate: None,
        columns: plan.named().to_vec(),
    };
    let rows = Box::new(DelimitedRows::new(plan, content, want));
    Opened { tables: vec![table], rows, notes }
}

/// Rows that are enough.
fn enough(want: Want) -> u64 {
    match want {
        Want::Everything => u64::MAX,
        Want::Sample(rows) => rows,
        Want::Metadata => 0,
    }
}

fn is_named_json(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".json", ".jsonl", ".ndjson", ".geojson"].iter().any(|end| lower.contains(end))
}

/// Finds out all that is known about a delimited text before its rows are read.
fn plan(name: &str, text: &[u8], whole: bool, found: &encoding::Found) -> (Plan, Vec<Diagnostic>) {
    let mut notes = Vec::new();
    let dialect = sample::dialect(text, whole, delimiter_of(name));
    let mut records = sample::records(text, dialect, whole, limits::COLUMNS);
    let separator = usize::from(sample::separator_line(text).is_some());
    records.drain(..separator.min(records.len()));
    let is_header = header::is_header(&records);
    let usual = records.iter().map(Vec::len).max().unwrap_or(0).min(limits::COLUMNS);
    let columns = match records.first() {
        Some(first) if is_header => header::names(first, limits::COLUMNS),
        _ => header::numbers(usual),
    };
    if !is_header && !records.is_empty() {
        notes.push(Diagnostic::warning("SC106").with("table", name));
    }
    if records.iter().any(|record| record.len() > limits::COLUMNS) {
        let limit = limits::COLUMNS;
        notes.push(Diagnostic::warning("SC107").with("table", name).with("limit", limit));
    }
    let mut plan = Plan::new(name, columns, dialect);
    plan.decode = Decode::of(found.encoding, found.ascii, &[dialect.delimiter, dialect.quote]);
    plan.skip = separator + usize::from(is_header);
    (plan, notes)
}

/// The delimiter that a name promises.
fn delimiter_of(name: &str) -> Option<u8> {
    let lower = name.to_ascii_lowercase();
    let lower = lower.trim_end_matches(".gz").trim_end_matches(".zst");
    match lower.rsplit_once('.').map(|(_, extension)| extension) {
        Some("csv") => Some(b','),
        Some("tsv" | "tab") => Some(b'\t'),
        Some("psv") => Some(b'|'),
        _ => None,
    }
}
