//! The words of every finding: `messages/*.toml`, rendered with the place they are about.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use kouan_terms::{Bilingual, Diagnostic, Language, Severity};
use serde::Deserialize;

/// The families, as they stand in the repository.
const FAMILIES: [&str; 12] = [
    include_str!("../../../messages/AC.toml"),
    include_str!("../../../messages/CL.toml"),
    include_str!("../../../messages/DC.toml"),
    include_str!("../../../messages/FL.toml"),
    include_str!("../../../messages/GT.toml"),
    include_str!("../../../messages/LB.toml"),
    include_str!("../../../messages/LG.toml"),
    include_str!("../../../messages/MT.toml"),
    include_str!("../../../messages/PM.toml"),
    include_str!("../../../messages/RB.toml"),
    include_str!("../../../messages/RL.toml"),
    include_str!("../../../messages/SC.toml"),
];

/// One sentence in both languages.
#[derive(Clone, Debug, Deserialize)]
pub struct Pair {
    /// 中文。
    pub zh: String,
    /// English.
    pub en: String,
}

impl Pair {
    fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// One line of what is known: a name, and a value with placeholders.
#[derive(Clone, Debug, Deserialize)]
pub struct Known {
    name: Pair,
    value: toml::Value,
}

/// One message.
#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    /// What is wrong.
    pub says: Pair,
    label: Option<Pair>,
    #[serde(default)]
    facts: Vec<Known>,
    /// What was not done.
    pub undone: Option<Pair>,
    /// One step that helps.
    pub hint: Option<Pair>,
    /// A longer explanation.
    pub page: Option<Pair>,
}

/// What a message says of these values, in both languages, without its place and hint.
pub fn sentence<'v>(
    code: &str,
    values: impl Iterator<Item = (&'v str, &'v str)> + Clone,
) -> Option<Bilingual> {
    let message = message(code)?;
    let fill = |text: &str| {
        values.clone().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    };
    Some(Bilingual { zh: fill(&message.says.zh), en: fill(&message.says.en) })
}

/// What a finding says, in both languages, without its place and hint.
pub fn said(finding: &Diagnostic) -> Bilingual {
    let values = finding.values.iter().map(|(name, value)| (*name, value.as_str()));
    sentence(finding.code.0, values).unwrap_or_default()
}

/// The one step that helps, in both languages.
pub fn hint(finding: &Diagnostic) -> Option<Bilingual> {
    let hint = message(finding.code.0)?.hint?;
    Some(Bilingual { zh: filled(finding, &hint.zh), en: filled(finding, &hint.en) })
}

/// The message of a code.
pub fn message(code: &str) -> Option<Message> {
    let read = |text: &str| toml::from_str::<BTreeMap<String, Message>>(text).unwrap_or_default();
    FAMILIES.iter().find_map(|text| read(text).remove(code))
}

/// Prints findings: `severity[CODE]: what`, the place, what is known, what was not done, a hint.
///
/// `source` gives the text of a file by the name the findings use. A line that may hold a credit
/// code is never shown.
pub fn render(
    findings: &[Diagnostic],
    language: Language,
    colour: bool,
    source: &dyn Fn(&str) -> Option<String>,
) -> String {
    let mut out = String::new();
    let ends: Vec<String> = findings.iter().map(|finding| end_of(finding, language)).collect();
    for (place, (finding, end)) in findings.iter().zip(&ends).enumerate() {
        render_one(finding, language, colour, source, &mut out);
        // Many fields may be missing for one reason: what follows from it is said once.
        let next = findings.get(place + 1).zip(ends.get(place + 1));
        if next.is_none_or(|(other, words)| other.code != finding.code || words != end) {
            out.push_str(end);
        }
    }
    out
}

fn render_one(
    finding: &Diagnostic,
    language: Language,
    colour: bool,
    source: &dyn Fn(&str) -> Option<String>,
    out: &mut String,
) {
    let message = message(finding.code.0);
    let message = message.as_ref();
    let title = message.map_or_else(
        || finding.values.iter().map(|(n, v)| format!("{n}: {v}")).collect::<Vec<_>>().join(", "),
        |message| filled(finding, message.says.get(language)),
    );
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let label =
        message.and_then(|m| m.label.as_ref()).map(|label| filled(finding, label.get(language)));
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let text = finding.place.as_ref().and_then(|place| source(&place.file)).map(masked);
    let bytes = finding.place.as_ref().and_then(|place| place.bytes.clone());
    let heading = level.primary_title(title).id(finding.code.0);
    let group = match (&finding.place, &text, bytes) {
        (Some(place), Some(text), Some(bytes)) => {
            let annotation = AnnotationKind::Primary.span(within(text, bytes));
            let annotation = match &label {
                Some(label) => annotation.label(label.as_str()),
                None => annotation,
            };
            let snippet = Snippet::source(text.as_str())
                .path(place.file.as_str())
                .line_start(1)
                .annotation(annotation);
            Group::with_title(heading).element(snippet)
        }
        _ => Group::with_title(heading),
    };
    let _ = writeln!(out, "{}", renderer.render(&[group]));
    if text.is_none()
        && let Some(place) = &finding.place
    {
        let _ = writeln!(out, "  --> {}", place.file);
    }
    for known in message.map(|message| message.facts.as_slice()).unwrap_or_default() {
        let value = match &known.value {
            toml::Value::String(value) => filled(finding, value),
            toml::Value::Table(pair) => {
                let key = if language == Language::Zh { "zh" } else { "en" };
                filled(finding, pair.get(key).and_then(toml::Value::as_str).unwrap_or_default())
            }
            _ => continue,
        };
        let _ = writeln!(out, "  {}  {value}", known.name.get(language));
    }
}

/// A text of a message with the values of its finding.
fn filled(finding: &Diagnostic, text: &str) -> String {
    finding
        .values
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// What was not done, and one step that helps.
fn end_of(finding: &Diagnostic, language: Language) -> String {
    let mut out = String::new();
    let Some(message) = message(finding.code.0) else { return out };
    // A finding about a declaration that does not say so itself: nothing was decided.
    let declaration = finding.code.0.starts_with("DC") && finding.severity == Severity::Error;
    match (&message.undone, language) {
        (Some(undone), _) => {
            let _ = writeln!(out, "  {}", filled(finding, undone.get(language)));
        }
        (None, Language::Zh) if declaration => out.push_str("  未作判定\n"),
        (None, Language::En) if declaration => out.push_str("  nothing was decided\n"),
        (None, _) => {}
    }
    if let Some(hint) = &message.hint {
        let word = if language == Language::Zh { "提示：" } else { "hint: " };
        let _ = writeln!(out, "{word}{}", filled(finding, hint.get(language)));
    }
    out
}

/// A range that lies inside the text and between its characters.
fn within(text: &str, bytes: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    floor(bytes.start)..floor(bytes.end.max(bytes.start))
}

/// The same text with the value of every credit code hidden, byte for byte as long.
fn masked(text: String) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.find("credit_code") {
            Some(at) => {
                let (before, after) = line.split_at(at + "credit_code".len());
                out.push_str(before);
                let hide = |c: char| if c.is_ascii_alphanumeric() { '*' } else { c };
                out.extend(after.chars().map(hide));
            }
            None => out.push_str(line),
        }
    }
    out
}
