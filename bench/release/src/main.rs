//! Times the release of a large CSV (projection, two masks, one keyed hash, into Parquet), the
//! meter of persons and the ledger, and DuckDB on the same bytes.
//!
//! ```sh
//! bench-release time --kouan PATH --csv PATH --folder PATH --json PATH [--markdown PATH]
//!                    [--people N] [--entries N]    # the table of `cargo xtask bench release`
//! bench-release gate FROM.csv TO.parquet            # the gate alone
//! bench-release meter PEOPLE FOLDER                 # the meter alone
//! bench-release ledger ENTRIES FOLDER               # the ledger alone
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a bench reads files and the clock, and prints what it measured"
)]

mod gate;
mod ledger;
mod meter;
mod peers;
mod process;
mod releases;
mod table;
mod timing;

use std::path::PathBuf;
use std::process::ExitCode;

/// What went wrong, in words for whoever runs this.
type Fault = String;

/// Any error as words.
fn words<E: std::fmt::Display>(error: E) -> Fault {
    error.to_string()
}

/// An error of ours: it has no words of its own here.
fn said(fault: impl std::fmt::Debug) -> Fault {
    format!("{fault:?}")
}

const USAGE: &str = "usage: bench-release time --kouan PATH --csv PATH --folder PATH --json PATH \
                     [--markdown PATH] [--people N] [--entries N] | gate FROM TO | meter PEOPLE \
                     FOLDER | ledger ENTRIES FOLDER";

/// What is timed where nothing else is asked for.
const PEOPLE: u64 = 100_000_000;
const ENTRIES: u64 = 1_000_000;

/// What the command line asks for.
struct Asked {
    /// The program, built as it is shipped.
    kouan: PathBuf,
    /// The invented rows.
    csv: PathBuf,
    /// Where offices, outputs and the peer lie.
    folder: PathBuf,
    /// People of the year, and entries of the ledger.
    people: u64,
    entries: u64,
    /// Where the table is written, for machines and for people.
    json: Option<PathBuf>,
    markdown: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Fault> {
    match arguments {
        ["gate", from, to] => println!("{}", gate::run(from, to)?),
        ["meter", people, folder] => meter::run(people.parse().map_err(words)?, folder)?,
        ["ledger", entries, folder] => ledger::run(entries.parse().map_err(words)?, folder)?,
        ["time", flags @ ..] => timing::run(&asked(flags)?)?,
        _ => return Err(USAGE.to_owned()),
    }
    Ok(())
}

fn asked(flags: &[&str]) -> Result<Asked, Fault> {
    let mut asked = Asked {
        kouan: PathBuf::new(),
        csv: PathBuf::new(),
        folder: PathBuf::new(),
        people: PEOPLE,
        entries: ENTRIES,
        json: None,
        markdown: None,
    };
    let mut rest = flags.iter();
    while let Some(flag) = rest.next() {
        let value = rest.next().ok_or(USAGE)?;
        match *flag {
            "--kouan" => asked.kouan = PathBuf::from(value),
            "--csv" => asked.csv = PathBuf::from(value),
            "--folder" => asked.folder = PathBuf::from(value),
            "--people" => asked.people = value.parse().map_err(words)?,
            "--entries" => asked.entries = value.parse().map_err(words)?,
            "--json" => asked.json = Some(PathBuf::from(value)),
            "--markdown" => asked.markdown = Some(PathBuf::from(value)),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let given = [&asked.kouan, &asked.csv, &asked.folder];
    if given.iter().any(|path| path.as_os_str().is_empty()) {
        Err(USAGE.to_owned())
    } else {
        Ok(asked)
    }
}
