//! JSON: a value a line, a list of values, or a list inside an object.

mod flatten;
mod lex;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::Arc;

use kouan_table::{Batch, Block, Tally};
use kouan_table::{Span, Table, TableKind};
use kouan_terms::Diagnostic;

use super::cut::{Cut, Cutter, Ends, Pool, Sizes, copy, grow};
use super::encoding::{Decode, Decoding};
use crate::files::{Content, unreadable};
use crate::{Want, limits};

/// How the values of a text stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One a line.
    Lines,
    /// One after the other, over lines as they like; with commas between them in a list, which
    /// begins after so many bytes and ends at its bracket.
    Values { start: usize },
}

/// What was found out about a JSON text before its rows are read.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) name: Box<str>,
    pub(super) form: Form,
    pub(super) decode: Decode,
    pub(super) sizes: Sizes,
    pub(super) cell_bytes: usize,
    pub(super) rows_max: usize,
    pub(super) pool: Pool,
    /// The list whose elements are the values, when it lies in an object.
    pub(super) list: Option<Arc<List>>,
}

/// A list in an object, too long to be read as one value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) key: String,
    /// What stands in the object before the list, as an object.
    before: Vec<u8>,
}

impl Plan {
    fn rows(&self) -> flatten::Rows {
        let key = self.list.as_ref().map(|list| list.key.as_str());
        flatten::Rows::new(&self.name, key, self.cell_bytes)
    }

    /// The plan for what stands before the list.
    fn before(&self) -> Plan {
        Plan { form: Form::Values { start: 0 }, list: None, ..self.clone() }
    }
}

/// Finds how the values stand, `None` when the text is not JSON. `named` says that the file's name
/// promises JSON; `whole` that the text is all there is.
pub(super) fn form(text: &[u8], whole: bool, named: bool) -> Option<(Form, Option<List>)> {
    let start = lex::skip_blanks(text, 0);
    let inner = text.get(lex::skip_blanks(text, start + 1)).copied();
    let (line, behind) = match memchr::memchr(b'\n', text.get(start..)?) {
        Some(end) => text.split_at(start + end + 1),
        None => (text, &b""[..]),
    };
    let next = behind.get(lex::skip_blanks(behind, 0)).copied();
    match (text.get(start)?, inner) {
        (b'{', Some(b'"' | b'}')) => {
            if lex::is_one_value(line) && matches!(next, Some(b'{' | b'[')) {
                return Some((Form::Lines, None));
            }
            let ends = lex::value_end(text, start).is_some();
            if let Some((start, list)) = list_inside(text, start).filter(|_| !ends) {
                return Some((Form::Values { start }, Some(list)));
            }
            (ends || named || !whole).then_some((Form::Values { start: 0 }, None))
        }
        (b'[', Some(b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')) => {
            if lex::is_one_value(line) && next == Some(b'[') {
                return Some((Form::Lines, None));
            }
            let ends = lex::value_end(text, start).is_some();
            let table = named || inner == Some(b'{') || ends;
            table.then_some((Form::Values { start: start + 1 }, None))
        }
        _ => None,
    }
}

/// The list that an object, or an object at its end, holds at its end as far as is seen, and where
/// it begins.
fn list_inside(text: &[u8], start: usize) -> Option<(usize, List)> {
    let mut at = start + 1;
    let mut path = String::new();
    let mut levels = 1;
    loop {
        at = lex::skip_blanks(text, at);
        let (end, _) =
            text.get(at).filter(|byte| **byte == b'"').and_then(|_| lex::string_end(text, at))?;
        let value = lex::skip_blanks(text, lex::skip_blanks(text, end) + 1);
        if let Some(behind) = lex::value_end(text, value) {
            at = lex::skip_blanks(text, behind);
            if text.get(at) != Some(&b',') {
                return None;
            }
            at += 1;
            continue;
        }
        // What goes past the first bytes is what the file is for.
        let key = String::from_utf8_lossy(text.get(at + 1..end - 1)?);
        if flatten::is_data(&key) {
            return None;
        }
        path = if path.is_empty() { key.into_owned() } else { format!("{path}.{key}") };
        match text.get(value)? {
            b'[' => {
                let before = text.get(start..at)?.trim_ascii_end();
                let before = before.strip_suffix(b",").unwrap_or(before);
                let before = [before, &b"}".repeat(levels)].concat();
                return Some((value + 1, List { key: path, before }));
            }
            b'{' => {
                levels += 1;
                at = value + 1;
            }
            _ => return None,
        }
    }
}

/// The tables and columns of the first values of a text.
pub(super) fn tables(plan: &Plan, text: &[u8]) -> Vec<Table> {
    let mut tables = Vec::new();
    if let Some(list) = &plan.list {
        tables = self::tables(&plan.before(), &list.before);
    }
    let mut rows = plan.rows();
    let start = match plan.form {
        Form::Lines => 0,
        Form::Values { start } => start,
    };
    each_value(plan.form, text.get(start..).unwrap_or_default(), &mut rows, &mut |_| {});
    for (name, columns) in rows.into_tables() {
        let kind = if name == plan.name { TableKind::File } else { TableKind::Nested };
        tables.push(Table { name, kind, comment: None, rows_estimate: None, columns });
    }
    tables
}

/// Takes every value of a text; gives how many were malformed. `full` is called after each.
fn each_value(
    form: Form,
    text: &[u8],
    rows: &mut flatten::Rows,
    full: &mut dyn FnMut(&mut flatten::Rows),
) -> u64 {
    let mut lost = 0;
    let mut at = 0;
    while let Some(start) = lex::next_value(text, at) {
        let found = text.get(start);
        if form != Form::Lines && matches!(found, Some(b']' | b'}')) {
            break;
        }
        let end = rows.take(text, start);
        at = match (form, end) {
            (Form::Lines, _) => {
                let rest = text.get(start..).unwrap_or_default();
                let line = memchr::memchr2(b'\n', b'\r', rest).map_or(text.len(), |to| start + to);
                let alone = end.is_some_and(|end| end <= line && nothing(text, end, line));
                if end.is_some() && !alone {
                    rows.take_back();
                }
                lost += u64::from(!alone);
                line
            }
            (Form::Values { .. }, Some(end)) => end,
            (Form::Values { .. }, None) => {
                lost += 1;
                lex::value_end(text, start).unwrap_or(text.len())
            }
        };
        full(rows);
    }
    lost
}

/// Whether nothing but blanks stands between two places.
fn nothing(text: &[u8], from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|rest| rest.iter().all(|byte| matches!(byte, b' ' | b'\t')))
}

/// The rows of one JSON text, opened when the first block is asked for.
pub(super) struct JsonRows {
    plan: Plan,
    content: Content,
    enough: u64,
    seen: u64,
    /// What stands before the list has been handed over.
    begun: bool,
    cutter: Option<Cutter<ValueEnds>>,
}

impl JsonRows {
    pub(super) fn new(plan: Plan, content: &Content, want: Want) -> JsonRows {
        let enough = super::enough(want);
        JsonRows { plan, content: content.clone(), enough, seen: 0, begun: false, cutter: None }
    }

    fn start(&self) -> std::io::Result<Cutter<ValueEnds>> {
        let mut stream = Decoding::of(self.content.stream()?, self.plan.decode)?;
        if let Form::Values { start } = self.plan.form {
            std::io::copy(&mut stream.by_ref().take(start as u64), &mut std::io::sink())?;
        }
        let ends = ValueEnds { form: self.plan.form, closed: false, found: 0 };
        Ok(Cutter::new(stream, ends, self.plan.sizes, self.plan.pool.clone()))
    }

    fn cut(&mut self) -> std::io::Result<Option<Cut>> {
        if self.cutter.is_none() {
            self.cutter = Some(self.start()?);
        }
        let Some(cutter) = &mut self.cutter else { return Ok(None) };
        if cutter.ends().closed || self.seen >= self.enough {
            return Ok(None);
        }
        let cut = cutter.next()?;
        self.seen += std::mem::take(&mut cutter.ends().found);
        Ok(cut)
    }
}

impl kouan_table::Rows for JsonRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        if let Some(list) = self.plan.list.as_ref().filter(|_| !self.begun && self.enough > 0) {
            self.begun = true;
            let cut = Cut { buffer: list.before.clone(), bytes: list.before.len(), lost: 0 };
            return Ok(Some(Box::new(JsonBlock { plan: self.plan.before(), cut })));
        }
        let cut = self.cut().map_err(|why| unreadable(&self.plan.name, &why))?;
        let block =
            |cut| -> Box<dyn Block> { Box::new(JsonBlock { plan: self.plan.clone(), cut }) };
        Ok(cut.map(block))
    }

    fn taken(&self) -> u64 {
        self.cutter.as_ref().map_or(0, Cutter::taken)
    }
}

struct JsonBlock {
    plan: Plan,
    cut: Cut,
}

impl Block for JsonBlock {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let JsonBlock { plan, cut } = *self;
        let mut tally = Tally { lost_rows: cut.lost, ..Tally::default() };
        let text = cut.buffer.get(..cut.bytes).unwrap_or_default();
        let valid = simdutf8::basic::from_utf8(text).is_ok();
        let mut rows = plan.rows();
        // Strings that are written anew stand behind the text.
        let mut behind = Vec::new();
        let mut hand_over = |rows: &mut flatten::Rows, all: bool| {
            if !all && !rows.is_full(plan.rows_max) && rows.aside.len() < limits::BLOCK_BYTES {
                return;
            }
            if !valid {
                tally.undecodable_cells += repair(rows, text);
            }
            tally.rows += rows.rows() as u64;
            if rows.aside.is_empty() {
                rows.hand_over(text, plan.rows_max, take);
            } else {
                grow(&mut behind, text.len());
                copy(text, &mut behind, 0);
                behind.truncate(text.len());
                behind.extend_from_slice(&rows.aside);
                rows.hand_over(&behind, plan.rows_max, take);
            }
        };
        let lost = each_value(plan.form, text, &mut rows, &mut |rows| hand_over(rows, false));
        hand_over(&mut rows, true);
        tally.lost_rows += lost;
        tally.cut_cells += rows.cut;
        plan.pool.give(cut.buffer);
        Ok(tally)
    }
}

/// Writes cells that are not UTF-8 anew, and counts them.
fn repair(rows: &mut flatten::Rows, text: &[u8]) -> u64 {
    let mut count = 0;
    rows.each_cell(|cell: &mut Span, aside| {
        let start = cell.start as usize;
        let found = match start.checked_sub(text.len()) {
            Some(start) => aside.get(start..start.saturating_add((cell.end - cell.start) as usize)),
            None => cell.of(text),
        };
        if let Some(std::borrow::Cow::Owned(anew)) = found.map(String::from_utf8_lossy) {
            let start = text.len() + aside.len();
            aside.extend_from_slice(anew.as_bytes());
            *cell = super::split::span(start, text.len() + aside.len());
            count += 1;
        }
    });
    count
}

/// The ends of values.
struct ValueEnds {
    form: Form,
    /// The list that the values stand in has ended.
    closed: bool,
    /// Values found since this was asked last.
    found: u64,
}

impl Ends for ValueEnds {
    fn last_end(&mut self, text: &[u8], at_end: bool, _: usize) -> usize {
        if self.form == Form::Lines {
            self.found += memchr::memchr_iter(b'\n', text).count() as u64;
            let last = memchr::memrchr2(b'\n', b'\r', text).map_or(0, |at| at + 1);
            return if at_end { text.len() } else { last };
        }
        let mut last = 0;
        while let Some(start) = lex::next_value(text, last) {
            if let Some(b']' | b'}') = text.get(start) {
                self.closed = true;
                return text.len();
            }
            let Some(end) = lex::value_end(text, start) else { break };
            self.found += 1;
            last = end;
        }
        if at_end { text.len() } else { last }
    }
}
