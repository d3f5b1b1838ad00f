//! A table of PostgreSQL: ours against `COPY … TO STDOUT` on the same rows.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Asked;
use super::ours::scan;
use super::process::took;
use super::table::{Figure, Goal, Row, Table};
use crate::formats::{Fault, words};
use crate::rows;

/// Where the server is, as for the tests of the readers.
const VARIABLE: &str = "KOUAN_TEST_POSTGRES";

/// Runs of each; the best counts.
const RUNS: usize = 3;

/// Fills the table and times both.
pub(crate) fn rows(asked: &Asked, table: &mut Table) -> Result<(), Fault> {
    let what = format!(
        "PostgreSQL, {} rows: ours looks at every cell and counts persons, psql sends \
         `COPY … TO STDOUT` to nowhere",
        asked.rows
    );
    let (unit, goal) = ("thousand rows/s", Some(Goal::Times(0.9)));
    let Ok(address) = std::env::var(VARIABLE) else {
        let why = format!("no server: {VARIABLE} is not set (.ci/servers start)");
        table.rows.push(Row { what, unit, ours: None, peer: Figure::NotRun("psql", why), goal });
        return Ok(());
    };
    fill(asked, &address)?;
    let copy = best(|| {
        let sql = "COPY bench_rows TO STDOUT";
        let run = took(psql(&address).args(["-c", sql]), Path::new("/dev/null"));
        run.map(|run| run.wall)
    })?;
    let ours = best(|| {
        let one = scan(asked, &address, 2, &["--table", "*bench_rows"], 1)?;
        Ok(one.took.wall)
    })?;
    psql(&address).args(["-c", "DROP TABLE bench_rows"]).status().map_err(words)?;
    let speed = |seconds: f64| asked.rows as f64 / 1e3 / seconds;
    let peer = Figure::Of("psql, COPY", speed(copy));
    table.rows.push(Row { what, unit, ours: Some(speed(ours)), peer, goal });
    Ok(())
}

fn best(run: impl Fn() -> Result<f64, Fault>) -> Result<f64, Fault> {
    let runs = (0..RUNS).map(|_| run()).collect::<Result<Vec<f64>, Fault>>()?;
    Ok(runs.into_iter().fold(f64::INFINITY, f64::min))
}

fn psql(address: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", address]);
    command
}

fn fill(asked: &Asked, address: &str) -> Result<(), Fault> {
    let columns = rows::COLUMNS.map(|name| format!("{name} text")).join(", ");
    let sql =
        format!("DROP TABLE IF EXISTS bench_rows; CREATE UNLOGGED TABLE bench_rows ({columns});");
    if !psql(address).args(["-c", &sql]).status().map_err(words)?.success() {
        return Err("the table cannot be made".to_owned());
    }
    let mut child = psql(address)
        .args(["-c", "COPY bench_rows FROM STDIN"])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(words)?;
    if let Some(input) = child.stdin.take() {
        let mut input = std::io::BufWriter::with_capacity(1 << 20, input);
        let mut row = rows::Row::new();
        for number in 0..asked.rows {
            row.fill(number);
            input.write_all(row.cells().join("\t").as_bytes()).map_err(words)?;
            input.write_all(b"\n").map_err(words)?;
        }
        input.flush().map_err(words)?;
    }
    if !child.wait().map_err(words)?.success() {
        return Err("the rows cannot be put in".to_owned());
    }
    // So that no run of either reads tables that are still being looked over.
    psql(address).args(["-c", "VACUUM ANALYZE bench_rows"]).status().map_err(words)?;
    Ok(())
}
