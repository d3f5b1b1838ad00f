//! Weighs what a column is called and what it holds: classes, confidence, evidence.
//!
//! Names, comments, shapes of values, statistics and neighbours each give points to classes; the
//! class with the most points wins, and the points tell how sure that is. A checksum is evidence,
//! never a gate: resident IDs that fail theirs are still resident IDs, and look like test data.

mod context;
mod evidence;
mod important;
mod score;
mod values;

use kouan_rulebook::classes::{Class, Classes, KeyReach, Nature};
use kouan_table::{Column, TableKind};
use kouan_terms::ClassId;

use crate::identifiers::key::KeyKind;
use crate::lexicon::Lexicon;
use crate::observe::{Observed, Shape};

pub use evidence::{Clash, Evidence, Place, Relation, Turn};
pub use important::{Candidate, CandidateEvidence, TableFound, candidates};

/// A table and what was seen of its columns.
#[derive(Clone, Debug)]
pub struct TableSeen<'a> {
    /// Its name in the source.
    pub name: &'a str,
    /// Its comment.
    pub comment: Option<&'a str>,
    /// What it is.
    pub kind: TableKind,
    /// Its columns, in the order of the source.
    pub columns: Vec<ColumnSeen<'a>>,
}

/// A column and what was seen of it.
#[derive(Clone, Debug)]
pub struct ColumnSeen<'a> {
    /// The column.
    pub column: &'a Column,
    /// Its values, `None` when only metadata was looked at.
    pub observed: Option<&'a Observed>,
    /// What was found in its running text, for columns that hold such.
    pub text: &'a [TextRate],
}

/// How many cells of running text hold personal information of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct TextRate {
    /// The class.
    pub class: ClassId,
    /// Cells with at least one span of it.
    pub cells: u64,
}

/// How sure a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It may be so or not: deciding keeps both possibilities.
    Unsure,
    /// It is so, unless something unusual is going on.
    Likely,
    /// It is so.
    Sure,
}

impl Level {
    /// The word used in inventories.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Unsure => "unsure",
            Level::Likely => "likely",
            Level::Sure => "sure",
        }
    }
}

/// What else is to be said of the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Identifiers mostly fail their checks.
    pub looks_like_test_data: bool,
    /// Parts of the values are starred out; they may still stand for persons.
    pub masked: bool,
    /// The values are hashed or encrypted.
    pub hashed: bool,
    /// Long numbers lost digits.
    pub float_damaged: bool,
    /// Some values are written with full-width characters.
    pub full_width: bool,
    /// A good part of the values is of another form.
    pub mixed: bool,
    /// Some values are of persons under 14, by days of birth or resident IDs.
    pub under_14: bool,
    /// A position that stands beside a time: a track.
    pub track: bool,
}

/// What one column holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnClass {
    /// The class, `None` when nothing speaks for any.
    pub class: Option<ClassId>,
    /// How sure that is; for no class, how sure it is that there is none.
    pub level: Level,
    /// What its values identify persons by.
    pub key: Option<KeyKind>,
    /// The kind of person it is about, by id.
    pub subject: Option<Box<str>>,
    /// What else is to be said of the values.
    pub flags: Flags,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
    /// The next best class, when it is not far behind.
    pub instead: Option<ClassId>,
}

impl ColumnClass {
    fn nothing(level: Level) -> ColumnClass {
        ColumnClass {
            class: None,
            level,
            key: None,
            subject: None,
            flags: Flags::default(),
            evidence: Vec::new(),
            instead: None,
        }
    }
}

/// Classifies columns by the classes of one rulebook.
#[derive(Debug)]
pub struct Classifier<'a> {
    classes: &'a Classes,
    lexicon: Lexicon,
    kinds: Vec<values::Kind>,
}

impl<'a> Classifier<'a> {
    /// Prepares the words and shapes of the classes.
    #[must_use]
    pub fn new(classes: &'a Classes) -> Classifier<'a> {
        let lexicon = Lexicon::new(classes);
        let kinds = classes
            .all()
            .iter()
            .enumerate()
            .map(|(place, class)| values::Kind::of(class, lexicon.is_state(place)));
        Classifier { classes, kinds: kinds.collect(), lexicon }
    }

    /// The lexicon.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Classifies the columns of a table, in their order.
    #[must_use]
    pub fn classify(&self, table: &TableSeen<'_>) -> Vec<ColumnClass> {
        context::classify(self, table)
    }

    /// The classes.
    #[must_use]
    pub fn classes(&self) -> &'a Classes {
        self.classes
    }

    pub(crate) fn id(&self, place: usize) -> Option<&'a ClassId> {
        self.classes.all().get(place).map(|class| &class.id)
    }

    pub(crate) fn subject(&self, place: usize) -> Option<&'a str> {
        self.classes.subjects().get(place).map(|subject| &*subject.id)
    }

    fn class(&self, place: usize) -> Option<(&'a Class, &values::Kind)> {
        Some((self.classes.all().get(place)?, self.kinds.get(place)?))
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.classes.all().binary_search_by(|class| class.id.as_str().cmp(id)).ok()
    }

    fn is_personal(&self, place: usize) -> bool {
        self.classes.all().get(place).is_some_and(|class| class.nature == Nature::Personal)
    }
}

/// What the values of a class identify persons by: by their shape where it tells, else by the
/// class.
#[must_use]
pub fn key_kind(class: &Class, observed: Option<&Observed>) -> Option<KeyKind> {
    class.key?;
    let mostly = |shape: Shape| observed.is_some_and(|observed| observed.form_rate(shape) >= 0.5);
    if mostly(Shape::ResidentId18) || mostly(Shape::HmtResidencePermit) {
        return Some(KeyKind::ResidentId);
    }
    Some(match class.id.as_str() {
        "resident-id"
        | "id-document-number"
        | "hmt-residence-permit"
        | "foreign-permanent-card"
        | "driving-licence"
        | "personal-tax-id" => KeyKind::ResidentId,
        "passport" => KeyKind::Passport,
        "home-return-permit" | "taiwan-compatriot-permit" | "exit-permit" => KeyKind::Permit,
        "hk-id" => KeyKind::HkId,
        "macau-id" => KeyKind::MacauId,
        "taiwan-id" => KeyKind::TaiwanId,
        "social-security-no" | "medical-insurance-no" => KeyKind::SocialSecurity,
        "mobile" | "phone" | "landline" => KeyKind::Mobile,
        "email" => KeyKind::Email,
        "bank-card" | "bank-account" => KeyKind::BankCard,
        "wechat" => KeyKind::Wechat,
        "qq" => KeyKind::Qq,
        "imei"
        | "meid"
        | "imsi"
        | "iccid"
        | "mac-address"
        | "resettable-device-id"
        | "device-id"
        | "device-serial" => KeyKind::Device,
        // What people call themselves with one handler may be a number they have elsewhere.
        _ if class.key == Some(KeyReach::Handler) && mostly(Shape::Mobile) => KeyKind::Mobile,
        _ if class.key == Some(KeyReach::Handler) && mostly(Shape::Email) => KeyKind::Email,
        _ if class.key == Some(KeyReach::Handler) => KeyKind::Account,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
