//! Packs and forms.

use kouan_terms::Route;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::format::{Direction, InForceText, Sentence, Unit};

/// What an authority is given for a route.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The routes it serves.
    pub routes: Vec<Spanned<String>>,
    /// The instruments that ask for it.
    pub instruments: Vec<Spanned<String>>,
    /// The provision of the first instrument.
    pub at: Option<String>,
    /// What is being done, in words.
    pub matter: Option<Sentence>,
    /// Only under these conditions.
    #[serde(default)]
    pub when: Vec<ClauseOfWhen>,
    /// The occasion, when not a first filing: `change` or `extension`.
    pub occasion: Option<String>,
    /// Packs that it adds to.
    #[serde(default)]
    pub adds_to: Vec<Spanned<String>>,
    /// The editions of lists that it is for.
    #[serde(default)]
    pub editions: Vec<Spanned<String>>,
    /// Its main report.
    pub report: Option<Spanned<String>>,
    /// Something official about it is not held.
    #[serde(default)]
    pub missing: bool,
    /// The steps of the portal.
    #[serde(default)]
    pub portal: Vec<PortalStepText>,
    /// How well the channel is known.
    pub channel_confidence: Option<String>,
    /// A time limit of the place, or of the filing system alone.
    pub local_limit: Option<LocalLimitText>,
    /// From when until when.
    pub in_force: InForceText,
    /// Who gets it.
    pub receiver: Sentence,
    /// How it gets there.
    pub channel: Sentence,
    /// Its parts, in the order of the portal.
    #[serde(default)]
    pub part: Vec<PartText>,
    /// Time limits that apply: ids of the rulebook.
    #[serde(default)]
    pub limits: Vec<Spanned<String>>,
    /// Changes that call for a new one: ids of the rulebook.
    #[serde(default)]
    pub changes: Vec<Spanned<String>>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

impl PackText {
    /// Whether it serves a route.
    #[must_use]
    pub fn serves(&self, route: Route) -> bool {
        self.routes.iter().any(|word| word.as_ref() == route.as_str())
    }
}

/// One part of a pack.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartText {
    /// Its id, unique in the pack.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What it is.
    pub kind: PartKind,
    /// The document that we write.
    pub document: Option<Spanned<String>>,
    /// The form that we fill in.
    pub form: Option<Spanned<String>>,
    /// What the handler attaches, or whose copy is filled in.
    pub evidence: Option<Spanned<String>>,
    /// Whether it has to be there.
    pub required: bool,
    /// The stem of its file's name.
    pub folder: String,
    /// The provision.
    pub at: Option<String>,
    /// The step of the portal, from 1.
    pub portal_step: Option<u32>,
    /// Further kinds of evidence that may stand here.
    #[serde(default)]
    pub evidences: Vec<Spanned<String>>,
    /// The kind of evidence it becomes once signed and scanned.
    pub signed: Option<Spanned<String>>,
    /// The official text whose copy is filled in.
    pub template: Option<String>,
    /// Whether it goes to the authority.
    #[serde(default = "yes")]
    pub upload: bool,
    /// Whether the one of an earlier filing may serve again.
    #[serde(default)]
    pub reuse: bool,
    /// Only under these conditions.
    #[serde(default)]
    pub when: Vec<ClauseOfWhen>,
    /// One for each of these.
    #[serde(default)]
    pub per: Per,
    /// Its sources, when not those of the pack.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the pack.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

fn yes() -> bool {
    true
}

/// One step of the portal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalStepText {
    /// Its number.
    pub step: u32,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The group of the form that it shows.
    pub group: Option<String>,
}

/// A time limit of one place, or of the filing system.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalLimitText {
    /// How long.
    pub amount: u32,
    /// In what unit.
    pub unit: Unit,
    /// On which side of the anchor.
    pub direction: Direction,
    /// What it is counted from.
    pub anchor: String,
    /// The editions of lists it comes from; it holds for every filing when there is none.
    #[serde(default)]
    pub editions: Vec<String>,
    /// Its sources.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced.
    pub confidence: Option<String>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// A document that we write.
    Document,
    /// A form whose fields we fill in.
    Form,
    /// A file that the handler attaches.
    Attachment,
    /// The handler's copy of an official template, filled in.
    Template,
}

/// What a thing is asked or written for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Once for the handler.
    #[default]
    Handler,
    /// Once for each flow.
    Flow,
    /// Once for each overseas recipient.
    Recipient,
    /// Once for each field.
    Field,
    /// Once for each link over which data leaves.
    Link,
    /// Once for each system.
    System,
}

impl Per {
    /// The word used in the rulebook and in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Per::Handler => "handler",
            Per::Flow => "flow",
            Per::Recipient => "recipient",
            Per::Field => "field",
            Per::Link => "link",
            Per::System => "system",
        }
    }
}

/// One comparison of a condition; every one given has to hold. What is not known fails, unless
/// `known = false` asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseOfWhen {
    /// The value path, question or fact.
    pub value: String,
    /// It is this.
    pub is: Option<IsText>,
    /// It is not this.
    pub not: Option<IsText>,
    /// Whether it is known at all.
    pub known: Option<bool>,
    /// It is one of these words.
    #[serde(default)]
    pub any_of: Vec<String>,
    /// It is this number or a larger one.
    pub at_least: Option<u64>,
    /// It is a larger number.
    pub above: Option<u64>,
    /// It is a smaller number.
    pub below: Option<u64>,
    /// It is this number or a smaller one.
    pub at_most: Option<u64>,
}

/// Yes, no, or a word.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum IsText {
    /// Yes or no.
    YesNo(bool),
    /// A word.
    Word(String),
}

/// A form of the portal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The instrument that asks for it.
    pub instrument: Option<String>,
    /// The provision.
    pub at: Option<String>,
    /// From when until when; always when left out.
    pub in_force: Option<InForceText>,
    /// Its groups of fields.
    #[serde(default)]
    pub group: Vec<GroupText>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// Fields of a form that belong together.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupText {
    /// Its id, unique in the form.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// Repeated for each of these.
    #[serde(default)]
    pub per: Per,
    /// The step of the portal, from 1.
    pub portal_step: Option<u32>,
    /// Its fields.
    #[serde(default)]
    pub field: Vec<FormFieldText>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormFieldText {
    /// Its id, unique in the group.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// Its unit.
    pub unit: Option<Sentence>,
    /// What it holds.
    pub r#type: AnswerKind,
    /// Whether it has to be filled in.
    pub required: bool,
    /// It stands there only under this condition.
    #[serde(default)]
    pub when: Vec<ClauseOfWhen>,
    /// The value path or question it is filled in from.
    pub from: Spanned<String>,
    /// Its sources, when not those of the form.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the form.
    pub confidence: Option<String>,
}

/// What an answer, a field or a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// One line of text.
    Text,
    /// Text of several paragraphs.
    Paragraphs,
    /// A number.
    Number,
    /// A number of persons.
    Persons,
    /// A share of a hundred.
    Percent,
    /// A day.
    Date,
    /// Yes or no.
    YesNo,
    /// One of the choices.
    Choice,
    /// A person's name.
    PersonName,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A unified social credit code.
    CreditCode,
    /// A country or region: two letters of ISO 3166-1.
    #[serde(alias = "place")]
    Country,
    /// A file, kept as a digest.
    Document,
    /// Several lines, or rows.
    List,
    /// A size of data.
    Size,
    /// The number of an identity document.
    IdNumber,
    /// A digest.
    Digest,
    /// A year.
    Year,
}
