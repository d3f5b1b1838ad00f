//! Documents and their tables.

use serde::Deserialize;
use toml::Spanned;

use super::Per;
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
    /// From when until when.
    pub in_force: InForceText,
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
    pub per: Option<Per>,
    /// Written only under this condition.
    pub when: Option<Spanned<String>>,
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
        /// Written only under this condition.
        when: Option<String>,
    },
    /// A person's answer, or the gap.
    Answer {
        /// The question.
        question: String,
        /// Words before it.
        lead: Option<Sentence>,
        /// Written only under this condition.
        when: Option<String>,
    },
    /// A table.
    Table {
        /// The table.
        table: String,
        /// One table for each of these.
        per: Option<Per>,
        /// Written only under this condition.
        when: Option<String>,
    },
    /// One line for each of something.
    List {
        /// What there is one of for each line.
        each: String,
        /// 中文。
        zh: String,
        /// English.
        en: String,
        /// Written only under this condition.
        when: Option<String>,
    },
    /// Where the document is signed and sealed.
    Signature {
        /// Who signs, in Chinese.
        #[serde(default)]
        zh: String,
        /// Who signs, in English.
        #[serde(default)]
        en: String,
        /// Further lines, with placeholders.
        #[serde(default)]
        lines: Vec<Sentence>,
    },
    /// A new page.
    PageBreak {},
}

/// A table of a document.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperTableText {
    /// Its id.
    pub id: Spanned<String>,
    /// Its caption in Chinese.
    pub zh: String,
    /// Its caption in English.
    pub en: String,
    /// What there is one row for each of.
    pub each: Spanned<String>,
    /// Its columns.
    pub column: Vec<ColumnText>,
    /// Its rows, when they are fixed.
    #[serde(default)]
    pub row: Vec<RowText>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
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
    /// The value path of its cells; left out where the rows are fixed.
    pub from: Option<Spanned<String>>,
    /// Its width, relative to the others.
    pub share: Option<u32>,
}

/// A fixed row of a table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowText {
    /// Its label in Chinese.
    pub zh: String,
    /// Its label in English.
    pub en: String,
    /// The value paths of its cells, without the label.
    pub cells: Vec<Spanned<String>>,
}
