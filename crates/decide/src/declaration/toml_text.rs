//! TOML text to tree.

use std::borrow::Cow;
use std::ops::Range;

use kouan_terms::{Day, Diagnostic};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::findings::Findings;
use super::nearest::shown;
use super::tree::{Entry, Node, Value, whole};

/// Parses a text that [`super::scan`] let through.
pub(super) fn parse<'t>(text: &'t str, findings: &mut Findings<'_>) -> Option<Node<'t>> {
    match DeTable::parse(text) {
        Ok(table) => Some(Node { bytes: 0..0, value: Value::Table(entries(table.into_inner())) }),
        Err(error) => {
            let span = error.span().unwrap_or(text.len()..text.len());
            let span = on_characters(text, span);
            let code = class(error.message());
            findings.add(&span, || match code {
                "DC112" => {
                    let key = text.get(span.clone()).unwrap_or_default();
                    Diagnostic::error(code).with("key", shown(key))
                }
                _ => Diagnostic::error(code),
            });
            None
        }
    }
}

/// The parser's words are English only, and some repeat the text; a code says it in both languages.
fn class(message: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&["duplicate key"]) {
        "DC112"
    } else if has(&["unclosed", "string, expected `\"`", "string, expected `'`"]) {
        "DC114"
    } else if has(&["string values must be quoted", "missing value", "key with no value"]) {
        "DC115"
    } else if has(&["invalid date"]) {
        "DC167"
    } else {
        "DC110"
    }
}

/// A span that begins and ends between characters and lies in the text.
fn on_characters(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end.max(start))
}

fn entries<'t>(table: DeTable<'t>) -> Vec<Entry<'t>> {
    let mut entries: Vec<Entry<'t>> = table
        .into_iter()
        .map(|(key, value)| {
            let key_bytes = key.span();
            Entry { key: key.into_inner(), node: node(value), key_bytes }
        })
        .collect();
    // The map sorts by name; findings and flows go by place.
    entries.sort_by_key(|entry| entry.key_bytes.start);
    entries
}

fn node<'t>(spanned: Spanned<DeValue<'t>>) -> Node<'t> {
    let bytes = spanned.span();
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(number) => Value::Whole(whole(number.as_str(), number.radix())),
        DeValue::Float(_) => Value::NotWhole,
        DeValue::Boolean(yes) => Value::YesNo(yes),
        DeValue::Datetime(time) => match (time.date, time.time, time.offset) {
            (Some(date), None, None) => day(date),
            _ => Value::Time,
        },
        DeValue::Array(items) => Value::List(items.into_iter().map(node).collect()),
        DeValue::Table(table) => Value::Table(entries(table)),
    };
    Node { bytes, value }
}

fn day<'t>(date: toml::value::Date) -> Value<'t> {
    let parts = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
    let (Ok(year), Ok(month), Ok(day)) = parts else { return Value::Time };
    match Day::new(year, month, day) {
        Ok(day) => Value::Day(day),
        // The reader refuses it as a day that does not exist.
        Err(_) => Value::Text(Cow::Owned(date.to_string())),
    }
}
