//! Parquet and Arrow IPC.

mod cells;
mod comments;
mod decode;
mod footer;
mod ipc;
mod row_groups;
mod schemas;
mod shape;

use std::io;

use kouan_terms::Diagnostic;

pub(crate) use cells::{shortened, span};
pub(crate) use ipc::open as open_ipc;
pub(crate) use row_groups::open as open_parquet;
pub(crate) use shape::unique;

use crate::files::unreadable;

use shape::Shape;

const FORMAT_PARQUET: &str = "Parquet";
const FORMAT_IPC: &str = "Arrow IPC";

/// How many columns a note names.
const NAMED: usize = 5;

/// The file cannot be opened: it is cut short or damaged.
pub(crate) fn damaged(name: &str, format: &str) -> Diagnostic {
    Diagnostic::error("SC120").with("input", name).with("format", format)
}

/// A piece of the file cannot be read; `number` counts from 1.
pub(crate) fn lost(name: &str, format: &str, number: usize) -> Diagnostic {
    Diagnostic::error("SC121").with("input", name).with("format", format).with("piece", number)
}

/// What an error of the content means for a piece of it: damage, or a place that cannot be read.
pub(crate) fn broken(name: &str, why: &io::Error, damage: Diagnostic) -> Diagnostic {
    match why.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => damage,
        _ => unreadable(name, why),
    }
}

/// What is not looked at: columns past the limit, and columns of types that are not read.
fn about(name: &str, shape: &Shape) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    if shape.left() > 0 {
        notes.push(too_wide(name, shape.left()));
    }
    let unread = shape.unread();
    if !unread.is_empty() {
        let named = unread.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let note = Diagnostic::warning("SC123").with("input", name).with("columns", named);
        notes.push(note.with("count", unread.len()));
    }
    notes
}

/// Columns past the limit.
pub(crate) fn too_wide(name: &str, left: usize) -> Diagnostic {
    Diagnostic::warning("SC122")
        .with("input", name)
        .with("count", left)
        .with("limit", crate::limits::COLUMNS)
}

#[cfg(test)]
pub(crate) mod tests;
