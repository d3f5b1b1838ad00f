//! MP4, MOV and M4A: the guide's place is a key of `moov.udta.meta`.

use super::bmff::{self, Inner, Top, boxed, inners};
use super::exif::utf16;
use super::{Order, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::source::{Source, number_be, part};
use crate::trouble::Trouble;
use crate::xmp;

/// The box of XMP in a file of boxes.
const XMP_ID: [u8; 16] = [
    0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC,
];

/// A `meta` box taken apart. QuickTime's has no version before its boxes, ISO's has.
struct Meta {
    body: usize,
    inners: Vec<Inner>,
    handler: [u8; 4],
}

impl Meta {
    fn of(bytes: &[u8], meta: Inner) -> Meta {
        let is_plain = part(bytes, meta.body + 4, 4) == Some(b"hdlr");
        let body = if is_plain { meta.body } else { meta.body + 4 };
        let inners = inners(bytes, body, meta.end);
        let hdlr = inners.iter().find(|inner| inner.name == *b"hdlr");
        let handler = hdlr.and_then(|hdlr| part(bytes, hdlr.body + 8, 4)?.try_into().ok());
        Meta { body, inners, handler: handler.unwrap_or_default() }
    }

    fn inner(&self, name: &[u8; 4]) -> Option<&Inner> {
        self.inners.iter().find(|inner| inner.name == *name)
    }

    /// Names of the keys, in their order: an item counts them from one.
    fn keys(&self, bytes: &[u8]) -> Vec<String> {
        let Some(keys) = self.inner(b"keys") else { return Vec::new() };
        let entries = inners(bytes, keys.body + 8, keys.end);
        let name = |entry: &Inner| loose_text(entry.content(bytes)).trim_matches('\0').to_owned();
        entries.iter().map(name).collect()
    }

    fn items(&self, bytes: &[u8]) -> Vec<Inner> {
        self.inner(b"ilst").map_or(Vec::new(), |list| inners(bytes, list.body, list.end))
    }

    fn is_keyed(&self) -> bool {
        self.handler == *b"mdta"
    }

    /// What an item says, when it is a label: by its key, by its free name, or by what it looks
    /// like.
    fn label(&self, bytes: &[u8], item: Inner, keys: &[String], key: &str) -> Option<Named> {
        let parts = inners(bytes, item.body, item.end);
        let data = parts.iter().find(|part| part.name == *b"data")?;
        let value = value(data.content(bytes));
        if self.is_keyed() {
            let index = usize::try_from(u32::from_be_bytes(item.name)).ok()?.checked_sub(1)?;
            let name = keys.get(index)?;
            return name.contains(key).then_some(Named::Key(name == key, value));
        }
        if item.name == *b"----" {
            let name = parts.iter().find(|part| part.name == *b"name")?;
            let name = loose_text(name.content(bytes).get(4..)?);
            return name.contains(key).then_some(Named::Key(false, value));
        }
        Some(Named::Nothing(value))
    }
}

/// The value of an item, and how it is called.
enum Named {
    /// By the key, or by a name that holds it.
    Key(bool, String),
    /// By something else.
    Nothing(String),
}

/// Kind and locale of four bytes each, then the value.
fn value(data: &[u8]) -> String {
    let bytes = data.get(8..).unwrap_or_default();
    if number_be(data, 0, 4) == Some(2) { utf16(bytes, false) } else { loose_text(bytes) }
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let (tops, end) = bmff::tops(source)?;
    for top in &tops {
        match &top.name {
            b"moov" => {
                let bytes = top.whole(source)?;
                let head = usize::try_from(top.head).unwrap_or(8);
                for inner in inners(&bytes, head, bytes.len()) {
                    read_part(&bytes, inner, false, found);
                }
            }
            b"meta" => {
                let bytes = top.whole(source)?;
                for meta in inners(&bytes, 0, bytes.len()) {
                    read_part(&bytes, meta, false, found);
                }
            }
            b"uuid" if top.len >= 24 && source.array::<16>(top.body_at())? == XMP_ID => {
                let at = top.body_at() + 16;
                let len = top.end().saturating_sub(at);
                found.packet(&source.bytes(at, len)?);
            }
            _ => {}
        }
    }
    super::png::behind(source, end, found)
}

fn read_part(bytes: &[u8], inner: Inner, is_in_udta: bool, found: &mut Found<'_>) {
    match &inner.name {
        b"udta" if !is_in_udta => {
            for child in inners(bytes, inner.body, inner.end) {
                read_part(bytes, child, true, found);
            }
        }
        b"meta" => {
            let meta = Meta::of(bytes, inner);
            let keys = meta.keys(bytes);
            for item in meta.items(bytes) {
                match meta.label(bytes, item, &keys, &found.standard.key) {
                    Some(Named::Key(is_exact, value)) => {
                        let is_guide = is_exact && is_in_udta;
                        let place = if is_guide { Place::Keys } else { Place::KeysElsewhere };
                        found.push(place, &value);
                    }
                    Some(Named::Nothing(value)) => {
                        found.push_if_label(Place::Nameless, &value);
                    }
                    None => {}
                }
            }
        }
        b"XMP_" if is_in_udta => found.packet(inner.content(bytes)),
        _ => {}
    }
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let (tops, _) = bmff::tops(source)?;
    bmff::refuse_manifest(&tops, source)?;
    let moov = only_moov(&tops)?;
    if tops.iter().any(|top| top.name == *b"sidx" && top.at < moov.at) {
        return Err(Trouble::Unwritable { part: "sidx" });
    }
    let bytes = moov.whole(source)?;
    let mut edits = Edits::default();
    for top in tops.iter().filter(|top| top.name == *b"uuid" && top.len >= 24) {
        let at = top.body_at() + 16;
        let is_packet = source.array::<16>(top.body_at())? == XMP_ID;
        if is_packet && !top.is_open {
            let packet = source.bytes(at, top.end().saturating_sub(at))?;
            if !xmp::read(&packet, order.standard).labels.is_empty() {
                let mut content = XMP_ID.to_vec();
                content.extend(xmp::without_labels(&packet, order.standard)?);
                edits.replace(top.at, top.len, boxed(b"uuid", &content)?);
            }
        }
    }
    let head = usize::try_from(moov.head).unwrap_or(8);
    let new = moov_with_label(&bytes, head, order)?;
    drop(bytes);
    edits.replace(moov.at, moov.len, new);
    let shifts = edits.shifts();
    let mut new = edits.take_out(moov.at);
    bmff::move_places(&mut new, &shifts)?;
    edits.put_back(moov.at, new);
    bmff::move_fragments(&tops, source, &shifts, &mut edits)?;
    Ok(edits)
}

/// The one `moov` box. A file without one, or with two, is not rewritten.
fn only_moov(tops: &[Top]) -> Result<Top, Trouble> {
    let mut found = tops.iter().filter(|top| top.name == *b"moov");
    match (found.next(), found.next()) {
        (Some(moov), None) if !moov.is_open || moov.len > 8 => Ok(*moov),
        (None, _) => Err(Trouble::Damaged { at: 0, part: "moov" }),
        _ => Err(Trouble::Unwritable { part: "moov" }),
    }
}

fn moov_with_label(bytes: &[u8], head: usize, order: &Order<'_>) -> Result<Vec<u8>, Trouble> {
    let mut content = Vec::with_capacity(bytes.len() + order.bare.len() + 256);
    let children = inners(bytes, head, bytes.len());
    // What cannot be walked would be lost.
    if children.last().map_or(head, |last| last.end) != bytes.len() {
        return Err(Trouble::Damaged { at: 0, part: "moov" });
    }
    let mut is_written = false;
    for child in children {
        match &child.name {
            b"udta" if !is_written => {
                content.extend(udta_with_label(bytes, child, order)?);
                is_written = true;
            }
            b"meta" => content.extend(meta_without(bytes, child, order)?),
            _ => content.extend(child.bytes(bytes)),
        }
    }
    if !is_written {
        content.extend(boxed(b"udta", &fresh_meta(order)?)?);
    }
    boxed(b"moov", &content)
}

fn udta_with_label(bytes: &[u8], udta: Inner, order: &Order<'_>) -> Result<Vec<u8>, Trouble> {
    let mut content = Vec::new();
    let mut is_written = false;
    let mut end = udta.body;
    for child in inners(bytes, udta.body, udta.end) {
        end = child.end;
        match &child.name {
            b"meta" if !is_written && Meta::of(bytes, child).is_keyed() => {
                content.extend(meta_with_label(bytes, child, order)?);
                is_written = true;
            }
            b"meta" => content.extend(meta_without(bytes, child, order)?),
            b"XMP_" => {
                let packet = child.content(bytes);
                if xmp::read(packet, order.standard).labels.is_empty() {
                    content.extend(child.bytes(bytes));
                } else {
                    let packet = xmp::without_labels(packet, order.standard)?;
                    content.extend(boxed(b"XMP_", &packet)?);
                }
            }
            _ => content.extend(child.bytes(bytes)),
        }
    }
    if !is_written {
        // A list of iTunes stays as it is: the keys stand in a box of their own behind it.
        content.extend(fresh_meta(order)?);
    }
    // QuickTime ends the list with zeros.
    content.extend(bytes.get(end..udta.end).unwrap_or_default());
    boxed(b"udta", &content)
}

/// The same `meta` with the label under its key.
fn meta_with_label(bytes: &[u8], meta: Inner, order: &Order<'_>) -> Result<Vec<u8>, Trouble> {
    let parsed = Meta::of(bytes, meta);
    let key = order.standard.key.as_str();
    let mut keys = parsed.keys(bytes);
    let index = keys.iter().position(|name| name == key);
    let number = index.unwrap_or(keys.len()) + 1;
    let mut items = Vec::new();
    for item in parsed.items(bytes) {
        if !matches!(parsed.label(bytes, item, &keys, key), Some(Named::Key(..))) {
            items.extend(item.bytes(bytes));
        }
    }
    items.extend(item(number, &order.bare)?);
    let mut content = bytes.get(meta.body..parsed.body).unwrap_or_default().to_vec();
    let (mut has_keys, mut has_items) = (false, false);
    for child in &parsed.inners {
        match &child.name {
            b"keys" => {
                has_keys = true;
                let old = child.content(bytes);
                content.extend(match index {
                    Some(_) => child.bytes(bytes).to_vec(),
                    None => boxed(b"keys", &one_more_key(old, keys.len(), key)?)?,
                });
            }
            b"ilst" => {
                has_items = true;
                content.extend(boxed(b"ilst", &items)?);
            }
            _ => content.extend(child.bytes(bytes)),
        }
    }
    if !has_keys {
        keys.clear();
        content.extend(boxed(b"keys", &one_more_key(&[0; 8], 0, key)?)?);
    }
    if !has_items {
        content.extend(boxed(b"ilst", &item(number, &order.bare)?)?);
    }
    boxed(b"meta", &content)
}

/// A list of keys with one more at its end.
fn one_more_key(old: &[u8], count: usize, key: &str) -> Result<Vec<u8>, Trouble> {
    let mut content = old.get(..4).unwrap_or(&[0; 4]).to_vec();
    let count = u32::try_from(count + 1).map_err(|_| Trouble::TooLarge { part: "keys" })?;
    content.extend(count.to_be_bytes());
    content.extend(old.get(8..).unwrap_or_default());
    content.extend(boxed(b"mdta", key.as_bytes())?);
    Ok(content)
}

/// Kind 1 is UTF-8; no locale.
fn item(number: usize, bare: &str) -> Result<Vec<u8>, Trouble> {
    let number = u32::try_from(number).map_err(|_| Trouble::TooLarge { part: "keys" })?;
    let mut data = vec![0, 0, 0, 1, 0, 0, 0, 0];
    data.extend(bare.as_bytes());
    boxed(&number.to_be_bytes(), &boxed(b"data", &data)?)
}

fn fresh_meta(order: &Order<'_>) -> Result<Vec<u8>, Trouble> {
    // Version and flags; for the handler: nothing, its kind, nothing, an empty name.
    let mut content = vec![0; 4];
    let mut handler = vec![0; 8];
    handler.extend(b"mdta");
    handler.extend([0; 13]);
    content.extend(boxed(b"hdlr", &handler)?);
    content.extend(boxed(b"keys", &one_more_key(&[0; 8], 0, &order.standard.key)?)?);
    content.extend(boxed(b"ilst", &item(1, &order.bare)?)?);
    boxed(b"meta", &content)
}

/// The same `meta` without a label; exactly the same where it has none.
fn meta_without(bytes: &[u8], meta: Inner, order: &Order<'_>) -> Result<Vec<u8>, Trouble> {
    let parsed = Meta::of(bytes, meta);
    let keys = parsed.keys(bytes);
    let is_label = |item: &Inner| match parsed.label(bytes, *item, &keys, &order.standard.key) {
        Some(Named::Key(..)) => true,
        Some(Named::Nothing(value)) => {
            let reading = crate::payload::read(&value, order.standard);
            reading.is_one() && !reading.is_of_vendor()
        }
        None => false,
    };
    let items = parsed.items(bytes);
    if !items.iter().any(&is_label) {
        return Ok(meta.bytes(bytes).to_vec());
    }
    let mut content = bytes.get(meta.body..parsed.body).unwrap_or_default().to_vec();
    for child in &parsed.inners {
        if child.name == *b"ilst" {
            let kept = items.iter().filter(|item| !is_label(item));
            let kept: Vec<u8> = kept.flat_map(|item| item.bytes(bytes)).copied().collect();
            content.extend(boxed(b"ilst", &kept)?);
        } else {
            content.extend(child.bytes(bytes));
        }
    }
    boxed(b"meta", &content)
}
