//! EXIF blocks as they lie in other containers: comments that hold a label, and their places.

use std::ops::Range;

use super::loose_text;
use crate::carrier::{Found, Place};
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::payload::read as read_payload;
use crate::source::{number_be, number_le, part};
use crate::standard::Standard;

const USER_COMMENT: u64 = 0x9286;
const DESCRIPTION: u64 = 0x010E;
const EXIF_DIRECTORY: u64 = 0x8769;
/// Entries of one directory that are looked at; the count is a claim of the file.
const ENTRIES_MAX: u64 = 4096;

/// A comment in a block: what it says, and where.
pub(super) struct Comment {
    pub(super) place: Place,
    /// The text after the eight bytes of its encoding.
    pub(super) text: String,
    /// The bytes of the value in the block.
    pub(super) range: Range<usize>,
}

impl Comment {
    /// Whether it is a label of the standard, which a new label replaces. Objects of vendors are
    /// not ours to take away.
    pub(super) fn is_label(&self, standard: &Standard) -> bool {
        let reading = read_payload(&self.text, standard);
        reading.is_one() && !reading.is_of_vendor()
    }

    /// What has to be blanked: all but the name of the encoding, so that the comment is empty.
    pub(super) fn blanks(&self) -> Range<usize> {
        let head = if self.place == Place::ExifDescription { 0 } else { 8 };
        self.range.start + head.min(self.range.len())..self.range.end
    }
}

/// Numbers of one byte order, out of a block that is fetched part by part.
struct Block<'a> {
    fetch: &'a mut dyn FnMut(usize, usize) -> Option<Vec<u8>>,
    is_little: bool,
}

impl Block<'_> {
    fn number(&mut self, at: usize, size: usize) -> Option<u64> {
        let bytes = (self.fetch)(at, size)?;
        if self.is_little { number_le(&bytes, 0, size) } else { number_be(&bytes, 0, size) }
    }

    fn offset(&mut self, at: usize) -> Option<usize> {
        usize::try_from(self.number(at, 4)?).ok()
    }
}

/// Every comment and description of a block; a block that is no EXIF has none. The block is fetched
/// by offset and length, since a TIFF file is one, however large.
pub(super) fn comments_of(fetch: &mut dyn FnMut(usize, usize) -> Option<Vec<u8>>) -> Vec<Comment> {
    let mut found = Vec::new();
    let is_little = match fetch(0, 4).as_deref() {
        Some(b"II*\0") => true,
        Some(b"MM\0*") => false,
        _ => return found,
    };
    let mut block = Block { fetch, is_little };
    let Some(first) = block.offset(4) else { return found };
    let exif = directory(&mut block, first, true, &mut found);
    if let Some(exif) = exif.filter(|exif| *exif != first) {
        directory(&mut block, exif, false, &mut found);
    }
    found
}

/// Walks one directory; gives where the Exif directory is.
fn directory(
    block: &mut Block<'_>,
    at: usize,
    is_first: bool,
    found: &mut Vec<Comment>,
) -> Option<usize> {
    let count = block.number(at, 2)?.min(ENTRIES_MAX);
    let mut exif = None;
    for index in 0..usize::try_from(count).ok()? {
        let Some(entry) = at.checked_add(2 + index * 12) else { break };
        let Some(tag) = block.number(entry, 2) else { break };
        if tag == EXIF_DIRECTORY {
            exif = block.offset(entry + 8);
        }
        let comment = comment_at(block, entry, tag, is_first);
        found.extend(comment);
    }
    exif
}

fn comment_at(block: &mut Block<'_>, entry: usize, tag: u64, is_first: bool) -> Option<Comment> {
    // Bytes, ASCII or undefined: one byte each.
    let is_text = matches!(block.number(entry + 2, 2)?, 1 | 2 | 7);
    if !is_text || !matches!(tag, USER_COMMENT | DESCRIPTION) {
        return None;
    }
    let size = block.offset(entry + 4).filter(|size| *size <= PAYLOAD_BYTES_MAX)?;
    let start = if size <= 4 { entry + 8 } else { block.offset(entry + 8)? };
    let value = (block.fetch)(start, size)?;
    let place = match (tag, is_first) {
        (DESCRIPTION, _) => Place::ExifDescription,
        (_, true) => Place::ExifCommentMisplaced,
        (_, false) => Place::ExifComment,
    };
    let is_little = block.is_little;
    let text = if tag == USER_COMMENT { comment(&value, is_little) } else { loose_text(&value) };
    Some(Comment { place, text, range: start..start + size })
}

/// A user comment: eight bytes name its encoding.
fn comment(value: &[u8], is_little: bool) -> String {
    match value.split_at_checked(8) {
        Some((b"UNICODE\0", rest)) => utf16(rest, is_little),
        Some((b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" | b"JIS\0\0\0\0\0", rest)) => loose_text(rest),
        _ => loose_text(value),
    }
}

/// UTF-16, in the order of its own mark, or else of the block.
pub(super) fn utf16(bytes: &[u8], is_little: bool) -> String {
    let (is_little, bytes) = match bytes.split_at_checked(2) {
        Some(([0xff, 0xfe], rest)) => (true, rest),
        Some(([0xfe, 0xff], rest)) => (false, rest),
        _ => (is_little, bytes),
    };
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    let unit = |pair| if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) };
    char::decode_utf16(units.map(unit))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The comments of a block in memory, with ranges in it.
fn comments(block: &[u8]) -> Vec<Comment> {
    // JPEG puts `Exif` and two zeros before it, and some writers do so elsewhere, too.
    let base = if block.starts_with(b"Exif\0\0") { 6 } else { 0 };
    let mut found =
        comments_of(&mut |at, count| part(block, at.checked_add(base)?, count).map(<[u8]>::to_vec));
    for comment in &mut found {
        comment.range = comment.range.start + base..comment.range.end + base;
    }
    found
}

/// Gathers the labels of a block.
pub(super) fn read(block: &[u8], found: &mut Found<'_>) {
    for comment in comments(block) {
        found.push_if_label(comment.place, &comment.text);
    }
}

/// The bytes of labels in a block, to be blanked where they stand, so that no offset changes.
pub(super) fn labels(block: &[u8], standard: &Standard) -> Vec<Range<usize>> {
    let all = comments(block);
    all.iter().filter(|one| one.is_label(standard)).map(Comment::blanks).collect()
}
