//! `kouan`: clears data before it leaves China.
//!
//! Arguments come in, files are read, a page goes out; what decides is `kouan-decide`.

mod account;
mod adopted;
mod arguments;
mod clear;
mod decide;
mod decision_json;
mod decision_page;
mod declarations;
mod explain;
mod file;
mod files;
mod inventories;
mod label;
mod language;
mod messages;
mod outcome;
mod page;
mod permit;
mod progress;
mod release;
mod rulebook;
mod rulebook_source;
mod sarif;
mod scan;
mod settings;
mod small;

use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use kouan_terms::Diagnostic;

use crate::language::Speech;
use crate::outcome::{Outcome, Output};
use crate::settings::Settings;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let speech = Speech::detect(&arguments);
    let matches = match arguments::grammar(speech.first()).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return misused(&error, speech),
    };
    let settings = match Settings::new(&matches, speech) {
        Ok(settings) => settings,
        Err(finding) => {
            return outcome::report(&[finding], speech, false, &declarations::text_of);
        }
    };
    let outcome = run(&matches, &settings);
    outcome::finish(outcome, &settings)
}

fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    match matches.subcommand() {
        Some(("clear", sub)) => clear::run(sub, settings),
        Some(("scan", sub)) => scan::run(sub, settings),
        Some(("decide", sub)) => decide::run(sub, settings),
        Some(("file", sub)) => file::run(sub, settings),
        Some(("release", sub)) => release::run(sub, settings),
        Some(("account", sub)) => account::run(sub, settings),
        Some(("label", sub)) => label::run(sub, settings),
        Some(("rulebook", sub)) => rulebook::run(sub, settings),
        Some(("explain", sub)) => explain::run(sub, settings),
        Some(("init", sub)) => small::init(sub, settings),
        Some(("completions", sub)) => small::completions(sub, settings),
        Some(("version", sub)) => small::version(sub, settings),
        _ => Ok(Output { text: String::new(), outcome: Outcome::Done }),
    }
}

/// Help and version go to standard output; a wrong word is a finding of ours, in both languages.
fn misused(error: &clap::Error, speech: Speech) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            outcome::print(&error.render().to_string());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            outcome::talk(&error.render().to_string());
            ExitCode::from(2)
        }
        kind => {
            let code = match kind {
                ErrorKind::InvalidValue | ErrorKind::ValueValidation => "CL121",
                ErrorKind::MissingRequiredArgument | ErrorKind::TooFewValues => "CL122",
                ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand => "CL123",
                _ => "CL120",
            };
            let word = context(error, ContextKind::InvalidArg)
                .or_else(|| context(error, ContextKind::InvalidSubcommand))
                .unwrap_or_default();
            let allowed = context(error, ContextKind::ValidValue)
                .or_else(|| context(error, ContextKind::SuggestedArg))
                .or_else(|| context(error, ContextKind::SuggestedSubcommand))
                .unwrap_or_else(|| "--help".to_owned());
            let finding = Diagnostic::error(code).with("word", word).with("allowed", allowed);
            outcome::report(&[finding], speech, false, &|_| None)
        }
    }
}

/// A part of what clap knows about an error. The value a person typed is not among them.
fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => Some(words.join(", ")),
        _ => None,
    }
}
