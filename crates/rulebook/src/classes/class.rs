//! A class, the phrases that name it, and the words beside them.

use std::ops::Range;

use kouan_terms::{Bilingual, ClassId};

use crate::book::Standing as Sourced;

/// Classes that belong together: one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Its id.
    pub id: Box<str>,
    /// Its name.
    pub name: Bilingual,
}

/// A class of data that a column may hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its id, such as `resident-id`.
    pub id: ClassId,
    /// The family it stands in.
    pub family: Box<str>,
    /// Its name.
    pub name: Bilingual,
    /// What belongs to it, when the name does not say.
    pub says: Option<Bilingual>,
    /// Whose data it is.
    pub nature: Nature,
    /// The leaf of annex B of GB/T 43697.
    pub leaf: Option<Box<str>>,
    /// How far one value stands for one person; `None`: it does not.
    pub key: Option<KeyReach>,
    /// The shapes of values that speak for it, by name.
    pub shapes: Vec<Box<str>>,
    /// Values alone never make a column of this class.
    pub needs_name: bool,
    /// A more general class that it belongs to.
    pub part_of: Option<ClassId>,
    /// Phrases that name it.
    pub names: Names,
    /// Phrases that may name it and need the values to agree.
    pub weak: Names,
    /// Where it comes from.
    pub sourced: Sourced,
}

impl Class {
    /// Every phrase of the class, with its writing and strength.
    pub fn phrases(&self) -> impl Iterator<Item = (Writing, Strength, &str)> {
        let strong = self.names.all().map(|(writing, phrase)| (writing, Strength::Strong, phrase));
        let weak = self.weak.all().map(|(writing, phrase)| (writing, Strength::Weak, phrase));
        strong.chain(weak).map(|(writing, strength, phrase)| (writing, strength, phrase.as_str()))
    }

    /// Whether a column of this class holds personal information.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.nature == Nature::Personal
    }
}

/// Whose data a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// Personal information.
    Personal,
    /// About a body, such as a company.
    Organisation,
    /// Neither: orders, states, times, codes.
    NotPersonal,
    /// A sign of important data, such as the coordinates of a key site.
    Important,
}

impl Nature {
    /// The word used in the rulebook and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Nature::Personal => "personal",
            Nature::Organisation => "organisation",
            Nature::NotPersonal => "not-personal",
            Nature::Important => "important",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Nature> {
        let all = [Nature::Personal, Nature::Organisation, Nature::NotPersonal, Nature::Important];
        all.into_iter().find(|nature| nature.as_str() == word)
    }
}

/// How far one value stands for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyReach {
    /// A person has one, and no one else has it.
    Exclusive,
    /// One value stands for one person, who may have several.
    Strong,
    /// Several persons may share it.
    Shared,
    /// Unique inside one handler only.
    Handler,
}

impl KeyReach {
    /// The word used in the rulebook and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            KeyReach::Exclusive => "exclusive",
            KeyReach::Strong => "strong",
            KeyReach::Shared => "shared",
            KeyReach::Handler => "handler",
        }
    }

    pub(super) fn parse(word: &str) -> Option<KeyReach> {
        let all = [KeyReach::Exclusive, KeyReach::Strong, KeyReach::Shared, KeyReach::Handler];
        all.into_iter().find(|reach| reach.as_str() == word)
    }
}

/// Phrases in three writings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// Chinese, written without spaces; Latin letters in lower case.
    pub zh: Vec<Phrase>,
    /// Pinyin in full or its initials, in lower case.
    pub pinyin: Vec<Phrase>,
    /// English and names of systems: words in lower case, one space between them.
    pub en: Vec<Phrase>,
}

impl Names {
    /// Every phrase with its writing.
    pub fn all(&self) -> impl Iterator<Item = (Writing, &Phrase)> {
        let zh = self.zh.iter().map(|phrase| (Writing::Zh, phrase));
        let pinyin = self.pinyin.iter().map(|phrase| (Writing::Pinyin, phrase));
        zh.chain(pinyin).chain(self.en.iter().map(|phrase| (Writing::En, phrase)))
    }
}

/// One phrase, and where it stands in its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    pub(super) text: Box<str>,
    pub(super) bytes: Range<usize>,
}

impl Phrase {
    /// The phrase as it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// How a phrase is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writing {
    /// Chinese.
    Zh,
    /// Pinyin, in full or initials.
    Pinyin,
    /// English and names of systems.
    En,
}

/// How far a phrase speaks for its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It may name other things too: the values have to agree.
    Weak,
    /// It names the class.
    Strong,
}

/// Words beside a phrase that say: not this value itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Deflector {
    /// Its id.
    pub id: Box<str>,
    /// What a column so named holds instead.
    pub effect: Effect,
    /// Where in a name the words stand.
    pub at: Position,
    /// The class of a column so named, also when nothing else stands beside the words.
    pub class: Option<ClassId>,
    /// The words.
    pub words: Names,
    /// Where it comes from.
    pub sourced: Sourced,
}

/// What a deflected column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Something about the value: its type, its state, whether it is there.
    NotTheValue,
    /// How many there are.
    Count,
    /// When something happened to it.
    TimeOf,
}

impl Effect {
    /// The word used in the rulebook and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::NotTheValue => "not-the-value",
            Effect::Count => "count",
            Effect::TimeOf => "time-of",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Effect> {
        let all = [Effect::NotTheValue, Effect::Count, Effect::TimeOf];
        all.into_iter().find(|effect| effect.as_str() == word)
    }
}

/// Where in a name a deflector works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Before the phrase: `is_phone`, `是否有手机`.
    Start,
    /// After the phrase: `id_card_type`, `证件类型`.
    End,
    /// On either side.
    Any,
}

impl Position {
    pub(super) fn parse(word: &str) -> Option<Position> {
        match word {
            "start" => Some(Position::Start),
            "end" => Some(Position::End),
            "any" => Some(Position::Any),
            _ => None,
        }
    }
}

/// The kind of person a column is about, where that is not the person of the row.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Its id, such as `guardian`.
    pub id: Box<str>,
    /// Its name.
    pub name: Bilingual,
    /// The value of the fact `flow.subjects` that it answers.
    pub flow: Option<Box<str>>,
    /// The words.
    pub words: Names,
    /// Words that say so only beside the phrase of a class.
    pub weak: Names,
    /// Where it comes from.
    pub sourced: Sourced,
}
