//! WebP: RIFF chunks. The guide's place is the `XMP ` chunk, which a `VP8X` head has to announce.

use super::riff::{self, Chunk};
use super::{Order, exif};
use crate::carrier::Found;
use crate::edits::Edits;
use crate::source::{Source, number_le, put};
use crate::trouble::Trouble;

/// The bit of `VP8X` that announces XMP, and the one for transparency.
const HAS_XMP: u8 = 0x04;
const HAS_ALPHA: u8 = 0x10;
const FIRST: u64 = 12;

/// The chunks, and where the RIFF file ends.
fn chunks(source: &mut Source<'_>) -> Result<(Vec<Chunk>, u64), Trouble> {
    let len = u64::from(source.u32_le(4)?);
    let end = 8 + len;
    if end > source.len() {
        return Err(Trouble::Damaged { at: 4, part: "RIFF" });
    }
    Ok((riff::chunks(source, FIRST, end)?, end))
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let (chunks, end) = chunks(source)?;
    for chunk in chunks {
        match &chunk.name {
            // Some writers leave out the blank.
            b"XMP " | b"XMP\0" => found.packet(&chunk.body(source)?),
            b"EXIF" => exif::read(&chunk.body(source)?, found),
            _ => {}
        }
    }
    super::png::behind(source, end, found)
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let (chunks, end) = chunks(source)?;
    riff::refuse_manifest(&chunks)?;
    let mut edits = Edits::default();
    match chunks.first().filter(|chunk| chunk.name == *b"VP8X") {
        Some(head) => {
            let [flags]: [u8; 1] = source.array(head.body_at())?;
            edits.overwrite(head.body_at(), vec![flags | HAS_XMP]);
        }
        None => {
            let first = chunks.first().ok_or(Trouble::Damaged { at: FIRST, part: "VP8" })?;
            edits.insert(FIRST, riff::whole(b"VP8X", &head_of(first, source)?)?);
        }
    }
    let mut is_written = false;
    for chunk in &chunks {
        let span = chunk.end().min(end) - chunk.at;
        match &chunk.name {
            b"XMP " | b"XMP\0" => {
                let old = chunk.body(source)?;
                let new = if is_written {
                    Vec::new()
                } else {
                    riff::whole(b"XMP ", &order.packet(Some(&old))?)?
                };
                is_written = true;
                edits.replace(chunk.at, span, new);
            }
            b"EXIF" => {
                let body = chunk.body(source)?;
                for range in exif::labels(&body, order.standard) {
                    let at = chunk.body_at() + range.start as u64;
                    edits.overwrite(at, vec![b' '; range.len()]);
                }
            }
            _ => {}
        }
    }
    if !is_written {
        edits.insert(end, riff::whole(b"XMP ", &order.packet(None)?)?);
    }
    let len = u32::try_from(edits.new_len(end) - 8);
    let len = len.map_err(|_| Trouble::TooLarge { part: "RIFF" })?;
    edits.overwrite(4, len.to_le_bytes().to_vec());
    Ok(edits)
}

/// The head of a simple file: flags and the size of the canvas, each less one, in three bytes.
fn head_of(first: &Chunk, source: &mut Source<'_>) -> Result<[u8; 10], Trouble> {
    let damaged = Trouble::Damaged { at: first.at, part: "VP8" };
    let body = source.up_to(first.body_at(), first.len.min(16))?;
    let (width, height, has_alpha) = match &first.name {
        b"VP8 " => {
            let width = number_le(&body, 6, 2).ok_or(damaged.clone())? & 0x3fff;
            let height = number_le(&body, 8, 2).ok_or(damaged.clone())? & 0x3fff;
            (width, height, false)
        }
        b"VP8L" => {
            let bits = number_le(&body, 1, 4).ok_or(damaged.clone())?;
            ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1, (bits >> 28) & 1 == 1)
        }
        _ => return Err(damaged),
    };
    if width == 0 || height == 0 {
        return Err(damaged);
    }
    let mut head = [0; 10];
    let flags = if has_alpha { HAS_XMP | HAS_ALPHA } else { HAS_XMP };
    put(&mut head, 0, &[flags]);
    for (at, side) in [(4, width - 1), (7, height - 1)] {
        let bytes = side.to_le_bytes();
        put(&mut head, at, bytes.get(..3).unwrap_or_default());
    }
    Ok(head)
}
