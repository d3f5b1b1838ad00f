//! Power lost, processes killed, disks that lie, fill up or refuse: afterwards the count is that of
//! the entries, never below what is out, and the same releases run again count once.

use std::collections::{BTreeMap, BTreeSet};

use kouan_disk::sim::Simulated;
use kouan_disk::{Disk, real};
use kouan_meter::{
    Account, AtLimit, CalendarYear, Exempt, Key, Kind, Lane, Limit, Live, Marks, Measure, Scope,
    Tally, Year, sweep,
};
use kouan_terms::Route;

use crate::journal;

/// What stopped a release.
#[derive(Debug)]
enum Stopped {
    /// The meter refused, with this code.
    Refused(&'static str),
    /// The disk of the journal did.
    Disk,
}

/// A release as it is planned: its people, and when it leaves.
struct Plan {
    name: u64,
    /// Seconds since 1970.
    moment: i64,
    people: Vec<(u64, Marks)>,
    /// Whether segments are merged, and the folder is swept, afterwards.
    merges: bool,
}

/// 2026-12-31T23:59:50+08:00
const LATE: i64 = 1_798_732_790;

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
    let bits = (*state ^ *state >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^ bits >> 32
}

/// Releases of one handler around the turn of a year, each with people of earlier ones in it.
fn plans(seed: u64) -> Vec<Plan> {
    let mut state = seed;
    let mut moment = LATE - 4;
    (0..6)
        .map(|name| {
            // The clock goes on, mostly: now and then it goes back, over the turn of the year too.
            moment += (next(&mut state) % 14) as i64 - 2;
            let many = next(&mut state) % 6 + 1;
            let person = |state: &mut u64| {
                let marks = [Marks::GENERAL, Marks::SENSITIVE, Marks::GENERAL | Marks::SENSITIVE];
                (next(state) % 12, marks[(next(state) % 3) as usize])
            };
            let people = (0..many).map(|_| person(&mut state)).collect();
            Plan { name, moment, people, merges: next(&mut state).is_multiple_of(3) }
        })
        .collect()
}

fn keys(number: u64) -> Vec<Key> {
    let spread = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 6;
    let mobile = Key::narrow(Kind::at(7).unwrap(), spread(number / 2)).unwrap();
    match number % 4 {
        0 => vec![Key::wide(Kind::at(8).unwrap(), u128::from(spread(number)) << 60)],
        1 => vec![mobile, Key::narrow(Kind::RESIDENT_ID, spread(number)).unwrap()],
        2 => Vec::new(),
        _ => vec![Key::narrow(Kind::at(1).unwrap(), spread(number)).unwrap()],
    }
}

fn account(year: CalendarYear) -> Account {
    Account::new("meter", "例某", year, [7; 16]).unwrap()
}

fn lane() -> Lane {
    Lane::of(Route::ContractOrCertification)
}

/// The year in which a release leaves: time never goes back behind the last entry.
fn leaving(lines: &[String], moment: i64) -> CalendarYear {
    let years = lines.iter().filter_map(|line| line.split(' ').nth(1)?.parse().ok());
    let last = years.filter_map(CalendarYear::new).max();
    let now = CalendarYear::at(moment).unwrap();
    last.map_or(now, |last| last.max(now))
}

fn refused(diagnostic: kouan_terms::Diagnostic) -> Stopped {
    Stopped::Refused(diagnostic.code.0)
}

fn disk_failed(_: std::io::Error) -> Stopped {
    Stopped::Disk
}

/// Makes a release as its owner does; what is out once the entry is durable goes to `out`.
fn release(disk: &dyn Disk, plan: &Plan, out: &mut Vec<(u16, u64)>) -> Result<(), Stopped> {
    let name = plan.name.to_string();
    let lines = journal::read(disk).map_err(disk_failed)?;
    if lines.iter().any(|line| line.split(' ').nth(2) == Some(&name)) {
        return Ok(());
    }
    // It begins a little before it leaves, and the year may turn in between.
    let mut opened = leaving(&lines, plan.moment - 3);
    loop {
        let own = opened.to_string();
        let live = journal::live(&lines, &own);
        let mut year = Year::open(disk, account(opened), &live).map_err(refused)?;
        let mut rows = year.rows([plan.name as u8; 32]);
        for (row, (number, marks)) in (0..).zip(&plan.people) {
            rows.push(row, &keys(*number), *marks);
        }
        let mut session = year.session(lane(), Vec::new(), AtLimit::Stop).map_err(refused)?;
        session.batch(&rows, &mut Vec::new()).map_err(refused)?;
        let lock = disk.lock("lock").map_err(disk_failed)?;
        let lines = journal::read(disk).map_err(disk_failed)?;
        let now = leaving(&lines, plan.moment);
        session.catch_up(&journal::live(&lines, &own)).map_err(refused)?;
        let sealed = match session.seal(now) {
            Ok(sealed) => sealed,
            Err(diagnostic) if diagnostic.code.0 == "MT111" => {
                opened = now;
                continue;
            }
            Err(diagnostic) => return Err(refused(diagnostic)),
        };
        let digest = sealed.segment.map_or("none".to_owned(), |digest| digest.to_string());
        let line = format!("release {now} {name} {digest}");
        journal::append(disk, &line).map_err(disk_failed)?;
        out.push((now.number(), plan.name));
        if plan.merges {
            let lines = journal::read(disk).map_err(disk_failed)?;
            let live = journal::live(&lines, &own);
            sweep(disk, &account(now), &live).map_err(refused)?;
            let year = Year::open(disk, account(now), &live).map_err(refused)?;
            if let Some(digest) = year.merge().map_err(refused)? {
                journal::append(disk, &format!("merged {own} {digest}")).map_err(disk_failed)?;
            }
        }
        drop(lock);
        return Ok(());
    }
}

/// The releases of a year by the journal: year and name.
fn entries(disk: &dyn Disk) -> BTreeSet<(u16, u64)> {
    let lines = journal::read(disk).unwrap();
    let words = lines.iter().map(|line| line.split(' ').collect::<Vec<_>>());
    words
        .filter(|words| words[0] == "release")
        .map(|words| (words[1].parse().unwrap(), words[2].parse().unwrap()))
        .collect()
}

/// The persons of releases in a year, as a plain set.
fn expected(plans: &[Plan], entries: &BTreeSet<(u16, u64)>, year: u16) -> Tally {
    let mut people: BTreeMap<Vec<u64>, Marks> = BTreeMap::new();
    for (_, name) in entries.iter().filter(|(of, _)| *of == year) {
        let plan = plans.iter().find(|plan| plan.name == *name).unwrap();
        for (row, (number, marks)) in (0..).zip(&plan.people) {
            // A row without key is somebody of its own in each release.
            let nobody = number % 4 == 2;
            let who = if nobody { vec![u64::MAX, *name, row] } else { vec![*number] };
            let all = people.entry(who).or_default();
            *all = *all | *marks;
        }
    }
    let count = |holds: &dyn Fn(Marks) -> bool| {
        people.values().filter(|marks| holds(**marks)).count() as u64
    };
    let general = |marks: Marks| marks.has(Marks::GENERAL);
    let sensitive = |marks: Marks| marks.has(Marks::SENSITIVE);
    Tally {
        all: people.len() as u64,
        general: count(&general),
        general_only: count(&|marks| general(marks) && !sensitive(marks)),
        sensitive: count(&sensitive),
        both: count(&|marks| general(marks) && sensitive(marks)),
        minors: 0,
    }
}

const YEARS: [u16; 2] = [2026, 2027];

/// Opens every year as found; the counts, or the code of what was refused.
fn counts(disk: &dyn Disk) -> Result<Vec<Tally>, Stopped> {
    let lines = journal::read(disk).map_err(disk_failed)?;
    let each = YEARS.map(|year| {
        let account = account(CalendarYear::new(year).unwrap());
        let live = journal::live(&lines, &year.to_string());
        let year = Year::open(disk, account, &live).map_err(refused)?;
        year.check().map_err(refused)?;
        Ok(year.tally(&Scope::default()))
    });
    each.into_iter().collect()
}

/// The count is that of the entries, and nothing is out that has none.
fn holds(disk: &dyn Disk, plans: &[Plan], out: &[(u16, u64)]) {
    let entries = entries(disk);
    assert!(out.iter().all(|one| entries.contains(one)), "out without an entry");
    let expected: Vec<_> = YEARS.map(|year| expected(plans, &entries, year)).to_vec();
    assert_eq!(counts(disk).unwrap(), expected);
}

/// Runs all of it again; afterwards every release counts, once.
fn rerun(disk: &dyn Disk, plans: &[Plan], out: &mut Vec<(u16, u64)>) {
    for plan in plans {
        release(disk, plan, out).unwrap();
    }
    holds(disk, plans, out);
    let names: BTreeSet<u64> = entries(disk).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names.len(), plans.len());
    assert_eq!(entries(disk).len(), plans.len());
}

/// Runs until something stops it.
fn run(disk: &dyn Disk, plans: &[Plan], out: &mut Vec<(u16, u64)>) -> Result<(), Stopped> {
    plans.iter().try_for_each(|plan| release(disk, plan, out))
}

/// How many operations the releases of a seed take when nothing fails.
fn operations(seed: u64) -> u64 {
    let disk = Simulated::new(seed);
    run(&disk, &plans(seed), &mut Vec::new()).unwrap();
    disk.operations()
}

/// Seeds, so that there are more than ten thousand points at which to stop.
const SEEDS: std::ops::Range<u64> = 0..84;
const POINTS: u64 = 10_000;

#[test]
fn wherever_the_power_is_cut_or_a_process_killed_the_count_is_that_of_the_entries() {
    let mut points = 0;
    for seed in SEEDS {
        let plans = plans(seed);
        for point in 1..=operations(seed) {
            for kill in [false, true] {
                let disk = Simulated::new(seed * 1000 + point);
                disk.crash_at(point);
                let mut out = Vec::new();
                assert!(run(&disk, &plans, &mut out).is_err());
                let found = if kill { disk.after_kill() } else { disk.after_power_loss() };
                holds(&found, &plans, &out);
                rerun(&found, &plans, &mut out);
                points += 1;
            }
        }
    }
    journal::figure("meter-crash-points", points);
    assert!(points >= POINTS, "{points} points");
}

#[test]
fn an_operation_that_fails_once_stops_a_release_and_a_rerun_completes_it() {
    let mut points = 0;
    for seed in 0..if journal::is_full() { 20 } else { 12 } {
        let plans = plans(seed);
        for point in 1..=operations(seed) {
            points += 1;
            let disk = Simulated::new(seed * 1000 + point);
            disk.fail_at(point);
            let mut out = Vec::new();
            let stopped = run(&disk, &plans, &mut out);
            assert!(matches!(stopped, Err(Stopped::Refused("MT109") | Stopped::Disk)));
            rerun(&disk, &plans, &mut out);
            // What the failed operation left behind is not there after the power was lost either.
            let found = disk.after_power_loss();
            rerun(&found, &plans, &mut out);
        }
    }
    journal::figure("meter-failed-operations", points);
}

#[test]
fn a_drive_that_lies_is_found_out_and_never_makes_the_count_smaller_in_silence() {
    let (mut points, mut refused) = (0, 0);
    for seed in 0..if journal::is_full() { 20 } else { 12 } {
        let plans = plans(seed);
        for point in 1..=operations(seed) {
            points += 1;
            let disk = Simulated::new(seed * 1000 + point);
            disk.lie_at(point);
            run(&disk, &plans, &mut Vec::new()).unwrap();
            let found = disk.after_power_loss();
            match counts(&found) {
                Ok(counts) => {
                    let entries = entries(&found);
                    let expected = YEARS.map(|year| expected(&plans, &entries, year));
                    assert_eq!(counts, expected);
                }
                Err(Stopped::Refused("MT101" | "MT102")) => refused += 1,
                Err(stopped) => panic!("{stopped:?}"),
            }
        }
    }
    journal::figure("meter-lost-fsync", points);
    assert!(refused > 0);
}

#[test]
fn a_full_disk_and_a_read_only_one_refuse_and_can_be_read() {
    let plans = plans(3);
    let bytes = {
        let disk = Simulated::new(3);
        run(&disk, &plans, &mut Vec::new()).unwrap();
        disk.paths().iter().map(|path| disk.len(path).unwrap().unwrap()).sum::<u64>()
    };
    let mut points = 1;
    for room in (0..bytes).step_by(97) {
        points += 1;
        let disk = Simulated::new(3);
        disk.set_room(Some(room));
        let mut out = Vec::new();
        if let Err(stopped) = run(&disk, &plans, &mut out) {
            assert!(matches!(stopped, Stopped::Refused("MT109") | Stopped::Disk));
        }
        holds(&disk, &plans, &out);
        disk.set_room(None);
        rerun(&disk, &plans, &mut out);
    }
    let disk = Simulated::new(3);
    let (early, late) = plans.split_at(3);
    let mut out = Vec::new();
    run(&disk, early, &mut out).unwrap();
    disk.set_read_only(true);
    assert!(late.iter().all(|plan| release(&disk, plan, &mut out).is_err()));
    holds(&disk, &plans, &out);
    journal::figure("meter-full-disk", points);
}

#[test]
fn every_turned_bit_of_every_segment_is_refused_or_does_not_matter() {
    let plans = plans(5);
    let disk = Simulated::new(5);
    let mut out = Vec::new();
    run(&disk, &plans, &mut out).unwrap();
    let paths: Vec<_> = disk.paths().into_iter().filter(|path| path.contains('/')).collect();
    assert!(paths.len() > 3);
    let (expected, mut found, mut bits) = (counts(&disk).unwrap(), 0, 0);
    for path in paths {
        for bit in 0..disk.len(&path).unwrap().unwrap() * 8 {
            bits += 1;
            disk.flip_bit(&path, bit).unwrap();
            match counts(&disk) {
                // A merged segment stands for what is read instead, and the other way round.
                Ok(counts) => assert_eq!(counts, expected),
                Err(Stopped::Refused("MT102" | "MT103")) => found += 1,
                Err(stopped) => panic!("{stopped:?}"),
            }
            disk.flip_bit(&path, bit).unwrap();
        }
    }
    journal::figure("meter-flips", bits);
    assert!(found > 1000, "{found} found");
}

#[test]
fn a_release_opened_before_the_year_turns_counts_in_the_year_in_which_it_leaves() {
    let disk = Simulated::new(1);
    let plan = |name, moment| {
        let people = vec![(3, Marks::GENERAL), (7, Marks::GENERAL)];
        Plan { name, moment, people, merges: false }
    };
    // Before midnight; opened before and left after; a clock gone back; a leap day a year on.
    let plans = [plan(0, LATE), plan(1, LATE + 11), plan(2, LATE - 3600), plan(3, 1_835_400_000)];
    let mut out = Vec::new();
    run(&disk, &plans, &mut out).unwrap();
    assert_eq!(out, [(2026, 0), (2027, 1), (2027, 2), (2028, 3)]);
    holds(&disk, &plans, &out);
    assert_eq!(counts(&disk).unwrap().map_all(), [2, 2]);
}

trait MapAll {
    fn map_all(&self) -> Vec<u64>;
}

impl MapAll for Vec<Tally> {
    fn map_all(&self) -> Vec<u64> {
        self.iter().map(|tally| tally.all).collect()
    }
}

#[test]
fn a_late_file_counts_in_the_year_it_left() {
    let folder = tempfile::tempdir().unwrap();
    let disk = real::Folder::open(folder.path()).unwrap();
    let mut live = Live::default();
    let last_year = account(CalendarYear::new(2026).unwrap());
    for people in [[1, 3], [3, 5]] {
        // The second is counted when the next year has long begun; its year is an argument.
        let mut year = Year::open(&disk, last_year.clone(), &live).unwrap();
        let mut rows = year.rows([0; 32]);
        people.iter().for_each(|number| rows.push(*number, &keys(*number), Marks::GENERAL));
        let limit = Limit {
            name: "persons".to_owned(),
            scope: Scope::year(Exempt::LeftOut),
            measure: Measure::General,
            most: 9,
        };
        let mut session = year.session(lane(), vec![limit], AtLimit::Stop).unwrap();
        session.batch(&rows, &mut Vec::new()).unwrap();
        let sealed = session.seal(last_year.year()).unwrap();
        live.segments.extend(sealed.segment);
    }
    let year = Year::open(&disk, last_year, &live).unwrap();
    assert_eq!(year.tally(&Scope::default()).all, 3);
    let next = account(CalendarYear::new(2027).unwrap());
    assert_eq!(Year::open(&disk, next, &Live::default()).unwrap().tally(&Scope::default()).all, 0);
}
