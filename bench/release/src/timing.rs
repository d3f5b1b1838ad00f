//! One run: releases, meter and ledger, one table.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::process::{load, took};
use crate::table::{Figure, Goal, HEADER, Row, Table};
use crate::{Asked, Fault, releases, words};

/// How it was measured.
const METHOD: &str = "\
One run on one machine; releases are whole processes, their own start included, turn by turn with the peer, the best \
of three. A core's speed is bytes by processor time, in the program and in the kernel for it, because others may use \
the machine; waiting for the disk shows by the clock. The gate alone is the reader, the gate and Parquet, which is what \
the peer does; DuckDB has no HMAC: its key stands before the value, which costs it one hash where ours takes two. The \
meter counts invented keys in releases of a million persons, each made durable with its entry, and merges its segments \
now and then. Data is invented and written from a seed.";

/// Times everything and prints the table.
pub(crate) fn run(asked: &Asked) -> Result<(), Fault> {
    std::fs::create_dir_all(&asked.folder).map_err(words)?;
    let began = load();
    let mut table = Table::default();
    releases::rows(asked, &mut table)?;
    ledger(asked, &mut table)?;
    meter(asked, &mut table)?;
    table.notes.push(METHOD.to_owned());
    table.notes.push(format!(
        "Load of the machine when the run began and when it ended (1, 5, 15 minutes): {began}; {}.",
        load()
    ));
    let markdown = table.markdown();
    print!("{markdown}");
    write(asked.json.as_deref(), &table.json())?;
    write(asked.markdown.as_deref(), &format!("{HEADER}{markdown}"))
}

fn write(path: Option<&Path>, text: &str) -> Result<(), Fault> {
    let Some(path) = path else { return Ok(()) };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(words)?;
    }
    std::fs::write(path, text).map_err(words)
}

/// What a part of this program says of itself, by name.
struct Said(Value);

impl Said {
    fn by(asked: &Asked, part: &str, size: u64) -> Result<Said, Fault> {
        let scratch = asked.folder.join("scratch");
        std::fs::create_dir_all(&scratch).map_err(words)?;
        let mut command = Command::new(std::env::current_exe().map_err(words)?);
        command.args([part, &size.to_string()]).arg(&scratch);
        let output = asked.folder.join(part).with_extension("txt");
        let run = took(&mut command, &output)?;
        if run.code != 0 {
            return Err(format!("{part} ended with {}", run.code));
        }
        serde_json::from_str(&run.output).map(Said).map_err(words)
    }

    fn figure(&self, name: &str) -> Result<f64, Fault> {
        self.0.get(name).and_then(Value::as_f64).ok_or_else(|| format!("no {name}"))
    }
}

/// A row of ours alone.
fn alone(table: &mut Table, what: &str, unit: &'static str, ours: f64, goal: Option<Goal>) {
    let row = Row { what: what.to_owned(), unit, ours: Some(ours), peer: Figure::None, goal };
    table.rows.push(row);
}

fn ledger(asked: &Asked, table: &mut Table) -> Result<(), Fault> {
    let said = Said::by(asked, "ledger", asked.entries)?;
    let goal = || Some(Goal::AtLeast(2_000.0));
    for (name, what) in [
        ("one", "ledger: durable entries, one writer, one entry at a time"),
        ("threads", "ledger: durable entries, 64 writers at once, one entry each time"),
        ("batch", "ledger: durable entries, 256 at a time"),
    ] {
        alone(table, what, "entries/s by the clock", said.figure(name)?, goal());
    }
    let what = format!("ledger: verify of {} entries", asked.entries);
    alone(table, &what, "s by the clock", said.figure("verify")?, Some(Goal::AtMost(5.0)));
    Ok(())
}

fn meter(asked: &Asked, table: &mut Table) -> Result<(), Fault> {
    let said = Said::by(asked, "meter", asked.people)?;
    let people = asked.people;
    let what = format!("meter: new persons until the year has {people}, durable");
    let new = || Some(Goal::AtLeast(2.0));
    alone(table, &what, "M persons/s a core", said.figure("new_processor")?, new());
    alone(table, "the same", "M persons/s by the clock", said.figure("new_clock")?, new());
    let known = || Some(Goal::AtLeast(5.0));
    let what = "meter: all of them once more, known";
    alone(table, what, "M persons/s a core", said.figure("known_processor")?, known());
    alone(table, "the same", "M persons/s by the clock", said.figure("known_clock")?, known());
    let what = format!("meter: a year of {people} persons on disk");
    alone(table, &what, "GB", said.figure("disk")?, Some(Goal::AtMost(2.0)));
    let what = "meter: opening that year, merged";
    alone(table, what, "s by the clock", said.figure("opening")?, Some(Goal::AtMost(1.0)));
    let what = "meter: the longest opening while it filled, segments not merged yet";
    alone(table, what, "s by the clock", said.figure("longest")?, Some(Goal::AtMost(1.0)));
    Ok(())
}
