//! What changes in a file, as ranges to replace; everything else is copied as it stands.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use crate::limits::BLOCK_BYTES;
use crate::trouble::Trouble;

/// One range that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    at: u64,
    remove: u64,
    insert: Vec<u8>,
}

impl Edit {
    fn end(&self) -> u64 {
        self.at.saturating_add(self.remove)
    }
}

/// The ranges that are replaced, in order and apart from each other.
///
/// INVARIANT: a byte outside the ranges is in the new file exactly as in the old one. That media
/// are untouched is therefore a matter of which ranges a container names, and of nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edits {
    list: Vec<Edit>,
}

impl Edits {
    /// Replaces so many bytes at an offset.
    pub(crate) fn replace(&mut self, at: u64, remove: u64, insert: Vec<u8>) {
        if remove == 0 && insert.is_empty() {
            return;
        }
        let place = self.list.partition_point(|edit| (edit.at, edit.end()) <= (at, at + remove));
        self.list.insert(place, Edit { at, remove, insert });
    }

    /// Puts bytes before the byte at an offset.
    pub(crate) fn insert(&mut self, at: u64, insert: Vec<u8>) {
        self.replace(at, 0, insert);
    }

    /// Writes over bytes; the length stays.
    pub(crate) fn overwrite(&mut self, at: u64, bytes: Vec<u8>) {
        self.replace(at, bytes.len() as u64, bytes);
    }

    /// By how many bytes the file becomes longer.
    pub(crate) fn growth(&self) -> i128 {
        let grown = |edit: &Edit| edit.insert.len() as i128 - i128::from(edit.remove);
        self.list.iter().map(grown).sum()
    }

    /// Where bytes of the old file go, to be asked while edits of the same lengths change.
    pub(crate) fn shifts(&self) -> Shifts {
        let shift = |edit: &Edit| (edit.at, edit.remove, edit.insert.len() as u64);
        Shifts { list: self.list.iter().map(shift).collect() }
    }

    /// Takes out what is put at an offset, to be changed and put back with [`Edits::put_back`].
    pub(crate) fn take_out(&mut self, at: u64) -> Vec<u8> {
        let found = self.list.iter_mut().find(|edit| edit.at == at && edit.remove > 0);
        found.map(|edit| std::mem::take(&mut edit.insert)).unwrap_or_default()
    }

    /// Puts back what was taken out.
    pub(crate) fn put_back(&mut self, at: u64, insert: Vec<u8>) {
        if let Some(edit) = self.list.iter_mut().find(|edit| edit.at == at && edit.remove > 0) {
            edit.insert = insert;
        }
    }

    /// The length of the new file.
    pub(crate) fn new_len(&self, old: u64) -> u64 {
        u64::try_from(i128::from(old) + self.growth()).unwrap_or(0)
    }

    /// Whether the ranges lie in the file and apart from each other.
    pub(crate) fn fit(&self, len: u64) -> bool {
        let apart = self.list.windows(2).all(|pair| match pair {
            [first, second] => first.end() <= second.at,
            _ => true,
        });
        apart && self.list.last().is_none_or(|edit| edit.end() <= len)
    }

    /// Writes the new file. What lies between the edits is copied block by block.
    pub(crate) fn write<S: Read + Seek, W: Write>(
        &self,
        source: &mut S,
        out: &mut W,
    ) -> Result<u64, Trouble> {
        let len = source.seek(SeekFrom::End(0))?;
        if !self.fit(len) {
            return Err(Trouble::Damaged { at: len, part: "length" });
        }
        let (mut at, mut written) = (0, 0);
        let mut block = Vec::new();
        for edit in &self.list {
            written += span(source, at..edit.at, out, written, &mut block)?;
            out.write_all(&edit.insert)?;
            written += edit.insert.len() as u64;
            at = edit.end();
        }
        Ok(written + span(source, at..len, out, written, &mut block)?)
    }
}

/// Where bytes of an old file go.
pub(crate) struct Shifts {
    list: Vec<(u64, u64, u64)>,
}

impl Shifts {
    /// Where the byte at an offset of the old file stands in the new one. In a range that was
    /// replaced, bytes are counted from the start of what replaces it.
    pub(crate) fn moved(&self, offset: u64) -> u64 {
        let mut grown: i128 = 0;
        for (at, remove, insert) in self.list.iter().take_while(|(at, ..)| *at <= offset) {
            let is_inside = *remove > 0 && offset < at.saturating_add(*remove);
            if is_inside {
                break;
            }
            grown += i128::from(*insert) - i128::from(*remove);
        }
        u64::try_from(i128::from(offset) + grown).unwrap_or(0)
    }

    /// Whether nothing moves.
    pub(crate) fn is_still(&self) -> bool {
        self.list.iter().all(|(_, remove, insert)| remove == insert)
    }
}

/// Copies a range of the source to where the new file has `written` bytes.
///
/// Blocks end where the new file has whole blocks: a system writes pages, and half of one costs as
/// much as two. Measured, this is faster than to let the system copy a range that has moved by a
/// few bytes, and as fast as to let it copy a file as it is.
fn span<S: Read + Seek, W: Write>(
    source: &mut S,
    range: Range<u64>,
    out: &mut W,
    written: u64,
    block: &mut Vec<u8>,
) -> Result<u64, Trouble> {
    let count = range.end.saturating_sub(range.start);
    if count == 0 {
        return Ok(0);
    }
    source.seek(SeekFrom::Start(range.start))?;
    let whole = BLOCK_BYTES as u64;
    block.resize(usize::try_from(count.min(whole)).unwrap_or(BLOCK_BYTES), 0);
    let mut left = count;
    let mut room = whole - written % whole;
    while left > 0 {
        let size = usize::try_from(room.min(left)).unwrap_or(BLOCK_BYTES);
        let Some(block) = block.get_mut(..size) else {
            return Err(Trouble::Io(io::ErrorKind::Other));
        };
        // Ends early where the file became shorter while it was read.
        source.read_exact(block)?;
        out.write_all(block)?;
        left -= size as u64;
        room = whole;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_no_edit_names_is_copied_and_found_again() {
        let mut edits = Edits::default();
        edits.insert(6, b"++".to_vec());
        edits.replace(2, 2, b"x".to_vec());
        edits.overwrite(8, b"Y".to_vec());
        let mut out = Vec::new();
        let written = edits.write(&mut Cursor::new(b"0123456789"), &mut out).unwrap();
        assert_eq!(out, b"01x45++67Y9");
        assert_eq!((written, edits.growth(), edits.new_len(10)), (11, 1, 11));
        let moved: Vec<u64> = [0, 2, 4, 5, 6, 9, 10].map(|at| edits.shifts().moved(at)).into();
        assert_eq!(moved, [0, 2, 3, 4, 7, 10, 11]);
    }

    #[test]
    fn long_ranges_are_copied_whole_wherever_the_edits_end() {
        let old: Vec<u8> = (0..3 * BLOCK_BYTES + 77).map(|at| (at % 251) as u8).collect();
        for at in [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, 2 * BLOCK_BYTES + 5, old.len()] {
            for added in [0, 1, 100, BLOCK_BYTES] {
                let mut edits = Edits::default();
                edits.insert(at as u64, vec![255; added]);
                let mut out = Vec::new();
                let written = edits.write(&mut Cursor::new(&old), &mut out).unwrap();
                let wanted = [&old[..at], &vec![255; added], &old[at..]].concat();
                assert!(out == wanted && written == wanted.len() as u64, "{at} {added}");
            }
        }
    }

    #[test]
    fn ranges_that_overlap_or_leave_the_file_are_refused() {
        let mut edits = Edits::default();
        edits.replace(2, 3, Vec::new());
        edits.replace(4, 1, b"x".to_vec());
        assert!(!edits.fit(10));
        let mut edits = Edits::default();
        edits.replace(9, 3, Vec::new());
        assert!(!edits.fit(10));
        assert!(edits.write(&mut Cursor::new(b"0123456789"), &mut Vec::new()).is_err());
    }
}
