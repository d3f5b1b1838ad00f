//! Conditions, resolved: facts by their place in the book, counts as half-open ranges.

use kouan_terms::{Diagnostic, Place};
use toml::Spanned;

use crate::fact::{Fact, FactKind};
use crate::format::{Boundary, ComparisonText, Literal, WhenText};

/// A condition: all of `all`, one of `any` (when given), none of `none`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// Every one must hold.
    pub all: Vec<Comparison>,
    /// At least one must hold, when any are given.
    pub any: Vec<Comparison>,
    /// None may hold.
    pub none: Vec<Comparison>,
}

impl Condition {
    /// Every comparison, wherever it stands.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.all.iter().chain(&self.any).chain(&self.none)
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.comparisons().next().is_none()
    }
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub subject: Subject,
    /// With what.
    pub test: Test,
    /// The exact lower figure may or may not be inside: at it, the comparison is a doubt.
    pub unverified: bool,
    /// Where it stands.
    pub bytes: std::ops::Range<usize>,
}

/// What a comparison asks about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A fact, by its place in [`crate::Book::facts`].
    Fact(usize),
    /// A named intermediate fact.
    Notion(Box<str>),
}

/// What a comparison compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Yes or no.
    Is(bool),
    /// One of these words, by their places in the fact's values.
    Words(Vec<usize>),
    /// A count in `[from, until)`.
    Count {
        /// The smallest count inside.
        from: u64,
        /// The smallest count above, if there is an upper end.
        until: Option<u64>,
    },
}

/// Resolves conditions of one file against the facts.
pub(crate) struct Resolver<'a> {
    pub facts: &'a [Fact],
    pub file: &'a str,
}

impl Resolver<'_> {
    /// Resolves a condition; what does not resolve is a finding and is left out.
    pub fn condition(&self, text: &WhenText, findings: &mut Vec<Diagnostic>) -> Condition {
        let mut part = |comparisons: &[Spanned<ComparisonText>]| {
            let resolved = comparisons.iter().filter_map(|c| match self.comparison(c) {
                Ok(comparison) => Some(comparison),
                Err(finding) => {
                    findings.push(finding);
                    None
                }
            });
            resolved.collect()
        };
        let all = part(&text.all);
        let any = part(&text.any);
        Condition { all, any, none: part(&text.none) }
    }

    fn comparison(&self, spanned: &Spanned<ComparisonText>) -> Result<Comparison, Diagnostic> {
        let text = spanned.as_ref();
        let place = Place::at(self.file, spanned.span());
        let finding = |code: &'static str| Diagnostic::error(code).at(place.clone());
        let (subject, kind) = match (&text.fact, &text.notion) {
            (Some(id), None) => {
                let found = self.facts.iter().position(|fact| fact.id.as_str() == id);
                let index = found.ok_or_else(|| finding("RB120").with("fact", id))?;
                (Subject::Fact(index), self.facts.get(index).map(|fact| &fact.kind))
            }
            (None, Some(id)) => (Subject::Notion(id.as_str().into()), Some(&FactKind::YesNo)),
            _ => return Err(finding("RB121")),
        };
        let Some(kind) = kind else { return Err(finding("RB121")) };
        let test = test_of(text, kind).ok_or_else(|| finding("RB122"))?;
        let lower = matches!(test, Test::Count { from, .. } if from > 0);
        let unverified = text.boundary == Some(Boundary::Unverified);
        if unverified && !lower {
            return Err(finding("RB122"));
        }
        Ok(Comparison { subject, test, unverified, bytes: spanned.span() })
    }
}

/// The test a comparison makes; `None` when its operators do not fit the kind of fact.
fn test_of(text: &ComparisonText, kind: &FactKind) -> Option<Test> {
    let bounds = [text.at_least, text.below, text.above, text.at_most];
    let has_bounds = bounds.iter().any(Option::is_some);
    match kind {
        FactKind::YesNo => match (&text.is, &text.any_of, has_bounds) {
            (Some(Literal::YesNo(value)), None, false) => Some(Test::Is(*value)),
            _ => None,
        },
        FactKind::OneOf(values) => {
            let words: Vec<&str> = match (&text.is, &text.any_of, has_bounds) {
                (Some(Literal::Word(word)), None, false) => vec![word],
                (None, Some(words), false) => words.iter().map(String::as_str).collect(),
                _ => return None,
            };
            let place = |word: &&str| values.iter().position(|(value, _)| **value == **word);
            words.iter().map(place).collect::<Option<Vec<_>>>().map(Test::Words)
        }
        FactKind::Persons => count_test(text, has_bounds),
    }
}

fn count_test(text: &ComparisonText, has_bounds: bool) -> Option<Test> {
    if text.any_of.is_some() {
        return None;
    }
    match (&text.is, has_bounds) {
        (Some(Literal::Count(n)), false) => Some(Test::Count { from: *n, until: n.checked_add(1) }),
        (None, true) => {
            let from = match (text.at_least, text.above) {
                (Some(n), None) => n,
                (None, Some(n)) => n.checked_add(1)?,
                (None, None) => 0,
                (Some(_), Some(_)) => return None,
            };
            let until = match (text.below, text.at_most) {
                (Some(n), None) => Some(n),
                (None, Some(n)) => Some(n.checked_add(1)?),
                (None, None) => None,
                (Some(_), Some(_)) => return None,
            };
            (until.is_none_or(|until| from < until)).then_some(Test::Count { from, until })
        }
        _ => None,
    }
}
