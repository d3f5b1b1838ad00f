//! From a value path to a value with its sources, or to a gap.
//!
//! A path is a value of `papers/values`, a fact of the rulebook, or a question. What declaration,
//! inventory and decision know goes before what a person answered.

mod answered;
mod computed;
mod condition;
mod declared;
mod places;
mod scope;
#[cfg(test)]
mod tests;
pub(crate) mod wording;

use kouan_decide::declaration::Bounds;
use kouan_rulebook::format::Per;
use kouan_terms::{Bilingual, Day};

pub use places::country;
pub use scope::{PackView, PartState, PartView, Row, Scope};

use crate::sources::Sources;
use crate::trace::Source;
use wording::Wording;

/// Looks values up.
#[derive(Clone, Copy, Debug)]
pub struct Resolver<'a> {
    pub(crate) sources: &'a Sources<'a>,
    pub(crate) pack: Option<&'a PackView>,
    pub(crate) wording: Wording<'a>,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A value.
    Value(Value),
    /// Nothing is known.
    Gap(Gap),
}

/// A value, in words and as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// In words.
    pub words: Bilingual,
    /// As it is compared.
    pub plain: Plain,
    /// What it rests on.
    pub sources: Vec<Source>,
}

/// A value as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    /// Yes or no.
    YesNo(bool),
    /// A word of a closed set.
    Word(Box<str>),
    /// A number that is known or bounded.
    Count(Bounds),
    /// A day.
    Day(Day),
    /// Words.
    Text,
    /// So many rows or members.
    List(usize),
    /// It does not concern the filing.
    NotApplicable,
}

/// Something that is not known, and who could tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The path or question.
    pub path: Box<str>,
    /// What it is of: `flow:payroll`; empty for the handler.
    pub of: Box<str>,
    /// What it is called.
    pub name: Bilingual,
}

impl<'a> Resolver<'a> {
    /// A resolver without a pack.
    #[must_use]
    pub fn new(sources: &'a Sources<'a>) -> Resolver<'a> {
        Resolver { sources, pack: None, wording: Wording::new(sources.papers.formats()) }
    }

    /// A resolver that also knows the pack that is being made.
    #[must_use]
    pub fn with_pack(sources: &'a Sources<'a>, pack: &'a PackView) -> Resolver<'a> {
        Resolver { pack: Some(pack), ..Resolver::new(sources) }
    }

    /// Looks up a path in a scope.
    #[must_use]
    pub fn find(&self, path: &str, scope: &Scope) -> Found {
        if self.is_proposed(path)
            && let Some(found @ Found::Value(_)) = self.answered(path, scope)
        {
            return found;
        }
        if let Some(value) = self.known(path, scope) {
            return Found::Value(value);
        }
        match self.answered(path, scope) {
            Some(found) => found,
            None => Found::Gap(self.gap(path, scope)),
        }
    }

    /// Whether what is known at a path only proposes an answer: the comment of a column, in
    /// whatever language it was written, gives way to what a person says the column holds.
    #[must_use]
    pub fn is_proposed(&self, path: &str) -> bool {
        let question = self.sources.papers.question(path);
        question.is_some_and(|entry| entry.text.prefill.as_deref() == Some("inventory"))
    }

    /// What is known without asking a person.
    #[must_use]
    pub fn known(&self, path: &str, scope: &Scope) -> Option<Value> {
        if let Some(rest) = path.strip_prefix("row.") {
            return scope.row.as_ref()?.cell(rest);
        }
        let direct = self.computed(path, scope).or_else(|| self.declared(path, scope));
        direct.or_else(|| {
            let question = self.sources.papers.question(path)?;
            let mut places = question.text.prefill_at.iter().filter(|place| **place != path);
            places.find_map(|place| self.declared(place, scope))
        })
    }

    /// What a path is asked of: as its question or value says; a fact of a flow, of the flow.
    #[must_use]
    pub fn per_of(&self, path: &str) -> Per {
        const OF_FLOWS: [&str; 6] = ["flow.", "claim.", "recipient.", "list.", "ota.", "scenario."];
        let papers = self.sources.papers;
        let question = papers.question(path).map(|question| question.text.per);
        let value = || papers.value(path).map(|value| value.text.per);
        question.or_else(value).unwrap_or_else(|| {
            let of_flow = OF_FLOWS.iter().any(|first| path.starts_with(first));
            if of_flow { Per::Flow } else { Per::Handler }
        })
    }

    /// The gap at a path.
    #[must_use]
    pub fn gap(&self, path: &str, scope: &Scope) -> Gap {
        let papers = self.sources.papers;
        let fact = || {
            let index = self.sources.book.fact_index(path)?;
            self.sources.book.facts.get(index).map(|fact| fact.name.clone())
        };
        let name = papers.name_of(path).or_else(fact).unwrap_or_else(|| wording::same(path));
        let of = scope.of(self.sources, self.per_of(path)).map(|of| of.label()).unwrap_or_default();
        Gap { path: path.into(), of: of.into(), name }
    }

    /// A day in words.
    #[must_use]
    pub fn day_words(&self, day: Day) -> Bilingual {
        self.wording.day(day)
    }

    /// The words of a gap.
    #[must_use]
    pub fn gap_words(&self, gap: &Gap) -> Bilingual {
        self.wording.gap(&gap.name)
    }
}

/// The day so many months after another; the last day of the month when there is no such day.
#[must_use]
pub fn months_after(day: Day, months: u32) -> Option<Day> {
    day.checked_add(jiff::Span::new().try_months(months).ok()?).ok()
}
