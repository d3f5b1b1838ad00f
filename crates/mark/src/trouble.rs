//! Why a file was not marked, before it becomes words.

use kouan_terms::Diagnostic;

/// The file is not built as its format says, from this byte on.
pub(crate) fn damaged(at: usize, part: &str) -> Diagnostic {
    Diagnostic::error("LB104").with("offset", at).with("part", part)
}

/// A part is larger than what is held in memory.
pub(crate) fn too_large(part: &str) -> Diagnostic {
    Diagnostic::error("LB105").with("part", part)
}

/// A construct of the format that is read past but not rewritten.
pub(crate) fn unwritable(part: &str) -> Diagnostic {
    Diagnostic::error("LB106").with("part", part)
}
