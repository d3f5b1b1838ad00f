//! Limits of the program; none of them is a figure of law.

/// Days that have to be observed before anything is said of those to come.
pub(super) const DAYS: u32 = 28;
/// Days among them on which somebody new left.
pub(super) const BUSY_DAYS: u32 = 5;
/// Days that are drawn together, so that a week keeps its shape.
pub(super) const BLOCK_DAYS: usize = 7;
/// Courses of the year that are drawn.
pub(super) const PATHS: usize = 2_000;
/// Of a hundred courses, so many lie before the interval, and as many after it.
pub(super) const OUTSIDE: usize = 10;
