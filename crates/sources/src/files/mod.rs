//! Files, folders, globs, compressed files and archives; the format is found by content first.

use std::path::Path;

use kouan_terms::Diagnostic;

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
