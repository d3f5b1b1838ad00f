//! `rulebook render`: the readable book.

use kouan_rulebook::Book;

use crate::outcome::{Outcome, Output};
use crate::settings::Settings;

/// Writes the book in the languages asked for.
pub fn run(book: &Book, settings: &Settings) -> Output {
    let texts: Vec<String> = settings
        .speech
        .languages()
        .iter()
        .map(|language| kouan_rulebook::render(book, *language))
        .collect();
    Output { text: texts.join("\n"), outcome: Outcome::Done }
}
