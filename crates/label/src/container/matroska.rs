//! Matroska and WebM: the guide's place is a simple tag of the segment.
//!
//! Readers commonly stop at the first cluster, so the tags, old ones and the label, stand before
//! it, and the places that the indexes name are moved ([`super::matroska_early`]). Where a place
//! would no longer fit into its bytes, nothing moves instead: the tags are written behind the last
//! cluster, old ones become a void, and the index at the head learns the new place.

use super::checksum::crc32;
use super::matroska_early::early;
use super::{Order, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::limits::{DEPTH_MAX, PARTS_MAX};
use crate::source::Source;
use crate::trouble::Trouble;

const SEGMENT: u32 = 0x1853_8067;
pub(super) const SEEK_HEAD: u32 = 0x114D_9B74;
pub(super) const SEEK: u32 = 0x4DBB;
const SEEK_ID: u32 = 0x53AB;
pub(super) const SEEK_POSITION: u32 = 0x53AC;
pub(super) const TAGS: u32 = 0x1254_C367;
const TAG: u32 = 0x7373;
const TARGETS: u32 = 0x63C0;
const SIMPLE_TAG: u32 = 0x67C8;
const TAG_NAME: u32 = 0x45A3;
const TAG_STRING: u32 = 0x4487;
pub(super) const CLUSTER: u32 = 0x1F43_B675;
const VOID: u32 = 0xEC;
pub(super) const CRC: u32 = 0xBF;
/// Elements that stand directly in a segment: they end a cluster of unknown length.
const TOP: [u32; 8] =
    [SEEK_HEAD, 0x1549_A966, 0x1654_AE6B, CLUSTER, 0x1C53_BB6B, 0x1941_A469, 0x1043_A770, TAGS];

/// An element's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) at: u64,
    pub(super) id: u32,
    pub(super) head: u64,
    /// Of the content; none when it is not said.
    pub(super) len: Option<u64>,
}

impl Element {
    pub(super) fn body_at(&self) -> u64 {
        self.at + self.head
    }
}

/// A number that tells its own width; none for a width that cannot be.
fn vint(bytes: &[u8], keeps_marker: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let wide = first.leading_zeros() as usize + 1;
    let all = bytes.get(..wide).filter(|_| wide <= 8)?;
    let number = all.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    let marker = 1_u64 << (7 * wide);
    Some((if keeps_marker { number } else { number & (marker - 1) }, wide))
}

pub(super) fn element(bytes: &[u8], at: u64) -> Option<Element> {
    let (id, id_wide) = vint(bytes, true).filter(|(_, wide)| *wide <= 4)?;
    let (len, len_wide) = vint(bytes.get(id_wide..)?, false)?;
    let is_unknown = len == (1_u64 << (7 * len_wide)) - 1;
    let head = (id_wide + len_wide) as u64;
    Some(Element { at, id: u32::try_from(id).ok()?, head, len: (!is_unknown).then_some(len) })
}

/// An element in memory: its head, its content, and the whole of it.
pub(super) struct Child<'a> {
    pub(super) id: u32,
    pub(super) content: &'a [u8],
    pub(super) whole: &'a [u8],
}

/// The elements of a range in memory.
pub(super) fn children(bytes: &[u8]) -> Option<Vec<Child<'_>>> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let found = element(rest, at as u64)?;
        let head = usize::try_from(found.head).ok()?;
        let end = head.checked_add(usize::try_from(found.len?).ok()?)?;
        let (content, whole) = (rest.get(head..end)?, rest.get(..end)?);
        all.push(Child { id: found.id, content, whole });
        at += end;
    }
    Some(all)
}

fn id_bytes(id: u32) -> Vec<u8> {
    id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}

/// A length in so many bytes; none where it does not fit.
fn length(len: u64, wide: usize) -> Option<Vec<u8>> {
    let marker = 1_u64 << (7 * wide);
    // All ones would say that the length is unknown.
    let fits = len < marker - 1;
    fits.then(|| (len | marker).to_be_bytes().into_iter().skip(8 - wide).collect())
}

fn written(id: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = id_bytes(id);
    let len = content.len() as u64;
    bytes.extend((1..=8).find_map(|wide| length(len, wide)).unwrap_or_default());
    bytes.extend(content);
    bytes
}

/// A void of exactly so many bytes, two at least.
fn void(len: u64) -> Option<Vec<u8>> {
    let mut bytes = vec![0xEC];
    let wide = if len < 128 { 1 } else { 8 };
    bytes.extend(length(len.checked_sub(1 + wide as u64)?, wide)?);
    bytes.resize(usize::try_from(len).ok()?, 0);
    Some(bytes)
}

/// What a file holds.
pub(super) struct Layout {
    pub(super) segment: Element,
    /// Elements of the segment, clusters among them.
    pub(super) tops: Vec<Element>,
    /// Where the segment ends.
    pub(super) end: u64,
}

fn layout(source: &mut Source<'_>) -> Result<Layout, Trouble> {
    let mut at = 0;
    let segment = loop {
        let found = next(source, at)?;
        match (found.id, found.len) {
            (SEGMENT, _) => break found,
            (_, Some(len)) if at + found.head + len <= source.len() => at += found.head + len,
            _ => return Err(Trouble::Damaged { at, part: "EBML" }),
        }
    };
    let mut end = source.len();
    if let Some(len) = segment.len {
        end = segment
            .body_at()
            .checked_add(len)
            .filter(|end| *end <= source.len())
            .ok_or(Trouble::Damaged { at: segment.at, part: "Segment" })?;
    }
    let mut layout = Layout { segment, tops: Vec::new(), end };
    let mut at = segment.body_at();
    while at < end && layout.tops.len() < PARTS_MAX {
        let found = next(source, at)?;
        at = match found.len {
            Some(len) => found.body_at().saturating_add(len),
            None if found.id == CLUSTER => end_of_cluster(source, found.body_at(), end)?,
            None => return Err(Trouble::Damaged { at, part: "Segment" }),
        };
        if at > end {
            return Err(Trouble::Damaged { at: found.at, part: "Segment" });
        }
        layout.tops.push(found);
    }
    Ok(layout)
}

fn next(source: &mut Source<'_>, at: u64) -> Result<Element, Trouble> {
    let bytes = source.up_to(at, 12)?;
    element(&bytes, at).ok_or(Trouble::Damaged { at, part: "EBML" })
}

/// A cluster of unknown length ends where an element of the segment begins.
fn end_of_cluster(source: &mut Source<'_>, from: u64, end: u64) -> Result<u64, Trouble> {
    let mut at = from;
    while at < end {
        let found = next(source, at)?;
        if TOP.contains(&found.id) {
            break;
        }
        let len = found.len.ok_or(Trouble::Damaged { at, part: "Cluster" })?;
        at = found.body_at().saturating_add(len);
    }
    if at > end { Err(Trouble::Damaged { at: from, part: "Cluster" }) } else { Ok(at) }
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let layout = layout(source)?;
    for top in layout.tops.iter().filter(|top| top.id == TAGS) {
        let damaged = Trouble::Damaged { at: top.at, part: "Tags" };
        let body = source.bytes(top.body_at(), top.len.unwrap_or(0))?;
        for tag in children(&body).ok_or(damaged.clone())? {
            if tag.id == TAG {
                simple_tags(tag.content, 0, found).ok_or(damaged.clone())?;
            }
        }
    }
    super::png::behind(source, layout.end, found)
}

/// Tags stand in tags.
fn simple_tags(bytes: &[u8], depth: usize, found: &mut Found<'_>) -> Option<()> {
    if depth > DEPTH_MAX {
        return None;
    }
    for child in children(bytes)? {
        if child.id == SIMPLE_TAG {
            if let Some(value) = label(child.content, &found.standard.key) {
                found.push(Place::Tag, &value);
            }
            simple_tags(child.content, depth + 1, found)?;
        }
    }
    Some(())
}

/// The value of a simple tag of this name; names know no case.
fn label(content: &[u8], key: &str) -> Option<String> {
    let parts = children(content)?;
    let of = |id| parts.iter().find(|part| part.id == id).map(|part| part.content);
    let name = loose_text(of(TAG_NAME)?);
    let is_label = name.trim_matches('\0').eq_ignore_ascii_case(key);
    is_label.then(|| loose_text(of(TAG_STRING).unwrap_or_default()))
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let layout = layout(source)?;
    let tags = tags(&layout, source, order)?;
    match early(&layout, source, &tags)? {
        Some(edits) => Ok(edits),
        None => late(&layout, source, tags),
    }
}

/// All tags of the file and the label, as one element.
fn tags(layout: &Layout, source: &mut Source<'_>, order: &Order<'_>) -> Result<Vec<u8>, Trouble> {
    let mut content = Vec::new();
    let mut has_sum = false;
    for top in layout.tops.iter().filter(|top| top.id == TAGS) {
        let damaged = Trouble::Damaged { at: top.at, part: "Tags" };
        let body = source.bytes(top.body_at(), top.len.ok_or(damaged.clone())?)?;
        for Child { id, content: inside, whole } in children(&body).ok_or(damaged)? {
            match id {
                CRC => has_sum = true,
                VOID => {}
                TAG => content.extend(without_label(inside, order).unwrap_or(whole.to_vec())),
                _ => content.extend(whole),
            }
        }
    }
    // No target: the tag speaks of the whole segment.
    let mut tag = written(TARGETS, &[]);
    let mut simple = written(TAG_NAME, order.standard.key.as_bytes());
    simple.extend(written(TAG_STRING, order.bare.as_bytes()));
    tag.extend(written(SIMPLE_TAG, &simple));
    content.extend(written(TAG, &tag));
    if has_sum {
        content = with_sum(&content);
    }
    Ok(written(TAGS, &content))
}

/// Writes the tags behind everything, so that nothing moves.
fn late(layout: &Layout, source: &mut Source<'_>, tags: Vec<u8>) -> Result<Edits, Trouble> {
    let mut edits = Edits::default();
    for top in layout.tops.iter().filter(|top| top.id == TAGS) {
        let damaged = Trouble::Damaged { at: top.at, part: "Tags" };
        let len = top.len.ok_or(damaged.clone())?;
        edits.overwrite(top.at, void(top.head + len).ok_or(damaged)?);
    }
    let grown = i128::from(tags.len() as u64);
    edits.insert(layout.end, tags);
    grow_segment(layout, grown, &mut edits)?;
    seek(layout, source, &mut edits)?;
    Ok(edits)
}

/// Writes the new length of the segment, in as many bytes as the old one has.
pub(super) fn grow_segment(layout: &Layout, grown: i128, edits: &mut Edits) -> Result<(), Trouble> {
    let Some(len) = layout.segment.len else { return Ok(()) };
    let unwritable = Trouble::Unwritable { part: "Segment" };
    let id = id_bytes(SEGMENT).len();
    let wide = usize::try_from(layout.segment.head).unwrap_or(0).saturating_sub(id);
    let len = u64::try_from(i128::from(len) + grown).map_err(|_| unwritable.clone())?;
    let new = length(len, wide).ok_or(unwritable)?;
    edits.overwrite(layout.segment.at + id as u64, new);
    Ok(())
}

/// A tag without its labels; none where it has none, an empty one where nothing else is in it.
fn without_label(tag: &[u8], order: &Order<'_>) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    let mut is_found = false;
    let mut is_worth = false;
    for Child { id, content, whole } in children(tag)? {
        let is_simple = id == SIMPLE_TAG;
        if is_simple && label(content, &order.standard.key).is_some() {
            is_found = true;
            continue;
        }
        is_worth |= is_simple;
        // A checksum over what has changed would be wrong.
        if id != CRC {
            kept.extend(whole);
        }
    }
    is_found.then(|| if is_worth { written(TAG, &kept) } else { Vec::new() })
}

/// A checksum stands first and covers what follows, its bytes the other way round.
fn with_sum(content: &[u8]) -> Vec<u8> {
    let mut out = written(CRC, &crc32(content).to_le_bytes());
    out.extend(content);
    out
}

/// Tells the index at the head where the tags are, within the room that it and the void behind it
/// have. Without room the tags are found by those who read to the end.
fn seek(layout: &Layout, source: &mut Source<'_>, edits: &mut Edits) -> Result<(), Trouble> {
    let Some(index) = layout.tops.iter().position(|top| top.id == SEEK_HEAD) else { return Ok(()) };
    let (Some(head), next) = (layout.tops.get(index), layout.tops.get(index + 1)) else {
        return Ok(());
    };
    let Some(len) = head.len else { return Ok(()) };
    let body = source.bytes(head.body_at(), len)?;
    let Some(entries) = children(&body) else { return Ok(()) };
    let (mut content, mut has_sum) = (Vec::new(), false);
    for Child { id, content: inside, whole } in entries {
        let is_tags = id == SEEK
            && children(inside).is_some_and(|parts| {
                parts.iter().any(|part| part.id == SEEK_ID && part.content == id_bytes(TAGS))
            });
        match id {
            CRC => has_sum = true,
            VOID => {}
            _ if is_tags => {}
            _ => content.extend(whole),
        }
    }
    let place = layout.end - layout.segment.body_at();
    let mut entry = written(SEEK_ID, &id_bytes(TAGS));
    let place: Vec<u8> = place.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    entry.extend(written(SEEK_POSITION, &place));
    content.extend(written(SEEK, &entry));
    if has_sum {
        content = with_sum(&content);
    }
    let mut room = head.head + len;
    if let Some(gap) = next.filter(|next| next.id == VOID) {
        room += gap.head + gap.len.unwrap_or(0);
    }
    let mut whole = written(SEEK_HEAD, &content);
    let Some(rest) = room.checked_sub(whole.len() as u64) else {
        return stale(layout);
    };
    if rest == 1 {
        // Too little for a void: the length is written one byte wider.
        whole = id_bytes(SEEK_HEAD);
        let wide = if content.len() < 127 { 2 } else { 3 };
        whole.extend(length(content.len() as u64, wide).unwrap_or_default());
        whole.extend(&content);
        if whole.len() as u64 != room {
            return stale(layout);
        }
    } else if rest > 0 {
        whole.extend(void(rest).unwrap_or_default());
    }
    edits.overwrite(head.at, whole);
    Ok(())
}

/// An index that points to old tags which are gone is worse than one without an entry: then the
/// file is not rewritten.
fn stale(layout: &Layout) -> Result<(), Trouble> {
    if layout.tops.iter().any(|top| top.id == TAGS) {
        return Err(Trouble::Unwritable { part: "SeekHead" });
    }
    Ok(())
}
