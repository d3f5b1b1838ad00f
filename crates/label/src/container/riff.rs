//! RIFF files: chunks of a name, a little-endian length and padding to an even one.

use crate::limits::PARTS_MAX;
use crate::source::Source;
use crate::trouble::Trouble;

/// One chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) at: u64,
    pub(super) name: [u8; 4],
    /// The length of the body, without padding.
    pub(super) len: u64,
}

impl Chunk {
    pub(super) fn body_at(&self) -> u64 {
        self.at + 8
    }

    /// Where the next chunk begins.
    pub(super) fn end(&self) -> u64 {
        self.at + 8 + self.len + self.len % 2
    }

    pub(super) fn body(&self, source: &mut Source<'_>) -> Result<Vec<u8>, Trouble> {
        source.bytes(self.body_at(), self.len)
    }
}

/// The head of a chunk at an offset.
pub(super) fn chunk(source: &mut Source<'_>, at: u64) -> Result<Chunk, Trouble> {
    let [a, b, c, d, len @ ..]: [u8; 8] = source.array(at)?;
    Ok(Chunk { at, name: [a, b, c, d], len: u64::from(u32::from_le_bytes(len)) })
}

/// The chunks of a range. The last one may lack its padding.
pub(super) fn chunks(source: &mut Source<'_>, from: u64, to: u64) -> Result<Vec<Chunk>, Trouble> {
    let mut all = Vec::new();
    let mut at = from;
    let to = to.min(source.len());
    // Fewer than eight bytes at the end are stray padding.
    while at + 8 <= to {
        let chunk = chunk(source, at)?;
        if chunk.body_at() + chunk.len > to {
            return Err(Trouble::Damaged { at, part: "chunk" });
        }
        at = chunk.end();
        all.push(chunk);
        if all.len() > PARTS_MAX {
            return Err(Trouble::TooLarge { part: "chunk" });
        }
    }
    Ok(all)
}

/// A manifest of C2PA is bound to every byte: a label would break it.
pub(super) fn refuse_manifest(chunks: &[Chunk]) -> Result<(), Trouble> {
    let has_one = chunks.iter().any(|chunk| chunk.name == *b"C2PA");
    if has_one { Err(Trouble::Signed) } else { Ok(()) }
}

/// A whole chunk, padded.
pub(super) fn whole(name: &[u8; 4], body: &[u8]) -> Result<Vec<u8>, Trouble> {
    let len = u32::try_from(body.len()).map_err(|_| Trouble::TooLarge { part: "chunk" })?;
    let mut bytes = name.to_vec();
    bytes.extend(len.to_le_bytes());
    bytes.extend(body);
    if body.len() % 2 == 1 {
        bytes.push(0);
    }
    Ok(bytes)
}
