//! Objects in S3-compatible stores.

use kouan_terms::Diagnostic;

use crate::{Input, Opened, Options, Want};

/// Finds the objects behind `s3://bucket/prefix`.
pub(crate) fn find(address: &str, _options: &Options) -> Result<Vec<Input>, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", address))
}

/// Opens an object.
pub(crate) fn open(
    name: &str,
    _address: &str,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}
