//! `kouan account filing` and `kouan account revoke`: what authorities were told, and permits taken
//! back.

use clap::ArgMatches;
use kouan_decide::declaration::{Flow, Transfer};
use kouan_decide::permit::no_flow;
use kouan_flow::office::Office;
use kouan_ledger::entry::{
    Change, Digest, Field, Filed, FilingKind, Frequency, LegalDay, Name, Reason, Revoked, Time,
    What,
};
use kouan_terms::{Diagnostic, parse_day};
use serde_json::json;

use super::office::{Place, actor, moment, one};
use crate::file::pack_digest;
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};
use crate::{declarations, rulebook_source};

/// Runs `kouan account filing`.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    match matches.subcommand() {
        Some(("add", sub)) => add(sub, settings),
        Some((_, sub)) => list(sub, settings),
        None => list(matches, settings),
    }
}

fn add(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let office = Place::of(matches, settings).office()?;
    let (time, actor) = (moment(matches, settings)?, actor(matches)?);
    let mut filed = filed(matches, settings)?;
    let history = office.history().map_err(one)?;
    let before = history.filings().get(filed.number.as_str()).map(|(_, before)| *before);
    match before {
        Some(before) => take_over(&mut filed, before),
        None if filed.change == Change::New => {}
        None => return Err(one(Diagnostic::error("AC125").with("number", &filed.number))),
    }
    let number = filed.number.clone();
    let receipt = office.record(time, &actor, What::Filing(filed)).map_err(one)?;
    said(
        settings,
        &json!({
            "schema": "kouan.recorded/1", "entry": receipt.entry(), "filing": number.as_str(),
        }),
        &format!("已记录备案{number}，条目{}\n", receipt.entry()),
        &format!("recorded the filing {number} as entry {}\n", receipt.entry()),
    )
}

/// A filing that shall stand in the ledger, and the entry that says it.
pub enum Kept {
    /// It was recorded, or what changed of it.
    Now(u64),
    /// The ledger said the same already.
    Before(u64),
    /// It has ended, and that is not taken back.
    Ended(u64),
}

/// Records a filing unless the ledger says the same of it already. The pack stays the one that was
/// recorded first.
///
/// # Errors
///
/// The ledger cannot be read or written.
pub fn kept(
    office: &Office,
    mut filed: Filed,
    (time, actor): (Time, &Name),
) -> Result<Kept, Diagnostic> {
    let history = office.history()?;
    let before = history.filings().get(filed.number.as_str()).copied();
    if let Some((entry, before)) = before {
        if before.change == Change::Ended {
            return Ok(Kept::Ended(entry.number));
        }
        filed.pack = before.pack.or(filed.pack);
        take_over(&mut filed, before);
        filed.change = before.change;
        if filed == *before {
            return Ok(Kept::Before(entry.number));
        }
        let same = filed.fields == before.fields
            && filed.recipients == before.recipients
            && (filed.general, filed.sensitive) == (before.general, before.sensitive);
        filed.change = if same { Change::Updated } else { Change::Amended };
    }
    let receipt = office.record(time, actor, What::Filing(filed))?;
    Ok(Kept::Now(receipt.entry()))
}

/// What is not said anew stays as it was recorded.
fn take_over(filed: &mut Filed, before: &Filed) {
    filed.accepted = filed.accepted.or(before.accepted);
    filed.valid_until = filed.valid_until.or(before.valid_until);
    filed.general = filed.general.or(before.general);
    filed.sensitive = filed.sensitive.or(before.sensitive);
    filed.frequency = filed.frequency.or(before.frequency);
    filed.pack = filed.pack.or(before.pack);
    if filed.fields.is_empty() {
        filed.fields.clone_from(&before.fields);
    }
    if filed.recipients.is_empty() {
        filed.recipients.clone_from(&before.recipients);
    }
}

/// A document, or one sentence.
fn said(
    settings: &Settings,
    document: &serde_json::Value,
    zh: &str,
    en: &str,
) -> Result<Output, Vec<Diagnostic>> {
    let text = match settings.format {
        Format::Json => format!("{document:#}\n"),
        Format::Jsonl => format!("{document}\n"),
        Format::Text | Format::Markdown => {
            let sentence = words(zh, en);
            let languages = settings.speech.languages().iter();
            languages.map(|language| sentence.in_language(*language).to_owned()).collect()
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

fn filed(matches: &ArgMatches, settings: &Settings) -> Result<Filed, Vec<Diagnostic>> {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let name = |flag: &str| Name::new(text(flag)).map_err(one);
    let day = |flag: &str| match matches.get_one::<String>(flag) {
        None => Ok(None),
        Some(text) => parse_day(text)
            .map(|day| Some(LegalDay(day)))
            .map_err(|text| one(Diagnostic::error("CL102").with("day", text))),
    };
    let (fields, recipients) = declared(matches, settings)?;
    let pack = matches.get_one::<String>("pack").map(|path| pack_digest(path));
    let pack = pack.transpose().map_err(one)?;
    Ok(Filed {
        number: name("number")?,
        kind: kind(text("kind")),
        authority: name("authority")?,
        change: match text("change") {
            "updated" => Change::Updated,
            "amended" => Change::Amended,
            "ended" => Change::Ended,
            _ => Change::New,
        },
        filed: day("filed")?.ok_or_else(|| one(Diagnostic::error("CL102").with("day", "")))?,
        accepted: day("accepted")?,
        valid_until: day("valid-until")?,
        fields,
        general: matches.get_one::<u64>("general").copied(),
        sensitive: matches.get_one::<u64>("sensitive").copied(),
        recipients,
        frequency: frequency(text("frequency"))?,
        pack,
    })
}

/// The words for what is filed, and what they stand for.
pub const KINDS: [(&str, FilingKind); 6] = [
    ("standard-contract", FilingKind::StandardContract),
    ("security-assessment", FilingKind::SecurityAssessment),
    ("certification", FilingKind::Certification),
    ("gba-contract", FilingKind::GbaContract),
    ("list-use", FilingKind::ListUse),
    ("report", FilingKind::Report),
];

fn kind(word: &str) -> FilingKind {
    let known = KINDS.iter().find(|(held, _)| *held == word);
    known.map_or(FilingKind::StandardContract, |(_, kind)| *kind)
}

/// `continuous`, `once`, `month:N` or `year:N`; nothing for nothing.
///
/// # Errors
///
/// CL121 for anything else.
pub fn frequency(word: &str) -> Result<Option<Frequency>, Vec<Diagnostic>> {
    let times = |text: &str| text.parse::<u32>().ok();
    let known = match word.split_once(':') {
        None if word.is_empty() => return Ok(None),
        None if word == "continuous" => Some(Frequency::Continuous),
        None if word == "once" => Some(Frequency::Once),
        Some(("month", number)) => times(number).map(Frequency::PerMonth),
        Some(("year", number)) => times(number).map(Frequency::PerYear),
        _ => None,
    };
    let wrong = || {
        let finding = Diagnostic::error("CL121").with("word", "--frequency");
        one(finding.with("allowed", "continuous, once, month:N, year:N"))
    };
    known.map(Some).ok_or_else(wrong)
}

/// The fields and recipients of the declaration that a command names.
fn declared(
    matches: &ArgMatches,
    settings: &Settings,
) -> Result<(Vec<Field>, Vec<Name>), Vec<Diagnostic>> {
    let Some(path) = matches.get_one::<String>("transfer") else {
        return Ok((Vec::new(), Vec::new()));
    };
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let transfer = declarations::read_one(&book, path)?.transfer;
    let flows = matches.get_many::<String>("flow").into_iter().flatten();
    contents(&transfer, &flows.map(String::as_str).collect::<Vec<_>>())
}

/// The fields and recipients of a declaration that was filed: of these flows, or of all.
///
/// # Errors
///
/// PM109 for a flow that is not declared; a name that the ledger does not take.
pub fn contents(
    transfer: &Transfer,
    named: &[&str],
) -> Result<(Vec<Field>, Vec<Name>), Vec<Diagnostic>> {
    let missing = named.iter().find(|id| transfer.flows.iter().all(|flow| *flow.id != ***id));
    if let Some(id) = missing {
        return Err(one(no_flow(transfer, id)));
    }
    let taken = |flow: &&Flow| named.is_empty() || named.contains(&&*flow.id);
    let flows = || transfer.flows.iter().filter(taken);
    let mut fields = Vec::new();
    for field in flows().flat_map(|flow| &flow.fields) {
        let (table, column) = match field.name.rsplit_once(':') {
            Some((table, column)) => (Some(Name::new(table).map_err(one)?), column),
            None => (None, &*field.name),
        };
        fields.push(Field { table, column: Name::new(column).map_err(one)?, transform: None });
    }
    let recipients = flows().filter_map(|flow| flow.recipient.name.as_deref());
    let mut recipients: Vec<Name> =
        recipients.map(Name::new).collect::<Result<_, _>>().map_err(one)?;
    recipients.dedup();
    Ok((fields, recipients))
}

fn list(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let history = Place::of(matches, settings).records()?.history().map_err(one)?;
    let filings = history.filings();
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let filings: Vec<_> = filings
                .values()
                .map(|(entry, filed)| json!({ "entry": entry.number, "filing": filed }))
                .collect();
            format!("{:#}\n", json!({ "schema": "kouan.filings/1", "filings": filings }))
        }
        Format::Text | Format::Markdown => {
            let mut section = Section::default();
            for (entry, filed) in filings.values() {
                let kind = serde_json::to_value(filed.kind).unwrap_or_default();
                let change = serde_json::to_value(filed.change).unwrap_or_default();
                let state = format!(
                    "{} · {} · {}",
                    kind.as_str().unwrap_or_default(),
                    change.as_str().unwrap_or_default(),
                    filed.authority
                );
                let day = |day: Option<LegalDay>| day.map_or("—".to_owned(), |d| d.to_string());
                let count = |count: Option<u64>| count.map_or("—".to_owned(), |c| c.to_string());
                let (accepted, until) = (day(filed.accepted), day(filed.valid_until));
                let (general, sensitive) = (count(filed.general), count(filed.sensitive));
                let number = filed.number.as_str();
                section.row(
                    words(number, number),
                    vec![
                        Line::keyed(entry.number.to_string(), words(&state, &state)),
                        Line::below(words(
                            &format!(
                                "受理{accepted}，有效至{until}，一般{general}人，敏感{sensitive}人"
                            ),
                            &format!(
                                "accepted {accepted}, until {until}, general {general}, sensitive \
                             {sensitive}"
                            ),
                        )),
                    ],
                );
            }
            let title = words("备案", "filings");
            let page = Page { title, subtitle: words("", ""), sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

/// `kouan account revoke`.
pub fn revoke(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let office = Place::of(matches, settings).office()?;
    let (time, actor) = (moment(matches, settings)?, actor(matches)?);
    let id = matches.get_one::<String>("permit").map_or("", String::as_str);
    let history = office.history().map_err(one)?;
    let known = history.permits().find(|(_, permitted)| permitted.id.as_str() == id);
    let (_, permitted) = known.ok_or_else(|| one(Diagnostic::error("RL102").with("permit", id)))?;
    let because = match matches.get_one::<String>("because").map(String::as_str) {
        Some("replaced") => Reason::Replaced,
        Some("rulebook-changed") => Reason::RulebookChanged,
        Some("filing-ended") => Reason::FilingEnded,
        Some("mistake") => Reason::Mistake,
        _ => Reason::Decided,
    };
    let permit: Digest = permitted.permit;
    let what = What::Revoke(Revoked { id: permitted.id.clone(), permit, because });
    let receipt = office.record(time, &actor, what).map_err(one)?;
    said(
        settings,
        &json!({ "schema": "kouan.recorded/1", "entry": receipt.entry(), "permit": id }),
        &format!("已撤销{id}，条目{}\n", receipt.entry()),
        &format!("revoked {id} as entry {}\n", receipt.entry()),
    )
}
