//! Reads a payload in any of the shapes in which it is met.

use serde_json::{Map, Value};

use super::{Label, dialect};
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::standard::{Field, Standard};

/// Whose way of writing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The standard's.
    Standard,
    /// A draft's names of fields.
    Draft,
    /// An object of Tencent Cloud: recognised, never translated.
    Tencent,
    /// An export of ByteDance's apps: recognised, never translated.
    ByteDance,
}

/// What a payload turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The label, where the payload is one.
    pub label: Option<Label>,
    /// Whose way of writing it is.
    pub dialect: Dialect,
    /// Whether the object stands in a wrapper under the key.
    pub is_wrapped: bool,
    /// Whether the object was found inside a JSON string.
    pub is_encoded_twice: bool,
    /// Names of fields whose value is not a string.
    pub not_text: Vec<String>,
    /// Names of drafts that were used.
    pub draft_names: Vec<String>,
    /// Names that occur twice; the last one counts, as JSON readers commonly do.
    pub repeated: Vec<String>,
}

impl Reading {
    /// Whether anything of a label was recognised: a field of the standard or of a draft, or an
    /// object of a vendor.
    #[must_use]
    pub fn is_one(&self) -> bool {
        let has_field = |label: &Label| Field::ALL.iter().any(|field| label.has(*field));
        self.label.as_ref().is_some_and(has_field) || self.is_of_vendor()
    }

    /// Whether it is the object of a vendor, in words of its own.
    #[must_use]
    pub fn is_of_vendor(&self) -> bool {
        matches!(self.dialect, Dialect::Tencent | Dialect::ByteDance)
    }
}

/// Reads a payload. Nothing is an error: what is no label has none.
#[must_use]
pub fn read(text: &str, standard: &Standard) -> Reading {
    let mut reading = Reading {
        label: None,
        dialect: Dialect::Standard,
        is_wrapped: false,
        is_encoded_twice: false,
        not_text: Vec::new(),
        draft_names: Vec::new(),
        repeated: Vec::new(),
    };
    if text.len() > PAYLOAD_BYTES_MAX {
        return reading;
    }
    let Some(object) = unwrapped(text, standard, &mut reading) else { return reading };
    if let Some(dialect) = dialect::of(&object, standard) {
        reading.dialect = dialect;
        return reading;
    }
    reading.label = Some(label(object, standard, &mut reading));
    if !reading.draft_names.is_empty() {
        reading.dialect = Dialect::Draft;
    }
    reading
}

/// The object itself: out of its wrapper, out of strings in strings.
fn unwrapped(text: &str, standard: &Standard, reading: &mut Reading) -> Option<Map<String, Value>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}'));
    // A bare marker before the object, as in segments beside JFIF and in some exports.
    let after = text.strip_prefix(standard.key.as_str()).map(|rest| rest.trim_start());
    let text = after.map_or(text, |rest| rest.trim_start_matches(['=', ':']).trim_start());
    let mut value: Value = serde_json::from_str(text).ok()?;
    // Twice is met; more often than that is a game.
    for _ in 0..4 {
        match value {
            Value::String(inner) => {
                reading.is_encoded_twice = true;
                value = serde_json::from_str(inner.trim()).ok()?;
            }
            Value::Object(mut object) => {
                if object.len() == 1
                    && let Some(inner) = object.remove(standard.key.as_str())
                {
                    reading.is_wrapped = true;
                    value = inner;
                } else {
                    return Some(object);
                }
            }
            _ => return None,
        }
    }
    None
}

fn label(object: Map<String, Value>, standard: &Standard, reading: &mut Reading) -> Label {
    let mut label = Label::default();
    for (name, value) in object {
        let Some((field, is_draft)) = standard.field(&name) else {
            label.extra.push((name, value));
            continue;
        };
        if is_draft {
            reading.draft_names.push(name.clone());
        }
        let text = match value {
            Value::String(text) => text,
            other => {
                reading.not_text.push(name.clone());
                // A number says what it says; an object under a reserved field is kept as JSON.
                if other.is_null() { String::new() } else { other.to_string() }
            }
        };
        // Where a draft's name stands beside the standard's, the standard's wins.
        if label.has(field) {
            reading.repeated.push(name);
            if is_draft {
                continue;
            }
        }
        label.set(field, &text);
    }
    label
}
