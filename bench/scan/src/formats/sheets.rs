//! Workbooks of the open format of spreadsheets (ECMA-376), the least that makes one.

use super::Fault;
use super::zipped::zipped;

/// A cell.
pub(crate) enum Cell {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A day, counted as spreadsheets count: 1 is 1900-01-01.
    Day(i64),
}

/// Days from what spreadsheets count from to 1970-01-01.
pub(crate) const DAYS_BEFORE_1970: i64 = 25_569;

/// A sheet: its name and its rows.
pub(crate) struct Sheet {
    pub(crate) name: &'static str,
    pub(crate) rows: Vec<Vec<Cell>>,
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// A workbook of these sheets.
pub(crate) fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, Fault> {
    let each = |part: &dyn Fn(usize, &Sheet) -> String| -> String {
        sheets.iter().enumerate().map(|(place, sheet)| part(place + 1, sheet)).collect()
    };
    let kinds = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>{}</Types>",
        each(&|number, _| format!(
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" \
             ContentType=\"{KIND}.worksheet+xml\"/>"
        ))
    );
    let root = format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = format!(
        "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{}</sheets></workbook>",
        each(&|number, sheet| format!(
            "<sheet name=\"{}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>",
            escaped(sheet.name)
        ))
    );
    let links = format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{}<Relationship Id=\"rId{}\" \
         Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>",
        each(&|number, _| format!(
            "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" \
             Target=\"worksheets/sheet{number}.xml\"/>"
        )),
        sheets.len() + 1
    );
    let bodies: Vec<(String, String)> = sheets
        .iter()
        .enumerate()
        .map(|(place, sheet)| (format!("xl/worksheets/sheet{}.xml", place + 1), body(sheet)))
        .collect();
    let styles = styles();
    let mut members = vec![
        ("[Content_Types].xml", kinds.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
    ];
    members.extend(bodies.iter().map(|(name, body)| (name.as_str(), body.as_bytes())));
    zipped(&members)
}

/// Style 0 is plain, style 1 a day.
fn styles() -> String {
    format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font/></fonts>\
         <fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders>\
         <cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
         <xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
    )
}

fn body(sheet: &Sheet) -> String {
    let mut text = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for (row, cells) in sheet.rows.iter().enumerate() {
        text.push_str(&format!("<row r=\"{}\">", row + 1));
        for (column, cell) in cells.iter().enumerate() {
            // No sheet of ours is wider than the alphabet.
            let place = format!("{}{}", char::from(b'A' + (column % 26) as u8), row + 1);
            text.push_str(&match cell {
                Cell::Text(words) => format!(
                    "<c r=\"{place}\" t=\"inlineStr\"><is><t>{}</t></is></c>",
                    escaped(words)
                ),
                Cell::Number(number) => format!("<c r=\"{place}\"><v>{number}</v></c>"),
                Cell::Day(day) => format!("<c r=\"{place}\" s=\"1\"><v>{day}</v></c>"),
            });
        }
        text.push_str("</row>");
    }
    text.push_str("</sheetData></worksheet>");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
