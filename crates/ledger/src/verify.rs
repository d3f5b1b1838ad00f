//! Checking a whole log: every entry against its tile, every tile against those below, the tree
//! against the signed head, and the head against those that were kept elsewhere.

use std::io;

use kouan_terms::Diagnostic;

use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::hash::{self, Hash};
use crate::key::VerifierKey;
use crate::limits::{self, TILE_WIDTH};
use crate::log::{CHECKPOINT_NEW, DISCARDED, Log, TILES, cut, no_entry, unreadable};
use crate::tile::{Entries, Kind, Tile, hashes, levels, parse_hashes};

/// What to hold a log against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Against<'a> {
    /// Heads of this log that were kept elsewhere, earlier than its own.
    pub earlier: &'a [Checkpoint],
    /// Witnesses that must have signed the head that was last kept with their signatures.
    pub witnesses: &'a [VerifierKey],
}

/// What checking a whole log came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The head, where it could be read and is signed.
    pub checkpoint: Option<Checkpoint>,
    /// The last head that the witnesses signed, when they were asked for.
    pub cosigned: Option<Checkpoint>,
    /// Files of entries that were being written when something stopped it; they are not in the log.
    pub unfinished_files: u64,
    /// Everything that is wrong, and warnings. At most a hundred.
    pub findings: Vec<Diagnostic>,
}

impl Verified {
    /// Whether the log is whole: nothing is wrong, warnings aside.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let error = |finding: &Diagnostic| finding.severity == kouan_terms::Severity::Error;
        self.checkpoint.is_some() && !self.findings.iter().any(error)
    }
}

impl Log {
    /// Checks the whole log, one bundle at a time.
    ///
    /// | finding | what it means |
    /// |---|---|
    /// | `LG111`, `LG112` | an entry, or a tile of hashes, is not what it was |
    /// | `LG110` | cut: a file that the head calls for is gone or too short |
    /// | `LG114` | cut to an earlier state: a head that was kept elsewhere has more entries |
    /// | `LG113`, `LG115` | forked: another history than the one that a head was signed for |
    /// | `LG107`–`LG109`, `LG124` | the head is damaged, or not signed by this key |
    /// | `LG118` | a witness did not sign |
    /// | `LG116` (warning) | an interrupted commit; it was never in the log |
    /// | `LG117` (warning) | files that are no part of a log |
    ///
    /// # Errors
    ///
    /// `LG101`, `LG125` where there is no log or no head, `LG103` where the disk cannot be read.
    pub fn verify(&self, against: Against<'_>) -> Result<Verified, Diagnostic> {
        let mut findings = Findings::default();
        let head = match self.checkpoint() {
            Ok(head) => head,
            Err(error) if matches!(error.code.0, "LG101" | "LG103" | "LG125") => return Err(error),
            Err(error) => {
                let findings = vec![error];
                return Ok(Verified {
                    checkpoint: None,
                    cosigned: None,
                    unfinished_files: 0,
                    findings,
                });
            }
        };
        let mut pass =
            Pass { log: self, head: &head, edge: Edge::default(), findings: &mut findings };
        pass.bundles()?;
        pass.right_edge()?;
        let unfinished_files = pass.other_files()?;
        if findings.0.is_empty() {
            for earlier in against.earlier {
                match is_beginning(self, earlier, &head) {
                    Err(error) if error.code.0 == "LG103" => return Err(error),
                    outcome => findings.extend(outcome.err()),
                }
            }
        }
        let mut cosigned = None;
        if !against.witnesses.is_empty() {
            match self.cosigned(against.witnesses) {
                Ok(signed) => {
                    if findings.0.is_empty() {
                        findings.extend(is_beginning(self, &signed, &head).err());
                    }
                    cosigned = Some(signed);
                }
                Err(error) => findings.extend([error]),
            }
        }
        if unfinished_files > 0 {
            findings.extend([Diagnostic::warning("LG116").with("files", unfinished_files)]);
        }
        let Findings(findings) = findings;
        Ok(Verified { checkpoint: Some(head), cosigned, unfinished_files, findings })
    }
}

/// Whether an earlier head is of the same history.
pub(crate) fn is_beginning(
    log: &Log,
    earlier: &Checkpoint,
    head: &Checkpoint,
) -> Result<(), Diagnostic> {
    let (then, now) = (earlier.size(), head.size());
    if then > now {
        return Err(Diagnostic::error("LG114").with("size", now).with("earlier", then));
    }
    if log.root_at(then, now)? != earlier.root() {
        return Err(Diagnostic::error("LG113").with("size", now).with("earlier", then));
    }
    Ok(())
}

/// Files beyond the head that an interrupted commit can have left, the furthest first.
pub(crate) fn beyond(log: &Log, size: u64) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for kind in (0..=levels(size)).map(Kind::Hashes).chain([Kind::Entries]) {
        for index in hashes(kind, size) / TILE_WIDTH.. {
            let before = found.len();
            let width = Tile::of(kind, index, size).map_or(0, |tile| tile.width);
            let full = Tile { kind, index, width: TILE_WIDTH };
            if log.disk().len(&log.path(&full.path()))?.is_some() {
                found.push(full.path());
            }
            for name in names(log, &full.partials())? {
                let path = format!("{}/{name}", full.partials());
                if Tile::parse(&path).is_some_and(|tile| tile.width > width) {
                    found.push(path);
                }
            }
            if found.len() == before {
                break;
            }
        }
    }
    found.reverse();
    Ok(found)
}

/// The names of the files in a folder of the log; none where there is no folder.
fn names(log: &Log, folder: &str) -> io::Result<Vec<String>> {
    match log.disk().list(&log.path(folder)) {
        Ok(found) => {
            let files = found.into_iter().filter(|found| !found.is_folder);
            Ok(files.map(|found| found.name).collect())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[derive(Default)]
struct Findings(Vec<Diagnostic>);

impl Findings {
    fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        let room = limits::FINDINGS.saturating_sub(self.0.len());
        self.0.extend(found.into_iter().take(room));
    }

    fn entry(&mut self, number: u64) {
        self.extend([Diagnostic::error("LG111").with("entry", number)]);
    }

    fn tile(&mut self, tile: Tile) {
        self.extend([Diagnostic::error("LG112").with("file", tile.path())]);
    }
}

/// One pass over the log. Where an entry and its hash differ, the tile above says which of the two
/// is as it was, and the pass goes on with that one: one change, one finding.
struct Pass<'p> {
    log: &'p Log,
    head: &'p Checkpoint,
    edge: Edge,
    findings: &'p mut Findings,
}

impl Pass<'_> {
    fn bundles(&mut self) -> Result<(), Diagnostic> {
        let size = self.head.size();
        let mut above: Option<(Tile, Option<Vec<Hash>>)> = None;
        for index in 0..size.div_ceil(TILE_WIDTH) {
            let tile = |kind| {
                Tile::of(kind, index, size).ok_or_else(|| no_entry(index * TILE_WIDTH, size))
            };
            let (entries, leaves) = (tile(Kind::Entries)?, tile(Kind::Hashes(0))?);
            let known = self.tile(leaves)?;
            let made = self.bundle(entries, known.as_deref())?;
            let taken = match (&made, &known) {
                (Made::Whole(made), Some(known)) if made == known => made,
                (Made::Whole(made), known) => {
                    let parent = Tile::of(Kind::Hashes(1), index / TILE_WIDTH, size);
                    if above.as_ref().map(|(tile, _)| *tile) != parent {
                        above = match parent {
                            Some(parent) => Some((parent, self.tile_quietly(parent)?)),
                            None => None,
                        };
                    }
                    let row = above.as_ref().and_then(|(_, row)| row.as_deref());
                    let said = row.filter(|_| leaves.is_full()).and_then(|row| {
                        row.get(usize::try_from(index % TILE_WIDTH).ok()?).copied()
                    });
                    self.blame(leaves, made, known.as_deref(), said)
                }
                (Made::Broken, Some(known)) => known,
                // Neither the entries nor their hashes are left: nothing below stands any more.
                (Made::Broken, None) => return Ok(()),
            };
            let mut full = Vec::new();
            for leaf in taken {
                self.edge.push_hash(*leaf, &mut full);
            }
            for (tile, hashes) in full.iter().filter(|(tile, _)| tile.kind != Kind::Hashes(0)) {
                self.compare(*tile, hashes)?;
            }
        }
        Ok(())
    }

    /// Says what of a bundle and its tile was changed, and answers the hashes that are as they
    /// were.
    fn blame<'h>(
        &mut self,
        tile: Tile,
        made: &'h [Hash],
        known: Option<&'h [Hash]>,
        said: Option<Hash>,
    ) -> &'h [Hash] {
        let Some(known) = known else { return made };
        let said_of = |hashes: &[Hash]| match said {
            Some(said) => hash::root(hashes) == said,
            None => {
                let mut edge = self.edge.clone();
                hashes.iter().for_each(|leaf| edge.push_hash(*leaf, &mut Vec::new()));
                edge.size == self.head.size() && edge.root() == self.head.root()
            }
        };
        if said_of(made) {
            self.findings.tile(tile);
            return made;
        }
        let pairs = made.iter().zip(known).zip(tile.index * TILE_WIDTH..);
        let changed: Vec<u64> =
            pairs.filter(|((made, known), _)| made != known).map(|(_, number)| number).collect();
        let is_tile_sound = said_of(known);
        changed.into_iter().for_each(|number| self.findings.entry(number));
        if !is_tile_sound {
            self.findings.tile(tile);
        }
        known
    }

    /// The hashes of the entries in a bundle.
    fn bundle(&mut self, tile: Tile, known: Option<&[Hash]>) -> Result<Made, Diagnostic> {
        let Some(bytes) = self.log.read_if_there(tile)? else {
            self.findings.extend([cut(tile)]);
            return Ok(Made::Broken);
        };
        let mut entries = Entries { rest: &bytes };
        let width = usize::try_from(tile.width).unwrap_or_default();
        let made: Vec<Hash> = entries.by_ref().take(width).map(Hash::leaf).collect();
        let first = tile.index * TILE_WIDTH;
        // Where a length was changed, the entries after it are read at the wrong places: only the
        // first one that differs is named.
        let differs = made.iter().zip(known.unwrap_or_default()).position(|(a, b)| a != b);
        if made.len() < width {
            match (differs, known.and_then(|known| known.get(made.len()))) {
                (Some(at), _) => self.findings.entry(first + at as u64),
                (None, Some(known)) if is_length_changed(entries.rest, *known) => {
                    self.findings.entry(first + made.len() as u64);
                }
                (None, _) => {
                    let number = first + made.len() as u64;
                    let error = Diagnostic::error("LG110").with("file", tile.path());
                    self.findings.extend([error.with("entry", number)]);
                }
            }
            return Ok(Made::Broken);
        }
        let is_whole_file = self.log.disk().len(&self.log.path(&tile.path()));
        let is_own = is_whole_file.map_err(|error| unreadable(&error))?.is_some();
        if is_own && !entries.rest.is_empty() {
            match differs {
                Some(at) => {
                    self.findings.entry(first + at as u64);
                    return Ok(Made::Broken);
                }
                None => self.findings.tile(tile),
            }
        }
        Ok(Made::Whole(made))
    }

    /// The hashes of a tile; says so where they are not all there.
    fn tile(&mut self, tile: Tile) -> Result<Option<Vec<Hash>>, Diagnostic> {
        let Some(bytes) = self.log.read_if_there(tile)? else {
            self.findings.extend([cut(tile)]);
            return Ok(None);
        };
        let width = usize::try_from(tile.width).unwrap_or_default();
        let mut hashes = parse_hashes(&bytes).unwrap_or_default();
        if hashes.len() < width {
            let is_cut = bytes.len() < width * 32;
            let finding = if is_cut { cut(tile) } else { changed(tile) };
            self.findings.extend([finding]);
            return Ok(None);
        }
        let own = self.log.disk().len(&self.log.path(&tile.path()));
        let is_own = own.map_err(|error| unreadable(&error))?.is_some();
        if is_own && hashes.len() > width {
            self.findings.tile(tile);
        }
        hashes.truncate(width);
        Ok(Some(hashes))
    }

    /// The same without a word: it will be looked at in its turn.
    fn tile_quietly(&self, tile: Tile) -> Result<Option<Vec<Hash>>, Diagnostic> {
        match self.log.hashes(tile) {
            Err(error) if error.code.0 == "LG103" => Err(error),
            hashes => Ok(hashes.ok()),
        }
    }

    /// Compares a tile above the lowest level with what lies below it.
    fn compare(&mut self, tile: Tile, made: &[Hash]) -> Result<(), Diagnostic> {
        if self.tile(tile)?.is_some_and(|known| known != made) {
            self.findings.tile(tile);
        }
        Ok(())
    }

    fn right_edge(&mut self) -> Result<(), Diagnostic> {
        if self.edge.size != self.head.size() {
            return Ok(());
        }
        let partial: Vec<(Tile, Vec<Hash>)> =
            self.edge.partial_hashes().map(|(tile, row)| (tile, row.to_vec())).collect();
        for (tile, made) in partial.iter().filter(|(tile, _)| tile.kind != Kind::Hashes(0)) {
            self.compare(*tile, made)?;
        }
        if self.edge.root() != self.head.root() && self.findings.0.is_empty() {
            self.findings.extend([Diagnostic::error("LG115").with("size", self.head.size())]);
        }
        Ok(())
    }

    /// Looks at every other file: superseded partial tiles must be the beginning of what took their
    /// place, and what lies beyond the head is counted.
    fn other_files(&mut self) -> Result<u64, Diagnostic> {
        let size = self.head.size();
        let mut unfinished = 0;
        for name in [CHECKPOINT_NEW, DISCARDED] {
            let length = self.log.disk().len(&self.log.path(name));
            unfinished += u64::from(length.map_err(|error| unreadable(&error))?.is_some());
        }
        let mut folders = vec![TILES.to_owned()];
        while let Some(folder) = folders.pop() {
            let list = match self.log.disk().list(&self.log.path(&folder)) {
                Ok(list) => list,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(unreadable(&error)),
            };
            for found in list {
                let path = format!("{folder}/{}", found.name);
                if found.is_folder {
                    folders.push(path);
                    continue;
                }
                match Tile::parse(&path) {
                    Some(tile) if tile.is_needed(size) => {}
                    Some(tile) if tile.is_superseded(size) => self.superseded(tile, size)?,
                    Some(_) => unfinished += 1,
                    None => {
                        let strange = Diagnostic::warning("LG117").with("folder", &folder);
                        self.findings.extend([strange]);
                    }
                }
            }
        }
        Ok(unfinished)
    }

    fn superseded(&mut self, tile: Tile, size: u64) -> Result<(), Diagnostic> {
        let Some(wider) = Tile::of(tile.kind, tile.index, size) else { return Ok(()) };
        let (Some(old), Some(new)) =
            (self.log.read_if_there(tile)?, self.log.read_if_there(wider)?)
        else {
            return Ok(());
        };
        let is_sound = match tile.kind {
            Kind::Hashes(_) => old.len() as u64 == tile.width * 32 && new.starts_with(&old),
            Kind::Entries => {
                let mut entries = Entries { rest: &old };
                let count = entries.by_ref().count() as u64;
                count == tile.width && entries.rest.is_empty() && new.starts_with(&old)
            }
        };
        // A change of the file that took its place was named for itself.
        if !is_sound && !self.is_named(wider) {
            self.findings.tile(tile);
        }
        Ok(())
    }

    /// Whether a finding speaks of that file.
    fn is_named(&self, tile: Tile) -> bool {
        let path = tile.path();
        let first = tile.index * TILE_WIDTH;
        let entries = first..first + tile.width;
        self.findings.0.iter().flat_map(|finding| &finding.values).any(
            |(name, value)| match *name {
                "file" => *value == path,
                "entry" => {
                    tile.kind == Kind::Entries
                        && value.parse().is_ok_and(|at| entries.contains(&at))
                }
                _ => false,
            },
        )
    }
}

enum Made {
    /// As many hashes as the bundle has entries.
    Whole(Vec<Hash>),
    /// Something is missing, and was said.
    Broken,
}

fn changed(tile: Tile) -> Diagnostic {
    Diagnostic::error("LG112").with("file", tile.path())
}

/// Whether the bundle breaks off because the length of this entry, not the file, was changed: with
/// one bit of the length turned back, the entry has its hash.
fn is_length_changed(rest: &[u8], known: Hash) -> bool {
    let Some((length, rest)) = rest.split_first_chunk::<2>() else { return false };
    let length = u16::from_be_bytes(*length);
    (0..16).any(|bit| {
        let entry = rest.get(..usize::from(length ^ (1 << bit)));
        entry.is_some_and(|entry| Hash::leaf(entry) == known)
    })
}
