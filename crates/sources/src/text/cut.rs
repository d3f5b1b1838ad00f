//! Cuts a stream of text into blocks at the ends of records.
//!
//! One thread cuts, so it must cost little: it looks at line ends and quotes only. What a quote
//! means is asked of [`Dialect::quoted`], which the splitting of the block asks too.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::dialect::{Dialect, Quoted};
use super::marks;

/// How long things may be; the values of `limits`, smaller in tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Bytes of a block.
    pub(super) block: usize,
    /// Bytes of a record.
    pub(super) record: usize,
}

/// Finds the end of the last whole record of a text.
pub(super) trait Ends {
    /// The byte after the last record that ends for certain, 0 when none does; `at_end` when
    /// nothing follows the text.
    fn last_end(&mut self, text: &[u8], at_end: bool, record_bytes: usize) -> usize;

    /// The byte after the first place where reading can go on after a record that is too long.
    fn skip(&mut self, text: &[u8]) -> Option<usize> {
        memchr::memchr2(b'\n', b'\r', text).map(|at| at + 1)
    }
}

/// Buffers that are used again: a fresh one costs as much as reading into it.
#[derive(Clone, Default)]
pub(super) struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

/// A block of text that ends with a record.
pub(super) struct Cut {
    /// The bytes, followed by room that holds nothing.
    pub(super) buffer: Vec<u8>,
    /// How many bytes are text.
    pub(super) bytes: usize,
    /// Records too long to be looked at, met before this text.
    pub(super) lost: u64,
}

/// A stream, cut.
pub(super) struct Cutter<E> {
    stream: Box<dyn Read + Send>,
    ends: E,
    sizes: Sizes,
    pool: Pool,
    /// What was read and not cut off yet.
    rest: Vec<u8>,
    at_end: bool,
    taken: u64,
    lost: u64,
}

impl<E: Ends> Cutter<E> {
    pub(super) fn new(stream: Box<dyn Read + Send>, ends: E, sizes: Sizes, pool: Pool) -> Self {
        let rest = Vec::new();
        Cutter { stream, ends, sizes, pool, rest, at_end: false, taken: 0, lost: 0 }
    }

    /// Bytes read so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// What finds the ends.
    pub(super) fn ends(&mut self) -> &mut E {
        &mut self.ends
    }

    /// The next block.
    pub(super) fn next(&mut self) -> io::Result<Option<Cut>> {
        let mut buffer = self.pool.take();
        let mut bytes = self.rest.len();
        grow(&mut buffer, bytes);
        copy(&self.rest, &mut buffer, 0);
        self.rest.clear();
        let mut wanted = self.sizes.block;
        loop {
            bytes = self.read(&mut buffer, bytes, wanted)?;
            let text = buffer.get(..bytes).unwrap_or_default();
            let mut end = self.ends.last_end(text, self.at_end, self.sizes.record);
            if self.at_end && end == 0 {
                end = bytes;
            }
            if self.at_end && bytes == 0 {
                self.pool.give(buffer);
                let lost = std::mem::take(&mut self.lost);
                let last = Cut { buffer: Vec::new(), bytes: 0, lost };
                return Ok((lost > 0).then_some(last));
            }
            if end > 0 {
                self.rest.extend_from_slice(text.get(end..).unwrap_or_default());
                let lost = std::mem::take(&mut self.lost);
                return Ok(Some(Cut { buffer, bytes: end, lost }));
            }
            if bytes > self.sizes.record {
                self.lost += 1;
                bytes = self.skip(&mut buffer)?;
                wanted = self.sizes.block;
            } else {
                wanted = (bytes * 2).min(self.sizes.record + 1).max(self.sizes.block);
            }
        }
    }

    /// Reads until the buffer holds so many bytes, or to the end.
    fn read(&mut self, buffer: &mut Vec<u8>, have: usize, wanted: usize) -> io::Result<usize> {
        let mut bytes = have;
        grow(buffer, wanted);
        while bytes < wanted && !self.at_end {
            let room = buffer.get_mut(bytes..wanted).unwrap_or_default();
            match self.stream.read(room) {
                Ok(0) => self.at_end = true,
                Ok(read) => {
                    bytes += read;
                    self.taken += read as u64;
                }
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
        Ok(bytes)
    }

    /// Reads on until the record that is too long has ended; what follows it is in the buffer.
    fn skip(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        loop {
            let bytes = self.read(buffer, 0, self.sizes.block)?;
            let text = buffer.get(..bytes).unwrap_or_default();
            if let Some(from) = self.ends.skip(text) {
                buffer.copy_within(from..bytes, 0);
                return Ok(bytes - from);
            }
            if self.at_end {
                return Ok(0);
            }
        }
    }
}

/// The ends of records of delimited text.
pub(super) struct RecordEnds(pub(super) Dialect);

impl Ends for RecordEnds {
    fn last_end(&mut self, text: &[u8], at_end: bool, record_bytes: usize) -> usize {
        let dialect = self.0;
        if at_end {
            return text.len();
        }
        let [mut last, mut place] = [0, 0];
        'steps: while let Some((chunk, bytes)) = marks::step(text, place & !(marks::STEP - 1)) {
            let base = place & !(marks::STEP - 1);
            let ends = marks::marks(&chunk, |byte| byte == b'\n' || byte == b'\r');
            let quotes = marks::marks(&chunk, |byte| byte == dialect.quote);
            let mut found = marks::from(ends | quotes, place);
            if marks::from(quotes, place) == 0 {
                // Only the last line end counts.
                if found != 0 {
                    last = base + marks::STEP - found.leading_zeros() as usize;
                }
                place = base + marks::STEP;
                continue;
            }
            while found != 0 {
                let offset = found.trailing_zeros() as usize;
                found &= found - 1;
                if offset >= bytes {
                    break;
                }
                let at = base + offset;
                if (ends >> offset) & 1 == 1 {
                    last = at + 1;
                    continue;
                }
                let before = at.checked_sub(1).and_then(|at| text.get(at));
                if before.is_some_and(|before| !dialect.ends_cell(*before)) {
                    continue;
                }
                let close = match dialect.quoted(text, at, record_bytes) {
                    Quoted::Closed { at, .. } if at + 1 == text.len() => return last,
                    Quoted::Undecided => return last,
                    Quoted::Closed { at, .. } | Quoted::Trailing { at, .. } => at,
                    Quoted::Character => continue,
                };
                place = close + 1;
                continue 'steps;
            }
            place = base + marks::STEP;
        }
        last
    }
}

impl Pool {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(super) fn give(&self, buffer: Vec<u8>) {
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buffers.len() < 16 {
            buffers.push(buffer);
        }
    }
}

/// Makes room for so many bytes.
pub(super) fn grow(buffer: &mut Vec<u8>, bytes: usize) {
    if buffer.len() < bytes {
        buffer.resize(bytes, 0);
    }
}

/// Copies bytes to a place in a buffer that has room for them.
pub(super) fn copy(bytes: &[u8], buffer: &mut [u8], place: usize) {
    if let Some(to) = buffer.get_mut(place..place + bytes.len()) {
        to.copy_from_slice(bytes);
    }
}
