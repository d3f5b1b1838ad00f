//! A bucket as the disk of an output: what waits for its entry lies in the office, and goes to the
//! bucket when it gets its name.
//!
//! No byte is sent before the entry is durable. An object appears whole or not at all, and is read
//! back; a file that could not be sent stays in the office, and the next run of the release sends
//! it.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use kouan_disk::{Disk, Found, Lock, Writer};
use kouan_sources::objects::Bucket;
use kouan_terms::hex;
use sha2::{Digest as _, Sha256};

use super::output::BESIDE;
use crate::office::OUTPUTS;

/// Bytes that are compared at a time when an object is read back.
const PIECE: usize = 16 << 20;

/// A bucket, and the folder of the office in which its outputs wait.
pub struct InBucket {
    bucket: Bucket,
    office: Arc<dyn Disk>,
}

impl InBucket {
    /// Outputs go to this bucket, and wait on the disk of the office.
    #[must_use]
    pub fn new(bucket: Bucket, office: Arc<dyn Disk>) -> InBucket {
        InBucket { bucket, office }
    }

    /// The folder in which the outputs of a folder of the bucket wait.
    fn folder(&self, folder: &str) -> String {
        let digest: [u8; 32] = Sha256::digest(format!("{}/{folder}", self.bucket.name())).into();
        let digits = digest.first_chunk::<8>().map(|digest| hex(digest)).unwrap_or_default();
        format!("{OUTPUTS}/{digits}")
    }

    /// Where a file waits that has not got its name; `None` for an object.
    fn waiting(&self, path: &str) -> Option<String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        name.ends_with(BESIDE).then(|| format!("{}/{name}", self.folder(folder)))
    }

    /// Whether an object holds what the file holds that was sent.
    fn is_same(&self, waiting: &str, key: &str, bytes: u64) -> io::Result<bool> {
        if self.bucket.len(key)? != Some(bytes) {
            return Ok(false);
        }
        let mut at = 0;
        while at < bytes {
            let ours = self.office.read_at(waiting, at, PIECE)?;
            if ours.is_empty() || ours != self.bucket.read_at(key, at, PIECE)? {
                return Ok(false);
            }
            at += ours.len() as u64;
        }
        Ok(true)
    }
}

fn never<T>() -> io::Result<T> {
    Err(ErrorKind::Unsupported.into())
}

impl Disk for InBucket {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let bytes = self.len(path)?.ok_or(ErrorKind::NotFound)?;
        self.read_at(path, 0, usize::try_from(bytes).map_err(io::Error::other)?)
    }

    fn read_at(&self, path: &str, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        match self.waiting(path) {
            Some(waiting) => self.office.read_at(&waiting, offset, bytes),
            None => self.bucket.read_at(path, offset, bytes),
        }
    }

    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        match self.waiting(path) {
            Some(waiting) => self.office.len(&waiting),
            None => self.bucket.len(path),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<Found>> {
        let below = format!("{folder}/");
        let mut all = Vec::new();
        for key in self.bucket.list(&below)? {
            let Some(name) = key.strip_prefix(&below) else { continue };
            let (name, is_folder) = match name.split_once('/') {
                Some((name, _)) => (name, true),
                None => (name, false),
            };
            all.push(Found { name: name.to_owned(), is_folder });
        }
        match self.office.list(&self.folder(folder)) {
            Ok(waiting) => all.extend(waiting),
            Err(why) if why.kind() == ErrorKind::NotFound => {}
            Err(why) => return Err(why),
        }
        all.sort();
        all.dedup();
        if all.is_empty() { Err(ErrorKind::NotFound.into()) } else { Ok(all) }
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn Writer>> {
        let Some(waiting) = self.waiting(path) else { return never() };
        if let Some((folder, _)) = waiting.rsplit_once('/') {
            self.office.make_dir(folder)?;
        }
        self.office.create(&waiting)
    }

    fn append(&self, _: &str) -> io::Result<Box<dyn Writer>> {
        never()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (Some(waiting), None) = (self.waiting(from), self.waiting(to)) else { return never() };
        let bytes = self.office.len(&waiting)?.ok_or(ErrorKind::NotFound)?;
        // An earlier run may have sent it and stopped before it could say so.
        if !self.is_same(&waiting, to, bytes)? {
            self.bucket.put(to, &mut |at, bytes| self.office.read_at(&waiting, at, bytes))?;
            if !self.is_same(&waiting, to, bytes)? {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        self.office.remove(&waiting)
    }

    fn truncate(&self, _: &str, _: u64) -> io::Result<()> {
        never()
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        match self.waiting(path) {
            Some(waiting) => self.office.remove(&waiting),
            // What is out stays out.
            None => never(),
        }
    }

    fn make_dir(&self, _: &str) -> io::Result<()> {
        // A bucket has no folders; the office makes its own when a file is begun.
        Ok(())
    }

    fn lock(&self, _: &str) -> io::Result<Box<dyn Lock>> {
        never()
    }

    fn try_lock(&self, _: &str) -> io::Result<Option<Box<dyn Lock>>> {
        never()
    }
}
