//! `papers/*.toml`: packs, documents, forms, questions and checks of a filing.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, DayText, Sentence};

mod checks;
mod documents;
mod packs;
mod questions;
mod typography;

pub use checks::{
    CheckTest, CheckText, ClausePartText, ClauseText, ClauseWords, ComparesText, Differs,
    Evaluator, LeadsTo, MajorText, NumberFormat, PercentFormat, PersonsFormat, TemplateFieldText,
    TemplateParagraphText, TemplateText, TriggerText, ValueFormatsText, ValueSource, ValueText,
    Weight,
};
pub use documents::{
    Align, BlockText, ColumnText, DocumentFile, PaperTableText, RowText, Rows, SectionText,
    SignatureDate,
};
pub use packs::{
    AnswerKind, ClauseOfWhen, FormFieldText, FormText, GroupText, IsText, LocalLimitText, PackText,
    PartKind, PartText, Per, PortalStepText,
};
pub use questions::{AnswerColumnText, ChoiceText, EvidenceText, QuestionText};
pub use typography::{
    AlsoText, FaceText, HeadingText, NumberingText, PageText, TableFaceText, TypographyText,
};

/// A file of `papers/` that holds entries: what every such file says once, and the entries.
macro_rules! file {
    ($(#[$doc:meta])* $name:ident { $($(#[$entry_doc:meta])* $entry:ident: $text:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The format version.
            pub format: u32,
            /// Default for its entries.
            #[serde(default)]
            pub source: Vec<String>,
            /// Default for its entries.
            pub confidence: Option<String>,
            /// Default for its entries.
            pub known_since: Option<DayText>,
            /// Default for its entries.
            pub checked: Option<Checked>,
            $(
                $(#[$entry_doc])*
                #[serde(default)]
                pub $entry: Vec<$text>,
            )+
        }
    };
}

file! {
    /// `papers/typography.toml`.
    TypographyFile {
        /// The typographies.
        typography: TypographyText,
    }
}
file! {
    /// `papers/packs.toml`.
    PackFile {
        /// The packs.
        pack: PackText,
    }
}
/// `papers/forms.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormFile {
    /// The format version.
    pub format: u32,
    /// Default for its entries.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// The official forms are not held.
    #[serde(default)]
    pub missing: bool,
    /// A remark.
    pub note: Option<Sentence>,
    /// The forms.
    #[serde(default)]
    pub form: Vec<FormText>,
}
file! {
    /// `papers/questions.toml`.
    QuestionFile {
        /// The questions.
        question: QuestionText,
    }
}
/// `papers/evidence.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// The format version.
    pub format: u32,
    /// Default for its entries.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// What the filing system takes.
    pub formats: Option<FormatsText>,
    /// The kinds of evidence.
    #[serde(default)]
    pub evidence: Vec<EvidenceText>,
}

/// Which files the filing system takes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormatsText {
    /// Extensions.
    pub accepts: Vec<String>,
    /// Its sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced.
    pub confidence: Option<String>,
}

file! {
    /// `papers/tables.toml`.
    TableFile {
        /// The tables.
        table: PaperTableText,
    }
}
file! {
    /// `papers/clauses.toml`.
    ClauseFile {
        /// The clauses.
        clause: ClauseText,
    }
}
file! {
    /// `papers/triggers.toml`.
    TriggerFile {
        /// The triggers.
        trigger: TriggerText,
    }
}
/// `papers/checks.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckFile {
    /// The format version.
    pub format: u32,
    /// Default for its entries.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// Ours, and not an authority's.
    #[serde(default)]
    pub derived: bool,
    /// The packs that its checks concern, when they do not say.
    #[serde(default)]
    pub packs: Vec<Spanned<String>>,
    /// The majors.
    #[serde(default)]
    pub major: Vec<MajorText>,
    /// The checks.
    #[serde(default)]
    pub check: Vec<CheckText>,
}

/// `papers/templates.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateFile {
    /// The format version.
    pub format: u32,
    /// Default for its entries.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// A text and its digest, to try the digest out.
    pub example: Option<DigestExample>,
    /// The texts.
    #[serde(default)]
    pub template: Vec<TemplateText>,
}

/// A text and its digest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestExample {
    /// The text.
    pub text: String,
    /// Its digest.
    pub digest: String,
}

/// `papers/values.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueFile {
    /// The format version.
    pub format: u32,
    /// Default for its entries.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// How values are written; in one file only.
    pub formats: Option<ValueFormatsText>,
    /// Words for states, by group and word; in one file only.
    #[serde(default)]
    pub phrases: BTreeMap<String, BTreeMap<String, Sentence>>,
    /// The value paths.
    #[serde(default)]
    pub value: Vec<ValueText>,
}
