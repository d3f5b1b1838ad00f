//! AVI: the guide's place is a member of the INFO list of the first RIFF part.

use super::Order;
use super::avi_index;
use super::riff::{self, Chunk};
use super::wav::{children, info, info_list};
use crate::carrier::Found;
use crate::edits::Edits;
use crate::source::{Source, number_le};
use crate::trouble::Trouble;
use crate::xmp;

struct Layout {
    chunks: Vec<Chunk>,
    end: u64,
    /// Whether further RIFF parts follow, as in files beyond one gigabyte.
    has_more: bool,
    /// The names of the lists, beside their chunks.
    kinds: Vec<[u8; 4]>,
}

impl Layout {
    fn list(&self, kind: &[u8; 4]) -> Option<(usize, &Chunk)> {
        let found = self.kinds.iter().position(|of| of == kind)?;
        self.chunks.get(found).map(|chunk| (found, chunk))
    }
}

fn layout(source: &mut Source<'_>) -> Result<Layout, Trouble> {
    let first = riff::chunk(source, 0)?;
    let end = first.body_at() + first.len;
    if end > source.len() {
        return Err(Trouble::Damaged { at: 4, part: "RIFF" });
    }
    let chunks = riff::chunks(source, 12, end)?;
    let mut kinds = Vec::new();
    for chunk in &chunks {
        let is_list = chunk.name == *b"LIST" && chunk.len >= 4;
        kinds.push(if is_list { source.array(chunk.body_at())? } else { [0; 4] });
    }
    let has_more = first.end() + 12 <= source.len()
        && riff::chunk(source, first.end()).is_ok_and(|next| next.name == *b"RIFF");
    Ok(Layout { chunks, end, has_more, kinds })
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let layout = layout(source)?;
    for chunk in &layout.chunks {
        match &chunk.name {
            b"LIST" => info(chunk, source, found)?,
            b"_PMX" => found.packet(&chunk.body(source)?),
            _ => {}
        }
    }
    if layout.has_more { Ok(()) } else { super::png::behind(source, layout.end, found) }
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let layout = layout(source)?;
    riff::refuse_manifest(&layout.chunks)?;
    let four = order.standard.four();
    let mut value = order.bare.clone().into_bytes();
    value.push(0);
    let old = layout.list(b"INFO");
    let new = info_list(old.map(|(_, chunk)| chunk), four, Some(&value), source)?;
    let mut edits = Edits::default();
    // A second list with a label, and a packet with one, which would be second places.
    for (chunk, kind) in layout.chunks.iter().zip(&layout.kinds) {
        let is_other = *kind == *b"INFO" && Some(chunk) != old.map(|(_, chunk)| chunk);
        let has_label = |all: Vec<Chunk>| all.iter().any(|child| child.name == four);
        if is_other && has_label(children(chunk, source)?) {
            return Err(Trouble::Unwritable { part: "INFO" });
        }
        if chunk.name == *b"_PMX"
            && !xmp::read(&chunk.body(source)?, order.standard).labels.is_empty()
        {
            return Err(Trouble::Unwritable { part: "_PMX" });
        }
    }
    if in_the_gap(&layout, old, &new, source, &mut edits)? {
        return Ok(edits);
    }
    let movi = layout.list(b"movi").ok_or(Trouble::Damaged { at: 12, part: "movi" })?.1;
    let is_absolute = counts_from_the_start(&layout, movi, source)?;
    let tables = tables(&layout, source)?;
    if is_absolute && (layout.has_more || !tables.is_empty()) {
        // Two kinds of index at once, of which one has no room for what moves.
        return Err(Trouble::Unwritable { part: "idx1" });
    }
    if is_absolute {
        // Behind everything, so that nothing moves; the old list becomes a gap.
        if let Some((_, chunk)) = old {
            let mut gap = b"JUNK".to_vec();
            gap.extend(u32::try_from(chunk.len).unwrap_or(0).to_le_bytes());
            gap.resize(gap.len() + usize::try_from(chunk.len).unwrap_or(0), 0);
            edits.overwrite(chunk.at, gap);
        }
        edits.insert(layout.end, new);
    } else {
        match old {
            Some((_, chunk)) => edits.replace(chunk.at, chunk.end() - chunk.at, new),
            None => edits.insert(movi.at, new),
        }
        avi_index::move_places(&tables, source, &mut edits)?;
    }
    let len = u32::try_from(edits.new_len(layout.end) - 8);
    let len = len.map_err(|_| Trouble::TooLarge { part: "RIFF" })?;
    edits.overwrite(4, len.to_le_bytes().to_vec());
    Ok(edits)
}

/// Puts the list where a gap before the pictures leaves room, so that nothing moves.
fn in_the_gap(
    layout: &Layout,
    old: Option<(usize, &Chunk)>,
    new: &[u8],
    source: &mut Source<'_>,
    edits: &mut Edits,
) -> Result<bool, Trouble> {
    let movi = layout.list(b"movi").map_or(usize::MAX, |(index, _)| index);
    let is_gap = |index: usize| layout.chunks.get(index).filter(|one| one.name == *b"JUNK");
    let (start, gap) = match old {
        Some((index, chunk)) => (chunk.at, is_gap(index + 1)),
        None => {
            let gap = (0..layout.chunks.len().min(movi)).rev().find_map(is_gap);
            (gap.map_or(0, |gap| gap.at), gap)
        }
    };
    let end = gap.map(Chunk::end).or(old.map(|(_, chunk)| chunk.end()));
    let Some(end) = end.filter(|end| *end <= layout.end) else { return Ok(false) };
    let Some(rest) = (end - start).checked_sub(new.len() as u64) else { return Ok(false) };
    let mut bytes = new.to_vec();
    if rest > 0 {
        let Some(filler) = rest.checked_sub(8) else { return Ok(false) };
        let kept = source.bytes(end - filler, filler)?;
        bytes.extend(riff::whole(b"JUNK", &kept)?);
    }
    edits.overwrite(start, bytes);
    Ok(true)
}

/// Where the tables of OpenDML stand in the head: they count from the start of the file.
fn tables(layout: &Layout, source: &mut Source<'_>) -> Result<Vec<Chunk>, Trouble> {
    let Some((_, head)) = layout.list(b"hdrl") else { return Ok(Vec::new()) };
    avi_index::tables(head, source)
}

/// Whether the old index counts from the start of the file, so that nothing before the pictures may
/// grow.
fn counts_from_the_start(
    layout: &Layout,
    movi: &Chunk,
    source: &mut Source<'_>,
) -> Result<bool, Trouble> {
    let Some(index) = layout.chunks.iter().find(|chunk| chunk.name == *b"idx1") else {
        return Ok(false);
    };
    let entry = source.up_to(index.body_at(), index.len.min(16))?;
    // Relative offsets begin at the word `movi`: the first is 4, or near it.
    Ok(number_le(&entry, 8, 4).is_some_and(|offset| offset >= movi.body_at()))
}
