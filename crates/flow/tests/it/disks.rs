//! Disks that lie, fill up or refuse, clocks that go back, midnight, and a leap day: through whole
//! releases, from a seed that replays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use kouan_decide::permit::{AtLimit, Permit, Standing, open};
use kouan_disk::Disk;
use kouan_flow::release::{Outcome, Source, standing};
use kouan_ledger::Against;
use kouan_terms::Diagnostic;

use crate::stand::{Run, Stand, at, book, figure, is_full, looked, members, noon, scratch};

/// A stand on which two persons left before, and the permit for those that follow.
fn begun(test: &str) -> (Stand, Permit, PathBuf) {
    let folder = scratch(test);
    let stand = Stand::new(1);
    let permit = stand.grant(20_000, AtLimit::Stop, None).text;
    stand.release(&permit, &members(&folder, "before.csv", 1..3), "out/before.csv").unwrap();
    let permit = open(&permit, &[stand.office().signing_key().1]).unwrap();
    (stand, permit, folder)
}

/// A release whose permit and source were looked at before.
struct Looked<'a> {
    stands: Standing<'a>,
    source: Source,
}

impl<'a> Looked<'a> {
    fn new(stand: &Stand, permit: &'a Permit, source: &str) -> Looked<'a> {
        let stands = standing(&stand.office(), permit, book(), noon(), None).unwrap();
        Looked { stands, source: looked(permit, source, noon().day().0).unwrap() }
    }

    /// On this disk; segments are merged where more persons stand in unmerged ones.
    fn on(&self, stand: &Stand, to: &str, unmerged: u64) -> Result<Outcome, Vec<Diagnostic>> {
        let office = stand.try_office().map_err(|finding| vec![finding])?.merging_from(unmerged);
        let (stands, source) = (&self.stands, &self.source);
        Run { office: &office, stands, source, clock: &noon }.release(&stand.target(to))
    }

    /// The members of these tests to their place.
    fn release(&self, stand: &Stand) -> Result<Outcome, Vec<Diagnostic>> {
        self.on(stand, "out/members.csv", u64::MAX)
    }
}

/// Everything that has its name has an entry; how many persons the last entry counts.
fn counted(found: &Stand) -> u64 {
    let releases = found.releases();
    for path in found.disk.paths() {
        if path.starts_with("out/") && !path.ends_with(".kouan-part") {
            assert!(releases.iter().any(|one| one.output.name.as_str() == path), "{path}");
        }
    }
    releases.last().unwrap().people.year.general.total
}

#[test]
fn a_disk_that_lies_is_found_out_and_counts_nobody_less() {
    let (stand, permit, folder) = begun("lies");
    let members = Looked::new(&stand, &permit, &members(&folder, "members.csv", 2..6));
    let whole = Stand { disk: stand.disk.copy(0) };
    let before = whole.disk.operations();
    members.release(&whole).unwrap();
    let operations = whole.disk.operations() - before;
    let (mut points, mut found_out) = (0, 0);
    for seed in 0..if is_full() { 60 } else { 2 } {
        for operation in 1..=operations {
            points += 1;
            let lying = Stand { disk: stand.disk.copy(seed) };
            lying.disk.lie_at(operation);
            members.release(&lying).unwrap();
            let kept = lying.office().records().log().checkpoint().unwrap();
            let found = Stand { disk: lying.disk.after_power_loss() };
            // Against the head that was kept elsewhere, or by the segment that is missing, the loss
            // is found; otherwise nothing was lost, and the release stands or is made again.
            let verified = found.try_office().and_then(|office| {
                let against = Against { earlier: std::slice::from_ref(&kept), witnesses: &[] };
                office.records().log().verify(against)
            });
            let again = members.release(&found);
            match (verified.is_ok_and(|verified| verified.is_whole()), again) {
                (true, Ok(_)) => assert_eq!(counted(&found), 5, "{operation} of seed {seed}"),
                (true, Err(findings)) => {
                    let codes: Vec<&str> = findings.iter().map(|one| one.code.0).collect();
                    let said = ["MT101", "MT102", "RL105", "LG112", "LG110"];
                    assert!(codes.iter().all(|code| said.contains(code)), "{codes:?}");
                    found_out += 1;
                }
                (false, _) => found_out += 1,
            }
        }
    }
    figure("release-lost-fsync", points);
    figure("release-lost-fsync-found-out", found_out);
    assert!(found_out > 0);
}

#[test]
fn a_full_disk_and_a_read_only_one_let_nothing_out() {
    let (stand, permit, folder) = begun("full");
    let members = Looked::new(&stand, &permit, &members(&folder, "members.csv", 2..6));
    let mut points = 0;
    for room in (0..20_000).step_by(if is_full() { 7 } else { 331 }) {
        points += 1;
        let full = Stand { disk: stand.disk.copy(room) };
        full.disk.set_room(Some(room));
        let refused = members.release(&full);
        full.disk.set_room(None);
        if refused.is_err() {
            let is_out = full.disk.len("out/members.csv").unwrap().is_some();
            assert!(!is_out || full.releases().len() == 2, "{room}");
        }
        members.release(&full).unwrap();
        assert_eq!(counted(&full), 5, "{room}");
        assert!(full.office().records().log().verify(Default::default()).unwrap().is_whole());
    }
    let shut = Stand { disk: stand.disk.copy(0) };
    shut.disk.set_read_only(true);
    assert!(members.release(&shut).is_err());
    shut.disk.set_read_only(false);
    assert_eq!(shut.releases().len(), 1);
    assert!(!shut.disk.paths().iter().any(|path| path.starts_with("out/m")));
    members.release(&shut).unwrap();
    figure("release-full-or-read-only-disk", points + 1);
}

#[test]
fn merging_the_years_segments_changes_no_count_wherever_it_is_stopped() {
    let (stand, permit, folder) = begun("merging");
    let more = Looked::new(&stand, &permit, &members(&folder, "more.csv", 4..8));
    let members = Looked::new(&stand, &permit, &members(&folder, "members.csv", 2..6));
    let run = |stand: &Stand| members.on(stand, "out/members.csv", 0);
    let whole = Stand { disk: stand.disk.copy(0) };
    let before = whole.disk.operations();
    assert!(run(&whole).unwrap().warnings.is_empty());
    let operations = whole.disk.operations() - before;
    let is_noted = |stand: &Stand| {
        let entries = stand.office().history().unwrap().entries().to_vec();
        entries.iter().filter(|entry| entry.what.kind() == "note").count()
    };
    assert_eq!((is_noted(&whole), counted(&whole)), (1, 5));
    let mut points = 0;
    for seed in 0..if is_full() { 40 } else { 1 } {
        for operation in 1..=operations {
            for is_killed in [false, true] {
                points += 1;
                let disk = stand.disk.copy(seed * 1_000 + operation);
                disk.crash_at(operation);
                let _ = run(&Stand { disk: disk.clone() });
                let disk = if is_killed { disk.after_kill() } else { disk.after_power_loss() };
                let found = Stand { disk };
                run(&found).unwrap();
                // The next release opens what is merged and counts on it.
                more.on(&found, "out/more.csv", 0).unwrap();
                assert_eq!(counted(&found), 7, "{operation} of seed {seed}");
                let live = found.office();
                assert!(live.records().log().verify(Default::default()).unwrap().is_whole());
            }
        }
    }
    figure("release-crash-points-while-merging", points);
}

/// Moments around the turn of a year and a leap day, in Shanghai.
const MOMENTS: [&str; 8] = [
    "2026-12-31T15:59:59Z",
    "2026-12-31T16:00:00Z",
    "2026-12-31T16:00:01Z",
    "2027-12-31T15:59:59.999Z",
    "2027-12-31T16:00:00Z",
    "2028-02-28T16:00:00Z",
    "2028-02-29T15:59:59Z",
    "2028-02-29T16:00:00Z",
];

#[test]
fn whatever_the_clock_says_time_goes_on_and_each_year_counts_its_own() {
    let folder = scratch("clocks");
    let stand = Stand::new(1);
    let permit = stand.grant(20_000, AtLimit::Stop, None).text;
    let sources: Vec<String> =
        (0..4).map(|one| members(&folder, &format!("{one}.csv"), one * 2..one * 2 + 4)).collect();
    let (mut released, mut backwards) = (0, 0);
    for seed in 0..if is_full() { 400 } else { 4 } {
        let stand = Stand { disk: stand.disk.copy(seed) };
        let mut dice = seed;
        let mut roll = |sides: u64| {
            dice = dice.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (dice >> 33) % sides
        };
        let mut latest = noon();
        let mut years: BTreeMap<i16, BTreeSet<u64>> = BTreeMap::new();
        for step in 0..6_u64 {
            // Mostly on, and back as well.
            let place = (step + roll(4)).min(7) as usize;
            let clock = at(MOMENTS[place]);
            let which = roll(4);
            backwards += u64::from(clock < latest);
            latest = latest.max(clock);
            let to = format!("out/{step}.csv");
            let outcome = stand.release_at(&permit, &sources[which as usize], &to, clock).unwrap();
            assert!(!outcome.before);
            let people = years.entry(latest.day().0.year()).or_default();
            people.extend(which * 2..which * 2 + 4);
            let last = stand.releases().pop().unwrap();
            assert_eq!(last.people.year.general.total, people.len() as u64, "seed {seed}");
            released += 1;
        }
    }
    figure("release-moments-around-midnight-and-leap-day", released);
    figure("release-clock-went-back", backwards);
    assert!(backwards > 0);
}
