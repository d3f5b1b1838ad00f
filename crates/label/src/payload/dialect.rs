//! Objects of vendors that speak of AI content in words of their own.

use serde_json::{Map, Value};

use super::Dialect;
use crate::standard::{Field, Standard};

/// Members by which a vendor's object is known; all of them have to be there.
const KNOWN: &[(Dialect, &[&str])] = &[
    (Dialect::Tencent, &["ServiceProvider", "ContentId"]),
    (Dialect::Tencent, &["ServiceProvider", "ServiceUser"]),
    (Dialect::ByteDance, &["aigc_label_type"]),
    (Dialect::ByteDance, &["aigc_info"]),
];

/// The vendor whose object this is; none where it has a field of the standard.
pub(super) fn of(object: &Map<String, Value>, standard: &Standard) -> Option<Dialect> {
    if object.keys().any(|name| standard.field(name).is_some()) {
        return None;
    }
    let has = |names: &[&str]| names.iter().all(|name| object.contains_key(*name));
    KNOWN.iter().find(|(_, names)| has(names)).map(|(dialect, _)| *dialect)
}

/// Words that make it worth while to read a value as a label at all.
pub(crate) fn is_worth_reading(text: &str, standard: &Standard) -> bool {
    let has = |name: &str| text.contains(name);
    has(&standard.key)
        || has(standard.name(Field::Producer))
        || KNOWN.iter().any(|(_, names)| names.iter().all(|name| has(name)))
}
