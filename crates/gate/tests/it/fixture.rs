//! Permits, columns and batches for tests. Everybody and everything in them is invented.

use std::sync::OnceLock;

use kouan_decide::permit::{
    AtLimit, Choice, FieldChoice, FieldText, Form, Permit, RowRules, Standing, Transform, Use,
    grant,
};
use kouan_decide::{Decider, Request, declaration};
use kouan_gate::{Gate, Handed, Outlet, Passed, Report};
use kouan_rulebook::Book;
use kouan_table::{Batch, Cells, Column, ColumnCells, Declared, Span};
use kouan_terms::{Day, Diagnostic, parse_day};

pub fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied()).unwrap())
}

pub fn today() -> Day {
    parse_day("2026-11-22").unwrap()
}

/// A field of the source: table, column, form, what becomes of it.
pub type FieldOf<'a> = (Option<&'a str>, &'a str, Form, Transform);

/// A permit for these fields of an exempt flow.
pub fn permit(fields: &[FieldOf<'_>], rows: RowRules) -> Permit {
    let mut text = include_str!("declaration.toml").to_owned();
    for (table, column, ..) in fields {
        let name = table.map_or((*column).to_owned(), |table| format!("{table}:{column}"));
        text.push_str(&format!("\n[[flow.field]]\nname = \"{name}\"\nkind = \"general-pi\"\n"));
    }
    let transfer = declaration::read("gate.toml", &text, &book().facts).unwrap();
    let field = |(table, column, form, transform): &FieldOf<'_>| FieldChoice {
        table: table.map(Into::into),
        column: (*column).into(),
        form: *form,
        class: None,
        transform: transform.clone(),
    };
    let fields = fields.iter().map(field).collect();
    let choice = Choice { flow: None, fields, at_limit: AtLimit::Stop, rows, until: None };
    let request =
        Request { file: "gate.toml", transfer: &transfer, on: today(), adopted: &[], assumed: &[] };
    grant(&mut Decider::new(book()), &request, &choice, None).unwrap()
}

pub fn standing(permit: &Permit) -> Standing<'_> {
    let at = Use { on: today(), recipient: None, revoked: None };
    permit.still_stands(book(), &at).unwrap()
}

/// A second look that holds back every cell with a run of 18 digits.
pub fn recheck(_: &FieldText, cells: &Cells<'_>, held: &mut [bool]) {
    if let Cells::Text { bytes, spans } = cells {
        for (held, span) in held.iter_mut().zip(*spans) {
            let cell = span.of(bytes).unwrap_or_default();
            *held = cell.windows(18).any(|run| run.iter().all(u8::is_ascii_digit));
        }
    }
}

pub fn handed() -> Handed<'static> {
    Handed { key: &[7; 32], withdrawn: None, recheck: &recheck }
}

pub fn column(name: &str, declared: Declared) -> Column {
    let name = name.into();
    Column { name, position: 0, declared, comment: None, key: None, length_max: None }
}

/// A batch of text columns; `None` is a null.
pub struct Texts {
    columns: Vec<Column>,
    bytes: Vec<u8>,
    spans: Vec<Vec<Span>>,
    rows: usize,
}

impl Texts {
    pub fn new(names: &[&str], rows: &[&[Option<&str>]]) -> Texts {
        let columns = names.iter().map(|name| column(name, Declared::Nothing)).collect();
        let (mut bytes, mut spans) = (Vec::new(), vec![Vec::new(); names.len()]);
        for row in rows {
            for (spans, cell) in spans.iter_mut().zip(*row) {
                let start = bytes.len() as u32;
                bytes.extend_from_slice(cell.unwrap_or_default().as_bytes());
                let end = bytes.len() as u32;
                spans.push(if cell.is_some() { Span { start, end } } else { Span::NULL });
            }
        }
        Texts { columns, bytes, spans, rows: rows.len() }
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn with<T>(&self, take: impl FnOnce(&Batch<'_>) -> T) -> T {
        let cells = |spans| Cells::Text { bytes: &self.bytes, spans };
        let columns: Vec<ColumnCells<'_>> = self
            .columns
            .iter()
            .zip(&self.spans)
            .map(|(column, spans)| ColumnCells { column, cells: cells(spans) })
            .collect();
        take(&Batch { table: "guests.csv", columns: &columns, rows: self.rows })
    }
}

/// Lets everybody pass.
pub fn everybody(_: &Batch<'_>, _: &mut [bool]) -> Result<(), Diagnostic> {
    Ok(())
}

pub fn pass(gate: &Gate<'_>, batch: &Texts) -> Result<Passed, Diagnostic> {
    batch.with(|batch| gate.pass(batch, &mut everybody))
}

/// What one batch becomes in a form.
pub fn written(gate: &Gate<'_>, batch: &Texts, form: kouan_gate::Form) -> (Vec<u8>, Report) {
    let mut outlet = Outlet::new(gate, form, Vec::new());
    let passed = pass(gate, batch).unwrap();
    outlet.write(&passed).unwrap();
    let (bytes, written) = outlet.finish(gate, &passed.report, 0).unwrap();
    assert_eq!(written.rows, passed.report.rows_out);
    (bytes, passed.report)
}
