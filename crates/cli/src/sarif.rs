//! The frame of a SARIF 2.1.0 log; what its rules and results say, commands know.

use serde_json::{Value, json};

/// A log of one run, as text.
pub fn log(rules: Vec<Value>, results: Vec<Value>) -> String {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "kouan",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// A rule: its id, what it says, and its level unless a result says otherwise.
pub fn rule(id: &str, says: &str, level: &str) -> Value {
    json!({
        "id": id,
        "shortDescription": { "text": says },
        "defaultConfiguration": { "level": level },
    })
}

/// The path as a reference that viewers can resolve.
pub fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
