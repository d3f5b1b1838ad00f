//! GIF: XMP in an application extension, as Adobe lays it down: the packet as it is, and a trailer
//! that leads every reader of blocks to its end.

use super::Order;
use crate::carrier::Found;
use crate::edits::Edits;
use crate::limits::PARTS_MAX;
use crate::source::{Source, position};
use crate::trouble::Trouble;

const NAME: &[u8] = b"XMP DataXMP";
/// One, then 255 down to 0, then the end of the blocks.
const TRAILER_BYTES: usize = 258;

#[derive(PartialEq)]
enum Kind {
    /// The application extension with the packet.
    Packet,
    /// Another application extension, or a comment.
    Extension,
    /// Anything of the pictures.
    Picture,
    End,
}

struct Block {
    at: u64,
    end: u64,
    kind: Kind,
    /// Where the data begins, for a packet.
    data_at: u64,
}

fn colours(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3 << (u64::from(flags & 7) + 1) }
}

/// Where blocks of data end: each begins with its length, and one of length zero is the last.
fn data_end(source: &mut Source<'_>, mut at: u64) -> Result<u64, Trouble> {
    for _ in 0..PARTS_MAX {
        let [len]: [u8; 1] = source.array(at)?;
        at += u64::from(len) + 1;
        if len == 0 {
            return Ok(at);
        }
    }
    Err(Trouble::TooLarge { part: "block" })
}

fn blocks(source: &mut Source<'_>) -> Result<Vec<Block>, Trouble> {
    let [flags]: [u8; 1] = source.array(10)?;
    let mut at = 13 + colours(flags);
    let mut all = Vec::new();
    while all.len() < PARTS_MAX {
        let [lead]: [u8; 1] = source.array(at)?;
        let (end, kind, data_at) = match lead {
            0x21 => {
                let [label, size]: [u8; 2] = source.array(at + 1)?;
                let head = source.up_to(at + 3, u64::from(size))?;
                let data_at = at + 3 + u64::from(size);
                let kind = match label {
                    0xFF if head == NAME => Kind::Packet,
                    0xFF | 0xFE => Kind::Extension,
                    _ => Kind::Picture,
                };
                // A comment has no head of its own: its blocks begin at once.
                let from = if label == 0xFE { at + 2 } else { data_at };
                (data_end(source, from)?, kind, data_at)
            }
            0x2C => {
                let [flags]: [u8; 1] = source.array(at + 9)?;
                // After the descriptor, its colours and one byte of code size.
                let from = at + 10 + colours(flags) + 1;
                (data_end(source, from)?, Kind::Picture, 0)
            }
            0x3B => (at + 1, Kind::End, 0),
            _ => return Err(Trouble::Damaged { at, part: "block" }),
        };
        let is_last = kind == Kind::End;
        all.push(Block { at, end, kind, data_at });
        if is_last {
            return Ok(all);
        }
        at = end;
    }
    Err(Trouble::TooLarge { part: "block" })
}

/// The packet without its trailer.
fn packet(block: &Block, source: &mut Source<'_>) -> Result<Vec<u8>, Trouble> {
    let mut bytes = source.bytes(block.data_at, block.end.saturating_sub(block.data_at))?;
    // A trailer may be cut short, and it holds brackets of its own: its start is looked for.
    let end = position(&bytes, b"\x01\xff\xfe\xfd");
    bytes.truncate(end.unwrap_or(bytes.len().saturating_sub(TRAILER_BYTES)));
    Ok(bytes)
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let blocks = blocks(source)?;
    for block in blocks.iter().filter(|block| block.kind == Kind::Packet) {
        found.packet(&packet(block, source)?);
    }
    let end = blocks.last().map_or(source.len(), |block| block.end);
    super::png::behind(source, end, found)
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let blocks = blocks(source)?;
    let mut edits = Edits::default();
    if source.array::<6>(0)? == *b"GIF87a" {
        // Extensions came with the later version.
        edits.overwrite(4, vec![b'9']);
    }
    let mut is_written = false;
    for block in blocks.iter().filter(|block| block.kind == Kind::Packet) {
        let old = packet(block, source)?;
        let new = if is_written { Vec::new() } else { extension(order, Some(&old))? };
        is_written = true;
        edits.replace(block.at, block.end - block.at, new);
    }
    if !is_written {
        // Behind the extensions at the head: the one that repeats a film wants to be first.
        let place = blocks.iter().find(|block| block.kind != Kind::Extension);
        let place = place.ok_or(Trouble::Damaged { at: 13, part: "block" })?;
        edits.insert(place.at, extension(order, None)?);
    }
    Ok(edits)
}

fn extension(order: &Order<'_>, old: Option<&[u8]>) -> Result<Vec<u8>, Trouble> {
    let mut bytes = vec![0x21, 0xFF, 11];
    bytes.extend(NAME);
    bytes.extend(order.packet(old)?);
    bytes.push(1);
    bytes.extend((0..=255).rev());
    bytes.push(0);
    Ok(bytes)
}
