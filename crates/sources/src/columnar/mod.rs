//! Parquet and Arrow IPC.

use kouan_terms::Diagnostic;

use crate::files::Content;
use crate::{Opened, Options, Want};

/// Opens a Parquet file.
pub(crate) fn open_parquet(
    name: &str,
    _content: &Content,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}

/// Opens an Arrow IPC file or stream.
pub(crate) fn open_ipc(
    name: &str,
    _content: &Content,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}
