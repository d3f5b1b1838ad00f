//! Every phrase that may stand in a name, looked up as one word.

use std::collections::{BTreeMap, BTreeSet};

use kouan_rulebook::classes::{Class, Classes, Names, Position, Strength, Writing};

use super::atoms::{glued, is_han};
use super::pinyin;
use super::reading::keeps_ending;
use super::words::{Role, WORDS};

/// How a phrase was written where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    /// Chinese characters.
    Chinese,
    /// English, or the name of a system.
    English,
    /// Pinyin in full.
    Pinyin,
    /// The initials of pinyin.
    Initials,
}

/// What a phrase may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Means {
    /// A class, by its place in [`Classes::all`].
    Class {
        class: usize,
        strength: Strength,
    },
    /// A deflector, by its place in [`Classes::deflectors`].
    Deflector(usize),
    /// A subject, by its place in [`Classes::subjects`].
    Subject {
        subject: usize,
        weak: bool,
    },
    Word(Role),
}

/// One meaning of a phrase, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sense {
    pub(crate) means: Means,
    pub(crate) script: Script,
    /// The pinyin was derived from the Chinese phrase, not listed.
    pub(crate) derived: bool,
}

/// Phrases by their glued form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    senses: BTreeMap<String, Vec<Sense>>,
    /// Initials, kept apart: they are looked up only for words that mean nothing else.
    initials: BTreeMap<String, Vec<Sense>>,
    /// English words long enough to be parts of glued names.
    pub(crate) parts: BTreeSet<String>,
    /// Pinyin words in full.
    pub(crate) pinyin_parts: BTreeSet<String>,
    pub(crate) longest: usize,
}

/// Short English words that may be a part of a glued name.
const SHORT_PARTS: &[&str] = &["id", "no", "qq", "ip"];

/// Words that count and say nothing else (a rate or a total may be the thing itself).
const COUNTS: &[&str] = &["count", "counts", "cnt", "次数", "人数", "数量", "个数"];

/// Shortest English word that may be a part of a glued name, [`SHORT_PARTS`] aside.
const PART_LETTERS_MIN: usize = 3;

impl Dictionary {
    pub(crate) fn new(classes: &Classes) -> Dictionary {
        let mut dictionary = Dictionary::default();
        let endings = endings(classes);
        for (class, entry) in classes.all().iter().enumerate() {
            // Listed initials of a Chinese phrase that is left out are left out too.
            let left_out: BTreeSet<String> = entry
                .phrases()
                .filter(|(_, _, phrase)| ends_elsewhere(entry, phrase, &endings))
                .flat_map(|(_, _, phrase)| pinyin::readings(phrase))
                .flat_map(|(full, initials)| [full, initials])
                .collect();
            for (writing, strength, phrase) in entry.phrases() {
                let pinyin = writing == Writing::Pinyin && left_out.contains(phrase);
                if pinyin || ends_elsewhere(entry, phrase, &endings) {
                    continue;
                }
                dictionary.phrase(writing, phrase, Means::Class { class, strength });
            }
        }
        for (at, deflector) in classes.deflectors().iter().enumerate() {
            dictionary.names(&deflector.words, Means::Deflector(at));
        }
        for (subject, entry) in classes.subjects().iter().enumerate() {
            dictionary.names(&entry.words, Means::Subject { subject, weak: false });
            dictionary.names(&entry.weak, Means::Subject { subject, weak: true });
        }
        for &(role, word) in WORDS.iter() {
            let writing = if word.chars().any(is_han) { Writing::Zh } else { Writing::En };
            dictionary.phrase(writing, word, Means::Word(role));
        }
        dictionary.prefer_listed();
        dictionary.longest =
            dictionary.senses.keys().map(|phrase| phrase.chars().count()).max().unwrap_or(0);
        dictionary
    }

    fn names(&mut self, names: &Names, means: Means) {
        for (writing, phrase) in names.all() {
            self.phrase(writing, phrase.as_str(), means);
        }
    }

    fn phrase(&mut self, writing: Writing, phrase: &str, means: Means) {
        let one = glued(phrase);
        match writing {
            Writing::Zh => {
                self.add(&one, Sense { means, script: Script::Chinese, derived: false });
                for (full, initials) in pinyin::readings(&one) {
                    let sense = Sense { means, script: Script::Pinyin, derived: true };
                    self.add(&full, sense);
                    let is_part = full.chars().count() > 3;
                    if is_part && !matches!(means, Means::Word(Role::Qualifier | Role::Suffix)) {
                        self.pinyin_parts.insert(full);
                    }
                    // Two letters stand for too much to be derived for a class.
                    let letters = one.chars().count();
                    let is_class = matches!(means, Means::Class { .. });
                    if letters > 2 || letters == 2 && !is_class {
                        push(
                            &mut self.initials,
                            &initials,
                            Sense { script: Script::Initials, ..sense },
                        );
                    }
                }
            }
            Writing::Pinyin => {
                let is_full = pinyin_like(&one);
                let script = if is_full { Script::Pinyin } else { Script::Initials };
                let sense = Sense { means, script, derived: false };
                if is_full {
                    self.add(&one, sense);
                    self.pinyin_parts.insert(one);
                } else {
                    push(&mut self.initials, &one, sense);
                }
            }
            Writing::En => {
                self.add(&one, Sense { means, script: Script::English, derived: false });
                for word in super::atoms::atoms(phrase) {
                    let long = word.text.len() >= PART_LETTERS_MIN;
                    if long || SHORT_PARTS.contains(&word.text.as_str()) {
                        self.parts.insert(word.text);
                    }
                }
            }
        }
    }

    fn add(&mut self, phrase: &str, sense: Sense) {
        push(&mut self.senses, phrase, sense);
    }

    /// What a phrase means, initials aside; a plural counts for its singular.
    pub(crate) fn get(&self, phrase: &str) -> &[Sense] {
        if let Some(senses) = self.senses.get(phrase) {
            return senses;
        }
        singulars(phrase).find_map(|singular| self.senses.get(&singular)).map_or(&[], Vec::as_slice)
    }

    /// What initials may stand for: what is listed so, before what is derived so.
    pub(crate) fn initials(&self, initials: &str) -> &[Sense] {
        self.initials.get(initials).map_or(&[], Vec::as_slice)
    }

    /// Once everything is in: listed classes silence derived ones.
    fn prefer_listed(&mut self) {
        for senses in self.initials.values_mut() {
            let is_class = |sense: &Sense| matches!(sense.means, Means::Class { .. });
            if senses.iter().any(|sense| is_class(sense) && !sense.derived) {
                senses.retain(|sense| !is_class(sense) || !sense.derived);
            }
        }
    }
}

/// The words of deflectors that stand at the end, with the ids of the deflectors.
fn endings(classes: &Classes) -> BTreeMap<String, &str> {
    let ends = classes.deflectors().iter().filter(|deflector| deflector.at != Position::Start);
    ends.flat_map(|deflector| {
        deflector.words.all().map(|(_, word)| (glued(word.as_str()), &*deflector.id))
    })
    .collect()
}

/// Whether a phrase of a class ends in a deflector that turns it away from the class: a phrase
/// such as `login time` names a time.
fn ends_elsewhere(class: &Class, phrase: &str, endings: &BTreeMap<String, &str>) -> bool {
    let atoms = super::atoms::atoms(phrase);
    (1..atoms.len()).any(|from| {
        let ending: String = atoms.iter().skip(from).map(|atom| atom.text.as_str()).collect();
        endings.get(&ending).is_some_and(|&deflector| {
            // 联系方式 is no kind of anything.
            ending != "方式"
                && (deflector != "count" || COUNTS.contains(&ending.as_str()))
                && !keeps_ending(class, deflector)
        })
    })
}

fn push(senses: &mut BTreeMap<String, Vec<Sense>>, phrase: &str, sense: Sense) {
    if phrase.is_empty() {
        return;
    }
    let held = senses.entry(phrase.to_owned()).or_default();
    match held.iter_mut().find(|other| (other.means, other.script) == (sense.means, sense.script)) {
        Some(other) => other.derived &= sense.derived,
        None => held.push(sense),
    }
}

/// Whether a listed pinyin phrase is written in full: it has a vowel where initials have none.
fn pinyin_like(phrase: &str) -> bool {
    phrase.chars().count() > 3 && phrase.chars().any(|letter| "aeiouv".contains(letter))
}

fn singulars(phrase: &str) -> impl Iterator<Item = String> {
    let is_word = phrase.len() > 3 && phrase.bytes().all(|byte| byte.is_ascii_lowercase());
    let cut = |ending: &str, put: &str| {
        phrase.strip_suffix(ending).filter(|_| is_word).map(|stem| format!("{stem}{put}"))
    };
    [cut("ies", "y"), cut("es", ""), cut("s", "")].into_iter().flatten()
}
