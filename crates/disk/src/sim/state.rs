//! What the simulated disk holds, what of it is durable, and what chance does to the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::ops::Range;

use crate::{Found, path};

/// The unit in which a drive writes, in bytes: a sector is there or not.
const SECTOR_BYTES: usize = 512;

/// The whole disk.
#[derive(Clone)]
pub(super) struct State {
    pub(super) operations: u64,
    pub(super) is_off: bool,
    pub(super) faults: Faults,
    /// Names as every process sees them.
    pub(super) names: BTreeMap<String, usize>,
    pub(super) held: BTreeSet<String>,
    files: Vec<File>,
    folders: BTreeSet<String>,
    /// Names that survive a loss of power.
    durable: BTreeMap<String, usize>,
    /// Changes of names since, in order: they survive or not, each for itself.
    unsettled: Vec<NameChange>,
    chance: u64,
}

/// What is to go wrong.
#[derive(Clone, Default)]
pub(super) struct Faults {
    pub(super) crash_at: Option<u64>,
    pub(super) fail_at: Option<u64>,
    pub(super) lie_at: Option<u64>,
    pub(super) room: Option<u64>,
    pub(super) read_only: bool,
}

/// A file; it is written at its end only, so what is durable is its beginning.
#[derive(Clone, Default)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    durable: usize,
    /// What a failed `sync` dropped: it can be read until power is lost.
    lost: Vec<Range<usize>>,
}

#[derive(Clone)]
enum NameChange {
    Made(String, usize),
    Removed(String),
    Renamed(String, String, usize),
}

impl NameChange {
    fn is_in(&self, folder: &str) -> bool {
        match self {
            NameChange::Made(path, _) | NameChange::Removed(path) => path::parent(path) == folder,
            NameChange::Renamed(from, to, _) => {
                path::parent(from) == folder || path::parent(to) == folder
            }
        }
    }
}

/// One operation that is counted.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    Create(&'a str),
    Append(&'a str),
    Write(usize, &'a [u8]),
    /// A file, and the folder that its name stood in when it was opened.
    Sync(usize, &'a str),
    Rename(&'a str, &'a str),
    Truncate(&'a str, u64),
    Remove(&'a str),
    MakeDir(&'a str),
}

/// How an operation goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Done,
    /// Reported as done, and durable in nothing.
    Lie,
    /// Reported as failed, done or not.
    Failed,
    /// The power goes, in the middle.
    Crash,
}

impl State {
    pub(super) fn new(seed: u64) -> State {
        State {
            operations: 0,
            is_off: false,
            faults: Faults::default(),
            names: BTreeMap::new(),
            held: BTreeSet::new(),
            files: Vec::new(),
            folders: BTreeSet::new(),
            durable: BTreeMap::new(),
            unsettled: Vec::new(),
            chance: seed,
        }
    }

    pub(super) fn reseed(&mut self, seed: u64) {
        self.chance = seed;
    }

    pub(super) fn file(&self, path: &str) -> io::Result<&File> {
        let file = self.names.get(path).and_then(|file| self.files.get(*file));
        file.ok_or(ErrorKind::NotFound.into())
    }

    pub(super) fn file_mut(&mut self, path: &str) -> io::Result<&mut File> {
        let file = self.names.get(path).and_then(|file| self.files.get_mut(*file));
        file.ok_or(ErrorKind::NotFound.into())
    }

    pub(super) fn list(&self, folder: &str) -> io::Result<Vec<Found>> {
        self.is_folder(folder)?;
        let inside = |path: &&String| path::parent(path) == folder;
        let found = |path: &String, is_folder| {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            Found { name, is_folder }
        };
        let files = self.names.keys().filter(inside).map(|path| found(path, false));
        let folders = self.folders.iter().filter(inside).map(|path| found(path, true));
        let mut all: Vec<Found> = files.chain(folders).collect();
        all.sort();
        Ok(all)
    }

    /// The file of a lock is durable at once: nothing that is tested hangs on it.
    pub(super) fn lock_file(&mut self, path: &str) -> io::Result<()> {
        if self.faults.read_only {
            return Err(ErrorKind::ReadOnlyFilesystem.into());
        }
        self.is_folder(path::parent(path))?;
        if !self.names.contains_key(path) {
            let file = self.new_file(path);
            self.durable.insert(path.to_owned(), file);
        }
        Ok(())
    }

    /// Does one operation, as its turn has it, and answers how many bytes it wrote.
    pub(super) fn change(&mut self, change: Change<'_>) -> io::Result<usize> {
        self.operations = self.operations.saturating_add(1);
        let now = Some(self.operations);
        let fate = match () {
            () if self.faults.crash_at == now => Fate::Crash,
            () if self.faults.fail_at == now => Fate::Failed,
            () if self.faults.lie_at == now => Fate::Lie,
            () => Fate::Done,
        };
        if self.faults.read_only {
            return Err(ErrorKind::ReadOnlyFilesystem.into());
        }
        let done = match change {
            Change::Create(path) => self.create(path, fate),
            Change::Append(path) if self.names.contains_key(path) => Ok(0),
            Change::Append(path) => self.create(path, fate),
            Change::Write(file, bytes) => self.write(file, bytes, fate),
            Change::Sync(file, folder) => self.sync(file, folder, fate),
            Change::Rename(from, to) => self.rename(from, to, fate),
            Change::Truncate(path, bytes) => self.truncate(path, bytes, fate),
            Change::Remove(path) => self.remove(path, fate),
            Change::MakeDir(path) => self.make_dir(path, fate),
        };
        match fate {
            Fate::Crash => {
                self.is_off = true;
                Err(super::off())
            }
            Fate::Failed => Err(io::Error::other("the disk failed")),
            Fate::Done | Fate::Lie => done,
        }
    }

    /// Whether an operation takes effect although it is not reported as done.
    fn happens(&mut self, fate: Fate) -> bool {
        matches!(fate, Fate::Done | Fate::Lie) || self.draw(2) == 0
    }

    fn create(&mut self, path: &str, fate: Fate) -> io::Result<usize> {
        self.is_folder(path::parent(path))?;
        if self.names.contains_key(path) || self.folders.contains(path) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        if self.faults.room == Some(0) {
            return Err(ErrorKind::StorageFull.into());
        }
        if self.happens(fate) {
            let file = self.new_file(path);
            self.unsettled.push(NameChange::Made(path.to_owned(), file));
        }
        Ok(0)
    }

    fn write(&mut self, file: usize, bytes: &[u8], fate: Fate) -> io::Result<usize> {
        let room = self.faults.room.unwrap_or(u64::MAX);
        let fits = bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        if fits == 0 && !bytes.is_empty() {
            return Err(ErrorKind::StorageFull.into());
        }
        let part = match fate {
            Fate::Done | Fate::Lie => fits,
            Fate::Failed | Fate::Crash => self.draw_up_to(fits),
        };
        self.faults.room = self.faults.room.map(|room| room.saturating_sub(part as u64));
        let written = bytes.get(..part).unwrap_or_default();
        self.files.get_mut(file).ok_or(ErrorKind::NotFound)?.bytes.extend_from_slice(written);
        Ok(part)
    }

    fn sync(&mut self, file: usize, folder: &str, fate: Fate) -> io::Result<usize> {
        let happens = self.happens(fate);
        let open = self.files.get_mut(file).ok_or(ErrorKind::NotFound)?;
        let unsynced = open.durable..open.bytes.len();
        match fate {
            Fate::Done => {
                open.durable = open.bytes.len();
                self.settle(folder);
            }
            Fate::Failed => open.lost.push(unsynced),
            Fate::Crash if happens => open.durable = open.bytes.len(),
            Fate::Crash | Fate::Lie => {}
        }
        Ok(0)
    }

    fn rename(&mut self, from: &str, to: &str, fate: Fate) -> io::Result<usize> {
        let file = *self.names.get(from).ok_or(ErrorKind::NotFound)?;
        self.is_folder(path::parent(to))?;
        if self.folders.contains(to) {
            return Err(ErrorKind::IsADirectory.into());
        }
        if self.happens(fate) {
            self.names.remove(from);
            self.names.insert(to.to_owned(), file);
            self.unsettled.push(NameChange::Renamed(from.to_owned(), to.to_owned(), file));
        }
        if fate == Fate::Done {
            self.settle(path::parent(from));
            self.settle(path::parent(to));
        }
        Ok(0)
    }

    fn truncate(&mut self, path: &str, bytes: u64, fate: Fate) -> io::Result<usize> {
        let happens = self.happens(fate);
        let file = self.file_mut(path)?;
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        if bytes > file.bytes.len() {
            return Err(ErrorKind::InvalidInput.into());
        }
        if happens {
            file.bytes.truncate(bytes);
            file.durable = bytes;
        }
        Ok(0)
    }

    fn remove(&mut self, path: &str, fate: Fate) -> io::Result<usize> {
        if self.folders.contains(path) {
            if !self.list(path)?.is_empty() {
                return Err(ErrorKind::DirectoryNotEmpty.into());
            }
            if self.happens(fate) {
                self.folders.remove(path);
            }
            return Ok(0);
        }
        if !self.names.contains_key(path) {
            return Err(ErrorKind::NotFound.into());
        }
        if self.happens(fate) {
            self.names.remove(path);
            self.unsettled.push(NameChange::Removed(path.to_owned()));
        }
        Ok(0)
    }

    fn make_dir(&mut self, path: &str, fate: Fate) -> io::Result<usize> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            let part = path.get(..end).unwrap_or(path);
            if self.names.contains_key(part) {
                return Err(ErrorKind::AlreadyExists.into());
            }
            if !self.happens(fate) {
                break;
            }
            self.folders.insert(part.to_owned());
        }
        Ok(0)
    }

    fn new_file(&mut self, path: &str) -> usize {
        let file = self.files.len();
        self.files.push(File::default());
        self.names.insert(path.to_owned(), file);
        file
    }

    fn is_folder(&self, folder: &str) -> io::Result<()> {
        let there = folder.is_empty() || self.folders.contains(folder);
        if there { Ok(()) } else { Err(ErrorKind::NotFound.into()) }
    }

    /// Makes the changes of names in a folder durable.
    fn settle(&mut self, folder: &str) {
        let (settled, rest) =
            std::mem::take(&mut self.unsettled).into_iter().partition(|name| name.is_in(folder));
        self.unsettled = rest;
        for change in Vec::from_iter::<Vec<NameChange>>(settled) {
            self.keep(change);
        }
    }

    fn keep(&mut self, change: NameChange) {
        match change {
            NameChange::Made(path, file) => {
                self.durable.insert(path, file);
            }
            NameChange::Removed(path) => {
                self.durable.remove(&path);
            }
            NameChange::Renamed(from, to, file) => {
                self.durable.remove(&from);
                self.durable.insert(to, file);
            }
        }
    }

    pub(super) fn after_kill(mut self) -> State {
        self.is_off = false;
        self.held.clear();
        self.faults = Faults::default();
        self
    }

    pub(super) fn after_power_loss(mut self) -> State {
        for change in std::mem::take(&mut self.unsettled) {
            if self.draw(2) == 0 {
                self.keep(change);
            }
        }
        self.names = self.durable.clone();
        // A file that is there again brings its folder back.
        for path in self.durable.keys() {
            let ends = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
            self.folders.extend(ends.map(str::to_owned));
        }
        let mut files = std::mem::take(&mut self.files);
        for file in &mut files {
            self.tear(file);
        }
        self.files = files;
        self.after_kill()
    }

    /// Leaves of a file what chance lets survive.
    fn tear(&mut self, file: &mut File) {
        let durable = file.durable.min(file.bytes.len());
        match self.draw(4) {
            0 => file.bytes.truncate(durable),
            1 => {}
            2 => self.cut(file, durable),
            _ => {
                if self.draw(2) == 0 {
                    self.cut(file, durable);
                }
                let end = file.bytes.len();
                self.blank(file, durable..end);
            }
        }
        for lost in std::mem::take(&mut file.lost) {
            self.blank(file, lost);
        }
        file.durable = file.bytes.len();
    }

    fn cut(&mut self, file: &mut File, durable: usize) {
        let rest = self.draw_up_to(file.bytes.len().saturating_sub(durable));
        file.bytes.truncate(durable.saturating_add(rest));
    }

    /// Blanks every other sector of a range, or so: their length was durable, they were not.
    fn blank(&mut self, file: &mut File, range: Range<usize>) {
        let Some(bytes) = file.bytes.get_mut(range.clone()) else { return };
        let first = SECTOR_BYTES - range.start % SECTOR_BYTES;
        let (head, rest) = bytes.split_at_mut(first.min(bytes.len()));
        for sector in std::iter::once(head).chain(rest.chunks_mut(SECTOR_BYTES)) {
            if self.draw(2) == 0 {
                sector.fill(0);
            }
        }
    }

    fn draw_up_to(&mut self, most: usize) -> usize {
        usize::try_from(self.draw((most as u64).saturating_add(1))).unwrap_or_default()
    }

    /// A number below the bound (SplitMix64; the bounds are small, so the bias is, too).
    fn draw(&mut self, bound: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}
