//! The records before the observations of a data set.

use std::io;

use kouan_table::{Column, Declared, Table, TableKind, Tally};

use super::{Record, Records, decoded};
use crate::columnar::unique;
use crate::limits::{COLUMNS, RECORD_BYTES};

/// What all header records begin with.
const MARK: &[u8] = b"HEADER RECORD*******";

/// A data set of a file.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) table: Table,
    /// Where the columns lie in an observation, in the order of the table's columns.
    pub(super) fields: Vec<Field>,
    /// Bytes of an observation.
    pub(super) length: usize,
    /// Columns past the limit.
    pub(super) left: usize,
}

/// Where a column lies in an observation, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) kind: Kind,
}

/// What a column holds; a day is a number with the format of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Day,
    Instant,
}

/// The kind of a header record: `LIBRARY`, `MEMBER`, `NAMESTR`, `OBS` and those of version 8.
pub(super) fn kind_of(record: &Record) -> Option<&[u8]> {
    let rest = record.strip_prefix(MARK)?;
    let (kind, rest) = rest.split_at_checked(8)?;
    rest.starts_with(b"HEADER RECORD!!!!!!!").then(|| kind.trim_ascii_end())
}

pub(super) fn is_library(record: &Record) -> bool {
    matches!(kind_of(record), Some(b"LIBRARY" | b"LIBV8"))
}

pub(super) fn is_member(record: &Record) -> bool {
    matches!(kind_of(record), Some(b"MEMBER" | b"MEMBV8"))
}

fn wrong() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// Reads the headers of a data set, its `MEMBER` record being read already.
pub(super) fn member(file: &str, first: &Record, records: &mut Records) -> io::Result<Member> {
    let long = kind_of(first) == Some(b"MEMBV8");
    // Each description of a column has 140 bytes, or 136 from a VAX.
    let size = number(first.get(74..78)).filter(|size| (136..=140).contains(size));
    let size = size.ok_or_else(wrong)?;
    records.expected()?;
    let names = records.expected()?;
    let labels = records.expected()?;
    let name = names.get(8..if long { 40 } else { 16 });
    let head = records.expected()?;
    if !matches!(kind_of(&head), Some(b"NAMESTR" | b"NAMSTV8")) {
        return Err(wrong());
    }
    let count = number(head.get(48..58)).ok_or_else(wrong)?;
    let described = records.bytes(count.checked_mul(size).ok_or_else(wrong)?)?;
    let mut next = records.expected()?;
    let mut long_labels = Vec::new();
    if let Some(kind @ (b"LABELV8" | b"LABELV9")) = kind_of(&next) {
        let sizes = if kind == b"LABELV8" { 3 } else { 5 };
        (long_labels, next) = label_records(records, sizes)?;
    }
    if !matches!(kind_of(&next), Some(b"OBS" | b"OBSV8")) {
        return Err(wrong());
    }
    let mut made = Making::new(format!("{file}#{}", text(name)), text(labels.get(32..72)));
    for (place, described) in described.chunks_exact(size).enumerate() {
        let label = long_labels.iter().find(|(number, _)| *number == place + 1);
        made.column(described, long, label.map(|(_, label)| label.as_str())).ok_or_else(wrong)?;
    }
    made.finish().ok_or_else(wrong)
}

/// The labels that are longer than 40 bytes, by the number of the column.
///
/// Each has a head of numbers of two bytes: the number of the column and the lengths of the name,
/// the label and, in version 9, of the formats; the texts follow. How many records they take is
/// not said: they end at the next header.
fn label_records(records: &mut Records, sizes: usize) -> io::Result<(Labels, Record)> {
    let mut bytes = Vec::new();
    let next = loop {
        let record = records.expected()?;
        if kind_of(&record).is_some() {
            break record;
        }
        bytes.extend(record);
        if bytes.len() > RECORD_BYTES {
            return Err(wrong());
        }
    };
    let mut labels = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((head, texts)) = rest.split_at_checked(sizes * 2) {
        let short = |place: usize| head.get(place * 2..place * 2 + 2).map(be_u16);
        let (Some(number), Some(name), Some(label)) = (short(0), short(1), short(2)) else { break };
        // Blanks fill the last record.
        if number == 0 || number == usize::from(u16::from_be_bytes(*b"  ")) {
            break;
        }
        let all = (1..sizes).filter_map(short).sum();
        let Some((these, after)) = texts.split_at_checked(all) else { break };
        labels.push((number, text(these.get(name..name + label))));
        rest = after;
    }
    Ok((labels, next))
}

type Labels = Vec<(usize, String)>;

struct Making {
    table: Table,
    fields: Vec<Field>,
    names: std::collections::BTreeSet<Box<str>>,
    length: usize,
    left: usize,
}

impl Making {
    fn new(name: String, label: String) -> Making {
        let comment = Some(label).filter(|label| !label.is_empty()).map(Into::into);
        let (name, kind) = (name.into(), TableKind::File);
        let table = Table { name, kind, comment, rows_estimate: None, columns: Vec::new() };
        Making { table, fields: Vec::new(), names: Default::default(), length: 0, left: 0 }
    }

    /// Takes the description of a column; `None` when it makes no sense.
    fn column(&mut self, from: &[u8], long: bool, label: Option<&str>) -> Option<()> {
        let length = from.get(4..6).map(be_u16)?;
        let start = u32::from_be_bytes(*from.get(84..)?.first_chunk()?);
        let start = usize::try_from(start).ok()?;
        let end = start.checked_add(length).filter(|end| *end <= RECORD_BYTES)?;
        let kind = match from.get(..2).map(be_u16)? {
            1 if (2..=8).contains(&length) => kind_of_number(&text(from.get(56..64))),
            2 if length > 0 => Kind::Text,
            _ => return None,
        };
        self.length = self.length.max(end);
        if self.fields.len() >= COLUMNS {
            self.left += 1;
            return Some(());
        }
        let mut name = text(from.get(8..16));
        if long {
            name = Some(text(from.get(88..120))).filter(|name| !name.is_empty()).unwrap_or(name);
        }
        let label = label.map_or_else(|| text(from.get(16..56)), str::to_owned);
        self.table.columns.push(Column {
            name: unique(&mut self.names, name),
            position: u32::try_from(self.fields.len()).ok()?,
            declared: declared(kind),
            comment: Some(label).filter(|label| !label.is_empty()).map(Into::into),
            key: None,
            length_max: (kind == Kind::Text).then(|| u32::try_from(length).ok()).flatten(),
        });
        self.fields.push(Field { start, length, kind });
        Some(())
    }

    fn finish(self) -> Option<Member> {
        let Making { table, fields, length, left, .. } = self;
        (length > 0).then_some(Member { table, fields, length, left })
    }
}

fn declared(kind: Kind) -> Declared {
    match kind {
        Kind::Text => Declared::Text,
        Kind::Number => Declared::Number,
        Kind::Day => Declared::Day,
        Kind::Instant => Declared::Instant,
    }
}

/// What a number is by its format; the formats of SAS for days and for instants.
fn kind_of_number(format: &str) -> Kind {
    let name = format.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.');
    const DAYS: &[&str] = &[
        "DATE", "YYMMDD", "MMDDYY", "DDMMYY", "E8601DA", "B8601DA", "IS8601DA", "JULIAN",
        "WORDDATE", "WORDDATX", "WEEKDATE", "WEEKDATX", "DAY", "MONYY", "YYMON", "YYMM", "MMYY",
        "NLDATE", "MINGUO", "YYMMDDN", "YYMMDDD", "YYMMDDS", "YYMMDDP", "MMDDYYN", "DDMMYYN",
        "MMDDYYD", "DDMMYYD",
    ];
    const INSTANTS: &[&str] = &[
        "DATETIME", "E8601DT", "B8601DT", "IS8601DT", "DATEAMPM", "MDYAMPM", "NLDATM", "DTDATE",
        "E8601DN", "B8601DN",
    ];
    if DAYS.contains(&name) {
        Kind::Day
    } else if INSTANTS.contains(&name) {
        Kind::Instant
    } else {
        Kind::Number
    }
}

fn text(bytes: Option<&[u8]>) -> String {
    decoded(bytes.unwrap_or_default(), &mut Tally::default()).trim().to_owned()
}

fn number(bytes: Option<&[u8]>) -> Option<usize> {
    std::str::from_utf8(bytes?).ok()?.trim().parse().ok()
}

fn be_u16(bytes: &[u8]) -> usize {
    bytes.first_chunk().map_or(0, |two| usize::from(u16::from_be_bytes(*two)))
}
