//! Pages: labelled rows of lines, printed as text or as Markdown, in one language or in both.

use std::fmt::Write as _;

use kouan_terms::{Bilingual, Language};
use unicode_width::UnicodeWidthStr;

use crate::language::{Speech, words};

/// A page: a title, then sections.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What stands above everything.
    pub title: Bilingual,
    /// A line below the title.
    pub subtitle: Bilingual,
    /// The sections.
    pub sections: Vec<Section>,
}

/// A section: a heading (none for the first) and rows.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The heading.
    pub heading: Option<Bilingual>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row: a label and lines; a line may have a key in front.
#[derive(Clone, Debug)]
pub struct Row {
    /// The label.
    pub label: Bilingual,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line: an id or nothing, then words.
#[derive(Clone, Debug)]
pub struct Line {
    /// An id, shown as code.
    pub key: Option<String>,
    /// The words.
    pub words: Bilingual,
    /// Belongs to the line before it.
    pub below: bool,
}

impl Line {
    /// Words alone.
    pub fn words(words: Bilingual) -> Line {
        Line { key: None, words, below: false }
    }

    /// An id and words.
    pub fn keyed(key: impl Into<String>, words: Bilingual) -> Line {
        Line { key: Some(key.into()), words, below: false }
    }

    /// Words that belong to the line before.
    pub fn below(words: Bilingual) -> Line {
        Line { key: None, words, below: true }
    }
}

impl Section {
    /// Adds a row unless it has no lines.
    pub fn row(&mut self, label: Bilingual, lines: Vec<Line>) {
        if !lines.is_empty() {
            self.rows.push(Row { label, lines });
        }
    }

    /// Adds what every answer and every pack says of itself.
    pub fn notice(&mut self) {
        let says = words(
            "协助准备和核对，不构成法律意见；以法律的中文文本为准",
            "helps to prepare and check; not legal advice; the Chinese text of the law governs",
        );
        self.row(words("声明", "notice"), vec![Line::words(says)]);
    }
}

/// How a page is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// For a terminal.
    Text,
    /// For a document.
    Markdown,
}

impl Page {
    /// The page in the languages wanted, one after the other.
    pub fn render(&self, speech: Speech, shape: Shape) -> String {
        let pages: Vec<String> = speech
            .languages()
            .iter()
            .map(|language| match shape {
                Shape::Text => self.text(*language),
                Shape::Markdown => self.markdown(*language),
            })
            .collect();
        pages.join("\n")
    }

    fn text(&self, language: Language) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}", self.title.in_language(language));
        let subtitle = self.subtitle.in_language(language);
        if !subtitle.is_empty() {
            let _ = writeln!(out, "{subtitle}");
        }
        for section in &self.sections {
            out.push('\n');
            if let Some(heading) = &section.heading {
                let _ = writeln!(out, "{}", heading.in_language(language));
            }
            text_rows(&mut out, &section.rows, language);
        }
        out
    }

    fn markdown(&self, language: Language) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "# {}\n", self.title.in_language(language));
        let subtitle = self.subtitle.in_language(language);
        if !subtitle.is_empty() {
            let _ = writeln!(out, "{subtitle}\n");
        }
        for section in &self.sections {
            if let Some(heading) = &section.heading {
                let _ = writeln!(out, "## {}\n", heading.in_language(language));
            }
            for row in &section.rows {
                let _ = writeln!(out, "**{}**\n", row.label.in_language(language));
                for line in &row.lines {
                    let words = line.words.in_language(language);
                    let indent = if line.below { "  " } else { "" };
                    match &line.key {
                        Some(key) if words.is_empty() => {
                            let _ = writeln!(out, "{indent}- `{key}`");
                        }
                        Some(key) => {
                            let _ = writeln!(out, "{indent}- `{key}` {words}");
                        }
                        None => {
                            let _ = writeln!(out, "{indent}- {words}");
                        }
                    }
                }
                out.push('\n');
            }
        }
        out
    }
}

/// Rows with their labels in one column; ids of a row in a second one.
fn text_rows(out: &mut String, rows: &[Row], language: Language) {
    let label_width =
        rows.iter().map(|row| row.label.in_language(language).width()).max().unwrap_or(0);
    for row in rows {
        let key_width = row
            .lines
            .iter()
            .filter_map(|line| line.key.as_deref().map(UnicodeWidthStr::width))
            .filter(|width| *width <= KEY_WIDTH_MAX)
            .max()
            .unwrap_or(0);
        for (index, line) in row.lines.iter().enumerate() {
            let label = if index == 0 { row.label.in_language(language) } else { "" };
            let pad = label_width.saturating_sub(label.width());
            let mut text = format!("  {label}{}  ", " ".repeat(pad));
            let words = line.words.in_language(language);
            match &line.key {
                Some(key) if words.is_empty() => text.push_str(key),
                Some(key) => {
                    let gap = key_width.saturating_sub(key.width());
                    let _ = write!(text, "{key}{}  {words}", " ".repeat(gap));
                }
                None if line.below => {
                    let _ = write!(text, "  {words}");
                }
                None => text.push_str(words),
            }
            let _ = writeln!(out, "{}", text.trim_end());
        }
    }
}

/// Longer ids do not widen the column of a row.
const KEY_WIDTH_MAX: usize = 48;
