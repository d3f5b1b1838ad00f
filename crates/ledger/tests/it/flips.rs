//! Every changed bit is found, and named.

use std::sync::Arc;

use kouan_disk::Disk;
use kouan_disk::real::Folder;
use kouan_disk::sim::Simulated;
use kouan_ledger::{Against, Ledger, Log};

use crate::samples::{FOLDER, figure, found, is_full, log_of, releases, seed};

fn log(disk: &Simulated) -> Log {
    Log::new(Arc::new(disk.clone()), FOLDER, seed().verifier())
}

/// Files of the log that hold anything: not the lock.
fn files(disk: &Simulated) -> Vec<(String, u64)> {
    let length = |path: String| disk.len(&path).unwrap().map(|length| (path, length));
    let files = disk.paths().into_iter().filter_map(length);
    files.filter(|(_, length)| *length > 0).collect()
}

#[test]
fn every_single_changed_bit_of_a_small_log_is_found_and_named() {
    let disk = Simulated::new(1);
    // Three commits, so that superseded partial tiles stand beside the last ones.
    log_of(Arc::new(disk.clone()), 7, 3);
    assert_eq!(found(&log(&disk)), [""; 0]);
    let mut bits = 0;
    for (path, length) in files(&disk) {
        for bit in 0..length * 8 {
            disk.flip_bit(&path, bit).unwrap();
            let codes = found(&log(&disk));
            assert!(!codes.is_empty(), "bit {bit} of {path}");
            let below = path.strip_prefix("ledger/").unwrap();
            if below.starts_with("tile/0/") || !(below == "checkpoint" || below.ends_with(".p/7")) {
                assert_eq!(codes, [format!("LG112 {below}")], "bit {bit} of {path}");
            } else if below != "checkpoint" {
                assert!(
                    codes.len() == 1 && codes[0].starts_with("LG111 "),
                    "{codes:?} {bit} {path}"
                );
            }
            disk.flip_bit(&path, bit).unwrap();
            bits += 1;
        }
    }
    assert_eq!(found(&log(&disk)), [""; 0]);
    figure("ledger-flips-small", bits);
    assert!(bits > 30_000, "{bits}");
}

#[test]
fn a_changed_entry_is_named_by_its_number_and_a_changed_tile_by_its_file() {
    let disk = Simulated::new(2);
    log_of(Arc::new(disk.clone()), 700, 300);
    let bundle = disk.read("ledger/tile/entries/001").unwrap();
    let mut at = 0;
    for number in 256..512_u64 {
        let length = u16::from_be_bytes([bundle[at], bundle[at + 1]]) as usize;
        // In the length, at the beginning, in the middle and at the end of the entry.
        for byte in [at, at + 1, at + 2, at + length / 2, at + 1 + length] {
            let bit = byte as u64 * 8 + number % 8;
            disk.flip_bit("ledger/tile/entries/001", bit).unwrap();
            assert_eq!(found(&log(&disk)), [format!("LG111 {number}")]);
            disk.flip_bit("ledger/tile/entries/001", bit).unwrap();
        }
        at += 2 + length;
    }
    for path in ["tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"] {
        for bit in [0, 8 * 32 + 3, 8 * 33 - 1] {
            disk.flip_bit(&format!("ledger/{path}"), bit).unwrap();
            assert_eq!(found(&log(&disk)), [format!("LG112 {path}")]);
            disk.flip_bit(&format!("ledger/{path}"), bit).unwrap();
        }
    }
}

#[test]
fn cut_forked_and_torn_logs_are_told_apart() {
    let whole = Simulated::new(3);
    let ledger = log_of(Arc::new(whole.clone()), 600, 100);
    let earlier = ledger.log().checkpoint().unwrap();
    let against = Against { earlier: std::slice::from_ref(&earlier), witnesses: &[] };
    let codes = |disk: &Simulated| {
        let verified = log(disk).verify(against).unwrap();
        let codes = verified.findings.iter().map(|finding| finding.code.0);
        (verified.is_whole(), codes.collect::<Vec<_>>())
    };
    assert_eq!(codes(&whole), (true, vec![]));

    let cut = whole.copy(1);
    cut.truncate("ledger/tile/entries/002.p/88", 20_000).unwrap();
    assert_eq!(codes(&cut), (false, vec!["LG110"]));
    let cut = whole.copy(1);
    cut.remove("ledger/tile/entries/001").unwrap();
    assert_eq!(codes(&cut), (false, vec!["LG110"]));
    let cut = whole.copy(1);
    cut.truncate("ledger/tile/0/001", 8000).unwrap();
    assert_eq!(codes(&cut), (false, vec!["LG110"]));

    // The whole log put back to an earlier state, head and all, with a key in hand.
    let shorter = Simulated::new(4);
    log_of(Arc::new(shorter.clone()), 500, 100);
    assert_eq!(codes(&shorter), (false, vec!["LG114"]));

    let other = Simulated::new(5);
    let forked = log_of(Arc::new(other.clone()), 599, 599);
    forked.append(&releases(900..1000)).unwrap();
    assert_eq!(codes(&other), (false, vec!["LG113"]));

    // Every file rewritten to another history, without the key: the head is still the old one.
    let rewritten = Simulated::new(6);
    let other = log_of(Arc::new(rewritten.clone()), 599, 599);
    other.append(&releases(900..901)).unwrap();
    rewritten.remove("ledger/checkpoint").unwrap();
    let head = whole.read("ledger/checkpoint").unwrap();
    rewritten.create("ledger/checkpoint").unwrap().write_all(&head).unwrap();
    assert_eq!(codes(&rewritten), (false, vec!["LG115"]));

    // A commit that stopped before its head: a warning, nothing else, and the next one clears it.
    let torn = whole.copy(1);
    let ledger = Ledger::open(Arc::new(torn.clone()), FOLDER, seed()).unwrap();
    torn.crash_at(9);
    assert!(ledger.append(&releases(600..900)).is_err());
    let torn = torn.after_kill();
    assert_eq!(codes(&torn), (true, vec!["LG116"]));
    let ledger = Ledger::open(Arc::new(torn.clone()), FOLDER, seed()).unwrap();
    ledger.append(&releases(600..601)).unwrap();
    assert_eq!(codes(&torn), (true, vec![]));
    let last = ledger.log().checkpoint().unwrap();
    let entry = ledger.log().entries(&last, 600..601).next().unwrap().unwrap();
    assert_eq!(entry.found.len(), 1);
    // Cut three times, put back, forked, rewritten, torn.
    figure("ledger-told-apart", 7);
}

#[test]
fn a_missing_head_is_not_an_empty_log() {
    let disk = Simulated::new(6);
    log_of(Arc::new(disk.clone()), 3, 3);
    disk.remove("ledger/checkpoint").unwrap();
    assert_eq!(found(&log(&disk)), ["LG125"]);
    let again = Ledger::create(Arc::new(disk.clone()), FOLDER, seed());
    assert_eq!(again.err().map(|error| error.code.0), Some("LG125"));
    let none = Ledger::open(Arc::new(Simulated::new(7)), FOLDER, seed());
    assert_eq!(none.err().map(|error| error.code.0), Some("LG101"));
}

/// On a real disk: a million entries at full size, some thousands otherwise.
#[test]
fn a_changed_bit_of_a_large_log_is_found_wherever_it_is() {
    let (entries, samples) = if is_full() { (1_000_000, 132_u64) } else { (3_000, 44) };
    let place = tempfile::tempdir().unwrap();
    let disk = Arc::new(Folder::open(place.path()).unwrap());
    let ledger = log_of(disk.clone(), entries, 4096);
    assert!(found(ledger.log()).is_empty());
    let flip = |path: &str, bit: u64| {
        let mut bytes = disk.read(path).unwrap();
        let at = (bit / 8) as usize % bytes.len();
        bytes[at] ^= 1 << (bit % 8);
        let mut writer = disk.create("flipped").unwrap();
        writer.write_all(&bytes).unwrap();
        drop(writer);
        disk.rename("flipped", path).unwrap();
    };
    // Bundles of entries and tiles of every level, near the beginning, within and at the end.
    let mut paths = Vec::new();
    let mut open = vec![format!("{FOLDER}/tile")];
    while let Some(folder) = open.pop() {
        for one in disk.list(&folder).unwrap() {
            let path = format!("{folder}/{}", one.name);
            if one.is_folder { open.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    let all = paths.len() as u64;
    let levels = ["tile/0/", "tile/1/", "tile/2/", "tile/entries/"];
    for sample in 0..samples {
        let random = (sample + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // One in two in any file, the others level by level.
        let level = levels[(sample / 2) as usize % levels.len()];
        let of_level: Vec<&String> = paths.iter().filter(|path| path.contains(level)).collect();
        let path = match of_level.as_slice() {
            some if sample % 2 == 1 && !some.is_empty() => some[random as usize % some.len()],
            _ => &paths[(random % all) as usize],
        };
        flip(path, random >> 20);
        let codes = found(ledger.log());
        assert!(codes.len() == 1 && codes[0].starts_with("LG11"), "{path} {sample}: {codes:?}");
        flip(path, random >> 20);
    }
    assert!(found(ledger.log()).is_empty());
    figure(if is_full() { "ledger-flips-million" } else { "ledger-flips-thousands" }, samples);
}
