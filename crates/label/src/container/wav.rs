//! WAV: the guide's place is a chunk of its own beside `fmt ` and `data`.

use super::riff::{self, Chunk};
use super::{Order, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::limits::PARTS_MAX;
use crate::source::{Source, number_le};
use crate::trouble::Trouble;
use crate::xmp;

/// A length that says: it stands elsewhere, or was not known when the file was begun.
const OPEN: u64 = 0xFFFF_FFFF;

struct Layout {
    chunks: Vec<Chunk>,
    /// Where the last chunk ends.
    end: u64,
    /// Where the 64-bit length of the whole stands.
    long_len_at: Option<u64>,
    /// Whether the sound reaches to the end of the file without saying so.
    is_open: bool,
}

fn layout(source: &mut Source<'_>) -> Result<Layout, Trouble> {
    let is_long = source.array::<4>(0)? == *b"RF64";
    let mut layout = Layout { chunks: Vec::new(), end: 12, long_len_at: None, is_open: false };
    let mut long_data = None;
    // A wrong length of the whole is common, and the chunks tell better.
    while layout.end + 8 <= source.len() && layout.chunks.len() < PARTS_MAX {
        let mut chunk = riff::chunk(source, layout.end)?;
        if chunk.name == *b"ds64" && is_long {
            let body = source.up_to(chunk.body_at(), 16)?;
            layout.long_len_at = Some(chunk.body_at());
            long_data = number_le(&body, 8, 8);
        }
        if chunk.name == *b"data" && chunk.len == OPEN {
            chunk.len = long_data.unwrap_or(OPEN);
        }
        let ends = chunk.body_at().checked_add(chunk.len).filter(|end| *end <= source.len());
        if ends.is_none() {
            // A recorder that was stopped, or a pipe: the sound is all that follows.
            if chunk.name != *b"data" {
                return Err(Trouble::Damaged { at: chunk.at, part: "chunk" });
            }
            layout.is_open = true;
            break;
        }
        if !chunk.name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            // What follows the last chunk is no chunk.
            break;
        }
        layout.end = chunk.end().min(source.len());
        layout.chunks.push(chunk);
    }
    Ok(layout)
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let layout = layout(source)?;
    let four = found.standard.four();
    for chunk in &layout.chunks {
        match &chunk.name {
            name if *name == four => {
                let body = chunk.body(source)?;
                found.push(Place::RiffChunk, &loose_text(&body));
            }
            b"LIST" => info(chunk, source, found)?,
            b"_PMX" => found.packet(&chunk.body(source)?),
            _ => {}
        }
    }
    if layout.is_open { Ok(()) } else { super::png::behind(source, layout.end, found) }
}

/// Labels of an INFO list, which is AVI's place and not WAV's.
pub(super) fn info(
    chunk: &Chunk,
    source: &mut Source<'_>,
    found: &mut Found<'_>,
) -> Result<(), Trouble> {
    let four = found.standard.four();
    for child in children(chunk, source)?.into_iter().filter(|child| child.name == four) {
        let body = child.body(source)?;
        found.push(Place::InfoList, &loose_text(&body));
    }
    Ok(())
}

/// The members of an INFO list; other lists have none.
pub(super) fn children(chunk: &Chunk, source: &mut Source<'_>) -> Result<Vec<Chunk>, Trouble> {
    if chunk.len < 4 || source.array::<4>(chunk.body_at())? != *b"INFO" {
        return Ok(Vec::new());
    }
    riff::chunks(source, chunk.body_at() + 4, chunk.body_at() + chunk.len)
}

/// An INFO list without its labels, with one more member where one is given.
pub(super) fn info_list(
    chunk: Option<&Chunk>,
    four: [u8; 4],
    label: Option<&[u8]>,
    source: &mut Source<'_>,
) -> Result<Vec<u8>, Trouble> {
    let mut body = b"INFO".to_vec();
    let old = chunk.map_or(Ok(Vec::new()), |chunk| children(chunk, source))?;
    for child in old.iter().filter(|child| child.name != four) {
        body.extend(riff::whole(&child.name, &child.body(source)?)?);
    }
    if let Some(label) = label {
        body.extend(riff::whole(&four, label)?);
    }
    riff::whole(b"LIST", &body)
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let layout = layout(source)?;
    if layout.is_open {
        return Err(Trouble::Unwritable { part: "data" });
    }
    riff::refuse_manifest(&layout.chunks)?;
    let four = order.standard.four();
    let mut edits = Edits::default();
    let mut is_written = false;
    for chunk in &layout.chunks {
        let span = chunk.end().min(source.len()) - chunk.at;
        match &chunk.name {
            name if *name == four => {
                let new = if is_written {
                    Vec::new()
                } else {
                    riff::whole(&four, order.bare.as_bytes())?
                };
                is_written = true;
                edits.replace(chunk.at, span, new);
            }
            b"LIST" if children(chunk, source)?.iter().any(|child| child.name == four) => {
                edits.replace(chunk.at, span, info_list(Some(chunk), four, None, source)?);
            }
            b"_PMX" => {
                let old = chunk.body(source)?;
                if !xmp::read(&old, order.standard).labels.is_empty() {
                    let new = xmp::without_labels(&old, order.standard)?;
                    edits.replace(chunk.at, span, riff::whole(b"_PMX", &new)?);
                }
            }
            _ => {}
        }
    }
    if !is_written {
        let mut new = riff::whole(&four, order.bare.as_bytes())?;
        // The last chunk may lack the byte that makes it even.
        if layout.end % 2 == 1 {
            new.insert(0, 0);
        }
        edits.insert(layout.end, new);
    }
    let len = edits.new_len(layout.end) - 8;
    match layout.long_len_at {
        Some(at) => edits.overwrite(at, len.to_le_bytes().to_vec()),
        None => {
            let len = u32::try_from(len).map_err(|_| Trouble::TooLarge { part: "RIFF" })?;
            edits.overwrite(4, len.to_le_bytes().to_vec());
        }
    }
    Ok(edits)
}
