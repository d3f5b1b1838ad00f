//! The label as a YAML mapping at the head of a text: found line by line, so that everything else
//! of the head stays as it is.

use serde_json::{Map, Value};

use super::Label;
use crate::standard::{Field, Standard};

/// A mapping found in a text: its range in bytes, and its members as a JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) range: std::ops::Range<usize>,
    pub(crate) json: String,
}

/// The mapping under the key inside a text of YAML. `base` is where the text begins in the file.
///
/// Met are: members on lines of their own, indented; one object or one quoted string of JSON after
/// the colon; and literal or folded blocks.
pub(crate) fn mapping(yaml: &str, base: usize, standard: &Standard) -> Option<Mapping> {
    let mut at = 0;
    let mut lines = yaml.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let start = at;
        at += line.len();
        let Some(after) = after_key(line, &standard.key) else { continue };
        let mut members = Vec::new();
        while let Some(next) = lines.peek() {
            let is_inside = next.starts_with([' ', '\t']) || next.trim().is_empty();
            if !is_inside {
                break;
            }
            members.push(*next);
            at += next.len();
            lines.next();
        }
        // Blank lines behind the last member belong to what follows.
        while let Some(last) = members.last().filter(|line| line.trim().is_empty()) {
            at -= last.len();
            members.pop();
        }
        let json = json_of(after, &members);
        return Some(Mapping { range: base + start..base + at, json });
    }
    None
}

/// What follows `KEY:` on a line that is not indented.
fn after_key<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let bare = line.strip_prefix(key).or_else(|| {
        let quoted = line.strip_prefix(['"', '\''])?.strip_prefix(key)?;
        quoted.strip_prefix(['"', '\''])
    })?;
    bare.strip_prefix(':').map(str::trim)
}

fn json_of(after: &str, members: &[&str]) -> String {
    let is_block = after.starts_with(['|', '>']);
    if !after.is_empty() && !is_block && !after.starts_with('#') {
        let rest: String = members.concat();
        let text = format!("{after}{rest}");
        return scalar(text.trim());
    }
    if is_block {
        return members.iter().map(|line| line.trim()).collect::<Vec<_>>().join("");
    }
    let mut object = Map::new();
    for line in members {
        let Some((name, value)) = line.trim().split_once(':') else { continue };
        let name = scalar(name.trim());
        let value = value.trim();
        // A bare number is a number in YAML, and has to be told apart from a string.
        let value = match value.parse::<u64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::String(scalar(value)),
        };
        object.insert(name, value);
    }
    Value::Object(object).to_string()
}

/// A scalar without its quotes.
fn scalar(text: &str) -> String {
    let text = text.trim();
    if let Some(inside) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return inside.replace("''", "'");
    }
    if text.starts_with('"') {
        // The escapes of JSON are those of YAML that occur.
        let end = text.rfind('"').unwrap_or_default();
        let quoted = text.get(..=end).unwrap_or(text);
        if let Ok(Value::String(inside)) = serde_json::from_str(quoted) {
            return inside;
        }
    }
    // A comment needs a space before it.
    text.split(" #").next().unwrap_or(text).trim_end().to_owned()
}

/// The label as a mapping, values quoted.
pub(crate) fn block(label: &Label, standard: &Standard, line_end: &str) -> String {
    let mut text = format!("{}:{line_end}", standard.key);
    for field in Field::ALL {
        let value = Value::String(label.get(field).to_owned());
        text.push_str(&format!("  {}: {value}{line_end}", standard.name(field)));
    }
    for (name, value) in &label.extra {
        let value = match value {
            Value::String(_) => value.clone(),
            other => Value::String(other.to_string()),
        };
        text.push_str(&format!("  {}: {value}{line_end}", Value::String(name.clone())));
    }
    text
}
