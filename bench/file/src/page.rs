//! What was measured, as a table and as JSON.

use crate::process::Took;
use crate::{Measured, RUNS};

/// The goals of the commands, in milliseconds of one core.
const FILE_GOAL: f64 = 3000.0;
const CHECK_GOAL: f64 = 1000.0;

/// The page.
pub fn markdown(measured: &Measured) -> String {
    let file = middle(&measured.file);
    let row = |what: &str, runs: &[Took], peer: String, goal: f64| {
        let took = middle(runs);
        let met = if took.cpu <= goal { "yes" } else { "no" };
        format!("| {what} | {:.0} | {:.0} | {peer} | ≤ {goal:.0} | {met} |\n", took.cpu, took.wall)
    };
    let peer = match &measured.office {
        Some((_, took)) => format!("{:.0} (×{:.1})", took.cpu, took.cpu / file.cpu),
        None => "not installed".to_owned(),
    };
    let name = measured.office.as_ref().map_or("LibreOffice", |(name, _)| name);
    let mut page = format!(
        "# `cargo xtask bench file`\n\n<!-- written by `cargo xtask bench file --record` -->\n\n\
         | what | ms of one core | ms by the clock | {name}: the PDFs alone, ms of one core | goal | \
         met |\n|---|--:|--:|--:|--:|---|\n"
    );
    let what = format!("`kouan file`, {} fields: declaration to folder and zip", measured.fields);
    page.push_str(&row(&what, &measured.file, peer, FILE_GOAL));
    let what = "`kouan file check` of that pack, against what it was made from";
    page.push_str(&row(what, &measured.check, "—".to_owned(), CHECK_GOAL));
    page.push_str(&format!(
        "\nThe pack: {} files, {} papers each as DOCX and PDF, their JSON, a manifest; {:.1} MB, and \
         the zip beside. The hotel group of `stories/` with its table of members widened to {} \
         columns, scanned first. Whole processes, from start to end, each held to one core where \
         `taskset` is there; the run of {RUNS} that is in the middle by processor time; the law of \
         2026-11-22. The peer is given the DOCX of the same pack and sets them as PDF, which is a \
         part of what ours does; its profile was made before. A ratio says how many times as much \
         of the core as all of ours the peer takes. Load of the machine (1, 5, 15 minutes): {}.\n",
        measured.files,
        measured.papers,
        measured.bytes as f64 / 1e6,
        measured.fields,
        load(),
    ));
    page
}

/// The same for machines.
pub fn json(measured: &Measured) -> String {
    let list = |runs: &[Took]| runs.iter().map(one).collect::<Vec<_>>().join(", ");
    let office = match &measured.office {
        Some((name, took)) => format!("{{ \"name\": \"{name}\", \"took\": {} }}", one(took)),
        None => "null".to_owned(),
    };
    format!(
        "{{\n  \"schema\": \"kouan.bench.file/1\",\n  \"fields\": {},\n  \"files\": {},\n  \
         \"papers\": {},\n  \"bytes\": {},\n  \"file\": [{}],\n  \"check\": [{}],\n  \
         \"peer\": {office}\n}}\n",
        measured.fields,
        measured.files,
        measured.papers,
        measured.bytes,
        list(&measured.file),
        list(&measured.check),
    )
}

fn one(took: &Took) -> String {
    format!("{{ \"cpu_ms\": {:.0}, \"wall_ms\": {:.1} }}", took.cpu, took.wall)
}

fn middle(sorted: &[Took]) -> Took {
    sorted.get(sorted.len() / 2).copied().unwrap_or(Took { wall: f64::NAN, cpu: f64::NAN })
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(", ")
}
