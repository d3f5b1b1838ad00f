//! How many people: exact counts of distinct natural persons, with bounds.
//!
//! A row of a table is about one person. What names that person in the row are its keys; a row may
//! have several (resident ID, phone) or none. The same person may stand in many rows and tables, by
//! one key here and by another there. Two ways of reading that enclose the truth:
//!
//! - *linked*, the lower bound: rows that share a key, directly or through other rows, are one
//!   person, except that two resident IDs are two people, whatever they share (a family has one
//!   phone); a row without key may be anybody already counted;
//! - *unlinked*, the upper bound: rows are one person only when their strongest key is the same;
//!   every row without key is someone else.
//!
//! Beyond that a key is taken at its word: the same key in two rows is the same person, and keys
//! that never meet in a row are of different people.
//!
//! Each worker of a scan feeds a [`Roster`] of its own per table; [`Roster::merge`] joins them in
//! any order, and [`count`] tells the persons of any set of rosters: one table, or many in which a
//! person counts once. Keys enter memory and scratch space only under the secret of the scan; the
//! counts do not depend on it.

mod bounds;
mod cipher;
mod components;
mod counting;
mod flags;
mod merged;
mod reckoning;
mod record;
mod roster;
mod scratch;
mod seen;
mod slot;
mod sorter;
mod veil;

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

pub use bounds::{Count, Figures, Linking, Persons, Reason};
pub use counting::count;
pub use flags::Marks;
pub use roster::{Limits, Roster};
pub use scratch::{Scratch, ScratchFault, Space};
pub use slot::Slot;
pub use veil::{Veil, Veiled};
