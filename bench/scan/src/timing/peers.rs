//! Others on the same bytes, from Python packages in an environment of their own.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::ours::{Scanned, scan};
use super::process::{Took, took};
use super::table::{Figure, Goal, Row, Table};
use super::{Asked, Data, text};
use crate::formats::{Fault, words};

/// Packages, in the versions that were measured.
const PACKAGES: [&str; 3] = ["duckdb==2.0.0", "argus-redact==0.8.22", "presidio-analyzer==2.2.366"];

/// The scripts that call them.
const DUCKDB: &str = include_str!("../../peers/duckdb_scan.py");
const TEXT: &str = include_str!("../../peers/text_scan.py");

/// Bytes of the CSV that tools for running text get: they would take days for all of it.
const SLICE: [(&str, usize, f64); 2] = [
    ("argus-redact 0.8.22, fast mode", 1 << 20, 2_000.0),
    ("presidio-analyzer 2.2.366, blank tokenizer", 1 << 16, 20_000.0),
];

/// Where the packages are, or why they are not.
pub(crate) struct Peers(Result<PathBuf, String>);

impl Peers {
    /// Installs what is missing.
    pub(crate) fn new(asked: &Asked) -> Peers {
        let folder = asked.folder.join("venv");
        let python = folder.join("bin/python");
        let run = |command: &mut Command| -> Result<(), String> {
            let run = took(command, &asked.folder.join("install.txt"))?;
            if run.code == 0 { Ok(()) } else { Err("the packages cannot be installed".to_owned()) }
        };
        let ready = || -> Result<PathBuf, String> {
            if !python.exists() {
                run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
            }
            run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
            Ok(python.clone())
        };
        Peers(ready())
    }

    /// Runs a script; what it prints is one JSON object.
    fn script(&self, asked: &Asked, script: &str, more: &[&str]) -> Result<(Took, Value), String> {
        let python = self.0.as_ref().map_err(Clone::clone)?;
        let run = took(
            Command::new(python).args(["-c", script]).args(more),
            &asked.folder.join("peer.txt"),
        )?;
        if run.code != 0 {
            return Err(format!("ended with {}", run.code));
        }
        let value = serde_json::from_str(run.output.trim()).map_err(words)?;
        Ok((run, value))
    }

    /// The CSV.
    pub(crate) fn csv(
        &self,
        asked: &Asked,
        data: &Data,
        ours: &Scanned,
        table: &mut Table,
    ) -> Result<(), Fault> {
        let speed = ours.speed(data);
        let path = text(&data.path);
        let peer = match self.script(asked, DUCKDB, &["csv", &path]) {
            Ok((run, value)) => {
                let persons = value.get("persons").and_then(Value::as_u64);
                let told = |count: Option<u64>| {
                    count.map_or_else(|| "none".to_owned(), |count| count.to_string())
                };
                table.notes.push(format!(
                    "Distinct resident IDs: ours {}, DuckDB’s count(distinct) {}.",
                    told(ours.resident_ids),
                    told(persons)
                ));
                Figure::Of("DuckDB 2.0.0, 1 thread", data.megabytes() / run.cpu)
            }
            Err(why) => Figure::NotRun("DuckDB", why),
        };
        table.rows.push(Row {
            what: "the same CSV, processor time: DuckDB with four anchored regexes on each column \
                   and count(distinct) of resident IDs"
                .to_owned(),
            unit: "MB/s a core",
            ours: Some(speed),
            peer,
            goal: Some(Goal::Times(5.0)),
        });
        for (who, bytes, times) in SLICE {
            let tool = who.split([' ', '-']).next().unwrap_or(who);
            let peer = match self.script(asked, TEXT, &[tool, &path, &bytes.to_string()]) {
                Ok((_, value)) => {
                    let number = |name: &str| value.get(name).and_then(Value::as_f64);
                    match (number("bytes"), number("cpu")) {
                        (Some(bytes), Some(cpu)) => Figure::Of(who, bytes / 1e6 / cpu.max(0.001)),
                        _ => Figure::NotRun(who, "no figures came back".to_owned()),
                    }
                }
                Err(why) => Figure::NotRun(who, why),
            };
            table.rows.push(Row {
                what: format!(
                    "the first {} KiB of it, line by line, start of the tool left out",
                    bytes >> 10
                ),
                unit: "MB/s a core",
                ours: Some(speed),
                peer,
                goal: Some(Goal::Times(times)),
            });
        }
        Ok(())
    }

    /// The Parquet file.
    pub(crate) fn parquet(
        &self,
        asked: &Asked,
        data: &Data,
        table: &mut Table,
    ) -> Result<(), Fault> {
        let path = text(&data.path);
        let ours = scan(asked, &path, 1, &[], 2)?;
        let what = format!("Parquet (zstd), {} rows: processor time", data.rows);
        for (mode, says, goal) in [
            ("touch", "DuckDB touches every column", Some(Goal::AtMostTimes(1.5))),
            ("parquet", "DuckDB with the regexes and count(distinct)", None),
        ] {
            let peer = match self.script(asked, DUCKDB, &[mode, &path]) {
                Ok((run, _)) => Figure::Of("DuckDB 2.0.0, 1 thread", run.cpu),
                Err(why) => Figure::NotRun("DuckDB", why),
            };
            table.rows.push(Row {
                what: format!("{what}; ours looks at every cell and counts persons, {says}"),
                unit: "s",
                ours: Some(ours.took.cpu),
                peer,
                goal,
            });
        }
        Ok(())
    }
}
