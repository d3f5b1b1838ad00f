//! The gate: one permit, one table, batch by batch.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, SchemaRef};
use kouan_decide::permit::{Coarse, FieldText, HashFunction, Permit, Standing, Transform};
use kouan_table::{Batch, Cells, Column};
use kouan_terms::Diagnostic;

use crate::coarse::{self, Area};
use crate::columns::{Kept, Made, Unfit, as_declared, constant, text};
use crate::keyed::{Keyed, Lookup, Withdrawn};
use crate::masked;
use crate::plan::{Plan, of_field};
use crate::report::{FieldReport, Report};
use crate::rows::Rules;

/// A second look at the cells of a field that leave as they are: marks those that may not.
///
/// The slice has one entry a row, all unmarked.
pub type Recheck<'a> = dyn Fn(&FieldText, &Cells<'_>, &mut [bool]) + Sync + 'a;

/// Whether the person of each row may pass: rows that stay `true` are counted, others held back.
///
/// Rows that are `false` already do not leave and must not be counted. An error stops the release:
/// what a permit says `stop` for at its limit.
pub type Admit<'a> = dyn FnMut(&Batch<'_>, &mut [bool]) -> Result<(), Diagnostic> + 'a;

/// What the gate may not know and is handed.
#[derive(Clone, Copy)]
pub struct Handed<'a> {
    /// The key of this permit: for hashes and tokens.
    pub key: &'a [u8; 32],
    /// Those who withdrew their consent; needed when the permit says so.
    pub withdrawn: Option<Withdrawn<'a>>,
    /// The second look.
    pub recheck: &'a Recheck<'a>,
}

/// A gate that is open for one table.
pub struct Gate<'p> {
    permit: &'p Permit,
    plan: Plan<'p>,
    rules: Rules<'p>,
    keyed: Keyed,
    recheck: &'p Recheck<'p>,
}

/// Rows that passed; only a gate makes them.
#[derive(Debug)]
pub struct Passed {
    pub(crate) rows: RecordBatch,
    /// What happened to them.
    pub report: Report,
}

impl<'p> Gate<'p> {
    /// Opens for a table. `columns` are those that the source declares; empty where it declares
    /// none before rows are read (JSON): then each batch is compared, and at the end the whole.
    ///
    /// # Errors
    ///
    /// Everything in which the source differs from the permit; nothing may leave, or it may not be
    /// told who withdrew.
    pub fn open(
        standing: &Standing<'p>,
        table: &'p str,
        columns: &[Column],
        handed: Handed<'p>,
    ) -> Result<Gate<'p>, Vec<Diagnostic>> {
        let permit = standing.permit();
        let plan = Plan::of(permit, table).map_err(|finding| vec![finding])?;
        let mut findings = if columns.is_empty() { Vec::new() } else { plan.check(columns) };
        let rows = &permit.body().rows;
        let lookup = handed.withdrawn.as_ref().and_then(Lookup::new);
        if rows.withdrawn.is_some() && lookup.is_none() {
            findings.push(Diagnostic::error("GT106"));
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Gate {
            permit,
            plan,
            rules: Rules::on(standing.on(), standing.minors_under(), rows, lookup),
            keyed: Keyed::new(handed.key),
            recheck: handed.recheck,
        })
    }

    /// The permit.
    #[must_use]
    pub fn permit(&self) -> &'p Permit {
        self.permit
    }

    /// What leaves: names and types, in the order of the permit.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.plan.schema)
    }

    /// Lets the rows of a batch through that may pass. May be called on several threads; what
    /// `admit` does must then bear it.
    ///
    /// # Errors
    ///
    /// The batch is not of the permitted source, or `admit` says stop. The release has to be
    /// given up: what passed before belongs to a source that is not the permitted one.
    pub fn pass(&self, batch: &Batch<'_>, admit: &mut Admit<'_>) -> Result<Passed, Diagnostic> {
        let places = self.plan.places_in(batch)?;
        let mut report = Report {
            rows_in: batch.rows as u64,
            seen: places.iter().map(Option::is_some).collect(),
            ..Report::default()
        };
        let mut keep = vec![true; batch.rows];
        self.rules.apply(batch, &mut keep, &mut report);
        let before = keep.clone();
        admit(batch, &mut keep)?;
        for (keep, before) in keep.iter_mut().zip(&before) {
            report.not_admitted += u64::from(*before && !*keep);
            // Nobody lets in again what a rule left out.
            *keep &= before;
        }
        let kept = Kept::of(&keep);
        report.rows_out = kept.count() as u64;
        let mut arrays = Vec::with_capacity(self.plan.leaving.len());
        for (place, out) in self.plan.leaving.iter().zip(self.plan.schema.fields()) {
            let Some(field) = self.plan.fields.get(*place) else { continue };
            let index = places.get(*place).copied().flatten();
            let cells = index.and_then(|index| batch.columns.get(index)).map(|one| &one.cells);
            let made = self.make(field, cells, &kept, batch.rows, out.data_type());
            let made = made.map_err(|Unfit| of_field("GT107", batch.table, &field.column))?;
            report.fields.push(FieldReport {
                column: field.column.clone(),
                withheld: made.withheld,
                unreadable: made.unreadable,
                mended: made.mended,
            });
            arrays.push(made.array);
        }
        let rows = RecordBatch::try_new(self.schema(), arrays);
        let rows = rows.map_err(|_| Diagnostic::error("GT108").with("table", batch.table))?;
        Ok(Passed { rows, report })
    }

    /// Which of the fields that leave are hashes.
    pub(crate) fn hashed(&self) -> Vec<bool> {
        let leaving = self.plan.leaving.iter().filter_map(|place| self.plan.fields.get(*place));
        leaving.map(|field| matches!(field.transform, Transform::Hash { .. })).collect()
    }

    /// What is still missing when every batch has passed.
    pub(crate) fn missing(&self, report: &Report) -> Vec<Diagnostic> {
        self.plan.missing(&report.seen)
    }

    /// The values of one field that leave.
    fn make(
        &self,
        field: &FieldText,
        cells: Option<&Cells<'_>>,
        kept: &Kept,
        rows: usize,
        out: &DataType,
    ) -> Result<Made, Unfit> {
        if matches!(cells, Some(Cells::Opaque)) {
            return Err(Unfit);
        }
        let keyed = &self.keyed;
        let plain = |change: fn(&[u8], &mut Vec<u8>) -> _| text(cells, kept, &[], change);
        let held = || self.held(field, cells, rows);
        match &field.transform {
            // A field that stays at home is never asked for.
            Transform::Drop {} => Err(Unfit),
            Transform::Constant { value } => Ok(constant(value, kept)),
            Transform::Mask { first, last } => {
                text(cells, kept, &[], |value, to| masked::mask(value, *first, *last, to))
            }
            Transform::Hash { with: HashFunction::Sha256 } => {
                text(cells, kept, &[], |value, to| keyed.sha256(value, to))
            }
            Transform::Hash { with: HashFunction::Sm3 } => {
                text(cells, kept, &[], |value, to| keyed.sm3(value, to))
            }
            Transform::Tokenise {} => text(cells, kept, &[], |value, to| keyed.token(value, to)),
            Transform::Generalise { to: Coarse::Month } => plain(coarse::month),
            Transform::Generalise { to: Coarse::Year } => plain(coarse::year),
            Transform::Generalise { to: Coarse::Band(width) } => {
                text(cells, kept, &[], |value, to| coarse::band(value, *width, to))
            }
            Transform::Generalise { to: Coarse::District } => {
                text(cells, kept, &held(), |value, to| coarse::address(value, Area::District, to))
            }
            Transform::Generalise { to: Coarse::City } => {
                text(cells, kept, &held(), |value, to| coarse::address(value, Area::City, to))
            }
            Transform::SafeCopy {} => text(cells, kept, &held(), masked::safe_copy),
            Transform::Truncate { decimals } if *out == DataType::Utf8 => {
                text(cells, kept, &held(), |value, to| coarse::truncate(value, *decimals, to))
            }
            Transform::Truncate { decimals } => {
                as_declared(cells, kept, &held(), out, Some(*decimals))
            }
            Transform::Keep {} if *out == DataType::Utf8 => {
                text(cells, kept, &held(), |value, to| {
                    to.extend_from_slice(value);
                    crate::columns::Wrote::Yes
                })
            }
            Transform::Keep {} => as_declared(cells, kept, &held(), out, None),
        }
    }

    /// The rows whose cell the second look holds back; empty when there is none.
    fn held(&self, field: &FieldText, cells: Option<&Cells<'_>>, rows: usize) -> Vec<bool> {
        let Some(cells) = cells else { return Vec::new() };
        let mut held = vec![false; rows];
        (self.recheck)(field, cells, &mut held);
        held
    }
}
