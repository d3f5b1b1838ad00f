//! What was read from a table, before it becomes a transfer: each answer with its place.

use std::ops::Range;

use kouan_terms::{Day, FactId};

use super::{Bounds, FieldKind, Given, Stated};

/// The answers of one table and of the tables in it.
pub(super) struct Sheet<'l> {
    /// Where the table stands.
    pub(super) bytes: Range<usize>,
    /// Answers that are no facts, by their path.
    pub(super) entries: Vec<Entry<'l>>,
    /// Facts, with their place in the order of facts.
    pub(super) given: Vec<(usize, Given)>,
}

/// One answer.
pub(super) struct Entry<'l> {
    pub(super) path: &'l str,
    pub(super) answer: Answer<'l>,
    pub(super) bytes: Range<usize>,
}

/// The answer itself.
pub(super) enum Answer<'l> {
    Text(Box<str>),
    Texts(Vec<Box<str>>),
    YesNo(bool),
    Day(Day),
    Persons(Bounds),
    Kind(FieldKind),
    Sheets(Vec<Sheet<'l>>),
    /// A table stands here; its answers are in the same sheet.
    Table,
}

impl<'l> Sheet<'l> {
    pub(super) fn new(bytes: Range<usize>) -> Sheet<'l> {
        Sheet { bytes, entries: Vec::new(), given: Vec::new() }
    }

    pub(super) fn entry(&self, path: &str) -> Option<&Entry<'l>> {
        self.entries.iter().find(|entry| entry.path == path)
    }

    pub(super) fn text(&self, path: &str) -> Option<Box<str>> {
        match &self.entry(path)?.answer {
            Answer::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn texts(&self, path: &str) -> Vec<Box<str>> {
        match self.entry(path).map(|entry| &entry.answer) {
            Some(Answer::Texts(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }

    pub(super) fn persons(&self, path: &str) -> Option<(Bounds, Range<usize>)> {
        let entry = self.entry(path)?;
        match entry.answer {
            Answer::Persons(bounds) => Some((bounds, entry.bytes.clone())),
            _ => None,
        }
    }

    pub(super) fn yes_no(&self, path: &str) -> Option<bool> {
        match self.entry(path)?.answer {
            Answer::YesNo(yes) => Some(yes),
            _ => None,
        }
    }

    pub(super) fn day(&self, path: &str) -> Option<Day> {
        match self.entry(path)?.answer {
            Answer::Day(day) => Some(day),
            _ => None,
        }
    }

    pub(super) fn sheets(&self, path: &str) -> &[Sheet<'l>] {
        match self.entry(path).map(|entry| &entry.answer) {
            Some(Answer::Sheets(sheets)) => sheets,
            _ => &[],
        }
    }

    /// The answer to a fact.
    pub(super) fn fact(&self, id: &str) -> Option<&Given> {
        self.given.iter().map(|(_, given)| given).find(|given| given.fact.as_str() == id)
    }

    /// A yes-no fact and its place.
    pub(super) fn said(&self, id: &str) -> Option<(bool, &Range<usize>)> {
        let given = self.fact(id)?;
        match given.value {
            Stated::YesNo(yes) => Some((yes, &given.bytes)),
            _ => None,
        }
    }

    /// Whether a fact is answered with this word.
    pub(super) fn says_word(&self, id: &str, word: &str) -> bool {
        matches!(self.fact(id), Some(Given { value: Stated::Word(said), .. }) if &**said == word)
    }

    /// Adds a yes-no fact that follows from the rest of the table, when such a fact exists.
    pub(super) fn derive(
        &mut self,
        order: Option<usize>,
        id: &str,
        yes: bool,
        bytes: Range<usize>,
    ) {
        let Some(order) = order else { return };
        let value = Stated::YesNo(yes);
        let fact = FactId::new(id);
        self.given.push((order, Given { fact, value, evidence: None, bytes }));
    }

    /// The facts in the order the rulebook asks them, whatever the order of the text.
    pub(super) fn facts_in_order(&self) -> Vec<Given> {
        let mut sorted: Vec<&(usize, Given)> = self.given.iter().collect();
        sorted.sort_by_key(|(order, _)| *order);
        sorted.into_iter().map(|(_, given)| given.clone()).collect()
    }
}
