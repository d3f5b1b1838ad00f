//! Appending: durable batch by batch, and found whole after any interruption.
//!
//! The head is what counts. A commit makes the bundles and tiles of the new size durable first,
//! under names that no head calls for, and then puts the new head in place of the old one with one
//! rename. Whatever is found beyond the head was never in the log, and nobody was told it was; a
//! file that the head calls for and that is not there was taken away.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use kouan_disk::{Disk, Lock};
use kouan_terms::Diagnostic;

use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::entry::{Draft, Entry, Found, Time};
use crate::hash::Hash;
use crate::key::{SigningSeed, VerifierKey};
use crate::limits;
use crate::log::{CHECKPOINT, CHECKPOINT_NEW, COSIGNED, DISCARDED, LOCK, Log, TILES, unreadable};
use crate::tile::Tile;

/// The proof that an entry is durable: only [`Ledger::append`] makes one, after the fact.
///
/// ```compile_fail
/// let receipt = kouan_ledger::Receipt { entry: 0, ..unimplemented!() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    entry: u64,
    leaf: Hash,
    size: u64,
    root: Hash,
}

impl Receipt {
    /// The number of the entry.
    #[must_use]
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// Its hash in the tree.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        self.leaf
    }

    /// The size of the log that was made durable with it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the log at that size.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }
}

/// A log that can be appended to. Threads may share it, and other processes may have it open, too.
pub struct Ledger {
    log: Log,
    seed: SigningSeed,
    queue: Mutex<Queue>,
    /// Told when answers are there and the place of the one who commits is free.
    changed: Condvar,
    /// What the last commit left; reading it anew costs a few tiles.
    known: Mutex<Option<Known>>,
}

/// Drafts that wait for a commit, and the answers to those that one took along.
#[derive(Default)]
struct Queue {
    next: u64,
    /// Whether a thread is committing.
    is_led: bool,
    waiting: Vec<(u64, Vec<Draft>)>,
    answered: BTreeMap<u64, Result<Vec<Receipt>, Diagnostic>>,
}

#[derive(Clone)]
struct Known {
    edge: Edge,
    root: Hash,
    latest: Option<Time>,
}

impl Ledger {
    /// Begins a log in a folder of the disk that has none; the folder is made.
    ///
    /// # Errors
    ///
    /// `LG102` where there is a log, `LG125` where there are tiles without a head, `LG126` where
    /// the disk cannot be written, `LG103` where it cannot be read.
    pub fn create(
        disk: Arc<dyn Disk>,
        folder: &str,
        seed: SigningSeed,
    ) -> Result<Ledger, Diagnostic> {
        let ledger = Ledger::of(disk, folder, seed);
        if !folder.is_empty() {
            ledger.log.disk().make_dir(folder).map_err(|error| unwritten(&error))?;
        }
        let lock = ledger.lock()?;
        match ledger.log.checkpoint() {
            Err(error) if error.code.0 == "LG101" => {}
            Err(error) => return Err(error),
            Ok(_) => return Err(Diagnostic::error("LG102")),
        }
        let head = Checkpoint::sign(0, Hash::empty(), &ledger.seed);
        ledger.put(CHECKPOINT, head.note().as_bytes()).map_err(|error| unwritten(&error))?;
        drop(lock);
        Ok(ledger)
    }

    /// Opens a log, and checks that its right edge is what its head says.
    ///
    /// # Errors
    ///
    /// Those of [`Log::checkpoint`]; `LG110`, `LG111` or `LG115` where the edge is damaged, and
    /// `LG106` where a newer program has written the last entry.
    pub fn open(
        disk: Arc<dyn Disk>,
        folder: &str,
        seed: SigningSeed,
    ) -> Result<Ledger, Diagnostic> {
        let ledger = Ledger::of(disk, folder, seed);
        // Without a log there is no lock to take either: reading must not make a file.
        ledger.log.checkpoint()?;
        let lock = ledger.lock()?;
        let known = ledger.load(&ledger.log.checkpoint()?)?;
        *ledger.known() = Some(known);
        drop(lock);
        Ok(ledger)
    }

    fn of(disk: Arc<dyn Disk>, folder: &str, seed: SigningSeed) -> Ledger {
        let log = Log::new(disk, folder, seed.verifier());
        Ledger {
            log,
            seed,
            queue: Mutex::default(),
            changed: Condvar::new(),
            known: Mutex::new(None),
        }
    }

    /// The log, to read and check.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Appends entries in this order, and answers when they are durable.
    ///
    /// Calls that come in while another is being made durable share the next commit. The entries of
    /// one call stand next to each other, all of them or none. The time of an entry is kept as it
    /// was handed in: where it is earlier than one before, the entry says so
    /// ([`Entry::clock_before`]), and the order of the log stays the order of events.
    ///
    /// # Errors
    ///
    /// `LG104` for an entry that is too large, before anything is written. `LG126` where the disk
    /// cannot be written, and those of [`Ledger::open`]; whether the entries are in the log then is
    /// open, as after a loss of power, and the log says it: nobody has a receipt for them.
    pub fn append(&self, drafts: &[Draft]) -> Result<Vec<Receipt>, Diagnostic> {
        for draft in drafts {
            let bytes = Entry::of(draft, u64::MAX, None).to_bytes()?.len();
            if bytes > limits::ENTRY_BYTES - limits::ENTRY_BYTES_ADDED {
                let limit = limits::ENTRY_BYTES - limits::ENTRY_BYTES_ADDED;
                let error = Diagnostic::error("LG104").with("bytes", bytes);
                return Err(error.with("limit", limit));
            }
        }
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let mut queue = self.queue();
        let ticket = queue.next;
        queue.next += 1;
        queue.waiting.push((ticket, drafts.to_vec()));
        // One thread commits for all that wait; the others wait for their answer, or for its place.
        loop {
            if let Some(answer) = queue.answered.remove(&ticket) {
                return answer;
            }
            if !queue.is_led {
                break;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.is_led = true;
        let waiting = std::mem::take(&mut queue.waiting);
        drop(queue);
        let committed = self.commit(&mut self.known(), &waiting);
        self.answer(ticket, &waiting, committed)
    }

    fn answer(
        &self,
        ours: u64,
        waiting: &[(u64, Vec<Draft>)],
        committed: Result<Vec<Receipt>, Diagnostic>,
    ) -> Result<Vec<Receipt>, Diagnostic> {
        let mut queue = self.queue();
        queue.is_led = false;
        self.changed.notify_all();
        let mut receipts = committed.as_ref().map(|all| all.iter()).ok();
        for (ticket, drafts) in waiting {
            let answer = match (&mut receipts, &committed) {
                (Some(all), _) => Ok(all.by_ref().take(drafts.len()).cloned().collect()),
                (None, Err(error)) => Err(error.clone()),
                (None, Ok(_)) => Ok(Vec::new()),
            };
            queue.answered.insert(*ticket, answer);
        }
        queue.answered.remove(&ours).unwrap_or(committed)
    }

    /// Makes a batch durable under the lock of the log.
    fn commit(
        &self,
        known: &mut Option<Known>,
        waiting: &[(u64, Vec<Draft>)],
    ) -> Result<Vec<Receipt>, Diagnostic> {
        let _lock = self.lock()?;
        let head = self.log.checkpoint()?;
        // Another process may have appended since, and a failed commit of ours may have succeeded.
        let is_current =
            |known: &Known| known.edge.size == head.size() && known.root == head.root();
        let before = match known.take().filter(is_current) {
            Some(known) => known,
            None => self.load(&head)?,
        };
        let found = self.sweep(&before.edge).map_err(|error| unwritten(&error))?;
        let mut after = before.clone();
        let mut leaves = Vec::new();
        let mut cleared = Vec::new();
        let mut full = Vec::new();
        for draft in waiting.iter().flat_map(|(_, drafts)| drafts) {
            let mut entry = Entry::of(draft, after.edge.size, after.latest);
            if found > 0 && leaves.is_empty() {
                entry.found.push(Found::UnfinishedCommit { files: found });
            }
            let bytes = entry.to_bytes()?;
            after.latest = Some(entry.latest());
            leaves.push(Hash::leaf(&bytes));
            after.edge.push(&bytes, &mut full);
            for (tile, bytes) in full.drain(..) {
                self.put_tile(tile, &bytes).map_err(|error| unwritten(&error))?;
                cleared.push(tile);
            }
        }
        for (tile, bytes) in after.edge.partials() {
            if !tile.is_needed(before.edge.size) {
                self.put_tile(tile, &bytes).map_err(|error| unwritten(&error))?;
            }
        }
        let (size, root) = (after.edge.size, after.edge.root());
        after.root = root;
        let head = Checkpoint::sign(size, root, &self.seed);
        self.put(CHECKPOINT, head.note().as_bytes()).map_err(|error| unwritten(&error))?;
        let first = before.edge.size;
        *known = Some(after);
        cleared.iter().for_each(|tile| self.clear_partials(*tile));
        let receipt = |(leaf, entry)| Receipt { entry, leaf, size, root };
        Ok(leaves.into_iter().zip(first..).map(receipt).collect())
    }

    fn load(&self, head: &Checkpoint) -> Result<Known, Diagnostic> {
        let edge = self.log.edge(head)?;
        let last = match head.size().checked_sub(1) {
            Some(last) => Some(Entry::read(&self.log.raw_entry(last, head.size())?, last)?),
            None => None,
        };
        let latest = last.map(|entry| entry.latest());
        Ok(Known { edge, root: head.root(), latest })
    }

    /// Keeps a head that witnesses have signed, once their signatures are verified and it is a head
    /// of this log.
    ///
    /// # Errors
    ///
    /// Those of [`Checkpoint::open`]; `LG113` or `LG114` where it is of another history or of a
    /// longer one.
    pub fn keep_cosigned(&self, note: &[u8], witnesses: &[VerifierKey]) -> Result<(), Diagnostic> {
        let signed = Checkpoint::open(note, self.log.key(), witnesses)?;
        let _lock = self.lock()?;
        let head = self.log.checkpoint()?;
        crate::verify::is_beginning(&self.log, &signed, &head)?;
        self.put(COSIGNED, note).map_err(|error| unwritten(&error))
    }

    /// Puts a small file in place of what has its name, durably and at once.
    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let new = self.log.path(CHECKPOINT_NEW);
        self.put_new(&new, bytes)?;
        self.log.disk().rename(&new, &self.log.path(name))
    }

    /// Writes a file of the size to come, durably.
    fn put_tile(&self, tile: Tile, bytes: &[u8]) -> io::Result<()> {
        let path = self.log.path(&tile.path());
        match self.put_new(&path, bytes) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                self.log.disk().make_dir(folder)?;
                self.put_new(&path, bytes)
            }
            done => done,
        }
    }

    fn put_new(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let disk = self.log.disk();
        let mut writer = match disk.create(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                self.discard(path)?;
                disk.create(path)?
            }
            made => made?,
        };
        writer.write_all(bytes)?;
        writer.sync()
    }

    /// Takes away, durably, what an interrupted commit left beyond the head, and answers how many
    /// files that were.
    ///
    /// What stays could be taken for a part of the log once the log has grown past it.
    fn sweep(&self, edge: &Edge) -> io::Result<u64> {
        let aside = self.log.path(DISCARDED);
        if self.log.disk().len(&aside)?.is_some() {
            self.log.disk().remove(&aside)?;
        }
        let mut found = 0;
        for path in crate::verify::beyond(&self.log, edge.size)? {
            self.discard(&self.log.path(&path))?;
            found += 1;
        }
        Ok(found)
    }

    fn discard(&self, path: &str) -> io::Result<()> {
        let aside = self.log.path(DISCARDED);
        // A rename is durable, a removal alone is not.
        self.log.disk().rename(path, &aside)?;
        self.log.disk().remove(&aside)
    }

    /// Takes away the partial tiles that a full one has made superfluous. What stays does no harm.
    fn clear_partials(&self, tile: Tile) {
        let folder = self.log.path(&tile.partials());
        let Ok(found) = self.log.disk().list(&folder) else { return };
        for found in found {
            let _ = self.log.disk().remove(&format!("{folder}/{}", found.name));
        }
        let _ = self.log.disk().remove(&folder);
    }

    fn lock(&self) -> Result<Box<dyn Lock>, Diagnostic> {
        self.log.disk().lock(&self.log.path(LOCK)).map_err(|error| unwritten(&error))
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The disk cannot be written; its own words might name a folder of the user's.
fn unwritten(error: &io::Error) -> Diagnostic {
    match error.kind() {
        ErrorKind::NotFound => unreadable(error),
        kind => Diagnostic::error("LG126").with("cause", kind),
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "Ledger({}/{TILES})", self.log.folder())
    }
}
