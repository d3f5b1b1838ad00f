//! `cargo xtask reliability`: the tests that inject faults, at full size, and a table of what they
//! went through. Every figure is one that a test printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Outcome;

const JSON: &str = "target/reliability.json";
/// The table as it stands in the repository.
const PAGE: &str = "docs/reference/reliability.md";

const HEADER: &str = "\
# `cargo xtask reliability`

<!-- written by `cargo xtask reliability --record` -->

";

/// One line of the table: a figure of a test and what it is to come to.
struct Row {
    what: &'static str,
    figure: &'static str,
    least: u64,
    after: &'static str,
}

/// Tests of one package.
struct Part {
    package: &'static str,
    /// Tests whose names hold one of these.
    tests: &'static [&'static str],
    rows: &'static [Row],
}

const fn row(what: &'static str, figure: &'static str, least: u64, after: &'static str) -> Row {
    Row { what, figure, least, after }
}

const COUNTED: &str = "count is that of the entries; a rerun completes, nobody twice";
const WHOLE: &str = "log whole, a prefix with all that has a receipt";
const OUT: &str = "nothing out without entry or uncounted; rerun completes, counted once";

const PARTS: &[Part] = &[
    Part {
        package: "kouan-ledger",
        tests: &["crashes::", "flips::", "writers::two", "writers::killed"],
        rows: &[
            row(
                "ledger: power lost or killed at an operation",
                "ledger-crash-points",
                10_000,
                WHOLE,
            ),
            row("ledger: processes killed while they append", "ledger-process-kills", 100, WHOLE),
            row(
                "ledger: a disk that loses an fsync",
                "ledger-lost-fsync",
                100,
                "found by a checkpoint kept elsewhere",
            ),
            row(
                "ledger: a full disk, a read-only one",
                "ledger-full-disk",
                100,
                "refused, nothing lost",
            ),
            row(
                "ledger: every bit of a small log turned",
                "ledger-flips-small",
                30_000,
                "each found and named",
            ),
            row(
                "ledger: sampled bits of a log of 1,000,000 entries turned",
                "ledger-flips-million",
                100,
                "each found and named",
            ),
            row(
                "ledger: cut, forked, rewritten and torn logs",
                "ledger-told-apart",
                7,
                "told apart",
            ),
        ],
    },
    Part {
        package: "kouan-meter",
        tests: &["crashes::", "processes::"],
        rows: &[
            row(
                "meter: power lost or killed at an operation",
                "meter-crash-points",
                10_000,
                COUNTED,
            ),
            row("meter: an operation that fails once", "meter-failed-operations", 1_000, COUNTED),
            row(
                "meter: a disk that loses an fsync",
                "meter-lost-fsync",
                1_000,
                "found, or the count is right",
            ),
            row("meter: a full disk, a read-only one", "meter-full-disk", 30, COUNTED),
            row(
                "meter: every bit of every segment turned",
                "meter-flips",
                10_000,
                "refused, or does not matter",
            ),
            row("meter: processes killed while they count", "meter-process-kills", 50, COUNTED),
            row(
                "meter: releases of processes that race",
                "meter-racing",
                100,
                "count equals the set's size",
            ),
        ],
    },
    Part {
        package: "kouan-gate",
        tests: &["leaks::"],
        rows: &[
            row(
                "gate: random schemas, orders and nestings",
                "gate-schemas",
                1_000_000,
                "0 leaks; refused is zero bytes",
            ),
            row(
                "gate: of these let through",
                "gate-schemas-let-through",
                100_000,
                "only permitted fields",
            ),
        ],
    },
    Part {
        package: "kouan-flow",
        tests: &["crashes::", "disks::"],
        rows: &[
            row(
                "release: power lost, killed, or one operation failed",
                "release-crash-points",
                10_000,
                OUT,
            ),
            row(
                "release: the same while segments are merged",
                "release-crash-points-while-merging",
                1_000,
                OUT,
            ),
            row(
                "release: a disk that loses an fsync",
                "release-lost-fsync",
                1_000,
                "found, or counted right",
            ),
            row(
                "release: a full disk, a read-only one",
                "release-full-or-read-only-disk",
                1_000,
                OUT,
            ),
            row(
                "release: moments around midnight of 31 December and 29 February",
                "release-moments-around-midnight-and-leap-day",
                1_000,
                "each year counts its own",
            ),
            row(
                "release: of these with a clock that went back",
                "release-clock-went-back",
                100,
                "time goes on, no day opens again",
            ),
        ],
    },
    Part {
        package: "kouan-cli",
        tests: &["killed::"],
        rows: &[
            row(
                "`kouan release`, real processes killed at any moment",
                "release-process-kills",
                300,
                OUT,
            ),
            row(
                "`kouan release`, killed at each call that changes a file",
                "release-process-kills-at-each-call",
                50,
                OUT,
            ),
            row(
                "`kouan release`, two processes racing on one ledger",
                "release-processes-racing",
                300,
                "count equals the set's size",
            ),
        ],
    },
];

/// Runs all of it; `record` keeps the table as a page of the documents.
pub(crate) fn run(root: &Path, record: bool) -> Result<Outcome, String> {
    let mut table =
        "| what | times | afterwards | asked for | met |\n|---|--:|---|--:|---|\n".to_owned();
    let mut rows = Vec::new();
    let mut is_met = true;
    for part in PARTS {
        let (figures, passed) = tested(root, part)?;
        for row in part.rows {
            let count = figures.get(row.figure).copied();
            let met = passed && count.is_some_and(|count| count >= row.least);
            is_met &= met;
            let times = count.map_or_else(|| "not run".to_owned(), grouped);
            let after = if passed { row.after } else { "**a test failed**" };
            let (what, least) = (row.what, grouped(row.least));
            let met_word = if met { "yes" } else { "no" };
            let _ = writeln!(table, "| {what} | {times} | {after} | ≥ {least} | {met_word} |");
            // None of these texts has a quotation mark or a backslash.
            let times = count.map_or_else(|| "null".to_owned(), |count| count.to_string());
            rows.push(format!(
                "    {{ \"what\": \"{what}\", \"figure\": \"{}\", \"times\": {times}, \
                 \"afterwards\": \"{}\", \"asked_for\": {}, \"tests_passed\": {passed}, \
                 \"met\": {met} }}",
                row.figure, row.after, row.least
            ));
        }
    }
    println!("{table}");
    let rows = rows.join(",\n");
    let document =
        format!("{{\n  \"schema\": \"kouan.reliability/1\",\n  \"rows\": [\n{rows}\n  ]\n}}\n");
    write(&root.join(JSON), &document)?;
    if record {
        write(&root.join(PAGE), &format!("{HEADER}{table}"))?;
    }
    Ok(if is_met { Outcome::Clean } else { Outcome::Findings })
}

/// Runs the tests of a part: the figures they printed, and whether all passed.
fn tested(root: &Path, part: &Part) -> Result<(BTreeMap<String, u64>, bool), String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).env("KOUAN_TEST_SIZE", "full");
    command.args(["test", "--release", "--locked", "--package", part.package, "--test", "it"]);
    command.arg("--").args(part.tests).arg("--nocapture");
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut figures = BTreeMap::new();
    // A test may begin a line of its own before what it prints.
    for (_, figure) in text.lines().filter_map(|line| line.split_once("figure: ")) {
        let Some((name, count)) = figure.split_once(" = ") else { continue };
        if let Ok(count) = count.trim().parse() {
            figures.insert(name.to_owned(), count);
        }
    }
    if !output.status.success() {
        eprintln!("{text}");
    }
    Ok((figures, output.status.success()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Thousands apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
