//! `kouan account`: what was permitted, filed and released, by whom it is counted, and the proof.

pub mod drift;
pub mod filing;
mod forecast;
mod grammar;
mod lines;
pub mod office;
pub mod people;
mod plot;
pub mod prove;
mod report;
mod show;
mod svg;

use clap::ArgMatches;
use kouan_terms::Diagnostic;

use crate::outcome::Output;
use crate::settings::Settings;

pub use grammar::{grammar, office_arguments};
pub use office::{Place, actor, at_shown, moment, one};

/// Runs a subcommand of `kouan account`.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    match matches.subcommand() {
        Some(("init", sub)) => office::init(sub, settings),
        Some(("filing", sub)) => filing::run(sub, settings),
        Some(("revoke", sub)) => filing::revoke(sub, settings),
        Some(("people", sub)) => people::run(sub, settings),
        Some(("forecast", sub)) => forecast::run(sub, settings),
        Some(("report", sub)) => report::run(sub, settings),
        Some(("verify", sub)) => prove::verify(sub, settings),
        Some(("witnessed", sub)) => prove::witnessed(sub, settings),
        Some(("prove", sub)) => prove::prove(sub, settings),
        Some(("export", sub)) => prove::export(sub, settings),
        Some(("drift", sub)) => drift::run(sub, settings),
        Some((_, sub)) => show::run(sub, settings),
        None => show::run(matches, settings),
    }
}
