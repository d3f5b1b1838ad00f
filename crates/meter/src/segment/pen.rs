//! Writing a segment.

use std::io::Write as _;

use kouan_disk::{Disk, Writer};
use kouan_terms::Diagnostic;

use super::contents::{Block, Contents, Head};
use super::{Digest, END_BYTES, MARK, Section, Segment, Stored, Ties, packing};
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

    /// Writes links, settled.
    pub(crate) fn ties(&mut self, ties: &Ties) -> Result<(), Diagnostic> {
        for pairs in ties.narrow.chunks(limits::BLOCK_RECORDS) {
            let pairs: Vec<(u128, u32)> = pairs.iter().map(|pair| (*pair, 0)).collect();
            let first = pairs.first().map(|(pair, _)| *pair);
            self.block(Section::NarrowLinks, first, pairs.len(), |to| packing::pack(&pairs, to))?;
        }
        for ties in ties.mixed.chunks(limits::BLOCK_RECORDS) {
            let pack = |to: &mut Vec<u8>| packing::pack_mixed(ties, to);
            self.block(Section::MixedLinks, Some(0), ties.len(), pack)?;
        }
        Ok(())
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
