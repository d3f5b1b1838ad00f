//! Power lost and processes killed at every operation of a release: afterwards nothing is out that
//! has no entry, the count is not below what is out, and a second run completes it.

use kouan_decide::permit::{AtLimit, open};
use kouan_disk::Disk;
use kouan_disk::sim::Simulated;
use kouan_ledger::entry::Digest;
use sha2::{Digest as _, Sha256};

use crate::stand::{Run, Stand, book, figure, is_full, looked, members, noon, scratch};

/// Points at which a release is stopped.
fn points_wanted() -> u64 {
    if is_full() { 10_000 } else { 400 }
}

/// How a release is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    PowerLost,
    Killed,
    FailsOnce,
}

#[test]
fn a_release_stopped_at_any_point_is_completed_and_counted_once() {
    let folder = scratch("crashes");
    let stand = Stand::new(1);
    let permit = stand.grant(20_000, AtLimit::Stop, None).text;
    let before = members(&folder, "before.csv", 1..3);
    stand.release(&permit, &before, "out/before.csv").unwrap();
    let office = stand.office();
    let permit = open(&permit, &[office.signing_key().1]).unwrap();
    let stands = kouan_flow::release::standing(&office, &permit, book(), noon(), None).unwrap();
    let path = members(&folder, "members.csv", 2..6);
    let source = looked(&permit, &path, noon().day().0).unwrap();
    // What it comes to when nothing stops it, and in how many operations.
    let run = |stand: &Stand, to: &str| {
        let office = stand.try_office().map_err(|finding| vec![finding])?;
        let run = Run { office: &office, stands: &stands, source: &source, clock: &noon };
        run.release(&stand.target(to))
    };
    let wanted = points_wanted();
    let (mut points, mut completed) = (0, 0);
    for to in ["out/members.csv", "parts"] {
        let whole = Stand { disk: stand.disk.copy(7) };
        let began = whole.disk.operations();
        run(&whole, to).unwrap();
        let operations = whole.disk.operations() - began;
        let expected = outputs(&whole.disk, to);
        for seed in 0.. {
            if points >= if to == "parts" { wanted } else { wanted / 2 } {
                break;
            }
            let stop = [Stop::PowerLost, Stop::Killed, Stop::FailsOnce][seed as usize % 3];
            for operation in 1..=operations {
                points += 1;
                let disk = stand.disk.copy(seed);
                if stop == Stop::FailsOnce {
                    disk.fail_at(operation);
                } else {
                    disk.crash_at(operation);
                }
                let _ = run(&Stand { disk: disk.clone() }, to);
                let found = match stop {
                    Stop::PowerLost => disk.after_power_loss(),
                    Stop::Killed => disk.after_kill(),
                    Stop::FailsOnce => disk,
                };
                let found = Stand { disk: found };
                nothing_is_out_without_an_entry(&found, to, operation, stop);
                let outcome = run(&found, to).unwrap();
                completed += u64::from(outcome.completed.is_some());
                assert_eq!(outputs(&found.disk, to), expected, "{stop:?} at {operation}");
                let releases = found.releases();
                let last = releases.last().unwrap();
                assert_eq!(last.people.year.general.total, 5, "{stop:?} at {operation}");
                assert!(releases.len() <= 3);
                let segments = found.disk.paths().into_iter();
                let segments = segments.filter(|path| path.starts_with("meter/")).count();
                assert!(segments <= 2 || outcome.before, "{stop:?} at {operation}: left behind");
                let log = found.office();
                let verified = log.records().log().verify(Default::default()).unwrap();
                assert!(verified.is_whole(), "{stop:?} at {operation}");
            }
        }
    }
    figure("release-crash-points", points);
    figure("release-completed-by-the-next-run", completed);
    assert!(points >= wanted && completed > 0, "{points} points, {completed} completed");
}

/// The files of an output and what is in them; nothing that did not get its name.
fn outputs(disk: &Simulated, to: &str) -> Vec<(String, Vec<u8>)> {
    let ours = |path: &String| *path == to || path.starts_with(&format!("{to}/"));
    let paths = disk.paths().into_iter().filter(ours);
    paths.map(|path| (path.clone(), disk.read(&path).unwrap())).collect()
}

fn nothing_is_out_without_an_entry(found: &Stand, to: &str, operation: u64, stop: Stop) {
    let last = if to == "parts" { "parts/kouan-parts.txt" } else { to };
    let out = found.disk.paths().into_iter().filter(|path| !path.ends_with(".kouan-part"));
    let out: Vec<String> = out.filter(|path| *path == last || path.starts_with("parts/")).collect();
    if out.is_empty() {
        return;
    }
    let releases = found.releases();
    let entry = releases.iter().find(|one| one.output.name.as_str() == to);
    assert!(entry.is_some(), "{stop:?} at {operation}: out without an entry");
    let entry = entry.unwrap();
    assert_eq!(entry.people.year.general.total, 5);
    if let Ok(bytes) = found.disk.read(last) {
        assert_eq!(entry.output.digest, Digest::sha256(Sha256::digest(bytes).into()));
    }
}
