//! Signs of important data: what to look into, never a verdict.

use kouan_rulebook::classes::{Candidate as Rule, Classes, PersonsOf, Setting};
use kouan_terms::ClassId;

use super::evidence::Place;
use crate::lexicon::Lexicon;

/// A table with what was found in it, as far as important data goes.
#[derive(Clone, Debug)]
pub struct TableFound<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its comment.
    pub comment: Option<&'a str>,
    /// Its columns: name, comment, class.
    pub columns: Vec<(&'a str, Option<&'a str>, Option<&'a ClassId>)>,
    /// How many rows it has, when known.
    pub rows: Option<u64>,
    /// How many distinct natural persons are in it, when counted.
    pub persons: Option<u64>,
    /// How many of them with sensitive PI.
    pub persons_sensitive: Option<u64>,
}

/// A candidate rule that something in a table speaks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The id of the rule.
    pub rule: Box<str>,
    /// The name of the table.
    pub table: Box<str>,
    /// Why.
    pub evidence: Vec<CandidateEvidence>,
}

/// Why a table may hold important data.
#[derive(Clone, Debug, PartialEq)]
pub enum CandidateEvidence {
    /// A word of the rule stands in a name or comment.
    Word {
        /// The word of the rule.
        word: Box<str>,
        /// Where.
        place: Place,
        /// The column, when it is one.
        column: Option<Box<str>>,
    },
    /// A class of the rule is there.
    Class {
        /// The class.
        class: ClassId,
        /// The column.
        column: Box<str>,
    },
    /// As many rows as the rule asks.
    Rows {
        /// Rows of the table.
        rows: u64,
        /// Rows from which the rule speaks.
        at_least: u64,
    },
    /// As many persons as the rule asks.
    Persons {
        /// Persons in the table.
        persons: u64,
        /// Persons from which the rule speaks.
        at_least: u64,
    },
    /// The rule asks for a volume that is not known here.
    VolumeUnknown,
}

/// The candidate rules that speak of a table on that day, in that setting, in the order of the
/// rulebook. A volume that is not known does not silence a rule; one that is too small does.
#[must_use]
pub fn candidates(
    classes: &Classes,
    table: &TableFound<'_>,
    setting: &Setting<'_>,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for rule in classes.candidates() {
        if !rule.concerns(classes, setting) {
            continue;
        }
        if let Some(evidence) = evidence(rule, table) {
            found.push(Candidate { rule: rule.id.clone(), table: table.name.into(), evidence });
        }
    }
    found
}

fn evidence(rule: &Rule, table: &TableFound<'_>) -> Option<Vec<CandidateEvidence>> {
    let words = words(rule, table);
    let classes: Vec<CandidateEvidence> = table
        .columns
        .iter()
        .filter_map(|(name, _, class)| {
            let class = class.filter(|class| rule.classes.contains(class))?;
            Some(CandidateEvidence::Class { class: class.clone(), column: (*name).into() })
        })
        .collect();
    if words.is_empty() && rule.words.all().next().is_some()
        || classes.is_empty() && !rule.classes.is_empty()
    {
        return None;
    }
    let mut found = words;
    found.extend(classes);
    let volume = volume(rule, table)?;
    let only_unknown = found.is_empty() && volume == [CandidateEvidence::VolumeUnknown];
    found.extend(volume);
    (!found.is_empty() && !only_unknown).then_some(found)
}

/// The volumes that are large enough; `None` when one is known to be too small.
fn volume(rule: &Rule, table: &TableFound<'_>) -> Option<Vec<CandidateEvidence>> {
    let mut found = Vec::new();
    if let Some(at_least) = rule.rows_at_least {
        match table.rows {
            Some(rows) if rows < at_least => return None,
            Some(rows) => found.push(CandidateEvidence::Rows { rows, at_least }),
            None => found.push(CandidateEvidence::VolumeUnknown),
        }
    }
    let above = rule.persons_above.map(|above| above.saturating_add(1));
    if let Some(at_least) = rule.persons_at_least.or(above) {
        let persons = match rule.persons_of {
            PersonsOf::Any => table.persons,
            PersonsOf::Sensitive => table.persons_sensitive,
            PersonsOf::General => match (table.persons, table.persons_sensitive) {
                (Some(all), Some(sensitive)) => Some(all.saturating_sub(sensitive)),
                _ => None,
            },
        };
        match persons {
            Some(persons) if persons < at_least => return None,
            Some(persons) => found.push(CandidateEvidence::Persons { persons, at_least }),
            None => found.push(CandidateEvidence::VolumeUnknown),
        }
    }
    found.dedup();
    Some(found)
}

fn words(rule: &Rule, table: &TableFound<'_>) -> Vec<CandidateEvidence> {
    let phrases: Vec<(&str, Vec<String>)> = rule
        .words
        .all()
        .map(|(_, phrase)| (phrase.as_str(), Lexicon::folded(phrase.as_str())))
        .collect();
    let mut found = Vec::new();
    let mut look = |text: &str, place: Place, column: Option<&str>| {
        let text = Lexicon::folded(text);
        for (word, phrase) in &phrases {
            if !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase) {
                let (word, column) = ((*word).into(), column.map(Into::into));
                found.push(CandidateEvidence::Word { word, place, column });
                return;
            }
        }
    };
    look(table.name, Place::Table, None);
    if let Some(comment) = table.comment {
        look(comment, Place::Table, None);
    }
    for (name, comment, _) in &table.columns {
        look(name, Place::Name, Some(name));
        if let Some(comment) = comment {
            look(comment, Place::Comment, Some(name));
        }
    }
    found
}
