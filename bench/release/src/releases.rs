//! Releases of the large CSV: through the gate alone, and through the whole program in a real
//! office.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{Took, took};
use crate::table::{Figure, Goal, Row, Table};
use crate::{Asked, Fault, gate, peers, words};

/// Each figure is the best of so many runs: what others do on the machine only ever adds.
const RUNS: usize = 3;

/// A core's speed that is asked for, in millions of bytes of CSV a second.
const SPEED: f64 = 300.0;

/// The moment of every release, so that a later run does the same.
const AT: &str = "2026-11-22T04:00:00Z";
const HANDLER: &str = "91440101EXAMPLE11P";

const CHOICES: &str = include_str!("choices.toml");

/// What a release by the program came to.
struct Released {
    took: Took,
    rows: u64,
    persons: u64,
}

/// The rows of the table that are about releases.
pub(crate) fn rows(asked: &Asked, table: &mut Table) -> Result<(), Fault> {
    let bytes = std::fs::metadata(&asked.csv).map_err(words)?.len() as f64 / 1e6;
    let python = peers::python(asked);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut first, mut again) = (Vec::new(), Vec::new());
    let mut why = python.as_ref().err().cloned();
    // Turn by turn, so that a busy minute of the machine falls on everyone.
    for _ in 0..RUNS {
        ours.push(alone(asked)?);
        match python.as_ref().map(|python| peers::release(asked, python)) {
            Ok(Ok(run)) => theirs.push(run),
            Ok(Err(fault)) => why = Some(fault),
            Err(_) => {}
        }
        let office = Office::new(asked)?;
        first.push(office.release("first.parquet")?);
        again.push(office.release("again.parquet")?);
    }
    let peer = || match (best(&theirs), &why) {
        (Some(run), None) => Figure::Of(peers::NAME, bytes / run.cpu),
        (_, why) => Figure::NotRun("DuckDB", why.clone().unwrap_or_default()),
    };
    let gate = best(&ours).ok_or("no run")?;
    let whole = |all: &[Released]| {
        all.iter().map(|one| &one.took).min_by(|a, b| a.cpu.total_cmp(&b.cpu)).cloned()
    };
    let (new, known) = (whole(&first).ok_or("no run")?, whole(&again).ok_or("no run")?);
    let rows = first.first().map_or(0, |one| one.rows);
    let persons = first.first().map_or(0, |one| one.persons);
    let what = format!(
        "CSV of {:.2} GB, {rows} rows of 10 columns, to Parquet (7 columns, two masks, one keyed \
         hash): the gate alone",
        bytes / 1e3
    );
    let mut row = |what: &str, unit, ours: f64, peer: Figure, goal| {
        table.rows.push(Row { what: what.to_owned(), unit, ours: Some(ours), peer, goal });
    };
    let a_core = "MB/s of CSV, a core";
    row(&what, a_core, bytes / gate.cpu, peer(), Some(Goal::Times(1.0)));
    let whole = format!(
        "the whole `kouan release`: with the meter ({persons} persons, all new), ledger, durable \
         files, read back"
    );
    row(&whole, a_core, bytes / new.cpu, peer(), Some(Goal::Times(1.0)));
    row("the same", a_core, bytes / new.cpu, Figure::None, Some(Goal::AtLeast(SPEED)));
    row("the same for persons who left before", a_core, bytes / known.cpu, Figure::None, None);
    let clock = match best_by_clock(&theirs) {
        Some(run) if why.is_none() => Figure::Of(peers::NAME, run.wall),
        _ => Figure::None,
    };
    let wall = first.iter().map(|one| one.took.wall).min_by(f64::total_cmp).unwrap_or(f64::NAN);
    row("`kouan release` from start to end, by the clock", "s", wall, clock, None);
    row("most memory of `kouan release`", "MiB", new.peak, Figure::None, None);
    Ok(())
}

fn best(runs: &[Took]) -> Option<&Took> {
    runs.iter().min_by(|a, b| a.cpu.total_cmp(&b.cpu))
}

fn best_by_clock(runs: &[Took]) -> Option<&Took> {
    runs.iter().min_by(|a, b| a.wall.total_cmp(&b.wall))
}

/// The gate alone, as a process.
fn alone(asked: &Asked) -> Result<Took, Fault> {
    let mut command = Command::new(std::env::current_exe().map_err(words)?);
    command.arg("gate").arg(&asked.csv).arg(asked.folder.join("gate.parquet"));
    let run = took(&mut command, &asked.folder.join("gate.txt"))?;
    if run.code == 0 { Ok(run) } else { Err(format!("the gate ended with {}", run.code)) }
}

/// An office of its own for each run.
struct Office<'a> {
    asked: &'a Asked,
    folder: PathBuf,
}

impl<'a> Office<'a> {
    fn new(asked: &'a Asked) -> Result<Office<'a>, Fault> {
        let folder = asked.folder.join("office");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(words)?;
        }
        std::fs::create_dir_all(&folder).map_err(words)?;
        write(&folder.join("transfer.toml"), gate::DECLARATION)?;
        write(&folder.join("choices.toml"), CHOICES)?;
        let office = Office { asked, folder };
        office.kouan(&["account", "init", "--handler", HANDLER])?;
        let permit = ["decide", "transfer.toml", "--permit", "permit.json", "--choices"];
        office.kouan(&[&permit[..], &["choices.toml", "--at", AT]].concat())?;
        Ok(office)
    }

    fn release(&self, to: &str) -> Result<Released, Fault> {
        let csv = std::path::absolute(&self.asked.csv).map_err(words)?;
        let csv = csv.to_string_lossy();
        let words = ["release", &csv, "--permit", "permit.json", "--to", to, "--at", AT];
        let took = self.kouan(&[&words[..], &["--output-format", "json"]].concat())?;
        let said: Value = serde_json::from_str(&took.output).map_err(crate::words)?;
        let number = |pointer: &str| {
            said.pointer(pointer).and_then(Value::as_u64).ok_or_else(|| format!("no {pointer}"))
        };
        Ok(Released { rows: number("/tables/0/rows_out")?, persons: number("/persons/all")?, took })
    }

    fn kouan(&self, words: &[&str]) -> Result<Took, Fault> {
        let kouan = std::path::absolute(&self.asked.kouan).map_err(crate::words)?;
        let mut command = Command::new(kouan);
        command.args(words).current_dir(&self.folder);
        let output = self.asked.folder.join("kouan.txt");
        let run = took(&mut command, &output)?;
        if run.code == 0 {
            return Ok(run);
        }
        let errors = std::fs::read_to_string(output.with_extension("errors")).unwrap_or_default();
        Err(format!("kouan {} ended with {}: {errors}", words.join(" "), run.code))
    }
}

fn write(path: &Path, text: &str) -> Result<(), Fault> {
    std::fs::write(path, text).map_err(words)
}
