//! Power lost, processes killed, disks failing, lying and full: at every operation.

use std::sync::Arc;

use kouan_disk::Disk;
use kouan_disk::sim::Simulated;
use kouan_ledger::entry::Draft;
use kouan_ledger::{Against, Checkpoint, Ledger, Log, Receipt};

use crate::samples::{FOLDER, figure, found, log_of, release, releases, seed};

/// Crash points of which the test below reports at least so many.
const POINTS_MIN: u64 = 10_000;

/// A few appends of different sizes; what they are hangs on the seed alone.
fn batches(seed: u64, first: u64) -> Vec<Vec<Draft>> {
    let mut next = first;
    let sizes = (0..4).map(|step| 1 + (seed / 7_u64.pow(step) + u64::from(step)) % 7);
    sizes
        .map(|size| {
            let batch = releases(next..next + size);
            next += size;
            batch
        })
        .collect()
}

/// Appends batch by batch until something fails; answers what receipts were given for.
fn run(disk: &Simulated, batches: &[Vec<Draft>], is_new: bool) -> Vec<Receipt> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let begin = if is_new { Ledger::create } else { Ledger::open };
    let Ok(ledger) = begin(disk, FOLDER, seed()) else { return Vec::new() };
    let mut receipts = Vec::new();
    for batch in batches {
        match ledger.append(batch) {
            Ok(given) => receipts.extend(given),
            Err(_) => break,
        }
    }
    receipts
}

/// Checks what is left: whole, a prefix of what was appended, with all that has a receipt.
fn check(disk: &Simulated, first: u64, receipts: &[Receipt], all: &[Vec<Draft>], what: &str) {
    let log = Log::new(Arc::new(disk.clone()), FOLDER, seed().verifier());
    let verified = match log.verify(Against::default()) {
        Err(error) if error.code.0 == "LG101" => {
            assert!(receipts.is_empty() && first == 0, "{what}: the log is gone");
            return;
        }
        verified => verified.unwrap(),
    };
    assert!(verified.is_whole(), "{what}: {:?}", verified.findings);
    let head = verified.checkpoint.unwrap();
    let receipted = receipts.last().map_or(first, |last| last.entry() + 1);
    assert!(head.size() >= receipted, "{what}: {} of {receipted}", head.size());
    let drafts: Vec<&Draft> = all.iter().flatten().collect();
    for entry in log.entries(&head, first..head.size()) {
        let entry = entry.unwrap();
        let draft = drafts[(entry.number - first) as usize];
        assert_eq!((entry.time, &entry.what), (draft.time, &draft.what), "{what}");
    }
    for receipt in receipts {
        assert!(receipt.entry() < head.size() && receipt.size() <= head.size(), "{what}");
    }

    // Work goes on, and leaves nothing of the interruption behind.
    let ledger = Ledger::open(Arc::new(disk.clone()), FOLDER, seed()).unwrap();
    let given = ledger.append(&[release(999, 1)]).unwrap();
    assert_eq!(given[0].entry(), head.size(), "{what}");
    assert_eq!(found(&log), [""; 0], "{what}");
}

#[test]
fn whatever_operation_is_cut_off_the_log_is_a_prefix_with_all_that_has_a_receipt() {
    // Full tiles come about, and partial ones are cleared away, around 256.
    let near = Simulated::new(0);
    log_of(Arc::new(near.clone()), 250, 125);
    let bases = [(Simulated::new(0), 0), (near, 250)];
    let mut points = 0;
    let mut torn = 0;
    for sequence in 0_u64.. {
        if points >= POINTS_MIN {
            break;
        }
        let (base, first) = &bases[(sequence % 3 == 0) as usize];
        let all = batches(sequence, *first);
        let whole = base.copy(sequence);
        assert!(run(&whole, &all, *first == 0).last().unwrap().entry() > *first);
        let operations = whole.operations() - base.operations();
        for at in 1..=operations {
            let disk = base.copy(sequence * 1000 + at);
            disk.crash_at(at);
            let receipts = run(&disk, &all, *first == 0);
            let what = format!("sequence {sequence}, operation {at} of {operations}");
            let left = if at % 4 == 0 { disk.after_kill() } else { disk.after_power_loss() };
            torn += u64::from(left.paths().iter().any(|path| path.ends_with(".new")));
            check(&left, *first, &receipts, &all, &what);
            points += 1;
        }
    }
    figure("ledger-crash-points", points);
    assert!(points >= POINTS_MIN && torn > 100);
}

#[test]
fn after_two_interruptions_in_a_row_the_log_is_still_whole() {
    let base = Simulated::new(0);
    log_of(Arc::new(base.clone()), 254, 127);
    let all = batches(5, 254);
    for at in 1..60 {
        let disk = base.copy(at);
        disk.crash_at(at);
        let before = run(&disk, &all, false);
        let disk = disk.after_power_loss();
        disk.crash_at(1 + at * 7 % 23);
        // The same appends again, on what is there; it may get no further than clearing up.
        let size = Log::new(Arc::new(disk.clone()), FOLDER, seed().verifier());
        let size = size.checkpoint().unwrap().size();
        let rest: Vec<Draft> = all.iter().flatten().skip((size - 254) as usize).cloned().collect();
        let again = run(&disk, &[rest], false);
        let receipts = if again.is_empty() { before } else { again };
        check(&disk.after_power_loss(), 254, &receipts, &all, &format!("operation {at}"));
    }
}

#[test]
fn what_an_interrupted_commit_left_does_not_come_back_beside_other_entries() {
    let disk = Simulated::new(0);
    let ledger = log_of(Arc::new(disk.clone()), 254, 127);
    // Both files of the 255th entry are there, the head is not.
    disk.crash_at(7);
    assert!(ledger.append(&releases(7000..7001)).is_err());
    let disk = disk.after_kill();
    assert!(disk.paths().contains(&"ledger/tile/entries/000.p/255".to_owned()));
    let ledger = Ledger::open(Arc::new(disk.clone()), FOLDER, seed()).unwrap();
    ledger.append(&releases(254..257)).unwrap();
    for chance in 0..64 {
        let left = disk.copy(chance).after_power_loss();
        let log = Log::new(Arc::new(left), FOLDER, seed().verifier());
        let verified = log.verify(Against::default()).unwrap();
        assert!(verified.is_whole(), "{chance}: {:?}", verified.findings);
        assert_eq!(verified.checkpoint.unwrap().size(), 257);
    }
}

#[test]
fn a_failed_operation_is_an_error_and_the_next_append_goes_on_from_what_is_there() {
    for at in 1..60 {
        let disk = Simulated::new(at);
        let ledger = log_of(Arc::new(disk.clone()), 3, 1);
        disk.fail_at(at);
        let mut receipts = Vec::new();
        for number in 3..8 {
            match ledger.append(&[release(number, 1)]) {
                Ok(given) => receipts.extend(given),
                Err(error) => assert!(matches!(error.code.0, "LG126" | "LG103"), "{error:?}"),
            }
        }
        assert!(receipts.len() >= 4, "operation {at}");
        let left = disk.after_power_loss();
        let log = Log::new(Arc::new(left), FOLDER, seed().verifier());
        let verified = log.verify(Against::default()).unwrap();
        assert!(verified.is_whole(), "operation {at}: {:?}", verified.findings);
        let size = verified.checkpoint.unwrap().size();
        assert!(receipts.iter().all(|receipt| receipt.entry() < size), "operation {at}");
    }
}

#[test]
fn a_disk_that_lies_is_found_out_by_a_head_kept_elsewhere() {
    let mut lost = 0;
    for at in 1..200 {
        let disk = Simulated::new(at);
        let ledger = log_of(Arc::new(disk.clone()), 3, 1);
        disk.lie_at(at % 25 + 1);
        let receipts = ledger.append(&releases(3..5)).unwrap();
        let kept: Checkpoint = ledger.log().checkpoint().unwrap();
        let log = Log::new(Arc::new(disk.after_power_loss()), FOLDER, seed().verifier());
        let against = Against { earlier: &[kept], witnesses: &[] };
        let is_whole = log.verify(against).is_ok_and(|verified| verified.is_whole());
        let size = log.checkpoint().map_or(0, |head| head.size());
        assert!(!is_whole || size > receipts[1].entry(), "{at}");
        lost += u64::from(!is_whole);
    }
    figure("ledger-lost-fsync", 199);
    assert!(lost > 10, "{lost}");
}

#[test]
fn a_full_disk_refuses_and_nothing_of_the_log_is_lost() {
    let disk = Simulated::new(1);
    let ledger = log_of(Arc::new(disk.clone()), 5, 5);
    let mut points = 1;
    for room in (0..12_000).step_by(97) {
        points += 1;
        disk.set_room(Some(room));
        let refused = ledger.append(&releases(5..7));
        disk.set_room(None);
        if let Err(error) = refused {
            assert_eq!(error.code.0, "LG126");
            ledger.append(&releases(5..6)).unwrap();
        }
        assert_eq!(found(ledger.log()), [""; 0], "{room}");
    }
    disk.set_read_only(true);
    let error = ledger.append(&releases(5..6)).unwrap_err();
    assert_eq!(error.code.0, "LG126");
    assert_eq!(found(ledger.log()), [""; 0]);
    figure("ledger-full-disk", points);
}
