//! The gate alone: the reader, the gate and the writer of Parquet, without meter, ledger and
//! durable files; what a peer does on the same bytes.

use std::fs::File;

use kouan_decide::permit::{
    AtLimit, Choice, FieldChoice, Form, HashFunction, RowRules, Transform, Use, grant,
};
use kouan_decide::{Decider, Request, declaration};
use kouan_gate::{Gate, Handed, Outlet, Report};
use kouan_sources::{Options, Want, find};
use kouan_terms::parse_day;

use crate::Fault;

/// A transfer that needs no procedure, so that a permit is granted at once.
pub(crate) const DECLARATION: &str = include_str!("declaration.toml");

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

fn said(fault: impl std::fmt::Debug) -> String {
    format!("{fault:?}")
}

/// Releases a file and answers how many rows left.
pub(crate) fn run(from: &str, to: &str) -> Result<u64, Fault> {
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
    Ok(written.rows)
}
