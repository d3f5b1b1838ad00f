//! Workbooks are put together from their parts and read back; then damaged.

use std::io::{Cursor, Write};

use kouan_table::Tally;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::columnar::tests::shown;
use crate::files::Content;
use crate::limits::COLUMNS;
use crate::{Opened, Options, Want};

fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// An xlsx of sheets: name, whether it is hidden, and what stands in `worksheet`.
fn xlsx(sheets: &[(&str, bool, String)], strings: &[&str]) -> Vec<u8> {
    let (mut list, mut relations) = (String::new(), String::new());
    for (place, (name, hidden, _)) in sheets.iter().enumerate() {
        let state = if *hidden { r#" state="hidden""# } else { "" };
        list += &format!(r#"<sheet name="{name}" sheetId="{0}"{state} r:id="r{0}"/>"#, place + 1);
        relations += &format!(
            r#"<Relationship Id="r{0}" Type="{RELATIONS}/worksheet"
                Target="worksheets/sheet{0}.xml"/>"#,
            place + 1
        );
    }
    let shared: String = strings.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    // Style 1 is a day.
    let styles = r#"<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>"#;
    let root = format!(
        r#"<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>"#
    );
    let mut parts = vec![
        ("_rels/.rels", format!(r#"<Relationships xmlns="{PACKAGE}">{root}</Relationships>"#)),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">
                    <sheets>{list}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(r#"<Relationships xmlns="{PACKAGE}">{relations}</Relationships>"#),
        ),
        ("xl/sharedStrings.xml", format!(r#"<sst xmlns="{MAIN}">{shared}</sst>"#)),
        ("xl/styles.xml", format!(r#"<styleSheet xmlns="{MAIN}">{styles}</styleSheet>"#)),
    ];
    let names: Vec<String> =
        (0..sheets.len()).map(|place| format!("xl/worksheets/sheet{}.xml", place + 1)).collect();
    for (name, (_, _, inner)) in names.iter().zip(sheets) {
        parts.push((name, format!(r#"<worksheet xmlns="{MAIN}">{inner}</worksheet>"#)));
    }
    zipped(&parts)
}

fn sheet(rows: &[&str]) -> String {
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(place, cells)| format!(r#"<row r="{}">{cells}</row>"#, place + 1))
        .collect();
    format!("<sheetData>{rows}</sheetData>")
}

fn text(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn opened(bytes: Vec<u8>, want: Want) -> Result<Opened, Diagnostic> {
    open_workbook("b.xlsx", &Content::memory(bytes), want, &Options::default())
}

fn people() -> Vec<u8> {
    let rows = [
        text("A1", "姓名")
            + &text("B1", "证件号码")
            + &text("C1", "出生日期")
            + &text("D1", "手机号"),
        r#"<c r="A2" t="s"><v>0</v></c><c r="B2"><v>6.11010199001010E+17</v></c>
            <c r="C2" s="1"><v>25570</v></c><c r="D2"><v>13900000001</v></c>"#
            .to_owned(),
        text("A4", "例某") + r#"<c r="C4" s="1"><v>25571</v></c>"# + &text("D4", "13900000002"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let hidden = [text("A1", "备注"), text("A2", "甲一的一段说明"), text("A3", "无")];
    let hidden: Vec<&str> = hidden.iter().map(String::as_str).collect();
    let sheets =
        [("客户", false, sheet(&rows)), ("旧表", true, sheet(&hidden)), ("空", false, sheet(&[]))];
    xlsx(&sheets, &["甲一"])
}

#[test]
fn a_workbook_gives_a_table_a_sheet() {
    let mut found = opened(people(), Want::Everything).unwrap();
    let names: Vec<&str> = found.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(names, ["b.xlsx#客户", "b.xlsx#旧表"]);
    assert_eq!(found.notes.iter().map(|note| note.code.0).collect::<Vec<_>>(), ["SC124"]);
    let (lines, tally) = shown(&mut *found.rows);
    let wanted = [
        "b.xlsx#客户: 姓名=[甲一, 例某]",
        "b.xlsx#客户: 证件号码=[611010199001010000, -]",
        "b.xlsx#客户: 出生日期=[1, 2]",
        "b.xlsx#客户: 手机号=[13900000001, 13900000002]",
        "b.xlsx#旧表: 备注=[甲一的一段说明, 无]",
    ];
    assert_eq!(lines, wanted);
    assert_eq!(tally, Tally { rows: 4, ..Tally::default() });
}

#[test]
fn a_number_that_lost_digits_is_a_fraction_or_shows_its_exponent() {
    let mut found = opened(people(), Want::Everything).unwrap();
    let block = found.rows.next().unwrap().unwrap();
    let mut floats = 0;
    block
        .read(&mut |batch| {
            let damaged = batch.columns.iter().filter(|column| &*column.column.name == "证件号码");
            floats += damaged.filter(|c| matches!(c.cells, kouan_table::Cells::Floats(_))).count();
        })
        .unwrap();
    assert_eq!(floats, 1);
    let mut text = String::new();
    sheet::Value::Number(6.11e17).write(&mut text);
    assert_eq!(text, "6.11E+17");
}

#[test]
fn samples_and_metadata_read_no_more() {
    let mut found = opened(people(), Want::Sample(1)).unwrap();
    assert_eq!(shown(&mut *found.rows).1.rows, 2);
    let mut found = opened(people(), Want::Metadata).unwrap();
    assert_eq!(found.tables[0].columns.len(), 4);
    assert!(found.rows.next().unwrap().is_none());
}

#[test]
fn a_title_is_passed_over_and_groups_stand_before_names() {
    let rows = [
        text("A1", "客户登记表"),
        text("A2", "姓名") + &text("B2", "联系方式"),
        text("B3", "手机号") + &text("C3", "邮箱"),
        text("A4", "甲一") + &text("B4", "13900000001") + &text("C4", "a@example.com"),
        text("A5", "例某") + &text("B5", "13900000002") + &text("C5", "b@example.com"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let merged = r#"<mergeCells count="3"><mergeCell ref="A1:C1"/>
        <mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/></mergeCells>"#;
    let found = opened(xlsx(&[("s", false, sheet(&rows) + merged)], &[]), Want::Metadata).unwrap();
    let names: Vec<&str> = found.tables[0].columns.iter().map(|c| &*c.name).collect();
    assert_eq!(names, ["姓名", "联系方式.手机号", "联系方式.邮箱"]);
    let notes: Vec<_> = found.notes.iter().map(|note| note.code.0).collect();
    assert_eq!(notes, ["SC126", "SC127"]);
}

fn column_name(mut place: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + (place % 26) as u8));
        if place < 26 {
            return name;
        }
        place = place / 26 - 1;
    }
}

#[test]
fn a_sheet_of_too_many_columns_is_noted() {
    let wide = |columns: usize| {
        let row = |row: usize| -> String {
            (0..columns)
                .map(|c| format!(r#"<c r="{}{row}"><v>{c}</v></c>"#, column_name(c)))
                .collect()
        };
        xlsx(&[("s", false, sheet(&[&row(1), &row(2)]))], &[])
    };
    let mut found = opened(wide(COLUMNS), Want::Everything).unwrap();
    assert_eq!(found.tables[0].columns.len(), COLUMNS);
    assert_eq!(shown(&mut *found.rows).0.len(), COLUMNS);
    let mut found = opened(wide(100_000), Want::Everything).unwrap();
    assert_eq!(found.tables[0].columns.len(), COLUMNS);
    found.rows.next().unwrap().unwrap().read(&mut |_| {}).unwrap();
    let note = &found.rows.notes()[0];
    assert_eq!(note.code.0, "SC122");
    assert!(note.values.contains(&("count", (100_000 - COLUMNS).to_string())));
}

fn ods(rows: &str) -> Vec<u8> {
    let office = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        r#"<office:document-content xmlns:office="{office}:office:1.0"
            xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0"><office:body>
            <office:spreadsheet><table:table table:name="客户">{rows}</table:table>
            </office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = r#"<manifest:manifest
        xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("content.xml", content),
        ("META-INF/manifest.xml", manifest.to_owned()),
    ])
}

fn ods_text(text: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
    )
}

#[test]
fn an_ods_is_read_and_one_that_unfolds_too_far_is_not() {
    let row = |cells: String| format!("<table:table-row>{cells}</table:table-row>");
    let rows = row(ods_text("姓名") + &ods_text("入职日期"))
        + &row(ods_text("甲一")
            + r#"<table:table-cell office:value-type="date" office:date-value="1970-01-02"/>"#)
        + &row(ods_text("例某"));
    let mut found = opened(ods(&rows), Want::Everything).unwrap();
    let (lines, _) = shown(&mut *found.rows);
    assert_eq!(lines, ["b.xlsx#客户: 姓名=[甲一, 例某]", "b.xlsx#客户: 入职日期=[1, -]"]);
    let bomb = (r#"<table:table-row table:number-rows-repeated="1000000">
            <table:table-cell table:number-columns-repeated="16000"
            office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>"#)
        .to_owned();
    assert_eq!(opened(ods(&bomb), Want::Everything).err().unwrap().code.0, "SC129");
}

#[test]
fn a_workbook_is_read_up_to_its_limits() {
    let cells = |rows: u64| {
        format!(
            r#"<table:table-row table:number-rows-repeated="{rows}"><table:table-cell
            table:number-columns-repeated="2048" office:value-type="string"><text:p>a</text:p>
            </table:table-cell></table:table-row>"#
        )
    };
    let code = |bytes: Vec<u8>| opened(bytes, Want::Metadata).err().map(|found| found.code.0);
    let rows = crate::limits::HELD_CELLS / 2048;
    assert_eq!(code(ods(&cells(rows))), None);
    assert_eq!(code(ods(&cells(rows + 1))), Some("SC129"));

    let names: Vec<String> =
        (0..=crate::limits::WORKBOOK_SHEETS).map(|at| at.to_string()).collect();
    let sheets: Vec<(&str, bool, String)> =
        names.iter().map(|name| (name.as_str(), false, sheet(&[]))).collect();
    assert_eq!(code(xlsx(&sheets[1..], &[])), None);
    assert_eq!(code(xlsx(&sheets, &[])), Some("SC129"));
}

#[test]
fn what_is_no_workbook_is_an_error() {
    let cut = people();
    for bytes in [
        Vec::new(),
        b"PK\x03\x04".to_vec(),
        cut[..cut.len() / 2].to_vec(),
        vec![0xD0, 0xCF, 0x11, 0xE0],
    ] {
        assert_eq!(opened(bytes, Want::Everything).err().unwrap().code.0, "SC120");
    }
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(opened(locked, Want::Everything).err().unwrap().code.0, "SC125");
}

proptest! {
    #[test]
    fn damage_anywhere_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        for mut bytes in [people(), ods(&ods_text("姓名"))] {
            for (place, byte) in &changes {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
            let Ok(mut found) = opened(bytes, Want::Everything) else { continue };
            while let Ok(Some(block)) = found.rows.next() {
                let _ = block.read(&mut |_| {});
            }
        }
    }
}
