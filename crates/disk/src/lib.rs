//! The disk as the ledger and the meter see it: few operations, each with a stated durability.
//!
//! [`real::Folder`] is a folder of the machine; [`sim::Simulated`] is a disk in memory that fails
//! as disks fail, from a seed, so that a test can stop at every operation and look at what is left.
//!
//! Paths are relative, with `/` between the parts; no part is empty, `.` or `..`, and none holds a
//! backslash or a colon. Any other path is refused with [`io::ErrorKind::InvalidInput`].

use std::io::{self, Write};

pub mod real;
pub mod sim;

mod path;

/// A disk: a tree of files, and what of it survives a loss of power.
///
/// What is durable when, on every implementation:
///
/// | operation | durable |
/// |---|---|
/// | bytes written | after [`Writer::sync`]; before, any part of them may be lost, in any order |
/// | the name of a file that was made | after the [`Writer::sync`] of its writer |
/// | [`Disk::rename`], [`Disk::truncate`], [`Disk::make_dir`] | on return |
/// | [`Disk::remove`] | at some later time: it may be there again after a loss of power |
///
/// An operation that was under way when power was lost may have happened or not. A failed
/// operation may have happened or not, too: after a failed `sync`, nothing that was written
/// through that writer may be relied on, and a second `sync` proves nothing.
pub trait Disk: Send + Sync {
    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// What the disk says; [`io::ErrorKind::NotFound`] where there is no such file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Reads at most `bytes` bytes from `offset` on; fewer only where the file ends.
    ///
    /// # Errors
    ///
    /// As [`Disk::read`].
    fn read_at(&self, path: &str, offset: u64, bytes: usize) -> io::Result<Vec<u8>>;

    /// The length of a file in bytes; `None` where there is no such file.
    ///
    /// # Errors
    ///
    /// What the disk says, other than that there is no such file.
    fn len(&self, path: &str) -> io::Result<Option<u64>>;

    /// What stands in a folder, sorted by name; the empty path is the root.
    ///
    /// # Errors
    ///
    /// What the disk says; [`io::ErrorKind::NotFound`] where there is no such folder.
    fn list(&self, folder: &str) -> io::Result<Vec<Found>>;

    /// Makes a file and writes it from its beginning.
    ///
    /// # Errors
    ///
    /// What the disk says; [`io::ErrorKind::AlreadyExists`] where something has that name.
    fn create(&self, path: &str) -> io::Result<Box<dyn Writer>>;

    /// Writes at the end of a file; makes it where there is none.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn append(&self, path: &str) -> io::Result<Box<dyn Writer>>;

    /// Gives a file another name, in place of what had that name: at once, and durably.
    ///
    /// The bytes of the file are as durable as they were: sync them first.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Cuts a file to a length not above its own, durably.
    ///
    /// # Errors
    ///
    /// What the disk says; [`io::ErrorKind::InvalidInput`] for a length above that of the file.
    fn truncate(&self, path: &str, bytes: u64) -> io::Result<()>;

    /// Takes away a file that nothing relies on, a temporary, pending or superseded one, or an
    /// empty folder.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// Makes a folder, and those above it, durably; no harm where it is there.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn make_dir(&self, path: &str) -> io::Result<()>;

    /// Waits for the exclusive lock of that name, among threads and processes alike.
    ///
    /// The lock is a file of that path, made where there is none and never taken away.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn lock(&self, path: &str) -> io::Result<Box<dyn Lock>>;

    /// Takes the lock if nobody holds it, and answers `None` if somebody does.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn try_lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>>;
}

/// A file that is being written.
pub trait Writer: Write + Send {
    /// Makes all that was written, and the name of the file, durable.
    ///
    /// # Errors
    ///
    /// What the disk says; see [`Disk`] on what a failure means.
    fn sync(&mut self) -> io::Result<()>;
}

/// A lock that is held until this value is dropped, or its process ends.
pub trait Lock: Send {}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The last part of its path.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}
