//! Files, folders, globs, compressed files and archives; the format is found by content first.

mod content;

use std::io;
use std::path::Path;

use kouan_terms::Diagnostic;

pub(crate) use self::content::{Content, ContentCursor, NotHeld, Ranges, Stamp, Unpack};

use crate::{Input, Opened, Options, Want, text};

/// Finds the files behind a path, a folder or a glob.
pub(crate) fn find(address: &str) -> Result<Vec<Input>, Diagnostic> {
    let path = std::path::PathBuf::from(address);
    let found = std::fs::metadata(&path).map_err(|why| unreadable(address, &why))?;
    let place = crate::input::Place::File(path);
    Ok(vec![Input { name: address.into(), bytes: Some(found.len()), place }])
}

/// Opens a file by what its content is.
pub(crate) fn open(
    name: &str,
    path: &Path,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    open_content(name, &Content::file(path), want, options)
}

/// Opens a content by what it is; the name is the table's, and an archive's members add theirs.
///
/// Readers of other crates' formats have the same shape: `columnar::open_parquet`,
/// `columnar::open_ipc`, `sheets::open_workbook`, `sheets::open_xpt`, `sheets::open_sql`, each
/// `fn(name: &str, content: &Content, want: Want, options: &Options) -> Result<Opened, Diagnostic>`,
/// called with a content that can seek.
pub(crate) fn open_content(
    name: &str,
    content: &Content,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    text::open(name, content, want, options)
}

/// Why something could not be read, without a word of its content.
pub(crate) fn unreadable(name: &str, why: &io::Error) -> Diagnostic {
    let code = match why.kind() {
        io::ErrorKind::NotFound => "SC101",
        io::ErrorKind::PermissionDenied => "SC102",
        io::ErrorKind::UnexpectedEof => "SC104",
        _ => "SC103",
    };
    let found = Diagnostic::error(code).with("input", name);
    if code == "SC103" { found.with("cause", why.kind()) } else { found }
}
