//! A document as it is read: headings, paragraphs, tables, signatures. No notion of a file format.
//!
//! One evaluation makes both languages: a run holds its words in Chinese and English, so the two
//! hold the same values in the same order.

mod engine;
mod lines;
mod numbering;
mod tables;
#[cfg(test)]
mod tests;
mod widths;
mod write;

use kouan_terms::{Bilingual, Day};

pub(crate) use engine::contract_text;
pub use kouan_rulebook::format::Align;
pub use lines::prefix;
pub use lines::{Line, LineKind, LinePart, lines};
pub(crate) use numbering::chinese;
pub use widths::widths;
pub use write::write;

use crate::trace::Trace;
use crate::values::Gap;

/// A document in both languages.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its id in the rulebook.
    pub id: Box<str>,
    /// What it is of, for one of several: `recipient:Example GmbH`.
    pub of: Box<str>,
    /// Its title.
    pub title: Bilingual,
    /// The id of its typography.
    pub typography: Box<str>,
    /// The day.
    pub on: Day,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Every value in it, by number.
    pub traces: Vec<Trace>,
    /// Every gap in it, each once, in the order of the document.
    pub gaps: Vec<Gap>,
}

/// One block.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The title on its first page, with what stands below it.
    Cover {
        /// The title.
        title: Bilingual,
        /// Lines below: the handler, the day.
        lines: Vec<Vec<Run>>,
    },
    /// The title, where there is no cover.
    Title(Bilingual),
    /// A heading.
    Heading {
        /// The section.
        section: Box<str>,
        /// Its level, from 1.
        level: u32,
        /// Its number, empty when it has none.
        number: Bilingual,
        /// Its words.
        runs: Vec<Run>,
    },
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
    /// Where it is signed and sealed.
    Signature {
        /// The section.
        section: Box<str>,
        /// The lines.
        lines: Vec<Vec<Run>>,
    },
    /// A new page.
    PageBreak,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq)]
pub struct Paragraph {
    /// The section.
    pub section: Box<str>,
    /// Its runs.
    pub runs: Vec<Run>,
    /// A line without an indent.
    pub plain: bool,
    /// Where it stands, when not at the left.
    pub align: Option<Align>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The section.
    pub section: Box<str>,
    /// Its id in the rulebook.
    pub id: Box<str>,
    /// Its caption; empty when it has none.
    pub caption: Vec<Run>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each a cell a column.
    pub rows: Vec<Vec<Vec<Run>>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub head: Bilingual,
    /// Its width; the widths of a table make 100.
    pub width: u32,
}

/// A run of words; a line break in them is a line break on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The words.
    pub text: Bilingual,
    /// What they are.
    pub kind: RunKind,
}

/// What a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// Words of the rulebook.
    Words,
    /// A value: the number of its trace.
    Value(u32),
    /// A gap: its place in the document's gaps.
    Gap(usize),
}

impl Document {
    /// The trace of a number.
    #[must_use]
    pub fn trace(&self, number: u32) -> Option<&Trace> {
        self.traces.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}
