//! PNG: chunks. The guide's place is an XMP packet in `iTXt`; the annex's a `tEXt` of the same key.

use std::io::Read as _;

use super::{Order, exif, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::limits::{PARTS_MAX, PAYLOAD_BYTES_MAX, TAIL_BYTES_MAX, UNPACKED_BYTES_MAX};
use crate::source::{Source, position, put};
use crate::trouble::Trouble;

const SIGNATURE: u64 = 8;
/// Length, name and checksum.
const AROUND: u64 = 12;
const XMP_KEYWORD: &[u8] = b"XML:com.adobe.xmp";

struct Chunk {
    at: u64,
    len: u64,
    name: [u8; 4],
}

impl Chunk {
    fn end(&self) -> u64 {
        self.at + AROUND + self.len
    }

    fn body(&self, source: &mut Source<'_>) -> Result<Vec<u8>, Trouble> {
        source.bytes(self.at + 8, self.len)
    }
}

/// The chunks up to IEND; what follows is not PNG.
fn chunks(source: &mut Source<'_>) -> Result<Vec<Chunk>, Trouble> {
    let mut all = Vec::new();
    let mut at = SIGNATURE;
    while all.len() < PARTS_MAX {
        let damaged = Trouble::Damaged { at, part: "chunk" };
        let head: [u8; 8] = source.array(at).map_err(|_| damaged.clone())?;
        let [a, b, c, d, name @ ..] = head;
        let chunk = Chunk { at, len: u64::from(u32::from_be_bytes([a, b, c, d])), name };
        if chunk.end() > source.len() || chunk.len > u64::from(u32::MAX >> 1) {
            return Err(damaged);
        }
        at = chunk.end();
        let is_last = name == *b"IEND";
        all.push(chunk);
        if is_last {
            return Ok(all);
        }
    }
    Err(Trouble::TooLarge { part: "chunk" })
}

/// A text chunk: its keyword, and its text as it is in the file once unpacked.
struct Text {
    keyword: Vec<u8>,
    bytes: Vec<u8>,
    is_plain: bool,
}

fn text(chunk: &Chunk, source: &mut Source<'_>) -> Result<Option<Text>, Trouble> {
    if !matches!(&chunk.name, b"tEXt" | b"zTXt" | b"iTXt") {
        return Ok(None);
    }
    let body = chunk.body(source)?;
    let Some((keyword, rest)) = cut(&body) else { return Ok(None) };
    let (bytes, is_plain) = match &chunk.name {
        b"tEXt" => (rest.to_vec(), true),
        b"zTXt" => (unpacked(rest.get(1..).unwrap_or_default()), false),
        _ => {
            let is_packed = rest.first() == Some(&1);
            let after = rest.get(2..).and_then(cut).and_then(|(_, rest)| cut(rest));
            let Some((_, written)) = after else { return Ok(None) };
            (if is_packed { unpacked(written) } else { written.to_vec() }, false)
        }
    };
    Ok(Some(Text { keyword: keyword.to_vec(), bytes, is_plain }))
}

/// What stands before and after the first zero.
fn cut(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// What cannot be unpacked is as good as not there.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let reader = flate2::read::ZlibDecoder::new(bytes);
    match reader.take(UNPACKED_BYTES_MAX).read_to_end(&mut out) {
        Ok(_) => out,
        Err(_) => Vec::new(),
    }
}

fn is_key(keyword: &[u8], key: &str) -> bool {
    position(keyword, key.as_bytes()).is_some()
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let chunks = chunks(source)?;
    for chunk in &chunks {
        if chunk.name == *b"eXIf" {
            let body = chunk.body(source)?;
            exif::read(&body, found);
            continue;
        }
        let Some(text) = text(chunk, source)? else { continue };
        let place = if text.is_plain { Place::TextChunk } else { Place::OtherTextChunk };
        if text.keyword == XMP_KEYWORD {
            found.packet(&text.bytes);
        } else if is_key(&text.keyword, &found.standard.key) {
            found.push(place, &loose_text(&text.bytes));
        } else {
            found.push_if_label(place, &loose_text(&text.bytes));
        }
    }
    let end = chunks.last().map_or(source.len(), Chunk::end);
    behind(source, end, found)
}

/// A label behind the end of the content, where no reader of the format looks.
pub(super) fn behind(
    source: &mut Source<'_>,
    end: u64,
    found: &mut Found<'_>,
) -> Result<(), Trouble> {
    if end >= source.len() {
        return Ok(());
    }
    let from = end.max(source.len().saturating_sub(TAIL_BYTES_MAX));
    let tail = source.bytes(from, source.len() - from)?;
    if let Some(at) = position(&tail, found.standard.key.as_bytes()) {
        // From the brace before the key, where the wrapper opens, or from the key itself.
        let open = tail.get(..at).and_then(|before| before.iter().rposition(|b| *b == b'{'));
        let near = open.filter(|open| at - open < 8).unwrap_or(at);
        let text = loose_text(tail.get(near..).unwrap_or_default());
        if let Some(object) = first_object(&text) {
            found.push_if_label(Place::Behind, object);
        }
    }
    Ok(())
}

/// Up to the brace that closes the first one.
pub(super) fn first_object(text: &str) -> Option<&str> {
    let (mut depth, mut in_text, mut is_escaped) = (0_u32, false, false);
    for (at, character) in text.char_indices().take(PAYLOAD_BYTES_MAX) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if in_text => is_escaped = true,
            '"' => in_text = !in_text,
            '{' if !in_text => depth += 1,
            '}' if !in_text => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return text.get(..=at);
                }
            }
            _ => {}
        }
    }
    None
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let chunks = chunks(source)?;
    let head = chunks.first().filter(|chunk| chunk.name == *b"IHDR");
    let after_head = head.ok_or(Trouble::Damaged { at: SIGNATURE, part: "IHDR" })?.end();
    let mut edits = Edits::default();
    let mut is_written = false;
    for chunk in &chunks {
        // A manifest of C2PA is bound to every byte, this change included.
        if chunk.name == *b"caBX" {
            return Err(Trouble::Signed);
        }
        if chunk.name == *b"eXIf" {
            let body = chunk.body(source)?;
            let labels = exif::labels(&body, order.standard);
            if !labels.is_empty() {
                let mut blanked = body.clone();
                for range in labels {
                    put(&mut blanked, range.start, &vec![b' '; range.len()]);
                }
                edits.replace(chunk.at, chunk.end() - chunk.at, whole(b"eXIf", &blanked)?);
            }
            continue;
        }
        let Some(text) = text(chunk, source)? else { continue };
        if text.keyword == XMP_KEYWORD {
            // The first packet is the one; another would be a second place for a label.
            let new = if is_written {
                Vec::new()
            } else {
                packet_chunk(&order.packet(Some(&text.bytes))?)?
            };
            is_written = true;
            edits.replace(chunk.at, chunk.end() - chunk.at, new);
        } else if is_key(&text.keyword, &order.standard.key) {
            edits.replace(chunk.at, chunk.end() - chunk.at, Vec::new());
        }
    }
    if !is_written {
        edits.insert(after_head, packet_chunk(&order.packet(None)?)?);
    }
    Ok(edits)
}

fn packet_chunk(packet: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut body = XMP_KEYWORD.to_vec();
    // End of the keyword, not compressed, no method, no language, no translated keyword.
    body.extend([0, 0, 0, 0, 0]);
    body.extend(packet);
    whole(b"iTXt", &body)
}

fn whole(name: &[u8; 4], body: &[u8]) -> Result<Vec<u8>, Trouble> {
    let len = u32::try_from(body.len()).map_err(|_| Trouble::TooLarge { part: "chunk" })?;
    let mut chunk = len.to_be_bytes().to_vec();
    chunk.extend(name);
    chunk.extend(body);
    let checked = chunk.get(4..).unwrap_or_default();
    let sum = super::checksum::crc32(checked).to_be_bytes();
    chunk.extend(sum);
    Ok(chunk)
}
