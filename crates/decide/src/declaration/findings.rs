//! Gathers findings: the earliest ones by place, and how many there were.

use std::ops::Range;

use kouan_terms::{Diagnostic, Place};

use super::limits;

/// The findings of one declaration.
///
/// Keeps no more than it will report, so that a file with a million mistakes costs no more memory
/// than one with twenty; a finding that will not be reported is counted and never built.
pub(super) struct Findings<'t> {
    file: &'t str,
    kept: Vec<(usize, Diagnostic)>,
    total: usize,
}

impl<'t> Findings<'t> {
    pub(super) fn new(file: &'t str) -> Findings<'t> {
        Findings { file, kept: Vec::new(), total: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Adds a finding at a range of bytes.
    pub(super) fn add(&mut self, bytes: &Range<usize>, build: impl FnOnce() -> Diagnostic) {
        self.total += 1;
        let last = self.kept.last().map_or(0, |(start, _)| *start);
        if self.kept.len() >= limits::FINDINGS && bytes.start >= last {
            return;
        }
        let finding = build().at(Place::at(self.file, bytes.clone()));
        let index = self.kept.partition_point(|(start, _)| *start <= bytes.start);
        self.kept.insert(index, (bytes.start, finding));
        self.kept.truncate(limits::FINDINGS);
    }

    /// Adds a finding about the text as a whole.
    pub(super) fn add_whole(&mut self, finding: Diagnostic) {
        self.total += 1;
        self.kept.insert(0, (0, finding.at(Place::file(self.file))));
        self.kept.truncate(limits::FINDINGS);
    }

    /// The findings in the order of their places.
    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        let mut list: Vec<Diagnostic> = self.kept.into_iter().map(|(_, finding)| finding).collect();
        if self.total > limits::FINDINGS {
            list.pop();
            let more = self.total - list.len();
            let rest = Diagnostic::error("DC106").with("count", more);
            list.push(rest.at(Place::file(self.file)));
        }
        list
    }
}
