//! Writes invented data, the same for the same seed, and times the scan on it.
//!
//! `examples [--check]` writes the small sources in `examples/`, or says which are stale.

mod examples;
mod formats;
mod people;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::formats::Fault;

const USAGE: &str = "usage: bench-scan examples [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}

fn run(words: &[&str]) -> Result<ExitCode, Fault> {
    match words {
        ["examples"] => examples::write(&root().join("examples")).map(|()| ExitCode::SUCCESS),
        ["examples", "--check"] => {
            let stale = examples::stale(&root().join("examples"))?;
            for path in &stale {
                println!("examples/{path} is stale");
            }
            Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        _ => Err(USAGE.to_owned()),
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
