//! Everything that cites, holds for a time and says something, seen alike.

use kouan_terms::{Bilingual, DaySpan};

use crate::book::{Book, Cite, Rule, Standing};
use crate::condition::{Condition, Subject};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Rule,
    /// Takes its days and its citation from its list.
    ListRule,
    Notion,
    Duty,
    Limit,
    Change,
    Age,
}

/// An entry of the book.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub what: What,
    pub id: &'a str,
    pub span: DaySpan,
    pub ended_by: Option<&'a str>,
    pub cite: &'a Cite,
    pub also: &'a [Cite],
    pub says: &'a Bilingual,
    pub when: Option<&'a Condition>,
    pub standing: &'a Standing,
}

impl<'a> Entry<'a> {
    /// Every citation of the entry.
    pub fn cites(&self) -> impl Iterator<Item = &'a Cite> {
        std::iter::once(self.cite).chain(self.also)
    }

    /// The notions its condition asks for.
    pub fn notions(&self) -> impl Iterator<Item = &'a str> {
        self.when.into_iter().flat_map(notions_of)
    }

    fn of_rule(what: What, rule: &'a Rule) -> Entry<'a> {
        Entry {
            ended_by: rule.ended_by.as_deref(),
            also: &rule.also,
            when: Some(&rule.when),
            ..Entry::new(what, rule.id.as_str(), rule.span, &rule.cite, &rule.says, &rule.standing)
        }
    }

    fn new(
        what: What,
        id: &'a str,
        span: DaySpan,
        cite: &'a Cite,
        says: &'a Bilingual,
        standing: &'a Standing,
    ) -> Entry<'a> {
        Entry { what, id, span, ended_by: None, cite, also: &[], says, when: None, standing }
    }
}

/// The notions a condition asks for.
pub(super) fn notions_of(when: &Condition) -> impl Iterator<Item = &str> {
    when.comparisons().filter_map(|comparison| match &comparison.subject {
        Subject::Notion(id) => Some(&**id),
        Subject::Fact(_) => None,
    })
}

/// Every entry: rules, rules of lists, notions, duties, limits, changes and ages.
pub(super) fn entries(book: &Book) -> Vec<Entry<'_>> {
    let listed = book.editions.iter().flat_map(|edition| &edition.sectors);
    let listed = listed.flat_map(|sector| &sector.rules);
    let mut all: Vec<Entry<'_>> =
        book.rules.iter().map(|rule| Entry::of_rule(What::Rule, rule)).collect();
    all.extend(listed.map(|listed| Entry::of_rule(What::ListRule, &listed.rule)));
    all.extend(book.notions.iter().map(|n| Entry {
        when: Some(&n.when),
        ..Entry::new(What::Notion, &n.id, n.span, &n.cite, &n.says, &n.standing)
    }));
    all.extend(book.duties.iter().map(|d| Entry {
        also: &d.also,
        when: Some(&d.when),
        ..Entry::new(What::Duty, d.id.as_str(), d.span, &d.cite, &d.says, &d.standing)
    }));
    all.extend(book.limits.iter().map(|l| Entry {
        when: Some(&l.when),
        ..Entry::new(What::Limit, l.id.as_str(), l.span, &l.cite, &l.step, &l.standing)
    }));
    all.extend(
        book.changes.iter().map(|c| {
            Entry::new(What::Change, c.id.as_str(), c.span, &c.cite, &c.says, &c.standing)
        }),
    );
    all.extend(book.ages.iter().map(|a| Entry {
        also: &a.also,
        ..Entry::new(What::Age, a.id.as_str(), a.span, &a.cite, &a.says, &a.standing)
    }));
    all
}
