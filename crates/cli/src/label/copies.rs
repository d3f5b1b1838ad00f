//! `kouan label copies`: the log of copies handed out without a label to be seen or heard.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use clap::ArgMatches;
use kouan_label::copies::{Chain, Copy, Line as Entry, content, is_number};
use kouan_label::{Field, Standard, Verdict};
use kouan_ledger::entry::Time;
use kouan_rulebook::labels::Labels;
use kouan_terms::{Day, Diagnostic, Place};
use serde_json::{Value, json};

use super::files;
use super::standard::standard;
use crate::account::office::{at_shown, moment, one};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::rulebook_source;
use crate::settings::{Format, Settings};

/// The schema of the document.
const SCHEMA: &str = "kouan.label-copies/1";
/// How much of the end of a log is read to find its last line.
const TAIL_BYTES: u64 = 1 << 16;

/// Runs one of the subcommands of `kouan label copies`.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    match matches.subcommand() {
        Some(("add", sub)) => add(sub, settings),
        Some(("verify", sub)) => verify(sub, settings),
        Some((_, sub)) => list(sub, settings),
        None => list(matches, settings),
    }
}

fn named<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map(String::as_str).unwrap_or_default()
}

/// Records copies: every file is looked at before the first is recorded.
fn add(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (_, used) = standard(settings)?;
    let at = at_shown(moment(matches, settings)?);
    let (recipient, agreement) = (named(matches, "recipient"), named(matches, "agreement"));
    for (flag, word) in [("--recipient", recipient), ("--agreement", agreement)] {
        if !is_number(word) || speaks_of_a_person(word) {
            return Err(one(Diagnostic::error("LB142").with("flag", flag)));
        }
    }
    let paths: Vec<&String> = matches.get_many::<String>("paths").into_iter().flatten().collect();
    let (mut copies, mut findings) = (Vec::new(), Vec::new());
    for file in files::named(&paths)? {
        match copy(&file.path, (&at, recipient, agreement), &used) {
            Ok(copy) => copies.push(copy),
            Err(finding) => findings.push(finding.at(Place::file(&file.path))),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let path = named(matches, "log");
    let (entries, head) =
        append(Path::new(path), copies).map_err(|finding| one(finding.at(Place::file(path))))?;
    Ok(said(settings, &entries, &head, &labels(settings)?))
}

/// Whether a number is one of a person: an identity card, a telephone, a bank card.
fn speaks_of_a_person(word: &str) -> bool {
    let mut spans = Vec::new();
    kouan_scan::text::spans(word, &mut spans);
    !spans.is_empty()
}

/// What is recorded of a file: it carries its implicit label, which nobody is spared.
///
/// LAW: Measures for labelling AI-generated content, article 9
fn copy(
    path: &str,
    (at, recipient, agreement): (&str, &str, &str),
    used: &Standard,
) -> Result<Copy, Diagnostic> {
    let mut source = BufReader::new(files::open(path.as_ref())?);
    let format = files::format_of(&mut source, Some(path))?;
    let report = kouan_label::check(&mut source, format, used)?;
    let label = report.label().filter(|_| report.verdict == Verdict::Labelled);
    let label = label.ok_or_else(|| Diagnostic::error("LB141"))?;
    source.seek(SeekFrom::Start(0)).map_err(files::failed)?;
    Ok(Copy {
        at: at.to_owned(),
        recipient: recipient.to_owned(),
        agreement: agreement.to_owned(),
        content: content(&mut source).map_err(files::failed)?,
        format: format.as_str().to_owned(),
        producer: label.get(Field::Producer).to_owned(),
        content_id: label.get(Field::ProduceId).to_owned(),
    })
}

/// Puts lines behind a log, in one write. What a write that was interrupted left behind the last
/// whole line was never recorded, and goes.
fn append(path: &Path, copies: Vec<Copy>) -> Result<(Vec<Entry>, String), Diagnostic> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).open(path);
    let mut file = file.map_err(files::failed)?;
    // One writer at a time: two would name the same line before theirs.
    file.lock().map_err(files::failed)?;
    let (mut chain, end) = last(&mut file)?;
    let (mut text, mut entries) = (String::new(), Vec::new());
    for copy in copies {
        let (line, entry) = chain.put(copy);
        text.push_str(&line);
        text.push('\n');
        entries.push(entry);
    }
    file.set_len(end)
        .and_then(|()| file.seek(SeekFrom::Start(end)))
        .and_then(|_| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all())
        .map_err(files::failed)?;
    Ok((entries, chain.head().to_owned()))
}

/// Where a log ends, and what its next line has to name.
fn last(file: &mut File) -> Result<(Chain, u64), Diagnostic> {
    let len = file.metadata().map_err(files::failed)?.len();
    let from = len.saturating_sub(TAIL_BYTES);
    let mut tail = Vec::new();
    let read = file.seek(SeekFrom::Start(from)).and_then(|_| file.read_to_end(&mut tail));
    read.map_err(files::failed)?;
    let Some(end) = tail.iter().rposition(|byte| *byte == b'\n') else {
        // Nothing whole: a first write that was interrupted, or no log at all.
        let is_log = from == 0 && (tail.is_empty() || tail.starts_with(b"{\"schema\":\"kouan."));
        let other = || Diagnostic::error("LB144").with("line", 1);
        return if is_log { Ok((Chain::default(), 0)) } else { Err(other()) };
    };
    let whole = tail.get(..end).unwrap_or_default();
    let start = whole.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = String::from_utf8_lossy(whole.get(start..).unwrap_or_default());
    Ok((Chain::behind(&line)?, from + end as u64 + 1))
}

/// Every line of a log, one after the other.
fn entries(path: &str) -> Result<(Vec<Entry>, String), Vec<Diagnostic>> {
    let placed = |finding: Diagnostic| one(finding.at(Place::file(path)));
    let file = files::open(path.as_ref()).map_err(placed)?;
    let (mut chain, mut entries) = (Chain::default(), Vec::new());
    for line in BufReader::new(file).split(b'\n') {
        let line = line.map_err(|error| placed(files::failed(error)))?;
        let text = String::from_utf8_lossy(&line);
        entries.push(chain.take(&text).map_err(placed)?);
    }
    Ok((entries, chain.head().to_owned()))
}

fn list(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (mut entries, head) = entries(named(matches, "log"))?;
    if let Some(recipient) = matches.get_one::<String>("recipient") {
        entries.retain(|entry| entry.copy.recipient == *recipient);
    }
    Ok(said(settings, &entries, &head, &labels(settings)?))
}

/// Reads a log to its end; a head that was kept elsewhere has to be one of its lines.
fn verify(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let path = named(matches, "log");
    let (entries, head) = entries(path)?;
    if let Some(kept) = matches.get_one::<String>("head")
        && !entries.iter().any(|entry| entry.digest == *kept)
    {
        return Err(one(Diagnostic::error("LB145").at(Place::file(path))));
    }
    let count = entries.len();
    let document = json!({ "schema": SCHEMA, "count": count, "head": head });
    let said = words(
        &format!("{count}条记录前后相接；末条{head}"),
        &format!("{count} lines follow one another; the last is {head}"),
    );
    let text = match settings.format {
        Format::Json => format!("{document:#}\n"),
        Format::Jsonl => format!("{document}\n"),
        Format::Text | Format::Markdown => {
            let languages = settings.speech.languages().iter();
            languages.map(|language| format!("{}\n", said.in_language(*language))).collect()
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

fn labels(settings: &Settings) -> Result<Labels, Vec<Diagnostic>> {
    rulebook_source::labels(settings.rulebook.as_deref())
}

/// The first day on which a line need no longer be kept, by the standard of its own day.
fn kept_until(entry: &Entry, labels: &Labels) -> Option<Day> {
    let day = Time(entry.copy.at.parse().ok()?).day().0;
    let months = labels.on(day)?.log_months;
    day.checked_add(jiff::Span::new().months(i64::from(months))).ok()
}

fn said(settings: &Settings, entries: &[Entry], head: &str, labels: &Labels) -> Output {
    let until = |entry: &Entry| kept_until(entry, labels).map(|day| day.to_string());
    let document = || -> Value {
        let one = |entry: &Entry| {
            json!({
                "number": entry.number,
                "at": entry.copy.at,
                "recipient": entry.copy.recipient,
                "agreement": entry.copy.agreement,
                "sha256": entry.copy.content,
                "format": entry.copy.format,
                "producer": entry.copy.producer,
                "content_id": entry.copy.content_id,
                "kept_until": until(entry),
                "digest": entry.digest,
            })
        };
        let copies: Vec<Value> = entries.iter().map(one).collect();
        json!({ "schema": SCHEMA, "copies": copies, "head": head })
    };
    let text = match settings.format {
        Format::Json => format!("{:#}\n", document()),
        Format::Jsonl => format!("{}\n", document()),
        Format::Text | Format::Markdown => {
            page(entries, head, &until).render(settings.speech, settings.format.shape())
        }
    };
    Output { text, outcome: Outcome::Done }
}

fn page(entries: &[Entry], head: &str, until: &dyn Fn(&Entry) -> Option<String>) -> Page {
    let mut section = Section::default();
    for entry in entries {
        let copy = &entry.copy;
        let at = format!("{} {}", entry.number, copy.at);
        let to = words(
            &format!("交给{}，依据{}", copy.recipient, copy.agreement),
            &format!("to {}, under {}", copy.recipient, copy.agreement),
        );
        let until = until(entry).unwrap_or_else(|| "—".to_owned());
        let what = words(
            &format!("{} {} {}，至少保存至{until}", copy.format, copy.producer, copy.content_id),
            &format!("{} {} {}, kept until {until}", copy.format, copy.producer, copy.content_id),
        );
        section.row(words(&at, &at), vec![Line::words(to), Line::below(what)]);
    }
    let count = entries.len();
    Page {
        title: words(
            &format!("未加显式标识的副本：{count}份"),
            &format!("{count} copies without a label to be seen or heard"),
        ),
        subtitle: words(&format!("末条{head}"), &format!("last line {head}")),
        sections: vec![section],
    }
}
