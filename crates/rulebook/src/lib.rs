//! Reads `rulebook/`, checks it, and answers what was in force on a day.
//!
//! The crate knows no file system and no clock: it is given names and texts, and days.

mod fact;
pub mod format;

pub use fact::{AnsweredBy, Fact, FactKind};
