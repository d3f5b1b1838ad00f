//! How fast, and the full-size check: by hand, in a release build.
//!
//! `cargo test --release -p kouan-ledger --test it -- --ignored --nocapture measure::`

use std::sync::Arc;
use std::time::Instant;

use kouan_disk::Disk;
use kouan_disk::real::Folder;
use kouan_ledger::{Against, Ledger};

use crate::samples::{FOLDER, found, log_of, release, releases, seed};

const ENTRIES: u64 = 1_000_000;

#[expect(clippy::disallowed_methods, reason = "this is what measures")]
fn seconds<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed().as_secs_f64())
}

fn say(line: &str) {
    println!("{line}");
}

#[test]
#[ignore = "measures; a release build on an idle machine"]
fn measure_durable_appends() {
    for batch in [1_u64, 16, 64, 256, 1024] {
        let place = tempfile::tempdir().unwrap();
        let ledger = log_of(Arc::new(Folder::open(place.path()).unwrap()), 1, 1);
        let total = (batch * 64).clamp(256, 32_768);
        let drafts = releases(0..batch);
        let ((), took) = seconds(|| {
            for _ in 0..total / batch {
                ledger.append(&drafts).unwrap();
            }
        });
        say(&format!("append, {batch} a call: {:.0} durable entries/s", total as f64 / took));
    }
    for writers in [4_u64, 16, 64] {
        let place = tempfile::tempdir().unwrap();
        let ledger = log_of(Arc::new(Folder::open(place.path()).unwrap()), 1, 1);
        let each = 64;
        let ((), took) = seconds(|| {
            std::thread::scope(|scope| {
                for writer in 0..writers {
                    let ledger = &ledger;
                    scope.spawn(move || {
                        for step in 0..each {
                            ledger.append(&[release(writer * each + step, 2)]).unwrap();
                        }
                    });
                }
            });
        });
        let rate = (writers * each) as f64 / took;
        say(&format!("append, {writers} threads, 1 a call: {rate:.0} durable entries/s"));
    }
}

#[test]
#[ignore = "builds a log of a million entries on disk; a release build"]
fn measure_verify_and_flips_of_a_million_entries() {
    let place = tempfile::tempdir().unwrap();
    let disk = Arc::new(Folder::open(place.path()).unwrap());
    let (ledger, took) = seconds(|| log_of(disk.clone(), ENTRIES, 4096));
    say(&format!("append, 4096 a call: {:.0} durable entries/s", ENTRIES as f64 / took));
    let (verified, took) = seconds(|| ledger.log().verify(Against::default()).unwrap());
    assert!(verified.findings.is_empty());
    say(&format!("verify of {ENTRIES} entries: {took:.2} s"));
    let (_, took) = seconds(|| Ledger::open(disk.clone(), FOLDER, seed()).unwrap());
    say(&format!("open: {:.1} ms", took * 1000.0));
    let head = ledger.log().checkpoint().unwrap();
    let (count, took) =
        seconds(|| ledger.log().entries(&head, 0..ENTRIES).map(Result::unwrap).count());
    say(&format!("reading {count} entries: {took:.2} s"));
    // Bits spread over the bundles, the tiles of every level and the head.
    let mut bits = 0;
    let flip = |path: &str, bit: u64| {
        let mut bytes = disk.read(path).unwrap();
        let at = (bit / 8) as usize % bytes.len();
        bytes[at] ^= 1 << (bit % 8);
        let mut writer = disk.create("flipped").unwrap();
        writer.write_all(&bytes).unwrap();
        drop(writer);
        disk.rename("flipped", path).unwrap();
    };
    let tiles = [
        "entries/000",
        "entries/x001/500",
        "entries/x003/905",
        "entries/x003/906.p/64",
        "0/000",
        "0/x002/222",
        "0/x003/906.p/64",
        "1/000",
        "1/014",
        "1/015.p/66",
        "2/000.p/15",
    ];
    let paths = tiles.map(|tile| format!("{FOLDER}/tile/{tile}"));
    for sample in 0..44_u64 {
        let path = &paths[sample as usize % paths.len()];
        let bit = sample.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        flip(path, bit);
        let codes = found(ledger.log());
        assert!(codes.len() == 1 && codes[0].starts_with("LG11"), "{path} {bit}: {codes:?}");
        flip(path, bit);
        bits += 1;
    }
    assert!(found(ledger.log()).is_empty());
    say(&format!("flips of a single bit in {ENTRIES} entries: {bits} of {bits} found and named"));
}
