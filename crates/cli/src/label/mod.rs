//! `kouan label`: labels of AI-generated content, written, read and checked.

mod add;
mod check;
mod code;
mod copies;
mod document;
mod explicit;
mod files;
mod film;
mod grammar;
mod grammar_explicit;
mod manifest;
mod notice;
mod snippet;
mod standard;

use clap::ArgMatches;
use kouan_terms::Diagnostic;

use crate::outcome::{Outcome, Output};
use crate::settings::Settings;

pub use grammar::grammar;

/// Runs one of the subcommands of `kouan label`.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    match matches.subcommand() {
        Some(("add", sub)) => add::run(sub, settings),
        Some(("check", sub)) => check::run(sub, settings),
        Some(("notice", sub)) => notice::notice(sub, settings),
        Some(("words", sub)) => notice::wording(sub, settings),
        Some(("mark", sub)) => notice::mark(sub, settings),
        Some(("snippet", sub)) => snippet::run(sub, settings),
        Some(("code", sub)) => code::run(sub, settings),
        Some(("copies", sub)) => copies::run(sub, settings),
        Some(("manifest", sub)) => manifest::run(sub, settings),
        _ => Ok(Output { text: String::new(), outcome: Outcome::Done }),
    }
}
