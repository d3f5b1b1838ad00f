//! How fast, on a real disk: for whoever asks, not for every run.
//!
//! `cargo test --release -p kouan-meter --test it speed -- --ignored --nocapture`; the number of
//! people is `KOUAN_METER_PEOPLE`, ten million where nothing is said; the folder for files is
//! `KOUAN_METER_FOLDER`. Each line is a name, a figure and a unit.

use std::io::Write as _;
use std::time::{Duration, Instant};

use kouan_disk::Disk;
use kouan_disk::real::Folder;
use kouan_meter::{
    Account, AtLimit, Exempt, Key, Kind, Lane, Limit, Live, Marks, Measure, Rows, Scope, Year,
    persons,
};
use kouan_terms::Route;

use crate::counting::year;

/// People a release, and rows a batch.
const RELEASE: u64 = 1_000_000;
const BATCH: u64 = 65_536;

/// A moment: by the clock, and by the time that the processor gave this thread.
#[derive(Clone, Copy, Default)]
struct Took {
    clock: Duration,
    processor: Duration,
}

struct Begun {
    clock: Instant,
    processor: Duration,
}

#[expect(clippy::disallowed_methods, reason = "to tell the speed is what this is for")]
fn now() -> Begun {
    Begun { clock: Instant::now(), processor: processor() }
}

/// Of a machine that does other work too, the time of the processor tells more than the clock.
#[expect(clippy::disallowed_methods, reason = "to tell the speed is what this is for")]
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

impl Took {
    fn longer(one: Took, other: Took) -> Took {
        if one.processor > other.processor { one } else { other }
    }
}

impl std::ops::AddAssign for Took {
    fn add_assign(&mut self, more: Took) {
        self.clock += more.clock;
        self.processor += more.processor;
    }
}

#[expect(clippy::disallowed_macros, reason = "figures are what it is run for")]
fn say(name: &str, figure: f64, unit: &str) {
    println!("{name}\t{figure:.2}\t{unit}");
}

/// Millions a second, by the processor and by the clock.
fn say_rate(name: &str, people: u64, took: Took) {
    let rate = |took: Duration| people as f64 / took.as_secs_f64() / 1e6;
    say(name, rate(took.processor), "million a second of the processor");
    say(name, rate(took.clock), "million a second by the clock");
}

fn say_time(name: &str, took: Took) {
    say(name, took.processor.as_secs_f64(), "seconds of the processor");
    say(name, took.clock.as_secs_f64(), "seconds by the clock");
}

fn setting(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

/// An invented person's keys: as good as random, as hidden ones are.
fn hidden(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ bits >> 31) >> 6
}

fn resident(number: u64) -> Key {
    Key::narrow(Kind::RESIDENT_ID, hidden(number)).unwrap()
}

fn mobile(number: u64) -> Key {
    Key::narrow(Kind::at(7).unwrap(), hidden(number ^ 1 << 60)).unwrap()
}

/// Fills a batch in; the time it takes is nobody's.
fn fill(rows: &mut Rows, from: u64, to: u64, keys: usize) {
    rows.clear();
    for number in from..to {
        let both = [mobile(number), resident(number)];
        rows.push(number, &both[2 - keys..], Marks::GENERAL);
    }
}

struct Bench {
    disk: Folder,
    account: Account,
    live: Live,
    keys: usize,
}

impl Bench {
    fn open(&self) -> Year<'_> {
        Year::open(&self.disk, self.account.clone(), &self.live).unwrap()
    }

    /// Releases people, durably, entry included; what it takes to count them.
    fn release(&self, year: &mut Year<'_>, from: u64, to: u64) -> (Live, Took) {
        let lane = Lane::of(Route::ContractOrCertification);
        let limits = [Measure::General, Measure::Sensitive].map(|measure| {
            let scope = Scope::year(Exempt::LeftOut);
            Limit { name: "persons".to_owned(), scope, measure, most: u64::MAX }
        });
        let mut rows = year.rows([0; 32]);
        let mut may_leave = Vec::new();
        let mut took = Took::default();
        let mut session = year.session(lane, limits.to_vec(), AtLimit::Headroom).unwrap();
        let mut at = from;
        while at < to {
            let next = (at + BATCH).min(to);
            fill(&mut rows, at, next, self.keys);
            let begun = now();
            session.batch(&rows, &mut may_leave).unwrap();
            took += begun.elapsed();
            assert!(may_leave.iter().all(|may| *may));
            at = next;
        }
        let begun = now();
        let lock = self.disk.lock("lock").unwrap();
        let sealed = session.seal(self::year()).unwrap();
        let mut entry = self.disk.append("journal").unwrap();
        writeln!(entry, "{:?} {}", sealed.segment, sealed.released.all).unwrap();
        entry.sync().unwrap();
        drop(lock);
        let mut live = self.live.clone();
        live.segments.extend(sealed.segment);
        took += begun.elapsed();
        assert_eq!(sealed.released.all, to - from);
        (live, took)
    }

    fn bytes(&self) -> u64 {
        let files = self.disk.list(self.account.folder()).unwrap();
        let paths = files.iter().map(|file| format!("{}/{}", self.account.folder(), file.name));
        paths.map(|path| self.disk.len(&path).unwrap().unwrap()).sum()
    }

    fn merge(&mut self) {
        let digest = self.open().merge().unwrap();
        self.live.merged.extend(digest);
        kouan_meter::sweep(&self.disk, &self.account, &self.live).unwrap();
    }

    fn run(&mut self, people: u64) {
        let name = |what: &str| format!("{what}, {} keys, {people} people", self.keys);
        let (new, again, opening, size) =
            (name("new"), name("known"), name("opening"), name("disk"));
        let (with_merged, merging, known, bounds) =
            (name("disk with merged"), name("merging"), name("known(person)"), name("bounds"));
        let (cold, small) = (name("known, first batches"), name("release of 1000"));
        let (taking, most) =
            (name("taking in what was sealed"), name("opening, with most to read"));
        let [mut took, mut taken, mut longest] = [Took::default(); 3];
        let mut from = 0;
        while from < people {
            // What opening reads is merged now and then, as the owner of the ledger does.
            let begun = now();
            let mut year = Year::open(&self.disk, self.account.clone(), &self.live).unwrap();
            longest = Took::longer(longest, begun.elapsed());
            while from < people && year.unmerged() <= (year.merged() / 8).max(4 * RELEASE) {
                let to = (from + RELEASE).min(people);
                let (live, counting) = self.release(&mut year, from, to);
                took += counting;
                let begun = now();
                year.catch_up(&live).unwrap();
                taken += begun.elapsed();
                self.live = live;
                from = to;
            }
            drop(year);
            let begun = now();
            drop(self.open());
            longest = Took::longer(longest, begun.elapsed());
            if from < people {
                self.merge();
            }
        }
        say_rate(&new, people, took);
        say_rate(&taking, people, taken);
        say_time(&most, longest);
        let raw = self.bytes();
        let begun = now();
        self.merge();
        say_time(&merging, begun.elapsed());
        say(&size, raw as f64 / 1e9, "GB before the last merge");
        say(&with_merged, self.bytes() as f64 / 1e9, "GB");
        let begun = now();
        let mut year = self.open();
        say_time(&opening, begun.elapsed());
        assert_eq!(year.tally(&Scope::default()).all, people);
        let (_, counting) = self.release(&mut year, 0, 1_000);
        say_time(&small, counting);
        let (_, counting) = self.release(&mut year, 0, people.min(RELEASE));
        say_rate(&cold, people.min(RELEASE), counting);
        let (_, counting) = self.release(&mut year, 0, people);
        say_rate(&again, people, counting);
        let begun = now();
        for number in 0..people.min(RELEASE) {
            assert!(year.known(&[resident(number)], &Scope::default()).unwrap().is_some());
        }
        say_rate(&known, people.min(RELEASE), begun.elapsed());
        let begun = now();
        let counted = persons(&mut [&mut year], &Scope::default()).unwrap();
        say_time(&bounds, begun.elapsed());
        assert_eq!((counted.at_least.all, counted.at_most.all), (people, people));
    }
}

fn run(keys: usize) {
    let people = setting("KOUAN_METER_PEOPLE").and_then(|text| text.parse().ok());
    let people = people.unwrap_or(10 * RELEASE);
    let folder = match setting("KOUAN_METER_FOLDER") {
        Some(folder) => tempfile::tempdir_in(folder).unwrap(),
        None => tempfile::tempdir().unwrap(),
    };
    let disk = Folder::open(folder.path()).unwrap();
    let account = Account::new("meter", "例某", year(), [7; 16]).unwrap();
    Bench { disk, account, live: Live::default(), keys }.run(people);
}

#[test]
#[ignore = "takes long, and its figures are for people to read"]
fn with_one_key() {
    run(1);
}

#[test]
#[ignore = "takes long, and its figures are for people to read"]
fn with_two_keys() {
    run(2);
}
