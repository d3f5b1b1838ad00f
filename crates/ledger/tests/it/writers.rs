//! Several writers on one log: threads, programs, and programs that are killed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use kouan_disk::real::Folder;
use kouan_disk::sim::Simulated;
use kouan_ledger::entry::What;
use kouan_ledger::{Against, Ledger, Log};

use crate::samples::{FOLDER, figure, found, is_full, release, releases, seed};

/// The row counts of all releases in the log, sorted.
fn rows(log: &Log) -> Vec<u64> {
    let head = log.checkpoint().unwrap();
    let entries = log.entries(&head, 0..head.size()).map(|entry| match entry.unwrap().what {
        What::Release(released) => released.rows,
        other => panic!("{}", other.kind()),
    });
    let mut rows: Vec<u64> = entries.collect();
    rows.sort_unstable();
    rows
}

#[test]
fn threads_with_one_ledger_and_with_ledgers_of_their_own_lose_nothing() {
    let disk = Simulated::new(1);
    let shared = Ledger::create(Arc::new(disk.clone()), FOLDER, seed()).unwrap();
    let own = Ledger::open(Arc::new(disk.clone()), FOLDER, seed()).unwrap();
    std::thread::scope(|scope| {
        for (writer, ledger) in [&shared, &shared, &shared, &own].into_iter().enumerate() {
            scope.spawn(move || {
                let mut last = None;
                for step in 0..40 {
                    let first = writer as u64 * 1000 + step * 2;
                    let receipts = ledger.append(&releases(first..first + 2)).unwrap();
                    let [a, b] = receipts.as_slice() else { panic!("{receipts:?}") };
                    assert!(a.entry() + 1 == b.entry() && last < Some(a.entry()));
                    last = Some(b.entry());
                }
            });
        }
    });
    let expected: Vec<u64> = (0..4).flat_map(|writer| writer * 1000..writer * 1000 + 80).collect();
    assert_eq!(rows(shared.log()), expected);
    assert_eq!(found(shared.log()), [""; 0]);
}

/// What the other tests run as a program of its own: appends as the lines of its input say, and
/// prints the number of each entry that it has a receipt for.
#[test]
#[ignore = "run by the tests of several processes, with their instructions as its input"]
fn as_a_process() {
    let mut said = String::new();
    std::io::stdin().read_to_string(&mut said).unwrap();
    let mut lines = said.lines();
    let (Some(folder), Some(first), Some(count)) = (lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let (first, count): (u64, u64) = (first.parse().unwrap(), count.parse().unwrap());
    let disk = Arc::new(Folder::open(Path::new(folder)).unwrap());
    let ledger = Ledger::open(disk, FOLDER, seed()).unwrap();
    for number in first..first + count {
        let receipts = ledger.append(&[release(number, 1)]).unwrap();
        println!("receipt {}", receipts[0].entry());
    }
}

fn process(folder: &Path, first: u64, count: u64) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "writers::as_a_process", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = format!("{}\n{first}\n{count}\n", folder.display());
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child
}

fn real_log(folder: &Path) -> Ledger {
    Ledger::create(Arc::new(Folder::open(folder).unwrap()), FOLDER, seed()).unwrap()
}

#[test]
fn two_processes_interleave_without_loss() {
    let place = tempfile::tempdir().unwrap();
    let ledger = real_log(place.path());
    let children = [process(place.path(), 0, 60), process(place.path(), 1000, 60)];
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let expected: Vec<u64> = (0..60).chain(1000..1060).collect();
    assert_eq!(rows(ledger.log()), expected);
    assert_eq!(found(ledger.log()), [""; 0]);
}

#[test]
fn killed_processes_lose_nothing_they_had_a_receipt_for() {
    let place = tempfile::tempdir().unwrap();
    let ledger = real_log(place.path());
    let mut receipted = None;
    let rounds = if is_full() { 120_u64 } else { 12 };
    for round in 0..rounds {
        let mut child = process(place.path(), round * 1000, 1000);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let receipts = lines.map_while(Result::ok).filter_map(|line| {
            line.rsplit_once("receipt ").and_then(|(_, number)| number.parse::<u64>().ok())
        });
        for (seen, receipt) in receipts.enumerate() {
            receipted = Some(receipt);
            if seen as u64 == round % 40 * 3 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let verified = ledger.log().verify(Against::default()).unwrap();
        assert!(verified.is_whole(), "{:?}", verified.findings);
        assert!(verified.checkpoint.unwrap().size() > receipted.unwrap());
    }
    ledger.append(&[release(0, 1)]).unwrap();
    assert_eq!(found(ledger.log()), [""; 0]);
    figure("ledger-process-kills", rounds);
}
