//! Times verdicts: ours, an if-chain by hand, Rego and Cedar, on the same national rules, in one
//! run.
//!
//! ```sh
//! cargo xtask bench decide               # agreement, then every row of the table
//! cargo xtask bench decide --agree-only  # agreement only: exit 1 when one cell differs
//! ```

mod agreement;
mod cells;
mod clock;
mod engines;
mod explained;
mod process;
mod table;
mod threads;
mod timing;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use kouan_decide::{Compiled, Scope};
use kouan_rulebook::Book;
use kouan_terms::parse_day;

use crate::engines::Setting;
use crate::table::{Cell, Row, Table};

/// The day whose rules the peers' policies hold.
const TODAY: &str = "2026-11-22";
/// A day under the rules of 2022, which other facts decide.
const BEFORE_2024: &str = "2023-07-01";

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    agree_only: bool,
    /// Measure these rows only, without comparing first: for finding what is slow.
    only: Option<String>,
    json: Option<PathBuf>,
    markdown: Option<PathBuf>,
    kouan: Option<PathBuf>,
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            say(&message);
            ExitCode::from(2)
        }
    }
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut path = || words.next().map(PathBuf::from).ok_or_else(|| format!("{word} PATH"));
        match word.as_str() {
            "--agree-only" => arguments.agree_only = true,
            "--only" => arguments.only = words.next(),
            "--json" => arguments.json = Some(path()?),
            "--markdown" => arguments.markdown = Some(path()?),
            "--kouan" => arguments.kouan = Some(path()?),
            _ => return Err(format!("unknown argument {word}")),
        }
    }
    Ok(arguments)
}

/// Whether all engines agree; everything else is printed and written.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let book = kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied())
        .map_err(|findings| format!("the rulebook does not load: {} findings", findings.len()))?;
    let today = compiled(&book, TODAY)?;
    let cells = cells::enumerate(&book, TODAY)?;
    let asked = |rows: &str| arguments.only.as_deref().is_none_or(|only| only == rows);
    let report = match arguments.only {
        None => agreement::check(&book, &today, &cells)?,
        Some(_) => agreement::Report { agreed: true, says: "not compared".to_owned() },
    };
    say(&report.says);
    if !report.agreed || arguments.agree_only {
        return Ok(report.agreed);
    }
    let timed = cells::for_timing(&today, &cells.random);
    let setting = Setting { book: &book, compiled: &today, cells: &timed };
    let mut table = Table::new(&report.says, process::load_average());
    if asked("verdict") {
        table.rows.extend(timing::rows(&setting)?);
        let before = compiled(&book, BEFORE_2024)?;
        table.rows.push(timing::other_day(&book, &before, &cells.random)?);
    }
    if asked("threads") {
        table.rows.extend(threads::rows(&setting)?);
    }
    if asked("explained") {
        table.rows.extend(explained::rows(&book, &today, TODAY, &cells.random)?);
    }
    if asked("process") {
        table.rows.extend(process::rows(arguments.kouan.as_deref())?);
    }
    let markdown = table.markdown();
    let _ = std::io::stdout().write_all(markdown.as_bytes());
    process::write(arguments.json.as_deref(), &table.json())?;
    process::write(arguments.markdown.as_deref(), &format!("{}{markdown}", table::HEADER))?;
    Ok(true)
}

fn compiled(book: &Book, day: &str) -> Result<Compiled, String> {
    let scope = Scope { day: parse_day(day)?, list: None, adopted: Vec::new() };
    Compiled::new(book, scope).map_err(|error| format!("{day}: {error:?}"))
}

/// Talk goes to standard error; standard output holds the table alone.
fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// A row with one figure of ours and none of the peers.
fn ours_alone(what: &str, unit: &'static str, figure: f64, goal: Option<f64>) -> Row {
    let peers = vec![None; engines::PEERS.len()];
    Row { what: what.to_owned(), unit, ours: Cell(Some(figure)), peers, goal, ratios: false }
}
