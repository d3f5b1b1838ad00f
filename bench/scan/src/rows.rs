//! Large invented tables: any number of rows, the same for the same seed.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::formats::{Fault, words};
use crate::people::{Date, Dice, PLACES, SURNAMES};

/// The columns.
pub(crate) const COLUMNS: [&str; 10] = [
    "order_no",
    "name",
    "resident_id",
    "mobile",
    "email",
    "address",
    "bank_card",
    "created_at",
    "amount",
    "status",
];

/// Rows for each person, on average: persons come back.
const ROWS_PER_PERSON: u64 = 2;

/// Persons whom rows are about; their numbers have eight digits.
const PERSONS_MAX: u64 = 100_000_000;

/// Columns, without an index that could miss.
pub(crate) struct Row([String; 10]);

impl Row {
    /// A row to be filled.
    pub(crate) fn new() -> Row {
        Row(Default::default())
    }

    /// Makes it the row of this number; persons are drawn from the first rows' share, so that a
    /// longer table has more persons and begins with the same rows.
    pub(crate) fn fill(&mut self, number: u64) {
        let mut dice = Dice::new(number ^ 0x5eed_0003);
        let persons = (number / ROWS_PER_PERSON + 1).min(PERSONS_MAX);
        let person = dice.below(persons);
        let day = Date::roll(&mut dice, 2024, 2);
        let seconds = dice.below(86_400);
        let amount = dice.below(1_000_000);
        let status = dice.pick(&["paid", "shipped", "closed", "refunded"]);
        let [order, name, id, mobile, email, address, card, created, cost, state] = &mut self.0;
        for cell in [&mut *order, &mut *created, &mut *cost, &mut *state] {
            cell.clear();
        }
        let _ = write!(order, "DD{}{number:09}", day.plain());
        let clock = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let _ = write!(created, "{} {:02}:{:02}:{:02}", day.iso(), clock.0, clock.1, clock.2);
        let _ = write!(cost, "{}.{:02}", amount / 100, amount % 100);
        state.push_str(status);
        who(person, [name, id, mobile, email, address, card]);
    }

    /// The cells, in the order of [`COLUMNS`].
    pub(crate) fn cells(&self) -> &[String; 10] {
        &self.0
    }
}

/// The person of this number: name, resident ID, mobile, e-mail, address, card.
fn who(person: u64, cells: [&mut String; 6]) {
    let [name, id, mobile, email, address, card] = cells;
    for cell in [&mut *name, &mut *id, &mut *mobile, &mut *email, &mut *address, &mut *card] {
        cell.clear();
    }
    let mut dice = Dice::new(person.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(7));
    let place = dice.pick(PLACES);
    name.push_str(dice.pick(SURNAMES));
    name.push_str(dice.pick(&["甲", "乙", "丙", "丁", "例", "样", "戊", "己"]));
    name.push_str(dice.pick(&["一", "二", "三", "四", "五", "六", "七", "八", ""]));
    let born = Date::roll(&mut dice, 1950, 55);
    id.push_str(&crate::people::resident_id(place.code, born, 1 + dice.below(999)));
    let _ = write!(mobile, "139{person:08}");
    let _ = write!(email, "guest{person:08}@example.com");
    let (house, building, room) = (dice.below(999) + 1, dice.below(40) + 1, dice.below(30) + 1);
    let (name, road) = (place.name, place.road);
    let _ = write!(address, "{name}{road}{house}号示例花园{building}栋{room:02}01室");
    card.push_str(&crate::people::card(person));
}

/// Writes a CSV of at least so many bytes; says how many rows it has.
pub(crate) fn csv(path: &Path, bytes: u64) -> Result<u64, Fault> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(words)?);
    let head = format!("{}\n", COLUMNS.join(","));
    file.write_all(head.as_bytes()).map_err(words)?;
    let (mut written, mut rows) = (head.len() as u64, 0);
    let (mut row, mut line) = (Row::new(), String::new());
    while written < bytes {
        row.fill(rows);
        line.clear();
        for cell in row.cells() {
            line.push_str(cell);
            line.push(',');
        }
        line.pop();
        line.push('\n');
        file.write_all(line.as_bytes()).map_err(words)?;
        written += line.len() as u64;
        rows += 1;
    }
    file.flush().map_err(words)?;
    Ok(rows)
}

/// Rows of one batch of Parquet.
const BATCH_ROWS: u64 = 65_536;

/// Writes the first rows of the same table as Parquet (zstd).
pub(crate) fn parquet(path: &Path, rows: u64) -> Result<(), Fault> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .set_max_row_group_row_count(Some(1 << 19))
        .build();
    let mut writer: Option<ArrowWriter<File>> = None;
    let mut row = Row::new();
    for first in (0..rows).step_by(BATCH_ROWS as usize) {
        let mut cells: [Vec<String>; 10] = Default::default();
        for number in first..(first + BATCH_ROWS).min(rows) {
            row.fill(number);
            for (column, cell) in cells.iter_mut().zip(row.cells()) {
                column.push(cell.clone());
            }
        }
        let columns = COLUMNS
            .iter()
            .zip(cells)
            .map(|(name, cells)| (*name, Arc::new(StringArray::from(cells)) as ArrayRef));
        let batch = RecordBatch::try_from_iter(columns).map_err(words)?;
        if writer.is_none() {
            let file = File::create(path).map_err(words)?;
            let made = ArrowWriter::try_new(file, batch.schema(), Some(properties.clone()));
            writer = Some(made.map_err(words)?);
        }
        if let Some(writer) = &mut writer {
            writer.write(&batch).map_err(words)?;
        }
    }
    if let Some(writer) = writer {
        writer.close().map_err(words)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_depends_on_its_number_only() {
        let (mut one, mut other) = (Row::new(), Row::new());
        one.fill(3);
        one.fill(12_345);
        other.fill(12_345);
        assert_eq!(one.cells(), other.cells());
        assert!(one.cells().iter().all(|cell| !cell.is_empty()));
    }
}
