//! The auditor's script: it believes what the program wrote, and nothing that was changed.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use kouan_disk::Disk;
use kouan_disk::real::Folder;

use crate::samples::{FOLDER, log_of, seed};

/// Runs the script; its exit code and what it said.
fn script(folder: &Path, earlier: &[&Path]) -> (Option<i32>, String) {
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/verify_ledger.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder)
        .arg(seed().verifier().to_string())
        .args(earlier)
        .output()
        .expect("python3 is needed to check the script for auditors");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn flip(disk: &Folder, path: &str, bit: usize) {
    let mut bytes = disk.read(path).unwrap();
    bytes[bit / 8] ^= 1 << (bit % 8);
    let mut writer = disk.create("flipped").unwrap();
    writer.write_all(&bytes).unwrap();
    writer.sync().unwrap();
    disk.rename("flipped", path).unwrap();
}

#[test]
fn the_script_believes_a_log_and_names_what_was_changed() {
    let place = tempfile::tempdir().unwrap();
    let disk = Folder::open(place.path()).unwrap();
    let folder = place.path().join(FOLDER);
    let ledger = log_of(Arc::new(disk.clone()), 500, 250);
    let kept = place.path().join("kept");
    disk.create("kept")
        .unwrap()
        .write_all(ledger.log().checkpoint().unwrap().note().as_bytes())
        .unwrap();
    ledger.append(&crate::samples::releases(500..600)).unwrap();
    assert_eq!(script(&folder, &[&kept]), (Some(0), "whole: 600 entries\n".to_owned()));

    let bundle = disk.read("ledger/tile/entries/001").unwrap();
    let length = usize::from(u16::from_be_bytes([bundle[0], bundle[1]]));
    let entries = [
        ("ledger/tile/entries/001", (2 + 2 + length) * 8 + 5, "changed: entry 257\n"),
        ("ledger/tile/entries/001", 9, "changed: entry 256\n"),
        ("ledger/tile/entries/002.p/88", 8 * 100, "changed: entry 512\n"),
        ("ledger/tile/0/000", 8 * 64 + 1, "changed: the tile of entry 2\n"),
        ("ledger/tile/1/000.p/2", 8, "changed: tile 1/0\n"),
        ("ledger/checkpoint", 8 * 40, "not signed with this key\n"),
    ];
    for (path, bit, said) in entries {
        flip(&disk, path, bit);
        let (code, output) = script(&folder, &[]);
        assert_eq!(code, Some(1), "{path}");
        assert!(output.ends_with(said), "{path}: {output}");
        flip(&disk, path, bit);
    }
    assert_eq!(script(&folder, &[&kept]).0, Some(0));

    let head = disk.len("ledger/checkpoint").unwrap().unwrap() as usize;
    for bit in (0..head * 8).step_by(131) {
        flip(&disk, "ledger/checkpoint", bit);
        assert_eq!(script(&folder, &[]).0, Some(1), "bit {bit} of the head");
        flip(&disk, "ledger/checkpoint", bit);
    }

    disk.remove("ledger/tile/entries/000").unwrap();
    let (code, output) = script(&folder, &[]);
    assert!(code == Some(1) && output.contains("entries/000"), "{output}");
}

#[test]
fn the_script_tells_a_cut_log_from_a_fork() {
    let kept = tempfile::tempdir().unwrap();
    let disk = Folder::open(kept.path()).unwrap();
    let note = log_of(Arc::new(disk), 30, 30).log().checkpoint().unwrap();
    let kept = kept.path().join("ledger/checkpoint");
    assert_eq!(note.size(), 30);
    let mut said = Vec::new();
    for (size, step) in [(20, 20), (40, 1)] {
        let place = tempfile::tempdir().unwrap();
        let ledger = log_of(Arc::new(Folder::open(place.path()).unwrap()), size.min(29), step);
        if size > 29 {
            ledger.append(&crate::samples::releases(90..101)).unwrap();
        }
        let (code, output) = script(&place.path().join(FOLDER), &[&kept]);
        assert_eq!(code, Some(1));
        said.push(output);
    }
    assert!(said[0].contains("cut: 20 entries, and 30"), "{said:?}");
    assert!(said[1].contains("forked: the first 30"), "{said:?}");
}

#[test]
fn the_script_has_at_most_sixty_lines_and_uses_the_standard_library() {
    let script = include_str!("../../../../docs/reference/verify_ledger.py");
    assert!(script.lines().count() <= 60);
    let imports: Vec<&str> = script.lines().filter(|line| line.starts_with("import ")).collect();
    assert_eq!(imports, ["import base64, hashlib, pathlib, re, sys"]);
    assert!(!script.contains("__import__") && !script.contains("\nfrom "));
}
