//! `kouan scan`: from addresses to an inventory, and what people do with one.

mod compare;
mod credentials;
mod exchange;
mod grammar;
pub mod page;
mod sarif;
mod settle;

use clap::ArgMatches;
use kouan_flow::ScanRequest;
use kouan_flow::{Options, Progress, Want};
use kouan_rulebook::Book;
use kouan_rulebook::classes::Classes;
use kouan_scan::inventory::{Answer, Inventory, to_json};
use kouan_terms::{Bilingual, Diagnostic};

use crate::language::words as both;
use crate::outcome::{Outcome, Output};
use crate::page::Line;
use crate::progress::Shown;
use crate::settings::{Format, Settings};
use crate::{inventories, rulebook_source};

pub use credentials::read as credentials;
pub use grammar::grammar;

/// Runs `kouan scan` or one of its subcommands.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let folder = settings.rulebook.as_deref();
    let book = || rulebook_source::load(folder);
    let classes = || rulebook_source::classes(folder);
    match matches.subcommand() {
        Some(("settle", sub)) => settle::run(sub, settings, &classes()?),
        Some(("diff", sub)) => compare::run(sub, settings, &book()?),
        Some(("export", sub)) => exchange::export(sub, settings, &classes()?),
        Some(("import", sub)) => exchange::import(sub, settings, &book()?, &classes()?),
        _ => scan(matches, settings, &book()?, &classes()?),
    }
}

/// The inventory a command works on.
fn path_of(matches: &ArgMatches) -> String {
    matches.get_one::<String>("inventory").map_or(grammar::INVENTORY, String::as_str).to_owned()
}

fn scan(
    matches: &ArgMatches,
    settings: &Settings,
    book: &Book,
    classes: &Classes,
) -> Result<Output, Vec<Diagnostic>> {
    let texts = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
    };
    let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let path = path_of(matches);
    let dry = matches.get_flag("dry-run");
    let before = before(&path)?;
    let options = Options {
        tables: texts("table"),
        credentials: credentials::read(one("credentials")).map_err(|finding| vec![finding])?,
    };
    let addresses = texts("addresses");
    let request = ScanRequest {
        addresses: &addresses,
        options: &options,
        want: want(matches),
        workers: workers(matches),
        book,
        classes,
        on: settings.on,
        sector: sector(book, one("sector"))?,
        scenario: scenario(book, one("scenario"))?,
        before: before.as_ref(),
        scratch: &one("scratch").map_or_else(std::env::temp_dir, Into::into),
    };
    finished(&watched(&request, settings)?, &path, dry, settings, classes)
}

/// Scans, and says on the terminal how far it is.
///
/// # Errors
///
/// What the scan finds wrong.
pub fn watched(
    request: &ScanRequest<'_>,
    settings: &Settings,
) -> Result<Inventory, Vec<Diagnostic>> {
    let mut shown = Shown::new(settings);
    let scanned = kouan_flow::scan(request, &mut |now| shown.show(|seconds| far(now, seconds)));
    shown.clear();
    scanned
}

/// How far a scan is, as a line.
fn far(now: Progress<'_>, seconds: u64) -> String {
    let done = match now.bytes.filter(|bytes| *bytes > 0) {
        Some(bytes) => format!("{:>3} %", (now.taken.min(bytes) * 100) / bytes),
        None => format!("{} MB", now.taken >> 20),
    };
    format!("{}/{}  {}  {done}  {seconds} s", now.number, now.inputs, now.input)
}

/// Writes the inventory, unless it is a dry run, and shows it.
fn finished(
    inventory: &Inventory,
    path: &str,
    dry: bool,
    settings: &Settings,
    classes: &Classes,
) -> Result<Output, Vec<Diagnostic>> {
    if !dry {
        inventories::write(path, inventory).map_err(|finding| vec![finding])?;
    }
    let text = match settings.format {
        Format::Json => to_json(inventory).map_err(|finding| vec![finding])?,
        Format::Jsonl => {
            let text = to_json(inventory).map_err(|finding| vec![finding])?;
            let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            format!("{value}\n")
        }
        Format::Text | Format::Markdown => {
            let next = next(inventory, path, dry);
            let page = page::page(inventory, classes, settings.verbose > 0, next);
            page.render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: outcome(inventory) })
}

/// 3 where something is unsure or was not looked at, 1 where personal information was found.
fn outcome(inventory: &Inventory) -> Outcome {
    let columns = || inventory.tables.iter().flat_map(|table| &table.columns);
    if columns().any(page::is_unsure) || !inventory.not_looked_at.is_empty() {
        Outcome::CannotTell
    } else if columns().any(|column| column.personal == Answer::Yes) {
        Outcome::Act
    } else {
        Outcome::Done
    }
}

/// The inventory that stands where this scan will write: what people settled in it is kept.
pub fn before(path: &str) -> Result<Option<Inventory>, Vec<Diagnostic>> {
    if !std::path::Path::new(path).exists() {
        return Ok(None);
    }
    inventories::read(path).map(Some).map_err(|finding| vec![finding])
}

fn want(matches: &ArgMatches) -> Want {
    match (matches.get_flag("metadata-only"), matches.get_one::<u64>("sample")) {
        (true, _) => Want::Metadata,
        (false, Some(rows)) => Want::Sample(*rows),
        (false, None) => Want::Everything,
    }
}

fn workers(matches: &ArgMatches) -> usize {
    matches.get_one::<u16>("threads").map_or_else(cores, |threads| usize::from(*threads))
}

/// The threads that look at data where nothing is said.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The sector, when it is a value of the fact `handler.sector`.
pub fn sector<'a>(book: &Book, word: Option<&'a str>) -> Result<Option<&'a str>, Vec<Diagnostic>> {
    let Some(word) = word else { return Ok(None) };
    let fact = book.facts.iter().find(|fact| fact.id.as_str() == "handler.sector");
    let words: Vec<&str> = match fact.map(|fact| &fact.kind) {
        Some(kouan_rulebook::FactKind::OneOf(words)) => {
            words.iter().map(|(word, _)| &**word).collect()
        }
        _ => Vec::new(),
    };
    if words.contains(&word) {
        Ok(Some(word))
    } else {
        Err(vec![Diagnostic::error("SC235").with("words", words.join(", "))])
    }
}

/// `EDITION:SECTOR/SCENARIO`, both of which the rulebook must hold.
pub fn scenario<'a>(
    book: &Book,
    text: Option<&'a str>,
) -> Result<Option<(&'a str, &'a str)>, Vec<Diagnostic>> {
    let Some(text) = text else { return Ok(None) };
    let known = text.split_once(':').filter(|(edition, scenario)| {
        let held = book.editions.iter().find(|held| held.id.as_str() == *edition);
        held.is_some_and(|held| held.scenario(scenario).is_some())
    });
    known.map(Some).ok_or_else(|| vec![Diagnostic::error("SC236")])
}

fn next(inventory: &Inventory, path: &str, dry: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let columns = inventory
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let unsure = columns.filter(|(_, column)| page::is_unsure(column)).map(|(table, column)| {
        let name = kouan_scan::inventory::full_name(&table.name, &column.name);
        let class = match column.class.as_deref() {
            // The class of running text says nothing of what the text holds.
            Some("free-text") => "other",
            class => class.unwrap_or("CLASS"),
        };
        let command = format!(
            "kouan scan settle '{name}' --as {class} --by NAME --why TEXT --inventory {path}"
        );
        let words = if column.class.as_deref() == Some("free-text") {
            both("若文字中没有个人信息", "if its text holds no personal information")
        } else {
            Bilingual::default()
        };
        Line::keyed(command, words)
    });
    lines.extend(unsure.take(3));
    if dry {
        lines.push(Line::words(both(
            "未写清查表（--dry-run）",
            "no inventory was written (--dry-run)",
        )));
    } else {
        lines.push(Line::keyed(
            format!("inventory = \"{path}\""),
            both(
                "写入申报单的flow，`kouan decide`即取字段和人数；全年数据写在year",
                "in a flow of a declaration: `kouan decide` takes fields and persons from it; under `year` for all data of the year",
            ),
        ));
    }
    lines
}
