//! ZIP archives: members found, and some of them replaced where they lie; every other byte stays.

use std::io::{Read as _, Write as _};

use super::checksum::crc32;
use crate::edits::Edits;
use crate::limits::{PARTS_MAX, UNPACKED_BYTES_MAX};
use crate::source::{Source, number_le, part, position, put};
use crate::trouble::Trouble;

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: u64 = 22;
/// The end in its wide form, ZIP64, and what leads to it.
const WIDE_END: &[u8] = b"PK\x06\x06";
const WIDE_END_BYTES: u64 = 56;
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_BYTES: u64 = 20;
/// The number of the extra field that holds what has no room in four bytes.
const WIDE_FIELD: u64 = 1;
/// Stands for a number that has no room in its place.
const SHORT_FULL: u64 = 0xFFFF;
const LONG_FULL: u64 = 0xFFFF_FFFF;
const COMMENT_BYTES_MAX: u64 = 0xFFFF;
const ENTRY_BYTES: usize = 46;
const DEFLATED: u64 = 8;

/// A member, as the directory has it.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// Its entry in the directory, as it is.
    entry: Vec<u8>,
    /// Where its own head is.
    at: u64,
    /// Where what follows it begins.
    end: u64,
    /// Its length as it is packed.
    packed_len: u64,
    /// Where in the entry its place stands in eight bytes; none where it stands in four.
    wide_place: Option<usize>,
}

impl Member {
    fn number(&self, at: usize, size: usize) -> u64 {
        number_le(&self.entry, at, size).unwrap_or(0)
    }

    fn is_encrypted(&self) -> bool {
        self.number(8, 2) & 1 == 1
    }
}

/// An archive.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) members: Vec<Member>,
    directory_at: u64,
    directory_len: u64,
    end_at: u64,
    /// Where the end stands in its wide form, too.
    wide_end_at: Option<u64>,
}

impl Archive {
    pub(super) fn read(source: &mut Source<'_>) -> Result<Archive, Trouble> {
        let damaged = |at| Trouble::Damaged { at, part: "ZIP" };
        let from = source.len().saturating_sub(COMMENT_BYTES_MAX + END_BYTES);
        let tail = source.up_to(from, COMMENT_BYTES_MAX + END_BYTES)?;
        let last = tail.windows(END.len()).rposition(|window| window == END);
        let last = last.ok_or(damaged(from))?;
        let number = |at: usize, size| number_le(&tail, last + at, size).ok_or(damaged(from));
        let (mut count, mut len, mut at) = (number(10, 2)?, number(12, 4)?, number(16, 4)?);
        let end_at = from + last as u64;
        let wide_end_at = wide_end(end_at, source)?;
        let is_full = count == SHORT_FULL || len == LONG_FULL || at == LONG_FULL;
        match wide_end_at {
            Some(wide) => {
                let wide = source.bytes(wide, WIDE_END_BYTES)?;
                let number = |at| number_le(&wide, at, 8).ok_or(damaged(end_at));
                (count, len, at) = (number(32)?, number(40)?, number(48)?);
            }
            None if is_full => return Err(damaged(end_at)),
            None => {}
        }
        if count > PARTS_MAX as u64 {
            return Err(Trouble::TooLarge { part: "ZIP64" });
        }
        let last = wide_end_at.unwrap_or(end_at);
        if at.checked_add(len).is_none_or(|end| end > last) {
            return Err(damaged(end_at));
        }
        let bytes = source.up_to(at, len)?;
        let (members, directory_at, directory_len) = (Vec::new(), at, len);
        let mut archive = Archive { members, directory_at, directory_len, end_at, wide_end_at };
        let mut from = 0;
        for _ in 0..count {
            let member = member(&bytes, from).ok_or(damaged(at + from as u64))?;
            from += member.entry.len();
            archive.members.push(member);
        }
        archive.find_ends();
        Ok(archive)
    }

    /// A member reaches to where the next one begins, in the order of places.
    fn find_ends(&mut self) {
        let mut places: Vec<u64> = self.members.iter().map(|member| member.at).collect();
        places.push(self.directory_at);
        places.sort_unstable();
        for member in &mut self.members {
            let next = places.partition_point(|place| *place <= member.at);
            member.end = places.get(next).copied().unwrap_or(member.at);
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name.eq_ignore_ascii_case(name))
    }

    /// The content of a member, unpacked.
    pub(super) fn content(
        &self,
        member: &Member,
        source: &mut Source<'_>,
    ) -> Result<Vec<u8>, Trouble> {
        if member.is_encrypted() {
            return Err(Trouble::Encrypted);
        }
        let damaged = Trouble::Damaged { at: member.at, part: "ZIP" };
        let head = source.bytes(member.at, 30)?;
        let names = number_le(&head, 26, 2).zip(number_le(&head, 28, 2));
        let (name, extra) =
            names.filter(|_| head.starts_with(b"PK\x03\x04")).ok_or(damaged.clone())?;
        let start = member.at.checked_add(30 + name + extra).ok_or(damaged.clone())?;
        let packed = source.bytes(start, member.packed_len)?;
        let bytes = match member.number(10, 2) {
            0 => packed,
            DEFLATED => {
                let mut out = Vec::new();
                let reader = flate2::read::DeflateDecoder::new(packed.as_slice());
                let read = reader.take(UNPACKED_BYTES_MAX + 1).read_to_end(&mut out);
                read.map_err(|_| damaged.clone())?;
                out
            }
            _ => return Err(damaged),
        };
        if bytes.len() as u64 > UNPACKED_BYTES_MAX {
            return Err(Trouble::TooLarge { part: "ZIP" });
        }
        Ok(bytes)
    }

    /// The archive with new contents of these members; those that are not there come last.
    pub(super) fn with(&self, contents: &[(&str, Vec<u8>)]) -> Result<Edits, Trouble> {
        let mut edits = Edits::default();
        let mut entries: Vec<(Vec<u8>, u64, Option<usize>)> = Vec::new();
        let mut new = contents.iter().collect::<Vec<_>>();
        for member in &self.members {
            let (mut entry, mut wide) = (member.entry.clone(), member.wide_place);
            if let Some(at) = new.iter().position(|(name, _)| member.name == *name) {
                let (_, content) = new.swap_remove(at);
                (entry, wide) = (narrow(&entry), None);
                let packed = packed(&mut entry, content)?;
                edits.replace(member.at, member.end - member.at, local(&entry, &packed));
            }
            entries.push((entry, member.at, wide));
        }
        let stamp = self.members.first().map(|member| member.number(12, 4)).unwrap_or(0);
        let mut added = Vec::new();
        let mut places = Vec::new();
        for (name, content) in new {
            let mut entry = fresh(name, stamp)?;
            let packed = packed(&mut entry, content)?;
            places.push((entry.clone(), added.len() as u64));
            added.extend(local(&entry, &packed));
        }
        let added_len = added.len() as u64;
        edits.insert(self.directory_at, added);
        let shifts = edits.shifts();
        // What is added stands before the directory, whose own new place is behind it.
        let added_at = shifts.moved(self.directory_at) - added_len;
        let mut directory = Vec::new();
        let kept = entries.into_iter().map(|(entry, at, wide)| (entry, shifts.moved(at), wide));
        let more = places.into_iter().map(|(entry, at)| (entry, added_at + at, None));
        let mut count = 0_u64;
        for (mut entry, at, wide) in kept.chain(more) {
            match wide {
                Some(place) => put(&mut entry, place, &at.to_le_bytes()),
                None => put(&mut entry, 42, &four(at).ok_or(TOO_LARGE)?),
            }
            directory.extend(entry);
            count += 1;
        }
        self.end(&mut edits, directory, added_at + added_len, count)?;
        Ok(edits)
    }

    /// The directory and what is behind it, in the form that the archive has already.
    fn end(
        &self,
        edits: &mut Edits,
        directory: Vec<u8>,
        at: u64,
        count: u64,
    ) -> Result<(), Trouble> {
        let len = directory.len() as u64;
        edits.replace(self.directory_at, self.directory_len, directory);
        let short = u16::try_from(count).ok().filter(|count| u64::from(*count) < SHORT_FULL);
        let (mut short, mut long) = (short.map(u16::to_le_bytes), [four(len), four(at)]);
        if let Some(wide) = self.wide_end_at {
            let (count, place) = (count.to_le_bytes(), edits.shifts().moved(wide));
            let both = [count, count, len.to_le_bytes(), at.to_le_bytes()].concat();
            edits.overwrite(wide + 24, both);
            edits.overwrite(self.end_at - LOCATOR_BYTES + 8, place.to_le_bytes().to_vec());
            // What has no room here is read there.
            short = short.or(Some([0xFF; 2]));
            long = long.map(|number| number.or(Some([0xFF; 4])));
        }
        let short = short.ok_or(TOO_LARGE)?;
        let [len, at] = long.map(|number| number.ok_or(TOO_LARGE));
        edits.overwrite(self.end_at + 8, [short, short].concat());
        edits.overwrite(self.end_at + 12, [len?, at?].concat());
        Ok(())
    }
}

const TOO_LARGE: Trouble = Trouble::TooLarge { part: "ZIP64" };

/// A number in four bytes, where it has room there.
fn four(number: u64) -> Option<[u8; 4]> {
    let number = u32::try_from(number).ok().filter(|number| u64::from(*number) < LONG_FULL)?;
    Some(number.to_le_bytes())
}

/// Where the end stands in its wide form, if it does.
fn wide_end(end_at: u64, source: &mut Source<'_>) -> Result<Option<u64>, Trouble> {
    let Some(locator_at) = end_at.checked_sub(LOCATOR_BYTES) else { return Ok(None) };
    let locator = source.bytes(locator_at, LOCATOR_BYTES)?;
    if !locator.starts_with(LOCATOR) {
        return Ok(None);
    }
    let damaged = Trouble::Damaged { at: locator_at, part: "ZIP64" };
    let at = number_le(&locator, 8, 8).ok_or(damaged.clone())?;
    let is_before = at.checked_add(WIDE_END_BYTES).is_some_and(|end| end <= locator_at);
    if is_before && source.bytes(at, 4)? == WIDE_END { Ok(Some(at)) } else { Err(damaged) }
}

/// The extra fields of an entry: the number of each, and where it stands with its head.
fn extras(entry: &[u8]) -> Vec<(u64, std::ops::Range<usize>)> {
    let len = |at| number_le(entry, at, 2).and_then(|len| usize::try_from(len).ok()).unwrap_or(0);
    let mut at = ENTRY_BYTES + len(28);
    let end = (at + len(30)).min(entry.len());
    let mut found = Vec::new();
    while let Some((number, size)) = number_le(entry, at, 2).zip(number_le(entry, at + 2, 2)) {
        let next = at.saturating_add(4).saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
        if next > end {
            break;
        }
        found.push((number, at..next));
        at = next;
    }
    found
}

/// The entry without what it says in eight bytes, for a member that is written anew.
fn narrow(entry: &[u8]) -> Vec<u8> {
    let Some((_, field)) = extras(entry).into_iter().find(|(number, _)| *number == WIDE_FIELD)
    else {
        return entry.to_vec();
    };
    let (mut kept, cut) = (entry.to_vec(), field.len() as u64);
    kept.drain(field);
    let len = number_le(&kept, 30, 2).unwrap_or(0).saturating_sub(cut);
    put(&mut kept, 30, len.to_le_bytes().get(..2).unwrap_or_default());
    kept
}

fn member(directory: &[u8], at: usize) -> Option<Member> {
    let head = part(directory, at, ENTRY_BYTES).filter(|head| head.starts_with(b"PK\x01\x02"))?;
    let len = |at| number_le(head, at, 2).and_then(|len| usize::try_from(len).ok());
    let (name, whole) = (len(28)?, ENTRY_BYTES + len(28)? + len(30)? + len(32)?);
    let entry = part(directory, at, whole)?.to_vec();
    let name = String::from_utf8_lossy(part(&entry, ENTRY_BYTES, name)?).into_owned();
    // Only what has no room in four bytes stands in the extra field, in this order.
    let wide = extras(&entry).into_iter().find(|(number, _)| *number == WIDE_FIELD);
    let mut next = wide.map(|(_, field)| (field.start + 4, field.end));
    let mut read = |at: usize| -> Option<(u64, Option<usize>)> {
        let short = number_le(head, at, 4)?;
        if short != LONG_FULL {
            return Some((short, None));
        }
        let (start, end) = next.filter(|(start, end)| start + 8 <= *end)?;
        next = Some((start + 8, end));
        Some((number_le(&entry, start, 8)?, Some(start)))
    };
    let (_, (packed_len, _), (at, wide_place)) = (read(24)?, read(20)?, read(42)?);
    Some(Member { name, at, end: 0, entry, packed_len, wide_place })
}

/// Packs a content and writes what follows from it into the entry.
fn packed(entry: &mut [u8], content: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content)?;
    let packed = encoder.finish()?;
    let too_large = |_| Trouble::TooLarge { part: "ZIP" };
    let flags = number_le(entry, 8, 2).and_then(|flags| u16::try_from(flags).ok()).unwrap_or(0);
    // Only the flag of names in UTF-8 still says something.
    put(entry, 8, &(flags & 0x0800).to_le_bytes());
    put(entry, 10, &8_u16.to_le_bytes());
    put(entry, 16, &crc32(content).to_le_bytes());
    put(entry, 20, &u32::try_from(packed.len()).map_err(too_large)?.to_le_bytes());
    put(entry, 24, &u32::try_from(content.len()).map_err(too_large)?.to_le_bytes());
    Ok(packed)
}

/// A member's own head, made from its entry, and its content.
fn local(entry: &[u8], packed: &[u8]) -> Vec<u8> {
    let name_len = number_le(entry, 28, 2).and_then(|len| usize::try_from(len).ok()).unwrap_or(0);
    let mut bytes = b"PK\x03\x04\x14\0".to_vec();
    bytes.extend(entry.get(8..28).unwrap_or_default());
    bytes.extend(entry.get(28..30).unwrap_or_default());
    bytes.extend([0, 0]);
    bytes.extend(part(entry, ENTRY_BYTES, name_len).unwrap_or_default());
    bytes.extend(packed);
    bytes
}

/// An entry of a new member, dated as the archive's first.
fn fresh(name: &str, stamp: u64) -> Result<Vec<u8>, Trouble> {
    let len = u16::try_from(name.len()).map_err(|_| Trouble::TooLarge { part: "ZIP" })?;
    let mut entry = vec![0; ENTRY_BYTES];
    put(&mut entry, 0, b"PK\x01\x02\x14\0\x14\0");
    let stamp = stamp.to_le_bytes();
    put(&mut entry, 12, stamp.get(..4).unwrap_or_default());
    put(&mut entry, 28, &len.to_le_bytes());
    entry.extend(name.as_bytes());
    Ok(entry)
}

/// Whether a name is among the members' beginnings.
pub(super) fn has_folder(archive: &Archive, folder: &str) -> bool {
    let is_below = |member: &Member| position(member.name.as_bytes(), folder.as_bytes()) == Some(0);
    archive.members.iter().any(is_below)
}
