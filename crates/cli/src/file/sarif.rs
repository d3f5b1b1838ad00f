//! Findings of a check as SARIF 2.1.0.

use std::collections::BTreeSet;

use kouan_dossier::check::Report;
use kouan_terms::{Diagnostic, Severity};
use serde_json::{Value, json};

use crate::{messages, sarif};

/// The log of reports, each with the path it is about.
pub fn log<'a>(reports: impl Iterator<Item = (&'a str, &'a Report)> + Clone) -> String {
    let codes: BTreeSet<(&str, Severity)> = reports
        .clone()
        .flat_map(|(_, report)| &report.findings)
        .map(|found| (found.code.0, found.severity))
        .collect();
    let rules: Vec<Value> = codes
        .iter()
        .map(|(code, severity)| {
            let says = messages::message(code).map(|message| message.says);
            let text = says.map_or_else(String::new, |says| {
                format!("{} · {}", without_values(&says.en), without_values(&says.zh))
            });
            sarif::rule(code, &text, severity.as_str())
        })
        .collect();
    let results: Vec<Value> = reports
        .flat_map(|(path, report)| report.findings.iter().map(move |found| result(path, found)))
        .collect();
    sarif::log(rules, results)
}

fn result(path: &str, found: &Diagnostic) -> Value {
    let values = found.values.iter().map(|(name, value)| (*name, value.as_str()));
    let says = messages::sentence(found.code.0, values).unwrap_or_default();
    let inside = found.place.as_ref().map(|place| place.file.as_str()).unwrap_or_default();
    // A paper of a folder is a file; one inside a zip is not, and the zip is named for it.
    let is_folder = std::path::Path::new(path).is_dir() && !inside.is_empty();
    let file = if is_folder {
        format!("{}/{inside}", path.trim_end_matches('/'))
    } else {
        path.to_owned()
    };
    json!({
        "ruleId": found.code.0,
        "level": found.severity.as_str(),
        "message": { "text": format!("{inside}: {} · {}", says.en, says.zh) },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": sarif::uri(&file) } },
        }],
    })
}

/// A sentence with `…` where a value goes.
fn without_values(sentence: &str) -> String {
    let mut parts = sentence.split('{');
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        said.push('…');
        said.push_str(rest);
    }
    said
}
