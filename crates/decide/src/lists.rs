//! Which lists there are for a handler, who may borrow which, and how complete they are.

use kouan_rulebook::{Book, Edition};
use kouan_rulebook::format::ListsWord;
use kouan_terms::{Confidence, Day, DaySpan};

/// The zones whose handlers may apply another zone's edition on a day.
///
/// A permission that names no zone, or that rests on a weak source, only informs and is left out.
pub(crate) fn borrowers(book: &Book, edition: &Edition, day: Day) -> Vec<String> {
    let area = edition.id.as_str().split('/').next().unwrap_or("");
    let mut zones = Vec::new();
    for borrow in &book.borrows {
        let span = DaySpan {
            from: borrow.in_force.from.as_ref().0,
            until: borrow.in_force.until.as_ref().map(|until| until.as_ref().0),
        };
        let names_it = match &borrow.lists {
            ListsWord::Word(word) => word == "any-published",
            ListsWord::Areas(areas) => areas.iter().any(|named| named == area),
        };
        let weak = borrow.confidence.as_deref() == Some(Confidence::Low.as_str());
        if span.contains(day) && names_it && !weak {
            zones.extend(borrow.home.iter().cloned());
        }
    }
    zones
}
