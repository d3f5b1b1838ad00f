//! Checks a book against itself: citations, words, ids, readings, sources, freshness, lists,
//! limits and calendars.
//!
//! What a file cannot say at all is refused by [`crate::load`]; what it says wrongly is found
//! here. Whether rules conflict or leave holes is `decide`'s question.

mod calendars;
mod citations;
mod consequences;
mod cycles;
mod entries;
mod facts;
mod freshness;
mod ids;
mod lists;
mod manifest;
mod provision;
mod readings;
mod sources;
pub(crate) mod words;

use kouan_terms::{Day, Diagnostic, Place};

use crate::book::{Book, Standing};
use crate::format::InstrumentFile;
use crate::load::in_order;

/// Checks the book as it stands on a day, findings in the order of their places.
///
/// The day settles which instruments have passed and which checks are stale; everything else is
/// the same on every day.
#[must_use]
pub fn check(book: &Book, on: Day) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    manifest::check(book, &mut found);
    facts::check(book, &mut found);
    citations::check(book, on, &mut found);
    words::check(book, &mut found);
    ids::check(book, &mut found);
    readings::check(book, &mut found);
    cycles::check(book, &mut found);
    sources::check(book, &mut found);
    freshness::check(book, on, &mut found);
    lists::check(book, on, &mut found);
    consequences::check(book, &mut found);
    calendars::check(book, &mut found);
    in_order(found)
}

/// The place of an entry: its id in its file.
fn place_of(standing: &Standing) -> Place {
    Place::at(&standing.file, standing.bytes.clone())
}

/// The place of an instrument; its file is named after its id.
fn instrument_place(instrument: &InstrumentFile) -> Place {
    Place::at(&format!("instruments/{}.toml", instrument.id.as_ref()), instrument.id.span())
}
