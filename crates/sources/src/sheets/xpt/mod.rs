//! SAS transport files, version 5 and 8, as laid out in SAS technical note TS-140 and its
//! successor: records of 80 bytes, several data sets in one file.

mod header;
mod rows;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufReader, Read};

use kouan_table::{Rows, Tally};
use kouan_terms::Diagnostic;

use crate::columnar::{broken, damaged};
use crate::files::{Content, unreadable};
use crate::{Opened, Options, Want};

use self::rows::XptRows;

const FORMAT: &str = "SAS XPT";

/// Opens a SAS transport file.
///
/// The tables of a file follow each other without a directory: for all rows only the first is
/// known beforehand, the others come with their rows. For a sample or for metadata the file is
/// walked through.
pub(crate) fn open_xpt(
    name: &str,
    content: &Content,
    want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    let start = || {
        let stream = content.stream().map_err(|why| unreadable(name, &why))?;
        let records = Records { stream: BufReader::with_capacity(256 << 10, stream), taken: 0 };
        XptRows::start(name, records, want).map_err(|why| broken(name, &why, damaged(name, FORMAT)))
    };
    let mut rows = start()?;
    if want == Want::Everything {
        let tables = rows.table().into_iter().collect();
        return Ok(Opened { tables, rows: Box::new(rows), notes: Vec::new() });
    }
    let mut tables: Vec<_> = rows.table().into_iter().collect();
    let mut blocks = VecDeque::new();
    while let Some(block) = rows.next()? {
        blocks.push_back(block);
        tables.extend(rows.take_found());
    }
    tables.extend(rows.take_found());
    let mut counts: BTreeMap<Box<str>, u64> = rows.counts();
    for table in &mut tables {
        table.rows_estimate = counts.remove(&table.name);
    }
    let notes = rows.notes();
    Ok(Opened { tables, rows: Box::new(Ready { blocks }), notes })
}

/// Blocks that are held already: those of a sample.
struct Ready {
    blocks: VecDeque<Box<dyn kouan_table::Block>>,
}

impl Rows for Ready {
    fn next(&mut self) -> Result<Option<Box<dyn kouan_table::Block>>, Diagnostic> {
        Ok(self.blocks.pop_front())
    }
}

/// A record of a transport file.
type Record = [u8; RECORD];

const RECORD: usize = 80;

/// The records of a file.
struct Records {
    stream: BufReader<Box<dyn Read + Send>>,
    taken: u64,
}

impl Records {
    /// The next record, `None` at the end; a last record cut short is an error.
    fn next(&mut self) -> io::Result<Option<Record>> {
        let mut record = [b' '; RECORD];
        let mut filled = 0;
        while let Some(rest) = record.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.stream.read(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
        self.taken += filled as u64;
        match filled {
            0 => Ok(None),
            RECORD => Ok(Some(record)),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// A record that must be there.
    fn expected(&mut self) -> io::Result<Record> {
        self.next()?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// So many bytes, and the rest of the record in which they end.
    fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            bytes.extend(self.expected()?);
        }
        bytes.truncate(count);
        Ok(bytes)
    }
}

/// Text in UTF-8, or in GB 18030 when it is not; blanks at the end are filling.
pub(crate) fn decoded(bytes: &[u8], tally: &mut Tally) -> String {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |at| at + 1);
    let bytes = bytes.get(..end).unwrap_or_default();
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let (text, wrong) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    if wrong {
        tally.undecodable_cells += 1;
        return String::from_utf8_lossy(bytes).into_owned();
    }
    text.into_owned()
}

#[cfg(test)]
pub(crate) mod tests;
