//! HEIF and AVIF: XMP is an item of the `meta` box that describes the picture. Its data goes behind
//! the end of the file; where the growing `meta` box moves other data, their places are moved.

use super::bmff::{self, Inner, Top, boxed, inners};
use super::{Order, exif};
use crate::carrier::Found;
use crate::edits::{Edits, Shifts};
use crate::limits::PARTS_MAX;
use crate::source::{Source, number_be};
use crate::trouble::Trouble;

const XMP_TYPE: &str = "application/rdf+xml";

/// A part of an item's data.
#[derive(Clone, Debug, PartialEq)]
struct Extent {
    index: u64,
    offset: u64,
    len: u64,
}

/// Where the data of an item lies.
#[derive(Clone, Debug, PartialEq)]
struct Location {
    id: u64,
    /// 0: in the file; 1: in the `idat` box; 2: in another item.
    method: u64,
    reference: u64,
    extents: Vec<Extent>,
}

impl Location {
    fn is_in_file(&self) -> bool {
        self.method == 0 && self.reference == 0
    }
}

/// The `iloc` box. Base offsets are added to the offsets of the parts, and not kept apart.
#[derive(Clone, Debug, PartialEq)]
struct Locations {
    version: u64,
    index_wide: usize,
    items: Vec<Location>,
}

/// A reader of numbers one after another.
struct Numbers<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Numbers<'_> {
    fn next(&mut self, wide: usize) -> Option<u64> {
        if wide == 0 {
            return Some(0);
        }
        let number = number_be(self.bytes, self.at, wide)?;
        self.at += wide;
        Some(number)
    }
}

impl Locations {
    fn of(content: &[u8]) -> Option<Locations> {
        let mut numbers = Numbers { bytes: content, at: 0 };
        let version = numbers.next(4)? >> 24;
        let widths = numbers.next(2)?;
        let wide = |shift: u32| usize::try_from(widths >> shift & 15).ok().filter(|w| *w <= 8);
        let (offset_wide, len_wide, base_wide) = (wide(12)?, wide(8)?, wide(4)?);
        let index_wide = if version == 0 { 0 } else { wide(0)? };
        let count = numbers.next(if version < 2 { 2 } else { 4 })?;
        let mut items = Vec::new();
        for _ in 0..usize::try_from(count).ok()?.min(PARTS_MAX) {
            let id = numbers.next(if version < 2 { 2 } else { 4 })?;
            let method = if version == 0 { 0 } else { numbers.next(2)? & 15 };
            let reference = numbers.next(2)?;
            let base = numbers.next(base_wide)?;
            let mut extents = Vec::new();
            for _ in 0..numbers.next(2)? {
                let index = numbers.next(index_wide)?;
                let offset = numbers.next(offset_wide)?.checked_add(base)?;
                extents.push(Extent { index, offset, len: numbers.next(len_wide)? });
            }
            items.push(Location { id, method, reference, extents });
        }
        // A part without a length is all there is, which only its own widths can say.
        (len_wide > 0).then_some(Locations { version, index_wide, items })
    }

    fn find(&self, id: u64) -> Option<&Location> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The box again, with places moved where they lie in the file. Offsets are eight bytes wide,
    /// lengths too: the box has the same length whatever they are.
    fn bytes(&self, shifts: Option<&Shifts>) -> Result<Vec<u8>, Trouble> {
        let mut out = Vec::new();
        let mut number = |number: u64, wide: usize| {
            let bytes = number.to_be_bytes();
            out.extend(bytes.get(8 - wide.min(8)..).unwrap_or_default());
        };
        number(self.version << 24, 4);
        number(0x8800 | self.index_wide as u64, 2);
        number(self.items.len() as u64, if self.version < 2 { 2 } else { 4 });
        for item in &self.items {
            number(item.id, if self.version < 2 { 2 } else { 4 });
            if self.version > 0 {
                number(item.method, 2);
            }
            number(item.reference, 2);
            number(item.extents.len() as u64, 2);
            for extent in &item.extents {
                number(extent.index, self.index_wide);
                let moved = shifts.filter(|_| item.is_in_file());
                let offset = moved.map_or(extent.offset, |shifts| shifts.moved(extent.offset));
                number(offset, 8);
                number(extent.len, 8);
            }
        }
        boxed(b"iloc", &out)
    }
}

/// An item, as `iinf` lists it.
struct Item {
    id: u64,
    kind: [u8; 4],
    content_type: String,
}

impl Item {
    fn of(content: &[u8]) -> Option<Item> {
        let version = number_be(content, 0, 1)?;
        let id_wide = match version {
            2 => 2,
            3 => 4,
            _ => return None,
        };
        let id = number_be(content, 4, id_wide)?;
        let at = 4 + id_wide + 2;
        let kind = content.get(at..at + 4)?.try_into().ok()?;
        let mut texts = content.get(at + 4..)?.split(|byte| *byte == 0);
        let (_, content_type) = (texts.next(), texts.next().unwrap_or_default());
        Some(Item { id, kind, content_type: String::from_utf8_lossy(content_type).into_owned() })
    }

    fn is_packet(&self) -> bool {
        self.kind == *b"mime" && self.content_type == XMP_TYPE
    }
}

/// The `meta` box of a file, in memory.
struct Meta {
    top: Top,
    bytes: Vec<u8>,
    inners: Vec<Inner>,
    items: Vec<Item>,
    locations: Locations,
}

impl Meta {
    fn read(tops: &[Top], source: &mut Source<'_>) -> Result<Meta, Trouble> {
        let top = tops.iter().find(|top| top.name == *b"meta");
        let top = *top.ok_or(Trouble::Damaged { at: 0, part: "meta" })?;
        let bytes = top.whole(source)?;
        let from = usize::try_from(top.head).unwrap_or(8) + 4;
        let inners = inners(&bytes, from, bytes.len());
        let damaged = |part| Trouble::Damaged { at: top.at, part };
        if inners.last().map_or(from, |last| last.end) != bytes.len() {
            return Err(damaged("meta"));
        }
        let find = |name: &[u8; 4]| inners.iter().find(|inner| inner.name == *name);
        let locations = find(b"iloc").and_then(|iloc| Locations::of(iloc.content(&bytes)));
        let locations = locations.ok_or(damaged("iloc"))?;
        let listed = find(b"iinf").ok_or(damaged("iinf"))?;
        let is_wide = number_be(&bytes, listed.body, 1) != Some(0);
        let from = listed.body + if is_wide { 8 } else { 6 };
        let entries = bmff::inners(&bytes, from, listed.end);
        let items = entries.iter().filter_map(|entry| Item::of(entry.content(&bytes))).collect();
        Ok(Meta { top, inners: inners.clone(), items, locations, bytes })
    }

    fn find(&self, name: &[u8; 4]) -> Option<&Inner> {
        self.inners.iter().find(|inner| inner.name == *name)
    }

    /// The data of an item; none where it lies in another item.
    fn data(&self, id: u64, source: &mut Source<'_>) -> Result<Option<Vec<u8>>, Trouble> {
        let Some(location) = self.locations.find(id) else { return Ok(None) };
        let mut data = Vec::new();
        for extent in &location.extents {
            match location.method {
                0 if location.reference == 0 => {
                    data.extend(source.bytes(extent.offset, extent.len)?);
                }
                1 => {
                    let idat = self.find(b"idat").map(|idat| idat.content(&self.bytes));
                    let from = usize::try_from(extent.offset).ok();
                    let len = usize::try_from(extent.len).ok();
                    let part = from
                        .zip(len)
                        .and_then(|(from, len)| idat?.get(from..from.checked_add(len)?));
                    let damaged = Trouble::Damaged { at: self.top.at, part: "idat" };
                    data.extend(part.ok_or(damaged)?);
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(data))
    }
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let (tops, end) = bmff::tops(source)?;
    let meta = Meta::read(&tops, source)?;
    for item in &meta.items {
        if item.is_packet() {
            if let Some(packet) = meta.data(item.id, source)? {
                found.packet(&packet);
            }
        } else if item.kind == *b"Exif"
            && let Some(block) = meta.data(item.id, source)?
        {
            // Four bytes tell how far behind them the block begins.
            let skip = number_be(&block, 0, 4).and_then(|skip| usize::try_from(skip).ok());
            let from = skip.and_then(|skip| skip.checked_add(4)).unwrap_or(4);
            exif::read(block.get(from..).unwrap_or_default(), found);
        }
    }
    super::png::behind(source, end, found)
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let (tops, end) = bmff::tops(source)?;
    bmff::refuse_manifest(&tops, source)?;
    let mut meta = Meta::read(&tops, source)?;
    if tops.last().is_some_and(|last| last.is_open) || end != source.len() {
        return Err(Trouble::Unwritable { part: "mdat" });
    }
    let mut packets = meta.items.iter().filter(|item| item.is_packet()).map(|item| item.id);
    let (old, more) = (packets.next(), packets.next());
    if more.is_some() {
        return Err(Trouble::Unwritable { part: "mime" });
    }
    let mut edits = Edits::default();
    let packet = match old {
        Some(id) => {
            let data = meta.data(id, source)?.ok_or(Trouble::Unwritable { part: "iloc" })?;
            order.packet(Some(&data))?
        }
        None => order.packet(None)?,
    };
    let id = match old {
        Some(id) => {
            blank(&meta, id, &mut edits);
            id
        }
        None => new_id(&meta)?,
    };
    let place = Location {
        id,
        method: 0,
        reference: 0,
        extents: vec![Extent { index: 0, offset: 0, len: packet.len() as u64 }],
    };
    meta.locations.items.retain(|item| item.id != id);
    meta.locations.items.push(place);
    // The new box first with places as they were: its length tells how far the rest moves.
    let draft = rebuilt(&meta, old.is_none().then_some(id), None)?;
    edits.replace(meta.top.at, meta.top.len, draft);
    let shifts = edits.shifts();
    let packet_at = end + 8;
    if let Some(extent) = meta.locations.items.last_mut().and_then(|item| item.extents.first_mut())
    {
        // Counted as a place of the old file behind its end, it moves with the rest.
        extent.offset = packet_at;
    }
    let whole = rebuilt(&meta, old.is_none().then_some(id), Some(&shifts))?;
    edits.put_back(meta.top.at, whole);
    for moov in tops.iter().filter(|top| top.name == *b"moov") {
        let mut bytes = moov.whole(source)?;
        bmff::move_places(&mut bytes, &shifts)?;
        edits.overwrite(moov.at, bytes);
    }
    bmff::move_fragments(&tops, source, &shifts, &mut edits)?;
    edits.insert(end, boxed(b"mdat", &packet)?);
    Ok(edits)
}

/// The old packet is no part of the file any more; it leaves no second label behind.
fn blank(meta: &Meta, id: u64, edits: &mut Edits) {
    let Some(location) = meta.locations.find(id).filter(|item| item.is_in_file()) else { return };
    let others = meta.locations.items.iter().filter(|item| item.id != id && item.is_in_file());
    let taken: Vec<&Extent> = others.flat_map(|item| &item.extents).collect();
    for extent in &location.extents {
        let ends = |one: &Extent| one.offset.saturating_add(one.len);
        let is_shared =
            taken.iter().any(|other| other.offset < ends(extent) && extent.offset < ends(other));
        let is_in_meta = extent.offset < meta.top.end() && ends(extent) > meta.top.at;
        if !is_shared && !is_in_meta {
            edits.overwrite(extent.offset, vec![b' '; usize::try_from(extent.len).unwrap_or(0)]);
        }
    }
}

fn new_id(meta: &Meta) -> Result<u64, Trouble> {
    let listed = meta.items.iter().map(|item| item.id);
    let placed = meta.locations.items.iter().map(|item| item.id);
    let id = listed.chain(placed).max().unwrap_or(0) + 1;
    // Two bytes in the list of items and in the places.
    if id > 0xFFFF { Err(Trouble::Unwritable { part: "iinf" }) } else { Ok(id) }
}

/// The `meta` box again: with one more item, where one is new.
fn rebuilt(meta: &Meta, new: Option<u64>, shifts: Option<&Shifts>) -> Result<Vec<u8>, Trouble> {
    let bytes = &meta.bytes;
    let head = usize::try_from(meta.top.head).unwrap_or(8);
    let mut content = bytes.get(head..head + 4).unwrap_or_default().to_vec();
    let mut has_references = false;
    for inner in &meta.inners {
        match (&inner.name, new) {
            (b"iloc", _) => content.extend(meta.locations.bytes(shifts)?),
            (b"iinf", Some(id)) => content.extend(one_more_item(inner.content(bytes), id)?),
            (b"iref", Some(id)) => {
                has_references = true;
                let mut references = inner.content(bytes).to_vec();
                let is_wide = references.first() != Some(&0);
                references.extend(reference(meta, id, is_wide)?);
                content.extend(boxed(b"iref", &references)?);
            }
            _ => content.extend(inner.bytes(bytes)),
        }
    }
    if let Some(id) = new.filter(|_| !has_references) {
        let mut references = vec![0; 4];
        references.extend(reference(meta, id, false)?);
        content.extend(boxed(b"iref", &references)?);
    }
    boxed(b"meta", &content)
}

fn one_more_item(old: &[u8], id: u64) -> Result<Vec<u8>, Trouble> {
    let count_wide = if old.first() == Some(&0) { 2 } else { 4 };
    let count = number_be(old, 4, count_wide).unwrap_or(0) + 1;
    let mut content = old.get(..4).unwrap_or_default().to_vec();
    content.extend(count.to_be_bytes().get(8 - count_wide..).unwrap_or_default());
    content.extend(old.get(4 + count_wide..).unwrap_or_default());
    // Version 2, no flags; the id, not protected, its kind, no name, its type.
    let mut entry = vec![2, 0, 0, 0];
    entry.extend(id.to_be_bytes().get(6..).unwrap_or_default());
    entry.extend([0, 0]);
    entry.extend(b"mime\0");
    entry.extend(XMP_TYPE.as_bytes());
    entry.push(0);
    content.extend(boxed(b"infe", &entry)?);
    boxed(b"iinf", &content)
}

/// The item describes the primary one.
fn reference(meta: &Meta, id: u64, is_wide: bool) -> Result<Vec<u8>, Trouble> {
    let wide = if is_wide { 4 } else { 2 };
    let primary = meta.find(b"pitm").and_then(|pitm| {
        let content = pitm.content(&meta.bytes);
        number_be(content, 4, if content.first() == Some(&0) { 2 } else { 4 })
    });
    let primary = primary.ok_or(Trouble::Damaged { at: meta.top.at, part: "pitm" })?;
    if primary > 0xFFFF && !is_wide {
        return Err(Trouble::Unwritable { part: "iref" });
    }
    let number = |number: u64| number.to_be_bytes().get(8 - wide..).unwrap_or_default().to_vec();
    let mut content = number(id);
    content.extend([0, 1]);
    content.extend(number(primary));
    boxed(b"cdsc", &content)
}
