//! The bytes of one thing to read, wherever they lie: a file, memory, or a store that gives ranges.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Bytes that can be read from the start as often as wanted, and mostly at any place.
///
/// Cheap to clone; every [`Content::stream`] and [`Content::cursor`] has a place of its own, so
/// several threads may read at once.
#[derive(Clone)]
pub(crate) struct Content(Held);

#[derive(Clone)]
enum Held {
    File(Arc<Path>),
    Memory(Arc<[u8]>),
    Ranges(Arc<dyn Ranges>),
    Packed(Arc<dyn Unpack>),
}

/// A store that gives a range of bytes on request.
pub(crate) trait Ranges: Send + Sync {
    /// How many bytes there are.
    fn bytes(&self) -> u64;

    /// Fills a buffer from a place on; fewer bytes only at the end.
    ///
    /// # Errors
    ///
    /// What the store says.
    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Every byte from the start, in one request where the store can do so.
    ///
    /// # Errors
    ///
    /// What the store says.
    fn stream(&self) -> io::Result<Box<dyn Read + Send>>;
}

/// Something packed: it can be unpacked from its start again and again, and at no other place.
pub(crate) trait Unpack: Send + Sync {
    /// Every byte from the start.
    ///
    /// # Errors
    ///
    /// What keeps it from being unpacked.
    fn stream(&self) -> io::Result<Box<dyn Read + Send>>;
}

/// A place in a [`Content`].
pub(crate) enum ContentCursor {
    File(File),
    Memory(Cursor<Arc<[u8]>>),
    Ranges { ranges: Arc<dyn Ranges>, place: u64 },
}

/// What tells that a file was changed while it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// Why a content did not go into memory.
#[derive(Debug)]
pub(crate) enum NotHeld {
    /// It is longer than was allowed.
    TooLong,
    /// It could not be read.
    Unread(io::Error),
}

impl Content {
    /// The content of a file.
    pub(crate) fn file(path: &Path) -> Content {
        Content(Held::File(Arc::from(path)))
    }

    /// Bytes in memory.
    pub(crate) fn memory(bytes: Vec<u8>) -> Content {
        Content(Held::Memory(Arc::from(bytes)))
    }

    /// The content of an object in a store.
    pub(crate) fn ranges(ranges: Arc<dyn Ranges>) -> Content {
        Content(Held::Ranges(ranges))
    }

    /// Something packed, which can only be read from the start.
    pub(crate) fn packed(packed: Arc<dyn Unpack>) -> Content {
        Content(Held::Packed(packed))
    }

    /// How many bytes, when known without reading.
    pub(crate) fn bytes(&self) -> io::Result<Option<u64>> {
        Ok(match &self.0 {
            Held::File(path) => Some(std::fs::metadata(path)?.len()),
            Held::Memory(bytes) => Some(bytes.len() as u64),
            Held::Ranges(ranges) => Some(ranges.bytes()),
            Held::Packed(_) => None,
        })
    }

    /// The path, when it is a file: for what can only be opened by path (SQLite).
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match &self.0 {
            Held::File(path) => Some(path.to_path_buf()),
            _ => None,
        }
    }

    /// Every byte from the start, unbuffered.
    pub(crate) fn stream(&self) -> io::Result<Box<dyn Read + Send>> {
        match &self.0 {
            Held::Ranges(ranges) => ranges.stream(),
            Held::Packed(packed) => packed.stream(),
            _ => Ok(Box::new(self.cursor()?)),
        }
    }

    /// The first bytes; fewer when there are no more, or none can be read behind them: whoever
    /// reads on will meet the same error.
    pub(crate) fn head(&self, bytes: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        let read = match self.0 {
            // A stream asks a store for everything; a few bytes are a request of their own.
            Held::Packed(_) => self.stream()?.take(bytes as u64).read_to_end(&mut head),
            _ => self.cursor()?.take(bytes as u64).read_to_end(&mut head),
        };
        match read {
            Err(why) if head.is_empty() => Err(why),
            _ => Ok(head),
        }
    }

    /// Whether [`Content::cursor`] works.
    pub(crate) fn can_seek(&self) -> bool {
        !matches!(self.0, Held::Packed(_))
    }

    /// A place in the content, at the start; fails with [`io::ErrorKind::Unsupported`] for
    /// something packed, which [`Content::held`] puts into memory.
    pub(crate) fn cursor(&self) -> io::Result<ContentCursor> {
        Ok(match &self.0 {
            Held::File(path) => ContentCursor::File(File::open(path)?),
            Held::Memory(bytes) => ContentCursor::Memory(Cursor::new(Arc::clone(bytes))),
            Held::Ranges(ranges) => ContentCursor::Ranges { ranges: Arc::clone(ranges), place: 0 },
            Held::Packed(_) => return Err(io::ErrorKind::Unsupported.into()),
        })
    }

    /// The same content at which any place can be reached: in memory when it is packed.
    pub(crate) fn held(&self, bytes_max: u64) -> Result<Content, NotHeld> {
        if self.can_seek() {
            return Ok(self.clone());
        }
        let mut bytes = Vec::new();
        let stream = self.stream().map_err(NotHeld::Unread)?;
        stream.take(bytes_max + 1).read_to_end(&mut bytes).map_err(NotHeld::Unread)?;
        if bytes.len() as u64 > bytes_max {
            return Err(NotHeld::TooLong);
        }
        Ok(Content::memory(bytes))
    }

    /// What a file looks like from outside now; compared with a later one.
    pub(crate) fn stamp(&self) -> io::Result<Option<Stamp>> {
        match &self.0 {
            Held::File(path) => {
                let found = std::fs::metadata(path)?;
                Ok(Some(Stamp { bytes: found.len(), modified: found.modified().ok() }))
            }
            _ => Ok(None),
        }
    }
}

impl Read for ContentCursor {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            ContentCursor::File(file) => file.read(into),
            ContentCursor::Memory(cursor) => cursor.read(into),
            ContentCursor::Ranges { ranges, place } => {
                let read = ranges.read_at(*place, into)?;
                *place += read as u64;
                Ok(read)
            }
        }
    }
}

impl Seek for ContentCursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            ContentCursor::File(file) => file.seek(to),
            ContentCursor::Memory(cursor) => cursor.seek(to),
            ContentCursor::Ranges { ranges, place } => {
                let target = match to {
                    SeekFrom::Start(target) => Some(target),
                    SeekFrom::End(by) => ranges.bytes().checked_add_signed(by),
                    SeekFrom::Current(by) => place.checked_add_signed(by),
                };
                *place = target.ok_or(io::ErrorKind::InvalidInput)?;
                Ok(*place)
            }
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self.0 {
            Held::File(_) => "Content(file)",
            Held::Memory(_) => "Content(memory)",
            Held::Ranges(_) => "Content(store)",
            Held::Packed(_) => "Content(packed)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros(u64);

    impl Unpack for Zeros {
        fn stream(&self) -> io::Result<Box<dyn Read + Send>> {
            Ok(Box::new(io::repeat(0).take(self.0)))
        }
    }

    impl Ranges for Zeros {
        fn bytes(&self) -> u64 {
            self.0
        }

        fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize> {
            io::repeat(0).take(self.0.saturating_sub(place)).read(into)
        }

        fn stream(&self) -> io::Result<Box<dyn Read + Send>> {
            Unpack::stream(self)
        }
    }

    #[test]
    fn packed_content_goes_into_memory_up_to_the_limit() {
        let packed = Content::packed(Arc::new(Zeros(100)));
        assert!(!packed.can_seek());
        assert!(packed.cursor().is_err());
        assert!(matches!(packed.held(99), Err(NotHeld::TooLong)));
        let held = packed.held(100).unwrap();
        assert!(held.can_seek());
        assert_eq!(held.bytes().unwrap(), Some(100));
        assert_eq!(packed.head(7).unwrap().len(), 7);
    }

    #[test]
    fn a_store_can_be_read_at_any_place() {
        let store = Content::ranges(Arc::new(Zeros(100)));
        let mut cursor = store.cursor().unwrap();
        assert_eq!(cursor.seek(SeekFrom::End(-3)).unwrap(), 97);
        assert_eq!(cursor.read_to_end(&mut Vec::new()).unwrap(), 3);
        assert!(cursor.seek(SeekFrom::Current(-200)).is_err());
        assert_eq!(store.head(200).unwrap().len(), 100);
    }
}
