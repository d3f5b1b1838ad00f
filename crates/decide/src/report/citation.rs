//! Citations as lines of a decision.

use kouan_rulebook::{Book, Cite, cite_words};

use crate::decision::CiteLine;

/// A citation in words, with the instrument's address.
pub(crate) fn cite_line(book: &Book, cite: &Cite) -> CiteLine {
    CiteLine {
        law: cite.law.as_str().to_owned(),
        at: cite.at.to_string(),
        words: cite_words(book, cite),
        url: book.instruments.get(&cite.law).and_then(|instrument| instrument.url.clone()),
    }
}
