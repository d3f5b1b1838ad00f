//! What the ledger of the handler answers: the assessment that was passed, and what left under it.

use kouan_dossier::answers::Said;
use kouan_dossier::ledger::{Entered, Stated};
use kouan_flow::office::{History, drift};
use kouan_ledger::entry::{Change, Entry, Filed, FilingKind, Released};
use kouan_terms::{Bilingual, PersonCount};

use crate::language::words;

/// Everything that the ledger answers, each with the entries that say it.
pub fn stated(history: &History) -> Vec<Stated> {
    let filings = history.filings();
    let passed = filings.values().filter(|(_, filed)| {
        filed.kind == FilingKind::SecurityAssessment && filed.change != Change::Ended
    });
    let Some((entry, filed)) = passed.max_by_key(|(entry, _)| entry.number) else {
        return Vec::new();
    };
    let one = |question: &str, said: Said| Stated {
        question: question.into(),
        said,
        on: entry.day.0,
        entries: vec![entered(entry)],
    };
    let number = filed.number.as_str();
    let mut all = vec![one("approval.number", Said::Words(words(number, number)))];
    all.extend(filed.accepted.map(|day| one("approval.result_on", Said::Day(day.0))));
    all.extend(filed.valid_until.map(|day| one("approval.expires_on", Said::Day(day.0))));
    // Where both kinds were filed, how many persons are in both is not known.
    let persons = match (filed.general, filed.sensitive) {
        (Some(count), Some(0)) | (Some(0), Some(count)) => Some(count),
        _ => None,
    };
    all.extend(persons.map(|count| one("approval.persons", Said::Whole(count))));
    all.extend(performance(history, filed));
    all
}

/// What left under a filing.
fn performance(history: &History, filed: &Filed) -> Option<Stated> {
    let under = history.releases().filter(|(entry, released)| {
        released.filing.as_ref() == Some(&filed.number) && !history.is_withdrawn(entry.number)
    });
    let releases: Vec<(&Entry, &Released)> = under.collect();
    let (first, last) = (releases.first()?, releases.last()?);
    let day = |(entry, released): &(&Entry, &Released)| History::day_of(entry, released);
    let (from, until, times) = (day(first), day(last), releases.len());
    let rows: u64 = releases.iter().map(|(_, released)| released.rows).sum();
    let rows = PersonCount(rows);
    let mut recipients: Vec<&str> = Vec::new();
    let mut columns: Vec<&str> = Vec::new();
    for (_, released) in &releases {
        let recipient = released.recipient.as_str();
        if !recipients.contains(&recipient) {
            recipients.push(recipient);
        }
        for column in released.fields.iter().map(|field| field.column.as_str()) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    let years = years(&releases, filed);
    let differs = drift(history).iter().filter(|found| of_filing(found, filed)).count();
    let number = &filed.number;
    let said = words(
        &format!(
            "据账册记载，{from}至{until}依{number}出境{times}次，共{rows}行；接收方：{}；字段：{}；{}；\
             与所申报的差异{differs}处。未经账册出境的不在其中。",
            recipients.join("、"),
            columns.join("、"),
            years.zh
        ),
        &format!(
            "By the ledger, data left {times} times under {number} from {from} to {until}, {rows} \
             rows in all; recipients: {}; fields: {}; {}; differences from what was filed: \
             {differs}. What left without the ledger is not in it.",
            recipients.join(", "),
            columns.join(", "),
            years.en
        ),
    );
    Some(Stated {
        question: "approval.performance".into(),
        said: Said::Words(said),
        on: until,
        entries: releases.iter().map(|(entry, _)| entered(entry)).collect(),
    })
}

/// The persons of each calendar year under a filing, as its last release counted them.
fn years(releases: &[(&Entry, &Released)], filed: &Filed) -> Bilingual {
    let mut years: Vec<(i16, u64, u64)> = Vec::new();
    for (entry, released) in releases {
        let year = History::day_of(entry, released).year();
        let lanes = &released.people.lanes;
        let lane = lanes.iter().find(|lane| lane.filing.as_ref() == Some(&filed.number));
        let Some(lane) = lane else { continue };
        years.retain(|(known, ..)| *known != year);
        years.push((year, lane.general.total, lane.sensitive.total));
    }
    let said = |one: &(i16, u64, u64)| {
        let (year, general, sensitive) = (one.0, PersonCount(one.1), PersonCount(one.2));
        (
            format!("{year}年累计一般个人信息{general}人、敏感个人信息{sensitive}人"),
            format!("{year}: general PI of {general} persons, sensitive PI of {sensitive}"),
        )
    };
    let (zh, en): (Vec<String>, Vec<String>) = years.iter().map(said).unzip();
    words(&zh.join("；"), &en.join("; "))
}

fn of_filing(found: &kouan_terms::Diagnostic, filed: &Filed) -> bool {
    found.values.iter().any(|(name, value)| *name == "number" && value == filed.number.as_str())
}

fn entered(entry: &Entry) -> Entered {
    let bytes = serde_json::to_vec(entry).unwrap_or_default();
    Entered { number: entry.number, digest: kouan_dossier::digest(&bytes).into() }
}
