//! Files built of boxes (ISO/IEC 14496-12): the walk, and the places in a file that boxes name.

use crate::edits::{Edits, Shifts};
use crate::limits::{DEPTH_MAX, PARTS_MAX};
use crate::source::{Source, number_be, part, put};
use crate::trouble::Trouble;

/// A box of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Top {
    pub(super) at: u64,
    pub(super) name: [u8; 4],
    /// The length of its head.
    pub(super) head: u64,
    /// The length of the whole.
    pub(super) len: u64,
    /// Whether it reaches to the end of the file without saying how long it is.
    pub(super) is_open: bool,
}

impl Top {
    pub(super) fn end(&self) -> u64 {
        self.at + self.len
    }

    pub(super) fn body_at(&self) -> u64 {
        self.at + self.head
    }

    /// The whole box, head included.
    pub(super) fn whole(&self, source: &mut Source<'_>) -> Result<Vec<u8>, Trouble> {
        source.bytes(self.at, self.len)
    }
}

/// The boxes of a file, and where they end. Something else may follow them.
pub(super) fn tops(source: &mut Source<'_>) -> Result<(Vec<Top>, u64), Trouble> {
    let mut all: Vec<Top> = Vec::new();
    let mut at = 0;
    while at + 8 <= source.len() && all.len() < PARTS_MAX {
        let [a, b, c, d, name @ ..]: [u8; 8] = source.array(at)?;
        let is_name = name.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == 0xa9);
        let (head, len, is_open) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, source.len() - at, true),
            1 => (16, source.u64_be(at + 8)?, false),
            len => (8, u64::from(len), false),
        };
        let fits = at.checked_add(len).is_some_and(|end| end <= source.len());
        if !is_name || len < head || !fits {
            if all.iter().any(|one| one.name == *b"moov" || one.name == *b"meta") {
                break;
            }
            return Err(Trouble::Damaged { at, part: "box" });
        }
        all.push(Top { at, name, head, len, is_open });
        at += len;
    }
    Ok((all, at))
}

/// The box in which a manifest of C2PA lies.
const MANIFEST_ID: [u8; 16] = [
    0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81,
];

/// A manifest of C2PA is bound to every byte: a label would break it.
pub(super) fn refuse_manifest(tops: &[Top], source: &mut Source<'_>) -> Result<(), Trouble> {
    for top in tops.iter().filter(|top| top.name == *b"uuid" && top.len >= 24) {
        if source.array::<16>(top.body_at())? == MANIFEST_ID {
            return Err(Trouble::Signed);
        }
    }
    Ok(())
}

/// A box in memory: where it begins, where its content does, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    pub(super) name: [u8; 4],
    pub(super) at: usize,
    pub(super) body: usize,
    pub(super) end: usize,
}

impl Inner {
    pub(super) fn bytes<'a>(&self, whole: &'a [u8]) -> &'a [u8] {
        whole.get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn content<'a>(&self, whole: &'a [u8]) -> &'a [u8] {
        whole.get(self.body..self.end).unwrap_or_default()
    }
}

/// The boxes in a range of bytes in memory, up to what is no box: QuickTime ends lists with zeros.
pub(super) fn inners(whole: &[u8], from: usize, to: usize) -> Vec<Inner> {
    let mut all = Vec::new();
    let mut at = from;
    let to = to.min(whole.len());
    while at + 8 <= to {
        let Some(len) = number_be(whole, at, 4) else { break };
        let Some(name) = part(whole, at + 4, 4).and_then(|name| name.try_into().ok()) else {
            break;
        };
        let (head, len) = match len {
            0 => (8, (to - at) as u64),
            1 => (16, number_be(whole, at + 8, 8).unwrap_or(0)),
            len => (8, len),
        };
        let end = usize::try_from(len).ok().and_then(|len| at.checked_add(len));
        let Some(end) = end.filter(|end| *end <= to && *end >= at + head) else { break };
        all.push(Inner { name, at, body: at + head, end });
        at = end;
    }
    all
}

/// A whole box.
pub(super) fn boxed(name: &[u8; 4], content: &[u8]) -> Result<Vec<u8>, Trouble> {
    let len = u32::try_from(content.len() + 8).map_err(|_| Trouble::TooLarge { part: "box" })?;
    let mut bytes = len.to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(content);
    Ok(bytes)
}

/// Boxes in which tables of places may lie.
const PARENTS: [&[u8; 4]; 5] = [b"trak", b"mdia", b"minf", b"stbl", b"edts"];

/// Moves every place in a file that a `moov` box names.
pub(super) fn move_places(moov: &mut [u8], shifts: &Shifts) -> Result<(), Trouble> {
    if shifts.is_still() {
        return Ok(());
    }
    let end = moov.len();
    let Some(top) = inners(moov, 0, end).first().copied() else { return Ok(()) };
    let mut open = vec![(top.body, top.end, 0)];
    while let Some((from, to, depth)) = open.pop() {
        for inner in inners(moov, from, to) {
            match &inner.name {
                name if PARENTS.contains(&name) && depth < DEPTH_MAX => {
                    open.push((inner.body, inner.end, depth + 1));
                }
                b"dinf" => only_this_file(moov, inner)?,
                b"stco" => move_table(moov, inner.body + 4, 4, shifts)?,
                b"co64" => move_table(moov, inner.body + 4, 8, shifts)?,
                b"saio" => {
                    let head = number_be(moov, inner.body, 4).unwrap_or(0);
                    let wide = if head >> 24 == 0 { 4 } else { 8 };
                    let has_kind = head & 1 == 1;
                    let table = inner.body + if has_kind { 12 } else { 4 };
                    move_table(moov, table, wide, shifts)?;
                }
                b"cmov" => return Err(Trouble::Unwritable { part: "cmov" }),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Sound and pictures in another file have their places in that one.
fn only_this_file(moov: &[u8], dinf: Inner) -> Result<(), Trouble> {
    for table in inners(moov, dinf.body, dinf.end).iter().filter(|one| one.name == *b"dref") {
        for entry in inners(moov, table.body + 8, table.end) {
            let flags = number_be(moov, entry.body, 4).unwrap_or(0);
            if flags & 1 == 0 {
                return Err(Trouble::Unwritable { part: "dref" });
            }
        }
    }
    Ok(())
}

/// A count of four bytes, and so many places.
fn move_table(bytes: &mut [u8], at: usize, wide: usize, shifts: &Shifts) -> Result<(), Trouble> {
    let count = number_be(bytes, at, 4).and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    for index in 0..count {
        let place = at + 4 + index * wide;
        let Some(old) = number_be(bytes, place, wide) else {
            return Err(Trouble::Damaged { at: 0, part: "stco" });
        };
        move_one(bytes, place, old, wide, shifts)?;
    }
    Ok(())
}

fn move_one(
    bytes: &mut [u8],
    place: usize,
    old: u64,
    wide: usize,
    shifts: &Shifts,
) -> Result<(), Trouble> {
    let new = shifts.moved(old);
    if wide == 4 {
        // Beyond four gigabytes the table would have to become another one.
        let new = u32::try_from(new).map_err(|_| Trouble::Unwritable { part: "stco" })?;
        put(bytes, place, &new.to_be_bytes());
    } else {
        put(bytes, place, &new.to_be_bytes());
    }
    Ok(())
}

/// Moves the places that fragments and their index name, by edits of the same length.
pub(super) fn move_fragments(
    tops: &[Top],
    source: &mut Source<'_>,
    shifts: &Shifts,
    edits: &mut Edits,
) -> Result<(), Trouble> {
    if shifts.is_still() {
        return Ok(());
    }
    for top in tops {
        match &top.name {
            b"moof" => fragment(top, source, shifts, edits)?,
            b"mfra" => {
                let mut bytes = top.whole(source)?;
                for inner in
                    inners(&bytes.clone(), usize::try_from(top.head).unwrap_or(8), bytes.len())
                {
                    if inner.name == *b"tfra" {
                        random_access(&mut bytes, inner, shifts)?;
                    }
                }
                edits.overwrite(top.at, bytes);
            }
            _ => {}
        }
    }
    Ok(())
}

fn fragment(
    top: &Top,
    source: &mut Source<'_>,
    shifts: &Shifts,
    edits: &mut Edits,
) -> Result<(), Trouble> {
    let bytes = top.whole(source)?;
    let head = usize::try_from(top.head).unwrap_or(8);
    for track in inners(&bytes, head, bytes.len()).iter().filter(|one| one.name == *b"traf") {
        for inner in inners(&bytes, track.body, track.end) {
            let flags = number_be(&bytes, inner.body, 4).unwrap_or(0);
            if inner.name != *b"tfhd" || flags & 1 == 0 {
                continue;
            }
            let old = number_be(&bytes, inner.body + 8, 8);
            let old = old.ok_or(Trouble::Damaged { at: top.at, part: "tfhd" })?;
            let place = top.at + inner.body as u64 + 8;
            edits.overwrite(place, shifts.moved(old).to_be_bytes().to_vec());
        }
    }
    Ok(())
}

/// Entries of time and place, then three numbers whose widths the head tells.
fn random_access(bytes: &mut [u8], inner: Inner, shifts: &Shifts) -> Result<(), Trouble> {
    let damaged = Trouble::Damaged { at: inner.at as u64, part: "tfra" };
    let version = number_be(bytes, inner.body, 1).ok_or(damaged.clone())?;
    let widths = number_be(bytes, inner.body + 8, 4).ok_or(damaged.clone())?;
    let count = number_be(bytes, inner.body + 12, 4).ok_or(damaged.clone())?;
    let wide = if version == 1 { 8 } else { 4 };
    let rest: u64 = [4, 2, 0].iter().map(|shift| (widths >> shift & 3) + 1).sum();
    let entry = 2 * wide + usize::try_from(rest).unwrap_or(3);
    for index in 0..usize::try_from(count).unwrap_or(0) {
        let place = inner.body + 16 + index * entry + wide;
        if place + wide > inner.end {
            return Err(damaged);
        }
        let old = number_be(bytes, place, wide).ok_or(damaged.clone())?;
        move_one(bytes, place, old, wide, shifts)?;
    }
    Ok(())
}
