//! `kouan account verify`, `prove` and `export`: that nothing in the ledger was changed.

use clap::ArgMatches;
use kouan_flow::office::Records;
use kouan_ledger::{Against, Checkpoint, VerifierKey};
use kouan_meter::{CalendarYear, Live, Year};
use kouan_terms::{Diagnostic, Severity};
use serde_json::{Value, json};

use super::office::{Place, one};
use crate::language::words;
use crate::outcome::{Outcome, Output, talk};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};
use crate::{files, messages};

/// Checks the whole ledger.
pub fn verify(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let place = Place::of(matches, settings);
    let records = place.records()?;
    let mut earlier = Vec::new();
    for path in matches.get_many::<String>("checkpoint").into_iter().flatten() {
        let note = files::read(path).map_err(one)?;
        let head = Checkpoint::open(note.as_bytes(), records.log().key(), &[]).map_err(one)?;
        earlier.push(head);
    }
    let against = Against { earlier: &earlier, witnesses: &witnesses(matches)? };
    let checked = checked(&place, &records, against, matches.get_flag("check-meter"))?;
    let Checked { findings, is_whole, head, cosigned } = &checked;
    let is_whole = *is_whole;
    for language in settings.speech.languages() {
        talk(&messages::render(findings, *language, settings.colour, &|_| None));
    }
    let size = head.as_ref().map(Checkpoint::size);
    let root = head.as_ref().map(|head| head.root().to_string());
    let text = match settings.format {
        Format::Json | Format::Jsonl => format!("{:#}\n", checked.document(&records)),
        Format::Text | Format::Markdown => {
            let said = if is_whole {
                words("完整，未被改动", "whole: nothing was changed")
            } else {
                words("不完整", "not whole")
            };
            let mut section = Section::default();
            section.row(words("结论", "verdict"), vec![Line::words(said)]);
            let size = size.map_or("—".to_owned(), |size| size.to_string());
            section.row(words("条目", "entries"), vec![Line::words(words(&size, &size))]);
            if let Some(root) = &root {
                section.row(words("根", "root"), vec![Line::words(words(root, root))]);
            }
            if let Some(head) = cosigned {
                let size = head.size().to_string();
                let seen = head.seen().iter();
                let lines = seen.map(|one| Line::keyed(&one.witness, words(&size, &size)));
                section.row(words("见证至条目", "witnessed up to"), lines.collect());
            }
            let title = words("账册核对", "check of the ledger");
            let page = Page { title, subtitle: words("", ""), sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: if is_whole { Outcome::Done } else { Outcome::Act } })
}

/// A ledger that was looked at from end to end.
pub struct Checked {
    /// What was found.
    pub findings: Vec<Diagnostic>,
    /// Whether nothing was changed.
    pub is_whole: bool,
    /// The head, where it can be read.
    pub head: Option<Checkpoint>,
    /// The last checkpoint that the witnesses signed, where they were asked for.
    pub cosigned: Option<Checkpoint>,
}

impl Checked {
    /// It as JSON.
    pub fn document(&self, records: &Records) -> Value {
        json!({
            "schema": "kouan.verified/1",
            "whole": self.is_whole && self.head.is_some(),
            "size": self.head.as_ref().map(Checkpoint::size),
            "root": self.head.as_ref().map(|head| head.root().to_string()),
            "key": records.log().key().to_string(),
            "checkpoint": self.head.as_ref().map(Checkpoint::note),
            "cosigned": self.cosigned.as_ref().map(cosigned_json),
            "findings": self.findings.iter().map(|finding| json!({
                "code": finding.code.0, "severity": finding.severity.as_str(),
            })).collect::<Vec<_>>(),
        })
    }
}

/// Looks at a ledger from end to end, at the meter too where that is asked for.
///
/// # Errors
///
/// It cannot be read at all.
pub fn checked(
    place: &Place,
    records: &Records,
    against: Against<'_>,
    with_meter: bool,
) -> Result<Checked, Vec<Diagnostic>> {
    let verified = records.log().verify(against).map_err(one)?;
    let mut findings = verified.findings.clone();
    if with_meter && verified.is_whole() {
        findings.extend(meter(place)?);
    }
    let is_whole = !findings.iter().any(|finding| finding.severity == Severity::Error);
    let (head, cosigned) = (verified.checkpoint, verified.cosigned);
    Ok(Checked { findings, is_whole, head, cosigned })
}

/// The public keys of witnesses, each the only line of a file.
fn witnesses(matches: &ArgMatches) -> Result<Vec<VerifierKey>, Vec<Diagnostic>> {
    let paths = matches.get_many::<String>("witness").into_iter().flatten();
    let read = |path: &String| {
        let key = files::read(path).and_then(|text| VerifierKey::parse(&text))?;
        // A key of a log signs heads, and nobody is a witness of himself.
        if key.is_witness() { Ok(key) } else { Err(Diagnostic::error("LG123")) }
    };
    paths.map(|path| read(path).map_err(one)).collect()
}

/// The checkpoint that witnesses have signed.
fn cosigned_json(head: &Checkpoint) -> serde_json::Value {
    let seen = head.seen().iter().map(|one| json!({ "witness": one.witness, "time": one.time }));
    let (root, seen) = (head.root().to_string(), seen.collect::<Vec<_>>());
    json!({ "size": head.size(), "root": root, "seen": seen })
}

/// Keeps a checkpoint that witnesses have signed, once it is one of this ledger and their
/// signatures hold.
pub fn witnessed(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let office = Place::of(matches, settings).office()?;
    let witnesses = witnesses(matches)?;
    let path = matches.get_one::<String>("checkpoint").map_or("", String::as_str);
    let note = files::read(path).map_err(one)?;
    let head = office.keep_cosigned(note.as_bytes(), &witnesses).map_err(one)?;
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let document =
                json!({ "schema": "kouan.witnessed/1", "cosigned": cosigned_json(&head) });
            format!("{document:#}\n")
        }
        Format::Text | Format::Markdown => {
            let (size, number) = (head.size(), witnesses.len());
            let said = words(
                &format!("已留存{number}个见证人签过的检查点，至条目{size}\n"),
                &format!("kept a checkpoint of {size} entries that {number} witnesses signed\n"),
            );
            let languages = settings.speech.languages().iter();
            languages.map(|language| said.in_language(*language).to_owned()).collect()
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

/// What is wrong with the segments of the meter that the ledger names.
fn meter(place: &Place) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let office = place.office()?;
    let history = office.history().map_err(one)?;
    let mut years: Vec<i16> = history
        .releases()
        .map(|(entry, released)| kouan_flow::office::History::day_of(entry, released).year())
        .collect();
    years.sort_unstable();
    years.dedup();
    let mut findings = Vec::new();
    let years = years.into_iter().filter_map(|year| CalendarYear::new(u16::try_from(year).ok()?));
    for year in years {
        let account = office.account(year).map_err(one)?;
        // The segments of releases, and the merged one that is read instead of them.
        let merged = history.live(year);
        let own = Live { merged: Vec::new(), ..merged.clone() };
        for live in [own, merged] {
            let checked = Year::open(office.records().disk(), account.clone(), &live);
            findings.extend(checked.and_then(|year| year.check()).err());
        }
    }
    Ok(findings)
}

/// Prints the proof of one entry.
pub fn prove(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let records = Place::of(matches, settings).records()?;
    let number = matches.get_one::<String>("entry").and_then(|text| text.parse().ok());
    let wrong = || {
        let finding = Diagnostic::error("CL121").with("word", "ENTRY");
        one(finding.with("allowed", "0, 1, 2 …"))
    };
    let number: u64 = number.ok_or_else(wrong)?;
    let head = records.log().checkpoint().map_err(one)?;
    let proof = records.log().prove(&head, number).map_err(one)?;
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let document = json!({
                "schema": "kouan.proof/1",
                "entry": number,
                "key": records.log().key().to_string(),
                "proof": proof,
            });
            format!("{document:#}\n")
        }
        Format::Text | Format::Markdown => proof,
    };
    Ok(Output { text, outcome: Outcome::Done })
}

/// Prints a range of entries with the proof of each, as lines of JSON.
pub fn export(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let records = Place::of(matches, settings).records()?;
    let head = records.log().checkpoint().map_err(one)?;
    let number = |name: &str| matches.get_one::<u64>(name).copied();
    let range = number("from").unwrap_or(0)..number("until").unwrap_or(head.size());
    let mut bytes = Vec::new();
    records.log().export(&head, range, &mut bytes).map_err(one)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Output { text, outcome: Outcome::Done })
}
