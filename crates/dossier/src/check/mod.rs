//! Checks a pack, or papers made by others as far as they can be read.

mod clauses;
mod consistency;
#[cfg(test)]
mod faults;
mod look;
mod papers;
#[cfg(test)]
mod tests;
mod traces;

use kouan_rulebook::Book;
use kouan_rulebook::papers::Papers;
use kouan_terms::{Day, Diagnostic, Place, Severity};

pub use clauses::{HeadFound, clauses};
pub use consistency::contradictions;

use crate::concerned::Concerned;
use crate::docx::Member;
use crate::sources::Sources;

/// What a check is given.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// The files, with `/` between folders.
    pub files: &'a [Member],
    /// The rulebook.
    pub book: &'a Book,
    /// Its papers.
    pub papers: &'a Papers,
    /// What the papers say they were made from, when it is at hand.
    pub sources: Option<&'a Sources<'a>>,
    /// The day of filing.
    pub on: Day,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The findings, by file.
    pub findings: Vec<Diagnostic>,
    /// Papers that were read.
    pub papers: usize,
    /// Values whose traces were followed, and how many of them hold.
    pub traces: (usize, usize),
    /// What cannot be read but is, byte for byte, what the manifest says: a PDF, for one.
    pub by_digest: Vec<String>,
    /// What could not be looked at, by file.
    pub unread: Vec<String>,
}

impl Report {
    /// Whether there is no error.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Checks a pack or single papers.
#[must_use]
pub fn check(checked: &Checked<'_>) -> Report {
    let mut report = Report::default();
    let read = papers::read(checked, &mut report);
    let concerned = concerned(checked, &read);
    let sources = concerned.as_ref().zip(checked.sources).map(|(own, whole)| own.sources(whole));
    let checked = &Checked { sources: sources.as_ref().or(checked.sources), ..*checked };
    papers::manifest(checked, &read, &mut report);
    traces::check(checked, &read, &mut report);
    consistency::check(checked, &read, &mut report);
    look::check(checked, &read, &mut report);
    papers::complete(checked, &read, &mut report);
    papers::fresh(checked, &read, &mut report);
    clauses::check(checked, &read, &mut report);
    report.findings.sort_by(|a, b| {
        let key = |found: &Diagnostic| found.place.as_ref().map(|p| p.file.clone());
        (key(a), a.code).cmp(&(key(b), b.code))
    });
    report
}

/// What the pack that is checked speaks of, of everything that is declared.
fn concerned(checked: &Checked<'_>, read: &papers::ReadPapers<'_>) -> Option<Concerned> {
    let (_, manifest) = read.manifest.as_ref()?;
    let pack = checked.papers.pack(manifest.get("pack")?.as_str()?, checked.on)?;
    Some(Concerned::of(checked.sources?, &pack.text))
}

/// A finding about a file.
fn error(code: &'static str, file: &str) -> Diagnostic {
    Diagnostic::error(code).at(Place::file(file))
}

fn warning(code: &'static str, file: &str) -> Diagnostic {
    Diagnostic::warning(code).at(Place::file(file))
}
