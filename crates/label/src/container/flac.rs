//! FLAC: the guide's place is a Vorbis comment in the metadata block of that kind.

use super::{Order, id3, vorbis_comment};
use crate::carrier::Found;
use crate::edits::Edits;
use crate::limits::PARTS_MAX;
use crate::source::Source;
use crate::trouble::Trouble;

const COMMENT: u8 = 4;

struct Block {
    at: u64,
    kind: u8,
    len: u64,
    is_last: bool,
}

fn blocks(source: &mut Source<'_>) -> Result<Vec<Block>, Trouble> {
    let start = id3::end_of_tags(source)?;
    if source.array::<4>(start)? != *b"fLaC" {
        return Err(Trouble::Damaged { at: start, part: "fLaC" });
    }
    let mut at = start + 4;
    let mut all = Vec::new();
    while all.len() < PARTS_MAX {
        let [head, a, b, c]: [u8; 4] = source.array(at)?;
        let len = u64::from(u32::from_be_bytes([0, a, b, c]));
        let is_last = head & 0x80 != 0;
        let end = at + 4 + len;
        if end > source.len() {
            return Err(Trouble::Damaged { at, part: "block" });
        }
        all.push(Block { at, kind: head & 0x7f, len, is_last });
        if is_last {
            return Ok(all);
        }
        at = end;
    }
    Err(Trouble::TooLarge { part: "block" })
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    id3::read_tags(source, found)?;
    for block in blocks(source)?.into_iter().filter(|block| block.kind == COMMENT) {
        let body = source.bytes(block.at + 4, block.len)?;
        let damaged = Trouble::Damaged { at: block.at, part: "VORBIS_COMMENT" };
        vorbis_comment::read(&body, found).ok_or(damaged)?;
    }
    Ok(())
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let blocks = blocks(source)?;
    let (key, bare) = (&order.standard.key, &order.bare);
    let mut edits = Edits::default();
    let old = blocks.iter().find(|block| block.kind == COMMENT);
    let body = match old {
        Some(block) => {
            let body = source.bytes(block.at + 4, block.len)?;
            vorbis_comment::with_label(&body, key, bare)?
        }
        None => vorbis_comment::fresh(key, bare)?,
    };
    let len = u32::try_from(body.len()).ok().filter(|len| *len < 1 << 24);
    let [_, sizes @ ..] = len.ok_or(Trouble::TooLarge { part: "VORBIS_COMMENT" })?.to_be_bytes();
    match old {
        Some(block) => {
            let mut whole = vec![COMMENT | if block.is_last { 0x80 } else { 0 }];
            whole.extend(sizes);
            whole.extend(body);
            edits.replace(block.at, block.len + 4, whole);
        }
        None => {
            // After the first block, which tells of the stream and has to be first.
            let first = blocks.first().ok_or(Trouble::Damaged { at: 4, part: "STREAMINFO" })?;
            let mut whole = vec![COMMENT | if first.is_last { 0x80 } else { 0 }];
            whole.extend(sizes);
            whole.extend(body);
            if first.is_last {
                edits.overwrite(first.at, vec![first.kind]);
            }
            edits.insert(first.at + 4 + first.len, whole);
        }
    }
    Ok(edits)
}
