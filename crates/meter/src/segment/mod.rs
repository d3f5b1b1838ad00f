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

impl From<[u8; 32]> for Digest {
    /// The digest as an entry of the ledger says it.
    fn from(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
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

    /// The links between packed keys of a block, as pairs.
    fn pairs(&self, disk: &dyn Disk, at: usize) -> Result<Vec<u128>, Diagnostic> {
        let bytes = self.block(disk, Section::NarrowLinks, at)?;
        let block = self.contents.blocks(Section::NarrowLinks).get(at);
        let pairs = block
            .and_then(|block| packing::unpack::<u128>(&bytes, block.first, block.records as usize));
        let damaged = || fault::damaged(&self.digest, &format!("narrow-links {at}"));
        pairs.map(|pairs| pairs.codes).ok_or_else(damaged)
    }

    /// The other links of a block.
    fn mixed(&self, disk: &dyn Disk, at: usize) -> Result<Vec<Tie>, Diagnostic> {
        let bytes = self.block(disk, Section::MixedLinks, at)?;
        let block = self.contents.blocks(Section::MixedLinks).get(at);
        let ties = block.and_then(|block| packing::unpack_mixed(&bytes, block.records as usize));
        ties.ok_or_else(|| fault::damaged(&self.digest, &format!("mixed-links {at}")))
    }

    /// Hands over every link, narrow ones first, each kind in order.
    pub(crate) fn each_tie(
        &self,
        disk: &dyn Disk,
        mut each: impl FnMut(Tie) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        for at in 0..self.contents.blocks(Section::NarrowLinks).len() {
            let mut pairs = self.pairs(disk, at)?.into_iter();
            pairs.try_for_each(|pair| each(packing::narrow_tie(pair)))?;
        }
        for at in 0..self.contents.blocks(Section::MixedLinks).len() {
            self.mixed(disk, at)?.into_iter().try_for_each(&mut each)?;
        }
        Ok(())
    }

    /// Hands over the persons of one width, block by block.
    pub(crate) fn each_block<C: Stored>(
        &self,
        disk: &dyn Disk,
        mut each: impl FnMut(&Persons<C>) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        (0..self.contents.blocks(C::SECTION).len())
            .try_for_each(|at| each(&self.persons::<C>(disk, at)?))
    }

    /// Reads every block and checks it.
    pub(crate) fn check(&self, disk: &dyn Disk) -> Result<(), Diagnostic> {
        self.each_block::<u64>(disk, |_| Ok(()))?;
        self.each_block::<u128>(disk, |_| Ok(()))?;
        self.each_tie(disk, |_| Ok(()))
    }

    /// Takes out of settled links those that stand here.
    pub(crate) fn take_known(&self, disk: &dyn Disk, ties: &mut Ties) -> Result<(), Diagnostic> {
        let blocks = self.contents.blocks(Section::NarrowLinks);
        let mut narrow = Known::of(&ties.narrow);
        for at in 0..blocks.len() {
            let Some(wanted) = narrow.wanted() else { break };
            // A block that ends before the next link is passed over unread.
            if blocks.get(at + 1).is_none_or(|next| next.first > *wanted) {
                self.pairs(disk, at)?.iter().for_each(|pair| narrow.see(pair));
            }
        }
        let narrow = narrow.known;
        let mut mixed = Known::of(&ties.mixed);
        for at in 0..self.contents.blocks(Section::MixedLinks).len() {
            if mixed.wanted().is_none() {
                break;
            }
            self.mixed(disk, at)?.iter().for_each(|tie| mixed.see(tie));
        }
        let (mut narrow, mut mixed) = (narrow.into_iter(), mixed.known.into_iter());
        ties.narrow.retain(|_| !narrow.next().unwrap_or_default());
        ties.mixed.retain(|_| !mixed.next().unwrap_or_default());
        Ok(())
    }
}

/// Which of some links in order are among others in order.
struct Known<'a, T> {
    all: &'a [T],
    next: usize,
    known: Vec<bool>,
}

impl<'a, T: Ord> Known<'a, T> {
    fn of(all: &'a [T]) -> Known<'a, T> {
        Known { all, next: 0, known: vec![false; all.len()] }
    }

    fn wanted(&self) -> Option<&T> {
        self.all.get(self.next)
    }

    fn see(&mut self, other: &T) {
        while self.wanted().is_some_and(|wanted| wanted < other) {
            self.next += 1;
        }
        if self.wanted() == Some(other)
            && let Some(known) = self.known.get_mut(self.next)
        {
            *known = true;
        }
    }
}

/// Links that were gathered.
#[derive(Clone, Default)]
pub(crate) struct Ties {
    narrow: Vec<u128>,
    mixed: Vec<Tie>,
}

impl Ties {
    pub(crate) fn push(&mut self, tie: Tie) {
        match packing::pair_of(&tie) {
            Some(pair) => self.narrow.push(pair),
            None => self.mixed.push(tie),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.narrow.len() + self.mixed.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts them in the order of a segment, each once.
    pub(crate) fn settle(&mut self) {
        // The stable sorts make use of what is in order already: all but the last ones.
        self.narrow.sort();
        self.narrow.dedup();
        self.mixed.sort();
        self.mixed.dedup();
    }

    /// In order.
    pub(crate) fn into_each(self) -> impl Iterator<Item = Tie> {
        self.narrow.into_iter().map(packing::narrow_tie).chain(self.mixed)
    }
}

/// The order of links in a segment.
pub(crate) fn tie_order(tie: &Tie) -> (bool, Tie) {
    (packing::pair_of(tie).is_none(), *tie)
}

#[cfg(test)]
mod tests;
