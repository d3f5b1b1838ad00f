//! `rulebook list`: what the book holds, one line an entry.

use clap::ArgMatches;
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, DaySpan, Diagnostic};
use serde_json::json;

use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// An entry: its id, the days it is in force when it has any, and what it says.
struct Entry {
    id: String,
    span: Option<DaySpan>,
    says: Bilingual,
}

/// Lists entries of one kind.
pub fn run(
    book: &Book,
    matches: &ArgMatches,
    settings: &Settings,
) -> Result<Output, Vec<Diagnostic>> {
    let what = matches.get_one::<String>("what").map_or("rules", String::as_str);
    let all = matches.get_flag("all");
    let mut entries = entries(book, what);
    entries.retain(|entry| all || entry.span.is_none_or(|span| span.contains(settings.on)));
    let text = match settings.format {
        Format::Json | Format::Jsonl => document(book, what, &entries),
        Format::Text | Format::Markdown => {
            super::printed(&page(what, &entries, settings), settings)
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

fn entries(book: &Book, what: &str) -> Vec<Entry> {
    let entry = |id: &str, span: Option<DaySpan>, says: &Bilingual| Entry {
        id: id.to_owned(),
        span,
        says: says.clone(),
    };
    match what {
        "facts" => {
            book.facts.iter().map(|fact| entry(fact.id.as_str(), None, &fact.asks)).collect()
        }
        "instruments" => book
            .instruments
            .iter()
            .map(|(id, file)| entry(id.as_str(), None, &file.title.clone().into()))
            .collect(),
        "lists" => book.editions.iter().map(|edition| list_entry(book, edition)).collect(),
        "unsettled" => book
            .points
            .iter()
            .map(|point| entry(point.id.as_str(), None, &point.question))
            .collect(),
        "duties" => book
            .duties
            .iter()
            .map(|duty| entry(duty.id.as_str(), Some(duty.span), &duty.says))
            .collect(),
        "limits" => book
            .limits
            .iter()
            .map(|limit| entry(limit.id.as_str(), Some(limit.span), &limit.step))
            .collect(),
        "changes" => book
            .changes
            .iter()
            .map(|change| entry(change.id.as_str(), Some(change.span), &change.says))
            .collect(),
        "versions" => book
            .versions
            .iter()
            .map(|version| {
                let span =
                    DaySpan { from: version.from.0, until: version.until.map(|until| until.0) };
                entry(&version.id, Some(span), &version.says.clone().into())
            })
            .collect(),
        "missing" => book
            .missing
            .iter()
            .map(|gap| entry(gap.id.as_ref(), None, &gap.what.clone().into()))
            .collect(),
        "sources" => book
            .sources
            .iter()
            .map(|source| entry(source.key.as_ref(), None, &words(&source.what, &source.what)))
            .collect(),
        "terms" => book
            .glossary
            .iter()
            .map(|term| entry(term.id.as_ref(), None, &words(&term.zh, &term.en)))
            .collect(),
        _ => book
            .every_rule()
            .map(|rule| entry(rule.id.as_str(), Some(rule.span), &rule.says))
            .collect(),
    }
}

/// An edition answers with its completeness.
fn list_entry(book: &Book, edition: &kouan_rulebook::Edition) -> Entry {
    let title = edition.text.title.clone().map(Bilingual::from);
    let title = title
        .or_else(|| book.instruments.get(&edition.law).map(|i| i.title.clone().into()))
        .unwrap_or_default();
    let (held, official) = (&edition.text.held, &edition.text.official);
    let of = |held: Option<u32>, official: Option<u32>| {
        let official = official.map_or("?".to_owned(), |n| n.to_string());
        format!("{}/{official}", held.unwrap_or(0))
    };
    let scenarios = of(held.scenarios, official.scenarios);
    let (zh_unit, en_unit, rows) =
        if official.fields.is_some() || official.items.is_none() && held.fields > Some(0) {
            ("字段", "fields", of(held.fields, official.fields))
        } else {
            ("条目", "items", of(held.items, official.items))
        };
    let says = words(
        &format!("{}（场景{scenarios}，{zh_unit}{rows}）", title.zh),
        &format!("{} (scenarios {scenarios}, {en_unit} {rows})", title.en),
    );
    let span =
        DaySpan { from: edition.from.earliest, until: edition.until.map(|until| until.latest) };
    Entry { id: edition.id.as_str().to_owned(), span: Some(span), says }
}

fn page(what: &str, entries: &[Entry], settings: &Settings) -> Page {
    let lines = entries.iter().map(|entry| Line::keyed(&entry.id, entry.says.clone())).collect();
    let mut section = Section::default();
    section.row(words("", ""), lines);
    Page {
        title: words(
            &format!("{what}：{}条", entries.len()),
            &format!("{what}: {} entries", entries.len()),
        ),
        subtitle: words(&settings.on.to_string(), &settings.on.to_string()),
        sections: vec![section],
    }
}

fn document(book: &Book, what: &str, entries: &[Entry]) -> String {
    let document = json!({
        "schema": "kouan.rulebook-list/1",
        "edition": book.manifest.edition,
        "what": what,
        "entries": entries.iter().map(|entry| json!({
            "id": entry.id,
            "from": entry.span.map(|span| span.from.to_string()),
            "until": entry.span.and_then(|span| span.until).map(|day| day.to_string()),
            "says": { "zh": entry.says.zh, "en": entry.says.en },
        })).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
