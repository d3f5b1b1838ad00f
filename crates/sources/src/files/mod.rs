//! Files, folders, globs, compressed files and archives; the format is found by content first.

mod content;

use std::io;
use std::path::Path;

use kouan_terms::Diagnostic;

pub(crate) use self::content::{Content, ContentCursor, NotHeld, Ranges, Stamp, Unpack};

use crate::{Input, Opened, Options, Want};

/// Finds the files behind a path, a folder or a glob.
pub(crate) fn find(address: &str) -> Result<Vec<Input>, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", address))
}

/// Opens a file by what its content is.
pub(crate) fn open(
    name: &str,
    _path: &Path,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}

/// Opens a content by what it is; the name is the table's, and an archive's members add theirs.
///
/// Readers of other crates' formats have the same shape: `columnar::open_parquet`,
/// `columnar::open_ipc`, `sheets::open_workbook`, `sheets::open_xpt`, `sheets::open_sql`, each
/// `fn(name: &str, content: &Content, want: Want, options: &Options) -> Result<Opened, Diagnostic>`,
/// called with a content that can seek.
pub(crate) fn open_content(
    name: &str,
    _content: &Content,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
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
