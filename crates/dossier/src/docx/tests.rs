//! Tests of DOCX: what is written is read back alike; tricks are named.

use kouan_rulebook::EMBEDDED;
use kouan_rulebook::papers::{Papers, Typography};
use kouan_terms::{Bilingual, Day, Language};

use super::{Member, pack, read, unpack, write};
use crate::document::{Block, Column, Document, Paragraph, Run, RunKind, Table, lines};

fn typography() -> Typography {
    let papers = Papers::load(EMBEDDED.iter().copied()).unwrap();
    let day: Day = "2026-11-22".parse().unwrap();
    papers.typography("cac-report", day).unwrap().text.clone()
}

fn words(zh: &str, en: &str) -> Run {
    let text = Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    Run { text, kind: RunKind::Words }
}

fn sample() -> Document {
    let both = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    let paragraph =
        |runs| Block::Paragraph(Paragraph { section: "a".into(), runs, plain: false, align: None });
    let cell = |zh: &str, en: &str| vec![words(zh, en)];
    Document {
        id: "sample".into(),
        of: "".into(),
        title: both("自评估报告", "Self-assessment report"),
        typography: "cac-report".into(),
        on: "2026-11-22".parse().unwrap(),
        blocks: vec![
            Block::Cover {
                title: both("自评估报告", "Self-assessment report"),
                lines: vec![cell("例某公司", "Example Ltd")],
            },
            Block::PageBreak,
            Block::Heading {
                section: "a".into(),
                level: 1,
                number: both("一、", "1"),
                runs: cell("概况", "Overview"),
            },
            paragraph(vec![words("共3,100人；", "3,100 persons; "), words("A&B<C>", "A&B<C>")]),
            Block::Table(Table {
                section: "a".into(),
                id: "t".into(),
                caption: cell("字段", "Fields"),
                columns: vec![
                    Column { head: both("名称", "Name"), width: 60 },
                    Column { head: both("级别", "Grade"), width: 40 },
                ],
                rows: vec![vec![cell("姓名", "name"), cell("2级", "grade 2")]],
            }),
        ],
        traces: Vec::new(),
        gaps: Vec::new(),
    }
}

#[test]
fn what_is_written_is_read_back() {
    let (document, typography) = (sample(), typography());
    for language in [Language::Zh, Language::En] {
        let bytes = write(&document, &typography, language).unwrap();
        assert_eq!(bytes, write(&document, &typography, language).unwrap());
        let read = read("sample.docx", &bytes).unwrap();
        let texts: Vec<&str> = read.lines.iter().map(|line| line.text.as_str()).collect();
        let expected: Vec<String> = lines(&document, language).iter().map(|l| l.text()).collect();
        assert_eq!(texts, expected);
        assert!(read.has_page_number && read.remarks.is_empty());
        assert_eq!(read.pages, [[11906, 16838, 1440, 1440, 1803, 1803]; 2]);
        assert_eq!((read.tables[0].rows, read.tables[0].repeated), (2, 1));
        assert_eq!(read.tables[0].unbroken, 2);
    }
}

#[test]
fn the_prescribed_look_is_read_back() {
    let bytes = write(&sample(), &typography(), Language::Zh).unwrap();
    let read = read("sample.docx", &bytes).unwrap();
    let heading = read.lines.iter().find(|line| line.text == "一、概况").unwrap();
    assert_eq!((heading.level, heading.exact_line), (Some(1), Some(520)));
    assert_eq!((&*heading.faces[0].east_asia, heading.faces[0].bold), ("SimHei", false));
    let body = read.lines.iter().find(|line| line.text.starts_with("共3,100人")).unwrap();
    assert_eq!((body.first_line_chars, body.exact_line), (200, Some(520)));
    let face = &body.faces[0];
    assert_eq!((&*face.east_asia, &*face.ascii), ("FangSong", "Times New Roman"));
    assert_eq!(face.half_points, 28);
}

/// The sample with some members changed, and the codes that reading it gives.
fn codes(change: impl Fn(&mut Vec<Member>)) -> Vec<&'static str> {
    let bytes = write(&sample(), &typography(), Language::Zh).unwrap();
    let mut members = unpack("sample.docx", &bytes).unwrap();
    change(&mut members);
    match read("sample.docx", &pack(&members).unwrap()) {
        Ok(read) => read.remarks.iter().map(|found| found.code.0).collect(),
        Err(finding) => vec![finding.code.0],
    }
}

fn replace(members: &mut [Member], from: &str, to: &str) {
    let document = members.iter_mut().find(|m| m.name == "word/document.xml").unwrap();
    let text = String::from_utf8(document.bytes.clone()).unwrap();
    assert!(text.contains(from), "{from}");
    document.bytes = text.replacen(from, to, 1).into_bytes();
}

#[test]
fn tricks_are_named() {
    let add = |name: &'static str, text: &'static str| {
        move |members: &mut Vec<Member>| {
            members.push(Member { name: name.to_owned(), bytes: text.as_bytes().to_vec() });
        }
    };
    let swap = |from: &'static str, to: &'static str| {
        move |members: &mut Vec<Member>| replace(members, from, to)
    };
    assert_eq!(codes(|_| {}), [""; 0]);
    assert_eq!(codes(add("word/vbaProject.bin", "x")), ["FL140"]);
    assert_eq!(codes(add("word/embeddings/a.bin", "x")), ["FL141"]);
    assert_eq!(codes(add("../evil.txt", "x")), ["FL133"]);
    assert_eq!(codes(add("/etc/evil", "x")), ["FL133"]);
    let outside = "<Relationships><Relationship Id=\"r\" Type=\"x/attachedTemplate\" \
                   Target=\"http://example.invalid/t.dotm\" TargetMode=\"External\"/></Relationships>";
    assert_eq!(codes(add("word/_rels/settings.xml.rels", outside)), ["FL143"]);
    let inserted = "<w:ins w:id=\"1\" w:author=\"x\"><w:r><w:t>共</w:t></w:r></w:ins></w:p>";
    assert_eq!(codes(swap("</w:p>", inserted)), ["FL142"]);
    let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>";
    assert_eq!(codes(swap("</w:p>", hidden)), ["FL144"]);
    let entity = "?>\n<!DOCTYPE a [<!ENTITY b \"c\">]>";
    assert_eq!(codes(swap("?>\n", entity)), ["FL146"]);
    assert_eq!(codes(swap("</w:p>", "</w:q>")), ["FL146"]);
    let deep: String = "<w:a>".repeat(300);
    assert_eq!(
        codes(|members| replace(members, "<w:body>", &format!("<w:body>{deep}"))),
        ["FL146"]
    );
    assert_eq!(codes(|members| members.retain(|m| m.name != "word/document.xml")), ["FL145"]);
}

/// Markup that is nearly right, and now and then not.
const MARKUP: &str = "(<w:(p|r|t|tbl|tr|del|ins|rPr|pPr|b|sz)[ />]|</w:(p|r|t|tbl)>\
                      |&[a-z#0-9]{0,4};|[a-z中文>\"=]){0,60}";

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
    ) {
        let _ = read("x.docx", &bytes);
        let member = Member { name: "word/document.xml".to_owned(), bytes };
        let _ = read("x.docx", &pack(&[member]).unwrap());
    }

    #[test]
    fn any_markup_is_read_or_refused(text in MARKUP) {
        let member = Member { name: "word/document.xml".to_owned(), bytes: text.into_bytes() };
        let _ = read("x.docx", &pack(&[member]).unwrap());
    }
}
