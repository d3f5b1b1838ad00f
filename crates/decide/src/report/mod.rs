//! From verdicts to a [`Decision`]: words, deadlines, duties, lighter routes.

mod cheaper;
mod deadlines;
mod lines;
mod numerals;
pub(crate) mod wording;

pub(crate) use cheaper::cheaper;
pub(crate) use deadlines::deadlines;
pub(crate) use lines::Lines;
