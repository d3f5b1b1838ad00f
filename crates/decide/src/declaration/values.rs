//! One value at a time: from a node of the tree to an answer, or a finding.

use std::ops::Range;

use kouan_rulebook::{Fact, FactKind};
use kouan_terms::{Day, Diagnostic, PersonCount, parse_day};

use super::findings::Findings;
use super::nearest::{is_unprintable, listed, nearest, shown};
use super::tree::{Entry, Node, Value};
use super::{Bounds, FieldKind, Stated, countries, credit_code, limits};

/// Reads single values; `key` names the key in findings.
pub(super) struct Values<'a, 't> {
    pub(super) findings: &'a mut Findings<'t>,
}

impl Values<'_, '_> {
    fn refuse<T>(&mut self, bytes: &Range<usize>, code: &'static str, key: &str) -> Option<T> {
        self.findings.add(bytes, || Diagnostic::error(code).with("key", shown(key)));
        None
    }

    /// A value of the wrong type; a null gets a finding of its own, as it is so often meant well.
    fn wrong_type<T>(&mut self, node: &Node<'_>, code: &'static str, key: &str) -> Option<T> {
        let code = if matches!(node.value, Value::Null) { "DC124" } else { code };
        self.refuse(&node.bytes, code, key)
    }

    pub(super) fn text<'n>(&mut self, node: &'n Node<'_>, key: &str) -> Option<&'n str> {
        let Value::Text(text) = &node.value else {
            return self.wrong_type(node, "DC133", key);
        };
        let length = text.chars().count();
        if length > limits::STRING_CHARACTERS {
            self.findings.add(&node.bytes, || {
                Diagnostic::error("DC105")
                    .with("key", shown(key))
                    .with("length", length)
                    .with("limit", limits::STRING_CHARACTERS)
            });
            return None;
        }
        if text.chars().any(|c| is_unprintable(c) && c != '\n' && c != '\t' && c != '\r') {
            return self.refuse(&node.bytes, "DC170", key);
        }
        if text.trim().is_empty() {
            return self.refuse(&node.bytes, "DC171", key);
        }
        Some(text)
    }

    pub(super) fn id(&mut self, node: &Node<'_>, key: &str) -> Option<Box<str>> {
        let text = self.text(node, key)?;
        if is_id(text) {
            return Some(text.into());
        }
        self.findings.add(&node.bytes, || {
            Diagnostic::error("DC160").with("key", key).with("limit", limits::ID_CHARACTERS)
        });
        None
    }

    pub(super) fn yes_no(&mut self, node: &Node<'_>, key: &str) -> Option<bool> {
        match node.value {
            Value::YesNo(yes) => Some(yes),
            _ => self.wrong_type(node, "DC130", key),
        }
    }

    pub(super) fn day(&mut self, node: &Node<'_>, key: &str) -> Option<Day> {
        let day = match &node.value {
            Value::Day(day) => *day,
            Value::Text(text) if text.len() == 10 => match parse_day(text) {
                Ok(day) => day,
                Err(_) => {
                    self.findings.add(&node.bytes, || Diagnostic::error("DC167"));
                    return None;
                }
            },
            _ => return self.wrong_type(node, "DC134", key),
        };
        if (limits::FIRST_YEAR..=limits::LAST_YEAR).contains(&day.year()) {
            return Some(day);
        }
        self.findings.add(&node.bytes, || {
            Diagnostic::error("DC168")
                .with("key", key)
                .with("first", limits::FIRST_YEAR)
                .with("last", limits::LAST_YEAR)
        });
        None
    }

    pub(super) fn credit_code(&mut self, node: &Node<'_>, key: &str) -> Option<Box<str>> {
        let text = self.text(node, key)?;
        let code = match credit_code::check(text) {
            Ok(()) => return Some(text.into()),
            Err(credit_code::Flaw::Form) => "DC161",
            Err(credit_code::Flaw::OrganisationCheck) => "DC163",
            Err(credit_code::Flaw::Check) => "DC162",
        };
        self.refuse(&node.bytes, code, key)
    }

    pub(super) fn country(&mut self, node: &Node<'_>, key: &str) -> Option<Box<str>> {
        let text = self.text(node, key)?;
        if countries::is_known(text) {
            return Some(text.into());
        }
        self.refuse(&node.bytes, "DC164", key)
    }

    pub(super) fn countries(&mut self, node: &Node<'_>, key: &str) -> Option<Vec<Box<str>>> {
        let Value::List(items) = &node.value else {
            return self.wrong_type(node, "DC137", key);
        };
        // Each item is looked at, so that every wrong one is found.
        let read: Vec<Option<Box<str>>> =
            items.iter().map(|item| self.country(item, key)).collect();
        read.into_iter().collect()
    }

    pub(super) fn names(&mut self, node: &Node<'_>, key: &str) -> Option<Vec<Box<str>>> {
        let Value::List(items) = &node.value else {
            return self.wrong_type(node, "DC215", key);
        };
        let read: Vec<Option<Box<str>>> =
            items.iter().map(|item| self.text(item, key).map(Box::from)).collect();
        read.into_iter().collect()
    }

    pub(super) fn edition(&mut self, node: &Node<'_>, key: &str) -> Option<Box<str>> {
        let text = self.text(node, key)?;
        match text.split_once('/') {
            Some((area, day)) if is_id(area) && parse_day(day).is_ok() => Some(text.into()),
            _ => self.refuse(&node.bytes, "DC165", key),
        }
    }

    pub(super) fn scenario(&mut self, node: &Node<'_>, key: &str) -> Option<Box<str>> {
        let text = self.text(node, key)?;
        match text.split_once('/') {
            Some((sector, scenario)) if is_id(sector) && is_id(scenario) => Some(text.into()),
            _ => self.refuse(&node.bytes, "DC166", key),
        }
    }

    pub(super) fn kind(&mut self, node: &Node<'_>, key: &str) -> Option<FieldKind> {
        let words = FieldKind::ALL.map(FieldKind::word);
        let word = self.word(node, key, &words)?;
        FieldKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    fn word<'w>(&mut self, node: &Node<'_>, key: &str, words: &[&'w str]) -> Option<&'w str> {
        let Value::Text(text) = &node.value else {
            self.findings.add(&node.bytes, || match node.value {
                Value::Null => Diagnostic::error("DC124").with("key", key),
                _ => unknown_word(key, "", words),
            });
            return None;
        };
        let known = words.iter().copied().find(|word| *word == text);
        if known.is_none() {
            self.findings.add(&node.bytes, || unknown_word(key, text, words));
        }
        known
    }

    /// The answer to a fact: bare, or `{ is = …, evidence = "…" }`.
    pub(super) fn fact(
        &mut self,
        fact: &Fact,
        node: &Node<'_>,
        key: &str,
    ) -> Option<(Stated, Option<Box<str>>, Range<usize>)> {
        let Some(entries) = node.entries() else {
            return Some((self.stated(fact, node, key)?, None, node.bytes.clone()));
        };
        let allowed: &[&str] = match fact.kind {
            FactKind::Persons => &["is", "at_least", "at_most", "evidence"],
            FactKind::YesNo | FactKind::OneOf(_) => &["is", "evidence"],
        };
        let known = self.only(entries, allowed);
        let evidence = match find(entries, "evidence") {
            Some(entry) => Some(self.text(&entry.node, "evidence")?.into()),
            None => None,
        };
        let (stated, bytes) = match (find(entries, "is"), &fact.kind) {
            (Some(entry), FactKind::Persons) if range_of(entries).is_some() => {
                return self.refuse(&entry.key_bytes, "DC155", key);
            }
            (Some(entry), _) => (self.stated(fact, &entry.node, key)?, entry.node.bytes.clone()),
            (None, FactKind::Persons) => {
                (Stated::Count(self.range(entries, &node.bytes, key)?), node.bytes.clone())
            }
            (None, _) => {
                self.findings.add(&node.bytes, || {
                    Diagnostic::error("DC123").with("key", format!("{key}.is"))
                });
                return None;
            }
        };
        known.then_some((stated, evidence, bytes))
    }

    fn stated(&mut self, fact: &Fact, node: &Node<'_>, key: &str) -> Option<Stated> {
        match &fact.kind {
            FactKind::YesNo => self.yes_no(node, key).map(Stated::YesNo),
            FactKind::OneOf(words) => {
                let words: Vec<&str> = words.iter().map(|(word, _)| &**word).collect();
                self.word(node, key, &words).map(|word| Stated::Word(word.into()))
            }
            FactKind::Persons => self.number(node, key).map(|n| Stated::Count(Bounds::exactly(n))),
        }
    }

    /// A count: a number, or `{ at_least, at_most }`.
    pub(super) fn persons(&mut self, node: &Node<'_>, key: &str) -> Option<Bounds> {
        let Some(entries) = node.entries() else {
            return self.number(node, key).map(Bounds::exactly);
        };
        let known = self.only(entries, &["at_least", "at_most"]);
        self.range(entries, &node.bytes, key).filter(|_| known)
    }

    fn range(&mut self, entries: &[Entry<'_>], bytes: &Range<usize>, key: &str) -> Option<Bounds> {
        if range_of(entries).is_none() {
            return self.refuse(bytes, "DC154", key);
        }
        let (low, high) = (find(entries, "at_least"), find(entries, "at_most"));
        let at_least = low.map(|entry| self.number(&entry.node, key));
        let at_most = high.map(|entry| self.number(&entry.node, key));
        let at_least = at_least.unwrap_or(Some(0))?;
        let at_most = match at_most {
            Some(read) => Some(read?),
            None => None,
        };
        match (at_most, high) {
            (Some(at_most), Some(entry)) if at_least > at_most => {
                self.findings.add(&entry.node.bytes, || reversed(key, at_least, at_most));
                None
            }
            _ => Some(Bounds { at_least, at_most }),
        }
    }

    fn number(&mut self, node: &Node<'_>, key: &str) -> Option<u64> {
        match node.value {
            Value::Whole(number) => match count(number) {
                Ok(count) => Some(count),
                Err(code) => {
                    self.findings.add(&node.bytes, || impossible(code, key));
                    None
                }
            },
            Value::NotWhole => self.refuse(&node.bytes, "DC151", key),
            _ => self.wrong_type(node, "DC132", key),
        }
    }

    /// Finds the keys of a value's table that are not allowed in it.
    fn only(&mut self, entries: &[Entry<'_>], allowed: &[&str]) -> bool {
        let mut known = true;
        for entry in entries.iter().filter(|entry| !allowed.contains(&&*entry.key)) {
            known = false;
            self.findings.add(&entry.key_bytes, || unknown_key(&entry.key, allowed));
        }
        known
    }
}

/// Whether it is made of letters, digits, `.`, `_` and `-`, and begins with a letter or digit.
pub(super) fn is_id(text: &str) -> bool {
    text.len() <= limits::ID_CHARACTERS
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
}

/// A number of persons, or the code that says why it cannot be one.
pub(super) fn count(number: i128) -> Result<u64, &'static str> {
    if number < 0 {
        return Err("DC150");
    }
    let count = u64::try_from(number).map_err(|_| "DC152")?;
    if count < PersonCount::LIMIT.0 { Ok(count) } else { Err("DC152") }
}

/// The finding about a number that no count can be.
pub(super) fn impossible(code: &'static str, key: &str) -> Diagnostic {
    let finding = Diagnostic::error(code).with("key", key);
    match code {
        "DC152" => finding.with("limit", PersonCount::LIMIT),
        _ => finding,
    }
}

/// The finding about a range whose ends are the wrong way round.
pub(super) fn reversed(key: &str, at_least: u64, at_most: u64) -> Diagnostic {
    Diagnostic::error("DC153")
        .with("key", key)
        .with("at_least", PersonCount(at_least))
        .with("at_most", PersonCount(at_most))
}

/// The finding about a word outside a closed set; the word itself is not repeated.
pub(super) fn unknown_word(key: &str, written: &str, words: &[&str]) -> Diagnostic {
    let allowed = listed(words.iter().copied());
    match nearest(written, words.iter().copied()) {
        Some(near) => Diagnostic::error("DC141")
            .with("key", key)
            .with("allowed", allowed)
            .with("nearest", near),
        None => Diagnostic::error("DC140").with("key", key).with("allowed", allowed),
    }
}

/// The finding about a key that may not stand here.
pub(super) fn unknown_key(written: &str, allowed: &[&str]) -> Diagnostic {
    let list = listed(allowed.iter().copied());
    match nearest(written, allowed.iter().copied()) {
        Some(near) => Diagnostic::error("DC121")
            .with("key", shown(written))
            .with("allowed", list)
            .with("nearest", near),
        None => Diagnostic::error("DC120").with("key", shown(written)).with("allowed", list),
    }
}

fn find<'n, 't>(entries: &'n [Entry<'t>], key: &str) -> Option<&'n Entry<'t>> {
    entries.iter().find(|entry| entry.key == key)
}

fn range_of<'n, 't>(entries: &'n [Entry<'t>]) -> Option<&'n Entry<'t>> {
    find(entries, "at_least").or_else(|| find(entries, "at_most"))
}
