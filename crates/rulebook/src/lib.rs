//! Reads `rulebook/`, checks it, and answers what was in force on a day.
//!
//! [`classes`] stands apart: what a column of data can hold, for scanning; deciding never reads it.
//! So do [`papers`]: what an authority is given, for filing; and [`labels`]: how content made by
//! AI is labelled.
//!
//! The crate knows no file system and no clock: it is given names and texts, and days.

mod book;
mod calendar;
mod check;
mod citation;
pub mod classes;
mod condition;
mod embedded;
mod fact;
pub mod format;
pub mod labels;
mod load;
pub mod papers;
mod render;

pub use book::{
    Adds, Age, Book, Change, Cite, Duty, Edition, Effect, Limit, ListRule, Notion, Point, Reading,
    Relation, Rule, Sector, Selector, Standing, UncertainDay, field_of,
};
pub use calendar::{OutsideCalendar, WorkDays};
pub use check::check;
pub use citation::cite_words;
pub use condition::{Comparison, Condition, Subject, Test};
pub use embedded::EMBEDDED;
pub use fact::{AnsweredBy, Fact, FactKind};
pub use load::{load, load_without_cases};
pub use render::render;
