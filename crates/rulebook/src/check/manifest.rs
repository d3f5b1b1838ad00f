//! The manifest: languages, figures and the reasons of holes.

use kouan_terms::{Diagnostic, Place};

use crate::book::Book;

/// Checks `rulebook.toml`.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    let manifest = &book.manifest;
    let place = Place::file("rulebook.toml");
    let mut languages: Vec<&str> = manifest.languages.iter().map(String::as_str).collect();
    languages.sort_unstable();
    if languages != ["en", "zh"] {
        let finding = Diagnostic::error("RB196").at(place.clone());
        found.push(finding.with("languages", languages.join(", ")));
    }
    if manifest.stale_after_days == 0 {
        let finding = Diagnostic::error("RB197").at(place.clone());
        found.push(finding.with("key", "stale_after_days"));
    }
    if manifest.followed_until.0 < manifest.starts.0 {
        let finding = Diagnostic::error("RB197").at(place.clone());
        found.push(finding.with("key", "followed_until"));
    }
    for (index, hole) in manifest.hole.iter().enumerate() {
        if manifest.hole.iter().take(index).any(|other| other.id == hole.id) {
            found.push(Diagnostic::error("RB110").at(place.clone()));
        }
        if hole.until.is_some_and(|until| until.0 <= hole.from.0) {
            found.push(Diagnostic::error("RB113").at(place.clone()));
        }
    }
}
