//! From verdicts to a [`Decision`]: words, deadlines, duties, lighter routes.

mod cheaper;
pub(crate) mod citation;
mod deadlines;
mod lines;
pub(crate) mod wording;

pub(crate) use cheaper::cheaper;
pub use deadlines::reckoned;
pub(crate) use deadlines::{deadlines, end_of};
pub(crate) use lines::Lines;
