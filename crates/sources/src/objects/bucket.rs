//! A bucket into which a release goes: the one place of this crate that writes, and never to a
//! source.

use std::io;

use kouan_terms::Diagnostic;
use object_store::path::Path;
use object_store::{MultipartUpload, PutMultipartOptions, PutOptions, PutPayload};

use super::parts;
use super::store::{Found, Store, kind};
use crate::Options;
use crate::limits::OBJECT_PART_BYTES;

/// A bucket that objects are put into.
///
/// An object is there as a whole or not at all: large ones are sent in parts that nobody can read
/// before the last call. Nothing is ever taken away.
pub struct Bucket {
    store: Store,
    name: String,
}

impl Bucket {
    /// The bucket of an address `s3://bucket/key`, and the key. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// `SC130` where the address is none; `SC131` and following where the credentials do not do.
    pub fn open(address: &str, options: &Options) -> Result<(Bucket, String), Diagnostic> {
        let (name, key) = parts(address)?;
        let store = Store::open(address, name, options)?;
        Ok((Bucket { store, name: name.to_owned() }, key.to_owned()))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of an object; `None` where there is none of that key.
    ///
    /// # Errors
    ///
    /// What the store says, without its words.
    pub fn len(&self, key: &str) -> io::Result<Option<u64>> {
        match self.store.look(key) {
            Ok(found) => Ok(Some(found.bytes)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// Bytes of an object from a place on; fewer only where it ends.
    ///
    /// # Errors
    ///
    /// What the store says; `NotFound` where there is no such object.
    pub fn read_at(&self, key: &str, place: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let found = self.store.look(key)?;
        let end = place.saturating_add(bytes as u64).min(found.bytes);
        if place >= end {
            return Ok(Vec::new());
        }
        self.store.range(&found, place, end).map(|bytes| bytes.to_vec())
    }

    /// The keys of the objects below a folder, sorted.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let found = self.store.list(folder)?;
        let mut keys: Vec<String> = found.into_iter().map(|Found { key, .. }| key).collect();
        keys.sort();
        Ok(keys)
    }

    /// Puts an object in its place, whole: `piece` is asked for the bytes from a place on, until it
    /// gives none. When it fails, nothing is there that was not there before.
    ///
    /// # Errors
    ///
    /// What `piece` or the store says.
    pub fn put(
        &self,
        key: &str,
        piece: &mut dyn FnMut(u64, usize) -> io::Result<Vec<u8>>,
    ) -> io::Result<()> {
        let path = Path::parse(key).map_err(|_| io::ErrorKind::InvalidInput)?;
        let first = piece(0, OBJECT_PART_BYTES)?;
        let Store { store, runtime } = &self.store;
        if first.len() < OBJECT_PART_BYTES {
            let put = store.put_opts(&path, PutPayload::from(first), PutOptions::default());
            return runtime.block_on(put).map(drop).map_err(|why| kind(&why));
        }
        let begun = store.put_multipart_opts(&path, PutMultipartOptions::default());
        let mut upload = runtime.block_on(begun).map_err(|why| kind(&why))?;
        let sent = self.send(&mut *upload, first, piece);
        if sent.is_err() {
            // What was sent is of no use; where this fails, too, nobody can read it either.
            let _ = runtime.block_on(upload.abort());
        }
        sent
    }

    fn send(
        &self,
        upload: &mut dyn MultipartUpload,
        first: Vec<u8>,
        piece: &mut dyn FnMut(u64, usize) -> io::Result<Vec<u8>>,
    ) -> io::Result<()> {
        let runtime = &self.store.runtime;
        let (mut part, mut at) = (first, 0);
        while !part.is_empty() {
            at += part.len() as u64;
            let sent = upload.put_part(PutPayload::from(part));
            runtime.block_on(sent).map_err(|why| kind(&why))?;
            part = piece(at, OBJECT_PART_BYTES)?;
        }
        runtime.block_on(upload.complete()).map(drop).map_err(|why| kind(&why))
    }
}
