//! The shipped rulebook, read once.

use std::sync::OnceLock;

use kouan_rulebook::Book;

/// The rulebook that the program carries.
pub fn shipped() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied()).unwrap())
}
