//! Reading and writing files, with limits and with errors that carry the path.

use std::io::{Read as _, Write as _};
use std::path::Path;

use kouan_terms::{Diagnostic, Place};

/// The largest file that is read, in bytes; the reader of declarations has a lower one of its own.
pub const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Reads a text file, or standard input for `-`.
///
/// # Errors
///
/// CL110 when it cannot be read, CL111 when it is too large, CL112 when it is not UTF-8.
pub fn read(path: &str) -> Result<String, Diagnostic> {
    let bytes = if path == "-" {
        whole(path, Ok(std::io::stdin().lock()))?
    } else {
        bytes(Path::new(path))?
    };
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Diagnostic::error("CL112").at(Place::file(path)).with("offset", at)
    })
}

/// Reads a file as it is.
///
/// # Errors
///
/// CL110 when it cannot be read, CL111 when it is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    whole(&path.to_string_lossy(), std::fs::File::open(path))
}

/// All that a source holds, up to the limit; `path` is what findings call it.
fn whole(path: &str, source: std::io::Result<impl std::io::Read>) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    let read = source.and_then(|from| from.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|error| {
        Diagnostic::error("CL110").at(Place::file(path)).with("detail", error.kind())
    })?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let limit = FILE_BYTES_MAX / 1024 / 1024;
        return Err(Diagnostic::error("CL111").at(Place::file(path)).with("limit", limit));
    }
    Ok(bytes)
}

/// Writes a file through a temporary one beside it, so that nothing is ever half written.
///
/// # Errors
///
/// CL113 when it cannot be written.
pub fn write(path: &str, text: &str) -> Result<(), Diagnostic> {
    let failed = |error: std::io::Error| {
        Diagnostic::error("CL113").at(Place::file(path)).with("detail", error.kind())
    };
    let target = Path::new(path);
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
    let beside = target.with_file_name(format!(".{}.part", name.unwrap_or_default()));
    let result = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, target));
    if result.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    result.map_err(failed)
}

/// Every file below a folder with one of these endings, in the order of their names.
///
/// # Errors
///
/// CL110 when a folder cannot be read.
pub fn below(folder: &Path, endings: &[&str]) -> Result<Vec<String>, Diagnostic> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let shown = folder.to_string_lossy().into_owned();
        let unreadable = |error: std::io::Error| {
            Diagnostic::error("CL110").at(Place::file(&shown)).with("detail", error.kind())
        };
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}
