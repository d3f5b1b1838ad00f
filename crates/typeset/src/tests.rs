//! Tests of whole documents: what stands in the file, where lines and pages break.

use std::io::Read as _;
use std::sync::LazyLock;

use kouan_dossier::document::{Block, Column, Document, Paragraph, Run, RunKind, Table};
use kouan_rulebook::EMBEDDED;
use kouan_rulebook::papers::{Papers, Typography};
use kouan_terms::{Bilingual, Day, Language};

use crate::flow::{Content, Piece, flow};
use crate::lines::Line;
use crate::pages::{Pages, pages};
use crate::shape::Kind;
use crate::{FontBytes, Typesetter};

static SETTER: LazyLock<Typesetter> = LazyLock::new(|| Typesetter::new(None).unwrap());
static PAPERS: LazyLock<Papers> = LazyLock::new(|| Papers::load(EMBEDDED.iter().copied()).unwrap());

fn on() -> Day {
    "2026-11-22".parse().unwrap()
}

fn typography() -> &'static Typography {
    &PAPERS.typography("cac-report", on()).unwrap().text
}

fn both(zh: &str, en: &str) -> Bilingual {
    Bilingual { zh: zh.to_owned(), en: en.to_owned() }
}

fn run(zh: &str, en: &str) -> Run {
    Run { text: both(zh, en), kind: RunKind::Words }
}

fn paragraph(zh: &str, en: &str) -> Block {
    let runs = vec![run(zh, en)];
    Block::Paragraph(Paragraph { section: "s".into(), runs, plain: false, align: None })
}

fn heading(level: u32, zh: &str, en: &str) -> Block {
    let number = both("一、", "1");
    Block::Heading { section: "s".into(), level, number, runs: vec![run(zh, en)] }
}

fn table(rows: usize) -> Block {
    let column = |zh: &str, en: &str, width| Column { head: both(zh, en), width };
    let columns =
        vec![column("序号", "No.", 10), column("字段", "Field", 50), column("说明", "Meaning", 40)];
    let row = |index: usize| {
        let name = format!("staff.csv:a_rather_long_name_of_a_column_{index}");
        vec![
            vec![run(&index.to_string(), &index.to_string())],
            vec![run(&name, &name)],
            vec![run("员工的出行记录，用于报销。", "trips of staff, for expenses")],
        ]
    };
    Block::Table(Table {
        section: "s".into(),
        id: "t".into(),
        caption: vec![run("表 1 字段", "Table 1 Fields")],
        columns,
        rows: (1..=rows).map(row).collect(),
    })
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        id: "report".into(),
        of: "".into(),
        title: both("自评估报告", "Self-assessment report"),
        typography: "cac-report".into(),
        on: on(),
        blocks,
        traces: Vec::new(),
        gaps: Vec::new(),
    }
}

const LONG: &str = "本单位在境外提供个人信息之前，已经核对接收方所在国家的法律环境、“合同条款”（含附录）以及安全措施；\
    处理的目的、方式、范围与种类见附表，保存期限为2年，共1,250人。负责人已经确认：上述内容属实！";

fn long(times: usize) -> Block {
    paragraph(
        &LONG.repeat(times),
        &"The handler has compared the terms of the contract. ".repeat(times),
    )
}

fn laid(document: &Document, language: Language) -> Pages {
    let flow = flow(&SETTER.faces, document, typography(), language);
    assert_eq!(flow.missing, 0);
    pages(flow.pieces, &flow.heads, flow.page)
}

fn pdf(document: &Document, language: Language) -> Vec<u8> {
    SETTER.set(document, typography(), language).unwrap()
}

fn words(line: &Line) -> String {
    line.glyphs.iter().map(|glyph| glyph.character).collect()
}

fn all_lines(pages: &Pages) -> Vec<&Line> {
    let pieces = pages.sheets.iter().flat_map(|sheet| &sheet.pieces);
    let mut found = Vec::new();
    for Piece { content, .. } in pieces.map(|placed| &placed.what) {
        match content {
            Content::Line(line) => found.push(line),
            Content::Row(row, _) => found.extend(row.cells.iter().flat_map(|cell| &cell.lines)),
            _ => {}
        }
    }
    found
}

/// Every stream of a file, unpacked.
fn streams(pdf: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = pdf;
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|w| w == what);
    while let Some(at) = find(rest, b"stream\n") {
        rest = &rest[at + 7..];
        let Some(end) = find(rest, b"endstream") else { break };
        let mut text = Vec::new();
        let _ = flate2::read::ZlibDecoder::new(&rest[..end]).read_to_end(&mut text);
        found.push(String::from_utf8_lossy(&text).into_owned());
        rest = &rest[end + 9..];
    }
    found
}

#[test]
fn the_file_is_an_archival_pdf_with_its_fonts_title_and_language() {
    let blocks = vec![heading(1, "概况", "Overview"), heading(2, "流程", "Process"), long(3)];
    let pdf = pdf(&document(blocks), Language::Zh);
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.7"));
    for part in ["/FontFile2", "/FontFile3", "/Outlines", "/Lang(zh-CN)", "KouanFang", "KouanHei"] {
        assert!(text.contains(part) || text.replace(' ', "").contains(part), "{part}");
    }
    assert!(text.contains("自评估报告"), "the title stands in the metadata");
    assert!(text.contains("<pdfaid:part>2</pdfaid:part>"));
    assert!(text.contains("2026-11-22"));
    assert!(!text.contains("LXGW") && !text.contains("霞鹜"), "reserved names");
    assert!(pdf.len() < 200_000, "the fonts are reduced to what is used: {}", pdf.len());
}

#[test]
fn every_character_can_be_read_back() {
    let pdf = pdf(&document(vec![heading(1, "概况", "Overview"), long(1)]), Language::Zh);
    let maps = streams(&pdf).concat().to_lowercase();
    for character in LONG.chars().chain("一、概况".chars()).filter(|c| !c.is_whitespace()) {
        let code = format!("<{:04x}>", u32::from(character));
        assert!(maps.contains(&code), "{character}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = document(vec![heading(1, "概况", "Overview"), long(5), table(40)]);
    let first = pdf(&document, Language::Zh);
    let other = Typesetter::new(None).unwrap();
    assert!(other.set(&document, typography(), Language::Zh).unwrap() == first);
}

#[test]
fn an_empty_document_is_one_page() {
    for language in [Language::Zh, Language::En] {
        assert_eq!(laid(&document(Vec::new()), language).sheets.len(), 1);
        assert!(pdf(&document(Vec::new()), language).starts_with(b"%PDF"));
    }
    let empty =
        vec![paragraph("", ""), table(0), Block::Signature { section: "s".into(), lines: vec![] }];
    assert!(pdf(&document(empty), Language::Zh).starts_with(b"%PDF"));
}

#[test]
fn no_line_begins_with_closing_punctuation_or_ends_with_opening() {
    for cut in 0..40 {
        let text: String = LONG.chars().skip(cut).chain(LONG.repeat(4).chars()).collect();
        let pages = laid(&document(vec![paragraph(&text, "x")]), Language::Zh);
        // The first line begins with whatever the text begins with.
        for line in all_lines(&pages).into_iter().skip(1) {
            let first = line.glyphs.first().unwrap();
            let last = line.glyphs.last().unwrap();
            assert!(first.kind != Kind::Closing, "{}", words(line));
            assert!(last.kind != Kind::Opening, "{}", words(line));
        }
    }
}

#[test]
fn body_lines_fill_the_column_and_stand_26_points_apart() {
    let pages = laid(&document(vec![long(6)]), Language::Zh);
    let sheet = &pages.sheets[0];
    let column = 595.28 - 2.0 * 31.8 / 25.4 * 72.0;
    let count = sheet.pieces.len();
    for (index, placed) in sheet.pieces.iter().enumerate() {
        let Content::Line(line) = &placed.what.content else { panic!() };
        assert!((placed.y - (72.0 + 26.0 * index as f32)).abs() < 0.01);
        let width: f32 = line.glyphs.iter().map(|glyph| glyph.advance).sum();
        let indent = if index == 0 { 28.0 } else { 0.0 };
        assert!((line.x - indent).abs() < 0.01);
        if index + 1 < count {
            assert!((width + indent - column).abs() < 0.1, "{} {}", width, words(line));
        }
    }
}

#[test]
fn a_long_table_repeats_its_head_and_breaks_no_row() {
    let pages = laid(&document(vec![table(600)]), Language::Zh);
    assert!(pages.sheets.len() > 10);
    let mut rows = 0;
    for sheet in &pages.sheets {
        let mut kinds = sheet.pieces.iter().filter_map(|placed| match &placed.what.content {
            Content::Row(row, table) => Some((row, table.is_none(), placed.y)),
            _ => None,
        });
        let (_, is_head, _) = kinds.next().unwrap();
        assert!(is_head);
        for (row, is_head, y) in kinds {
            assert!(!is_head && y + row.height <= 841.89 - 72.0 + 0.1);
            rows += 1;
        }
    }
    assert_eq!(rows, 600);
}

#[test]
fn a_row_higher_than_a_page_loses_nothing() {
    let mut block = table(1);
    if let Block::Table(table) = &mut block {
        table.rows[0][2] = vec![run(&LONG.repeat(60), "x")];
    }
    let pages = laid(&document(vec![block]), Language::Zh);
    assert!(pages.sheets.len() > 2);
    let printed: usize = all_lines(&pages).iter().map(|line| line.glyphs.len()).sum();
    assert!(printed > LONG.chars().count() * 60);
}

#[test]
fn a_heading_never_stands_alone_at_the_foot_of_a_page() {
    for lines in 15..30 {
        let mut blocks: Vec<Block> = (0..lines).map(|_| paragraph("短句。", "Short.")).collect();
        blocks.extend([heading(1, "概况", "Overview"), heading(2, "流程", "Process"), long(2)]);
        let pages = laid(&document(blocks), Language::Zh);
        for sheet in &pages.sheets {
            assert!(sheet.pieces.last().is_none_or(|last| !last.what.keep), "{lines}");
        }
    }
}

#[test]
fn long_names_without_spaces_stay_in_their_column() {
    let name = "a".repeat(200);
    let pages = laid(&document(vec![paragraph(&name, &name), table(1)]), Language::En);
    for line in all_lines(&pages) {
        let width: f32 = line.glyphs.iter().map(|glyph| glyph.advance).sum();
        assert!(width < 415.1, "{}", words(line));
    }
}

#[test]
fn pages_count_from_the_one_after_the_cover() {
    let cover =
        Block::Cover { title: both("报告", "Report"), lines: vec![vec![run("某某", "X")]] };
    let pages = laid(&document(vec![cover, Block::PageBreak, long(60)]), Language::Zh);
    let numbers: Vec<_> = pages.sheets.iter().map(|sheet| sheet.number).take(3).collect();
    assert_eq!(numbers, [None, Some(1), Some(2)]);
}

#[test]
fn a_character_that_no_font_holds_is_a_finding() {
    let found = SETTER.set(
        &document(vec![paragraph("名\u{2A6D6}", "\u{2A6D6}\u{2A6D7}")]),
        typography(),
        Language::En,
    );
    let found = found.unwrap_err();
    assert_eq!(found.code.0, "FL170");
    assert!(found.values.contains(&("count", "2".to_owned())));
    assert!(found.values.contains(&("document", "report".to_owned())));
}

#[test]
fn a_given_font_that_is_none_is_refused() {
    let given = [FontBytes { name: "a.ttf".into(), bytes: vec![0; 40], index: 0 }];
    assert_eq!(Typesetter::new(Some(&given)).unwrap_err().code.0, "FL171");
}
