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

entries_file! {
    /// `papers/typography.toml`.
    TypographyFile
    entries {
        /// The typographies.
        typography: TypographyText,
    }
}
entries_file! {
    /// `papers/packs.toml`.
    PackFile
    entries {
        /// The packs.
        pack: PackText,
    }
}
entries_file! {
    /// `papers/forms.toml`.
    FormFile
    own {
        /// The official forms are not held.
        #[serde(default)]
        missing: bool,
        /// A remark.
        note: Option<Sentence>,
    }
    entries {
        /// The forms.
        form: FormText,
    }
}
entries_file! {
    /// `papers/questions.toml`.
    QuestionFile
    entries {
        /// The questions.
        question: QuestionText,
    }
}
entries_file! {
    /// `papers/evidence.toml`.
    EvidenceFile
    own {
        /// What the filing system takes.
        formats: Option<FormatsText>,
    }
    entries {
        /// The kinds of evidence.
        evidence: EvidenceText,
    }
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

entries_file! {
    /// `papers/tables.toml`.
    TableFile
    entries {
        /// The tables.
        table: PaperTableText,
    }
}
entries_file! {
    /// `papers/clauses.toml`.
    ClauseFile
    entries {
        /// The clauses.
        clause: ClauseText,
    }
}
entries_file! {
    /// `papers/triggers.toml`.
    TriggerFile
    entries {
        /// The triggers.
        trigger: TriggerText,
    }
}
entries_file! {
    /// `papers/checks.toml`.
    CheckFile
    own {
        /// Ours, and not an authority's.
        #[serde(default)]
        derived: bool,
        /// The packs that its checks concern, when they do not say.
        #[serde(default)]
        packs: Vec<Spanned<String>>,
    }
    entries {
        /// The majors.
        major: MajorText,
        /// The checks.
        check: CheckText,
    }
}

entries_file! {
    /// `papers/templates.toml`.
    TemplateFile
    own {
        /// A text and its digest, to try the digest out.
        example: Option<DigestExample>,
    }
    entries {
        /// The texts.
        template: TemplateText,
    }
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

entries_file! {
    /// `papers/values.toml`.
    ValueFile
    own {
        /// How values are written; in one file only.
        formats: Option<ValueFormatsText>,
        /// Words for states, by group and word; in one file only.
        #[serde(default)]
        phrases: BTreeMap<String, BTreeMap<String, Sentence>>,
    }
    entries {
        /// The value paths.
        value: ValueText,
    }
}
