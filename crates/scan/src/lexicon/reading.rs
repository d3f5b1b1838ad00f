//! What a name says, and what reading it needs to know of the classes.

use kouan_rulebook::classes::{Class, Classes, Effect, KeyReach, Nature, Position};

use super::dictionary::Script;
use super::words::Role;

/// What a name or comment says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The classes it names, best first.
    pub hits: Vec<NameHit>,
    /// What turns it away from the value itself.
    pub turned: Option<Turned>,
    /// Classes that were named and turned away from.
    pub turned_from: Vec<usize>,
    /// Every class a word in it names, whether it says so of the column or not.
    pub mentioned: Vec<usize>,
    /// Whose it is, by the words before the head.
    pub owner: Owner,
    /// The head is a person, a body, a thing or an event itself: `created_by`, 仓库.
    pub head: Owner,
    /// The kind of person it is about, by its place in the subjects.
    pub subject: Option<usize>,
    /// The head is a bare `name`, 名称.
    pub called: bool,
    /// The head is a bare `id`, 编号 of what stands before.
    pub keyed: bool,
    /// Says that parts of the values are hidden.
    pub masked: bool,
    /// Says that the values are hashed or encrypted.
    pub hashed: bool,
    /// Nothing in it is known: `ext_3`, `c017`.
    pub opaque: bool,
    /// Letters and characters of known phrases in percent of all.
    pub known_percent: u32,
    /// Parts were read as initials of pinyin.
    pub initials: bool,
    /// Several words, all in Latin letters.
    pub english: bool,
    /// At least three Chinese characters.
    pub chinese: bool,
}

impl Reading {
    /// Whether a class is only read out of the initials of one of its phrases.
    pub(crate) fn guesses(&self, class: usize) -> bool {
        let mut hits = self.hits.iter().filter(|hit| hit.class == class).peekable();
        hits.peek().is_some() && hits.all(|hit| hit.script == Script::Initials && !hit.listed)
    }
}

/// A class a name speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameHit {
    /// Its place in [`Classes::all`].
    pub class: usize,
    /// How loudly.
    pub support: Support,
    /// How it was written.
    pub script: Script,
    /// Written so in the rulebook, not derived from a Chinese phrase.
    pub listed: bool,
}

/// How loudly a name speaks for a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// It may mean other things; the values have to agree.
    Weak,
    /// It usually means this.
    Medium,
    /// It means this.
    Strong,
}

impl Support {
    pub(crate) fn lower(self) -> Support {
        match self {
            Support::Strong => Support::Medium,
            Support::Medium | Support::Weak => Support::Weak,
        }
    }

    pub(crate) fn raised(self) -> Support {
        match self {
            Support::Weak => Support::Medium,
            Support::Medium | Support::Strong => Support::Strong,
        }
    }
}

/// Why a name that holds words of a class is not about its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turned {
    /// By a deflector, by its place in the deflectors.
    Deflector {
        /// Its place in the deflectors.
        at: usize,
        /// What it turns to.
        effect: TurnedTo,
        /// The class of a column so named.
        class: Option<usize>,
    },
    /// Says whether: `is_phone`, 是否有手机.
    Flag,
    /// A key or code: `address_id`.
    Key,
    /// It is the name or a property of a thing or a body: `product_name`.
    Other,
    /// The head is a word nothing is known about: `phone_xyz`.
    UnknownHead,
}

/// What a deflector turns a name to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TurnedTo {
    /// Something about the value.
    About,
    /// A count.
    Count,
    /// A time.
    Time,
}

/// Whose something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// Nothing says so.
    #[default]
    Unknown,
    /// A person.
    Person,
    /// A body.
    Organisation,
    /// A thing.
    Thing,
    /// Something that happens.
    Event,
}

impl Owner {
    pub(crate) fn of(role: Role) -> Option<Owner> {
        match role {
            Role::Person => Some(Owner::Person),
            Role::Organisation => Some(Owner::Organisation),
            Role::Thing => Some(Owner::Thing),
            Role::Event => Some(Owner::Event),
            _ => None,
        }
    }
}

/// What reading needs to know of classes, deflectors and subjects, by their places.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    classes: Vec<ClassFacts>,
    deflectors: Vec<DeflectorFacts>,
    /// The class of accounts, numbers of persons with one handler.
    pub(crate) account: Option<usize>,
    /// The class of members of staff who acted.
    pub(crate) operator: Option<usize>,
    /// By subject, the class of the numbers such persons are given.
    numbers: Vec<Option<usize>>,
    /// The subject that is a member of staff.
    pub(crate) staff: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassFacts {
    /// Its values are numbers or addresses of their own, whatever they belong to.
    pub(crate) own_values: bool,
    /// Stays true of a person when held as a state, a kind or a code.
    pub(crate) state: bool,
    /// Stays true of a person when held as a bare yes or no.
    pub(crate) flag: bool,
    pub(crate) personal: bool,
    /// Its values are numbers that stand for a person or a thing.
    pub(crate) numbers: bool,
    /// It is a number one handler gives: account, patient, employee.
    pub(crate) handled: bool,
    /// A state that comes in kinds: `disability_type`.
    pub(crate) kinds: bool,
    /// Its figures stay what they are as an average or a greatest.
    pub(crate) measure: bool,
    /// Its values are marks.
    pub(crate) marks: bool,
    /// Its values are days.
    pub(crate) time: bool,
    /// It is a name.
    pub(crate) name: bool,
}

/// Ids of classes that are held as a bare yes or no too: `disability_flag`.
const FLAGS: &[&str] = &[
    "allergy",
    "criminal-record",
    "diagnosis",
    "family-status",
    "health-status",
    "marital-history",
    "marital-status",
    "medical-history",
    "political-status",
    "religion",
    "special-identity",
];

/// Ids of classes whose own names end in words that turn other names away: `card_expiry`,
/// `heart_rate`.
const OWN_ENDINGS: &[&str] = &[
    "age",
    "birth-date",
    "body-measure",
    "card-secret",
    "employment-record",
    "marital-history",
    "salary",
    "sport",
    "vital-sign",
    "zodiac",
];

/// Ids of classes whose figures stay theirs as an average, a least, a greatest: `heart_rate_avg`.
const MEASURES: &[&str] = &["body-measure", "exam-score", "lab-result", "sport", "vital-sign"];

/// Ids of states that have no kinds of their own: a type of them is about something else.
const WITHOUT_KINDS: &[&str] = &["ethnicity", "nationality", "native-place", "relationship", "sex"];

/// Ids of classes that remain what they are when held as a state, a flag, a kind or a code.
const STATES: &[&str] = &[
    "allergy",
    "blood-type",
    "diagnosis",
    "education",
    "ethnicity",
    "family-status",
    "health-status",
    "job-position",
    "marital-status",
    "nationality",
    "native-place",
    "occupation",
    "political-status",
    "relationship",
    "religion",
    "sex",
    "special-identity",
];

/// What is known of a deflector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeflectorFacts {
    pub(crate) to: TurnedTo,
    pub(crate) at: Position,
    pub(crate) class: Option<usize>,
    /// Describes what stands before it: `diagnosis_desc`.
    pub(crate) describes: bool,
    /// Is about how something is written or shown: `job_title_regex`.
    pub(crate) forms: bool,
    /// Says whether what stands before it is so: `phone_verified`.
    pub(crate) flag: bool,
}

/// Whether a class keeps phrases that end in a deflector of that id.
pub(crate) fn keeps_ending(class: &Class, deflector: &str) -> bool {
    let own = |list: &[&str]| list.contains(&class.id.as_str());
    class.nature != Nature::Personal
        || own(STATES)
        || own(OWN_ENDINGS)
        || !["type", "status", "flag-end", "time", "count"].contains(&deflector)
}

impl Facts {
    pub(crate) fn new(classes: &Classes) -> Facts {
        let facts = classes.all().iter().map(|class| ClassFacts {
            own_values: class.key.is_some_and(|key| key != KeyReach::Handler),
            state: STATES.contains(&class.id.as_str()),
            flag: FLAGS.contains(&class.id.as_str()),
            numbers: class.key.is_some() || class.nature != Nature::Personal,
            handled: class.key == Some(KeyReach::Handler),
            kinds: STATES.contains(&class.id.as_str())
                && !WITHOUT_KINDS.contains(&class.id.as_str()),
            measure: MEASURES.contains(&class.id.as_str()),
            marks: class.id.as_str() == "exam-score",
            time: class.shapes.iter().any(|shape| &**shape == "day"),
            personal: class.nature == Nature::Personal,
            name: class.id.as_str().ends_with("name"),
        });
        let place = |id: &str| classes.all().iter().position(|class| class.id.as_str() == id);
        let deflectors = classes.deflectors().iter().map(|deflector| {
            let to = match deflector.effect {
                Effect::NotTheValue => TurnedTo::About,
                Effect::Count => TurnedTo::Count,
                Effect::TimeOf => TurnedTo::Time,
            };
            let class = deflector.class.as_ref().and_then(|id| place(id.as_str()));
            DeflectorFacts {
                to,
                at: deflector.at,
                class,
                describes: &*deflector.id == "text",
                forms: &*deflector.id == "form",
                flag: &*deflector.id == "flag-end",
            }
        });
        Facts {
            classes: facts.collect(),
            deflectors: deflectors.collect(),
            account: place("account"),
            operator: place("operator"),
            numbers: classes
                .subjects()
                .iter()
                .map(|subject| match &*subject.id {
                    "student" => place("student-number"),
                    "patient" => place("patient-id"),
                    _ => None,
                })
                .collect(),
            staff: classes.subjects().iter().position(|subject| &*subject.id == "employee"),
        }
    }

    pub(crate) fn class(&self, class: usize) -> Option<&ClassFacts> {
        self.classes.get(class)
    }

    /// The class of the numbers that persons of a subject are given, when it is one of its own.
    pub(crate) fn number(&self, subject: usize) -> Option<usize> {
        self.numbers.get(subject).copied().flatten()
    }

    pub(crate) fn deflector(&self, at: usize) -> Option<DeflectorFacts> {
        self.deflectors.get(at).copied()
    }
}
