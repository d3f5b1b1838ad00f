//! What names and comments of columns say, by whole words, never by parts of words.
//!
//! A name is cut into atoms, the atoms into known phrases; the last phrase that means something is
//! the head: `phone_verified` is about a verification, `verified_phone` is a phone. What stands
//! before the head says whose it is: `product_name` is no person's name.

mod atoms;
mod closed;
mod dictionary;
mod head;
mod pinyin;
mod reading;
mod split;
mod words;

use kouan_rulebook::classes::Classes;

use dictionary::Dictionary;

pub use dictionary::Script;
pub use reading::{NameHit, Owner, Reading, Support, Turned, TurnedTo};
pub use words::Role;

/// The words of the classes and the words around them, ready to read names.
#[derive(Clone, Debug)]
pub struct Lexicon {
    dictionary: Dictionary,
    facts: reading::Facts,
}

impl Lexicon {
    /// Builds the lexicon of these classes. Places of classes in a [`Reading`] are those of
    /// [`Classes::all`].
    #[must_use]
    pub fn new(classes: &Classes) -> Lexicon {
        Lexicon { dictionary: Dictionary::new(classes), facts: reading::Facts::new(classes) }
    }

    /// Reads the name of a column.
    #[must_use]
    pub fn name(&self, name: &str) -> Reading {
        head::of_name(self, name)
    }

    /// Reads a comment: a phrase or the beginning of a sentence about a column.
    #[must_use]
    pub fn comment(&self, comment: &str) -> Reading {
        head::of_comment(self, comment)
    }

    /// What the rows of a table are about, by its name and comment.
    #[must_use]
    pub fn table(&self, name: &str, comment: Option<&str>) -> Owner {
        head::of_table(self, name, comment)
    }

    pub(crate) fn is_state(&self, class: usize) -> bool {
        self.facts.class(class).is_some_and(|facts| facts.state || facts.flag)
    }

    /// The words of a text as they are compared with the words of candidate rules: atoms, glued
    /// runs of Chinese characters left apart.
    #[must_use]
    pub fn folded(text: &str) -> Vec<String> {
        atoms::atoms(text).into_iter().map(|atom| atom.text).collect()
    }
}

#[cfg(test)]
mod tests;
