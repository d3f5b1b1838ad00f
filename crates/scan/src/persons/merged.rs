//! Many sorted runs read as one.

use kouan_terms::Diagnostic;

use super::record::Record;
use super::scratch::{Space, changed};

/// Records read from a run at a time: at most, and at least.
const BLOCK_RECORDS: (usize, usize) = (64, 1 << 16);

/// A sorted and distinct run.
pub(super) enum Source<'a, R> {
    /// In memory: what is left of it.
    Memory(&'a [R]),
    /// In scratch space.
    Space {
        /// Where it lies.
        space: &'a dyn Space,
        /// The byte from which to read on.
        at: u64,
        /// Records not read yet.
        left: u64,
        /// Records read.
        block: Vec<R>,
        /// How many of the block are taken.
        taken: usize,
    },
}

impl<'a, R: Record> Source<'a, R> {
    /// A run in memory.
    pub(super) const fn memory(run: &'a [R]) -> Source<'a, R> {
        Source::Memory(run)
    }

    /// A run in scratch space.
    pub(super) const fn space(space: &'a dyn Space, at: u64, records: u64) -> Source<'a, R> {
        Source::Space { space, at, left: records, block: Vec::new(), taken: 0 }
    }

    /// The next records, at most so many; none at the end.
    fn ahead(&self, most: usize) -> &[R] {
        match self {
            Source::Memory(rest) => rest.get(..most).unwrap_or(rest),
            Source::Space { block, taken, .. } => block.get(*taken..).unwrap_or_default(),
        }
    }

    /// Passes over the next records.
    fn take(&mut self, records: usize) {
        match self {
            Source::Memory(rest) => *rest = rest.get(records..).unwrap_or_default(),
            Source::Space { taken, .. } => *taken += records,
        }
    }

    /// Reads the next block once the last one is taken.
    fn fill(&mut self, most: usize, bytes: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let Source::Space { space, at, left, block, taken } = self else { return Ok(()) };
        if *taken < block.len() || *left == 0 {
            return Ok(());
        }
        let records = most.min(usize::try_from(*left).unwrap_or(usize::MAX));
        bytes.resize(records * R::BYTES, 0);
        space.read_at(*at, bytes)?;
        let before = block.last().copied();
        block.clear();
        R::read(bytes, block);
        let ascending = block.is_sorted_by(|one, next| one.last_like_this() < *next)
            && before.is_none_or(|last| block.first().is_some_and(|next| last < *next));
        if !ascending || block.len() != records {
            return Err(changed());
        }
        *at += bytes.len() as u64;
        *left -= records as u64;
        *taken = 0;
        Ok(())
    }
}

/// The records of many runs, ascending, each once: what stands for the same is joined.
pub(super) struct Merged<'a, R> {
    sources: Vec<Source<'a, R>>,
    block_records: usize,
    bytes: Vec<u8>,
    batch: Vec<R>,
    next: usize,
}

impl<'a, R: Record> Merged<'a, R> {
    /// Reads these runs with about a quarter of this memory.
    pub(super) fn new(sources: Vec<Source<'a, R>>, memory_bytes: usize) -> Merged<'a, R> {
        let (least, most) = BLOCK_RECORDS;
        // A record lies in its block and in the batch, and sorting the batch takes half as much.
        let block_records = memory_bytes / 8 / R::BYTES / sources.len().max(1);
        Merged {
            sources,
            block_records: block_records.clamp(least, most),
            bytes: Vec::new(),
            batch: Vec::new(),
            next: 0,
        }
    }

    /// The next record, `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<R>, Diagnostic> {
        let found = self.peek()?;
        self.next += 1;
        Ok(found)
    }

    /// The record that [`Merged::next`] will give.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<Option<R>, Diagnostic> {
        if self.next >= self.batch.len() {
            self.refill()?;
        }
        Ok(self.batch.get(self.next).copied())
    }

    /// The next records, some at a time; none at the end.
    pub(super) fn next_batch(&mut self) -> Result<&[R], Diagnostic> {
        self.refill()?;
        self.next = self.batch.len();
        Ok(&self.batch)
    }

    /// Takes from every run what is not beyond the run's block that ends first, so that all records
    /// that stand for the same come together.
    fn refill(&mut self) -> Result<(), Diagnostic> {
        self.batch.clear();
        self.next = 0;
        let most = self.block_records;
        for source in &mut self.sources {
            source.fill(most, &mut self.bytes)?;
        }
        self.sources.retain(|source| !source.ahead(most).is_empty());
        let ends = self.sources.iter().filter_map(|source| source.ahead(most).last());
        let Some(bound) = ends.map(|last| last.last_like_this()).min() else { return Ok(()) };
        for source in &mut self.sources {
            let ahead = source.ahead(most);
            let within = ahead.partition_point(|record| *record <= bound);
            self.batch.extend_from_slice(ahead.get(..within).unwrap_or_default());
            source.take(within);
        }
        if self.sources.len() > 1 {
            // The runs are sorted: this sort merges them.
            self.batch.sort();
            self.batch.dedup_by(|next, kept| kept.join(*next));
        }
        Ok(())
    }
}
