//! ZIP archives: members found, and some of them replaced where they lie; every other byte stays.

use std::io::{Read as _, Write as _};

use super::checksum::crc32;
use crate::edits::Edits;
use crate::limits::UNPACKED_BYTES_MAX;
use crate::source::{Source, number_le, part, position, put};
use crate::trouble::Trouble;

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: u64 = 22;
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
}

impl Archive {
    pub(super) fn read(source: &mut Source<'_>) -> Result<Archive, Trouble> {
        let damaged = |at| Trouble::Damaged { at, part: "ZIP" };
        let from = source.len().saturating_sub(COMMENT_BYTES_MAX + END_BYTES);
        let tail = source.up_to(from, COMMENT_BYTES_MAX + END_BYTES)?;
        let last = tail.windows(END.len()).rposition(|window| window == END);
        let last = last.ok_or(damaged(from))?;
        let number = |at: usize, size| number_le(&tail, last + at, size).ok_or(damaged(from));
        let (count, len, at) = (number(10, 2)?, number(12, 4)?, number(16, 4)?);
        let end_at = from + last as u64;
        if count == 0xFFFF || len == 0xFFFF_FFFF || at == 0xFFFF_FFFF {
            return Err(Trouble::TooLarge { part: "ZIP64" });
        }
        if at.checked_add(len).is_none_or(|end| end > end_at) {
            return Err(damaged(end_at));
        }
        let bytes = source.up_to(at, len)?;
        let mut archive =
            Archive { members: Vec::new(), directory_at: at, directory_len: len, end_at };
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
        let packed = source.bytes(member.at + 30 + name + extra, member.number(20, 4))?;
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
        let mut entries: Vec<(Vec<u8>, u64)> = Vec::new();
        let mut new = contents.iter().collect::<Vec<_>>();
        for member in &self.members {
            let mut entry = member.entry.clone();
            if let Some(at) = new.iter().position(|(name, _)| member.name == *name) {
                let (_, content) = new.swap_remove(at);
                let packed = packed(&mut entry, content)?;
                edits.replace(member.at, member.end - member.at, local(&entry, &packed));
            }
            entries.push((entry, member.at));
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
        edits.insert(self.directory_at, added.clone());
        let shifts = edits.shifts();
        // What is added stands before the directory, whose own new place is behind it.
        let added_at = shifts.moved(self.directory_at) - added.len() as u64;
        let mut directory = Vec::new();
        let kept = entries.into_iter().map(|(entry, at)| (entry, shifts.moved(at)));
        for (mut entry, at) in kept.chain(places.into_iter().map(|(e, at)| (e, added_at + at))) {
            let at = u32::try_from(at).map_err(|_| Trouble::TooLarge { part: "ZIP64" })?;
            put(&mut entry, 42, &at.to_le_bytes());
            directory.extend(entry);
        }
        let too_large = |_| Trouble::TooLarge { part: "ZIP64" };
        let count = self.members.len() + contents.len()
            - contents.iter().filter(|(name, _)| self.find(name).is_some()).count();
        let count = u16::try_from(count).map_err(too_large)?.to_le_bytes();
        let len = u32::try_from(directory.len()).map_err(too_large)?.to_le_bytes();
        let at = u32::try_from(added_at + added.len() as u64).map_err(too_large)?.to_le_bytes();
        edits.replace(self.directory_at, self.directory_len, directory);
        edits.overwrite(self.end_at + 8, [count, count].concat());
        edits.overwrite(self.end_at + 12, [len, at].concat());
        Ok(edits)
    }
}

fn member(directory: &[u8], at: usize) -> Option<Member> {
    let head = part(directory, at, ENTRY_BYTES).filter(|head| head.starts_with(b"PK\x01\x02"))?;
    let len = |at| number_le(head, at, 2).and_then(|len| usize::try_from(len).ok());
    let (name, whole) = (len(28)?, ENTRY_BYTES + len(28)? + len(30)? + len(32)?);
    let entry = part(directory, at, whole)?.to_vec();
    let name = String::from_utf8_lossy(part(&entry, ENTRY_BYTES, name)?).into_owned();
    Some(Member { name, at: number_le(head, 42, 4)?, end: 0, entry })
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
