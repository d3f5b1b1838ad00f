//! `rulebook render`: the readable book.

use kouan_rulebook::Book;
use kouan_rulebook::classes::Classes;

use crate::outcome::{Outcome, Output};
use crate::settings::Settings;

/// Writes the book in the languages asked for.
pub fn run(book: &Book, classes: &Classes, settings: &Settings) -> Output {
    let texts: Vec<String> = settings
        .speech
        .languages()
        .iter()
        .map(|language| {
            let classes = kouan_rulebook::classes::render(classes, *language);
            format!("{}{classes}", kouan_rulebook::render(book, *language))
        })
        .collect();
    Output { text: texts.join("\n"), outcome: Outcome::Done }
}
