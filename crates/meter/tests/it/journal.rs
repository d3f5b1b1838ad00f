//! A ledger as small as can be: lines that name segments. What it says happened, happened.

use std::io::{self, Write as _};

use kouan_disk::Disk;
use kouan_meter::{Digest, Live};

const PATH: &str = "journal";

/// The lines that are whole. Each holds its text twice, so that a torn one is not taken for one.
pub(crate) fn read(disk: &dyn Disk) -> io::Result<Vec<String>> {
    match disk.read(PATH) {
        Ok(bytes) => Ok(whole(&bytes).0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn whole(bytes: &[u8]) -> (Vec<String>, u64) {
    let mut lines = Vec::new();
    let mut end = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = std::str::from_utf8(line).ok().and_then(|line| line.strip_suffix('\n'));
        let halves = text.and_then(|text| text.split_once('|'));
        let Some((one, _)) = halves.filter(|(one, other)| one == other) else { break };
        lines.push(one.to_owned());
        end += line.len() as u64;
    }
    (lines, end)
}

/// Adds a line, durably.
pub(crate) fn append(disk: &dyn Disk, text: &str) -> io::Result<()> {
    let bytes = match disk.len(PATH)? {
        Some(_) => disk.read(PATH)?,
        None => Vec::new(),
    };
    let (_, end) = whole(&bytes);
    if end < bytes.len() as u64 {
        disk.truncate(PATH, end)?;
    }
    let mut writer = disk.append(PATH)?;
    writer.write_all(format!("{text}|{text}\n").as_bytes())?;
    writer.sync()
}

/// The segments of lines: `release <account> <number> <digest>`, `merged <account> <digest>`.
pub(crate) fn live(lines: &[String], account: &str) -> Live {
    let mut live = Live::default();
    for line in lines {
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["release", of, _, digest] if of == account => {
                live.segments.extend(Digest::parse(digest));
            }
            ["merged", of, digest] if of == account => live.merged.extend(Digest::parse(digest)),
            _ => {}
        }
    }
    live
}

/// Whether the full size was asked for, as `cargo xtask reliability` does.
pub fn is_full() -> bool {
    std::env::var_os("KOUAN_TEST_SIZE").is_some_and(|size| size == "full")
}

/// A figure of the table of reliability.
#[expect(clippy::disallowed_macros, reason = "figures are read from what tests print")]
pub fn figure(name: &str, count: u64) {
    println!("figure: {name} = {count}");
}
