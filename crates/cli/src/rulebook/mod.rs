//! `kouan rulebook …`: look at, check, compare and prove the rulebook.

mod book;
mod check;
mod class;
mod compare;
mod entries;
mod impact;
mod proof;
mod show;

use clap::ArgMatches;
use kouan_rulebook::Book;
use kouan_terms::{Day, Diagnostic, parse_day};

use crate::outcome::{Outcome, Output};
use crate::page::Page;
use crate::rulebook_source;
use crate::settings::Settings;

/// Runs one of the subcommands.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let folder = settings.rulebook.as_deref();
    let book = match matches.subcommand_name() {
        Some("check" | "test") => rulebook_source::load_with_cases(folder)?,
        _ => rulebook_source::load(folder)?,
    };
    match matches.subcommand() {
        Some(("show", sub)) => show::run(&book, sub, settings),
        Some(("list", sub)) => entries::run(&book, sub, settings),
        Some(("check", _)) => {
            let (classes, papers) =
                (rulebook_source::classes(folder), rulebook_source::papers(folder));
            Ok(check::check(&book, classes, papers, settings))
        }
        Some(("test", _)) => Ok(check::test(&book, settings)),
        Some(("prove", _)) => proof::run(&book, settings),
        Some(("diff", sub)) => compare::run(&book, sub, settings),
        Some(("impact", sub)) => impact::run(&book, sub, settings),
        Some(("render", _)) => Ok(book::run(&book, &rulebook_source::classes(folder)?, settings)),
        _ => Ok(Output { text: String::new(), outcome: Outcome::Done }),
    }
}

/// A page in the form that was asked for; JSON commands build their own documents.
fn printed(page: &Page, settings: &Settings) -> String {
    page.render(settings.speech, settings.format.shape())
}

/// A day given as an argument.
fn day(matches: &ArgMatches, name: &str) -> Result<Day, Vec<Diagnostic>> {
    let text = matches.get_one::<String>(name).map_or("", String::as_str);
    parse_day(text).map_err(|text| vec![Diagnostic::error("CL102").with("day", text)])
}

/// The two days of a comparison, the earlier one first.
fn days(book: &Book, matches: &ArgMatches) -> Result<(Day, Day), Vec<Diagnostic>> {
    let (from, to) = (day(matches, "from")?, day(matches, "to")?);
    let starts = book.manifest.starts.0;
    if from < starts || to < starts {
        let day = from.min(to);
        return Err(vec![Diagnostic::error("DC201").with("day", day).with("starts", starts)]);
    }
    if to < from {
        return Err(vec![Diagnostic::error("CL140").with("from", from).with("to", to)]);
    }
    Ok((from, to))
}

pub use class::page as shown_class;
pub use show::{entry as shown_entry, not_found};
