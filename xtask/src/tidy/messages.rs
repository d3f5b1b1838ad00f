//! The messages: both languages, the same placeholders, every code used and every use defined.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{File, Finding, Tree};

/// The families of codes; `STYLE.md` names them.
const FAMILIES: &[&str] =
    &["RB", "SC", "DC", "PM", "FL", "GT", "RL", "LG", "MT", "AC", "LB", "WB", "CL"];
const SEVERITIES: &[&str] = &["error", "warning", "note", "undetermined"];

/// A sentence in both languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    /// Chinese.
    pub(crate) zh: String,
    /// English.
    pub(crate) en: String,
}

/// A line of what we know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    /// What it is.
    pub(crate) name: Pair,
    /// Its value: a placeholder, or words in both languages.
    pub(crate) value: FactValue,
}

/// The value of a line of what we know.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum FactValue {
    /// The same in both languages.
    Same(String),
    /// Words.
    Words(Pair),
}

/// One message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    /// Error, warning, note or undetermined.
    pub(crate) severity: String,
    /// What is wrong.
    pub(crate) says: Pair,
    /// The text under the caret.
    pub(crate) label: Option<Pair>,
    /// What we know.
    #[serde(default)]
    pub(crate) facts: Vec<Fact>,
    /// What was not done.
    pub(crate) undone: Option<Pair>,
    /// One step that helps.
    pub(crate) hint: Option<Pair>,
    /// The longer explanation.
    pub(crate) page: Option<Pair>,
}

impl Message {
    /// Every pair of the message, by name.
    fn pairs(&self) -> Vec<(&'static str, &Pair)> {
        let single = [
            ("label", &self.label),
            ("undone", &self.undone),
            ("hint", &self.hint),
            ("page", &self.page),
        ];
        let mut pairs = vec![("says", &self.says)];
        pairs.extend(single.into_iter().filter_map(|(name, pair)| Some((name, pair.as_ref()?))));
        for fact in &self.facts {
            pairs.push(("facts.name", &fact.name));
            if let FactValue::Words(words) = &fact.value {
                pairs.push(("facts.value", words));
            }
        }
        pairs
    }
}

/// The messages of one file, by code.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, Message>, toml::de::Error> {
    toml::from_str(text)
}

/// The files of messages.
pub(crate) fn files(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.ending(".toml").filter(|file| file.path.starts_with("messages/"))
}

/// Checks the messages against each other and against the code.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut defined = BTreeSet::new();
    let used = used(tree);
    let outside_tests: BTreeSet<&str> =
        used.iter().filter(|used| !used.in_test).map(|used| used.code).collect();
    for file in files(tree) {
        let messages = match parse(file.text()) {
            Ok(messages) => messages,
            Err(error) => {
                let line = error.span().map_or(1, |span| line_at(file.text(), span.start));
                let what = error.message().to_owned();
                found.push(Finding::at(&file.path, line, what, "see messages/README.md"));
                continue;
            }
        };
        one_family(file, &messages, &mut found);
        for (code, message) in messages {
            let line = line_of(file, &code);
            for (what, why) in complaints(&message) {
                found.push(Finding::at(&file.path, line, format!("{code}: {what}"), why));
            }
            if !outside_tests.contains(code.as_str()) {
                let why = "a message nobody sends is deleted";
                found.push(Finding::at(&file.path, line, format!("{code} is never used"), why));
            }
            if let Some(code) = defined.replace(code) {
                let what = format!("{code} is defined twice");
                found.push(Finding::at(&file.path, line, what, "a code means one thing"));
            }
        }
    }
    for Used { code, path, line, .. } in used.iter().filter(|used| !defined.contains(used.code)) {
        let what = format!("{code} has no message");
        found.push(Finding::at(path, *line, what, "every code has words in messages/"));
    }
    found
}

/// Whether a text is a code of ours: a family and three digits.
pub(crate) fn is_code(text: &str) -> bool {
    let digits = FAMILIES.iter().find_map(|family| text.strip_prefix(family));
    digits.is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()))
}

struct Used<'a> {
    code: &'a str,
    path: &'a str,
    line: usize,
    in_test: bool,
}

/// The codes that stand alone in a string somewhere in `crates/`.
fn used(tree: &Tree) -> Vec<Used<'_>> {
    let mut used = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with("crates/")) {
        for (index, line) in file.rust.iter().enumerate() {
            let in_test = line.in_test || file.is_test();
            for code in line.strings.iter().filter(|string| is_code(string)) {
                used.push(Used { code, path: &file.path, line: index + 1, in_test });
            }
        }
    }
    used
}

fn one_family(file: &File, messages: &BTreeMap<String, Message>, found: &mut Vec<Finding>) {
    let why = "a code is a family of two letters and three digits, one family a file";
    for code in messages.keys().filter(|code| !is_code(code)) {
        let what = format!("`{code}` is no code");
        found.push(Finding::at(&file.path, line_of(file, code), what, why));
    }
    let families: BTreeSet<_> = messages.keys().filter_map(|code| code.get(..2)).collect();
    if families.len() > 1 {
        let families: Vec<_> = families.into_iter().collect();
        let what = format!("families {} in one file", families.join(" and "));
        found.push(Finding::file(&file.path, what, why));
    }
}

type Complaint = (String, &'static str);

fn complaints(message: &Message) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if !SEVERITIES.contains(&message.severity.as_str()) {
        let what = format!("severity `{}`", message.severity);
        complaints.push((what, "error, warning, note or undetermined"));
    }
    for (name, pair) in message.pairs() {
        let Pair { zh, en } = pair;
        if zh.trim().is_empty() || en.trim().is_empty() {
            complaints.push((format!("`{name}` is empty"), "both languages say it"));
        }
        if placeholders(zh) != placeholders(en) {
            let what = format!("`{name}` has other placeholders in zh than in en");
            complaints.push((what, "both languages say the same"));
        }
        if let Some(mark) = half_width(zh) {
            let what = format!("`{name}` has `{mark}` beside a Chinese character");
            complaints.push((what, "Chinese takes full-width punctuation"));
        }
        if name != "page" && (en.ends_with('.') || zh.ends_with('。')) {
            complaints.push((format!("`{name}` ends with a full stop"), "STYLE.md, messages"));
        }
        if matches!(name, "says" | "label" | "undone") && begins_upper(en) {
            complaints.push((format!("`{name}` begins with a capital"), "STYLE.md, messages"));
        }
    }
    complaints
}

/// The names between braces.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let name = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    parts.map(|(name, _)| name).filter(name).filter(|name| !name.is_empty()).collect()
}

/// A half-width mark right after a Chinese character, outside code.
fn half_width(text: &str) -> Option<char> {
    let prose = text.split('`').step_by(2);
    prose.into_iter().find_map(|prose| {
        let pairs = prose.chars().zip(prose.chars().skip(1));
        let mut marks = pairs.filter(|(before, mark)| {
            ('\u{4E00}'..='\u{9FFF}').contains(before)
                && matches!(mark, ',' | ';' | ':' | '?' | '!' | '(')
        });
        marks.next().map(|(_, mark)| mark)
    })
}

/// A capital that begins a word; abbreviations (`PI`, `TOML`) may stand first.
fn begins_upper(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().is_some_and(char::is_uppercase);
    first && characters.next().is_some_and(char::is_lowercase)
}

fn line_of(file: &File, code: &str) -> usize {
    let head = format!("[{code}]");
    file.text().lines().position(|line| line.trim() == head).map_or(1, |index| index + 1)
}

fn line_at(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(1, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[DC101]\nseverity = \"error\"\n\
        says = { zh = \"未知的键 `{key}`\", en = \"unknown key `{key}`\" }\n";

    fn whats(messages: &str, code: &str) -> Vec<String> {
        let files = [("messages/decide.toml", messages), ("crates/decide/src/a.rs", code)];
        check(&Tree::of(&files)).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_message_in_both_languages_that_is_used_passes() {
        assert_eq!(whats(GOOD, "f(\"DC101\")"), [""; 0]);
    }

    #[test]
    fn unused_undefined_and_uneven_messages_are_found() {
        assert_eq!(whats(GOOD, ""), ["DC101 is never used"]);
        assert_eq!(whats(GOOD, "#[cfg(test)]\nf(\"DC101\")"), ["DC101 is never used"]);
        assert_eq!(whats("", "f(\"DC102\", \"XX102\")"), ["DC102 has no message"]);
        let uneven = GOOD.replace("unknown key `{key}`", "Unknown key.");
        assert_eq!(whats(&uneven, "\"DC101\"").len(), 3);
        let half = GOOD.replace("未知的键", "未知的键,");
        assert_eq!(whats(&half, "\"DC101\"").len(), 1);
    }

    #[test]
    fn a_file_that_does_not_parse_is_found_where_it_breaks() {
        let text = "[DC101]\nseverity = \"error\"\nsays = { zh = \"甲\" }\n";
        let found = check(&Tree::of(&[("messages/decide.toml", text)]));
        assert_eq!(found.first().map(|finding| finding.line), Some(3));
    }
}
