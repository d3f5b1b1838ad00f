//! Documents and their tables.

use serde::Deserialize;
use toml::Spanned;

use super::{ClauseOfWhen, Per};
use crate::format::{Checked, DayText, InForceText, Sentence};

/// `papers/documents/<id>.toml`: one document.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFile {
    /// The format version.
    pub format: u32,
    /// Its sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced.
    pub confidence: Option<String>,
    /// When the book learned it.
    pub known_since: Option<DayText>,
    /// Who checked it, and when.
    pub checked: Option<Checked>,
    /// Its id.
    pub id: Spanned<String>,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// The instrument that asks for it.
    pub instrument: Option<String>,
    /// The provision.
    pub at: Option<String>,
    /// The annex.
    pub annex: Option<String>,
    /// Further instruments that ask for it.
    #[serde(default)]
    pub also: Vec<String>,
    /// From when until when.
    pub in_force: InForceText,
    /// Its words are ours; the headings follow the official ones.
    #[serde(default)]
    pub own_words: bool,
    /// It is ours, and no authority asks for it.
    #[serde(default)]
    pub derived: bool,
    /// Whether it has a cover: title, name of the handler, day.
    #[serde(default)]
    pub cover: bool,
    /// One document for each of these.
    #[serde(default)]
    pub per: Per,
    /// The official form is not held.
    #[serde(default)]
    pub missing: bool,
    /// How it must look.
    pub typography: Spanned<String>,
    /// The language in which it is given in.
    pub language: String,
    /// A remark.
    pub note: Option<Sentence>,
    /// Its sections.
    #[serde(default)]
    pub section: Vec<SectionText>,
}

fn yes() -> bool {
    true
}

/// One section of a document.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionText {
    /// Its id, unique in the document.
    pub id: Spanned<String>,
    /// Its level, from 1 to 3; level 0 has no heading.
    pub level: u32,
    /// Its heading in Chinese; empty for level 0.
    #[serde(default)]
    pub zh: String,
    /// Its heading in English; empty for level 0.
    #[serde(default)]
    pub en: String,
    /// The provision or place of the template.
    pub at: Option<String>,
    /// Repeated for each of these.
    #[serde(default)]
    pub per: Per,
    /// Whether its heading is printed.
    #[serde(default = "yes")]
    pub heading: bool,
    /// Whether its heading has a number.
    #[serde(default = "yes")]
    pub numbered: bool,
    /// Written only under this condition.
    #[serde(default)]
    pub when: Vec<ClauseOfWhen>,
    /// Its blocks.
    #[serde(default)]
    pub block: Vec<BlockText>,
}

/// One block of a section.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum BlockText {
    /// A paragraph with `{value.path}` placeholders.
    Paragraph {
        /// 中文。
        zh: String,
        /// English.
        en: String,
        /// A line without an indent.
        #[serde(default)]
        plain: bool,
        /// `right` or `centre`.
        align: Option<Align>,
        /// Repeated for each of these.
        #[serde(default)]
        per: Per,
        /// Written only under this condition.
        #[serde(default)]
        when: Vec<ClauseOfWhen>,
    },
    /// A person's answer, or the gap.
    Answer {
        /// The question.
        question: String,
        /// Words before it.
        lead: Option<Sentence>,
        /// Repeated for each of these.
        #[serde(default)]
        per: Per,
        /// Written only under this condition.
        #[serde(default)]
        when: Vec<ClauseOfWhen>,
    },
    /// A table.
    Table {
        /// The table.
        table: String,
        /// Repeated for each of these.
        #[serde(default)]
        per: Per,
        /// Written only under this condition.
        #[serde(default)]
        when: Vec<ClauseOfWhen>,
    },
    /// One line for each of something.
    List {
        /// What there is one of for each line.
        each: String,
        /// 中文。
        zh: String,
        /// English.
        en: String,
        /// Repeated for each of these.
        #[serde(default)]
        per: Per,
        /// Written only under this condition.
        #[serde(default)]
        when: Vec<ClauseOfWhen>,
    },
    /// A group of a form, field by field.
    Form {
        /// The form.
        form: String,
        /// Its group.
        group: String,
        /// Repeated for each of these.
        #[serde(default)]
        per: Per,
        /// Written only under this condition.
        #[serde(default)]
        when: Vec<ClauseOfWhen>,
    },
    /// Where the document is signed and sealed.
    Signature {
        /// The lines, with placeholders.
        lines: Vec<Sentence>,
        /// Whether a line for the day follows, and with what in it.
        date: Option<SignatureDate>,
    },
    /// A new page.
    PageBreak {},
}

/// What stands in the line for the day of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureDate {
    /// Nothing: it is filled in by hand.
    Blank,
    /// The day of filing.
    On,
}

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// In the middle.
    Centre,
    /// At the right margin.
    Right,
}

/// A table of a document.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperTableText {
    /// Its id.
    pub id: Spanned<String>,
    /// Its caption, with placeholders.
    pub caption: Option<Sentence>,
    /// The sentence in place of a table without rows.
    pub empty: Option<Sentence>,
    /// What there is one row for each of.
    pub rows: Rows,
    /// The question whose answer has the rows.
    pub question: Option<Spanned<String>>,
    /// What the program makes rows of: `parts`, `gaps`, `clauses`, `changes`, `checks` …
    pub of: Option<Spanned<String>>,
    /// The context that it needs.
    #[serde(default)]
    pub per: Per,
    /// Its columns.
    pub columns: Vec<ColumnText>,
    /// Its rows, when they are fixed.
    #[serde(default)]
    pub row: Vec<RowText>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// What a table has rows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rows {
    /// The rows of an answer.
    Answer,
    /// The fields of a flow, each name once.
    Fields,
    /// The flows.
    Flows,
    /// The recipients.
    Recipients,
    /// What stands in the rulebook.
    Fixed,
    /// What the program knows of the pack.
    Engine,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnText {
    /// Its id, unique in the table.
    pub id: Spanned<String>,
    /// Its head in Chinese.
    pub zh: String,
    /// Its head in English.
    pub en: String,
    /// The value path of its cells, or what the program knows of the row.
    pub value: Option<Spanned<String>>,
    /// The column of the answer.
    pub cell: Option<Spanned<String>>,
    /// Its width, out of a hundred.
    pub width: Option<u32>,
}

/// A fixed row of a table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowText {
    /// Its label.
    pub label: Sentence,
    /// The value path of its cell.
    pub value: Option<Spanned<String>>,
    /// The value paths of its cells, where there are several.
    #[serde(default)]
    pub values: Vec<Spanned<String>>,
    /// Words of its cell.
    pub cell: Option<Sentence>,
    /// Written only under this condition.
    #[serde(default)]
    pub when: Vec<ClauseOfWhen>,
}
