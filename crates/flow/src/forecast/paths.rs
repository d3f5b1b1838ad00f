//! Courses of the rest of a year, drawn from the days that were observed.
//!
//! A moving-block bootstrap: the days to come are filled with runs of seven consecutive observed
//! days, each run beginning on a day drawn at random. Whole numbers only, so that every machine
//! gives the same courses.

use kouan_terms::Day;
use sha2::{Digest as _, Sha256};

use super::limits;

/// What was observed: how many new persons left on each day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The first day.
    pub from: Day,
    /// New persons of each day, up to and with the day of the forecast.
    pub new: Vec<u64>,
}

impl Observed {
    /// Sorts increments into days; those before the first day or after the last are left out.
    pub(super) fn new(from: Day, on: Day, increments: &[(Day, u64)]) -> Observed {
        let mut new = vec![0_u64; days_between(from, on).map_or(0, |days| days + 1)];
        for (day, more) in increments {
            if let Some(slot) = days_between(from, *day).and_then(|at| new.get_mut(at)) {
                *slot = slot.saturating_add(*more);
            }
        }
        Observed { from, new }
    }

    /// How many days.
    #[must_use]
    pub fn days(&self) -> u32 {
        u32::try_from(self.new.len()).unwrap_or(u32::MAX)
    }

    /// On how many of them somebody new left.
    #[must_use]
    pub fn busy_days(&self) -> u32 {
        u32::try_from(self.new.iter().filter(|new| **new > 0).count()).unwrap_or(u32::MAX)
    }

    /// Whether that is enough to say something of the days to come, where something left on so many
    /// days at all. Of a count that nobody entered it is known that nobody did.
    #[must_use]
    pub fn is_enough(&self, released_days: u32) -> bool {
        let busy = self.busy_days();
        let known = if busy == 0 { released_days } else { busy };
        self.days() >= limits::DAYS && known >= limits::BUSY_DAYS
    }
}

/// Whole days from one to another; `None` where it is before.
pub(super) fn days_between(from: Day, to: Day) -> Option<usize> {
    usize::try_from(from.until(to).ok()?.get_days()).ok()
}

/// A day in all courses: the most persons of the tenth that has fewest, of half, of all but the
/// tenth that has most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// One tenth of the courses has at most so many.
    pub low: u64,
    /// One half has at most so many.
    pub middle: u64,
    /// Nine tenths have at most so many.
    pub high: u64,
}

/// The courses.
pub(super) struct Paths {
    horizon: usize,
    /// The totals at the end of each day to come, course by course.
    totals: Vec<Vec<u64>>,
}

impl Paths {
    /// Draws the days to come. The same days and the same seed give the same courses.
    pub(super) fn draw(observed: &Observed, now: u64, horizon: usize, seed: [u8; 32]) -> Paths {
        let mut random = Random::new(seed);
        let days = observed.new.len();
        let course = |random: &mut Random| {
            let (mut totals, mut total) = (Vec::with_capacity(horizon), now);
            while totals.len() < horizon {
                let start = random.below(days);
                for step in 0..limits::BLOCK_DAYS.min(horizon - totals.len()) {
                    // Around the end, so that every day is drawn as often as any other.
                    let new = observed.new.get((start + step) % days.max(1));
                    total = total.saturating_add(new.copied().unwrap_or(0));
                    totals.push(total);
                }
            }
            totals
        };
        Paths { horizon, totals: (0..limits::PATHS).map(|_| course(&mut random)).collect() }
    }

    /// On which day to come each course reaches a line, from 0, ascending; those that never do are
    /// left out.
    pub(super) fn reach(&self, line: u64) -> Vec<usize> {
        let at = |totals: &Vec<u64>| totals.partition_point(|total| *total < line);
        let mut days: Vec<usize> =
            self.totals.iter().map(at).filter(|day| *day < self.horizon).collect();
        days.sort_unstable();
        days
    }

    /// Each day to come.
    pub(super) fn fan(&self) -> Vec<Fan> {
        let day = |day: usize| {
            let mut totals: Vec<u64> =
                self.totals.iter().filter_map(|course| course.get(day).copied()).collect();
            totals.sort_unstable();
            let at = |percent: usize| share(&totals, percent).unwrap_or_default();
            Fan { low: at(limits::OUTSIDE), middle: at(50), high: at(100 - limits::OUTSIDE) }
        };
        (0..self.horizon).map(day).collect()
    }
}

/// The value that so many of a hundred courses do not exceed; `None` where fewer have one.
pub(super) fn share<T: Copy>(ascending: &[T], percent: usize) -> Option<T> {
    let place = (limits::PATHS * percent).div_ceil(100);
    ascending.get(place.checked_sub(1)?).copied()
}

/// Numbers that look random and hang on a seed only: SHA-256 of the seed and a counter.
struct Random {
    seed: [u8; 32],
    counter: u64,
    ready: Vec<u64>,
}

impl Random {
    fn new(seed: [u8; 32]) -> Random {
        Random { seed, counter: 0, ready: Vec::new() }
    }

    fn next(&mut self) -> u64 {
        if self.ready.is_empty() {
            let hash = Sha256::new().chain_update(self.seed);
            let block: [u8; 32] = hash.chain_update(self.counter.to_be_bytes()).finalize().into();
            self.counter += 1;
            let words = block.as_chunks::<8>().0.iter();
            self.ready.extend(words.map(|word| u64::from_be_bytes(*word)));
        }
        self.ready.pop().unwrap_or_default()
    }

    /// A number below another, each as likely as the next to within 2⁻⁴⁰.
    fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.next()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or_default()
    }
}
