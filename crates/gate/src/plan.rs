//! The fields of a permit against the columns of a source.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use kouan_decide::permit::{FieldText, Form, Permit, Transform};
use kouan_table::{Batch, Column, Declared};
use kouan_terms::Diagnostic;

/// The fields of one table, by name.
pub(crate) struct Plan<'p> {
    table: &'p str,
    /// Every field of the permit for this table, dropped ones included, in its order.
    pub(crate) fields: Vec<&'p FieldText>,
    /// The places of those that leave.
    pub(crate) leaving: Vec<usize>,
    places: BTreeMap<&'p str, usize>,
    pub(crate) schema: SchemaRef,
}

impl<'p> Plan<'p> {
    /// What a permit says of a table.
    pub(crate) fn of(permit: &'p Permit, table: &'p str) -> Result<Plan<'p>, Diagnostic> {
        let fields: Vec<&FieldText> = permit.fields_of(table).collect();
        let mut places = BTreeMap::new();
        for (place, field) in fields.iter().enumerate() {
            if places.insert(field.column.as_str(), place).is_some() {
                return Err(of_field("GT104", table, &field.column));
            }
        }
        let leaving: Vec<usize> = fields
            .iter()
            .enumerate()
            .filter_map(|(place, field)| field.leaves().then_some(place))
            .collect();
        if leaving.is_empty() {
            return Err(Diagnostic::error("GT105").with("table", table));
        }
        let out = leaving.iter().filter_map(|place| fields.get(*place));
        let out: Vec<Field> =
            out.map(|field| Field::new(&field.column, out_type(field), true)).collect();
        let schema = Arc::new(Schema::new(out));
        Ok(Plan { table, fields, leaving, places, schema })
    }

    /// The place of a column among the fields.
    pub(crate) fn place(&self, column: &str) -> Option<usize> {
        self.places.get(column).copied()
    }

    /// Everything that is wrong with the columns a source declares.
    pub(crate) fn check(&self, columns: &[Column]) -> Vec<Diagnostic> {
        let mut seen = vec![false; self.fields.len()];
        let mut findings = Vec::new();
        for column in columns {
            match self.accepts(column) {
                Ok(place) => match seen.get_mut(place) {
                    Some(seen) if !*seen => *seen = true,
                    _ => findings.push(of_field("GT104", self.table, &column.name)),
                },
                Err(finding) => findings.push(finding),
            }
        }
        findings.extend(self.missing(&seen));
        findings
    }

    /// Fields that the source has not shown.
    pub(crate) fn missing(&self, seen: &[bool]) -> Vec<Diagnostic> {
        let shown = |place: usize| seen.get(place).copied().unwrap_or(false);
        let fields = self.fields.iter().enumerate().filter(|(place, _)| !shown(*place));
        fields.map(|(_, field)| of_field("GT102", self.table, &field.column)).collect()
    }

    /// Where the fields stand in a batch: one entry a field, `None` where it has no such column.
    pub(crate) fn places_in(&self, batch: &Batch<'_>) -> Result<Vec<Option<usize>>, Diagnostic> {
        let mut places = vec![None; self.fields.len()];
        for (index, cells) in batch.columns.iter().enumerate() {
            let place = self.accepts(cells.column)?;
            match places.get_mut(place) {
                Some(free @ None) => *free = Some(index),
                _ => return Err(of_field("GT104", self.table, &cells.column.name)),
            }
        }
        Ok(places)
    }

    fn accepts(&self, column: &Column) -> Result<usize, Diagnostic> {
        let extra = || of_field("GT101", self.table, &column.name);
        let place = self.place(&column.name).ok_or_else(extra)?;
        let field = self.fields.get(place).ok_or_else(extra)?;
        let found = form(column.declared);
        if found == field.form {
            return Ok(place);
        }
        let finding = of_field("GT103", self.table, &column.name);
        Err(finding.with("permitted", field.form.word()).with("found", found.word()))
    }
}

pub(crate) fn of_field(code: &'static str, table: &str, column: &str) -> Diagnostic {
    Diagnostic::error(code).with("table", table).with("field", column)
}

/// What a source declares, in the word of a permit.
pub(crate) fn form(declared: Declared) -> Form {
    match declared {
        Declared::Nothing => Form::Nothing,
        Declared::Text => Form::Text,
        Declared::Integer => Form::Integer,
        Declared::Number => Form::Number,
        Declared::Boolean => Form::Boolean,
        Declared::Day => Form::Day,
        Declared::Instant => Form::Instant,
        Declared::Binary => Form::Binary,
        Declared::Other => Form::Other,
    }
}

/// What a field leaves as.
fn out_type(field: &FieldText) -> DataType {
    match (&field.transform, field.form) {
        (Transform::Keep {}, Form::Integer) => DataType::Int64,
        (Transform::Keep {} | Transform::Truncate { .. }, Form::Number) => DataType::Float64,
        (Transform::Keep {}, Form::Boolean) => DataType::Boolean,
        (Transform::Keep {}, Form::Day) => DataType::Date32,
        (Transform::Keep {}, Form::Instant) => DataType::Timestamp(TimeUnit::Microsecond, None),
        (Transform::Keep {}, Form::Binary) => DataType::Binary,
        _ => DataType::Utf8,
    }
}
