//! DuckDB on the same bytes, from a Python package in an environment of its own.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Took, took};
use crate::{Asked, Fault};

/// The package, in the version that was measured.
const PACKAGE: &str = "duckdb==2.0.0";
/// What it is called in the table.
pub(crate) const NAME: &str = "DuckDB 2.0.0, 1 thread, no meter";

const SCRIPT: &str = include_str!("../peers/duckdb_release.py");

/// Installs it where it is missing; the Python that has it.
pub(crate) fn python(asked: &Asked) -> Result<PathBuf, Fault> {
    let folder = asked.folder.join("venv");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| -> Result<(), Fault> {
        let run = took(command, &asked.folder.join("install.txt"))?;
        if run.code == 0 { Ok(()) } else { Err("the package cannot be installed".to_owned()) }
    };
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]))?;
    Ok(python)
}

/// The same release; the whole process.
pub(crate) fn release(asked: &Asked, python: &PathBuf) -> Result<Took, Fault> {
    let to = asked.folder.join("duckdb.parquet");
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT]).arg(&asked.csv).arg(&to);
    let run = took(&mut command, &asked.folder.join("peer.txt"))?;
    if run.code == 0 { Ok(run) } else { Err(format!("ended with {}", run.code)) }
}
