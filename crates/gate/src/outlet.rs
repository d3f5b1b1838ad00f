//! Where rows that passed are written: CSV, JSON Lines, Parquet, Arrow IPC, into anything that
//! takes bytes. The same rows give the same bytes.

use std::collections::BTreeSet;
use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, SchemaRef};
use kouan_table::Cells;
use kouan_terms::Diagnostic;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::columns::written;
use crate::gate::{Gate, Passed};
use crate::report::Report;

/// Rows of the first batch that tell whether the values of a column repeat.
const SAMPLE_ROWS: usize = 1_024;

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 18;

/// Rows that an encoder takes at once, and rows of a page.
const ENCODED_ROWS: usize = 1 << 13;
const PAGE_ROWS: usize = 1 << 17;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text in UTF-8, a line of names first, `\n` behind each line. A null is an empty cell.
    Csv,
    /// One JSON object a line, one key a field: a nested path is written `a.b.c`.
    JsonLines,
    /// Apache Parquet, Snappy.
    Parquet,
    /// Apache Arrow IPC file format, not compressed.
    Arrow,
}

impl Form {
    /// The form that a file's name ends in.
    #[must_use]
    pub fn of(name: &str) -> Option<Form> {
        let ends = [
            (".csv", Form::Csv),
            (".jsonl", Form::JsonLines),
            (".ndjson", Form::JsonLines),
            (".parquet", Form::Parquet),
            (".arrow", Form::Arrow),
            (".feather", Form::Arrow),
        ];
        let name = name.to_ascii_lowercase();
        ends.into_iter().find(|(end, _)| name.ends_with(end)).map(|(_, form)| form)
    }
}

/// What was written, to compare with what is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Rows.
    pub rows: u64,
    /// Names of the columns, in their order.
    pub columns: Vec<String>,
}

/// A file that is being written.
///
/// Nothing is written before the first rows come or the end is reached: what was refused on
/// opening has left no byte. What was refused later is not finished, and what is not finished is
/// not to be given out.
pub struct Outlet<W: Write + Send> {
    form: Form,
    schema: SchemaRef,
    /// Which columns hold hashes: digits of which no run comes twice.
    hashed: Vec<bool>,
    state: State<W>,
    rows: u64,
}

enum State<W: Write + Send> {
    Waiting(W),
    Csv(Box<csv::Writer<W>>),
    JsonLines(W),
    Parquet(Box<ArrowWriter<W>>),
    Arrow(Box<FileWriter<W>>),
    /// A write failed: nothing more is written.
    Broken,
}

impl<W: Write + Send> Outlet<W> {
    /// An outlet for what a gate lets through.
    pub fn new(gate: &Gate<'_>, form: Form, to: W) -> Outlet<W> {
        let (schema, hashed) = (gate.schema(), gate.hashed());
        Outlet { form, schema, hashed, state: State::Waiting(to), rows: 0 }
    }

    /// Rows written so far, for cutting into parts.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes rows that passed.
    ///
    /// # Errors
    ///
    /// They passed another gate, or could not be written; then nothing more is written.
    pub fn write(&mut self, passed: &Passed) -> Result<(), Diagnostic> {
        let rows = &passed.rows;
        if rows.schema() != self.schema {
            self.state = State::Broken;
            return Err(Diagnostic::error("GT110"));
        }
        if rows.num_rows() == 0 {
            return Ok(());
        }
        self.begin(Some(rows))?;
        let wrote = match &mut self.state {
            State::Csv(to) => csv_rows(to, rows).is_ok(),
            State::JsonLines(to) => json_rows(to, rows).is_ok(),
            State::Parquet(to) => to.write(rows).is_ok(),
            State::Arrow(to) => to.write(rows).is_ok(),
            State::Waiting(_) | State::Broken => false,
        };
        if !wrote {
            self.state = State::Broken;
            return Err(Diagnostic::error("GT109"));
        }
        self.rows += rows.num_rows() as u64;
        Ok(())
    }

    /// Ends a part: what follows goes into another outlet.
    ///
    /// # Errors
    ///
    /// It could not be written.
    pub fn end(mut self) -> Result<(W, Written), Diagnostic> {
        self.begin(None)?;
        let failed = || Diagnostic::error("GT109");
        let to = match self.state {
            State::Csv(to) => to.into_inner().map_err(|_| failed())?,
            State::JsonLines(to) => to,
            State::Parquet(to) => to.into_inner().map_err(|_| failed())?,
            State::Arrow(mut to) => {
                to.finish().map_err(|_| failed())?;
                to.into_inner().map_err(|_| failed())?
            }
            State::Waiting(_) | State::Broken => return Err(failed()),
        };
        let columns = self.schema.fields().iter().map(|field| field.name().clone()).collect();
        Ok((to, Written { rows: self.rows, columns }))
    }

    /// Ends the last part of a release, when every batch has passed.
    ///
    /// `report` is the sum of what passed, `written` what the parts before hold.
    ///
    /// # Errors
    ///
    /// The source never showed a permitted field, rows are missing, or it could not be written.
    pub fn finish(
        self,
        gate: &Gate<'_>,
        report: &Report,
        rows_before: u64,
    ) -> Result<(W, Written), Vec<Diagnostic>> {
        // A source without a single row shows nothing, and nothing leaves.
        let missing = if report.rows_in == 0 { Vec::new() } else { gate.missing(report) };
        if !missing.is_empty() {
            return Err(missing);
        }
        if rows_before + self.rows != report.rows_out {
            let finding = Diagnostic::error("GT111").with("passed", report.rows_out);
            return Err(vec![finding.with("written", rows_before + self.rows)]);
        }
        self.end().map_err(|finding| vec![finding])
    }

    /// Writes what stands before the rows.
    fn begin(&mut self, first: Option<&RecordBatch>) -> Result<(), Diagnostic> {
        let waiting = std::mem::replace(&mut self.state, State::Broken);
        let State::Waiting(to) = waiting else {
            self.state = waiting;
            return Ok(());
        };
        let begun = match self.form {
            Form::Csv => {
                let mut to = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(to);
                let names = self.schema.fields().iter().map(|field| field.name());
                to.write_record(names).ok().map(|()| State::Csv(Box::new(to)))
            }
            Form::JsonLines => Some(State::JsonLines(to)),
            Form::Parquet => {
                let properties = properties(&self.schema, &self.hashed, first);
                let made = ArrowWriter::try_new(to, self.schema.clone(), Some(properties));
                made.ok().map(|to| State::Parquet(Box::new(to)))
            }
            Form::Arrow => {
                let made = FileWriter::try_new(to, &self.schema);
                made.ok().map(|to| State::Arrow(Box::new(to)))
            }
        };
        self.state = begun.ok_or_else(|| Diagnostic::error("GT109"))?;
        Ok(())
    }
}

/// How Parquet is written: a dictionary only where values repeat, which the first rows tell; hashes
/// that do not repeat are left as they are, because Snappy finds nothing in them.
fn properties(
    schema: &SchemaRef,
    hashed: &[bool],
    first: Option<&RecordBatch>,
) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by("kouan".to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_write_batch_size(ENCODED_ROWS)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_max_row_group_row_count(Some(GROUP_ROWS));
    for (place, (field, hashed)) in schema.fields().iter().zip(hashed).enumerate() {
        let repeats = first.is_none_or(|rows| repeats(rows.column(place)));
        let path = ColumnPath::new(vec![field.name().clone()]);
        if *hashed && !repeats {
            let plain = Compression::UNCOMPRESSED;
            properties = properties.set_column_compression(path.clone(), plain);
        }
        properties = properties.set_column_dictionary_enabled(path, repeats);
    }
    properties.build()
}

fn repeats(column: &ArrayRef) -> bool {
    let Some(texts) = column.as_string_opt::<i32>() else { return false };
    let sample: Vec<&str> = texts.iter().take(SAMPLE_ROWS).flatten().collect();
    let distinct: BTreeSet<&str> = sample.iter().copied().collect();
    distinct.len() * 2 <= sample.len()
}

fn csv_rows<W: Write>(to: &mut csv::Writer<W>, rows: &RecordBatch) -> Result<(), csv::Error> {
    let columns: Vec<Printed<'_>> = rows.columns().iter().map(Printed::of).collect();
    let mut scratch = Vec::new();
    for row in 0..rows.num_rows() {
        for column in &columns {
            to.write_field(column.at(row, &mut scratch).unwrap_or_default())?;
        }
        to.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

fn json_rows<W: Write>(to: &mut W, rows: &RecordBatch) -> Result<(), std::io::Error> {
    let schema = rows.schema();
    let mut columns = Vec::new();
    for (field, array) in schema.fields().iter().zip(rows.columns()) {
        let name = serde_json::to_string(field.name())?;
        let bare = matches!(array.data_type(), DataType::Int64 | DataType::Boolean);
        columns.push((name, Printed::of(array), bare));
    }
    let (mut lines, mut scratch) = (Vec::new(), Vec::new());
    for row in 0..rows.num_rows() {
        for (place, (name, column, bare)) in columns.iter().enumerate() {
            lines.push(if place == 0 { b'{' } else { b',' });
            lines.extend_from_slice(name.as_bytes());
            lines.push(b':');
            match (column, column.at(row, &mut scratch)) {
                (_, None) => lines.extend_from_slice(b"null"),
                (_, Some(value)) if *bare => lines.extend_from_slice(value),
                (Printed::Floats(cells), _) => {
                    serde_json::to_writer(&mut lines, &cells.get(row).copied().flatten())?;
                }
                (_, Some(value)) => {
                    serde_json::to_writer(&mut lines, &String::from_utf8_lossy(value))?;
                }
            }
        }
        lines.extend_from_slice(b"}\n");
        if lines.len() >= 1 << 16 {
            to.write_all(&lines)?;
            lines.clear();
        }
    }
    to.write_all(&lines)
}

/// A column as text is made of it.
enum Printed<'a> {
    Texts(&'a arrow_array::StringArray),
    Floats(Vec<Option<f64>>),
    Integers(Vec<Option<i64>>),
    Booleans(Vec<Option<bool>>),
    Days(Vec<Option<i32>>),
    Instants(Vec<Option<i64>>),
    /// Bytes are written in hexadecimal digits.
    Bytes(&'a arrow_array::BinaryArray),
}

impl<'a> Printed<'a> {
    fn of(array: &'a ArrayRef) -> Printed<'a> {
        match array.data_type() {
            DataType::Int64 => {
                Printed::Integers(array.as_primitive::<Int64Type>().iter().collect())
            }
            DataType::Float64 => {
                Printed::Floats(array.as_primitive::<Float64Type>().iter().collect())
            }
            DataType::Boolean => Printed::Booleans(array.as_boolean().iter().collect()),
            DataType::Date32 => Printed::Days(array.as_primitive::<Date32Type>().iter().collect()),
            DataType::Timestamp(..) => {
                Printed::Instants(array.as_primitive::<TimestampMicrosecondType>().iter().collect())
            }
            DataType::Binary => Printed::Bytes(array.as_binary::<i32>()),
            _ => Printed::Texts(array.as_string::<i32>()),
        }
    }

    /// The text of a row, `None` for a null.
    fn at<'s>(&'s self, row: usize, scratch: &'s mut Vec<u8>) -> Option<&'s [u8]> {
        let cells = match self {
            Printed::Texts(texts) => {
                return texts.is_valid(row).then(|| texts.value(row).as_bytes());
            }
            Printed::Bytes(bytes) => {
                scratch.clear();
                let value = bytes.is_valid(row).then(|| bytes.value(row))?;
                for byte in value {
                    let _ = write!(scratch, "{byte:02x}");
                }
                return Some(scratch);
            }
            Printed::Floats(cells) => Cells::Floats(cells),
            Printed::Integers(cells) => Cells::Integers(cells),
            Printed::Booleans(cells) => Cells::Booleans(cells),
            Printed::Days(cells) => Cells::Days(cells),
            Printed::Instants(cells) => Cells::Instants(cells),
        };
        scratch.clear();
        written(&cells, row, scratch).then_some(scratch.as_slice())
    }
}
