//! The one place that reads the clock.

#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::time::{Duration, Instant};

/// How long something takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let value = work();
    (start.elapsed(), value)
}

/// Repeats something until the time is up; gives how often it ran, and how long that took.
pub fn repeat_for(limit: Duration, mut work: impl FnMut()) -> (u64, Duration) {
    let start = Instant::now();
    let mut times = 0;
    loop {
        work();
        times += 1;
        let elapsed = start.elapsed();
        if elapsed >= limit {
            return (times, elapsed);
        }
    }
}
