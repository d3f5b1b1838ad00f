//! The label itself: its fields, the forms it is written in, and those it is met in.

mod dialect;
mod front_matter;
mod read;

pub(crate) use dialect::is_worth_reading;
pub(crate) use front_matter::{block, mapping};
pub use read::{Dialect, Reading, read};

use serde_json::{Map, Value};

use crate::standard::{Field, Kind, Standard};

/// One label, normalised.
///
/// Values are kept as they were found: no trimming, no case folding, since a signature may cover
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    values: Vec<(Field, String)>,
    /// Members that the standard does not name, in their order, as JSON.
    extra: Vec<(String, Value)>,
}

impl Label {
    /// A label on its first write: the producer is the propagator, too.
    ///
    /// LAW: GB 45438-2025, annex E, note 1
    #[must_use]
    pub fn first(kind: Kind, producer: &str, content: &str, standard: &Standard) -> Label {
        let mut label = Label::empty();
        label.set(Field::Label, standard.value(kind));
        label.set(Field::Producer, producer);
        label.set(Field::ProduceId, content);
        label.set(Field::Propagator, producer);
        label.set(Field::PropagateId, content);
        label
    }

    /// A label written by a platform, where it found none: only its own part is filled.
    #[must_use]
    pub fn by_platform(kind: Kind, platform: &str, content: &str, standard: &Standard) -> Label {
        let mut label = Label::empty();
        label.set(Field::Label, standard.value(kind));
        label.set(Field::Propagator, platform);
        label.set(Field::PropagateId, content);
        label
    }

    /// All seven fields, empty.
    fn empty() -> Label {
        let values = Field::ALL.into_iter().map(|field| (field, String::new())).collect();
        Label { values, extra: Vec::new() }
    }

    /// The value of a field; empty where it is empty or not there.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        let found = self.values.iter().find(|(of, _)| *of == field);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Whether the field is there, empty or not.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.values.iter().any(|(of, _)| *of == field)
    }

    /// Gives a field its value.
    pub fn set(&mut self, field: Field, value: &str) {
        match self.values.iter_mut().find(|(of, _)| *of == field) {
            Some((_, old)) => value.clone_into(old),
            None => {
                let place = self.values.partition_point(|(of, _)| *of < field);
                self.values.insert(place, (field, value.to_owned()));
            }
        }
    }

    /// Names of the members that the standard does not name.
    pub fn extra(&self) -> impl Iterator<Item = &str> {
        self.extra.iter().map(|(name, _)| name.as_str())
    }

    /// Whether two labels say the same of the same content.
    #[must_use]
    pub fn agrees_with(&self, other: &Label) -> bool {
        Field::ALL.iter().all(|field| self.get(*field) == other.get(*field))
    }

    /// The object alone, as the guides put it under a key that is called after it.
    #[must_use]
    pub fn bare(&self, standard: &Standard) -> String {
        Value::Object(self.object(standard)).to_string()
    }

    /// The object in its wrapper, as annex E prints it, the space after the first colon included.
    #[must_use]
    pub fn wrapped(&self, standard: &Standard) -> String {
        format!("{{\"{}\": {}}}", standard.key, self.bare(standard))
    }

    fn object(&self, standard: &Standard) -> Map<String, Value> {
        let mut object = Map::new();
        for field in Field::ALL {
            let value = Value::String(self.get(field).to_owned());
            object.insert(standard.name(field).to_owned(), value);
        }
        for (name, value) in &self.extra {
            object.insert(name.clone(), value.clone());
        }
        object
    }
}
