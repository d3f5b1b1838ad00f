//! Tests of the papers: as shipped, and what is refused or found in broken ones.

use kouan_terms::{Day, Route};

use super::{Papers, check};
use crate::{Book, EMBEDDED};

/// A small set of papers that has no finding.
const SMALL: &[(&str, &str)] = &[
    (
        "papers/typography.toml",
        r#"format = 1
source = ["S18"]
confidence = "high"
[[typography]]
id = "report"
instrument = "cn/sa-guide-3"
in_force = { from = 2026-01-01 }
page = { size = "A4", top_mm = 25.4, bottom_mm = 25.4, left_mm = 31.8, right_mm = 31.8 }
body = { face = "FangSong", points = 14 }
latin = { face = "Times New Roman" }
heading = [{ level = 1, face = "SimHei" }]
line_pitch_points = 26
first_line_indent_chars = 2
[[typography]]
id = "letter"
same_as = "report"
in_force = { from = 2026-01-01 }
"#,
    ),
    (
        "papers/packs.toml",
        r#"format = 1
source = ["S18"]
confidence = "high"
[[pack]]
id = "assessment"
zh = "安全评估申报材料"
en = "security assessment application"
routes = ["security-assessment"]
instruments = ["cn/sa-guide-3"]
in_force = { from = 2026-01-01 }
receiver = { zh = "省级网信办", en = "provincial CAC" }
channel = { zh = "经申报系统提交", en = "through the filing system" }
[[pack.part]]
id = "report"
zh = "自评估报告"
en = "self-assessment report"
kind = "document"
document = "report"
required = true
folder = "01-自评估报告"
[[pack.part]]
id = "certificate"
zh = "证照"
en = "certificate"
kind = "attachment"
evidence = "certificate"
required = true
when = [ { value = "handler.name", is = "x" } ]
folder = "02-证照"
"#,
    ),
    (
        "papers/questions/handler.toml",
        r#"format = 1
source = ["S18"]
confidence = "high"
[[question]]
id = "handler.owner"
name = { zh = "实际控制人", en = "actual controller" }
asks = { zh = "实际控制人是谁？", en = "Who is the actual controller?" }
type = "text"
evidence = ["certificate"]
effort = 2
"#,
    ),
    (
        "papers/evidence.toml",
        r#"format = 1
source = ["S18"]
confidence = "high"
[[evidence]]
id = "certificate"
zh = "统一社会信用代码证"
en = "credit-code certificate"
"#,
    ),
    (
        "papers/values/all.toml",
        r#"format = 1
source = ["S18"]
confidence = "high"
[[value]]
path = "handler.name"
zh = "处理者名称"
en = "name of the handler"
type = "text"
from = "declaration"
"#,
    ),
    (
        "papers/tables.toml",
        r#"format = 1
source = ["S18"]
confidence = "high"
[[table]]
id = "flows"
caption = { zh = "场景", en = "flows" }
rows = "flows"
columns = [
  { id = "name", zh = "名称", en = "name", value = "handler.name", width = 100 },
]
"#,
    ),
    (
        "papers/documents/report.toml",
        r#"format = 1
source = ["S18"]
confidence = "high"
id = "report"
zh = "自评估报告"
en = "self-assessment report"
instrument = "cn/sa-guide-3"
in_force = { from = 2026-01-01 }
typography = "letter"
language = "zh"
[[section]]
id = "overview"
level = 1
zh = "概况"
en = "overview"
[[section.block]]
kind = "paragraph"
zh = "{handler.name}为数据处理者。"
en = "{handler.name} is the data handler."
[[section.block]]
kind = "answer"
question = "handler.owner"
[[section.block]]
kind = "table"
table = "flows"
when = [ { value = "flow.act", any_of = ["sent-abroad"] } ]
[[section.block]]
kind = "page-break"
"#,
    ),
];

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The codes that loading and checking give once `from` in a file becomes `to`.
fn codes(book: &Book, file: &str, from: &str, to: &str) -> Vec<&'static str> {
    let (_, text) = SMALL.iter().find(|(name, _)| *name == file).unwrap();
    assert!(text.contains(from), "{from} is not in {file}");
    let changed = text.replacen(from, to, 1);
    let files =
        SMALL.iter().map(|(name, text)| (*name, if *name == file { &*changed } else { *text }));
    let findings = match Papers::load(files) {
        Ok(papers) => check(&papers, book),
        Err(findings) => findings,
    };
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
    codes.dedup();
    codes
}

#[test]
fn the_shipped_papers_have_no_finding() {
    let book = crate::load(EMBEDDED.iter().copied()).unwrap();
    let papers = Papers::load(EMBEDDED.iter().copied());
    let findings = match &papers {
        Ok(papers) => check(papers, &book),
        Err(findings) => findings.clone(),
    };
    let findings: Vec<String> = findings
        .into_iter()
        .map(|found| {
            let place = found.place.map(|place| format!("{}:{:?}", place.file, place.bytes));
            format!("{}: {} {:?}", place.unwrap_or_default(), found.code.0, found.values)
        })
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn a_small_set_is_read_and_looked_up_by_day() {
    let papers = Papers::load(SMALL.iter().copied()).unwrap();
    let count = |route, text| papers.packs_for(route, day(text)).count();
    assert_eq!(count(Route::SecurityAssessment, "2026-01-01"), 1);
    assert_eq!(count(Route::SecurityAssessment, "2025-12-31"), 0);
    assert_eq!(count(Route::Exempt, "2026-01-01"), 0);
    let letter = papers.typography("letter", day("2026-11-22")).unwrap();
    assert_eq!((&*letter.text.body.face, letter.text.headings.len()), ("FangSong", 1));
    assert_eq!(papers.name_of("handler.owner").unwrap().en, "actual controller");
    assert_eq!(papers.name_of("handler.name").unwrap().zh, "处理者名称");
}

#[test]
fn deciding_leaves_the_papers_alone() {
    let book = crate::load(EMBEDDED.iter().copied()).unwrap();
    let broken = EMBEDDED.iter().copied().chain([("papers/packs.toml", "[[[")]);
    assert_eq!(crate::load(broken).unwrap().digest, book.digest);
}

#[test]
fn one_slip_gives_one_finding() {
    let book = crate::load_without_cases(EMBEDDED.iter().copied()).unwrap();
    let (packs, questions) = ("papers/packs.toml", "papers/questions/handler.toml");
    let (documents, tables) = ("papers/documents/report.toml", "papers/tables.toml");
    let (values, typography) = ("papers/values/all.toml", "papers/typography.toml");
    let again = "[[value]]\npath = \"handler.name\"\nzh = \"名\"\nen = \"n\"\ntype = \"text\"\n\
                 from = \"declaration\"\n[[value]]";
    let slips: &[(&str, &str, &str, &[&str])] = &[
        (packs, "format = 1", "format = 2", &["RB102"]),
        (packs, "kind = \"document\"", "kind = \"paper\"", &["RB101"]),
        (packs, "\"security-assessment\"", "\"assessment\"", &["RB114"]),
        (packs, "document = \"report\"\n", "", &["RB223"]),
        (packs, "document = \"report\"", "document = \"raport\"", &["RB221"]),
        (packs, "evidence = \"certificate\"", "evidence = \"paper\"", &["RB221"]),
        (packs, "value = \"handler.name\"", "value = \"handler.nom\"", &["RB221"]),
        (packs, "is = \"x\"", "are = \"x\"", &["RB101"]),
        (packs, "[\"cn/sa-guide-3\"]", "[\"cn/sa-guide-9\"]", &["RB103"]),
        (packs, "id = \"certificate\"", "id = \"report\"", &["RB110"]),
        (packs, "省级网信办", "", &["RB130"]),
        (packs, "in_force = { from = 2026-01-01 }", "in_force = { from = 2020-01-01 }", &["RB104"]),
        (questions, "type = \"text\"", "type = \"choice\"", &["RB225"]),
        (questions, "effort = 2", "effort = 6", &["RB228"]),
        (questions, "[\"S18\"]", "[]", &["RB161"]),
        (questions, "[\"S18\"]", "[\"S1800\"]", &["RB160"]),
        (values, "[[value]]", again, &["RB110"]),
        (documents, "{handler.name} is", "The handler is", &["RB222"]),
        (documents, "{handler.name}为", "{handler.name为", &["RB233"]),
        (documents, "\"letter\"", "\"poster\"", &["RB221"]),
        (documents, "level = 1", "level = 2", &["RB227"]),
        (documents, "\"handler.owner\"", "\"handler.boss\"", &["RB221"]),
        (documents, "\"flows\"", "\"flow\"", &["RB221"]),
        (tables, "rows = \"flows\"", "rows = \"flaws\"", &["RB101"]),
        (tables, "rows = \"flows\"", "rows = \"answer\"", &["RB221"]),
        (tables, "rows = \"flows\"", "rows = \"engine\"", &["RB221"]),
        (tables, "value = \"handler.name\"", "value = \"handler.nom\"", &["RB221"]),
        (tables, "value = \"handler.name\"", "value = \"row.number\"", &[]),
        (typography, "same_as = \"report\"", "same_as = \"reprot\"", &["RB221", "RB226"]),
    ];
    for (file, from, to, expected) in slips {
        assert_eq!(codes(&book, file, from, to), *expected, "{file}: `{from}` became `{to}`");
    }
    let bare = "[[section]]\nid = \"bare\"\nlevel = 1\nzh = \"空\"\nen = \"bare\"\n[[section]]";
    assert_eq!(codes(&book, documents, "[[section]]", bare), ["RB232"]);
    let row = "columns = [";
    let fixed = "row = [{ label = { zh = \"甲\", en = \"a\" } }]\ncolumns = [";
    assert_eq!(codes(&book, tables, row, fixed), ["RB229"]);
    let strange = SMALL.iter().copied().chain([("papers/strange.toml", "")]);
    assert_eq!(Papers::load(strange).unwrap_err()[0].code.0, "RB220");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}", place in 0_usize..7) {
        let (name, _) = SMALL[place];
        let kept = SMALL.iter().copied().filter(|(other, _)| *other != name);
        let _ = Papers::load(kept.chain([(name, text.as_str())]));
    }
}
