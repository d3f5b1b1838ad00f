//! What is refused, what is proved, and what a clock may do.

use std::sync::Arc;

use kouan_disk::Disk;
use kouan_disk::sim::Simulated;
use kouan_ledger::entry::{Name, Noted, What};
use kouan_ledger::{
    Against, Ledger, Log, SigningSeed, VerifierKey, verify_beginning, verify_export, verify_proof,
};

use crate::samples::{FOLDER, log_of, name, release, releases, seed, time};

fn log(size: u64) -> (Simulated, Ledger) {
    let disk = Simulated::new(9);
    let ledger = log_of(Arc::new(disk.clone()), size, 100);
    (disk, ledger)
}

#[test]
fn every_entry_of_a_log_is_proved_to_someone_with_the_key_alone() {
    let (_, ledger) = log(300);
    let head = ledger.log().checkpoint().unwrap();
    for number in [0, 1, 255, 256, 299] {
        let proof = ledger.log().prove(&head, number).unwrap();
        let (entry, under) = verify_proof(&proof, &seed().verifier(), &[]).unwrap();
        assert_eq!((entry.number, &under), (number, &head));
        let moved = proof.replacen(&format!("index {number}\n"), "index 7\n", 1);
        assert_eq!(verify_proof(&moved, &seed().verifier(), &[]).unwrap_err().code.0, "LG121");
        let mut changed = proof.into_bytes();
        changed[200] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify_proof(&changed, &seed().verifier(), &[]).is_err());
    }
    assert_eq!(ledger.log().prove(&head, 300).unwrap_err().code.0, "LG119");
}

#[test]
fn a_log_is_proved_to_be_the_continuation_of_its_earlier_heads() {
    let disk = Simulated::new(9);
    let ledger = Ledger::create(Arc::new(disk), FOLDER, seed()).unwrap();
    let mut heads = vec![ledger.log().checkpoint().unwrap()];
    for step in 0..40 {
        ledger.append(&releases(step * 13..step * 13 + 13)).unwrap();
        heads.push(ledger.log().checkpoint().unwrap());
    }
    let last = heads.last().unwrap();
    for head in &heads {
        let proof = ledger.log().prove_consistency(head, last).unwrap();
        verify_beginning(head, last, &proof).unwrap();
        if head.size() > 0 && head != last {
            assert!(verify_beginning(&heads[1], head, &proof).is_err(), "{head:?}");
        }
    }
    let verified = ledger.log().verify(Against { earlier: &heads, witnesses: &[] }).unwrap();
    assert!(verified.is_whole() && verified.findings.is_empty());
}

#[test]
fn an_export_is_checked_with_the_key_alone_and_refused_when_changed() {
    let (_, ledger) = log(300);
    let head = ledger.log().checkpoint().unwrap();
    let mut export = Vec::new();
    ledger.log().export(&head, 250..260, &mut export).unwrap();
    let check = |bytes: &[u8]| verify_export(&mut &bytes[..], &seed().verifier());
    assert_eq!(check(&export).unwrap(), (head.clone(), 10));
    let lines: Vec<&[u8]> = export.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 11);
    for missing in 0..11 {
        let rest: Vec<&[u8]> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != missing)
            .map(|(_, line)| *line)
            .collect();
        assert!(check(&rest.concat()).is_err(), "line {missing}");
    }
    for at in (0..export.len()).step_by(37) {
        let mut changed = export.clone();
        changed[at] ^= 1;
        let checked = check(&changed);
        // The key in an export is a word of it; whoever checks has the key from elsewhere.
        let is_key = lines[0].windows(6).position(|six| six == b"\"key\":");
        assert!(checked.is_err() || is_key.is_some_and(|key| at > key), "byte {at}");
    }
    for range in [299..301, 301..301] {
        assert_eq!(ledger.log().export(&head, range, &mut Vec::new()).unwrap_err().code.0, "LG119");
    }
}

#[test]
fn a_clock_that_goes_backwards_is_written_down_and_refuses_nothing() {
    let disk = Simulated::new(9);
    let ledger = Ledger::create(Arc::new(disk.clone()), FOLDER, seed()).unwrap();
    let at = |seconds| kouan_ledger::entry::Draft { time: time(seconds), ..release(1, 1) };
    ledger.append(&[at(100), at(50), at(99)]).unwrap();
    // Also where the log was read anew in between.
    let ledger = Ledger::open(Arc::new(disk), FOLDER, seed()).unwrap();
    ledger.append(&[at(98), at(101)]).unwrap();
    let head = ledger.log().checkpoint().unwrap();
    let entries = ledger.log().entries(&head, 0..9).map(Result::unwrap);
    let clocks: Vec<_> = entries.map(|entry| (entry.time, entry.clock_before)).collect();
    let late = Some(time(100));
    assert_eq!(
        clocks,
        [
            (time(100), None),
            (time(50), late),
            (time(99), late),
            (time(98), late),
            (time(101), None)
        ]
    );
}

#[test]
fn an_entry_that_is_too_large_is_refused_before_anything_is_written() {
    let (disk, ledger) = log(3);
    let before = disk.operations();
    let error = ledger.append(&[release(3, 1), release(4, 4000)]).unwrap_err();
    assert_eq!((error.code.0, disk.operations()), ("LG104", before));
    let widest =
        (1..4000).rev().step_by(10).find(|columns| ledger.append(&[release(5, *columns)]).is_ok());
    assert!(widest.is_some_and(|columns| columns > 1000), "{widest:?}");
    assert!(ledger.log().verify(Against::default()).unwrap().findings.is_empty());
}

#[test]
fn another_key_another_log_and_a_log_that_is_there_are_refused() {
    let (disk, _) = log(3);
    let open = |seed: SigningSeed| {
        Ledger::open(Arc::new(disk.clone()), FOLDER, seed).err().map(|error| error.code.0)
    };
    assert_eq!(
        open(SigningSeed::new("ledger.example.invalid/1", &[1; 32]).unwrap()),
        Some("LG108")
    );
    assert_eq!(
        open(SigningSeed::new("ledger.example.invalid/2", &[42; 32]).unwrap()),
        Some("LG124")
    );
    assert_eq!(open(seed()), None);
    let again = Ledger::create(Arc::new(disk.clone()), FOLDER, seed());
    assert_eq!(again.err().map(|error| error.code.0), Some("LG102"));
}

#[test]
fn a_damaged_edge_is_refused_before_anything_is_built_on_it() {
    for (path, code) in [
        ("ledger/tile/entries/001.p/44", "LG111"),
        ("ledger/tile/0/001.p/44", "LG115"),
        ("ledger/tile/1/000.p/1", "LG115"),
        ("ledger/checkpoint", "LG109"),
    ] {
        let (disk, _) = log(300);
        disk.flip_bit(path, if code == "LG109" { 8 * 30 } else { 900 % 256 }).unwrap();
        let error = Ledger::open(Arc::new(disk), FOLDER, seed()).err().unwrap();
        assert_eq!(error.code.0, code, "{path}");
    }
}

#[test]
fn a_log_that_a_newer_program_wrote_is_checked_but_not_continued() {
    let (disk, ledger) = log(3);
    let head = ledger.log().checkpoint().unwrap();
    let entry = ledger.log().entries(&head, 2..3).next().unwrap().unwrap();
    let newer = serde_json::to_string(&entry).unwrap().replace("kouan/entry/1", "kouan/entry/2");
    assert_eq!(kouan_ledger::entry::Entry::read(newer.as_bytes(), 2).unwrap_err().code.0, "LG106");
    let other = newer.replace("kouan/entry/2", "kouan/entry/x");
    assert_eq!(kouan_ledger::entry::Entry::read(other.as_bytes(), 2).unwrap_err().code.0, "LG120");
    drop(disk);
}

#[test]
fn witnesses_that_were_asked_for_must_have_signed_and_are_kept() {
    let (disk, ledger) = log(5);
    let witness = SigningSeed::new("witness.example.invalid/w", &[3; 32]).unwrap();
    let asked = [witness.cosigner()];
    let verify = |log: &Log| {
        let verified = log.verify(Against { earlier: &[], witnesses: &asked }).unwrap();
        (
            verified.cosigned.map(|head| head.size()),
            verified.findings.iter().map(|f| f.code.0).collect::<Vec<_>>(),
        )
    };
    assert_eq!(verify(ledger.log()), (None, vec!["LG118"]));
    let head = ledger.log().checkpoint().unwrap();
    let note = format!("{}{}", head.note(), witness.cosign(head.note(), 1_800_000_000));
    ledger.keep_cosigned(note.as_bytes(), &asked).unwrap();
    ledger.append(&releases(5..9)).unwrap();
    assert_eq!(verify(ledger.log()), (Some(5), vec![]));
    let unsigned = ledger.keep_cosigned(head.note().as_bytes(), &asked);
    assert_eq!(unsigned.unwrap_err().code.0, "LG118");
    // Signed by witness and log, and of another history.
    let other = log_of(Arc::new(Simulated::new(1)), 4, 4);
    other.append(&releases(8..9)).unwrap();
    let other = other.log().checkpoint().unwrap();
    let note = format!("{}{}", other.note(), witness.cosign(other.note(), 1_800_000_000));
    assert_eq!(ledger.keep_cosigned(note.as_bytes(), &asked).unwrap_err().code.0, "LG113");
    let _ = disk;
    assert!(VerifierKey::parse(&asked[0].to_string()).unwrap().is_witness());
}

#[test]
fn strange_files_are_warned_of_and_disturb_nothing() {
    let (disk, ledger) = log(5);
    disk.create("ledger/tile/0/notes").unwrap().write_all(b"x").unwrap();
    let verified = ledger.log().verify(Against::default()).unwrap();
    assert!(verified.is_whole());
    assert_eq!(verified.findings[0].code.0, "LG117");
    let noted = What::Note(Noted { code: name("GT103"), entry: Some(1), digest: None });
    let draft = kouan_ledger::entry::Draft { what: noted, ..release(1, 1) };
    assert_eq!(ledger.append(&[draft]).unwrap()[0].entry(), 5);
    assert!(Name::new("13900001234").is_err());
}
