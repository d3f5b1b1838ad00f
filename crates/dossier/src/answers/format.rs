//! The published format of answers, version 1: what people said about a filing, and on what.
//!
//! Keys may be added in version 1; none changes its meaning. The content of evidence is never
//! copied: a file's name and digest stand here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The `schema` key of every answers file, when it has one.
pub const SCHEMA: &str = "kouan/answers/1";

/// What people answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswersFile {
    /// The version of this format, now 1.
    pub format: u32,
    /// The name and version of this format: `kouan/answers/1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Answers about the handler that serve every filing.
    #[serde(default, rename = "profile", skip_serializing_if = "Vec::is_empty")]
    pub profile: Vec<AnswerText>,
    /// Answers for this filing.
    #[serde(default, rename = "answer", skip_serializing_if = "Vec::is_empty")]
    pub answer: Vec<AnswerText>,
    /// Files that are attached, whatever question they belong to.
    #[serde(default, rename = "evidence", skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceRef>,
    /// How the work went: the state reached on a day.
    #[serde(default, rename = "state", skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<StateText>,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerText {
    /// The question, such as `handler.actual_controller`.
    pub question: String,
    /// What it is of: `flow:<id>`, `recipient:<name>`, `field:<name>`, or `class:<id>` for all
    /// fields of a class; left out for the handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The answer in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// The answer in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// The answer where it is the same in both languages: a number, a day, yes or no, the word of a
    /// choice, a name; or the rows of a list, by the ids of the question's columns, where a cell
    /// that differs between the languages is `{ zh, en }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Scalar>,
    /// The name or post of who answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceRef>,
    /// The last day on which it may be used, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// The question does not concern this filing; `why` says why.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_applicable: bool,
    /// Why it does not concern this filing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Scalar>,
}

/// A number, a day, a word, yes or no, or words in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Whole(u64),
    /// Another number.
    Number(f64),
    /// A word or a day, the same in both languages.
    Text(String),
    /// Words in both languages.
    Pair(Pair),
    /// Several words, the same in both languages.
    Words(Vec<String>),
    /// Rows.
    Rows(Vec<BTreeMap<String, Scalar>>),
}

/// Words in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

/// A file that shows something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRef {
    /// The kind of evidence, an id of the rulebook.
    pub kind: String,
    /// The file, relative to this one.
    pub file: String,
    /// SHA-256 of its content in hexadecimal digits.
    pub sha256: String,
    /// What it is of, as for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The day it was made, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// The last day on which it may be used, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// It served an earlier filing already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reused: bool,
}

/// A state of the work, reached on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateText {
    /// The state: `draft`, `submitted`, `supplement`, `accepted`, `done` or another word.
    pub state: String,
    /// The day it was reached, `YYYY-MM-DD`.
    pub on: String,
}

/// The JSON Schema of an answers file, as text.
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(AnswersFile);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
