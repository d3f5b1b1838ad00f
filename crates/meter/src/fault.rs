//! What goes wrong, as diagnostics.

use std::io;

use kouan_terms::Diagnostic;

use crate::segment::Digest;

/// A file could not be read.
pub(crate) fn unread(digest: &Digest, error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::NotFound => missing(digest),
        _ => Diagnostic::error("MT108").with("segment", digest).with("cause", cause(error)),
    }
}

/// A file could not be written, made durable or named.
pub(crate) fn unwritten(error: &io::Error) -> Diagnostic {
    Diagnostic::error("MT109").with("cause", cause(error))
}

/// A segment that an entry names is not there.
pub(crate) fn missing(digest: &Digest) -> Diagnostic {
    Diagnostic::error("MT101").with("segment", digest)
}

/// A segment is not what its digest says.
pub(crate) fn damaged(digest: &Digest, part: &str) -> Diagnostic {
    Diagnostic::error("MT102").with("segment", digest).with("part", part)
}

/// More than the program can hold.
pub(crate) fn too_many(what: &'static str, limit: usize) -> Diagnostic {
    Diagnostic::error("MT110").with("what", what).with("limit", limit)
}

/// The kind alone: a text of the system might name a folder of the user's.
fn cause(error: &io::Error) -> String {
    error.kind().to_string()
}
