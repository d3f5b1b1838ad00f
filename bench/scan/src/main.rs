//! Writes invented data, the same for the same seed, and times the scan on it.
//!
//! ```sh
//! bench-scan examples [--check]        # the small sources in examples/, or which are stale
//! bench-scan rows MEBIBYTES PATH       # a large CSV
//! bench-scan time --kouan PATH [...]   # the table of `cargo xtask bench scan`
//! bench-scan persons KEYS FOLDER       # distinct persons alone
//! ```

mod examples;
mod formats;
mod people;
mod rows;
mod timing;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::formats::{Fault, words};

const USAGE: &str = "usage: bench-scan examples [--check] | rows MEBIBYTES PATH | \
                     persons KEYS FOLDER | time --kouan PATH [--mebibytes N] [--large N] [--rows N] \
                     [--keys N] [--json PATH] [--markdown PATH]";

/// What is timed where nothing else is asked for.
const MEBIBYTES: u64 = 2048;
const LARGE: u64 = 20_000_000_000 / (1 << 20) + 1;
const ROWS: u64 = 2_500_000;
const KEYS: u64 = 100_000_000;

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

fn run(arguments: &[&str]) -> Result<ExitCode, Fault> {
    match arguments {
        ["examples"] => examples::write(&root().join("examples"))?,
        ["examples", "--check"] => {
            let stale = examples::stale(&root().join("examples"))?;
            for path in &stale {
                println!("examples/{path} is stale");
            }
            return Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        ["rows", mebibytes, path] => {
            let mebibytes: u64 = mebibytes.parse().map_err(words)?;
            println!("{} rows", rows::csv(Path::new(path), mebibytes << 20)?);
        }
        ["persons", keys, folder] => {
            timing::persons::run(keys.parse().map_err(words)?, PathBuf::from(folder))?;
        }
        ["time", flags @ ..] => timing::run(&asked(flags)?)?,
        _ => return Err(USAGE.to_owned()),
    }
    Ok(ExitCode::SUCCESS)
}

fn asked(flags: &[&str]) -> Result<timing::Asked, Fault> {
    let mut asked = timing::Asked {
        kouan: PathBuf::new(),
        folder: root().join("target/bench"),
        mebibytes: MEBIBYTES,
        large: LARGE,
        rows: ROWS,
        keys: KEYS,
        json: None,
        markdown: None,
    };
    let mut rest = flags.iter();
    while let Some(flag) = rest.next() {
        let value = rest.next().ok_or(USAGE)?;
        let number = || value.parse::<u64>().map_err(words);
        match *flag {
            "--kouan" => asked.kouan = PathBuf::from(value),
            "--mebibytes" => asked.mebibytes = number()?,
            "--large" => asked.large = number()?,
            "--rows" => asked.rows = number()?,
            "--keys" => asked.keys = number()?,
            "--json" => asked.json = Some(PathBuf::from(value)),
            "--markdown" => asked.markdown = Some(PathBuf::from(value)),
            _ => return Err(USAGE.to_owned()),
        }
    }
    if asked.kouan.as_os_str().is_empty() { Err(USAGE.to_owned()) } else { Ok(asked) }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
