//! Where a release is written: beside its place first, read back, and given its name last.

use std::fmt::Write as _;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use kouan_disk::{Disk, Writer};
use kouan_gate::{Form, Written, read_back};
use kouan_ledger::entry;
use kouan_terms::Diagnostic;
use sha2::{Digest as _, Sha256};

/// The end of the name of a file that did not get its own yet.
pub(super) const BESIDE: &str = ".kouan-part";
/// The file in a folder of parts that says what the others are; it appears last.
const PARTS: &str = "kouan-parts.txt";
/// Bytes gathered before they are written, and read back at a time.
const PIECE: usize = 1 << 20;

/// Where a release goes.
#[derive(Clone)]
pub struct Target {
    /// The disk it goes to.
    pub disk: Arc<dyn Disk>,
    /// The path of the file or the folder on that disk.
    pub path: String,
    /// What the ledger calls it.
    pub name: entry::Name,
    /// A file for one table, or a folder with a file for each table or part.
    pub shape: Shape,
    /// What is written.
    pub form: Form,
}

/// One file or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One file.
    File,
    /// A folder of parts, each table in parts of its own; a part ends with the batch in which it
    /// comes to so many rows.
    Parts {
        /// Rows from which on a part ends.
        rows: u64,
    },
}

/// One file of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    path: String,
    pub(super) bytes: u64,
    pub(super) digest: [u8; 32],
}

impl Piece {
    fn beside(&self) -> String {
        beside(&self.path)
    }
}

/// The path of a file while it is being written.
fn beside(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/.{name}{BESIDE}"),
        None => format!(".{path}{BESIDE}"),
    }
}

/// What is ready to appear. The last piece is the one that the entry names by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) pieces: Vec<Piece>,
    pub(super) bytes: u64,
    pub(super) digest: [u8; 32],
}

impl Target {
    /// Writes a file beside its place.
    pub(super) fn begin(&self, path: &str) -> Result<Beside, Diagnostic> {
        let failed = |error: io::Error| self.unwritten(&error);
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.disk.make_dir(folder).map_err(failed)?;
        }
        let writer = self.disk.create(&beside(path)).map_err(failed)?;
        Ok(Beside {
            path: path.to_owned(),
            writer,
            hash: Sha256::new(),
            gathered: Vec::new(),
            bytes: 0,
        })
    }

    /// The path of a part.
    pub(super) fn part(&self, table: &str, number: usize) -> String {
        let last = table.rsplit(['/', '\\', '!', ':']).next().unwrap_or(table);
        let stem = last.split_once('.').map_or(last, |(stem, _)| stem);
        let plain: String = stem.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        let stem = if plain.is_empty() { "table" } else { &plain };
        let end = match self.form {
            Form::Csv => "csv",
            Form::JsonLines => "jsonl",
            Form::Parquet => "parquet",
            Form::Arrow => "arrow",
        };
        format!("{}/{stem}-{number:04}.{end}", self.path)
    }

    /// Reads a finished file back: the bytes are those that were written, and another program finds
    /// the rows and columns in them.
    pub(super) fn compare(&self, piece: &Piece, written: &Written) -> Result<(), Diagnostic> {
        let beside = piece.beside();
        let differs = || Diagnostic::error("RL109").with("name", &self.name);
        let failed = |error: io::Error| self.unwritten(&error);
        if self.digest(&beside).map_err(failed)? != Some(piece.digest) {
            return Err(differs());
        }
        let bytes = self.disk.len(&beside).map_err(failed)?.unwrap_or_default();
        let from = OnDisk { disk: &*self.disk, path: &beside, bytes, at: 0 };
        let found = read_back(self.form, io::BufReader::with_capacity(PIECE, from))?;
        // Lines of JSON name no column where there is no line.
        let nameless = self.form == Form::JsonLines && written.rows == 0;
        let same = found.rows == written.rows && (nameless || found.columns == written.columns);
        if same { Ok(()) } else { Err(differs()) }
    }

    /// Puts together what appears: one file, or the parts and the file that names them.
    pub(super) fn ready(&self, mut pieces: Vec<Piece>) -> Result<Ready, Diagnostic> {
        if let (Shape::File, [one]) = (self.shape, pieces.as_slice()) {
            let (bytes, digest) = (one.bytes, one.digest);
            return Ok(Ready { pieces, bytes, digest });
        }
        let mut listing = String::new();
        for piece in &pieces {
            let name = piece.path.rsplit('/').next().unwrap_or_default();
            let digest = entry::Digest::sha256(piece.digest);
            let _ = writeln!(listing, "{digest} {} {name}", piece.bytes);
        }
        let mut beside = self.begin(&format!("{}/{PARTS}", self.path))?;
        beside.write_all(listing.as_bytes()).map_err(|error| self.unwritten(&error))?;
        let last = beside.finish().map_err(|error| self.unwritten(&error))?;
        let digest = last.digest;
        pieces.push(last);
        let bytes = pieces.iter().map(|piece| piece.bytes).sum();
        Ok(Ready { pieces, bytes, digest })
    }

    /// Gives every piece its name, the one that the entry names last.
    pub(super) fn appear(&self, ready: &Ready) -> Result<(), Diagnostic> {
        for piece in &ready.pieces {
            let renamed = self.disk.rename(&piece.beside(), &piece.path);
            renamed.map_err(|error| self.unwritten(&error))?;
        }
        Ok(())
    }

    /// Takes away what never got a name. What cannot be taken away is found the next time.
    pub(super) fn discard(&self) {
        for path in self.unfinished().unwrap_or_default() {
            let _ = self.disk.remove(&path);
        }
    }

    /// Whether something is at the place of the output, and the digest by which an entry would name
    /// it.
    pub(super) fn there(&self) -> Result<Option<Option<[u8; 32]>>, Diagnostic> {
        let failed = |error: io::Error| self.unwritten(&error);
        match self.shape {
            Shape::File => {
                let there = self.disk.len(&self.path).map_err(failed)?;
                if there.is_none() {
                    // A folder of that name is in the way, too.
                    return Ok(self.disk.list(&self.path).is_ok().then_some(None));
                }
                Ok(Some(self.digest(&self.path).map_err(failed)?))
            }
            Shape::Parts { .. } => {
                let found = match self.disk.list(&self.path) {
                    Ok(found) => found,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(failed(error)),
                };
                if found.iter().all(|one| one.name.ends_with(BESIDE)) {
                    return Ok(None);
                }
                let listing = format!("{}/{PARTS}", self.path);
                Ok(Some(self.digest(&listing).map_err(failed)?))
            }
        }
    }

    /// Completes an output that an entry with this digest names and whose files are beside their
    /// places; whether there was one.
    pub(super) fn complete(&self, digest: [u8; 32]) -> Result<bool, Diagnostic> {
        let failed = |error: io::Error| self.unwritten(&error);
        let last = match self.shape {
            Shape::File => self.path.clone(),
            Shape::Parts { .. } => format!("{}/{PARTS}", self.path),
        };
        if self.digest(&beside(&last)).map_err(failed)? != Some(digest) {
            return Ok(false);
        }
        for path in self.unfinished()? {
            let own = own_name(&path).filter(|own| *own != last);
            if let Some(own) = own {
                self.disk.rename(&path, &own).map_err(failed)?;
            }
        }
        self.disk.rename(&beside(&last), &last).map_err(failed)?;
        Ok(true)
    }

    /// The paths of files of this output that did not get their names.
    fn unfinished(&self) -> Result<Vec<String>, Diagnostic> {
        let failed = |error: io::Error| self.unwritten(&error);
        if self.shape == Shape::File {
            let path = beside(&self.path);
            let there = self.disk.len(&path).map_err(failed)?.is_some();
            return Ok(if there { vec![path] } else { Vec::new() });
        }
        let found = match self.disk.list(&self.path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let ours = found.into_iter().filter(|one| one.name.ends_with(BESIDE) && !one.is_folder);
        Ok(ours.map(|one| format!("{}/{}", self.path, one.name)).collect())
    }

    /// The digest of a file; `None` where there is none.
    fn digest(&self, path: &str) -> io::Result<Option<[u8; 32]>> {
        let Some(bytes) = self.disk.len(path)? else { return Ok(None) };
        let mut hash = Sha256::new();
        let mut at = 0;
        while at < bytes {
            let piece = self.disk.read_at(path, at, PIECE)?;
            if piece.is_empty() {
                break;
            }
            at += piece.len() as u64;
            hash.update(piece);
        }
        Ok(Some(hash.finalize().into()))
    }

    pub(super) fn unwritten(&self, error: &io::Error) -> Diagnostic {
        Diagnostic::error("RL110").with("name", &self.name).with("cause", error.kind())
    }
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// The name that a file beside its place is to have.
fn own_name(beside: &str) -> Option<String> {
    let (folder, name) = beside.rsplit_once('/')?;
    let own = name.strip_prefix('.')?.strip_suffix(BESIDE)?;
    Some(format!("{folder}/{own}"))
}

/// A file that is being written beside its place.
pub(super) struct Beside {
    path: String,
    writer: Box<dyn Writer>,
    hash: Sha256,
    gathered: Vec<u8>,
    bytes: u64,
}

impl Beside {
    /// Makes it durable.
    pub(super) fn finish(mut self) -> io::Result<Piece> {
        self.send()?;
        self.writer.sync()?;
        let digest = self.hash.finalize().into();
        Ok(Piece { path: self.path, bytes: self.bytes, digest })
    }

    fn send(&mut self) -> io::Result<()> {
        if !self.gathered.is_empty() {
            self.hash.update(&self.gathered);
            self.writer.write_all(&self.gathered)?;
            self.gathered.clear();
        }
        Ok(())
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        self.bytes += bytes.len() as u64;
        if self.gathered.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file of a disk, to be read as files are.
struct OnDisk<'a> {
    disk: &'a dyn Disk,
    path: &'a str,
    bytes: u64,
    at: u64,
}

impl Read for OnDisk<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let piece = self.disk.read_at(self.path, self.at, into.len())?;
        into.iter_mut().zip(&piece).for_each(|(to, from)| *to = *from);
        self.at += piece.len() as u64;
        Ok(piece.len())
    }
}

impl Seek for OnDisk<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
