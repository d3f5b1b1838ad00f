//! `kouan account drift`: what was filed against what left.

use clap::ArgMatches;
use kouan_terms::Diagnostic;
use serde_json::{Value, json};

use super::office::{Place, one};
use crate::language::words;
use crate::messages;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// Compares; exit code 1 where something differs.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let history = Place::of(matches, settings).records()?.history().map_err(one)?;
    let findings = kouan_flow::office::drift(&history);
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let drift: Vec<Value> = findings.iter().map(document).collect();
            format!("{:#}\n", json!({ "schema": "kouan.drift/1", "drift": drift }))
        }
        Format::Text | Format::Markdown => {
            let mut lines: Vec<Line> = findings.iter().map(line).collect();
            if lines.is_empty() {
                let same = words("与备案一致", "what left is what was filed");
                lines.push(Line::words(same));
            }
            let mut section = Section::default();
            section.row(words("差异", "drift"), lines);
            let title = words("备案与实际", "filed and actual");
            let page = Page { title, subtitle: words("", ""), sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    let outcome = if findings.is_empty() { Outcome::Done } else { Outcome::Act };
    Ok(Output { text, outcome })
}

/// A difference, for people.
pub fn line(finding: &Diagnostic) -> Line {
    let values = finding.values.iter().map(|(name, value)| (*name, value.as_str()));
    let said = messages::sentence(finding.code.0, values).unwrap_or_default();
    Line::keyed(finding.code.0, said)
}

/// A difference as JSON.
pub fn document(finding: &Diagnostic) -> Value {
    let values: serde_json::Map<String, Value> =
        finding.values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({ "code": finding.code.0, "values": values })
}
