//! The meter on a real disk: a year that fills with invented people, release by release.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use kouan_disk::Disk;
use kouan_disk::real::Folder;
use kouan_meter::{
    Account, AtLimit, CalendarYear, Digest, Exempt, Key, Kind, Lane, Limit, Live, Marks, Measure,
    Rows, Scope, Year,
};
use kouan_terms::Route;
use serde_json::json;

use crate::{Fault, said, words};

/// People a release, and rows a batch.
const RELEASE: u64 = 1_000_000;
const BATCH: u64 = 65_536;

/// Persons in segments not merged yet from which on the program merges.
const UNMERGED: u64 = 1 << 20;

/// The middle of 2026, in seconds.
const MOMENT: i64 = 1_782_000_000;

/// By the clock, and by the time that the processor gave this thread.
#[derive(Clone, Copy, Default)]
struct Took {
    clock: Duration,
    processor: Duration,
}

struct Begun {
    clock: Instant,
    processor: Duration,
}

fn now() -> Begun {
    Begun { clock: Instant::now(), processor: processor() }
}

fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(first.unwrap_or_default())
}

impl Begun {
    fn elapsed(&self) -> Took {
        let processor = processor().saturating_sub(self.processor);
        Took { clock: self.clock.elapsed(), processor }
    }
}

impl std::ops::AddAssign for Took {
    fn add_assign(&mut self, more: Took) {
        self.clock += more.clock;
        self.processor += more.processor;
    }
}

/// Millions a second.
fn rate(people: u64, took: Duration) -> f64 {
    people as f64 / took.as_secs_f64() / 1e6
}

/// An invented person's key: as good as random, as hidden ones are.
fn hidden(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ bits >> 31) >> 6
}

/// Fills a batch in; the time it takes is nobody's.
fn fill(rows: &mut Rows, from: u64, to: u64) {
    rows.clear();
    for number in from..to {
        if let Some(key) = Key::narrow(Kind::RESIDENT_ID, hidden(number)) {
            rows.push(number, &[key], Marks::GENERAL);
        }
    }
}

struct Bench {
    disk: Folder,
    account: Account,
    year: CalendarYear,
}

impl Bench {
    fn open(&self, live: &Live) -> Result<Year<'_>, Fault> {
        Year::open(&self.disk, self.account.clone(), live).map_err(said)
    }

    /// Releases people, durably, entry included; the segment, and what it takes to count them.
    fn release(
        &self,
        year: &mut Year<'_>,
        from: u64,
        to: u64,
    ) -> Result<(Option<Digest>, Took), Fault> {
        let lane = Lane::of(Route::ContractOrCertification);
        let limits = [Measure::General, Measure::Sensitive].map(|measure| {
            let scope = Scope::year(Exempt::LeftOut);
            Limit { name: "persons".to_owned(), scope, measure, most: u64::MAX }
        });
        let mut rows = year.rows([0; 32]);
        let mut may_leave = Vec::new();
        let mut took = Took::default();
        let session = year.session(lane, limits.to_vec(), AtLimit::Headroom);
        let mut session = session.map_err(said)?;
        let mut at = from;
        while at < to {
            let next = (at + BATCH).min(to);
            fill(&mut rows, at, next);
            let begun = now();
            session.batch(&rows, &mut may_leave).map_err(said)?;
            took += begun.elapsed();
            at = next;
        }
        let begun = now();
        let lock = self.disk.lock("lock").map_err(words)?;
        let sealed = session.seal(self.year).map_err(said)?;
        let mut entry = self.disk.append("journal").map_err(words)?;
        writeln!(entry, "{:?} {}", sealed.segment, sealed.released.all).map_err(words)?;
        entry.sync().map_err(words)?;
        drop(lock);
        took += begun.elapsed();
        if sealed.released.all != to - from {
            return Err(format!("{} people, counted {}", to - from, sealed.released.all));
        }
        Ok((sealed.segment, took))
    }

    fn bytes(&self) -> Result<u64, Fault> {
        let mut bytes = 0;
        for file in self.disk.list(self.account.folder()).map_err(words)? {
            let path = format!("{}/{}", self.account.folder(), file.name);
            bytes += self.disk.len(&path).map_err(words)?.unwrap_or(0);
        }
        Ok(bytes)
    }

    fn opening(&self, live: &Live) -> Result<Duration, Fault> {
        let begun = now();
        drop(self.open(live)?);
        Ok(begun.elapsed().clock)
    }
}

/// Fills a year with so many people below a folder, and prints the figures.
pub(crate) fn run(people: u64, folder: &str) -> Result<(), Fault> {
    let place = Path::new(folder).join("meter");
    if place.exists() {
        std::fs::remove_dir_all(&place).map_err(words)?;
    }
    std::fs::create_dir_all(&place).map_err(words)?;
    let disk = Folder::open(&place).map_err(words)?;
    let year = CalendarYear::at(MOMENT).ok_or("no year")?;
    let account = Account::new("meter", "例某", year, [7; 16]).map_err(said)?;
    let (bench, mut live) = (Bench { disk, account, year }, Live::default());
    let (mut new, mut known) = (Took::default(), Took::default());
    let mut longest = Duration::ZERO;
    let mut from = 0;
    while from < people {
        let mut open = bench.open(&live)?;
        // What opening reads is merged now and then, as the program does.
        while from < people && !open.is_to_be_merged(UNMERGED) {
            let to = (from + RELEASE).min(people);
            let (segment, took) = bench.release(&mut open, from, to)?;
            new += took;
            live.segments.extend(segment);
            open.catch_up(&live).map_err(said)?;
            from = to;
        }
        longest = longest.max(bench.opening(&live)?);
        live.merged.extend(open.merge().map_err(said)?);
        drop(open);
        kouan_meter::sweep(&bench.disk, &bench.account, &live).map_err(said)?;
    }
    let opening = bench.opening(&live)?;
    let bytes = bench.bytes()?;
    let mut open = bench.open(&live)?;
    let counted = open.tally(&Scope::default()).all;
    if counted != people {
        return Err(format!("{people} people, the year has {counted}"));
    }
    let mut from = 0;
    while from < people {
        let to = (from + RELEASE).min(people);
        known += bench.release(&mut open, from, to)?.1;
        from = to;
    }
    drop(open);
    let figures = json!({
        "people": people,
        "new_processor": rate(people, new.processor), "new_clock": rate(people, new.clock),
        "known_processor": rate(people, known.processor), "known_clock": rate(people, known.clock),
        "disk": bytes as f64 / 1e9,
        "opening": opening.as_secs_f64(), "longest": longest.as_secs_f64(),
    });
    println!("{figures}");
    std::fs::remove_dir_all(&place).map_err(words)
}
