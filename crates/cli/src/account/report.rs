//! `kouan account report`: the record of a year, for the handler’s own files and for auditors.

use std::collections::BTreeMap;

use clap::ArgMatches;
use kouan_flow::office::History;
use kouan_ledger::entry::{Entry, Released};
use kouan_meter::CalendarYear;
use kouan_terms::Diagnostic;
use serde_json::{Value, json};

use super::office::{Place, one};
use super::{drift, people};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// What went to one recipient in the year.
#[derive(Default)]
struct Sent {
    releases: u64,
    rows: u64,
    bytes: u64,
}

/// Everything of a year.
struct Year<'h> {
    year: CalendarYear,
    handler: &'h str,
    history: &'h History,
    counts: Vec<people::Counted>,
    sent: BTreeMap<&'h str, Sent>,
    withdrawn: u64,
    drift: Vec<Diagnostic>,
}

/// Prints the record of a year; exit code 1 where something differs from what was filed.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let offices = [Place::of(matches, settings).office()?];
    let number = matches.get_one::<u16>("year").copied().unwrap_or_default();
    let year = CalendarYear::new(number).ok_or_else(|| {
        let finding = Diagnostic::error("CL121").with("word", "YEAR");
        one(finding.with("allowed", "2000–9999"))
    })?;
    let counts = people::counted(&offices, year)?;
    let [office] = &offices;
    let history = office.history().map_err(one)?;
    let mut sent: BTreeMap<&str, Sent> = BTreeMap::new();
    let mut withdrawn = 0;
    for (entry, released) in history.releases().filter(|(e, r)| is_of(e, r, year)) {
        if history.is_withdrawn(entry.number) {
            withdrawn += 1;
            continue;
        }
        let to = sent.entry(released.recipient.as_str()).or_default();
        to.releases += 1;
        to.rows += released.rows;
        to.bytes += released.output.bytes;
    }
    let of_year = |finding: &Diagnostic| {
        let number = finding.values.iter().find(|(name, _)| *name == "entry");
        let number: Option<u64> = number.and_then(|(_, number)| number.parse().ok());
        history.releases().any(|(e, r)| Some(e.number) == number && is_of(e, r, year))
    };
    let drift: Vec<Diagnostic> =
        kouan_flow::office::drift(&history).into_iter().filter(of_year).collect();
    let handler = office.records().handler();
    let record = Year { year, handler, history: &history, counts, sent, withdrawn, drift };
    let text = match settings.format {
        Format::Json | Format::Jsonl => format!("{:#}\n", document(&record)),
        Format::Text | Format::Markdown => {
            page(&record).render(settings.speech, settings.format.shape())
        }
    };
    let outcome = if record.drift.is_empty() { Outcome::Done } else { Outcome::Act };
    Ok(Output { text, outcome })
}

fn is_of(entry: &Entry, released: &Released, year: CalendarYear) -> bool {
    u16::try_from(History::day_of(entry, released).year()) == Ok(year.number())
}

fn document(record: &Year<'_>) -> Value {
    let head = record.history.head();
    let sent = record.sent.iter().map(|(recipient, sent)| {
        json!({
            "recipient": recipient,
            "releases": sent.releases,
            "rows": sent.rows,
            "bytes": sent.bytes,
        })
    });
    let filings = record.history.filings();
    json!({
        "schema": "kouan.report/1",
        "year": record.year.number(),
        "handler": record.handler,
        "ledger": {
            "size": head.size(), "root": head.root().to_string(), "checkpoint": head.note(),
        },
        "counts": record.counts.iter().map(people::document).collect::<Vec<_>>(),
        "recipients": sent.collect::<Vec<_>>(),
        "withdrawn": record.withdrawn,
        "filings": filings.values().map(|(_, filed)| json!(filed)).collect::<Vec<_>>(),
        "permits": record.history.permits().map(|(_, one)| one.id.as_str()).collect::<Vec<_>>(),
        "drift": record.drift.iter().map(drift::document).collect::<Vec<_>>(),
    })
}

fn page(record: &Year<'_>) -> Page {
    let mut persons = Section { heading: Some(words("人数", "persons")), ..Section::default() };
    for counted in &record.counts {
        persons.row(people::label(counted), people::lines(&counted.persons));
    }
    let mut left = Section { heading: Some(words("出境", "what left")), ..Section::default() };
    for (recipient, sent) in &record.sent {
        let (releases, rows, bytes) = (sent.releases, sent.rows, sent.bytes);
        let said = words(
            &format!("{releases}次，{rows}行，{bytes}字节"),
            &format!("{releases} releases, {rows} rows, {bytes} bytes"),
        );
        left.row(words(recipient, recipient), vec![Line::words(said)]);
    }
    if record.withdrawn > 0 {
        let number = record.withdrawn.to_string();
        let label = words("输出未出现", "output never appeared");
        left.row(label, vec![Line::words(words(&number, &number))]);
    }
    let mut basis = Section { heading: Some(words("依据", "basis")), ..Section::default() };
    let filings = record.history.filings();
    let filings = filings.keys().map(|number| Line::words(words(number, number)));
    basis.row(words("备案", "filings"), filings.collect());
    let permits = record.history.permits().map(|(_, permit)| {
        let to = permit.recipient.as_str();
        Line::keyed(permit.id.as_str(), words(to, to))
    });
    basis.row(words("许可", "permits"), permits.collect());
    basis.row(words("差异", "drift"), record.drift.iter().map(drift::line).collect());
    let head = record.history.head();
    let (size, root) = (head.size(), head.root());
    let ledger = words(&format!("{size}条，根{root}"), &format!("{size} entries, root {root}"));
    basis.row(words("账册", "ledger"), vec![Line::words(ledger)]);
    let year = record.year;
    Page {
        title: words(&format!("{year}年数据出境记录"), &format!("record of exports in {year}")),
        subtitle: words(record.handler, record.handler),
        sections: vec![persons, left, basis],
    }
}
