//! Rows through the gate and the meter into files beside their places.

use std::collections::BTreeMap;
use std::io::Write;

use kouan_decide::permit::Permit;
use kouan_gate::{Gate, Handed, Outlet, Report, Written};
use kouan_meter::{Rows, Session};
use kouan_sources::{Opened, Want};
use kouan_table::{Batch, Column, Tally};
use kouan_terms::Diagnostic;

use super::output::{Beside, Piece, Ready, Shape};
use super::persons::Persons;
use super::recheck::recheck;
use super::source::{Looked, State};
use super::{Order, Target};

/// What happened to one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePassed {
    /// Its name.
    pub table: String,
    /// What the gate says.
    pub report: Report,
}

/// What passed, and is ready to appear.
pub(super) struct Passed {
    pub(super) tables: Vec<TablePassed>,
    /// `None` for a dry run.
    pub(super) ready: Option<Ready>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// Lets the whole source through.
pub(super) fn pass(
    order: &Order<'_>,
    session: &mut Session<'_, '_>,
    rows: Rows,
) -> Result<Passed, Vec<Diagnostic>> {
    let permit = order.standing.permit();
    let key = order.office.masking_key(permit.id());
    let handed = Handed { key: &key, withdrawn: order.withdrawn, recheck: &recheck };
    let declared = declared(order);
    alone(order, &declared)?;
    let secret = order.office.persons_secret();
    let on = order.source.on;
    let minors_under = order.book.minor_age(on);
    let persons = Persons::new(permit, &secret, order.office.veil(), on, minors_under);
    let mut run = Run {
        order,
        handed,
        session,
        rows,
        persons,
        gates: BTreeMap::new(),
        pieces: Vec::new(),
        may_leave: Vec::new(),
    };
    // All tables are compared before a row of one is read.
    let mut findings = Vec::new();
    for (table, columns) in &declared {
        match Gate::open(order.standing, table, columns, handed) {
            Ok(gate) => {
                run.gates.insert((*table).to_owned(), Door::new(gate));
            }
            Err(found) => findings.extend(found),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut warnings = Vec::new();
    for looked in &order.source.inputs {
        let tally = run.input(looked)?;
        if tally.lost_rows > 0 {
            let warning = Diagnostic::warning("RL120").with("input", &looked.input.name);
            warnings.push(warning.with("rows", tally.lost_rows));
        }
    }
    let (tables, ready) = run.finish()?;
    Ok(Passed { tables, ready, warnings })
}

/// The tables that the inputs declare and their columns; a table whose columns only its rows tell
/// is not among them.
fn declared<'s>(order: &Order<'s>) -> BTreeMap<&'s str, &'s [Column]> {
    let inputs = order.source.inputs.iter();
    let tables = inputs.flat_map(|input| &input.tables).filter(|table| !table.columns.is_empty());
    tables.map(|table| (&*table.name, table.columns.as_slice())).collect()
}

/// One file holds one table.
fn alone(order: &Order<'_>, declared: &BTreeMap<&str, &[Column]>) -> Result<(), Vec<Diagnostic>> {
    let several = declared.len() > 1 || order.source.inputs.len() > 1;
    if order.target.shape == Shape::File && several {
        let tables = declared.len().max(order.source.inputs.len());
        return Err(vec![Diagnostic::error("RL103").with("tables", tables)]);
    }
    Ok(())
}

/// Where rows of a dry run go.
enum Sink {
    File(Box<Beside>),
    Nowhere,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Sink::File(file) => file.write(bytes),
            Sink::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The gate of a table and the part that is being written.
struct Door<'p> {
    gate: Gate<'p>,
    report: Report,
    outlet: Option<Outlet<Sink>>,
    rows_before: u64,
    parts: usize,
}

impl<'p> Door<'p> {
    fn new(gate: Gate<'p>) -> Door<'p> {
        Door { gate, report: Report::default(), outlet: None, rows_before: 0, parts: 0 }
    }

    /// The outlet of the part to which rows go next.
    fn open(&mut self, order: &Order<'_>, table: &str) -> Result<&mut Outlet<Sink>, Diagnostic> {
        if self.outlet.is_none() {
            self.parts += 1;
            let target = order.target;
            let path = match target.shape {
                Shape::File => target.path.clone(),
                Shape::Parts { .. } => target.part(table, self.parts),
            };
            let sink = if order.is_dry {
                Sink::Nowhere
            } else {
                Sink::File(Box::new(target.begin(&path)?))
            };
            self.outlet = Some(Outlet::new(&self.gate, target.form, sink));
        }
        self.outlet.as_mut().ok_or_else(|| Diagnostic::error("GT109"))
    }
}

struct Run<'r, 's, 'y, 'd> {
    order: &'r Order<'s>,
    handed: Handed<'r>,
    session: &'r mut Session<'y, 'd>,
    rows: Rows,
    persons: Persons<'r>,
    gates: BTreeMap<String, Door<'r>>,
    pieces: Vec<Piece>,
    may_leave: Vec<bool>,
}

impl<'r> Run<'r, '_, '_, '_> {
    fn input(&mut self, looked: &'r Looked) -> Result<Tally, Vec<Diagnostic>> {
        let one = |finding: Diagnostic| vec![finding];
        let opened = looked.input.open(Want::Everything, &self.order.source.options);
        let Opened { mut rows, .. } = opened.map_err(one)?;
        let mut tally = Tally::default();
        while let Some(block) = rows.next().map_err(one)? {
            let mut failed = None;
            let read = block.read(&mut |batch| {
                if failed.is_none() {
                    failed = self.batch(looked, batch).err();
                }
            });
            if let Some(findings) = failed {
                return Err(findings);
            }
            tally.add(read.map_err(one)?);
        }
        // What is counted and recorded is what was looked at.
        if State::now(&looked.input) != looked.file {
            return Err(vec![Diagnostic::error("RL107").with("input", &looked.input.name)]);
        }
        Ok(tally)
    }

    fn batch(&mut self, looked: &'r Looked, batch: &Batch<'_>) -> Result<(), Vec<Diagnostic>> {
        let one = |finding: Diagnostic| vec![finding];
        if !self.gates.contains_key(batch.table) {
            self.open_late(looked, batch.table)?;
        }
        let Some(door) = self.gates.get_mut(batch.table) else { return Ok(()) };
        let (session, persons) = (&mut *self.session, &mut self.persons);
        let (rows, may_leave) = (&mut self.rows, &mut self.may_leave);
        let mut admit = |batch: &Batch<'_>, keep: &mut [bool]| -> Result<(), Diagnostic> {
            persons.put(batch, &looked.plan, keep, rows);
            session.batch(rows, may_leave)?;
            persons.spread(may_leave, keep);
            Ok(())
        };
        let passed = door.gate.pass(batch, &mut admit).map_err(one)?;
        door.report.add(&passed.report);
        let outlet = door.open(self.order, batch.table).map_err(one)?;
        outlet.write(&passed).map_err(one)?;
        if let Shape::Parts { rows } = self.order.target.shape
            && outlet.rows() >= rows
            && let Some(outlet) = door.outlet.take()
        {
            let (sink, written) = outlet.end().map_err(one)?;
            door.rows_before += written.rows;
            self.pieces.extend(file(self.order.target, sink, &written).map_err(one)?);
        }
        Ok(())
    }

    /// Opens the gate of a table that the source did not declare.
    fn open_late(&mut self, looked: &'r Looked, table: &str) -> Result<(), Vec<Diagnostic>> {
        if self.order.target.shape == Shape::File && !self.gates.is_empty() {
            let tables = self.gates.len() + 1;
            return Err(vec![Diagnostic::error("RL103").with("tables", tables)]);
        }
        // The name outlives the batch in the plan of the input, where the sample has met it.
        let known = looked.plan.tables.keys().find(|name| ***name == *table);
        let known = known
            .ok_or_else(|| vec![Diagnostic::error("RL107").with("input", &looked.input.name)])?;
        let gate = Gate::open(self.order.standing, known, &[], self.handed)?;
        self.gates.insert(table.to_owned(), Door::new(gate));
        Ok(())
    }

    fn finish(mut self) -> Result<(Vec<TablePassed>, Option<Ready>), Vec<Diagnostic>> {
        let one = |finding: Diagnostic| vec![finding];
        let (order, target) = (self.order, self.order.target);
        let mut tables = Vec::new();
        for (table, mut door) in std::mem::take(&mut self.gates) {
            if door.parts == 0 {
                door.open(order, &table).map_err(one)?;
            }
            // Where the last part has ended, nothing is written and the whole is still compared.
            let ended = || Outlet::new(&door.gate, target.form, Sink::Nowhere);
            let outlet = door.outlet.take().unwrap_or_else(ended);
            let (sink, written) = outlet.finish(&door.gate, &door.report, door.rows_before)?;
            self.pieces.extend(file(target, sink, &written).map_err(one)?);
            tables.push(TablePassed { table, report: door.report });
        }
        if order.is_dry {
            return Ok((tables, None));
        }
        if self.pieces.is_empty() {
            return Err(vec![Diagnostic::error("RL112")]);
        }
        let ready = target.ready(self.pieces).map_err(one)?;
        Ok((tables, Some(ready)))
    }
}

/// Ends a file, and reads it back.
fn file(target: &Target, sink: Sink, written: &Written) -> Result<Option<Piece>, Diagnostic> {
    let Sink::File(file) = sink else { return Ok(None) };
    let piece = file.finish().map_err(|error| target.unwritten(&error))?;
    target.compare(&piece, written)?;
    Ok(Some(piece))
}

/// Rows of all tables: those that left, and those that were held back.
pub(super) fn rows_of(tables: &[TablePassed]) -> (u64, u64) {
    let sum = |of: &dyn Fn(&Report) -> u64| tables.iter().map(|one| of(&one.report)).sum();
    (sum(&|report| report.rows_out), sum(&Report::rows_held))
}

/// The fields that left: those of the permit that belong to a table that was released.
pub(super) fn fields_of<'p>(
    permit: &'p Permit,
    tables: &'p [TablePassed],
) -> impl Iterator<Item = &'p kouan_decide::permit::FieldText> {
    let fields = permit.body().fields.iter().filter(|field| field.leaves());
    fields.filter(|field| {
        let named = field.table.as_deref();
        named.is_none_or(|name| tables.iter().any(|one| one.table == name))
    })
}
