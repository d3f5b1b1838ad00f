//! Files are written with the formats' own writers and read back; then damaged in every way.

use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder, StringDictionaryBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, StringViewArray, StructArray,
    TimestampMillisecondArray, UInt64Array,
};
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::{DataType, Field, Schema};
use kouan_table::{Batch, Cells, Rows, Span, Tally};
use kouan_terms::Diagnostic;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;

use super::{open_ipc, open_parquet};
use crate::files::Content;
use crate::limits::{BATCH_ROWS, CELL_BYTES, COLUMNS};
use crate::{Opened, Options, Want};

/// Every batch as text: `table: column=[cell, cell]`.
pub(crate) fn shown(rows: &mut dyn Rows) -> (Vec<String>, Tally) {
    let mut lines = Vec::new();
    let mut tally = Tally::default();
    while let Some(block) = rows.next().unwrap() {
        let read = block.read(&mut |batch| lines.extend(lines_of(batch)));
        tally.add(read.unwrap());
    }
    (lines, tally)
}

fn lines_of(batch: &Batch<'_>) -> Vec<String> {
    let line = |column: &kouan_table::ColumnCells<'_>| {
        let cells = cells_of(&column.cells, batch.rows);
        assert_eq!(cells.len(), batch.rows, "one cell a row");
        format!("{}: {}=[{}]", batch.table, column.column.name, cells.join(", "))
    };
    batch.columns.iter().map(line).collect()
}

fn cells_of(cells: &Cells<'_>, rows: usize) -> Vec<String> {
    fn plain<T: ToString>(cells: &[Option<T>]) -> Vec<String> {
        let one = |cell: &Option<T>| cell.as_ref().map_or("-".to_owned(), ToString::to_string);
        cells.iter().map(one).collect()
    }
    let text = |bytes: &[u8], span: &Span| {
        span.of(bytes).map_or("-".to_owned(), |cell| String::from_utf8_lossy(cell).into_owned())
    };
    match cells {
        Cells::Text { bytes, spans } => spans.iter().map(|span| text(bytes, span)).collect(),
        Cells::Binary { bytes, spans } => {
            spans.iter().map(|span| span.of(bytes).map_or(0, <[u8]>::len).to_string()).collect()
        }
        Cells::Integers(cells) | Cells::Instants(cells) => plain(cells),
        Cells::Floats(cells) => plain(cells),
        Cells::Booleans(cells) => plain(cells),
        Cells::Days(cells) => plain(cells),
        Cells::Opaque => vec!["?".to_owned(); rows],
    }
}

fn batch_of(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .unwrap()
}

fn people(rows: i64) -> RecordBatch {
    let mut level = StringDictionaryBuilder::<Int32Type>::new();
    (0..rows).for_each(|row| drop(level.append(["甲等", "乙等"][(row % 2) as usize])));
    batch_of(vec![
        ("name", Arc::new(StringArray::from_iter((0..rows).map(|r| (r != 1).then_some("甲一"))))),
        ("id", Arc::new(Int64Array::from_iter_values(0..rows))),
        ("level", Arc::new(level.finish())),
    ])
}

fn parquet_of(batches: &[RecordBatch], group_rows: usize) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(group_rows))
        .build();
    let mut bytes = Vec::new();
    let schema = batches[0].schema();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties)).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();
    bytes
}

fn ipc_of(batches: &[RecordBatch], packed: bool) -> (Vec<u8>, Vec<u8>) {
    let codec = packed.then_some(arrow_ipc::CompressionType::ZSTD);
    let options = || IpcWriteOptions::default().try_with_compression(codec).unwrap();
    let schema = batches[0].schema();
    let (mut file, mut stream) = (Vec::new(), Vec::new());
    let mut to = FileWriter::try_new_with_options(&mut file, &schema, options()).unwrap();
    batches.iter().for_each(|batch| to.write(batch).unwrap());
    to.finish().unwrap();
    drop(to);
    let mut to = StreamWriter::try_new_with_options(&mut stream, &schema, options()).unwrap();
    batches.iter().for_each(|batch| to.write(batch).unwrap());
    to.finish().unwrap();
    drop(to);
    (file, stream)
}

fn parquet_file(bytes: &[u8], want: Want) -> Result<Opened, Diagnostic> {
    open_parquet("t.parquet", &Content::memory(bytes.to_vec()), want, &Options::default())
}

fn ipc_file(bytes: &[u8], want: Want) -> Result<Opened, Diagnostic> {
    open_ipc("t.arrow", &Content::memory(bytes.to_vec()), want, &Options::default())
}

fn ipc_stream(bytes: &[u8], want: Want) -> Result<Opened, Diagnostic> {
    open_ipc("t.arrows", &Content::memory(bytes.to_vec()), want, &Options::default())
}

#[test]
fn the_three_formats_give_the_same_cells() {
    let batches = [people(3)];
    let (file, stream) = ipc_of(&batches, true);
    for mut opened in [
        parquet_file(&parquet_of(&batches, 10), Want::Everything).unwrap(),
        ipc_file(&file, Want::Everything).unwrap(),
        ipc_stream(&stream, Want::Everything).unwrap(),
    ] {
        let name = opened.tables[0].name.clone();
        let (lines, tally) = shown(&mut *opened.rows);
        let wanted = [
            format!("{name}: name=[甲一, -, 甲一]"),
            format!("{name}: id=[0, 1, 2]"),
            format!("{name}: level=[甲等, 乙等, 甲等]"),
        ];
        assert_eq!(lines, wanted);
        assert_eq!(tally, Tally { rows: 3, ..Tally::default() });
        assert!(opened.notes.is_empty());
    }
}

#[test]
fn every_type_has_its_cells() {
    let amounts = Decimal128Array::from(vec![Some(-5), Some(123_456), None]);
    let ids = Decimal128Array::from(vec![Some(622_202), None, Some(1)]);
    let batch = batch_of(vec![
        ("yes", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("amount", Arc::new(amounts.with_precision_and_scale(20, 2).unwrap())),
        ("card", Arc::new(ids.with_precision_and_scale(20, 0).unwrap())),
        ("ratio", Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1.0)]))),
        ("born", Arc::new(Date32Array::from(vec![Some(1), None, Some(-1)]))),
        ("at", Arc::new(TimestampMillisecondArray::from(vec![Some(1), None, Some(-1)]))),
        ("long", Arc::new(LargeStringArray::from(vec![Some("例某"), None, Some("")]))),
        (
            "seen",
            Arc::new(StringViewArray::from(vec![
                Some("超过十二个字节的一段文字"),
                None,
                Some("短"),
            ])),
        ),
        ("raw", Arc::new(BinaryArray::from(vec![Some(&b"\x00\x01"[..]), None, Some(&b""[..])]))),
        ("huge", Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(1)]))),
    ]);
    let wanted = [
        "yes=[true, -, false]",
        "amount=[-0.05, 1234.56, -]",
        "card=[622202, -, 1]",
        "ratio=[0.5, -, 1]",
        "born=[1, -, -1]",
        "at=[1000, -, -1000]",
        "long=[例某, -, ]",
        "seen=[超过十二个字节的一段文字, -, 短]",
        "raw=[2, 0, 0]",
        "huge=[18446744073709551615, -, 1]",
    ];
    let (file, _) = ipc_of(std::slice::from_ref(&batch), false);
    let written = parquet_of(&[batch], 10);
    for mut opened in [
        parquet_file(&written, Want::Everything).unwrap(),
        ipc_file(&file, Want::Everything).unwrap(),
    ] {
        let (lines, _) = shown(&mut *opened.rows);
        let cells: Vec<&str> = lines.iter().map(|l| l.split_once(": ").unwrap().1).collect();
        assert_eq!(cells, wanted);
    }
}

#[test]
fn structures_become_columns_and_lists_become_tables() {
    let mut list = ListBuilder::new(Int32Builder::new());
    list.append_value([Some(1), Some(2)]);
    list.append_null();
    let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("甲"), Some("乙")]));
    let field = Arc::new(Field::new("name", DataType::Utf8, true));
    let nulls = arrow_buffer::NullBuffer::from(vec![false, true]);
    let person = StructArray::new(vec![field].into(), vec![inner], Some(nulls));
    let batch = batch_of(vec![("person", Arc::new(person)), ("marks", Arc::new(list.finish()))]);
    let mut opened = parquet_file(&parquet_of(&[batch], 10), Want::Everything).unwrap();
    let names: Vec<&str> = opened.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(names, ["t.parquet", "t.parquet#marks[]"]);
    let (lines, tally) = shown(&mut *opened.rows);
    assert_eq!(lines, ["t.parquet: person.name=[-, 乙]", "t.parquet#marks[]: marks=[1, 2]"]);
    assert_eq!(tally.rows, 2);
}

#[test]
fn comments_come_from_fields_and_from_what_spark_and_iceberg_write() {
    let field = Field::new("a", DataType::Utf8, true)
        .with_metadata([("comment".to_owned(), "客户姓名".to_owned())]);
    let spark = r#"{"type":"struct","fields":[{"name":"b","type":"string","nullable":true,
        "metadata":{"comment":"证件号码"}}]}"#;
    let iceberg = r#"{"type":"struct","fields":[{"id":1,"name":"c","type":"int","doc":"年龄"}]}"#;
    let plain = |name| Field::new(name, DataType::Int64, true);
    let schema = Schema::new(vec![field, plain("b"), plain("c")]);
    let schema = Arc::new(schema);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, Arc::clone(&schema), None).unwrap();
    for (key, value) in [
        ("org.apache.spark.sql.parquet.row.metadata", spark),
        ("iceberg.schema", iceberg),
        ("comment", "客户表"),
    ] {
        let pair = parquet::file::metadata::KeyValue::new(key.to_owned(), value.to_owned());
        writer.append_key_value_metadata(pair);
    }
    writer.close().unwrap();
    let opened = parquet_file(&bytes, Want::Metadata).unwrap();
    let table = &opened.tables[0];
    let comments: Vec<_> = table.columns.iter().map(|column| column.comment.as_deref()).collect();
    assert_eq!(comments, [Some("客户姓名"), Some("证件号码"), Some("年龄")]);
    assert_eq!(table.comment.as_deref(), Some("客户表"));
    assert_eq!(table.rows_estimate, Some(0));
}

#[test]
fn a_sample_comes_from_places_spread_over_the_file() {
    let batches = [people(100)];
    let bytes = parquet_of(&batches, 10);
    let mut opened = parquet_file(&bytes, Want::Sample(8)).unwrap();
    let (lines, tally) = shown(&mut *opened.rows);
    assert_eq!(tally.rows, 8);
    let ids: Vec<&String> = lines.iter().filter(|line| line.contains(": id=")).collect();
    let wanted = ["[0, 1]", "[20, 21]", "[50, 51]", "[70, 71]"];
    assert!(ids.iter().zip(wanted).all(|(line, wanted)| line.ends_with(wanted)), "{ids:?}");
    let (file, stream) = ipc_of(&[people(5), people(5)], false);
    for mut opened in [
        parquet_file(&parquet_of(&batches, 3), Want::Sample(50)).unwrap(),
        ipc_file(&file, Want::Sample(7)).unwrap(),
        ipc_stream(&stream, Want::Sample(7)).unwrap(),
    ] {
        assert!([7, 50].contains(&shown(&mut *opened.rows).1.rows));
    }
    let mut opened = parquet_file(&bytes, Want::Metadata).unwrap();
    assert!(opened.rows.next().unwrap().is_none());
}

#[test]
fn batches_are_no_larger_than_the_limit() {
    let batches = [people(BATCH_ROWS as i64 + 1)];
    let (file, _) = ipc_of(&batches, false);
    let mut opened = ipc_file(&file, Want::Everything).unwrap();
    let block = opened.rows.next().unwrap().unwrap();
    let mut sizes = Vec::new();
    block.read(&mut |batch| sizes.push(batch.rows)).unwrap();
    assert_eq!(sizes, [BATCH_ROWS, 1]);
}

#[test]
fn a_cell_is_cut_at_the_limit_between_characters() {
    let whole = "字".repeat(CELL_BYTES / 3 + 1);
    let fits = "a".repeat(CELL_BYTES);
    let cells: ArrayRef = Arc::new(StringArray::from(vec![whole.as_str(), fits.as_str()]));
    let mut opened =
        parquet_file(&parquet_of(&[batch_of(vec![("note", cells)])], 10), Want::Everything)
            .unwrap();
    let block = opened.rows.next().unwrap().unwrap();
    let mut lengths = Vec::new();
    let tally = block.read(&mut |batch| {
        let Cells::Text { bytes, spans } = batch.columns[0].cells else { panic!("no text") };
        let cells = spans.iter().map(|span| std::str::from_utf8(span.of(bytes).unwrap()).unwrap());
        lengths.extend(cells.map(str::len));
    });
    assert_eq!(lengths, [CELL_BYTES / 3 * 3, CELL_BYTES]);
    assert_eq!(tally.unwrap().cut_cells, 1);
}

#[test]
fn columns_past_the_limit_are_left_out_and_noted() {
    let columns: Vec<(String, ArrayRef)> = (0..COLUMNS + 2)
        .map(|place| (format!("c{place}"), Arc::new(Int64Array::from(vec![1])) as ArrayRef))
        .collect();
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut opened = parquet_file(&parquet_of(&[batch], 10), Want::Everything).unwrap();
    assert_eq!(opened.tables[0].columns.len(), COLUMNS);
    assert_eq!(opened.notes[0].code.0, "SC122");
    assert!(opened.notes[0].values.contains(&("count", "2".to_owned())));
    assert_eq!(shown(&mut *opened.rows).0.len(), COLUMNS);
}

#[test]
fn two_columns_of_one_name_are_told_apart() {
    let fields =
        vec![Field::new("a", DataType::Int64, true), Field::new("a", DataType::Int64, true)];
    let column: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema, vec![Arc::clone(&column), column]).unwrap();
    let (file, _) = ipc_of(&[batch], false);
    let opened = ipc_file(&file, Want::Metadata).unwrap();
    let names: Vec<&str> = opened.tables[0].columns.iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["a", "a (2)"]);
}

#[test]
fn a_file_cut_short_is_an_error() {
    let batches = [people(50)];
    let bytes = parquet_of(&batches, 10);
    let (file, stream) = ipc_of(&batches, true);
    for keep in [0, 3, 7, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(parquet_file(&bytes[..keep], Want::Everything).err().unwrap().code.0, "SC120");
    }
    for keep in [0, 3, 9, file.len() / 2, file.len() - 1] {
        assert_eq!(ipc_file(&file[..keep], Want::Everything).err().unwrap().code.0, "SC120");
    }
    assert_eq!(ipc_stream(&stream[..100], Want::Everything).err().unwrap().code.0, "SC120");
    let mut opened = ipc_stream(&stream[..stream.len() - 100], Want::Everything).unwrap();
    assert_eq!(opened.rows.next().err().unwrap().code.0, "SC121");
}

#[test]
fn an_unpacked_size_past_the_limit_is_refused() {
    let (file, _) = ipc_of(&[people(5000)], true);
    let mut body = file.clone();
    // The first packed buffer begins with its size: eight bytes, little-endian, before the mark
    // of zstd.
    let mark = file.windows(4).position(|four| four == [0x28, 0xB5, 0x2F, 0xFD]).unwrap();
    body[mark - 8..mark].copy_from_slice(&i64::MAX.to_le_bytes());
    let outcome = ipc_file(&body, Want::Everything).and_then(|mut opened| {
        let block = opened.rows.next()?.unwrap();
        block.read(&mut |_| {})
    });
    assert!(["SC120", "SC121"].contains(&outcome.unwrap_err().code.0));
}

fn read_all(opened: Result<Opened, Diagnostic>) {
    let Ok(mut opened) = opened else { return };
    while let Ok(Some(block)) = opened.rows.next() {
        let _ = block.read(&mut |batch| drop(lines_of(batch)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_anywhere_never_panics(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        packed: bool,
    ) {
        let batches = [people(40), people(7)];
        let (file, stream) = ipc_of(&batches, packed);
        let damage = |mut bytes: Vec<u8>| {
            for (place, byte) in &changes {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
            bytes
        };
        read_all(parquet_file(&damage(parquet_of(&batches, 20)), Want::Everything));
        read_all(ipc_file(&damage(file), Want::Everything));
        read_all(ipc_stream(&damage(stream), Want::Everything));
    }
}
