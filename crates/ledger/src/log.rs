//! Reading a log: its head, its tiles and its entries.

use std::io::ErrorKind;
use std::ops::Range;
use std::sync::Arc;

use kouan_disk::Disk;
use kouan_terms::Diagnostic;

use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::entry::Entry;
use crate::hash::{self, Hash};
use crate::key::VerifierKey;
use crate::limits::TILE_WIDTH;
use crate::proof::{Subtrees, range};
use crate::tile::{Entries, Kind, Tile, hashes, levels, parse_hashes};

/// The signed head.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// The last head that witnesses have signed.
pub(crate) const COSIGNED: &str = "checkpoint.cosigned";
/// A head that is being written.
pub(crate) const CHECKPOINT_NEW: &str = "checkpoint.new";
/// Whoever appends holds it.
pub(crate) const LOCK: &str = "lock";
/// What an interrupted commit left is moved here, and then taken away.
pub(crate) const DISCARDED: &str = "discarded";
/// The folder of tiles and bundles.
pub(crate) const TILES: &str = "tile";

/// A log that can be read and checked, without its secret key and without a lock.
#[derive(Clone)]
pub struct Log {
    disk: Arc<dyn Disk>,
    folder: String,
    key: VerifierKey,
}

impl Log {
    /// The log in that folder of the disk, signed with that key. Nothing is read yet.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, folder: &str, key: VerifierKey) -> Log {
        Log { disk, folder: folder.to_owned(), key }
    }

    /// The key that its checkpoints are signed with.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Reads the head of the log.
    ///
    /// # Errors
    ///
    /// `LG101` where there is no log, `LG125` where there are tiles and no head, `LG103` where the
    /// disk cannot be read, and those of [`Checkpoint::open`].
    pub fn checkpoint(&self) -> Result<Checkpoint, Diagnostic> {
        match self.disk.read(&self.path(CHECKPOINT)) {
            Ok(bytes) => Checkpoint::open(&bytes, &self.key, &[]),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(self.headless()?),
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// Reads the last head that witnesses have signed, and verifies their signatures.
    ///
    /// # Errors
    ///
    /// `LG118` where no such head was kept, and those of [`Checkpoint::open`].
    pub fn cosigned(&self, witnesses: &[VerifierKey]) -> Result<Checkpoint, Diagnostic> {
        match self.disk.read(&self.path(COSIGNED)) {
            Ok(bytes) => Checkpoint::open(&bytes, &self.key, witnesses),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let witness = witnesses.first().map_or("", |witness| witness.name());
                Err(Diagnostic::error("LG118").with("witness", witness))
            }
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// What it means that there is no head.
    fn headless(&self) -> Result<Diagnostic, Diagnostic> {
        match self.disk.list(&self.path(TILES)) {
            Ok(found) if !found.is_empty() => Ok(Diagnostic::error("LG125")),
            Ok(_) => Ok(Diagnostic::error("LG101")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Diagnostic::error("LG101")),
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// The entries of these numbers, in order, each compared with its hash in the tree.
    ///
    /// The hashes themselves are compared with the head by [`Log::verify`], not here.
    pub fn entries(
        &self,
        checkpoint: &Checkpoint,
        numbers: Range<u64>,
    ) -> impl Iterator<Item = Result<Entry, Diagnostic>> {
        let log = self.clone();
        let size = checkpoint.size();
        let end = numbers.end.min(size);
        let mut bundle: Result<Vec<(u64, Vec<u8>)>, Diagnostic> = Ok(Vec::new());
        let mut next = numbers.start;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            if bundle.as_ref().is_ok_and(Vec::is_empty) {
                bundle = log.raw_entries(next / TILE_WIDTH, size).map(|all| {
                    let numbered = all.into_iter().zip(next / TILE_WIDTH * TILE_WIDTH..);
                    let wanted = numbered.filter(|(_, number)| (next..end).contains(number));
                    let mut all: Vec<_> = wanted.map(|(bytes, number)| (number, bytes)).collect();
                    all.reverse();
                    all
                });
            }
            match &mut bundle {
                Ok(left) => {
                    let (number, bytes) = left.pop()?;
                    next = number + 1;
                    Some(Entry::read(&bytes, number))
                }
                Err(error) => {
                    next = end;
                    Some(Err(error.clone()))
                }
            }
        })
    }

    /// The bytes of one entry.
    pub(crate) fn raw_entry(&self, number: u64, size: u64) -> Result<Vec<u8>, Diagnostic> {
        let all = self.raw_entries(number / TILE_WIDTH, size)?;
        let place = usize::try_from(number % TILE_WIDTH).unwrap_or_default();
        all.into_iter().nth(place).ok_or_else(|| no_entry(number, size))
    }

    /// The bytes of the entries in a bundle, each with the hash that the tree has.
    fn raw_entries(&self, index: u64, size: u64) -> Result<Vec<Vec<u8>>, Diagnostic> {
        let first = index * TILE_WIDTH;
        let tile = |kind| Tile::of(kind, index, size).ok_or_else(|| no_entry(first, size));
        let bytes = self.read(tile(Kind::Entries)?)?;
        let known = self.hashes(tile(Kind::Hashes(0))?)?;
        let mut entries = Entries { rest: &bytes };
        let mut all = Vec::new();
        for (number, known) in (first..).zip(known) {
            match entries.next() {
                Some(entry) if Hash::leaf(entry) == known => all.push(entry.to_vec()),
                _ => return Err(Diagnostic::error("LG111").with("entry", number)),
            }
        }
        Ok(all)
    }

    /// A file of the log; where a partial one is gone, the beginning of the full one will do.
    ///
    /// A bundle may then hold more entries than the tile has hashes.
    pub(crate) fn read(&self, tile: Tile) -> Result<Vec<u8>, Diagnostic> {
        self.read_if_there(tile)?.ok_or_else(|| cut(tile))
    }

    pub(crate) fn read_if_there(&self, tile: Tile) -> Result<Option<Vec<u8>>, Diagnostic> {
        for tile in [tile, tile.full()] {
            match self.disk.read(&self.path(&tile.path())) {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(&error)),
            }
        }
        Ok(None)
    }

    /// The hashes of a tile, as many as it is wide.
    pub(crate) fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, Diagnostic> {
        let mut hashes = parse_hashes(&self.read(tile)?).ok_or_else(|| cut(tile))?;
        let width = usize::try_from(tile.width).unwrap_or_default();
        if hashes.len() < width {
            return Err(cut(tile));
        }
        hashes.truncate(width);
        Ok(hashes)
    }

    /// The right edge of the tree, compared with the head.
    pub(crate) fn edge(&self, checkpoint: &Checkpoint) -> Result<Edge, Diagnostic> {
        let size = checkpoint.size();
        let at = |kind| Tile::of(kind, hashes(kind, size) / TILE_WIDTH, size);
        let mut edge = Edge { size, ..Edge::default() };
        for level in 0..levels(size) {
            let row = at(Kind::Hashes(level)).map_or(Ok(Vec::new()), |tile| self.hashes(tile))?;
            edge.levels.push(row);
        }
        if edge.root() != checkpoint.root() {
            return Err(Diagnostic::error("LG115").with("size", size));
        }
        if at(Kind::Entries).is_some() {
            for entry in self.raw_entries(size / TILE_WIDTH, size)? {
                crate::tile::push_entry(&mut edge.bundle, &entry);
            }
        }
        Ok(edge)
    }

    /// The root of the log when it had that size, from its tiles.
    pub(crate) fn root_at(&self, earlier: u64, size: u64) -> Result<Hash, Diagnostic> {
        range(&mut self.tree(size), 0, earlier)
    }

    /// The tree of that size, read tile by tile.
    pub(crate) fn tree(&self, size: u64) -> Tiles<'_> {
        Tiles { log: self, size, last: None }
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// A path on the disk.
    pub(crate) fn path(&self, below: &str) -> String {
        if self.folder.is_empty() { below.to_owned() } else { format!("{}/{below}", self.folder) }
    }

    pub(crate) fn folder(&self) -> &str {
        &self.folder
    }
}

/// Subtrees out of tiles; the tile that was read last is kept.
pub(crate) struct Tiles<'l> {
    log: &'l Log,
    size: u64,
    last: Option<(Tile, Vec<Hash>)>,
}

impl Subtrees for Tiles<'_> {
    type Error = Diagnostic;

    fn subtree(&mut self, start: u64, height: u32) -> Result<Hash, Diagnostic> {
        let level = u8::try_from(height / 8).unwrap_or(u8::MAX);
        let kind = Kind::Hashes(level);
        let place = hashes(kind, start);
        let count = 1 << (height % 8);
        let tile = Tile::of(kind, place / TILE_WIDTH, self.size)
            .ok_or_else(|| no_entry(start, self.size))?;
        if self.last.as_ref().is_none_or(|(last, _)| *last != tile) {
            self.last = Some((tile, self.log.hashes(tile)?));
        }
        let inside = usize::try_from(place % TILE_WIDTH).unwrap_or_default();
        let row = self.last.as_ref().and_then(|(_, row)| row.get(inside..inside + count));
        row.map(hash::root).ok_or_else(|| cut(tile))
    }
}

/// The disk cannot be read; its own words might name a folder of the user's.
pub(crate) fn unreadable(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("LG103").with("cause", error.kind())
}

/// A file that the head calls for is not there, or too short.
pub(crate) fn cut(tile: Tile) -> Diagnostic {
    let shift = match tile.kind {
        Kind::Entries => 0,
        Kind::Hashes(level) => 8 * u32::from(level),
    };
    let entry = (tile.index * TILE_WIDTH).checked_shl(shift).unwrap_or(u64::MAX);
    Diagnostic::error("LG110").with("file", tile.path()).with("entry", entry)
}

pub(crate) fn no_entry(number: u64, size: u64) -> Diagnostic {
    Diagnostic::error("LG119").with("entry", number).with("size", size)
}
