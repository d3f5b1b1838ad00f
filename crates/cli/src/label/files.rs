//! The files that a command names: found below folders, opened, and replaced without ever being
//! half written.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Cursor, Read as _, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use kouan_label::{Format, HEAD_BYTES, PublicKey, by_name, sniff};
use kouan_terms::{Diagnostic, Place};

use crate::files;

/// Standard input is held in memory, up to this many bytes.
const PIPED_BYTES_MAX: u64 = 1 << 30;

/// A file that was named or found below a folder that was named.
pub struct Named {
    /// Its path.
    pub path: String,
    /// Its path below the folder that was named; its name, where it was named itself.
    pub below: PathBuf,
}

/// Every file that is meant: folders are searched for names that say one of the formats.
///
/// # Errors
///
/// LB114 for a path that is not there, CL110 for a folder that cannot be read.
pub fn named(paths: &[&String]) -> Result<Vec<Named>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut findings = Vec::new();
    for path in paths {
        let root = Path::new(path.as_str());
        if !root.exists() {
            findings.push(Diagnostic::error("LB114").at(Place::file(path)));
        } else if root.is_dir() {
            match files::below(root, &[""]) {
                Ok(names) => found.extend(names.into_iter().filter_map(|path| below(root, path))),
                Err(finding) => findings.push(finding),
            }
        } else {
            let name = root.file_name().map(PathBuf::from).unwrap_or_default();
            found.push(Named { path: (*path).clone(), below: name });
        }
    }
    if findings.is_empty() { Ok(found) } else { Err(findings) }
}

fn below(root: &Path, path: String) -> Option<Named> {
    by_name(Some(&path))?;
    let below = Path::new(&path).strip_prefix(root).ok()?.to_path_buf();
    // What an interrupted run of FFmpeg left is nobody's content.
    let is_left = |part: std::path::Component<'_>| {
        let name = part.as_os_str().to_string_lossy();
        name.starts_with('.') && name.ends_with(super::film::SCRATCH)
    };
    if below.components().any(is_left) {
        return None;
    }
    // A link may lead anywhere, and to a file that is found anyway.
    let is_link = Path::new(&path).symlink_metadata().is_ok_and(|held| held.is_symlink());
    (!is_link).then_some(Named { path, below })
}

/// What a file is, by its first bytes; the reading position is at the start again.
///
/// # Errors
///
/// LB102 for an empty file, LB103 for a format that is not known, LB101 when reading fails.
pub fn format_of<S: std::io::Read + Seek>(
    source: &mut S,
    name: Option<&str>,
) -> Result<Format, Diagnostic> {
    let mut head = Vec::new();
    let read = source.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head);
    read.and_then(|_| source.seek(SeekFrom::Start(0))).map_err(failed)?;
    // A text without a letter can be labelled; nothing else without a byte can.
    let found = sniff(&head, name);
    if head.is_empty() && found.is_none() {
        return Err(Diagnostic::error("LB102"));
    }
    found.ok_or_else(|| Diagnostic::error("LB103"))
}

/// A warning where the name says another format than the first bytes.
pub fn misnamed(path: &str, format: Format) -> Option<Diagnostic> {
    let other = by_name(Some(path)).is_some_and(|named| named != format);
    other.then(|| Diagnostic::warning("LB117").with("format", format.as_str()))
}

/// All of standard input.
///
/// # Errors
///
/// LB101 when it cannot be read, LB105 when it is too large.
pub fn piped() -> Result<Cursor<Vec<u8>>, Diagnostic> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(PIPED_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(failed)?;
    if bytes.len() as u64 > PIPED_BYTES_MAX {
        return Err(Diagnostic::error("LB105").with("part", "stdin"));
    }
    Ok(Cursor::new(bytes))
}

/// The private key of a file: 32 bytes as hexadecimal digits.
///
/// # Errors
///
/// LB137 when it is none, CL110 when it cannot be read.
pub fn secret(path: &str) -> Result<Vec<u8>, Diagnostic> {
    let refused = || Diagnostic::error("LB137").at(Place::file(path));
    let text = String::from_utf8(files::bytes(Path::new(path))?).map_err(|_| refused())?;
    let digits: Option<Vec<u8>> =
        text.trim().chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
    let digits = digits.filter(|digits| digits.len() == 64).ok_or_else(refused)?;
    Ok(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

/// The public key of a file.
///
/// # Errors
///
/// LB137 for an empty file, CL110 when it cannot be read.
pub fn public(path: &str) -> Result<PublicKey, Diagnostic> {
    let bytes = files::bytes(Path::new(path))?;
    let digits = std::str::from_utf8(&bytes).ok().and_then(PublicKey::from_hex);
    match digits {
        Some(key) => Ok(key),
        None if bytes.first() == Some(&0x30) => Ok(PublicKey::new(bytes)),
        None => Err(Diagnostic::error("LB137").at(Place::file(path))),
    }
}

/// Opens a file.
///
/// # Errors
///
/// LB101 when it cannot be opened.
pub fn open(path: &Path) -> Result<File, Diagnostic> {
    File::open(path).map_err(failed)
}

/// Reading or writing failed.
pub fn failed(error: std::io::Error) -> Diagnostic {
    Diagnostic::error("LB101").with("detail", error.kind())
}

/// A new file beside the place it is to take: gone again unless it takes that place.
pub struct Beside {
    path: PathBuf,
    target: PathBuf,
    /// The file, open for writing and reading back.
    pub file: File,
    is_placed: bool,
}

impl Beside {
    /// Begins a file for a place.
    ///
    /// # Errors
    ///
    /// LB101 when it cannot be created.
    pub fn new(target: &Path) -> Result<Beside, Diagnostic> {
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let part = format!(".{name}.{}.part", std::process::id());
        let path = target.with_file_name(part);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(failed)?;
        Ok(Beside { path, target: target.to_path_buf(), file, is_placed: false })
    }

    /// Puts the file in its place, once it is on the disk. Permissions are those of `like`.
    ///
    /// # Errors
    ///
    /// LB101 when that fails; then what stood at the place stands there still.
    pub fn place(mut self, like: &Path) -> Result<(), Diagnostic> {
        let permissions = std::fs::metadata(like).map_err(failed)?.permissions();
        std::fs::set_permissions(&self.path, permissions).map_err(failed)?;
        self.file.sync_all().map_err(failed)?;
        std::fs::rename(&self.path, &self.target).map_err(failed)?;
        self.is_placed = true;
        Ok(())
    }
}

/// Keeps the renames in these folders through a crash; not every system can do that. One call for a
/// batch: until then each place holds the old file or the new one, whole.
pub fn keep(folders: &BTreeSet<PathBuf>) {
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.is_placed {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
