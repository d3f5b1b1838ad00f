//! Step 1, scan: what is in the data, and how many people.
//!
//! Pure: batches of cells come in, an [`inventory`] goes out. No files, no clock, no threads: the
//! day is an argument, the key that hides identifiers is an argument, space on disk is an
//! argument.  The way of a column: [`observe`] looks at every cell and counts shapes; [`lexicon`]
//! reads its name and comment; [`classify`] weighs both against the classes of the rulebook;
//! [`persons`] counts the people its identifiers stand for.

pub mod classify;
pub mod exchange;
pub mod identifiers;
pub mod inventory;
pub mod lexicon;
pub mod mapping;
pub mod observe;
pub mod persons;
pub mod survey;
pub mod text;
