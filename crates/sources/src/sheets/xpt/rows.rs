//! Observations: cut into blocks as bytes, made into cells on the thread that reads them.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use kouan_table::{Batch, Block, Cells, ColumnCells, Rows, Span, Table, Tally};
use kouan_terms::Diagnostic;

use super::header::{Field, Kind, Member, is_library, is_member, member};
use super::{FORMAT, RECORD, Records, decoded};
use crate::Want;
use crate::columnar::{broken, lost, shortened, too_wide};
use crate::limits::{BATCH_ROWS, BLOCK_BYTES};
use crate::sheets::numbers::Numbers;

/// Days from 1960-01-01, where SAS counts from, to 1970-01-01.
const EPOCH_DAYS: f64 = 3653.0;

/// The rows of all data sets of a file.
pub(super) struct XptRows {
    file: Box<str>,
    records: Records,
    member: Option<Arc<Member>>,
    /// Bytes of observations that no block has yet.
    held: Vec<u8>,
    /// How many rows of each data set are wanted.
    wanted: u64,
    /// Rows of the current data set, counted; those past the wanted ones as well.
    counts: BTreeMap<Box<str>, u64>,
    handed: u64,
    pieces: usize,
    found: Vec<Table>,
    notes: Vec<Diagnostic>,
    ended: bool,
    /// What ended it before its end; said after the rows before it.
    failed: Option<io::Error>,
}

impl XptRows {
    /// Reads the headers up to the observations of the first data set.
    pub(super) fn start(file: &str, mut records: Records, want: Want) -> io::Result<XptRows> {
        if !is_library(&records.expected()?) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        records.expected()?;
        records.expected()?;
        let mut rows = XptRows {
            file: file.into(),
            records,
            member: None,
            held: Vec::new(),
            wanted: match want {
                Want::Everything => u64::MAX,
                Want::Sample(rows) => rows,
                Want::Metadata => 0,
            },
            counts: BTreeMap::new(),
            handed: 0,
            pieces: 0,
            found: Vec::new(),
            notes: Vec::new(),
            ended: false,
            failed: None,
        };
        match rows.records.next()? {
            Some(record) if is_member(&record) => rows.begin(&record)?,
            Some(_) => return Err(io::ErrorKind::InvalidData.into()),
            None => rows.ended = true,
        }
        rows.found.clear();
        Ok(rows)
    }

    /// The data set that is being read.
    pub(super) fn table(&self) -> Option<Table> {
        self.member.as_ref().map(|member| member.table.clone())
    }

    /// Data sets found since this was asked last.
    pub(super) fn take_found(&mut self) -> Vec<Table> {
        std::mem::take(&mut self.found)
    }

    /// How many rows each data set has, as far as it was read.
    pub(super) fn counts(&self) -> BTreeMap<Box<str>, u64> {
        self.counts.clone()
    }

    fn begin(&mut self, record: &[u8; RECORD]) -> io::Result<()> {
        let member = member(&self.file, record, &mut self.records)?;
        if member.left > 0 {
            self.notes.push(too_wide(&member.table.name, member.left));
        }
        self.found.push(member.table.clone());
        self.counts.insert(member.table.name.clone(), 0);
        self.member = Some(Arc::new(member));
        self.handed = 0;
        Ok(())
    }

    fn next_block(&mut self) -> io::Result<Option<XptBlock>> {
        while !self.ended {
            let record = match self.records.next() {
                Ok(record) => record,
                Err(why) => {
                    (self.failed, self.ended) = (Some(why), true);
                    return Ok(self.cut(false));
                }
            };
            if let Some(record) = record.filter(|record| !is_member(record)) {
                self.held.extend(record);
                if self.held.len() < BLOCK_BYTES {
                    continue;
                }
                if let Some(block) = self.cut(false) {
                    return Ok(Some(block));
                }
                continue;
            }
            let block = self.cut(true);
            match record.map(|record| self.begin(&record)).transpose() {
                Ok(begun) => self.ended = begun.is_none(),
                Err(why) => (self.failed, self.ended) = (Some(why), true),
            }
            if block.is_some() {
                return Ok(block);
            }
        }
        self.failed.take().map_or(Ok(None), Err)
    }

    /// Makes a block of the whole observations held; at the end of a data set the rest is filling.
    fn cut(&mut self, end: bool) -> Option<XptBlock> {
        let member = Arc::clone(self.member.as_ref()?);
        let mut rows = self.held.len() / member.length;
        let mut rest = self.held.split_off(rows * member.length);
        let mut bytes = std::mem::take(&mut self.held);
        if end {
            if rest.iter().any(|byte| *byte != b' ') {
                self.failed = Some(io::ErrorKind::UnexpectedEof.into());
            }
            rest.clear();
            // Observations shorter than a record: filling looks like rows of blanks.
            let blank = |row: &[u8]| row.iter().all(|byte| *byte == b' ');
            let most = (RECORD - 1) / member.length;
            let filling =
                bytes.rchunks_exact(member.length).take_while(|row| blank(row)).take(most);
            rows -= filling.count();
            bytes.truncate(rows * member.length);
        }
        self.held = rest;
        let count = self.counts.entry(member.table.name.clone()).or_default();
        *count += rows as u64;
        let left = usize::try_from(self.wanted.saturating_sub(self.handed)).unwrap_or(usize::MAX);
        bytes.truncate(left.min(rows) * member.length);
        self.handed += left.min(rows) as u64;
        (!bytes.is_empty()).then_some(XptBlock { member, bytes })
    }
}

impl Rows for XptRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        self.pieces += 1;
        match self.next_block() {
            Ok(block) => Ok(block.map(|block| Box::new(block) as Box<dyn Block>)),
            Err(why) => {
                self.ended = true;
                Err(broken(&self.file, &why, lost(&self.file, FORMAT, self.pieces)))
            }
        }
    }

    fn notes(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.notes)
    }

    fn taken(&self) -> u64 {
        self.records.taken
    }
}

struct XptBlock {
    member: Arc<Member>,
    bytes: Vec<u8>,
}

impl Block for XptBlock {
    fn read(self: Box<Self>, take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
        let mut tally = Tally::default();
        let member = &*self.member;
        let mut held: Vec<Held> = member.fields.iter().map(|field| Held::of(field.kind)).collect();
        for rows in self.bytes.chunks(member.length * BATCH_ROWS) {
            for (field, held) in member.fields.iter().zip(&mut held) {
                held.fill(*field, rows.chunks_exact(member.length), &mut tally);
            }
            let pairs = member.table.columns.iter().zip(&held);
            let columns: Vec<ColumnCells<'_>> =
                pairs.map(|(column, held)| ColumnCells { column, cells: held.cells() }).collect();
            let count = rows.len() / member.length;
            take(&Batch { table: &member.table.name, columns: &columns, rows: count });
            tally.rows += count as u64;
        }
        Ok(tally)
    }
}

/// The cells of a column.
enum Held {
    Text { bytes: Vec<u8>, spans: Vec<Span> },
    Numbers(Numbers),
    Days(Vec<Option<i32>>),
    Instants(Vec<Option<i64>>),
}

impl Held {
    fn of(kind: Kind) -> Held {
        match kind {
            Kind::Text => Held::Text { bytes: Vec::new(), spans: Vec::new() },
            Kind::Number => Held::Numbers(Numbers::default()),
            Kind::Day => Held::Days(Vec::new()),
            Kind::Instant => Held::Instants(Vec::new()),
        }
    }

    fn fill<'a>(&mut self, field: Field, rows: impl Iterator<Item = &'a [u8]>, tally: &mut Tally) {
        let cells = rows.map(|row| row.get(field.start..field.start + field.length));
        let cells = cells.map(Option::unwrap_or_default);
        match self {
            Held::Text { bytes, spans } => {
                bytes.clear();
                spans.clear();
                for cell in cells {
                    let start = bytes.len();
                    let text = decoded(cell, tally);
                    bytes.extend_from_slice(shortened(text.as_bytes(), true, tally));
                    spans.push(crate::columnar::span(start, bytes.len()));
                }
            }
            Held::Numbers(numbers) => numbers.fill(cells.map(ibm_number)),
            Held::Days(days) => {
                days.clear();
                days.extend(cells.map(|cell| ibm_number(cell).and_then(day)));
            }
            Held::Instants(instants) => {
                instants.clear();
                instants.extend(cells.map(|cell| ibm_number(cell).and_then(instant)));
            }
        }
    }

    fn cells(&self) -> Cells<'_> {
        match self {
            Held::Text { bytes, spans } => Cells::Text { bytes, spans },
            Held::Numbers(numbers) => numbers.cells(),
            Held::Days(days) => Cells::Days(days),
            Held::Instants(instants) => Cells::Instants(instants),
        }
    }
}

/// A number as IBM mainframes write it: a sign, an exponent of 16 and 56 bits of fraction, cut to
/// fewer bytes at the end. A missing value is a letter, `.` or `_` before zeros.
pub(super) fn ibm_number(bytes: &[u8]) -> Option<f64> {
    let mut whole = [0_u8; 8];
    whole.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    let (first, fraction) = whole.split_first()?;
    let missing = matches!(first, b'.' | b'_' | b'A'..=b'Z');
    if missing && fraction.iter().all(|byte| *byte == 0) {
        return None;
    }
    let bits = u64::from_be_bytes(whole);
    // 56 bits of fraction; the last three may be lost in the 53 of a binary number.
    let fraction = (bits & 0x00FF_FFFF_FFFF_FFFF) as f64;
    let exponent = i32::from(first & 0x7F) - 64 - 14;
    let value = fraction * 16_f64.powi(exponent);
    Some(if first & 0x80 == 0 { value } else { -value })
}

fn day(days: f64) -> Option<i32> {
    let days = days.floor() - EPOCH_DAYS;
    let fits = days >= f64::from(i32::MIN) && days <= f64::from(i32::MAX);
    fits.then_some(days as i32)
}

fn instant(seconds: f64) -> Option<i64> {
    let micros = (seconds - EPOCH_DAYS * 86_400.0) * 1e6;
    (micros.abs() < 9e18).then_some(micros.round() as i64)
}
