//! The one place that reads the clock.

#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::time::{Duration, Instant};

/// How long something takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let value = work();
    (start.elapsed(), value)
}

/// Repeats something until the time is up; gives how many seconds each time took.
pub fn repeat_for(limit: Duration, mut work: impl FnMut()) -> Vec<f64> {
    let start = Instant::now();
    let mut each = Vec::new();
    let mut before = start;
    while before.duration_since(start) < limit {
        work();
        let now = Instant::now();
        each.push(now.duration_since(before).as_secs_f64());
        before = now;
    }
    each
}
