//! Cuts a stream of text into blocks at the ends of records.
//!
//! One thread cuts, so it must cost little: it looks at line ends and quotes only. What a quote
//! means is asked of [`Dialect::quoted`], which the splitting of the block asks too.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::dialect::{Dialect, Quoted};
use super::marks;
use super::quotes::Quotes;

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

/// Buffers that are kept to be used again.
const BUFFERS: usize = 8;

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
    /// Why no more could be read; said when what came before it has been handed over.
    failed: Option<io::Error>,
    taken: u64,
    lost: u64,
}

impl<E: Ends> Cutter<E> {
    pub(super) fn new(stream: Box<dyn Read + Send>, ends: E, sizes: Sizes, pool: Pool) -> Self {
        let rest = Vec::new();
        let (at_end, failed) = (false, None);
        Cutter { stream, ends, sizes, pool, rest, at_end, failed, taken: 0, lost: 0 }
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
            bytes = self.read(&mut buffer, bytes, wanted);
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
            if let Some(why) = self.failed.take() {
                return Err(why);
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
    fn read(&mut self, buffer: &mut Vec<u8>, have: usize, wanted: usize) -> usize {
        let mut bytes = have;
        grow(buffer, wanted);
        while bytes < wanted && !self.at_end && self.failed.is_none() {
            let room = buffer.get_mut(bytes..wanted).unwrap_or_default();
            match self.stream.read(room) {
                Ok(0) => self.at_end = true,
                Ok(read) => {
                    bytes += read;
                    self.taken += read as u64;
                }
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => self.failed = Some(why),
            }
        }
        bytes
    }

    /// Reads on until the record that is too long has ended; what follows it is in the buffer.
    fn skip(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        loop {
            let bytes = self.read(buffer, 0, self.sizes.block);
            let text = buffer.get(..bytes).unwrap_or_default();
            if let Some(from) = self.ends.skip(text) {
                buffer.copy_within(from..bytes, 0);
                return Ok(bytes - from);
            }
            if let Some(why) = self.failed.take() {
                return Err(why);
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
        if at_end {
            return text.len();
        }
        let mut ending = Ending { dialect: self.0, text, record_bytes, last: 0 };
        let mut place = 0;
        while let Some(next) = ending.regular(place).and_then(|place| ending.exact(place)) {
            place = next;
        }
        ending.last
    }
}

/// A text of which the last end of a record is looked for.
struct Ending<'a> {
    dialect: Dialect,
    text: &'a [u8],
    record_bytes: usize,
    last: usize,
}

impl Ending<'_> {
    /// Goes on as long as every quote stands where it should; gives the place where one does not,
    /// outside of quotes, and `None` when nothing more can be told.
    fn regular(&mut self, mut place: usize) -> Option<usize> {
        let (dialect, text) = (self.dialect, self.text);
        let mut quotes = Quotes::default();
        let mut open = 0;
        let mut room = [0; marks::STEP];
        while let Some((chunk, bytes)) = marks::step(text, marks::floor(place), &mut room) {
            let base = marks::floor(place);
            let quoted = marks::from(marks::marks(chunk, |byte| byte == dialect.quote), place);
            if quoted == 0 && !quotes.inside && !quotes.closed {
                place = self.without_quotes(place)?;
                continue;
            }
            let ends = marks::from(marks::marks(chunk, |byte| dialect.ends_cell(byte)), place);
            let lines = marks::marks(chunk, |byte| byte == b'\n' || byte == b'\r');
            let around = dialect.around(text, place, base + bytes, false);
            let far = quotes.inside && base + bytes - self.last > self.record_bytes;
            let from = if quotes.inside || quotes.closed { open } else { place };
            let inside = if far { None } else { quotes.look(quoted, ends, around) };
            let Some(inside) = inside else { return Some(from) };
            self.note(base, ends & lines & !inside);
            let opening = quoted & inside & (ends << 1 | around.before);
            if opening != 0 {
                open = base + opening.ilog2() as usize;
            }
            place = base + marks::STEP;
        }
        None
    }

    /// Goes to the next quote; `None` when there is none.
    fn without_quotes(&mut self, place: usize) -> Option<usize> {
        let rest = self.text.get(place..)?;
        let next = memchr::memchr(self.dialect.quote, rest);
        let before = rest.get(..next.unwrap_or(rest.len()))?;
        if let Some(end) = memchr::memrchr2(b'\n', b'\r', before) {
            self.last = place + end + 1;
        }
        next.map(|next| place + next)
    }

    fn note(&mut self, base: usize, ends: u64) {
        if ends != 0 {
            self.last = base + ends.ilog2() as usize + 1;
        }
    }

    /// Goes on quote by quote to the end of a step; `None` when nothing more can be told.
    #[cold]
    fn exact(&mut self, place: usize) -> Option<usize> {
        let (dialect, text) = (self.dialect, self.text);
        let mut at = place;
        while at < marks::floor(place) + marks::STEP {
            let byte = *text.get(at)?;
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            if byte == b'\n' || byte == b'\r' {
                self.last = at + 1;
            } else if byte == dialect.quote
                && before.is_none_or(|before| dialect.ends_cell(*before))
            {
                // The last end is where this record begins.
                let limit = self.record_bytes.saturating_sub(at - self.last);
                match dialect.quoted(text, at, limit) {
                    Quoted::Closed { at, .. } if at + 1 == text.len() => return None,
                    Quoted::Undecided => return None,
                    Quoted::Closed { at: close, .. } | Quoted::Trailing { at: close, .. } => {
                        at = close;
                    }
                    Quoted::Character => {}
                }
            }
            at += 1;
        }
        Some(at)
    }
}

impl Pool {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(super) fn give(&self, buffer: Vec<u8>) {
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buffers.len() < BUFFERS {
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
