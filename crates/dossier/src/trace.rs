//! Where a printed value comes from.

use kouan_terms::{Bilingual, Day};

/// One value of a document, and everything it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Its running number in the document, from 1.
    pub number: u32,
    /// The value path or question.
    pub path: Box<str>,
    /// What it is of: `flow:payroll`; empty for the handler.
    pub of: Box<str>,
    /// As it is printed.
    pub words: Bilingual,
    /// Where in the document: the section.
    pub section: Box<str>,
    /// What it rests on, in the order in which it was read.
    pub sources: Vec<Source>,
}

impl Trace {
    /// The number as it is written: `t1`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("t{}", self.number)
    }
}

/// Something that a value rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The declaration.
    Declaration {
        /// SHA-256 of its text.
        digest: Box<str>,
        /// The key.
        key: Box<str>,
    },
    /// An inventory.
    Inventory {
        /// SHA-256 of the file.
        digest: Box<str>,
        /// The table, for a table or a column.
        table: Option<Box<str>>,
        /// The column.
        column: Option<Box<str>>,
    },
    /// The decision.
    Decision {
        /// SHA-256 of its JSON.
        digest: Box<str>,
        /// The part of it, or the rule.
        key: Box<str>,
    },
    /// A person's answer.
    Answer {
        /// SHA-256 of the answers file.
        digest: Box<str>,
        /// The question.
        question: Box<str>,
        /// What it is of; empty for the handler.
        of: Box<str>,
        /// Who answered.
        by: Option<Box<str>>,
        /// When.
        on: Option<Day>,
        /// Evidence: kind and SHA-256.
        evidence: Vec<(Box<str>, Box<str>)>,
    },
    /// The rulebook.
    Rulebook {
        /// SHA-256 of its papers or of the book.
        digest: Box<str>,
        /// The entry.
        key: Box<str>,
    },
    /// An answer taken from an earlier filing.
    Earlier {
        /// SHA-256 of the manifest of the earlier pack, or of the earlier answers.
        digest: Box<str>,
        /// The question.
        question: Box<str>,
        /// What it is of; empty for the handler.
        of: Box<str>,
        /// Who answered.
        by: Option<Box<str>>,
        /// When.
        on: Option<Day>,
    },
    /// The handler’s ledger.
    Ledger {
        /// SHA-256 of the entry.
        digest: Box<str>,
        /// Its number.
        entry: u64,
        /// The question that it answers.
        question: Box<str>,
    },
    /// The day asked about.
    Day,
    /// Reckoned from the pack itself.
    Reckoned,
}

impl Source {
    /// The word for the kind in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Source::Declaration { .. } => "declaration",
            Source::Inventory { .. } => "inventory",
            Source::Decision { .. } => "decision",
            Source::Answer { .. } => "answer",
            Source::Rulebook { .. } => "rulebook",
            Source::Earlier { .. } => "earlier",
            Source::Ledger { .. } => "ledger",
            Source::Day => "day",
            Source::Reckoned => "reckoned",
        }
    }
}
