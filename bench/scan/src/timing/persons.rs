//! Distinct persons alone: keys that are all different, counted exactly.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use kouan_scan::identifiers::key::{KeyKind, Secret, of};
use kouan_scan::persons::{Limits, Marks, Roster, Scratch, ScratchFault, Space, count};
use kouan_terms::Diagnostic;

use crate::formats::Fault;

/// Files without a name in one folder.
struct Files(PathBuf);

impl Scratch for Files {
    fn create(&self) -> Result<Box<dyn Space>, Diagnostic> {
        let path = self.0.join(format!("keys-{}", std::process::id()));
        let fault = |_| ScratchFault::NotCreated.diagnostic("target/bench");
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(fault)?;
        std::fs::remove_file(path).map_err(fault)?;
        Ok(Box::new(OneFile(file)))
    }
}

struct OneFile(File);

impl Space for OneFile {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Diagnostic> {
        let written = self.0.seek(SeekFrom::End(0)).and_then(|_| self.0.write_all(bytes));
        written.map_err(|_| ScratchFault::NotWritten.diagnostic("target/bench"))
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<(), Diagnostic> {
        let mut file = &self.0;
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(into));
        read.map_err(|_| ScratchFault::NotRead.diagnostic("target/bench"))
    }
}

/// Counts so many different mobile numbers; prints keys in a second and the count.
pub(crate) fn run(keys: u64, folder: PathBuf) -> Result<(), Fault> {
    let code = |finding: Diagnostic| finding.code.0.to_owned();
    let secret = Secret::new(&[7; 16]);
    let mut roster = Roster::new(&secret, Limits::default(), Arc::new(Files(folder)));
    let start = Instant::now();
    // Digits are counted up in place, so that what is timed is keys and not the writing of numbers.
    let mut cell = *b"13000000000";
    let mut seen = 0;
    while seen < keys {
        if let Some(key) = of(KeyKind::Mobile, &cell, &secret) {
            roster.row(&[key.into()], Marks::GENERAL).map_err(code)?;
        }
        seen += 1;
        for digit in cell.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                break;
            }
            *digit = b'0';
        }
    }
    let counted = count(&mut [&mut roster]).map_err(code)?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", counted.all.at_most.0);
    eprintln!("{keys} keys in {seconds:.2} s");
    Ok(())
}
