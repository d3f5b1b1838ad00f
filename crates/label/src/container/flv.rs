//! FLV: the guide's place is a property of `onMetaData` in the first script tag.

use super::{Order, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::limits::{DEPTH_MAX, PARTS_MAX};
use crate::source::{Source, number_be, part, put};
use crate::trouble::Trouble;

const SCRIPT: u8 = 18;
/// Head of a tag, and the length of the whole that stands behind it.
const HEAD: u64 = 11;
const BEHIND: u64 = 4;
const NAME: &[u8] = b"\x02\x00\x0aonMetaData";
/// Tags before the first script tag that are looked at.
const TAGS_MAX: usize = 64;

/// The script tag with the metadata: where it begins, and its content.
struct Script {
    at: u64,
    head: [u8; 11],
    content: Vec<u8>,
}

fn first_tag_at(source: &mut Source<'_>) -> Result<u64, Trouble> {
    let head = u64::from(source.u32_be(5)?);
    if head < 9 || head + 4 > source.len() {
        return Err(Trouble::Damaged { at: 5, part: "FLV" });
    }
    Ok(head + 4)
}

fn script(source: &mut Source<'_>) -> Result<Option<Script>, Trouble> {
    let mut at = first_tag_at(source)?;
    for _ in 0..TAGS_MAX {
        if at + HEAD > source.len() {
            break;
        }
        let head: [u8; 11] = source.array(at)?;
        let len = number_be(&head, 1, 3).unwrap_or(0);
        let end = at + HEAD + len + BEHIND;
        if end > source.len() {
            return Err(Trouble::Damaged { at, part: "tag" });
        }
        if head.first().map(|kind| kind & 0x1f) == Some(SCRIPT) {
            let content = source.bytes(at + HEAD, len)?;
            if content.starts_with(NAME) {
                return Ok(Some(Script { at, head, content }));
            }
        }
        at = end;
    }
    Ok(None)
}

/// A property of the metadata: its name, and where it lies in the content.
struct Property {
    name: String,
    at: usize,
    value_at: usize,
    end: usize,
}

/// The list of properties: where its count stands, the properties, and where its end mark is.
struct List {
    count_at: Option<usize>,
    properties: Vec<Property>,
    end: usize,
}

fn list(content: &[u8], at: usize) -> Option<List> {
    let (count_at, mut at) = match content.get(at)? {
        8 => (Some(at + 1), at + 5),
        3 => (None, at + 1),
        _ => return None,
    };
    let mut properties = Vec::new();
    while properties.len() < PARTS_MAX {
        let len = usize::try_from(number_be(content, at, 2)?).ok()?;
        if len == 0 && content.get(at + 2) == Some(&9) {
            return Some(List { count_at, properties, end: at });
        }
        let name = loose_text(part(content, at + 2, len)?);
        let value_at = at + 2 + len;
        let end = after(content, value_at, 0)?;
        properties.push(Property { name, at, value_at, end });
        at = end;
    }
    None
}

/// Where a value ends.
fn after(content: &[u8], at: usize, depth: usize) -> Option<usize> {
    if depth > DEPTH_MAX {
        return None;
    }
    let count = |wide: usize| usize::try_from(number_be(content, at + 1, wide)?).ok();
    let end = match content.get(at)? {
        0 => at + 9,
        1 => at + 2,
        2 => at.checked_add(3 + count(2)?)?,
        3 => members(content, at + 1, depth)?,
        5 | 6 => at + 1,
        7 => at + 3,
        8 => members(content, at + 5, depth)?,
        10 => {
            let mut end = at + 5;
            for _ in 0..count(4)?.min(PARTS_MAX) {
                end = after(content, end, depth + 1)?;
            }
            end
        }
        11 => at + 11,
        12 => at.checked_add(5 + count(4)?)?,
        _ => return None,
    };
    (end <= content.len()).then_some(end)
}

/// Where a list of names and values ends, its mark included.
fn members(content: &[u8], mut at: usize, depth: usize) -> Option<usize> {
    loop {
        let len = usize::try_from(number_be(content, at, 2)?).ok()?;
        if len == 0 && content.get(at + 2) == Some(&9) {
            return Some(at + 3);
        }
        at = after(content, at.checked_add(2 + len)?, depth + 1)?;
    }
}

fn text(content: &[u8], property: &Property) -> Option<String> {
    let wide = match content.get(property.value_at)? {
        2 => 2,
        12 => 4,
        _ => return None,
    };
    content.get(property.value_at + 1 + wide..property.end).map(loose_text)
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let Some(script) = script(source)? else { return Ok(()) };
    let damaged = Trouble::Damaged { at: script.at, part: "onMetaData" };
    let list = list(&script.content, NAME.len()).ok_or(damaged)?;
    for property in list.properties.iter().filter(|one| one.name == found.standard.key) {
        found.push(Place::ScriptData, &text(&script.content, property).unwrap_or_default());
    }
    Ok(())
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let mut edits = Edits::default();
    let ours = property(&order.standard.key, &order.bare)?;
    let Some(script) = script(source)? else {
        let mut content = NAME.to_vec();
        content.extend([8, 0, 0, 0, 1]);
        content.extend(ours);
        content.extend([0, 0, 9]);
        let head = [SCRIPT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        edits.insert(first_tag_at(source)?, tag(head, &content)?);
        return Ok(edits);
    };
    let damaged = Trouble::Damaged { at: script.at, part: "onMetaData" };
    let content = &script.content;
    let list = list(content, NAME.len()).ok_or(damaged.clone())?;
    let is_label = |one: &&Property| one.name == order.standard.key;
    let mut new = Vec::with_capacity(content.len() + ours.len());
    let first = list.properties.first().map_or(list.end, |one| one.at);
    new.extend(content.get(..first).ok_or(damaged.clone())?);
    let mut kept = 0_u32;
    let mut places = Vec::new();
    for one in list.properties.iter().filter(|one| !is_label(one)) {
        places.push((one, new.len()));
        new.extend(content.get(one.at..one.end).ok_or(damaged.clone())?);
        kept += 1;
    }
    new.extend(&ours);
    new.extend(content.get(list.end..).ok_or(damaged)?);
    if let Some(at) = list.count_at {
        put(&mut new, at, &(kept + 1).to_be_bytes());
    }
    let grown = i128::from(new.len() as u64) - i128::from(content.len() as u64);
    let old_end = script.at + HEAD + content.len() as u64 + BEHIND;
    for (one, at) in places {
        move_places(&mut new, one, at, (old_end, source.len()), grown);
    }
    edits.replace(script.at, old_end - script.at, tag(script.head, &new)?);
    Ok(edits)
}

/// The metadata may name places in the file, and its length, as numbers with a point.
fn move_places(
    new: &mut [u8],
    property: &Property,
    at: usize,
    (old_end, file_len): (u64, u64),
    grown: i128,
) {
    let value_at = at + (property.value_at - property.at);
    let end = at + (property.end - property.at);
    let mut numbers = Vec::new();
    match property.name.as_str() {
        "filesize" => numbers.push((value_at, file_len)),
        "keyframes" => {
            let Some(inside) = new.get(..end).and_then(|bytes| list(bytes, value_at)) else {
                return;
            };
            for one in inside.properties.iter().filter(|one| one.name == "filepositions") {
                let mut place = one.value_at + 5;
                while place + 9 <= one.end {
                    numbers.push((place, old_end));
                    place += 9;
                }
            }
        }
        _ => {}
    }
    for (place, least) in numbers {
        let Some(bits) = number_be(new, place + 1, 8) else { continue };
        let number = f64::from_bits(bits);
        // Only whole numbers that a file of this length can hold are places.
        let fits = new.get(place) == Some(&0) && number.fract() == 0.0;
        if fits && number >= least as f64 && number <= file_len as f64 {
            put(new, place + 1, &(number + grown as f64).to_be_bytes());
        }
    }
}

fn property(key: &str, bare: &str) -> Result<Vec<u8>, Trouble> {
    let too_large = || Trouble::TooLarge { part: "onMetaData" };
    let mut bytes = u16::try_from(key.len()).map_err(|_| too_large())?.to_be_bytes().to_vec();
    bytes.extend(key.as_bytes());
    match u16::try_from(bare.len()) {
        Ok(len) => {
            bytes.push(2);
            bytes.extend(len.to_be_bytes());
        }
        Err(_) => {
            bytes.push(12);
            bytes.extend(u32::try_from(bare.len()).map_err(|_| too_large())?.to_be_bytes());
        }
    }
    bytes.extend(bare.as_bytes());
    Ok(bytes)
}

fn tag(mut head: [u8; 11], content: &[u8]) -> Result<Vec<u8>, Trouble> {
    let len = u32::try_from(content.len()).ok().filter(|len| *len < 1 << 24);
    let [_, sizes @ ..] = len.ok_or(Trouble::TooLarge { part: "onMetaData" })?.to_be_bytes();
    put(&mut head, 1, &sizes);
    let mut bytes = head.to_vec();
    bytes.extend(content);
    let whole = u32::try_from(bytes.len()).map_err(|_| Trouble::TooLarge { part: "tag" })?;
    bytes.extend(whole.to_be_bytes());
    Ok(bytes)
}
