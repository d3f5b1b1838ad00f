//! `classes/*.toml`: classes of data, the words that name them, and what each regime makes of them.

use serde::Deserialize;
use toml::Spanned;

use super::{Checked, DayText, InForceText, Sentence};

/// `classes/<family>.toml`: classes that belong together.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassFile {
    /// The format version.
    pub format: u32,
    /// The family.
    pub family: FamilyText,
    /// Sources of the words and readings of this file.
    #[serde(default)]
    pub source: Vec<String>,
    /// Default for its entries.
    pub confidence: Option<String>,
    /// Default for its entries.
    pub known_since: Option<DayText>,
    /// Default for its entries.
    pub checked: Option<Checked>,
    /// The classes.
    #[serde(default)]
    pub class: Vec<ClassText>,
}

/// Names a family of classes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyText {
    /// Its id.
    pub id: String,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

/// A class of data that a column may hold.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// What belongs to it, when the name does not say.
    pub says: Option<Sentence>,
    /// `personal`, `organisation`, `not-personal` or `important`.
    pub nature: Spanned<String>,
    /// The leaf of annex B of GB/T 43697 it belongs to, such as `7.financial-account`.
    pub leaf: Option<Spanned<String>>,
    /// How far one value stands for one person: `exclusive`, `strong`, `shared` or `handler`.
    pub key: Option<Spanned<String>>,
    /// The shapes of values that speak for it.
    #[serde(default)]
    pub shapes: Vec<String>,
    /// Values alone never make a column of this class.
    #[serde(default)]
    pub needs_name: bool,
    /// A more general class that it belongs to.
    pub part_of: Option<Spanned<String>>,
    /// Phrases that name it.
    #[serde(default)]
    pub names: NamesText,
    /// Phrases that may name it and need the values to agree.
    #[serde(default)]
    pub weak: NamesText,
}

/// Phrases in three writings.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesText {
    /// Chinese, written without spaces.
    #[serde(default)]
    pub zh: Vec<Spanned<String>>,
    /// Pinyin in full or its initials.
    #[serde(default)]
    pub pinyin: Vec<Spanned<String>>,
    /// English and the names of systems; words in lower case, one space between them.
    #[serde(default)]
    pub en: Vec<Spanned<String>>,
}

entries_file! {
    /// `classes/deflectors.toml`.
    DeflectorFile
    entries {
        /// Words that turn a name away from the value itself.
        deflector: DeflectorText,
        /// Words that say whom a column is about.
        subject: SubjectText,
    }
}

/// Words beside a phrase that say: not this value itself.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeflectorText {
    /// Its id.
    pub id: Spanned<String>,
    /// `not-the-value`, `count` or `time-of`.
    pub effect: Spanned<String>,
    /// Where in a name the words stand: `start`, `end` or `any`; `end` when not said.
    pub at: Option<Spanned<String>>,
    /// The class of a column so named.
    pub class: Option<Spanned<String>>,
    /// The words.
    pub words: NamesText,
}

/// The kind of person a column is about.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The value of the fact `flow.subjects` that it answers.
    pub flow: Option<Spanned<String>>,
    /// The words.
    pub words: NamesText,
    /// Words that alone say who it is about only beside another phrase.
    #[serde(default)]
    pub weak: NamesText,
}

entries_file! {
    /// `classes/regimes.toml`.
    RegimeFile
    entries {
        /// The regimes.
        regime: RegimeText,
        /// The leaves of annex B of GB/T 43697.
        leaf: LeafText,
    }
}

/// Something that says what a class of data is in law.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegimeText {
    /// Its id.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
    /// The instrument.
    pub law: Spanned<String>,
    /// Where in it.
    pub at: Option<String>,
    /// From when until when.
    pub in_force: InForceText,
    /// The sectors outside which it says nothing; empty: every sector.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// The list edition whose users it binds.
    pub edition: Option<Spanned<String>>,
    /// Its place in the order in which regimes are asked whether a class is sensitive.
    pub rank: Option<Spanned<u32>>,
    /// Whether what it says settles the matter, or is only shown.
    #[serde(default)]
    pub decides: bool,
    /// Whether it names every sensitive class, so that silence means not listed.
    #[serde(default)]
    pub closed: bool,
    /// A remark.
    pub note: Option<Sentence>,
    /// Sources, when not the file's.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence, when not the file's.
    pub confidence: Option<String>,
}

/// A leaf of the tree of personal information, annex B of GB/T 43697.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafText {
    /// Its number and, where a class has several leaves, its name.
    pub id: Spanned<String>,
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

entries_file! {
    /// `classes/standings.toml`.
    StandingFile
    entries {
        /// What a regime says of classes.
        standing: StandingText,
        /// What a regime says of classes taken together.
        combination: CombinationText,
        /// The lowest grade of a kind of data.
        floor: FloorText,
    }
}

/// What one regime says of some classes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingText {
    /// The regime.
    pub regime: Spanned<String>,
    /// The classes.
    pub classes: Vec<Spanned<String>>,
    /// `yes`, `no`, `by-use` or `not-listed`.
    pub sensitive: Option<Spanned<String>>,
    /// The level of the regime's own scale.
    pub level: Option<u8>,
    /// The group it puts them in.
    pub category: Option<Sentence>,
    /// Only when this person kind is concerned: `under-14`.
    pub of: Option<Spanned<String>>,
    /// From when until when, where not as long as the regime.
    pub in_force: Option<InForceText>,
    /// A remark.
    pub note: Option<Sentence>,
    /// Sources, when not the file's.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence, when not the file's.
    pub confidence: Option<String>,
}

/// Classes that a regime looks at together.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CombinationText {
    /// Its id.
    pub id: Spanned<String>,
    /// The regime.
    pub regime: Spanned<String>,
    /// Groups of classes; one of each group must be there.
    pub each: Vec<Vec<Spanned<String>>>,
    /// `yes` or `by-use`.
    pub sensitive: Spanned<String>,
    /// What it means.
    pub says: Sentence,
    /// Sources, when not the file's.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence, when not the file's.
    pub confidence: Option<String>,
}

/// The lowest grade of a kind of data under a regime.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorText {
    /// The regime.
    pub regime: Spanned<String>,
    /// `sensitive`, `personal`, `tag` or `de-identified`.
    pub of: Spanned<String>,
    /// The grade, 1 to 4.
    pub grade: Spanned<u8>,
    /// Sources, when not the file's.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence, when not the file's.
    pub confidence: Option<String>,
}

entries_file! {
    /// `classes/important.toml`.
    ImportantFile
    entries {
        /// Signs of important data.
        candidate: CandidateText,
    }
}

/// A sign that data may be important data; never a verdict.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateText {
    /// Its id.
    pub id: Spanned<String>,
    /// What to look into.
    pub says: Sentence,
    /// The factor or item of the regime, such as `G-7`.
    pub factor: String,
    /// The regime.
    pub regime: Spanned<String>,
    /// Words in names of tables and columns, and in comments.
    #[serde(default)]
    pub words: NamesText,
    /// Classes of which one must be there.
    #[serde(default)]
    pub classes: Vec<Spanned<String>>,
    /// Only from this number of rows.
    pub rows_at_least: Option<u64>,
    /// Only from this number of distinct natural persons.
    pub persons_at_least: Option<u64>,
    /// Only above this number of distinct natural persons.
    pub persons_above: Option<u64>,
    /// Whose persons are counted: `sensitive`, `general` or any.
    pub persons_of: Option<Spanned<String>>,
    /// The sectors outside which it says nothing; empty: every sector.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// The list edition whose users it concerns.
    pub edition: Option<Spanned<String>>,
    /// A remark.
    pub note: Option<Sentence>,
    /// Sources, when not the file's.
    #[serde(default)]
    pub source: Vec<String>,
    /// Confidence, when not the file's.
    pub confidence: Option<String>,
}
