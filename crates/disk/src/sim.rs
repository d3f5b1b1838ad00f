//! A disk in memory that fails as disks fail, and the same way again from the same seed.
//!
//! A test writes to it, stops it at any operation, and opens what [`Simulated::after_power_loss`]
//! or [`Simulated::after_kill`] leaves:
//!
//! ```
//! use kouan_disk::{Disk, sim::Simulated};
//!
//! let disk = Simulated::new(7);
//! disk.crash_at(2);
//! let mut writer = disk.create("a").unwrap();
//! assert!(writer.write_all(b"abc").is_err());
//! let found = disk.after_power_loss();
//! assert!(found.len("a").unwrap().is_none_or(|bytes| bytes <= 3));
//! ```

mod state;

use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use self::state::{Change, State};
use crate::{Disk, Found, Lock, Writer, path};

/// A disk in memory. A clone is the same disk, as another process sees it.
///
/// Operations that change something are counted: each write, `sync`, `create`, `append`, `rename`,
/// `truncate`, `remove` and `make_dir` is one. Reading and locking are not.
#[derive(Clone)]
pub struct Simulated {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    unlocked: Condvar,
}

impl Simulated {
    /// An empty disk; all that is left to chance comes from the seed.
    #[must_use]
    pub fn new(seed: u64) -> Simulated {
        Simulated::of(State::new(seed))
    }

    fn of(state: State) -> Simulated {
        Simulated {
            shared: Arc::new(Shared { state: Mutex::new(state), unlocked: Condvar::new() }),
        }
    }

    /// A disk of its own with the same content, unsynced writes and faults to come included; its
    /// locks are free, and chance goes on from the seed.
    #[must_use]
    pub fn copy(&self, seed: u64) -> Simulated {
        let mut state = self.state().clone();
        state.held.clear();
        state.reseed(seed);
        Simulated::of(state)
    }

    /// How many operations were begun so far.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Cuts the power in the middle of the n-th operation from now, counted from 1: it is done in
    /// part, in full or not at all, and every call from then on fails.
    pub fn crash_at(&self, operation: u64) {
        let mut state = self.state();
        state.faults.crash_at = Some(state.operations.saturating_add(operation));
    }

    /// Lets the n-th operation from now fail once, counted from 1. Whether it was done is left to
    /// chance; what a `sync` was to make durable is lost with the power, a later `sync` or not.
    pub fn fail_at(&self, operation: u64) {
        let mut state = self.state();
        state.faults.fail_at = Some(state.operations.saturating_add(operation));
    }

    /// Lets the n-th operation from now, if it is a `sync` or a `rename`, succeed without making
    /// anything durable, as a drive that lies does.
    pub fn lie_at(&self, operation: u64) {
        let mut state = self.state();
        state.faults.lie_at = Some(state.operations.saturating_add(operation));
    }

    /// Leaves room for so many more bytes, or for any number.
    pub fn set_room(&self, bytes: Option<u64>) {
        self.state().faults.room = bytes;
    }

    /// Refuses every change, as a disk that is mounted for reading does.
    pub fn set_read_only(&self, read_only: bool) {
        self.state().faults.read_only = read_only;
    }

    /// Turns one bit of a file, counted from the lowest bit of its first byte.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where there is no such file or bit.
    pub fn flip_bit(&self, path: &str, bit: u64) -> io::Result<()> {
        let mut state = self.state();
        let at = usize::try_from(bit / 8).map_err(io::Error::other)?;
        let byte = state.file_mut(path)?.bytes.get_mut(at).ok_or(ErrorKind::NotFound)?;
        *byte ^= 1 << (bit % 8);
        Ok(())
    }

    /// The paths of all files, sorted.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.state().names.keys().cloned().collect()
    }

    /// The disk as it is found after power was lost now: what was not made durable is there, torn
    /// or gone, as chance has it. This disk refuses every call from then on.
    #[must_use]
    pub fn after_power_loss(&self) -> Simulated {
        Simulated::of(self.stopped().after_power_loss())
    }

    /// The disk as it is found after every process was killed now: all that was written can be
    /// read, and what was not made durable is still not. This disk refuses every call from then on.
    #[must_use]
    pub fn after_kill(&self) -> Simulated {
        Simulated::of(self.stopped().after_kill())
    }

    fn stopped(&self) -> State {
        let mut state = self.state();
        state.is_off = true;
        self.shared.unlocked.notify_all();
        state.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, while there is power.
    fn running(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.is_off { Err(off()) } else { Ok(state) }
    }

    fn change(&self, change: Change<'_>) -> io::Result<usize> {
        let mut state = self.running()?;
        let done = state.change(change);
        if state.is_off {
            self.shared.unlocked.notify_all();
        }
        done
    }

    fn writer(&self, path: &str) -> io::Result<Box<dyn Writer>> {
        let file = *self.running()?.names.get(path).ok_or(ErrorKind::NotFound)?;
        Ok(Box::new(Open { disk: self.clone(), file, path: path.to_owned() }))
    }

    fn held(&self, mut state: MutexGuard<'_, State>, path: &str) -> io::Result<Box<dyn Lock>> {
        state.lock_file(path)?;
        state.held.insert(path.to_owned());
        Ok(Box::new(Held { disk: self.clone(), path: path.to_owned() }))
    }
}

impl Disk for Simulated {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        Ok(self.running()?.file(path::checked(path)?)?.bytes.clone())
    }

    fn read_at(&self, path: &str, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let state = self.running()?;
        let all = &state.file(path::checked(path)?)?.bytes;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = all.get(offset..).unwrap_or_default();
        Ok(rest.get(..bytes).unwrap_or(rest).to_vec())
    }

    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        let state = self.running()?;
        match state.file(path::checked(path)?) {
            Ok(file) => Ok(Some(file.bytes.len() as u64)),
            Err(_) => Ok(None),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<Found>> {
        self.running()?.list(path::folder(folder)?)
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn Writer>> {
        self.change(Change::Create(path::checked(path)?))?;
        self.writer(path)
    }

    fn append(&self, path: &str) -> io::Result<Box<dyn Writer>> {
        self.change(Change::Append(path::checked(path)?))?;
        self.writer(path)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.change(Change::Rename(path::checked(from)?, path::checked(to)?)).map(drop)
    }

    fn truncate(&self, path: &str, bytes: u64) -> io::Result<()> {
        self.change(Change::Truncate(path::checked(path)?, bytes)).map(drop)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.change(Change::Remove(path::checked(path)?)).map(drop)
    }

    fn make_dir(&self, path: &str) -> io::Result<()> {
        self.change(Change::MakeDir(path::checked(path)?)).map(drop)
    }

    fn lock(&self, path: &str) -> io::Result<Box<dyn Lock>> {
        path::checked(path)?;
        let mut state = self.running()?;
        while state.held.contains(path) {
            state = self.shared.unlocked.wait(state).unwrap_or_else(PoisonError::into_inner);
            if state.is_off {
                return Err(off());
            }
        }
        self.held(state, path)
    }

    fn try_lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>> {
        path::checked(path)?;
        let state = self.running()?;
        if state.held.contains(path) {
            return Ok(None);
        }
        self.held(state, path).map(Some)
    }
}

/// The file is known by its number, as an open file is, so that a rename does not lose it.
struct Open {
    disk: Simulated,
    file: usize,
    path: String,
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.change(Change::Write(self.file, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Writer for Open {
    fn sync(&mut self) -> io::Result<()> {
        self.disk.change(Change::Sync(self.file, path::parent(&self.path))).map(drop)
    }
}

struct Held {
    disk: Simulated,
    path: String,
}

impl Lock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.disk.state().held.remove(&self.path);
        self.disk.shared.unlocked.notify_all();
    }
}

fn off() -> io::Error {
    io::Error::other("the power is off")
}

#[cfg(test)]
pub(crate) mod tests;
