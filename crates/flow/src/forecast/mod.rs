//! When a line will be reached, from how people left so far.
//!
//! The days of this year on which the ledger was kept are what is known; the days to come are taken
//! to be like them. What that assumes, and when nothing can be said, stands in
//! `docs/concepts/forecast.md`.

mod limits;
mod paths;

use kouan_ledger::entry::{Count, LaneCount};
use kouan_meter::{CalendarYear, Lane, Live, Measure, Standing, Year};
use kouan_rulebook::Book;
use kouan_terms::{Day, Diagnostic, RuleId, ScenarioId};
use sha2::{Digest as _, Sha256};

use crate::office::{History, Line, Measured, Office, measured, segment_of};

pub use paths::{Fan, Observed};
use paths::{Paths, days_between, share};

/// Courses that are drawn for each count.
pub const PATHS: usize = limits::PATHS;
/// Days that have to be observed, and those among them on which somebody new left.
pub const NEEDED: (u32, u32) = (limits::DAYS, limits::BUSY_DAYS);

/// Everything that can be said of a handler’s year on a day of it.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The year.
    pub year: CalendarYear,
    /// The day on which it is said.
    pub on: Day,
    /// The last day of the year.
    pub until: Day,
    /// Each count.
    pub outlooks: Vec<Outlook>,
}

/// One count: what happened, and what may.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The count and its lines.
    pub measured: Measured,
    /// Persons now: at most so many.
    pub now: u64,
    /// The days observed.
    pub observed: Observed,
    /// The count after each release that changed it.
    pub past: Vec<(Day, u64)>,
    /// Each day to come; empty where nothing can be said.
    pub fan: Vec<Fan>,
    /// For each line, when it is reached.
    pub crossings: Vec<Crossing>,
}

/// When a line is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// It was, with this entry.
    Crossed {
        /// The day on which that release left.
        on: Day,
        /// The entry.
        entry: u64,
    },
    /// In the course of the year, it seems.
    Expected {
        /// One tenth of the courses reach it by this day.
        earliest: Day,
        /// One half does; `None` where fewer do within the year.
        middle: Option<Day>,
        /// Nine tenths do; `None` where fewer do within the year.
        latest: Option<Day>,
        /// How many courses reach it.
        courses: usize,
    },
    /// Not in this year, if it goes on as so far.
    NotThisYear {
        /// How many courses reach it all the same: less than a tenth.
        courses: usize,
    },
    /// Too little is known.
    CannotTell,
}

/// Forecasts every count of a handler on a day, by the law of that day.
///
/// The history of each count is taken from the meter, release by release, so that it is exact for
/// every reading. That reads all segments of the year.
///
/// # Errors
///
/// What reading the ledger and the meter says.
pub fn forecast(office: &Office, book: &Book, on: Day) -> Result<Forecast, Diagnostic> {
    let history = office.history()?;
    let year = u16::try_from(on.year()).ok().and_then(CalendarYear::new);
    let year = year.ok_or_else(|| Diagnostic::error("RL115").with("day", on))?;
    let account = office.account(year)?;
    let lanes = Year::open(office.records().disk(), account.clone(), &history.live(year))?;
    let counts = measured(book, on, &[&history], lanes.lanes());
    let mut people = Year::open(office.records().disk(), account, &Live::default())?;
    let mut tracks: Vec<Vec<Step>> = vec![Vec::new(); counts.len()];
    for (entry, released) in history.releases() {
        let day = History::day_of(entry, released);
        if u16::try_from(day.year()) != Ok(year.number()) || day > on {
            continue;
        }
        if let Some(segment) = segment_of(released) {
            people.catch_up(&Live { segments: vec![segment], merged: Vec::new() })?;
        }
        for (track, count) in tracks.iter_mut().zip(&counts) {
            let total = people.tally(&count.counting.scope).of(count.counting.measure);
            track.push(Step { day, entry: entry.number, total });
        }
    }
    let frame = Frame::new(&history, on);
    let outlooks =
        counts.into_iter().zip(tracks).map(|(count, track)| frame.outlook(count, &track));
    Ok(Forecast { year, on, until: frame.until, outlooks: outlooks.collect() })
}

/// A count after a release.
#[derive(Clone, Copy)]
struct Step {
    day: Day,
    entry: u64,
    total: u64,
}

/// What all counts of a ledger and a day share.
struct Frame {
    on: Day,
    from: Day,
    until: Day,
    seed: [u8; 32],
}

impl Frame {
    fn new(history: &History, on: Day) -> Frame {
        let first = Day::new(on.year(), 1, 1).unwrap_or(on);
        // Before the ledger was kept nobody can say who left.
        let kept = history.entries().first().map_or(on, |entry| entry.day.0);
        let root = history.head().root().to_string();
        let seed = Sha256::new().chain_update(b"kouan/forecast/1").chain_update(root.as_bytes());
        Frame {
            on,
            from: first.max(kept).min(on),
            until: Day::new(on.year(), 12, 31).unwrap_or(on),
            seed: seed.chain_update(on.to_string().as_bytes()).finalize().into(),
        }
    }

    fn horizon(&self) -> usize {
        days_between(self.on, self.until).unwrap_or(0)
    }

    fn outlook(&self, measured: Measured, track: &[Step]) -> Outlook {
        let mut before = 0;
        let increments: Vec<(Day, u64)> = track
            .iter()
            .map(|step| {
                let new = step.total.saturating_sub(before);
                before = step.total;
                (step.day, new)
            })
            .collect();
        let mut past: Vec<(Day, u64)> = Vec::new();
        for step in track {
            match past.last_mut().filter(|(day, _)| *day == step.day) {
                Some((_, total)) => *total = step.total,
                None => past.push((step.day, step.total)),
            }
        }
        let observed = Observed::new(self.from, self.on, &increments);
        let mut released: Vec<Day> = track.iter().map(|step| step.day).collect();
        released.dedup();
        let released = u32::try_from(released.len()).unwrap_or(u32::MAX);
        let paths =
            observed.is_enough(released).then(|| self.paths(&observed, before, &measured.name()));
        let crossed = |line: &Line| {
            let step = track.iter().find(|step| step.total >= line.at)?;
            Some(Crossing::Crossed { on: step.day, entry: step.entry })
        };
        let crossing =
            |line: &Line| crossed(line).unwrap_or_else(|| self.crossing(paths.as_ref(), line.at));
        let crossings = measured.lines.iter().map(crossing).collect();
        let fan = paths.as_ref().map(Paths::fan).unwrap_or_default();
        Outlook { crossings, measured, now: before, observed, past, fan }
    }

    fn paths(&self, observed: &Observed, now: u64, name: &str) -> Paths {
        let seed = Sha256::new().chain_update(self.seed).chain_update(name.as_bytes());
        Paths::draw(observed, now, self.horizon(), seed.finalize().into())
    }

    fn crossing(&self, paths: Option<&Paths>, line: u64) -> Crossing {
        if self.horizon() == 0 {
            return Crossing::NotThisYear { courses: 0 };
        }
        let Some(paths) = paths else { return Crossing::CannotTell };
        let reached = paths.reach(line);
        let courses = reached.len();
        let day = |percent: usize| {
            let after = i64::try_from(share(&reached, percent)?).ok()?.checked_add(1)?;
            self.on.checked_add(jiff::Span::new().days(after)).ok()
        };
        match day(limits::OUTSIDE) {
            None => Crossing::NotThisYear { courses },
            Some(earliest) => {
                let (middle, latest) = (day(50), day(100 - limits::OUTSIDE));
                Crossing::Expected { earliest, middle, latest, courses }
            }
        }
    }
}

/// Warns of each limit of a release that is reached within the year, if it goes on as so far.
///
/// The history is that of the entries. Where a limit spans several lanes, somebody who is new to
/// one of them may be counted twice there; so the day that is named may be too early, not too late.
pub(crate) fn warnings(history: &History, on: Day, standings: &[Standing]) -> Vec<Diagnostic> {
    let frame = Frame::new(history, on);
    let warning = |standing: &Standing| {
        let limit = &standing.limit;
        let mut increments: Vec<(Day, u64)> = Vec::new();
        for (entry, released) in history.releases() {
            let of = |lane: &&LaneCount| limit.scope.holds(&lane_of(lane));
            let new = released.people.lanes.iter().filter(of);
            let new = new.map(|lane| count_of(lane, limit.measure).new).sum();
            increments.push((History::day_of(entry, released), new));
        }
        increments.push((on, standing.after.saturating_sub(standing.before)));
        let observed = Observed::new(frame.from, on, &increments);
        let line = limit.most.saturating_add(1);
        if !observed.is_enough(0) || standing.after >= line {
            return None;
        }
        let paths = frame.paths(&observed, standing.after, &limit.name);
        let Crossing::Expected { earliest, middle: Some(middle), .. } =
            frame.crossing(Some(&paths), line)
        else {
            return None;
        };
        let found = Diagnostic::warning("RL123").with("limit", &limit.name);
        Some(found.with("day", middle).with("earliest", earliest).with("most", limit.most))
    };
    standings.iter().filter_map(warning).collect()
}

fn count_of(lane: &LaneCount, measure: Measure) -> Count {
    if measure == Measure::Sensitive { lane.sensitive } else { lane.general }
}

/// The lane of the meter that an entry names.
fn lane_of(lane: &LaneCount) -> Lane {
    Lane {
        route: lane.route,
        scenario: lane.scenario.as_ref().map(|name| ScenarioId::new(name.as_str())),
        exemption: lane.exemption.as_ref().map(|name| RuleId::new(name.as_str())),
        filing: lane.filing.as_ref().map(|name| name.as_str().into()),
    }
}

#[cfg(test)]
mod tests;
