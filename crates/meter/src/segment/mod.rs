//! Segments: immutable files of persons and links, named by their digest.
//!
//! A file is blocks one after another, then the contents, then their length and a mark. The digest
//! is SHA-256 of the contents, which hold the digest of every block: the name of the file vouches
//! for all of it, and a block can be checked without reading the others.
//!
//! | section | records | order |
//! |---|---|---|
//! | narrow persons | packed key, profile | by key |
//! | wide persons | hashed key, profile | by key |
//! | narrow links | strongest packed key of a row, another packed key of it | by both |
//! | mixed links | the same where one or both are hashed | by both |
//!
//! Numbers are written with the low byte first. In a block records are differences to the one
//! before, all as wide as the widest of them; the first stands in the contents.

mod contents;
mod packing;
mod pen;

use std::fmt;
use std::io;

use kouan_disk::Disk;
use kouan_terms::Diagnostic;
use sha2::{Digest as _, Sha256};

pub(crate) use self::contents::{Contents, Head};
pub(crate) use self::pen::{Pen, WRITING};

use crate::fault;
use crate::key::{Code, Node};
use crate::limits;

/// The digest of a segment: its name, and what an entry of the ledger says of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Takes over the bytes of a digest.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Digest> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let bytes: Option<Vec<u8>> =
            pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        let bytes = bytes?.try_into().ok().filter(|_| rest.is_empty())?;
        Some(Digest(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

/// The sections, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    NarrowPersons,
    WidePersons,
    NarrowLinks,
    MixedLinks,
}

impl Section {
    const fn name(self) -> &'static str {
        match self {
            Section::NarrowPersons => "narrow-persons",
            Section::WidePersons => "wide-persons",
            Section::NarrowLinks => "narrow-links",
            Section::MixedLinks => "mixed-links",
        }
    }
}

/// The section of persons with codes of a width.
pub(crate) trait Stored: Code {
    const SECTION: Section;
}

impl Stored for u64 {
    const SECTION: Section = Section::NarrowPersons;
}

impl Stored for u128 {
    const SECTION: Section = Section::WidePersons;
}

/// Two keys of one row: the strongest, and another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tie {
    pub(crate) strongest: Node,
    pub(crate) other: Node,
}

/// The persons of a block: codes, and the places of their profiles in the segment.
pub(crate) struct Persons<C> {
    pub(crate) codes: Vec<C>,
    pub(crate) profiles: Vec<u32>,
}

/// A segment whose contents have been checked.
pub(crate) struct Segment {
    path: String,
    digest: Digest,
    contents: Contents,
}

const MARK: &[u8; 8] = b"KOUANMT1";
const END_BYTES: usize = 16;

impl Segment {
    /// Where a segment lies.
    pub(crate) fn path(folder: &str, digest: &Digest) -> String {
        format!("{folder}/{digest}")
    }

    /// Reads the contents of a segment and checks them.
    pub(crate) fn open(
        disk: &dyn Disk,
        folder: &str,
        digest: Digest,
    ) -> Result<Segment, Diagnostic> {
        let path = Segment::path(folder, &digest);
        let unread = |error: io::Error| fault::unread(&digest, &error);
        let damaged = || fault::damaged(&digest, "contents");
        let bytes = disk.len(&path).map_err(unread)?.ok_or_else(|| fault::missing(&digest))?;
        let before_end = bytes.checked_sub(END_BYTES as u64).ok_or_else(damaged)?;
        let end = disk.read_at(&path, before_end, END_BYTES).map_err(unread)?;
        let (length, mark) = end.split_at_checked(8).ok_or_else(damaged)?;
        let length = length.first_chunk().copied().map_or(0, u64::from_le_bytes);
        if mark != MARK {
            let newer = mark.first_chunk::<7>() == MARK.first_chunk();
            let code = if newer { "MT103" } else { "MT102" };
            return Err(Diagnostic::error(code).with("segment", digest).with("part", "contents"));
        }
        if length > before_end.min(limits::CONTENTS_BYTES) {
            return Err(damaged());
        }
        let start = before_end - length;
        let contents = disk.read_at(&path, start, length as usize).map_err(unread)?;
        if Digest::of(&contents) != digest {
            return Err(damaged());
        }
        let contents = Contents::read(&contents).ok_or_else(damaged)?;
        if contents.bytes() != start {
            return Err(damaged());
        }
        Ok(Segment { path, digest, contents })
    }

    pub(crate) const fn digest(&self) -> Digest {
        self.digest
    }

    pub(crate) const fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The bytes of a block, checked.
    fn block(&self, disk: &dyn Disk, section: Section, at: usize) -> Result<Vec<u8>, Diagnostic> {
        let part = || format!("{} {at}", section.name());
        let damaged = || fault::damaged(&self.digest, &part());
        let block = self.contents.blocks(section).get(at).ok_or_else(damaged)?;
        let bytes = disk
            .read_at(&self.path, block.offset, block.bytes as usize)
            .map_err(|error| fault::unread(&self.digest, &error))?;
        if bytes.len() != block.bytes as usize || Digest::of(&bytes) != block.digest {
            return Err(damaged());
        }
        Ok(bytes)
    }

    /// The persons of a block.
    pub(crate) fn persons<C: Stored>(
        &self,
        disk: &dyn Disk,
        at: usize,
    ) -> Result<Persons<C>, Diagnostic> {
        let bytes = self.block(disk, C::SECTION, at)?;
        let block = self.contents.blocks(C::SECTION).get(at);
        let persons = block
            .and_then(|block| packing::unpack(&bytes, C::low(block.first), block.records as usize));
        let persons = persons.filter(|persons| {
            let profiles = self.contents.head.profiles.len() as u32;
            persons.profiles.iter().all(|place| *place < profiles)
        });
        persons.ok_or_else(|| fault::damaged(&self.digest, &format!("{} {at}", C::SECTION.name())))
    }

    /// The links of a block.
    fn links(&self, disk: &dyn Disk, section: Section, at: usize) -> Result<Vec<Tie>, Diagnostic> {
        let bytes = self.block(disk, section, at)?;
        let block = self.contents.blocks(section).get(at);
        let ties = block.and_then(|block| match section {
            Section::NarrowLinks => {
                let pairs = packing::unpack::<u128>(&bytes, block.first, block.records as usize)?;
                Some(pairs.codes.into_iter().map(packing::narrow_tie).collect())
            }
            _ => packing::unpack_mixed(&bytes, block.records as usize),
        });
        ties.ok_or_else(|| fault::damaged(&self.digest, &format!("{} {at}", section.name())))
    }

    /// Hands over every link, narrow ones first, each kind in order.
    pub(crate) fn each_tie(
        &self,
        disk: &dyn Disk,
        mut each: impl FnMut(Tie) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        for section in [Section::NarrowLinks, Section::MixedLinks] {
            for at in 0..self.contents.blocks(section).len() {
                self.links(disk, section, at)?.into_iter().try_for_each(&mut each)?;
            }
        }
        Ok(())
    }

    /// Hands over every person of one width: the code, and the place of the profile.
    pub(crate) fn each_person<C: Stored>(
        &self,
        disk: &dyn Disk,
        mut each: impl FnMut(C, u32) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        for at in 0..self.contents.blocks(C::SECTION).len() {
            let persons = self.persons::<C>(disk, at)?;
            let mut records = persons.codes.iter().zip(&persons.profiles);
            records.try_for_each(|(code, profile)| each(*code, *profile))?;
        }
        Ok(())
    }

    /// Reads every block and checks it.
    pub(crate) fn check(&self, disk: &dyn Disk) -> Result<(), Diagnostic> {
        self.each_person::<u64>(disk, |_, _| Ok(()))?;
        self.each_person::<u128>(disk, |_, _| Ok(()))?;
        self.each_tie(disk, |_| Ok(()))
    }

    /// Takes out of sorted links those that stand here.
    pub(crate) fn take_known(
        &self,
        disk: &dyn Disk,
        ties: &mut Vec<Tie>,
    ) -> Result<(), Diagnostic> {
        let narrow = ties.partition_point(|tie| packing::pair_of(tie).is_some());
        debug_assert!(ties.iter().skip(narrow).all(|tie| packing::pair_of(tie).is_none()));
        let mut known = vec![false; ties.len()];
        for section in [Section::NarrowLinks, Section::MixedLinks] {
            let is_narrow = section == Section::NarrowLinks;
            let (from, to) = if is_narrow { (0, narrow) } else { (narrow, ties.len()) };
            let mut next = from;
            let blocks = self.contents.blocks(section);
            for (at, _) in blocks.iter().enumerate() {
                if next >= to {
                    break;
                }
                // A block that ends before the next link is passed over unread.
                let after = blocks.get(at + 1).filter(|_| is_narrow).map(|block| block.first);
                let wanted = ties.get(next).and_then(packing::pair_of);
                if after.zip(wanted).is_some_and(|(after, wanted)| after <= wanted) {
                    continue;
                }
                for tie in self.links(disk, section, at)? {
                    while next < to && ties.get(next).is_some_and(|mine| *mine < tie) {
                        next += 1;
                    }
                    if next < to && ties.get(next) == Some(&tie) {
                        if let Some(known) = known.get_mut(next) {
                            *known = true;
                        }
                        next += 1;
                    }
                }
            }
        }
        let mut known = known.into_iter();
        ties.retain(|_| !known.next().unwrap_or_default());
        Ok(())
    }
}

/// Puts links in the order of a segment: narrow ones first, each once.
pub(crate) fn sort_ties(ties: &mut Vec<Tie>) {
    ties.sort_unstable_by_key(|tie| (packing::pair_of(tie).is_none(), *tie));
    ties.dedup();
}

#[cfg(test)]
mod tests;
