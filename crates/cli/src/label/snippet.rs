//! `kouan label snippet`: a notice for the interface that shows content.

use clap::ArgMatches;
use kouan_mark::text::snippet;
use kouan_terms::{Bilingual, Diagnostic};

use super::standard::standard;
use crate::outcome::{Outcome, Output};
use crate::settings::Settings;

/// Writes the notice of a kind as HTML, in both languages; words that were given stand alone.
///
/// # Errors
///
/// LB150 for words that lack an element.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (law, used) = standard(settings)?;
    let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let kind = one("kind").unwrap_or("generated");
    let words = match one("words") {
        Some(words) => Bilingual { zh: words.to_owned(), en: String::new() },
        None => law.notice(kind).unwrap_or_default(),
    };
    let text = snippet(&words, &used.explicit).map_err(|finding| vec![finding])?;
    Ok(Output { text, outcome: Outcome::Done })
}
