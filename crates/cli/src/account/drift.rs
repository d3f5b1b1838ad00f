//! `kouan account drift`: what was filed against what left, and against samples of what arrived.

use std::path::Path;

use clap::ArgMatches;
use kouan_flow::office::{History, Sample, digest_of_file, entry_of, sampled};
use kouan_flow::{Options, ScanRequest, Want};
use kouan_scan::inventory::Inventory;
use kouan_terms::{Day, Diagnostic};
use serde_json::{Value, json};

use super::office::{Place, moment, one};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};
use crate::{messages, rulebook_source};

/// A sample that was looked at.
struct Looked {
    sample: Sample,
    entry: Option<u64>,
    rows: u64,
}

/// Compares; exit code 1 where something differs.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let history = Place::of(matches, settings).records()?.history().map_err(one)?;
    let mut findings = kouan_flow::office::drift(&history);
    let filing = matches.get_one::<String>("filing").map(String::as_str);
    let mut samples = Vec::new();
    for path in matches.get_many::<String>("sample").into_iter().flatten() {
        let recipient = matches.get_one::<String>("recipient").cloned();
        let on = moment(matches, settings)?.day().0;
        let looked = look(path, recipient, &history, settings, on)?;
        findings.extend(sampled(&history, &looked.sample, filing).map_err(one)?);
        samples.push(looked);
    }
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let drift: Vec<Value> = findings.iter().map(document).collect();
            let samples: Vec<Value> = samples.iter().map(sample_json).collect();
            let document = json!({ "schema": "kouan.drift/1", "drift": drift, "samples": samples });
            format!("{document:#}\n")
        }
        Format::Text | Format::Markdown => {
            let mut lines: Vec<Line> = findings.iter().map(line).collect();
            if lines.is_empty() {
                let same = words("与备案一致", "what left is what was filed");
                lines.push(Line::words(same));
            }
            let mut section = Section::default();
            section.row(words("抽样", "samples"), samples.iter().map(sample_line).collect());
            section.row(words("差异", "drift"), lines);
            let title = words("备案与实际", "filed and actual");
            let page = Page { title, subtitle: words("", ""), sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    let outcome = if findings.is_empty() { Outcome::Done } else { Outcome::Act };
    Ok(Output { text, outcome })
}

/// Scans a sample.
fn look(
    path: &str,
    recipient: Option<String>,
    history: &History,
    settings: &Settings,
    on: Day,
) -> Result<Looked, Vec<Diagnostic>> {
    let folder = settings.rulebook.as_deref();
    let (book, classes) = (rulebook_source::load(folder)?, rulebook_source::classes(folder)?);
    let options = Options::default();
    let addresses = [path.to_owned()];
    let request = ScanRequest {
        addresses: &addresses,
        options: &options,
        want: Want::Everything,
        workers: std::thread::available_parallelism().map_or(1, usize::from),
        book: &book,
        classes: &classes,
        on,
        sector: None,
        scenario: None,
        before: None,
        scratch: &std::env::temp_dir(),
    };
    let inventory = kouan_flow::scan(&request, &mut |_| {})?;
    // What could not be read was not compared: that is no agreement.
    if let Some(gap) = inventory.not_looked_at.first() {
        return Err(one(Diagnostic::error("AC138").with("sample", path).with("cause", &gap.code)));
    }
    let file = Path::new(path);
    let digest = file.is_file().then(|| digest_of_file(file).ok()).flatten();
    let persons =
        |of: fn(&kouan_scan::inventory::Persons) -> u64| inventory.persons.as_ref().map_or(0, of);
    let sample = Sample {
        name: path.to_owned(),
        digest,
        fields: fields(&inventory),
        recipient,
        general: persons(|persons| persons.general.at_least),
        sensitive: persons(|persons| persons.sensitive.at_least),
    };
    let rows = inventory.tables.iter().map(|table| table.rows).sum();
    Ok(Looked { entry: entry_of(history, &sample), sample, rows })
}

/// The columns of a sample; what its file is called says nothing of the table it came from.
fn fields(inventory: &Inventory) -> Vec<(Option<String>, String)> {
    let several = inventory.tables.len() > 1;
    let mut fields = Vec::new();
    for table in &inventory.tables {
        let name = several.then(|| table.name.clone());
        fields.extend(table.columns.iter().map(|column| (name.clone(), column.name.clone())));
    }
    fields
}

fn sample_line(looked: &Looked) -> Line {
    let (rows, columns) = (looked.rows, looked.sample.fields.len());
    let (general, sensitive) = (looked.sample.general, looked.sample.sensitive);
    let (zh, en) = match looked.entry {
        Some(entry) => (format!("即条目{entry}的输出"), format!("the output of entry {entry}")),
        None if looked.sample.digest.is_none() => (
            "未核对是否为某条目的输出".to_owned(),
            "not compared with the outputs of entries".to_owned(),
        ),
        None => (
            "不是本账册任何条目的原样输出".to_owned(),
            "not the output of any entry as it stands".to_owned(),
        ),
    };
    Line::keyed(
        &looked.sample.name,
        words(
            &format!("{rows}行{columns}列，至少一般{general}人、敏感{sensitive}人；{zh}"),
            &format!(
                "{rows} rows of {columns} columns, at least general {general}, sensitive \
                 {sensitive}; {en}"
            ),
        ),
    )
}

fn sample_json(looked: &Looked) -> Value {
    json!({
        "sample": looked.sample.name,
        "entry": looked.entry,
        "rows": looked.rows,
        "columns": looked.sample.fields.len(),
        "general_at_least": looked.sample.general,
        "sensitive_at_least": looked.sample.sensitive,
    })
}

/// A difference, for people.
pub fn line(finding: &Diagnostic) -> Line {
    Line::keyed(finding.code.0, messages::said(finding))
}

/// A difference as JSON.
pub fn document(finding: &Diagnostic) -> Value {
    let values: serde_json::Map<String, Value> =
        finding.values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({ "code": finding.code.0, "values": values })
}
