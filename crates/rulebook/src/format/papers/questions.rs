//! Questions and evidence.

use serde::Deserialize;
use toml::Spanned;

use super::{AnswerKind, ClauseOfWhen, Per};
use crate::format::Sentence;

/// A question that a person answers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionText {
    /// Its id, such as `handler.ownership`.
    pub id: Spanned<String>,
    /// What is asked for, in short: printed in tables and gaps.
    pub name: Sentence,
    /// The question as a person sees it.
    pub asks: Sentence,
    /// What a good answer holds.
    pub help: Option<Sentence>,
    /// The answer is of one filing alone, and never taken from an earlier one.
    #[serde(default)]
    pub once: bool,
    /// Not asked when known from there: `declaration`, `inventory`, `decision` or `earlier`.
    pub prefill: Option<String>,
    /// Where in the declaration it stands: the first of these that is there.
    #[serde(default)]
    pub prefill_at: Vec<String>,
    /// No answer is no gap.
    #[serde(default)]
    pub optional: bool,
    /// How many rows are expected, for a list.
    pub rows: Option<u32>,
    /// The columns, for a list of several things.
    #[serde(default)]
    pub columns: Vec<AnswerColumnText>,
    /// What the answer looks like.
    pub r#type: AnswerKind,
    /// The choices, for a choice.
    #[serde(default)]
    pub choices: Vec<ChoiceText>,
    /// What it is asked of.
    #[serde(default)]
    pub per: Per,
    /// Asked only under this condition.
    #[serde(default)]
    pub when: Vec<ClauseOfWhen>,
    /// Kinds of evidence that show it.
    #[serde(default)]
    pub evidence: Vec<Spanned<String>>,
    /// How long an answer holds.
    pub valid_months: Option<u32>,
    /// How dear it is to find out: 1 (known at once) to 5 (months).
    pub effort: u32,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
}

/// One column of an answer that is a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerColumnText {
    /// Its key in answers.
    pub id: Spanned<String>,
    /// What it holds.
    pub r#type: AnswerKind,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The choices, for a choice.
    #[serde(default)]
    pub choices: Vec<ChoiceText>,
    /// Whether every row has it.
    #[serde(default)]
    pub required: bool,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceText {
    /// Its word in answers.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

/// A kind of evidence.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// How long it holds.
    pub valid_months: Option<u32>,
    /// Whether it bears the company's seal.
    #[serde(default)]
    pub seal: bool,
    /// The formats of files it may come in, by extension, when not those of the filing system.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Whether it can serve several filings.
    #[serde(default)]
    pub reusable: bool,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}
