//! ID3v2 before MPEG audio: the guide's place is a `TXXX` frame described by the key.

use super::exif::utf16;
use super::{Order, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::source::{Source, number_be};
use crate::trouble::Trouble;

const HEAD: u64 = 10;
/// Zeros behind the last frame, at least.
const PADDING: usize = 16;
/// Tags one after another that are looked at; there should be one.
const TAGS_MAX: usize = 8;

/// A tag at the start of a file.
struct Tag {
    at: u64,
    /// 2, 3 or 4.
    version: u8,
    revision: u8,
    flags: u8,
    /// Of the whole tag, head and foot included.
    len: u64,
    /// Frames as they are once the tag as a whole is undone of its escapes, without padding.
    frames: Vec<Frame>,
    /// Whether nothing but padding follows the frames that could be read.
    is_whole: bool,
}

/// One frame, as it is in the tag, head included.
struct Frame {
    bytes: Vec<u8>,
    /// Description and value, for a text of the user's own.
    text: Option<(String, String)>,
}

fn sevens(bytes: &[u8]) -> Option<u64> {
    let clean = bytes.iter().all(|byte| byte & 0x80 == 0);
    clean.then(|| bytes.iter().fold(0, |number, byte| (number << 7) | u64::from(*byte)))
}

fn to_sevens(number: u64) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| u8::try_from((number >> shift) & 0x7f).unwrap_or(0))
}

/// Without the zeros that keep a decoder from taking data for a frame of sound.
fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut is_after = false;
    for byte in bytes {
        if !(is_after && *byte == 0) {
            out.push(*byte);
        }
        is_after = *byte == 0xff;
    }
    out
}

impl Tag {
    /// The tag at an offset; none where there is none.
    fn read(source: &mut Source<'_>, at: u64) -> Result<Option<Tag>, Trouble> {
        let head = source.up_to(at, HEAD)?;
        let [b'I', b'D', b'3', version, revision, flags, size @ ..] = head.as_slice() else {
            return Ok(None);
        };
        let damaged = Trouble::Damaged { at, part: "ID3" };
        let size = sevens(size).filter(|_| (2..=4).contains(version)).ok_or(damaged.clone())?;
        let body = source.bytes(at + HEAD, size).map_err(|_| damaged.clone())?;
        let has_foot = *version == 4 && flags & 0x10 != 0;
        let len = HEAD + size + if has_foot { HEAD } else { 0 };
        let is_escaped = *version < 4 && flags & 0x80 != 0;
        let body = if is_escaped { without_escapes(&body) } else { body };
        let skip = extended(&body, *version, *flags).ok_or(damaged)?;
        let (frames, rest) = frames(body.get(skip..).unwrap_or_default(), *version);
        let is_whole = rest.iter().all(|byte| *byte == 0);
        let (version, revision, flags) = (*version, *revision, *flags);
        Ok(Some(Tag { at, version, revision, flags, len, frames, is_whole }))
    }

    /// The tag with other frames. Padding that is left keeps the length of the tag.
    fn write(&self, frames: &[u8]) -> Result<Vec<u8>, Trouble> {
        let had = usize::try_from(self.len - HEAD).unwrap_or(0);
        // Readers that are not sure of a frame's length look for the next frame, or for padding.
        let size = (frames.len() + PADDING).max(had);
        let too_large = Trouble::TooLarge { part: "ID3" };
        let size = u64::try_from(size).ok().filter(|size| *size < 1 << 28).ok_or(too_large)?;
        // An extended head may hold a checksum of the old frames, and nothing else that counts; a
        // foot goes, since padding may not stand before one; escapes of the whole are undone.
        let kept = if self.version == 4 { self.flags & 0xA0 } else { self.flags & 0x20 };
        let mut bytes = b"ID3".to_vec();
        bytes.extend([self.version, self.revision, kept]);
        bytes.extend(to_sevens(size));
        bytes.extend(frames);
        bytes.resize(usize::try_from(size + HEAD).unwrap_or(0).max(bytes.len()), 0);
        Ok(bytes)
    }
}

/// How long the extended head is.
fn extended(body: &[u8], version: u8, flags: u8) -> Option<usize> {
    if flags & 0x40 == 0 || version == 2 {
        return Some(0);
    }
    let len = match version {
        3 => number_be(body, 0, 4)?.checked_add(4)?,
        _ => sevens(body.get(..4)?)?,
    };
    usize::try_from(len).ok().filter(|len| *len <= body.len())
}

/// The frames, and what follows the last one that could be read.
fn frames(body: &[u8], version: u8) -> (Vec<Frame>, &[u8]) {
    let mut all = Vec::new();
    let mut rest = body;
    let (name_len, head) = if version == 2 { (3, 6) } else { (4, 10) };
    while let Some(name) = rest.get(..name_len) {
        let is_name = name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let size = match version {
            2 => number_be(rest, 3, 3),
            3 => number_be(rest, 4, 4),
            _ => rest.get(4..8).and_then(sevens),
        };
        let size = size.and_then(|size| usize::try_from(size).ok());
        let Some(bytes) = size.filter(|_| is_name).and_then(|size| rest.get(..head + size)) else {
            break;
        };
        let flags = if version == 2 { 0 } else { number_be(rest, 8, 2).unwrap_or(0) };
        let is_user = name == b"TXXX" || name == b"TXX";
        let content = bytes.get(head..).unwrap_or_default();
        let text = if is_user { text(content, version, flags) } else { None };
        all.push(Frame { bytes: bytes.to_vec(), text });
        rest = rest.get(bytes.len()..).unwrap_or_default();
    }
    (all, rest)
}

/// Description and value of a text of the user's own; compressed and encrypted ones stay unread.
fn text(content: &[u8], version: u8, flags: u64) -> Option<(String, String)> {
    let (packed, escaped, indicated) = match version {
        4 => (flags & 0x0c, flags & 0x02, flags & 0x01),
        _ => (flags & 0xc0, 0, 0),
    };
    if packed != 0 {
        return None;
    }
    let content = if indicated != 0 { content.get(4..)? } else { content };
    let content = if escaped != 0 { without_escapes(content) } else { content.to_vec() };
    let (encoding, rest) = content.split_first()?;
    let is_wide = matches!(encoding, 1 | 2);
    let end = if is_wide {
        rest.chunks_exact(2).position(|unit| unit == [0, 0])? * 2
    } else {
        rest.iter().position(|byte| *byte == 0)?
    };
    let value = rest.get(end + if is_wide { 2 } else { 1 }..)?;
    let decode = |bytes: &[u8]| match encoding {
        1 => utf16(bytes, true),
        2 => utf16(bytes, false),
        _ => loose_text(bytes),
    };
    Some((decode(rest.get(..end)?), decode(value)))
}

/// Where the tags at the start end.
pub(super) fn end_of_tags(source: &mut Source<'_>) -> Result<u64, Trouble> {
    let mut at = 0;
    for _ in 0..TAGS_MAX {
        match Tag::read(source, at)? {
            Some(tag) => at += tag.len,
            None => break,
        }
    }
    Ok(at)
}

/// Labels of the tags at the start.
pub(super) fn read_tags(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let mut at = 0;
    for _ in 0..TAGS_MAX {
        let Some(tag) = Tag::read(source, at)? else { break };
        at += tag.len;
        for (description, value) in tag.frames.iter().filter_map(|frame| frame.text.as_ref()) {
            if description.contains(&found.standard.key) {
                found.push(Place::Id3, value);
            }
        }
    }
    Ok(())
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    read_tags(source, found)
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let key = &order.standard.key;
    let mut edits = Edits::default();
    let Some(tag) = Tag::read(source, 0)? else {
        let (frames, is_whole) = (Vec::new(), true);
        let none = Tag { at: 0, version: 4, revision: 0, flags: 0, len: HEAD, frames, is_whole };
        edits.insert(0, none.write(&frame(4, key, &order.bare)?)?);
        return Ok(edits);
    };
    // Frames of wrong lengths cannot be told apart, and would be lost.
    if !tag.is_whole {
        return Err(Trouble::Unwritable { part: "ID3" });
    }
    let mut frames = Vec::new();
    for old in &tag.frames {
        let is_label = old.text.as_ref().is_some_and(|(name, _)| name.contains(key.as_str()));
        if !is_label {
            frames.extend(&old.bytes);
        }
    }
    frames.extend(frame(tag.version, key, &order.bare)?);
    edits.replace(tag.at, tag.len, tag.write(&frames)?);
    Ok(edits)
}

/// A frame with the label: UTF-8 where the version has it, else Latin-1 for ASCII and UTF-16 for
/// the rest.
fn frame(version: u8, key: &str, bare: &str) -> Result<Vec<u8>, Trouble> {
    let is_ascii = bare.is_ascii();
    let mut content = match (version, is_ascii) {
        (4, _) => vec![3],
        (_, true) => vec![0],
        (_, false) => vec![1],
    };
    if content == [1] {
        let wide = |text: &str| -> Vec<u8> {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        };
        content.extend(wide(key));
        content.extend([0, 0]);
        content.extend(wide(bare));
    } else {
        content.extend(key.as_bytes());
        content.push(0);
        content.extend(bare.as_bytes());
    }
    let too_large = Trouble::TooLarge { part: "TXXX" };
    let size = u32::try_from(content.len()).ok().filter(|size| *size < 1 << 24);
    let size = size.ok_or(too_large)?;
    let mut frame = Vec::new();
    match version {
        2 => {
            let [_, sizes @ ..] = size.to_be_bytes();
            frame.extend(b"TXX");
            frame.extend(sizes);
        }
        3 => {
            frame.extend(b"TXXX");
            frame.extend(size.to_be_bytes());
            frame.extend([0, 0]);
        }
        _ => {
            frame.extend(b"TXXX");
            frame.extend(to_sevens(u64::from(size)));
            frame.extend([0, 0]);
        }
    }
    frame.extend(content);
    Ok(frame)
}
