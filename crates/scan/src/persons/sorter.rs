//! Sorted, distinct records: in memory first, in scratch space past a limit.

use kouan_terms::Diagnostic;

use super::merged::{Merged, Source};
use super::record::Record;
use super::scratch::{Scratch, Spaces};

/// Memory for writing to scratch space.
const WRITE_BYTES: usize = 4 << 20;

/// Records of one sort, in any order, with those that were sorted before.
pub(super) struct Sorter<R> {
    fresh: Vec<R>,
    /// Sorted and distinct, from other sorters.
    runs: Vec<Vec<R>>,
    segments: Vec<Segment>,
}

/// A sorted and distinct run in a space.
struct Segment {
    space: usize,
    at: u64,
    records: u64,
}

impl<R> Default for Sorter<R> {
    fn default() -> Self {
        Sorter { fresh: Vec::new(), runs: Vec::new(), segments: Vec::new() }
    }
}

impl<R: Record> Sorter<R> {
    /// Nothing was ever put in.
    pub(super) fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.runs.is_empty() && self.segments.is_empty()
    }

    /// Bytes of memory held.
    pub(super) fn held_bytes(&self) -> usize {
        let runs: usize = self.runs.iter().map(Vec::capacity).sum();
        (self.fresh.capacity() + runs) * R::BYTES
    }

    /// Bytes of memory it would take beyond what is held to put so many more in.
    pub(super) fn growth_bytes(&self, more: usize) -> usize {
        let wanted = self.fresh.len() + more;
        if wanted <= self.fresh.capacity() {
            return 0;
        }
        (wanted.max(self.fresh.capacity() * 2) - self.fresh.capacity()) * R::BYTES
    }

    /// Puts records in.
    #[inline]
    pub(super) fn extend(&mut self, records: impl ExactSizeIterator<Item = R>) {
        self.reserve(records.len());
        self.fresh.extend(records);
    }

    /// Takes the memory to put so many more in.
    pub(super) fn reserve(&mut self, more: usize) {
        let growth = self.growth_bytes(more) / R::BYTES;
        if growth > 0 {
            self.fresh.reserve_exact(self.fresh.capacity() + growth - self.fresh.len());
        }
    }

    /// Puts a record in, for which memory was taken.
    #[inline]
    pub(super) fn push(&mut self, record: R) {
        self.fresh.push(record);
    }

    /// Sorts what is in memory, drops what is there twice, and gives back memory not needed.
    pub(super) fn settle(&mut self) {
        self.fresh.sort_unstable();
        self.fresh.dedup_by(|next, kept| kept.join(*next));
        self.fresh.shrink_to_fit();
    }

    /// Writes what is in memory to scratch space, as one run.
    pub(super) fn spill(
        &mut self,
        scratch: &dyn Scratch,
        spaces: &mut Spaces,
    ) -> Result<(), Diagnostic> {
        self.settle();
        let (fresh, runs) = (std::mem::take(&mut self.fresh), std::mem::take(&mut self.runs));
        let sources = std::iter::once(&fresh).chain(&runs).map(|run| Source::memory(run));
        let mut merged = Merged::new(sources.collect(), WRITE_BYTES);
        let mut bytes = Vec::new();
        let mut segment = None;
        loop {
            let batch = merged.next_batch()?;
            if batch.is_empty() {
                break;
            }
            bytes.clear();
            batch.iter().for_each(|record| record.write(&mut bytes));
            let (space, at) = spaces.append(scratch, &bytes)?;
            // Nothing else is written in between: the run lies in one piece.
            let segment = segment.get_or_insert(Segment { space, at, records: 0 });
            segment.records += batch.len() as u64;
        }
        self.segments.extend(segment);
        Ok(())
    }

    /// Takes the records of another sorter over, whose spaces now have numbers greater by `shift`.
    pub(super) fn take_over(&mut self, mut other: Sorter<R>, shift: usize) {
        other.settle();
        if !other.fresh.is_empty() {
            self.runs.push(other.fresh);
        }
        self.runs.append(&mut other.runs);
        self.segments.extend(
            other.segments.into_iter().map(|old| Segment { space: old.space + shift, ..old }),
        );
    }

    /// Where its records are read from; [`Sorter::settle`] comes first.
    pub(super) fn sources<'a>(
        &'a self,
        spaces: &'a Spaces,
        to: &mut Vec<Source<'a, R>>,
    ) -> Result<(), Diagnostic> {
        to.push(Source::memory(&self.fresh));
        to.extend(self.runs.iter().map(|run| Source::memory(run)));
        for segment in &self.segments {
            to.push(Source::space(spaces.get(segment.space)?, segment.at, segment.records));
        }
        Ok(())
    }
}

/// A sorter with scratch space and a limit of memory of its own.
pub(super) struct External<'s, R> {
    sorter: Sorter<R>,
    waiting: Vec<R>,
    spaces: Spaces,
    scratch: &'s dyn Scratch,
    memory_bytes: usize,
}

impl<'s, R: Record> External<'s, R> {
    /// An empty one.
    pub(super) fn new(scratch: &'s dyn Scratch, memory_bytes: usize) -> External<'s, R> {
        External {
            sorter: Sorter::default(),
            waiting: Vec::new(),
            spaces: Spaces::default(),
            scratch,
            memory_bytes,
        }
    }

    /// Puts a record in.
    #[inline]
    pub(super) fn push(&mut self, record: R) -> Result<(), Diagnostic> {
        self.waiting.push(record);
        if self.waiting.len() >= super::roster::STAGE_RECORDS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Diagnostic> {
        let sorter = &mut self.sorter;
        let growth = sorter.growth_bytes(self.waiting.len());
        if growth > 0 && sorter.held_bytes() + growth > self.memory_bytes {
            sorter.settle();
            if sorter.held_bytes() > self.memory_bytes / 2 {
                sorter.spill(self.scratch, &mut self.spaces)?;
            }
        }
        sorter.extend(self.waiting.drain(..));
        Ok(())
    }

    /// Everything, sorted and distinct.
    pub(super) fn merged(&mut self) -> Result<Merged<'_, R>, Diagnostic> {
        self.flush()?;
        self.sorter.settle();
        let mut sources = Vec::new();
        self.sorter.sources(&self.spaces, &mut sources)?;
        Ok(Merged::new(sources, self.memory_bytes))
    }
}
