//! Clauses, triggers, checks and values.

use serde::Deserialize;
use toml::Spanned;

use super::{AnswerKind, ClauseOfWhen, Per};
use crate::format::{InForceText, Sentence};

/// A head that a contract has to cover.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseText {
    /// Its id.
    pub id: Spanned<String>,
    /// The set it belongs to, such as `article-9`.
    pub of: String,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The instrument that asks for it.
    pub instrument: String,
    /// The provision.
    pub at: String,
    /// From when until when; always when left out.
    pub in_force: Option<InForceText>,
    /// The question that says where it stands; `clause.<id>` when left out.
    pub question: Option<Spanned<String>>,
    /// Words by which it is found in a contract.
    pub words: ClauseWords,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
}

/// Words in both languages.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseWords {
    /// 中文。
    pub zh: Vec<String>,
    /// English.
    pub en: Vec<String>,
}

/// A change that calls for something.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerText {
    /// Its id.
    pub id: Spanned<String>,
    /// Packs that it concerns.
    pub of: Vec<Spanned<String>>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What of the old and the new is compared.
    pub compares: Vec<Compared>,
    /// Growth above this share meets it.
    pub growth_percent: Option<u32>,
    /// What follows.
    pub leads_to: LeadsTo,
    /// The instrument.
    pub instrument: String,
    /// The provision.
    pub at: String,
    /// From when until when; always when left out.
    pub in_force: Option<InForceText>,
    /// The change of the rulebook that it makes exact.
    pub change: Option<Spanned<String>>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// What of an old and a new filing is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[expect(missing_docs, reason = "the words are those of the rulebook")]
pub enum Compared {
    #[serde(rename = "purpose")]
    Purpose,
    #[serde(rename = "method")]
    Method,
    #[serde(rename = "scope")]
    Scope,
    #[serde(rename = "type")]
    Type,
    #[serde(rename = "sensitivity")]
    Sensitivity,
    #[serde(rename = "fields.added")]
    FieldsAdded,
    #[serde(rename = "fields.removed")]
    FieldsRemoved,
    #[serde(rename = "recipient.name")]
    RecipientName,
    #[serde(rename = "recipient.country")]
    RecipientCountry,
    #[serde(rename = "recipient.use")]
    RecipientUse,
    #[serde(rename = "onward")]
    Onward,
    #[serde(rename = "retention")]
    Retention,
    #[serde(rename = "storage-place")]
    StoragePlace,
    #[serde(rename = "persons.growth")]
    PersonsGrowth,
    #[serde(rename = "size.growth")]
    SizeGrowth,
    #[serde(rename = "handler")]
    Handler,
    #[serde(rename = "list")]
    List,
    #[serde(rename = "contract")]
    Contract,
    #[serde(rename = "law-of-country")]
    LawOfCountry,
    #[serde(rename = "control")]
    Control,
    #[serde(rename = "incident")]
    Incident,
    #[serde(rename = "other")]
    Other,
}

/// What a change leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeadsTo {
    /// A new application for a security assessment.
    NewApplication,
    /// Assess anew, supplement or sign anew, and file anew.
    Refile,
    /// The result cannot be extended.
    ExtensionNotAvailable,
    /// A person has to judge.
    PersonJudges,
}

/// A major item of the pre-assessment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MajorText {
    /// Its letter.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

/// One check of the pre-assessment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckText {
    /// Its id, such as `A1`.
    pub id: Spanned<String>,
    /// The major it belongs to.
    pub major: Spanned<String>,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// What is asked.
    pub question: Sentence,
    /// Evidence that shows it.
    #[serde(default)]
    pub evidence_kinds: Vec<Spanned<String>>,
    /// What it is derived from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// How it is answered.
    pub evaluator: Evaluator,
    /// How much a gap weighs.
    pub severity: Weight,
    /// One step that closes a gap.
    pub fix: Sentence,
    /// Ours, and not an authority's.
    pub derived: bool,
    /// What decides it: value paths, questions, evidence, `part:<id>`.
    #[serde(default)]
    pub reads: Vec<Spanned<String>>,
    /// Packs that it concerns; all when left out.
    #[serde(default)]
    pub packs: Vec<Spanned<String>>,
    /// It concerns a filing only under this condition.
    #[serde(default)]
    pub when: Vec<ClauseOfWhen>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
}

/// How a check is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evaluator {
    /// By the program.
    Auto,
    /// By a document that is there or not.
    Document,
    /// By a person.
    Person,
    /// By looking for a clause.
    Clause,
}

/// How much a gap weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Nothing can be filed.
    Blocker,
    /// It will be asked about.
    Major,
    /// Better to mend it.
    Minor,
}

/// A value path that a placeholder, a cell or a field may name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueText {
    /// The path.
    pub path: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What it looks like.
    pub r#type: AnswerKind,
    /// Where it comes from.
    pub from: ValueSource,
    /// What there is one for each of.
    #[serde(default)]
    pub per: Per,
    /// The question, for an answer; the path when left out.
    pub question: Option<Spanned<String>>,
    /// Its unit.
    pub unit: Option<Sentence>,
    /// A remark for those who write papers.
    pub note: Option<String>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueSource {
    /// The declaration.
    Declaration,
    /// The inventory of a scan.
    Inventory,
    /// The decision.
    Decision,
    /// A person's answer.
    Answer,
    /// Reckoned by the program.
    Computed,
    /// The ledger.
    Ledger,
}

/// How values of each sort are written; `{n}`, `{low}`, `{y}` … stand for the figures.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueFormatsText {
    /// Numbers of persons.
    pub persons: PersonsFormat,
    /// Numbers.
    pub number: NumberFormat,
    /// Days.
    pub date: Sentence,
    /// Years.
    pub year: Sentence,
    /// Yes and no, in this order.
    #[serde(rename = "yes-no")]
    pub yes_no: ClauseWords,
    /// What stands between the members of a list.
    pub list: Sentence,
    /// A gap.
    pub gap: Sentence,
    /// What does not concern the filing.
    pub not_applicable: Sentence,
}

/// How numbers of persons are written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonsFormat {
    /// A known number, in Chinese.
    pub zh: String,
    /// A known number, in English.
    pub en: String,
    /// A range, in Chinese.
    pub range_zh: String,
    /// A range, in English.
    pub range_en: String,
    /// One, in English.
    pub one_en: String,
}

/// How numbers are written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFormat {
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What stands between thousands.
    pub thousands: String,
}

impl Default for ValueFormatsText {
    fn default() -> ValueFormatsText {
        let pair = |zh: &str, en: &str| Sentence { zh: zh.to_owned(), en: en.to_owned() };
        ValueFormatsText {
            persons: PersonsFormat {
                zh: "{n}人".to_owned(),
                en: "{n} persons".to_owned(),
                range_zh: "{low}人至{high}人".to_owned(),
                range_en: "{low} to {high} persons".to_owned(),
                one_en: "{n} person".to_owned(),
            },
            number: NumberFormat {
                zh: "{n}".to_owned(),
                en: "{n}".to_owned(),
                thousands: ",".to_owned(),
            },
            date: pair("{y}年{m}月{d}日", "{d} {month} {y}"),
            year: pair("{y}年", "{y}"),
            yes_no: ClauseWords {
                zh: vec!["是".to_owned(), "否".to_owned()],
                en: vec!["yes".to_owned(), "no".to_owned()],
            },
            list: pair("、", ", "),
            gap: pair("【待补充：{name}】", "[to be supplied: {name}]"),
            not_applicable: pair("不适用：{why}", "Not applicable: {why}"),
        }
    }
}
