//! Times the release of a large CSV: projection, two masks, one keyed hash, into Parquet.
//!
//! ```sh
//! bench-scan rows 1024 people.csv              # invented rows, of the package bench/scan
//! bench-release people.csv out.parquet          # or .csv, .jsonl, .arrow: one line of JSON
//! python3 peers/duckdb_release.py people.csv out-duckdb.parquet    # the peer's
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a bench reads files and the clock, and prints what it measured"
)]

use std::fs::File;
use std::process::ExitCode;
use std::time::Instant;

use kouan_decide::permit::{
    AtLimit, Choice, FieldChoice, Form, HashFunction, RowRules, Transform, Use, grant,
};
use kouan_decide::{Decider, Request, declaration};
use kouan_gate::{Gate, Handed, Outlet, Report};
use kouan_sources::{Options, Want, find};
use kouan_terms::parse_day;

const DECLARATION: &str = include_str!("declaration.toml");

/// What becomes of the columns of the invented rows.
fn transforms() -> [(&'static str, Transform); 10] {
    [
        ("order_no", Transform::Keep {}),
        ("name", Transform::Mask { first: 1, last: 0 }),
        ("resident_id", Transform::Hash { with: HashFunction::Sha256 }),
        ("mobile", Transform::Mask { first: 3, last: 4 }),
        ("email", Transform::Drop {}),
        ("address", Transform::Drop {}),
        ("bank_card", Transform::Drop {}),
        ("created_at", Transform::Keep {}),
        ("amount", Transform::Keep {}),
        ("status", Transform::Keep {}),
    ]
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let run = match words.as_slice() {
        [from, to] => released(from, to),
        _ => Err("usage: bench-release FROM.csv TO.(csv|jsonl|parquet|arrow)".to_owned()),
    };
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}

fn said(fault: impl std::fmt::Debug) -> String {
    format!("{fault:?}")
}

fn released(from: &str, to: &str) -> Result<(), String> {
    let book = kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied()).map_err(said)?;
    let transfer = declaration::read("bench.toml", DECLARATION, &book.facts).map_err(said)?;
    let on = parse_day("2026-11-22")?;
    let field = |(column, transform): (&str, Transform)| FieldChoice {
        table: None,
        column: column.into(),
        form: Form::Nothing,
        class: None,
        transform,
    };
    let choice = Choice {
        flow: None,
        fields: transforms().into_iter().map(field).collect(),
        at_limit: AtLimit::Stop,
        rows: RowRules::default(),
        until: None,
    };
    let request =
        Request { file: "bench.toml", transfer: &transfer, on, adopted: &[], assumed: &[] };
    let permit = grant(&mut Decider::new(&book), &request, &choice, None).map_err(said)?;
    let at = Use { on, recipient: None, revoked: None };
    let standing = permit.still_stands(&book, &at).map_err(said)?;

    let start = Instant::now();
    let options = Options::default();
    let inputs = find(&[from.to_owned()], &options).map_err(said)?;
    let input = inputs.first().ok_or("nothing to read")?;
    let mut opened = input.open(Want::Everything, &options).map_err(said)?;
    let table = opened.tables.first().ok_or("no table")?.clone();
    let recheck =
        |_: &kouan_decide::permit::FieldText, _: &kouan_table::Cells<'_>, _: &mut [bool]| {};
    let handed = Handed { key: &[7; 32], withdrawn: None, recheck: &recheck };
    let gate = Gate::open(&standing, &table.name, &table.columns, handed).map_err(said)?;
    let form = kouan_gate::Form::of(to).ok_or("no known form")?;
    let mut outlet = Outlet::new(&gate, form, File::create(to).map_err(said)?);
    let mut report = Report::default();
    while let Some(block) = opened.rows.next().map_err(said)? {
        let mut fault = None;
        let read = block.read(&mut |batch| {
            if fault.is_some() {
                return;
            }
            let passed = gate.pass(batch, &mut |_, _| Ok(()));
            let wrote = passed.and_then(|passed| {
                report.add(&passed.report);
                outlet.write(&passed)
            });
            fault = wrote.err();
        });
        read.map_err(said)?;
        if let Some(fault) = fault {
            return Err(said(fault));
        }
    }
    let (_, written) = outlet.finish(&gate, &report, 0).map_err(said)?;
    let wall = start.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(from).map_err(said)?.len();
    let out = std::fs::metadata(to).map_err(said)?.len();
    println!(
        "{{\"wall\": {wall:.3}, \"rows\": {}, \"bytes_in\": {bytes}, \"bytes_out\": {out}, \
         \"mb_per_s\": {:.0}}}",
        written.rows,
        bytes as f64 / 1e6 / wall
    );
    Ok(())
}
