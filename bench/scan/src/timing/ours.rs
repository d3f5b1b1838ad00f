//! The program itself.

use std::process::Command;

use serde_json::Value;

use super::process::{Took, took};
use super::table::{Goal, Table};
use super::{Asked, Data, alone, text};
use crate::formats::{Fault, words};

/// Each figure is the best of so many runs: what others do on the machine only ever adds.
const RUNS: usize = 2;

/// Sizes, in MiB, at which the memory of a scan is looked at.
const SIZES: [u64; 3] = [256, 1024, 2048];

/// The most memory a scan may hold, in MiB.
const MEMORY: f64 = 512.0;

/// What a scan came to.
pub(crate) struct Scanned {
    pub(crate) took: Took,
    /// Distinct resident IDs it counted, to hold against the peers' count.
    pub(crate) resident_ids: Option<u64>,
}

impl Scanned {
    /// Millions of bytes a second of processor time.
    pub(crate) fn speed(&self, data: &Data) -> f64 {
        data.megabytes() / self.took.cpu
    }
}

/// Runs a scan; the best of `runs` by processor time.
pub(crate) fn scan(
    asked: &Asked,
    address: &str,
    threads: usize,
    more: &[&str],
    runs: usize,
) -> Result<Scanned, Fault> {
    let mut best: Option<Took> = None;
    for _ in 0..runs {
        let mut command = Command::new(&asked.kouan);
        command.args(["scan", address, "--dry-run", "--output-format", "json"]);
        command.args(["--threads", &threads.to_string(), "--on", "2026-11-22"]);
        command.arg("--scratch").arg(asked.folder.join("scratch")).args(more);
        let run = took(&mut command, &asked.folder.join("ours.json"))?;
        if !matches!(run.code, 0 | 1 | 3) {
            return Err(format!("`kouan scan` ended with {}", run.code));
        }
        let better =
            |known: &Took| if threads == 1 { run.cpu < known.cpu } else { run.wall < known.wall };
        if best.as_ref().is_none_or(better) {
            best = Some(run);
        }
    }
    let took = best.ok_or("no run")?;
    let inventory: Value = serde_json::from_str(&took.output).map_err(words)?;
    let resident_ids = inventory.pointer("/persons/basis/keys/resident-id").and_then(Value::as_u64);
    Ok(Scanned { took, resident_ids })
}

/// The CSV on one and two threads.
pub(crate) fn csv(asked: &Asked, data: &Data, table: &mut Table) -> Result<Scanned, Fault> {
    let one = scan(asked, &text(&data.path), 1, &[], RUNS)?;
    let two = scan(asked, &text(&data.path), 2, &[], RUNS)?;
    let size = format!("CSV of {:.2} GB, {} rows of 10 columns", data.megabytes() / 1e3, data.rows);
    table.rows.push(alone(
        &format!("{size}: every cell and exact persons, a core (1 thread, processor time)"),
        "MB/s",
        one.speed(data),
        Some(Goal::AtLeast(500.0)),
    ));
    table.rows.push(alone(
        "the same",
        "M cells/s",
        data.megacells() / one.took.cpu,
        Some(Goal::AtLeast(40.0)),
    ));
    table.rows.push(alone("the same from start to end, 1 thread", "s", one.took.wall, None));
    table.rows.push(alone("the same from start to end, 2 threads", "s", two.took.wall, None));
    // When others held the processors, the clock says nothing of how the scan shares its work.
    let alone_there = one.took.wall < one.took.cpu * 1.15;
    table.rows.push(alone(
        "2 threads against 1, from start to end",
        "times",
        one.took.wall / two.took.wall,
        alone_there.then_some(Goal::AtLeast(1.8)),
    ));
    if !alone_there {
        table.notes.push(
            "Others held the processors during the run on 1 thread: 2 threads against 1 is not \
             judged."
                .to_owned(),
        );
    }
    table.rows.push(alone(
        "processor time with 2 threads against 1 (2.0 / this is what an idle machine gains)",
        "times",
        two.took.cpu / one.took.cpu,
        None,
    ));
    Ok(one)
}

/// Persons alone.
pub(crate) fn persons(asked: &Asked, table: &mut Table) -> Result<(), Fault> {
    let mut command = Command::new(std::env::current_exe().map_err(words)?);
    command.args(["persons", &asked.keys.to_string()]).arg(asked.folder.join("scratch"));
    let run = took(&mut command, &asked.folder.join("persons.txt"))?;
    if run.output.trim() != asked.keys.to_string() {
        return Err(format!("{} keys, counted {}", asked.keys, run.output.trim()));
    }
    let what = format!("persons alone: {} different mobile numbers, exact", asked.keys);
    let speed = asked.keys as f64 / 1e6 / run.cpu;
    table.rows.push(alone(&what, "M keys/s a core", speed, Some(Goal::AtLeast(5.0))));
    table.rows.push(alone("memory for them", "MiB", run.peak, Some(Goal::AtMost(1024.0))));
    Ok(())
}

/// Memory by the size of the file.
pub(crate) fn memory(asked: &Asked, table: &mut Table) -> Result<(), Fault> {
    for size in SIZES.into_iter().filter(|size| *size <= asked.mebibytes.max(SIZES[0])) {
        memory_at(asked, size, table)?;
    }
    if asked.large == 0 {
        table.notes.push("Memory on a file of 20 GB was not asked for (`--large 0`).".to_owned());
        return Ok(());
    }
    let large = memory_at(asked, asked.large, table)?;
    // Nothing else needs so large a file.
    std::fs::remove_file(large.path).map_err(words)
}

fn memory_at(asked: &Asked, size: u64, table: &mut Table) -> Result<Data, Fault> {
    let data = super::csv(asked, size)?;
    let run = scan(asked, &text(&data.path), 2, &[], 1)?;
    let what = format!("most memory, CSV of {:.2} GB, 2 threads", data.megabytes() / 1e3);
    table.rows.push(alone(&what, "MiB", run.took.peak, Some(Goal::AtMost(MEMORY))));
    Ok(data)
}
