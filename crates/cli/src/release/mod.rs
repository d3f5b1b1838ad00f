//! `kouan release`: what a permit lets leave, leaves, is counted and recorded.

mod grammar;
pub mod page;

use std::path::Path;
use std::sync::Arc;

use clap::ArgMatches;
use kouan_decide::permit::{Permit, open};
use kouan_disk::real::Folder;
use kouan_flow::office::Office;
use kouan_flow::release::{
    InBucket, Order, Outcome as Left, Shape, SourceRequest, Target, look, release, standing,
};
use kouan_flow::{Bucket, Options};
use kouan_gate::{Form, Withdrawn, withdrawn_entry};
use kouan_ledger::entry::{Name, Time};
use kouan_rulebook::Book;
use kouan_rulebook::classes::Classes;
use kouan_terms::{Diagnostic, Place as At};

use crate::account::{Place, actor, moment, one};
use crate::outcome::{Outcome, Output, talk};
use crate::settings::Settings;
use crate::{files, messages, rulebook_source};

pub use grammar::grammar;

/// Rows from which on a part of a folder ends, where nothing is said.
const PART_ROWS: u64 = 5_000_000;

/// The word of the key under which identifiers of those who withdrew are compared.
const WITHDRAWN: &str = "withdrawn";

/// Releases.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let folder = settings.rulebook.as_deref();
    let (book, classes) = (rulebook_source::load(folder)?, rulebook_source::classes(folder)?);
    let office = Place::of(matches, settings).office()?;
    let (time, actor) = (moment(matches, settings)?, actor(matches)?);
    let texts = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
    };
    let credentials = crate::scan::credentials(text("credentials")).map_err(one)?;
    let wanted = Wanted {
        permit: &files::read(text("permit").unwrap_or_default()).map_err(one)?,
        sources: &texts("sources"),
        options: &Options { tables: texts("table"), credentials },
        to: text("to").unwrap_or_default(),
        form: text("form"),
        part_rows: matches.get_one::<u64>("part-rows").copied(),
        recipient: text("recipient"),
        withdrawn: text("withdrawn"),
        is_dry: matches.get_flag("dry-run"),
    };
    let said = text("at").is_some();
    let ran = released(&office, (&book, &classes), &wanted, (time, said), &actor)?;
    ran.warn(settings);
    let text = page::shown(&ran.outcome, &ran.permit, &ran.name, settings);
    Ok(Output { text, outcome: Outcome::Done })
}

/// A release that is asked for.
pub struct Wanted<'a> {
    /// The permit, signed.
    pub permit: &'a str,
    /// Where the data is.
    pub sources: &'a [String],
    /// How it is read.
    pub options: &'a Options,
    /// Where it goes.
    pub to: &'a str,
    /// The form, where its name does not tell it.
    pub form: Option<&'a str>,
    /// Rows at which a part of a folder ends.
    pub part_rows: Option<u64>,
    /// Who shall receive.
    pub recipient: Option<&'a str>,
    /// The file of those who withdrew.
    pub withdrawn: Option<&'a str>,
    /// Nothing is written.
    pub is_dry: bool,
}

/// A release that was carried out.
pub struct Ran {
    /// What it came to.
    pub outcome: Left,
    /// Its permit.
    pub permit: Permit,
    /// What the ledger calls its output.
    pub name: String,
}

impl Ran {
    /// Says on standard error what should be known.
    pub fn warn(&self, settings: &Settings) {
        let mut warnings = self.outcome.warnings.clone();
        if let Some(entry) = self.outcome.completed {
            warnings.push(Diagnostic::warning("RL121").with("entry", entry));
        }
        if settings.quiet == 0 {
            for language in settings.speech.languages() {
                talk(&messages::render(&warnings, *language, settings.colour, &|_| None));
            }
        }
    }
}

/// Releases at a moment; where it was not said, the clock goes on while rows pass.
///
/// # Errors
///
/// Why nothing leaves.
pub fn released(
    office: &Office,
    (book, classes): (&Book, &Classes),
    wanted: &Wanted<'_>,
    (time, said): (Time, bool),
    actor: &Name,
) -> Result<Ran, Vec<Diagnostic>> {
    let target = target(wanted, office).map_err(one)?;
    let permit = open(wanted.permit, &office.trusted_keys()).map_err(one)?;
    let stands = standing(office, &permit, book, time, wanted.recipient)?;
    let (addresses, options, on) = (wanted.sources, wanted.options, stands.on());
    let source = look(&permit, &SourceRequest { addresses, options, book, classes, on })?;
    let key = office.masking_key(WITHDRAWN);
    let list = wanted.withdrawn.map(|path| withdrawn(&key, path)).transpose().map_err(one)?;
    let clock = || if said { time } else { kouan_flow::office::now() };
    let order = Order {
        office,
        standing: &stands,
        source: &source,
        target: &target,
        withdrawn: list.as_ref().map(|list| Withdrawn { key: &key, list }),
        book,
        actor,
        clock: &clock,
        is_dry: wanted.is_dry,
    };
    let outcome = release(&order)?;
    Ok(Ran { outcome, permit, name: target.name.to_string() })
}

/// Where a release goes: a file or an object, or a folder where the name ends in `/` or a number of
/// rows is said.
fn target(wanted: &Wanted<'_>, office: &Office) -> Result<Target, Diagnostic> {
    let (to, rows, named) = (wanted.to, wanted.part_rows, wanted.form);
    let is_folder = to.ends_with('/') || rows.is_some();
    let form = match named {
        Some("csv") => Some(Form::Csv),
        Some("jsonl") => Some(Form::JsonLines),
        Some("parquet") => Some(Form::Parquet),
        Some("arrow") => Some(Form::Arrow),
        Some(_) => None,
        None if is_folder => Some(Form::Parquet),
        None => Form::of(to),
    };
    let form = form.ok_or_else(|| Diagnostic::error("RL104").at(At::file(to)))?;
    let shape = match is_folder {
        true => Shape::Parts { rows: rows.unwrap_or(PART_ROWS).max(1) },
        false => Shape::File,
    };
    if to.starts_with("s3://") {
        let address = to.trim_end_matches('/');
        let (bucket, path) = Bucket::open(address, wanted.options)?;
        if path.is_empty() {
            return Err(Diagnostic::error("RL104").at(At::file(to)));
        }
        let disk = Arc::new(InBucket::new(bucket, office.records().shared_disk()));
        return Ok(Target { disk, path, name: Name::new(address)?, shape, form });
    }
    let path = Path::new(to.trim_end_matches('/'));
    let unreadable = |error: std::io::Error| {
        Diagnostic::error("CL113").at(At::file(to)).with("detail", error.kind())
    };
    let last = path.file_name().and_then(|name| name.to_str());
    let last = last.ok_or_else(|| Diagnostic::error("RL104").at(At::file(to)))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = Folder::open(parent.unwrap_or(Path::new("."))).map_err(unreadable)?;
    // An absolute path says where somebody’s folders are: the ledger keeps the last part.
    let name = if path.is_absolute() { last } else { to.trim_end_matches('/') };
    Ok(Target {
        disk: Arc::new(folder.private()),
        path: last.to_owned(),
        name: Name::new(name)?,
        shape,
        form,
    })
}

/// Those who withdrew, from a file with one identifier a line; only their hashes are kept.
fn withdrawn(key: &[u8; 32], path: &str) -> Result<Vec<[u8; 32]>, Diagnostic> {
    let text = files::read(path)?;
    let entries = text.lines().filter_map(|line| withdrawn_entry(key, line.as_bytes()));
    let mut entries: Vec<[u8; 32]> = entries.collect();
    entries.sort_unstable();
    entries.dedup();
    Ok(entries)
}
