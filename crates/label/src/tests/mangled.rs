//! Files that lie: about lengths, about places, about themselves. Thousands of changes to every
//! sample, the same in every run; what is read and written stays in proportion, which is counted
//! and not timed.

use std::io::{Cursor, Read, Result, Seek, SeekFrom};

use super::{label, media, standard, written};
use crate::{Act, Format, check, plan};

/// Changes made to each sample, with and without a label.
const ROUNDS: usize = 120;
/// What a file of these few hundred bytes may cost, in reads and in bytes, for one pass.
const READS_MAX: usize = 2_000;
const BYTES_MAX: usize = 1 << 20;

/// A file that counts what is asked of it.
struct Counted {
    file: Cursor<Vec<u8>>,
    reads: usize,
    bytes: usize,
}

impl Counted {
    fn new(bytes: Vec<u8>) -> Counted {
        Counted { file: Cursor::new(bytes), reads: 0, bytes: 0 }
    }

    fn held(&self, what: &str, format: Format, round: usize) {
        let place = format!("{what} {format:?} {round}: {} reads, {} B", self.reads, self.bytes);
        assert!(self.reads <= READS_MAX && self.bytes <= BYTES_MAX, "{place}");
    }
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.file.read(into)?;
        self.reads += 1;
        self.bytes += count;
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}

/// Numbers that follow from one another, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// One lie, of one of eight kinds.
fn lie(bytes: &mut Vec<u8>, dice: &mut Dice) {
    if bytes.is_empty() {
        return;
    }
    let at = dice.below(bytes.len());
    let width = [1, 2, 4, 8][dice.below(4)].min(bytes.len() - at);
    match dice.below(8) {
        // A length or a place that is nothing, too large, or just so.
        0 => bytes[at..at + width].fill(0),
        1 => bytes[at..at + width].fill(0xff),
        2 => {
            bytes[at..at + width].copy_from_slice(&0x7fff_ffff_ffff_ffff_u64.to_be_bytes()[..width])
        }
        // A place that names itself or another one: circles.
        3 => {
            let place = if dice.below(2) == 0 { at } else { dice.below(bytes.len()) } as u64;
            let big = place.to_be_bytes();
            bytes[at..at + width].copy_from_slice(&big[8 - width..]);
        }
        4 => {
            let place = dice.below(bytes.len()) as u64;
            bytes[at..at + width].copy_from_slice(&place.to_le_bytes()[..width]);
        }
        // The file ends early, or a part of it stands in itself.
        5 => bytes.truncate(at),
        6 => {
            let part = bytes[at..(at + dice.below(200)).min(bytes.len())].to_vec();
            let place = dice.below(bytes.len());
            bytes.splice(place..place, part);
        }
        _ => bytes[at] = dice.below(256) as u8,
    }
}

fn passed(format: Format, bytes: &[u8], round: usize) {
    let standard = standard();
    let mut file = Counted::new(bytes.to_vec());
    let _ = check(&mut file, format, &standard);
    file.held("check", format, round);
    let mut file = Counted::new(bytes.to_vec());
    let act = Act::Replace(label("CONTENT-2"));
    let Ok(plan) = plan(&mut file, format, &act, None, &standard) else {
        return file.held("plan", format, round);
    };
    file.held("plan", format, round);
    let mut out = Vec::new();
    plan.write(&mut file, &mut out).unwrap();
    assert!(out.len() <= bytes.len() + 16_384, "{format:?} {round}: {} B", out.len());
    let _ = plan.read_back(&mut Cursor::new(out), &standard);
}

#[test]
fn files_that_lie_cost_no_more_than_files_that_do_not() {
    let mut dice = Dice(20_261_122);
    let mut tried = [0; Format::ALL.len()];
    for sample in media::samples() {
        let format = sample.format;
        let labelled = written(&sample.bytes, format, &Act::Add(label("CONTENT-1")));
        for base in [&sample.bytes, &labelled] {
            for round in 0..ROUNDS {
                let mut bytes = base.clone();
                for _ in 0..=dice.below(6) {
                    lie(&mut bytes, &mut dice);
                }
                passed(format, &bytes, round);
                tried[Format::ALL.iter().position(|of| *of == format).unwrap()] += 1;
            }
        }
    }
    assert!(tried.iter().all(|count| *count >= 2 * ROUNDS), "{tried:?}");
}
