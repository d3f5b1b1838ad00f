//! What people answered about a filing: read, checked against the questions, and looked up.

pub mod format;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;

use crate::earlier::Earlier;
use crate::ledger::Entered;
use kouan_rulebook::format::Per;
use kouan_terms::{Bilingual, Day};

pub use format::json_schema;
pub(crate) use read::read_fitting;
pub use read::{Asked, read};
pub use write::written;

/// Answers, ready to be looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: Box<str>,
    /// Every answer, in the order of the file.
    pub all: Vec<Answer>,
    /// Every attached file, with those that stand at answers.
    pub evidence: Vec<Evidence>,
    /// States of the work and the days on which they were reached, in the order of days.
    pub states: Vec<(Box<str>, Day)>,
    /// Digests of the earlier filings that answers were taken from.
    pub earlier: Vec<Box<str>>,
    /// Digests of the entries of the ledger that answers were taken from.
    pub ledger: Vec<Box<str>>,
    /// Places in `all`, in the order of question and what it is of.
    by_key: Vec<usize>,
}

/// What an answer is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Of {
    /// Of the handler, a flow, a recipient …
    pub per: Per,
    /// Its id or name; empty for the handler.
    pub name: Box<str>,
}

/// What stands before the id of a class.
const CLASS: &str = "class:";

impl Of {
    /// The handler.
    #[must_use]
    pub fn handler() -> Of {
        Of::default()
    }

    /// One flow, recipient, field, link or system.
    #[must_use]
    pub fn one(per: Per, name: &str) -> Of {
        Of { per, name: if per == Per::Handler { "".into() } else { name.into() } }
    }

    /// Every field of a class together.
    #[must_use]
    pub fn of_class(class: &str) -> Of {
        Of { per: Per::Field, name: format!("{CLASS}{class}").into() }
    }

    /// Whether it is every field of a class together.
    #[must_use]
    pub fn is_class(&self) -> bool {
        self.per == Per::Field && self.name.starts_with(CLASS)
    }

    /// Reads `flow:payroll`; `class:mobile` is every field of a class.
    #[must_use]
    pub fn parse(text: &str) -> Option<Of> {
        if let Some(class) = text.strip_prefix(CLASS) {
            return (!class.is_empty()).then(|| Of::of_class(class));
        }
        let (per, name) = text.split_once(':')?;
        let all = [Per::Flow, Per::Recipient, Per::Field, Per::Link, Per::System];
        let per = all.into_iter().find(|known| known.as_str() == per)?;
        (!name.is_empty()).then(|| Of { per, name: name.into() })
    }

    /// As it is written; empty for the handler.
    #[must_use]
    pub fn label(&self) -> String {
        if self.per == Per::Handler {
            String::new()
        } else if self.is_class() {
            self.name.to_string()
        } else {
            format!("{}:{}", self.per.as_str(), self.name)
        }
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The question.
    pub question: Box<str>,
    /// What it is of.
    pub of: Of,
    /// What was said.
    pub said: Said,
    /// Who answered.
    pub by: Option<Box<str>>,
    /// When.
    pub on: Option<Day>,
    /// What shows it: places in [`Answers::evidence`].
    pub evidence: Vec<usize>,
    /// The last day on which it may be used.
    pub valid_until: Option<Day>,
    /// It serves every filing of the handler.
    pub profile: bool,
    /// The digest of the earlier filing that it was taken from; `None` when it was given now.
    pub earlier: Option<Box<str>>,
    /// The entries of the ledger that it was taken from; none when somebody gave it.
    pub ledger: Vec<Entered>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Words.
    Words(Bilingual),
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Whole(u64),
    /// A day.
    Day(Day),
    /// The word of a choice.
    Word(Box<str>),
    /// Rows, by column.
    Rows(Vec<BTreeMap<Box<str>, Said>>),
    /// Several words.
    Several(Vec<Bilingual>),
    /// It does not concern this filing.
    NotApplicable(Bilingual),
}

/// An attached file; its content is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The kind, an id of the rulebook.
    pub kind: Box<str>,
    /// What it is of.
    pub of: Of,
    /// The file, as it was named.
    pub file: Box<str>,
    /// SHA-256 of its content.
    pub sha256: Box<str>,
    /// The day it was made.
    pub on: Option<Day>,
    /// The last day on which it may be used.
    pub valid_until: Option<Day>,
    /// It served an earlier filing already.
    pub reused: bool,
}

impl Answers {
    /// The answer to a question.
    #[must_use]
    pub fn get(&self, question: &str, of: &Of) -> Option<&Answer> {
        let key =
            |place: &usize| self.all.get(*place).map(|answer| (&*answer.question, &answer.of));
        let found = self.by_key.binary_search_by(|place| key(place).cmp(&Some((question, of))));
        self.by_key.get(found.ok()?).and_then(|place| self.all.get(*place))
    }

    /// The answers of several files together; no two may answer the same.
    ///
    /// One file keeps its digest; several have the SHA-256 of their digests, a line each, in the
    /// order in which they stand.
    #[must_use]
    pub fn joined(mut all: Vec<Answers>) -> Answers {
        if all.len() < 2 {
            return all.pop().unwrap_or_default();
        }
        let mut joined = Answers::default();
        let mut digests = String::new();
        for answers in all {
            digests.push_str(&answers.digest);
            digests.push('\n');
            let before = joined.evidence.len();
            joined.evidence.extend(answers.evidence);
            joined.all.extend(answers.all.into_iter().map(|mut answer| {
                answer.evidence.iter_mut().for_each(|place| *place += before);
                answer
            }));
            joined.states.extend(answers.states);
        }
        joined.states.sort_by_key(|(_, day)| *day);
        joined.digest = crate::digest(digests.as_bytes()).into();
        joined.index();
        joined
    }

    /// Takes answers that were not given now from an earlier filing; how many were too old, or of
    /// something that is not there.
    ///
    /// An answer of one filing alone is asked anew. What shows an answer has to be attached again;
    /// a file whose content is that of one of the earlier filing counts as used again.
    pub fn carry_over(&mut self, earlier: &Earlier, asked: &Asked<'_>) -> usize {
        let mut left = 0;
        let mut taken = Vec::new();
        for answer in &earlier.answers.all {
            let question = asked.papers.question(&answer.question);
            let again = question.is_some_and(|question| !question.text.once);
            if !again || self.get(&answer.question, &answer.of).is_some() {
                continue;
            }
            let is_old = answer.valid_until.is_some_and(|last| last < asked.on);
            if is_old || !asked.holds(&answer.of) {
                left += 1;
                continue;
            }
            let from = answer.earlier.clone().unwrap_or_else(|| earlier.digest.clone());
            taken.push(Answer {
                evidence: Vec::new(),
                profile: false,
                earlier: Some(from),
                ..answer.clone()
            });
        }
        for digest in taken.iter().filter_map(|answer| answer.earlier.as_ref()) {
            if !self.earlier.contains(digest) {
                self.earlier.push(digest.clone());
            }
        }
        self.all.append(&mut taken);
        for file in &mut self.evidence {
            file.reused |= earlier.files.contains(&file.sha256);
        }
        self.index();
        left
    }

    /// Puts the answers in the order in which they are looked up.
    pub(crate) fn index(&mut self) {
        let mut places: Vec<usize> = (0..self.all.len()).collect();
        places.sort_by(|a, b| {
            let key =
                |place: &usize| self.all.get(*place).map(|answer| (&answer.question, &answer.of));
            key(a).cmp(&key(b))
        });
        self.by_key = places;
    }

    /// Attached files of a kind, of anything.
    pub fn evidence_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Evidence> {
        self.evidence.iter().filter(move |evidence| *evidence.kind == *kind)
    }

    /// Names of the links or systems that were answered for, in the order of the file.
    #[must_use]
    pub fn named(&self, per: Per) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for answer in self.all.iter().filter(|answer| answer.of.per == per) {
            if !names.contains(&&*answer.of.name) {
                names.push(&answer.of.name);
            }
        }
        names
    }

    /// The files at an answer.
    pub fn files_of<'a>(&'a self, answer: &'a Answer) -> impl Iterator<Item = &'a Evidence> {
        answer.evidence.iter().filter_map(|index| self.evidence.get(*index))
    }
}
