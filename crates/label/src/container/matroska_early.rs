//! Tags before the first cluster, and every place in the file that an index names moved along.

use super::checksum::crc32;
use super::matroska::{
    CLUSTER, CRC, Child, Element, Layout, SEEK, SEEK_HEAD, SEEK_POSITION, TAGS, children, element,
    grow_segment,
};
use crate::edits::{Edits, Shifts};
use crate::limits::DEPTH_MAX;
use crate::source::{Source, number_be};
use crate::trouble::Trouble;

const CUES: u32 = 0x1C53_BB6B;
const CUE_POINT: u32 = 0xBB;
const CUE_TRACK: u32 = 0xB7;
/// The place of a cluster, of a codec's state, and of a reference's cluster.
const CUE_PLACES: [u32; 3] = [0xF1, 0xEA, 0x97];
const CLUSTER_PLACE: u32 = 0xA7;
const CLUSTER_TIME: u32 = 0xE7;
/// How much of a cluster is looked at for its own place, which stands near its start.
const CLUSTER_HEAD: u64 = 64;

/// Moves places counted from the segment's content.
struct Mover<'a> {
    shifts: &'a Shifts,
    base: u64,
}

impl Mover<'_> {
    fn moved(&self, place: u64) -> u64 {
        self.shifts.moved(self.base.saturating_add(place)).saturating_sub(self.base)
    }

    /// A place written again in as many bytes; none where it does not fit.
    fn again(&self, old: &[u8]) -> Option<Vec<u8>> {
        let number = number_be(old, 0, old.len())?;
        let bytes = self.moved(number).to_be_bytes();
        let (rest, kept) = bytes.split_at_checked(8_usize.checked_sub(old.len())?)?;
        rest.iter().all(|byte| *byte == 0).then(|| kept.to_vec())
    }
}

/// The edits; none where some place cannot be moved within its bytes, or the file is built so that
/// it is better left alone.
pub(super) fn early(
    layout: &Layout,
    source: &mut Source<'_>,
    tags: &[u8],
) -> Result<Option<Edits>, Trouble> {
    let Some(cluster) = layout.tops.iter().find(|top| top.id == CLUSTER) else { return Ok(None) };
    let old: Vec<&Element> = layout.tops.iter().filter(|top| top.id == TAGS).collect();
    let mut edits = Edits::default();
    match old.as_slice() {
        [] => edits.insert(cluster.at, tags.to_vec()),
        [one] if one.at < cluster.at => {
            edits.replace(one.at, one.head + one.len.unwrap_or(0), tags.to_vec());
        }
        _ => return Ok(None),
    }
    let shifts = edits.shifts();
    let mover = Mover { shifts: &shifts, base: layout.segment.body_at() };
    for top in &layout.tops {
        let is_moved = match top.id {
            SEEK_HEAD => seek_head(top, source, &mover, &mut edits)?,
            CUES => cues(top, source, &mover, &mut edits)?,
            CLUSTER => own_place(top, source, &mover, &mut edits)?,
            _ => true,
        };
        if !is_moved {
            return Ok(None);
        }
    }
    // An index that names no tags stays one: they are found on the way to the first cluster.
    let grown = edits.growth();
    if grow_segment(layout, grown, &mut edits).is_err() {
        return Ok(None);
    }
    Ok(Some(edits))
}

/// The content of an element, if it is of known length.
fn body(top: &Element, source: &mut Source<'_>) -> Result<Option<Vec<u8>>, Trouble> {
    top.len.map(|len| source.bytes(top.body_at(), len)).transpose()
}

/// Writes an element again with content of the same length.
fn put_again(top: &Element, content: Vec<u8>, edits: &mut Edits) {
    edits.overwrite(top.body_at(), content);
}

fn seek_head(
    top: &Element,
    source: &mut Source<'_>,
    mover: &Mover<'_>,
    edits: &mut Edits,
) -> Result<bool, Trouble> {
    let Some(old) = body(top, source)? else { return Ok(false) };
    let Some(new) = rewritten(&old, &[SEEK], &[SEEK_POSITION], mover, 0) else { return Ok(false) };
    put_again(top, new, edits);
    Ok(true)
}

fn cues(
    top: &Element,
    source: &mut Source<'_>,
    mover: &Mover<'_>,
    edits: &mut Edits,
) -> Result<bool, Trouble> {
    let Some(old) = body(top, source)? else { return Ok(false) };
    let new = rewritten(&old, &[CUE_POINT, CUE_TRACK, 0xDB], &CUE_PLACES, mover, 0);
    let Some(new) = new else { return Ok(false) };
    put_again(top, new, edits);
    Ok(true)
}

/// A content with its places moved and its checksum right; none where that takes other lengths.
fn rewritten(
    old: &[u8],
    parents: &[u32],
    places: &[u32],
    mover: &Mover<'_>,
    depth: usize,
) -> Option<Vec<u8>> {
    if depth > DEPTH_MAX {
        return None;
    }
    let mut out = Vec::with_capacity(old.len());
    let mut sum_at = None;
    for Child { id, content, whole } in children(old)? {
        let head = whole.get(..whole.len() - content.len())?;
        let new = if parents.contains(&id) {
            rewritten(content, parents, places, mover, depth + 1)?
        } else if places.contains(&id) && number_be(content, 0, content.len()) != Some(0) {
            mover.again(content)?
        } else {
            content.to_vec()
        };
        if id == CRC {
            sum_at = Some(out.len() + head.len());
        }
        out.extend(head);
        out.extend(new);
    }
    // The checksum covers what follows it.
    if let Some(at) = sum_at {
        let sum = crc32(out.get(at + 4..)?).to_le_bytes();
        out.get_mut(at..at + 4)?.copy_from_slice(&sum);
    }
    (out.len() == old.len()).then_some(out)
}

/// A cluster may name its own place, near its start; one of a checksum of its own is left alone.
fn own_place(
    top: &Element,
    source: &mut Source<'_>,
    mover: &Mover<'_>,
    edits: &mut Edits,
) -> Result<bool, Trouble> {
    let len = top.len.unwrap_or(CLUSTER_HEAD).min(CLUSTER_HEAD);
    let head = source.up_to(top.body_at(), len)?;
    let mut at = 0;
    let mut has_sum = false;
    while let Some(found) = head.get(at..).and_then(|rest| element(rest, 0)) {
        let Some(wide) = found.len.and_then(|len| usize::try_from(len).ok()) else { break };
        let Ok(skip) = usize::try_from(found.head) else { break };
        match found.id {
            CRC => has_sum = true,
            CLUSTER_PLACE => {
                let place = head.get(at + skip..at + skip + wide);
                let Some(new) = place.and_then(|old| mover.again(old)) else { return Ok(false) };
                if Some(new.as_slice()) != place && has_sum {
                    return Ok(false);
                }
                edits.overwrite(top.body_at() + (at + skip) as u64, new);
                return Ok(true);
            }
            // What else may stand before the blocks.
            CLUSTER_TIME | 0xAB | 0xEC | 0x5854 => {}
            _ => break,
        }
        at += skip + wide;
    }
    Ok(true)
}
