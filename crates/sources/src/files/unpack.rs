//! Unpacks gzip, Zstandard and the members of zip archives, with an eye on bombs.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::content::{Content, Unpack};
use crate::limits;

/// How much may come out of something packed, counted over all that is in it, at every level.
#[derive(Debug)]
pub(super) struct Budget {
    /// Bytes of the outermost packed thing.
    packed: u64,
    free: u64,
    expansion: u64,
    unpacked: AtomicU64,
    taken: AtomicU64,
}

impl Budget {
    pub(super) fn new(packed: u64) -> Arc<Budget> {
        Budget::with_limits(packed, limits::EXPANSION_FREE_BYTES, limits::EXPANSION)
    }

    pub(super) fn with_limits(packed: u64, free: u64, expansion: u64) -> Arc<Budget> {
        let (unpacked, taken) = (AtomicU64::new(0), AtomicU64::new(0));
        Arc::new(Budget { packed, free, expansion, unpacked, taken })
    }

    /// Packed bytes read so far; more than there are when they were read twice.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed).min(self.packed)
    }

    fn unpack(&self, bytes: usize) -> io::Result<usize> {
        let before = self.unpacked.fetch_add(bytes as u64, Ordering::Relaxed);
        let after = before.saturating_add(bytes as u64);
        if after > self.free && after > self.packed.saturating_mul(self.expansion) {
            return Err(io::Error::other(Bomb));
        }
        Ok(bytes)
    }
}

/// The content is far larger than what it was packed into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bomb;

impl std::error::Error for Bomb {}

impl fmt::Display for Bomb {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("unpacked content out of proportion")
    }
}

/// How a thing is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstandard,
    /// A member of a zip archive: its data is behind the header at this place.
    Member {
        header: u64,
        packed: u64,
        bytes: u64,
        crc32: u32,
        method: Method,
    },
}

/// How a member of a zip archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
    Zstandard,
}

/// A packed content.
pub(super) struct Packed {
    pub(super) content: Content,
    pub(super) packing: Packing,
    pub(super) budget: Arc<Budget>,
}

impl Unpack for Packed {
    fn stream(&self) -> io::Result<Box<dyn Read + Send>> {
        let budget = Arc::clone(&self.budget);
        let stream: Box<dyn Read + Send> = match self.packing {
            Packing::Gzip => {
                let from = Tap { stream: self.content.stream()?, budget: Arc::clone(&budget) };
                Box::new(MultiGzDecoder::new(BufReader::with_capacity(128 << 10, from)))
            }
            Packing::Zstandard => {
                let from = Tap { stream: self.content.stream()?, budget: Arc::clone(&budget) };
                Box::new(zstd::Decoder::new(from)?)
            }
            Packing::Member { header, packed, bytes, crc32, method } => {
                let from = member(&self.content, header)?.take(packed);
                let from = Tap { stream: from, budget: Arc::clone(&budget) };
                let stream: Box<dyn Read + Send> = match method {
                    Method::Stored => Box::new(from),
                    Method::Deflated => Box::new(DeflateDecoder::new(from)),
                    Method::Zstandard => Box::new(zstd::Decoder::new(from)?),
                };
                Box::new(Checked { stream, crc: Crc::new(), crc32, bytes })
            }
        };
        Ok(Box::new(Guarded { stream, budget }))
    }
}

/// The data of a member of a zip archive, from its start.
fn member(archive: &Content, header: u64) -> io::Result<impl Read + Send + use<>> {
    let mut cursor = archive.cursor()?;
    io::Seek::seek(&mut cursor, io::SeekFrom::Start(header))?;
    let mut fixed = [0_u8; 30];
    cursor.read_exact(&mut fixed)?;
    let [b'P', b'K', 3, 4, .., name_low, name_high, extra_low, extra_high] = fixed else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let name = u16::from_le_bytes([name_low, name_high]);
    let extra = u16::from_le_bytes([extra_low, extra_high]);
    let behind = i64::from(name) + i64::from(extra);
    io::Seek::seek(&mut cursor, io::SeekFrom::Current(behind))?;
    Ok(cursor)
}

/// Counts packed bytes as they are read.
struct Tap<R> {
    stream: R,
    budget: Arc<Budget>,
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(into)?;
        self.budget.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Stops a bomb.
struct Guarded {
    stream: Box<dyn Read + Send>,
    budget: Arc<Budget>,
}

impl Read for Guarded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(into)?;
        self.budget.unpack(read)
    }
}

/// Compares what came out of an archive with what the archive says.
struct Checked {
    stream: Box<dyn Read + Send>,
    crc: Crc,
    crc32: u32,
    /// Bytes still to come.
    bytes: u64,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(into)?;
        self.crc.update(into.get(..read).unwrap_or_default());
        match self.bytes.checked_sub(read as u64) {
            Some(bytes) => self.bytes = bytes,
            None => return Err(io::ErrorKind::InvalidData.into()),
        }
        if read == 0 && !into.is_empty() {
            if self.bytes > 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.crc.sum() != self.crc32 {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(read)
    }
}
