//! A file as bytes at offsets: bounded, and never past its end.

use std::io::{Read, Seek, SeekFrom};

use crate::limits::{PART_BYTES_MAX, WINDOW_BYTES};
use crate::trouble::Trouble;

/// Anything that can be read at an offset.
pub(crate) trait Bytes: Read + Seek {}

impl<T: Read + Seek> Bytes for T {}

/// A file of known length. Small reads are served from a window, so that walking a structure costs
/// one call for many parts.
pub(crate) struct Source<'a> {
    inner: &'a mut dyn Bytes,
    len: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl<'a> Source<'a> {
    /// Measures the file.
    pub(crate) fn new(inner: &'a mut dyn Bytes) -> Result<Source<'a>, Trouble> {
        let len = inner.seek(SeekFrom::End(0))?;
        Ok(Source { inner, len, window: Vec::new(), window_at: 0 })
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The bytes of a range; a range that leaves the file is damage.
    pub(crate) fn bytes(&mut self, at: u64, count: u64) -> Result<Vec<u8>, Trouble> {
        let end = at.checked_add(count).filter(|end| *end <= self.len);
        let Some(end) = end else { return Err(Trouble::Damaged { at, part: "length" }) };
        if count > PART_BYTES_MAX {
            return Err(Trouble::TooLarge { part: "part" });
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > WINDOW_BYTES {
            let mut bytes = vec![0; count];
            self.inner.seek(SeekFrom::Start(at))?;
            self.inner.read_exact(&mut bytes)?;
            return Ok(bytes);
        }
        let held = self.window_at..self.window_at.saturating_add(self.window.len() as u64);
        if at < held.start || end > held.end {
            let fetch = (self.len - at).min(WINDOW_BYTES as u64);
            self.window.resize(usize::try_from(fetch).unwrap_or(0), 0);
            self.window_at = at;
            self.inner.seek(SeekFrom::Start(at))?;
            if let Err(error) = self.inner.read_exact(&mut self.window) {
                self.window.clear();
                return Err(error.into());
            }
        }
        let start = usize::try_from(at - self.window_at).unwrap_or(usize::MAX);
        let found = self.window.get(start..start.saturating_add(count));
        found.map(<[u8]>::to_vec).ok_or(Trouble::Damaged { at, part: "length" })
    }

    /// The bytes from an offset, at most so many: fewer at the end of the file.
    pub(crate) fn up_to(&mut self, at: u64, count: u64) -> Result<Vec<u8>, Trouble> {
        let count = count.min(self.len.saturating_sub(at));
        if count == 0 { Ok(Vec::new()) } else { self.bytes(at, count) }
    }

    /// So many bytes as an array.
    pub(crate) fn array<const N: usize>(&mut self, at: u64) -> Result<[u8; N], Trouble> {
        let bytes = self.bytes(at, N as u64)?;
        bytes.try_into().map_err(|_| Trouble::Damaged { at, part: "length" })
    }

    /// A big-endian number of two bytes.
    pub(crate) fn u16_be(&mut self, at: u64) -> Result<u16, Trouble> {
        self.array(at).map(u16::from_be_bytes)
    }

    /// A big-endian number of four bytes.
    pub(crate) fn u32_be(&mut self, at: u64) -> Result<u32, Trouble> {
        self.array(at).map(u32::from_be_bytes)
    }

    /// A little-endian number of four bytes.
    pub(crate) fn u32_le(&mut self, at: u64) -> Result<u32, Trouble> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// A big-endian number of eight bytes.
    pub(crate) fn u64_be(&mut self, at: u64) -> Result<u64, Trouble> {
        self.array(at).map(u64::from_be_bytes)
    }
}

/// Where a shorter run of bytes first stands in a longer one.
pub(crate) fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    if wanted.is_empty() {
        return None;
    }
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The bytes of a range, or none where the range leaves them.
pub(crate) fn part(bytes: &[u8], at: usize, count: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(count)?)
}

/// A number at an offset of bytes in memory: big-endian, up to eight bytes.
pub(crate) fn number_be(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    let bytes = part(bytes, at, size).filter(|_| size <= 8)?;
    Some(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

/// A number at an offset of bytes in memory: little-endian, up to eight bytes.
pub(crate) fn number_le(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    let bytes = part(bytes, at, size).filter(|_| size <= 8)?;
    Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

/// Overwrites bytes in memory; nothing happens where they would leave it.
pub(crate) fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    if let Some(end) = at.checked_add(new.len())
        && let Some(place) = bytes.get_mut(at..end)
    {
        place.copy_from_slice(new);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_range_past_the_end_is_damage_and_not_an_empty_answer() {
        let mut file = Cursor::new(b"abcdef".to_vec());
        let mut source = Source::new(&mut file).unwrap();
        assert_eq!(source.bytes(2, 3).unwrap(), b"cde");
        assert_eq!(source.up_to(4, 9).unwrap(), b"ef");
        assert_eq!(source.bytes(4, 3), Err(Trouble::Damaged { at: 4, part: "length" }));
        assert_eq!(
            source.bytes(u64::MAX, 2),
            Err(Trouble::Damaged { at: u64::MAX, part: "length" })
        );
    }

    #[test]
    fn numbers_are_read_both_ways_round() {
        assert_eq!(number_be(&[1, 2, 3], 0, 2), Some(0x0102));
        assert_eq!(number_le(&[1, 2, 3], 1, 2), Some(0x0302));
        assert_eq!(number_be(&[1], 0, 2), None);
        assert_eq!(position(b"xxAIGC", b"AIGC"), Some(2));
    }
}
