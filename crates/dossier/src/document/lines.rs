//! A document line by line, in one language: what a reader meets, in order.

use kouan_terms::Language;

use super::{Block, Document, Run, RunKind};

/// One line: a heading, a paragraph, a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Its parts.
    pub parts: Vec<LinePart>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// The title.
    Title,
    /// A line of the cover.
    Cover,
    /// A heading of this level.
    Heading(u32),
    /// A paragraph.
    Paragraph,
    /// The caption of a table.
    Caption,
    /// The head of a column.
    Head,
    /// A cell.
    Cell,
    /// A line of a signature.
    Signature,
}

/// Some words of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePart {
    /// The words.
    pub text: String,
    /// What they are.
    pub kind: RunKind,
}

impl Line {
    /// The words of the line together.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }
}

/// Every line of a document in one language, those without words left out.
#[must_use]
pub fn lines(document: &Document, language: Language) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |kind: LineKind, parts: Vec<LinePart>| {
        let line = Line { kind, parts };
        if !line.text().is_empty() {
            lines.push(line);
        }
    };
    let words = |text: &kouan_terms::Bilingual| {
        let text = text.in_language(language).to_owned();
        vec![LinePart { text, kind: RunKind::Words }]
    };
    let runs = |runs: &[Run]| {
        let part = |run: &Run| LinePart {
            text: run.text.in_language(language).to_owned(),
            kind: run.kind,
        };
        runs.iter().map(part).collect::<Vec<_>>()
    };
    for block in &document.blocks {
        match block {
            Block::Cover { title, lines } => {
                add(LineKind::Title, words(title));
                lines.iter().for_each(|line| add(LineKind::Cover, runs(line)));
            }
            Block::Title(title) => add(LineKind::Title, words(title)),
            Block::Heading { level, number, runs: held, .. } => {
                let mut parts = words(&numbered(number, language));
                parts.extend(runs(held));
                add(LineKind::Heading(*level), parts);
            }
            Block::Paragraph(paragraph) => add(LineKind::Paragraph, runs(&paragraph.runs)),
            Block::Table(table) => {
                add(LineKind::Caption, runs(&table.caption));
                table.columns.iter().for_each(|column| add(LineKind::Head, words(&column.head)));
                for cell in table.rows.iter().flatten() {
                    add(LineKind::Cell, runs(cell));
                }
            }
            Block::Signature { lines, .. } => {
                lines.iter().for_each(|line| add(LineKind::Signature, runs(line)));
            }
            Block::PageBreak => {}
        }
    }
    lines
}

/// The number as it stands before a heading: with a space after it where it ends in a digit or dot.
fn numbered(number: &kouan_terms::Bilingual, language: Language) -> kouan_terms::Bilingual {
    let text = prefix(number.in_language(language));
    kouan_terms::Bilingual { zh: text.clone(), en: text }
}

/// A heading's number with the space that parts it from the words.
#[must_use]
pub(crate) fn prefix(number: &str) -> String {
    let parted = number.ends_with(|c: char| c.is_ascii_digit() || c == '.');
    if parted { format!("{number} ") } else { number.to_owned() }
}
