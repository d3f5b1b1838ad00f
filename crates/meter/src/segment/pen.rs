//! Writing a segment.

use std::io::Write as _;

use kouan_disk::{Disk, Writer};
use kouan_terms::Diagnostic;

use super::contents::{Block, Contents, Head};
use super::{Digest, END_BYTES, MARK, Section, Segment, Stored, Tie, packing};
use crate::fault;
use crate::limits;

/// The name of a segment that is being written; the lock sees to it that there is one only.
pub(crate) const WRITING: &str = "writing";

/// Writes a segment, section by section in the order of the file.
pub(crate) struct Pen<'d> {
    disk: &'d dyn Disk,
    folder: String,
    writer: Box<dyn Writer>,
    waiting: Vec<u8>,
    offset: u64,
    sections: [Vec<Block>; 4],
}

impl<'d> Pen<'d> {
    /// Begins a file; what an earlier one left unfinished goes.
    pub(crate) fn begin(disk: &'d dyn Disk, folder: &str) -> Result<Pen<'d>, Diagnostic> {
        let begun = || {
            disk.make_dir(folder)?;
            let path = format!("{folder}/{WRITING}");
            if disk.len(&path)?.is_some() {
                disk.remove(&path)?;
            }
            disk.create(&path)
        };
        let writer = begun().map_err(|error| fault::unwritten(&error))?;
        Ok(Pen {
            disk,
            folder: folder.to_owned(),
            writer,
            waiting: Vec::with_capacity(limits::WRITE_BYTES + limits::BLOCK_BYTES),
            offset: 0,
            sections: [const { Vec::new() }; 4],
        })
    }

    /// Writes persons in order of their codes, at most [`limits::BLOCK_RECORDS`] at a time.
    pub(crate) fn persons<C: Stored>(&mut self, records: &[(C, u32)]) -> Result<(), Diagnostic> {
        let first = records.first().map(|(code, _)| code.wide());
        self.block(C::SECTION, first, records.len(), |to| packing::pack(records, to))
    }

    /// Writes links of one section in order, at most [`limits::BLOCK_RECORDS`] at a time.
    pub(crate) fn ties(&mut self, ties: &[Tie]) -> Result<(), Diagnostic> {
        let pairs: Vec<(u128, u32)> =
            ties.iter().filter_map(packing::pair_of).map(|pair| (pair, 0)).collect();
        if pairs.len() == ties.len() {
            let first = pairs.first().map(|(pair, _)| *pair);
            self.block(Section::NarrowLinks, first, ties.len(), |to| packing::pack(&pairs, to))
        } else {
            let first = Some(0).filter(|_| !ties.is_empty());
            self.block(Section::MixedLinks, first, ties.len(), |to| packing::pack_mixed(ties, to))
        }
    }

    /// Writes links in the order of [`super::sort_ties`].
    pub(crate) fn all_ties(&mut self, ties: &[Tie]) -> Result<(), Diagnostic> {
        let narrow = ties.partition_point(|tie| packing::pair_of(tie).is_some());
        let (narrow, mixed) = ties.split_at_checked(narrow).unwrap_or_default();
        narrow.chunks(limits::BLOCK_RECORDS).try_for_each(|ties| self.ties(ties))?;
        mixed.chunks(limits::BLOCK_RECORDS).try_for_each(|ties| self.ties(ties))
    }

    fn block(
        &mut self,
        section: Section,
        first: Option<u128>,
        records: usize,
        pack: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), Diagnostic> {
        let Some(first) = first else { return Ok(()) };
        let start = self.waiting.len();
        pack(&mut self.waiting);
        let bytes = self.waiting.get(start..).unwrap_or_default();
        let block = Block {
            first,
            records: records as u32,
            offset: self.offset,
            bytes: bytes.len() as u32,
            digest: Digest::of(bytes),
        };
        self.offset += bytes.len() as u64;
        if let Some(blocks) = self.sections.get_mut(section as usize) {
            blocks.push(block);
        }
        if self.waiting.len() < limits::WRITE_BYTES { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Diagnostic> {
        self.writer.write_all(&self.waiting).map_err(|error| fault::unwritten(&error))?;
        self.waiting.clear();
        Ok(())
    }

    /// Writes the contents, makes all of it durable, and only then gives it its name.
    pub(crate) fn finish(mut self, head: Head) -> Result<Digest, Diagnostic> {
        let contents = Contents { head, sections: std::mem::take(&mut self.sections) };
        let contents = contents.write();
        if contents.len() as u64 > limits::CONTENTS_BYTES {
            return Err(fault::too_many("contents", limits::CONTENTS_BYTES as usize));
        }
        let digest = Digest::of(&contents);
        let mut end = [0; END_BYTES];
        let length = (contents.len() as u64).to_le_bytes();
        for (to, from) in end.iter_mut().zip(length.iter().chain(MARK)) {
            *to = *from;
        }
        self.waiting.extend_from_slice(&contents);
        self.waiting.extend_from_slice(&end);
        self.flush()?;
        let mut named = || {
            self.writer.sync()?;
            let from = format!("{}/{WRITING}", self.folder);
            self.disk.rename(&from, &Segment::path(&self.folder, &digest))
        };
        named().map_err(|error| fault::unwritten(&error))?;
        Ok(digest)
    }
}
