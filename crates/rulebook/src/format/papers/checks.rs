//! Clauses, triggers, checks and values.

use serde::Deserialize;
use toml::Spanned;

use super::{AnswerKind, ClauseOfWhen, Per};
use crate::format::{InForceText, Sentence};

/// A head that a contract has to cover.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseText {
    /// Its id; what stands before the dot is the set it belongs to, such as `art9`.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The instrument that asks for it.
    pub law: String,
    /// The provision.
    pub at: String,
    /// The article of an official contract that it is.
    pub article: Option<u32>,
    /// From when until when; always when left out.
    pub in_force: Option<InForceText>,
    /// Its elements.
    pub part: Vec<ClausePartText>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// An element of a head; any of its words finds it in a contract.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClausePartText {
    /// Its id, unique in the head.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The words.
    pub words: ClauseWords,
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
    /// The pack that it concerns.
    pub of: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What of the old and the new is compared; any of it meets the trigger.
    pub compares: Vec<ComparesText>,
    /// A person judges whether security or rights are affected.
    #[serde(default)]
    pub judged: bool,
    /// What follows.
    pub leads_to: LeadsTo,
    /// The change of the rulebook that it makes exact: words, provision and days are its own.
    pub change: Spanned<String>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// One thing that is compared.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparesText {
    /// A value path, a question, a kind of evidence, or `flows`, `recipients`, `fields`.
    pub value: String,
    /// How it has to differ.
    pub how: Differs,
    /// It has to have grown by more than this share.
    pub above_percent: Option<u32>,
}

/// How something differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Differs {
    /// It is another.
    Changed,
    /// There is one more.
    Added,
    /// There is one fewer.
    Removed,
    /// It is a later day.
    Later,
    /// It is stricter.
    Raised,
    /// It is a larger number.
    Grew,
    /// A person says.
    Person,
    /// The new answer is yes.
    Yes,
    /// The new answer is no.
    No,
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
    /// The certificate may be suspended or withdrawn.
    CertificateAtRisk,
    /// The export has to stop.
    Stop,
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
    /// How many checks it has.
    pub count: usize,
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
    pub asks: Sentence,
    /// How it is answered.
    pub evaluator: Evaluator,
    /// What the program looks at.
    pub test: CheckTest,
    /// Who has to look at it too.
    #[serde(default)]
    pub also: Vec<Evaluator>,
    /// How much a gap weighs.
    pub severity: Weight,
    /// Provisions that it is derived from, `law#at`.
    #[serde(default)]
    pub basis: Vec<String>,
    /// Evidence that shows it.
    #[serde(default)]
    pub evidence_kinds: Vec<Spanned<String>>,
    /// What decides it: value paths, questions, evidence, documents, clauses.
    #[serde(default)]
    pub reads: Vec<Spanned<String>>,
    /// One step that closes a gap.
    pub fix: Sentence,
    /// Ours, and not an authority's.
    pub derived: bool,
    /// Packs that it concerns; all when left out.
    #[serde(default, rename = "for")]
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

/// What the program looks at for a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are those of the rulebook, which says what each means")]
pub enum CheckTest {
    Answered,
    AnsweredAndEvidence,
    Basis,
    Clause,
    Conclusion,
    Consent,
    Consistency,
    Contract,
    Evidence,
    EvidenceAndValid,
    ExemptCountedApart,
    FieldsComplete,
    FieldsGraded,
    Forecast,
    FormComplete,
    Fresh,
    Layout,
    LinksComplete,
    ListTested,
    Minors,
    NoSplitting,
    Officer,
    Penalties,
    Person,
    PersonsCounted,
    ProvinceAgrees,
    ScenariosListed,
    Sensitive,
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
    /// The rulebook.
    Rulebook,
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
    /// Shares of a hundred.
    pub percent: Option<PercentFormat>,
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

/// How shares of a hundred are written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PercentFormat {
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// Digits after the point.
    pub decimals: u32,
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
            percent: None,
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

/// A text of an authority that the handler supplies: where it is filled in, how it is recognised.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The instrument it belongs to.
    pub instrument: Option<String>,
    /// From when until when; always when left out.
    pub in_force: Option<InForceText>,
    /// The text is not held, not even by digests.
    #[serde(default)]
    pub missing: bool,
    /// The share of its paragraphs that has to agree.
    pub accept_percent: Option<u32>,
    /// The blanks.
    #[serde(default)]
    pub field: Vec<TemplateFieldText>,
    /// Its paragraphs.
    #[serde(default)]
    pub paragraph: Vec<TemplateParagraphText>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// One blank of an official text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateFieldText {
    /// The words before the blank.
    pub label: String,
    /// Which of several blanks with these words, from 1.
    pub occurrence: u32,
    /// The article it stands in.
    pub article: Option<u32>,
    /// The appendix it stands in.
    pub appendix: Option<u32>,
    /// What it is filled with.
    pub value: Option<String>,
    /// What it is filled with, where there are several.
    #[serde(default)]
    pub values: Vec<String>,
    /// One for each of these.
    #[serde(default)]
    pub per: Per,
    /// A person fills it in.
    #[serde(default)]
    pub by_hand: bool,
}

/// One paragraph of an official text, known by its digest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateParagraphText {
    /// The article; 0 before the first.
    pub article: u32,
    /// The paragraph in the article, from 1.
    pub number: u32,
    /// How many ideographs it has.
    pub characters: u32,
    /// The first 16 hexadecimal digits of the SHA-256 of its ideographs.
    pub digest: String,
}
