//! The published format of permits, version 1, and of the filings they rest on.
//!
//! Keys may be added in a later version; a reader refuses what it does not know. Nothing here is
//! personal information: names of fields, ids, counts and days, and the names of companies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use kouan_terms::{Day, parse_day};

/// The `schema` key of every permit file.
pub const SCHEMA: &str = "kouan.permit/1";

/// The version of the format that this program writes.
pub const FORMAT: u32 = 1;

/// A permit file: the permit, and signatures beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermitFile {
    /// The name and version of this format: `kouan.permit/1`.
    pub schema: String,
    /// What is permitted.
    pub permit: Body,
    /// Signatures over the compact JSON of `permit`, its keys in the order of the schema.
    pub signatures: Vec<SignatureText>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureText {
    /// How it was made.
    pub algorithm: Algorithm,
    /// The id of the key: the first 16 hexadecimal digits of the SHA-256 of the public key.
    pub key: String,
    /// The signature's 64 bytes in hexadecimal digits.
    pub signature: String,
}

/// An algorithm of signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// SM2 with SM3 (GB/T 32918.2), the default signer's id.
    Sm2,
}

/// What is permitted: the body that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The version of this format, now 1.
    pub format: u32,
    /// Names the permit: `permit-` and 20 hexadecimal digits of the SHA-256 of the rest.
    pub id: String,
    /// The transfer's id in its declaration.
    pub transfer: String,
    /// The flow's id in the transfer: one recipient, one purpose.
    pub flow: String,
    /// The day on which it was decided.
    pub on: DayText,
    /// SHA-256 of the decision, `sha256:` before it.
    pub decision: String,
    /// The rulebook that decided.
    pub rulebook: BookText,
    /// The route of the flow.
    pub route: String,
    /// The rules that lead there, the first one before all.
    pub rules: Vec<String>,
    /// The exemption relied on: the rule that frees the flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<String>,
    /// The scenario of a zone's list that is relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioText>,
    /// Who provides.
    pub handler: HandlerText,
    /// Who receives.
    pub recipient: RecipientText,
    /// What for: the word of the declaration.
    pub purpose: String,
    /// The filing it rests on, when the route needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<Filing>,
    /// Every field of the source, and what becomes of it.
    pub fields: Vec<FieldText>,
    /// How many persons may be reached, each count with where its figure comes from; a count that
    /// is not here has no limit that a rule or the filing sets.
    pub people: Vec<PeopleText>,
    /// What happens where a count is reached.
    pub at_limit: AtLimit,
    /// Rows that are left out.
    pub rows: RowRules,
    /// When it stands.
    pub valid: ValidText,
    /// What the decision was made from, so that it can be made again at each use.
    pub basis: BasisText,
}

/// A legal day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayText(pub Day);

impl Serialize for DayText {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DayText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<DayText, D::Error> {
        let text = String::deserialize(from)?;
        parse_day(&text).map(DayText).map_err(|_| serde::de::Error::custom("not a day"))
    }
}

impl JsonSchema for DayText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DayText".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
            "description": "A legal day, Asia/Shanghai.",
        })
    }
}

/// Which rulebook decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BookText {
    /// Its edition.
    pub edition: String,
    /// Its SHA-256, `sha256:` before it.
    pub digest: String,
}

/// A scenario of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioText {
    /// The edition, `area/day`.
    pub edition: String,
    /// The scenario, `sector/scenario`.
    pub scenario: String,
}

/// The handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandlerText {
    /// Its name in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_zh: Option<String>,
    /// Its name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// The unified social credit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<String>,
    /// The group it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// The overseas recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientText {
    /// Its name.
    pub name: String,
    /// Country or region: two capital letters of ISO 3166-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Countries or regions it passes the data on to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onward: Vec<String>,
}

/// One field of the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldText {
    /// The table it stands in; left out where the source has one table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The column; a nested path is written `a.b.c`.
    pub column: String,
    /// What the source says it holds.
    pub form: Form,
    /// What it is in law, in the word of the declaration; left out where it does not leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The class of the rulebook that the scan found or a person settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What becomes of its values.
    pub transform: Transform,
}

/// What a source says a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Nothing is declared: text as it is written (CSV, JSON).
    Nothing,
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction.
    Number,
    /// Yes or no.
    Boolean,
    /// A day.
    Day,
    /// A day and a time.
    Instant,
    /// Bytes.
    Binary,
    /// Something else; it can only be dropped.
    Other,
}

impl Form {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Form::Nothing => "nothing",
            Form::Text => "text",
            Form::Integer => "integer",
            Form::Number => "number",
            Form::Boolean => "boolean",
            Form::Day => "day",
            Form::Instant => "instant",
            Form::Binary => "binary",
            Form::Other => "other",
        }
    }
}

/// What becomes of the values of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Transform {
    /// It does not leave.
    Drop {},
    /// It leaves as it is.
    Keep {},
    /// It leaves as text that a spreadsheet does not take for a formula.
    SafeCopy {},
    /// Letters and digits become `*`, separators stay; some characters at either end may stay.
    Mask {
        /// Characters that stay at the beginning.
        first: u32,
        /// Characters that stay at the end.
        last: u32,
    },
    /// HMAC under the key of the permit, in hexadecimal digits.
    Hash {
        /// The hash function.
        with: HashFunction,
    },
    /// Digits become other digits and letters other letters, the same value always the same, under
    /// the key of the permit; not reversible, and two values may meet.
    Tokenise {},
    /// A coarser value.
    Generalise {
        /// How coarse.
        to: Coarse,
    },
    /// A coordinate with fewer decimal places, cut, not rounded.
    Truncate {
        /// Decimal places that stay.
        decimals: u32,
    },
    /// The same text for everybody.
    Constant {
        /// The text.
        value: String,
    },
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HashFunction {
    /// SHA-256.
    Sha256,
    /// SM3 (GB/T 32905).
    Sm3,
}

/// A coarser value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Coarse {
    /// A day becomes its month, `YYYY-MM`.
    Month,
    /// A day becomes its year, `YYYY`.
    Year,
    /// An address ends with its district or county.
    District,
    /// An address ends with its city or prefecture.
    City,
    /// A number becomes a band of this width, `from-to`.
    Band(u64),
}

/// A count of persons and how far it may go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeopleText {
    /// What is counted: a fact of the rulebook (`year.persons.general_pi`, of the handler and the
    /// calendar year), or `filing.general_pi`, `filing.sensitive_pi` of the filing.
    pub count: String,
    /// The most there may be.
    pub at_most: u64,
    /// Where the figure comes from.
    pub from: FigureText,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "source", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FigureText {
    /// A line of the rulebook: from the figure on, the answer is another.
    Rulebook {
        /// The smallest count with another answer.
        changes_at: u64,
        /// The routes possible from there on.
        routes: Vec<String>,
    },
    /// The filing says it.
    Filing {
        /// Its number.
        number: String,
    },
}

/// What happens where a count is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AtLimit {
    /// The whole release stops.
    #[default]
    Stop,
    /// Persons already counted pass; new ones only while there is room.
    Headroom,
}

/// Rows that are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowRules {
    /// Leave out persons under fourteen, and those of whom it cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minors: Option<MinorsRule>,
    /// Leave out persons who withdrew their consent, and those of whom it cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<WithdrawnRule>,
}

/// Which columns tell the age.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinorsRule {
    /// Columns of mainland resident ID numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resident_id: Vec<String>,
    /// Columns of days of birth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub birth: Vec<String>,
}

/// Which columns name a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawnRule {
    /// Columns of identifiers.
    pub columns: Vec<String>,
}

/// When a permit stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidText {
    /// The first day.
    pub from: DayText,
    /// The first day on which it does not stand any more; left out while none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DayText>,
    /// What ends it: `choice`, `filing`, `rulebook` or the id of a time limit of the rulebook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
}

/// What an authority or a body recorded: a filed contract, a certificate, a passed assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// The number that the authority gave.
    pub number: String,
    /// What was filed.
    pub kind: FilingKind,
    /// Who recorded it.
    pub authority: String,
    /// The day of the result, of the certificate, or of the filing number.
    pub recorded_on: DayText,
    /// The first day on which data may leave under it: the contract is in effect, the assessment
    /// is passed, the certificate is issued.
    pub effective: DayText,
    /// The first day on which it does not stand any more, when the paper says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DayText>,
    /// The overseas recipients.
    pub recipients: Vec<String>,
    /// The fields, by the names of the declaration.
    pub fields: Vec<String>,
    /// How many persons.
    pub people: FiledPeople,
}

/// How many persons a filing covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FiledPeople {
    /// With general personal information.
    pub general: u64,
    /// With sensitive personal information.
    pub sensitive: u64,
}

/// What can be filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FilingKind {
    /// The standard contract.
    StandardContract,
    /// The contract of the Greater Bay Area.
    GbaContract,
    /// A certificate of PI protection.
    Certification,
    /// A passed security assessment.
    SecurityAssessment,
    /// A step of a special regime.
    OtherLawfulRoute,
}

impl FilingKind {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FilingKind::StandardContract => "standard-contract",
            FilingKind::GbaContract => "gba-contract",
            FilingKind::Certification => "certification",
            FilingKind::SecurityAssessment => "security-assessment",
            FilingKind::OtherLawfulRoute => "other-lawful-route",
        }
    }
}

/// What the decision was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisText {
    /// Whether the counts of the year already included the transfer.
    pub year_includes_this: bool,
    /// Readings of unsettled points that a named person adopted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adopted: Vec<AdoptedText>,
    /// Facts about the handler and its counts.
    pub facts: Vec<FactText>,
    /// Every flow of the transfer: the others count towards the same lines.
    pub flows: Vec<FlowText>,
}

/// An adopted reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptedText {
    /// The point.
    pub point: String,
    /// The reading.
    pub reading: String,
}

/// A flow as it was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowText {
    /// Its id.
    pub id: String,
    /// Facts and claims.
    pub facts: Vec<FactText>,
    /// Persons with PI that is not sensitive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub general: Option<BoundsText>,
    /// Persons with sensitive PI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<BoundsText>,
    /// Persons with both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub both: Option<BoundsText>,
    /// The list relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ScenarioText>,
    /// The fields sent.
    pub fields: Vec<DeclaredText>,
}

/// A field as it was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclaredText {
    /// Its name.
    pub name: String,
    /// What kind of data it holds.
    pub kind: String,
    /// The field of the list it matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_as: Option<String>,
}

/// A fact and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactText {
    /// The fact.
    pub fact: String,
    /// The answer.
    pub is: AnswerText,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AnswerText {
    /// Yes or no.
    YesNo(bool),
    /// A word of the fact.
    Word(String),
    /// A number of persons.
    Count(BoundsText),
}

/// A count that is known, or known to lie in a range; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundsText {
    /// The smallest it can be.
    pub at_least: u64,
    /// The largest it can be, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
}

/// The JSON Schema of a permit file, as text.
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(PermitFile);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
