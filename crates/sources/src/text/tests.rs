//! Reading back what was written, in every dialect and encoding, cut into tiny blocks.

use kouan_table::{Cells, Tally};
use proptest::prelude::*;

use super::*;

/// A table as it was read: per row the cells, a null as `None`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Vec<Option<String>>>,
    pub(super) tally: Tally,
}

/// Reads a text with blocks and batches of these sizes.
pub(super) fn read(bytes: &[u8], sizes: cut::Sizes, rows_max: usize) -> Seen {
    let found = encoding::find(bytes, true);
    let (text, _) = found.encoding.decode_with_bom_removal(bytes);
    let (mut plan, _) = plan("t.csv", text.as_bytes(), true, &found);
    plan.sizes = sizes;
    plan.rows_max = rows_max;
    let rows = DelimitedRows::new(plan, &Content::memory(bytes.to_vec()), Want::Everything);
    collect(Box::new(rows))
}

/// Every row of a reader of one table.
pub(super) fn collect(mut rows: Box<dyn kouan_table::Rows>) -> Seen {
    let mut seen = Seen::default();
    while let Some(block) = rows.next().unwrap() {
        let tally = block
            .read(&mut |batch| {
                let start = seen.rows.len();
                seen.rows.resize(start + batch.rows, Vec::new());
                seen.names =
                    batch.columns.iter().map(|column| column.column.name.to_string()).collect();
                for column in batch.columns {
                    let Cells::Text { bytes, spans } = column.cells else { panic!("no text") };
                    assert_eq!(spans.len(), batch.rows);
                    for (row, span) in seen.rows[start..].iter_mut().zip(spans) {
                        let cell = span.of(bytes);
                        row.push(cell.map(|cell| String::from_utf8(cell.to_vec()).unwrap()));
                    }
                }
            })
            .unwrap();
        seen.tally.add(tally);
    }
    seen
}

const WIDE: cut::Sizes = cut::Sizes { block: 1 << 16, record: 1 << 18 };

fn row(cells: &[&str]) -> Vec<Option<String>> {
    cells.iter().map(|cell| Some((*cell).to_owned())).collect()
}

#[test]
fn a_small_table_is_read() {
    let seen = read("姓名,手机\n甲一,13900001234\n\"乙,\"\"二\"\"\n\",\n".as_bytes(), WIDE, 100);
    assert_eq!(seen.names, ["姓名", "手机"]);
    assert_eq!(seen.rows, [row(&["甲一", "13900001234"]), row(&["乙,\"二\"\n", ""])]);
    assert_eq!(seen.tally, Tally { rows: 2, ..Tally::default() });
}

#[test]
fn line_ends_may_be_mixed() {
    let seen = read(b"id,name\r\n1,a\n2,b\r3,c\r\n\r\n\n4,d", WIDE, 2);
    assert_eq!(seen.rows.len(), 4);
    assert_eq!(seen.rows[2], row(&["3", "c"]));
}

#[test]
fn rows_may_be_short_or_long() {
    let seen = read(b"id,name,city\n1,a,x\n2\n3,b,y,z\n4,c,y,z,\"q\"\n", WIDE, 100);
    assert_eq!(seen.names, ["id", "name", "city", delimited::BEYOND]);
    assert_eq!(seen.rows[1], [Some("2".to_owned()), None, None, None]);
    assert_eq!(seen.rows[2], row(&["3", "b", "y", "z"]));
    assert_eq!(seen.rows[3], row(&["4", "c", "y", "z,\"q\""]));
    assert_eq!(seen.tally.ragged_rows, 3);
}

#[test]
fn a_quote_that_closes_nowhere_swallows_nothing() {
    let text = "id,name\n1,\"abc\n2,d\n3,\"e\"\n4,a\"b\n5,\"f\"g\n6,\"h\n";
    for block in [1, 7, 16, 1 << 16] {
        let seen = read(text.as_bytes(), cut::Sizes { block, record: 1 << 16 }, 100);
        let cells: Vec<String> =
            seen.rows.iter().map(|row| row[1].clone().unwrap_or_default()).collect();
        assert_eq!(cells, ["\"abc", "d", "e", "a\"b", "fg", "\"h"]);
    }
}

/// A table with a header that is found, and cells of every kind.
fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![
        "[0-9]{0,6}",
        "[a-z ]{0,80}",
        "[甲乙丙一丁七万,;|\t\"'\r\n]{0,12}",
        "[a\"]{0,5}",
        Just(String::new()),
    ];
    (2_usize..6).prop_flat_map(move |width| {
        proptest::collection::vec(proptest::collection::vec(cell.clone(), width), 4..40)
    })
}

/// Writes a table with every cell quoted that needs it, or all of them.
fn write(table: &[Vec<String>], delimiter: char, end: &str, all: bool) -> String {
    let mut text = String::new();
    for row in table {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                let needs = all || cell.contains(['"', '\r', '\n', '\'', delimiter]);
                if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            })
            .collect();
        text.push_str(&cells.join(&delimiter.to_string()));
        text.push_str(end);
    }
    text
}

fn encode(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 with a mark" => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        "gb18030" => encoding_rs::GB18030.encode(text).0.into_owned(),
        "utf-16le" => {
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        }
        _ => {
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read(
        mut table in tables(),
        delimiter in prop::sample::select(vec![',', '\t', ';', '|']),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        all: bool,
        encoding in prop::sample::select(
            vec!["utf-8", "utf-8 with a mark", "gb18030", "utf-16le", "utf-16be"]),
        block in 1_usize..400,
        rows_max in 1_usize..20,
    ) {
        // The delimiter is told by the first line, so that only reading is tested here.
        for row in &mut table {
            if row.iter().all(String::is_empty) {
                row[0] = "x".to_owned();
            }
        }
        let width = table[0].len();
        let names: Vec<String> = (0..width).map(|at| format!("name_{at}")).collect();
        let mut text = format!("sep={delimiter}{end}{}{end}", names.join(&delimiter.to_string()));
        text.push_str(&write(&table, delimiter, end, all));
        let sizes = cut::Sizes { block, record: 1 << 20 };
        let seen = read(&encode(&text, encoding), sizes, rows_max);
        prop_assert_eq!(seen.names, names);
        let expected: Vec<Vec<Option<String>>> = table
            .iter()
            .map(|row| row.iter().map(|cell| Some(cell.clone())).collect())
            .collect();
        prop_assert_eq!(seen.rows, expected);
        prop_assert_eq!(seen.tally, Tally { rows: table.len() as u64, ..Tally::default() });
    }

    #[test]
    fn regular_steps_and_single_quotes_agree(
        text in "([a,\n]{0,70}|\"[a,\n]{0,70}\"|\"\"|\"|a){0,12}",
        block in 1_usize..300,
    ) {
        let text = format!("sep=,\nname_a,name_b\n{text}");
        let dialect = dialect::Dialect { delimiter: b',', quote: b'"' };
        let slow: Vec<Vec<String>> = sample::records(text.as_bytes(), dialect, true, 1000)
            .into_iter()
            .skip(2)
            .map(|record| {
                let cells = record.into_iter().map(|cell| String::from_utf8(cell.text).unwrap());
                cells.take(2).collect()
            })
            .collect();
        let sizes = cut::Sizes { block, ..WIDE };
        let fast: Vec<Vec<String>> = read(text.as_bytes(), sizes, 7)
            .rows
            .into_iter()
            .map(|row| row.into_iter().take(2).flatten().collect())
            .collect();
        prop_assert_eq!(fast, slow);
    }

    #[test]
    fn any_bytes_never_panic(bytes: Vec<u8>, block in 1_usize..50, record in 1_usize..80) {
        read(&bytes, cut::Sizes { block, record }, 3);
    }

    #[test]
    fn any_blocks_give_the_same_rows(
        text in "[a,\"\n\r]{0,200}",
        block in 1_usize..50,
        rows_max in 1_usize..5,
    ) {
        let text = format!("name_a,name_b\n{text}");
        let one = read(text.as_bytes(), WIDE, 1000);
        let other = read(text.as_bytes(), cut::Sizes { block, ..WIDE }, rows_max);
        // A column beyond the header is there only in the batches that need it.
        let cells = |seen: &Seen| -> Vec<Vec<Option<String>>> {
            let width = seen.rows.iter().map(Vec::len).max().unwrap_or(0);
            let mut rows = seen.rows.clone();
            rows.iter_mut().for_each(|row| row.resize(width, None));
            rows
        };
        prop_assert_eq!(cells(&one), cells(&other));
        prop_assert_eq!(one.tally, other.tally);
    }
}

#[test]
fn small_files_are_tables_too() {
    let read = |text: &[u8]| read(text, WIDE, 100);
    assert_eq!(read(b"").rows.len(), 0);
    assert_eq!(read(b"\n\r\n").rows.len(), 0);
    assert_eq!(read(b"id,name\n").rows.len(), 0);
    assert_eq!(read("甲一,13900001234".as_bytes()).rows, [row(&["甲一", "13900001234"])]);
    assert_eq!(read("甲一,13900001234".as_bytes()).names, ["column 1", "column 2"]);
    assert_eq!(read(b"id,name\n1,a\0b\n").rows, [row(&["1", "a\0b"])]);
}

#[test]
fn cells_in_another_encoding_are_counted_and_handed_over() {
    let gbk = encoding_rs::GB18030.encode("乙二").0;
    let text = [b"id,name\n1,\xE7\x94\xB2\n2,", &*gbk, b"\n3,\"", &*gbk, b"\"\"x\"\n"].concat();
    let text = [&text[..], "4,丙\n5,丁\n".as_bytes()].concat();
    let seen = read(&text, WIDE, 100);
    assert_eq!(seen.rows[0], row(&["1", "甲"]));
    assert!(seen.rows[1][1].as_ref().unwrap().contains('\u{FFFD}'));
    assert!(seen.rows[2][1].as_ref().unwrap().ends_with("\"x"));
    assert_eq!(seen.tally, Tally { rows: 5, undecodable_cells: 2, ..Tally::default() });
    // ASCII as far as was looked, Chinese behind it.
    let found = encoding::find(b"id,name\n1,a\n", false);
    let (mut plan, _) = plan("t.csv", b"id,name\n1,a\n", false, &found);
    plan.sizes = cut::Sizes { block: 16, record: 1000 };
    let text = [b"id,name\n1,aaaaaaaaaa\n2,", &*gbk, b"\n"].concat();
    let rows = DelimitedRows::new(plan, &Content::memory(text), Want::Everything);
    assert_eq!(collect(Box::new(rows)).rows[1], row(&["2", "乙二"]));
}

#[test]
fn records_are_looked_at_up_to_the_limit() {
    let record = 100;
    let text = |bytes: usize| format!("id,name\n1,{}\n2,b\n", "x".repeat(bytes));
    for block in [1, 10, 100] {
        let sizes = cut::Sizes { block, record };
        // The line end counts.
        let fits = read(text(record - 3).as_bytes(), sizes, 100);
        assert_eq!((fits.tally.rows, fits.tally.lost_rows), (2, 0));
        let long = read(text(record * 50).as_bytes(), sizes, 100);
        assert_eq!(long.rows, [row(&["2", "b"])]);
        assert_eq!(long.tally, Tally { rows: 1, lost_rows: 1, ..Tally::default() });
    }
    // Nothing but one line without an end.
    let all = read(&[b'x'; 5000], cut::Sizes { block: 10, record }, 100);
    assert_eq!((all.tally.rows, all.tally.lost_rows), (0, 1));
    // A quote that closes only behind the limit opens nothing.
    let open = format!("id,name\n1,\"{}\",c\n2,b\n", "x\n".repeat(record));
    assert_eq!(read(open.as_bytes(), cut::Sizes { block: 10, record }, 9).rows.len(), 102);
}

#[test]
fn cells_are_handed_over_up_to_the_limit() {
    let text = format!("id,name\n1,{}\n2,{}\n", "x".repeat(50), "x".repeat(51));
    let found = encoding::find(text.as_bytes(), true);
    let (mut plan, _) = plan("t.csv", text.as_bytes(), true, &found);
    plan.cell_bytes = 50;
    let rows = DelimitedRows::new(plan, &Content::memory(text.into_bytes()), Want::Everything);
    let seen = collect(Box::new(rows));
    assert_eq!(seen.tally.cut_cells, 1);
    assert!(seen.rows.iter().all(|row| row[1].as_ref().unwrap().len() == 50));
}

#[test]
fn columns_are_read_up_to_the_limit() {
    let line = |columns: usize| {
        let cells: Vec<String> = (0..columns).map(|at| format!("name_{at}")).collect();
        format!("{0}\n{0}x\n", cells.join(","))
    };
    for (columns, shown) in
        [(limits::COLUMNS, limits::COLUMNS), (limits::COLUMNS + 2, limits::COLUMNS + 1)]
    {
        let content = Content::memory(line(columns).into_bytes());
        let opened = open("t.csv", &content, Want::Everything, &Options::default()).unwrap();
        assert_eq!(opened.tables[0].columns.len(), limits::COLUMNS);
        let noted = opened.notes.iter().any(|note| note.code.0 == "SC107");
        assert_eq!(noted, columns > limits::COLUMNS);
        assert_eq!(collect(opened.rows).names.len(), shown);
    }
}

#[test]
fn as_much_is_read_as_is_wanted() {
    let text = format!("id,name\n{}", "1,a\n".repeat(100_000));
    let rows = |want: Want| {
        let content = Content::memory(text.clone().into_bytes());
        let mut opened = open("t.csv", &content, want, &Options::default()).unwrap();
        let mut blocks = 0;
        while opened.rows.next().unwrap().is_some() {
            blocks += 1;
        }
        (opened.tables[0].columns.len(), blocks, opened.rows.taken())
    };
    assert_eq!(rows(Want::Everything), (2, 1, text.len() as u64));
    assert_eq!(rows(Want::Sample(10)).1, 1);
    assert_eq!(rows(Want::Metadata), (2, 0, 0));
}
