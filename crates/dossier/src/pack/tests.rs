//! Tests of packs: complete ones, ones with gaps, the same bytes, both languages alike.

use super::{archive, build};
use crate::Attached;
use crate::answers::Answers;
use crate::document::{RunKind, lines};
use crate::formats::Format;
use crate::sample::{ASSESSED, BOOK, FILED, LARGE, PAPERS, SEVERAL};
use crate::values::PartState;
use kouan_terms::Language;

#[test]
fn a_pack_without_answers_prints_gaps_and_makes_nothing_up() {
    let none = Answers::default();
    let pack = build(&ASSESSED.sources(&none), "security-assessment", None).unwrap();
    assert!(pack.view.gaps > 50);
    assert!(pack.view.parts.iter().any(|part| part.state == PartState::Missing));
    for document in &pack.documents {
        for gap in &document.gaps {
            let text: String = lines(document, Language::Zh).iter().map(|l| l.text()).collect();
            assert!(text.contains(&format!("【待补充：{}】", gap.name.zh)), "{}", gap.path);
        }
    }
    assert_eq!(pack.assessment.verdict, crate::assess::Verdict::NotReady);
}

#[test]
fn a_pack_with_every_answer_has_no_gap() {
    for (sample, id) in [(&ASSESSED, "security-assessment"), (&FILED, "standard-contract")] {
        let answers = sample.answers(&sample.full_answers(id));
        let pack = build(&sample.sources(&answers), id, None).unwrap();
        let open: Vec<&str> = pack.view.open.iter().map(|(gap, _)| &*gap.path).collect();
        assert!(open.is_empty(), "{id}: {open:?}");
        assert!(pack.view.parts.iter().all(|part| !part.state.is_open()), "{:#?}", pack.view.parts);
        assert!(pack.prefilled.per_mille() > 0);
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let answers = FILED.answers(&FILED.full_answers("standard-contract"));
    let make = || {
        let pack = build(&FILED.sources(&answers), "standard-contract", None).unwrap();
        archive(&pack).unwrap()
    };
    assert_eq!(crate::digest(&make()), crate::digest(&make()));
}

#[test]
fn both_languages_hold_the_same_values_in_the_same_order() {
    let answers = ASSESSED.answers(&ASSESSED.full_answers("security-assessment"));
    let pack = build(&ASSESSED.sources(&answers), "security-assessment", None).unwrap();
    assert!(!pack.documents.is_empty());
    for document in &pack.documents {
        let values = |language| {
            let lines = lines(document, language);
            let parts = lines.into_iter().flat_map(|line| line.parts);
            parts.filter(|p| p.kind != RunKind::Words).map(|p| p.kind).collect::<Vec<_>>()
        };
        assert_eq!(values(Language::Zh), values(Language::En), "{}", document.id);
        for trace in &document.traces {
            assert!(!trace.words.zh.is_empty() && !trace.words.en.is_empty(), "{}", trace.path);
            assert!(!trace.sources.is_empty(), "{}", trace.path);
        }
    }
}

#[test]
fn the_overview_prints_the_share_that_the_report_counts() {
    let answers = FILED.answers(&FILED.full_answers("standard-contract"));
    let pack = build(&FILED.sources(&answers), "standard-contract", None).unwrap();
    let share = pack.prefilled.per_mille();
    let overview = pack.documents.iter().find(|d| &*d.id == "readiness-overview").unwrap();
    let printed = overview.traces.iter().find(|t| &*t.path == "pack.prefilled_share").unwrap();
    assert_eq!(printed.words.zh, format!("{}.{}%", share / 10, share % 10));
}

#[test]
fn every_pack_of_the_rulebook_can_be_made() {
    let none = Answers::default();
    let sources = ASSESSED.sources(&none);
    for entry in PAPERS.packs().iter().filter(|entry| entry.holds_on(ASSESSED.on)) {
        let pack = build(&sources, &entry.id, None).unwrap();
        assert!(!pack.files.is_empty(), "{}", entry.id);
        let names: Vec<&str> = pack.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names.last(), Some(&"manifest.json"));
    }
    let unknown = build(&sources, "no-such-pack", None).unwrap_err();
    assert_eq!(unknown.code.0, "FL150");
}

#[test]
fn evidence_that_changed_or_is_gone_is_named() {
    let digest = crate::digest(b"a");
    let answers = FILED.answers(&format!(
        "format = 1\n[[evidence]]\nkind = \"credit-code-certificate\"\nfile = \"a.pdf\"\n\
         sha256 = \"{digest}\"\n[[evidence]]\nkind = \"agent-id\"\nfile = \"b.pdf\"\n\
         sha256 = \"{digest}\"\nvalid_until = 2026-11-01\n"
    ));
    let changed = crate::digest(b"b");
    let format = Some(Format::Pdf);
    let files = [Attached { file: "a.pdf", sha256: &changed, format, bytes: None }];
    let sources = crate::Sources { files: Some(&files), ..FILED.sources(&answers) };
    let pack = build(&sources, "standard-contract", None).unwrap();
    let codes: Vec<&str> = pack.findings.iter().map(|found| found.code.0).collect();
    assert_eq!(codes, ["FL114", "FL115", "FL125"]);
    let state = |id: &str| pack.view.parts.iter().find(|part| &*part.id == id).unwrap().state;
    assert_eq!(state("credit-code-certificate"), PartState::Changed);
}

#[test]
fn the_table_of_clauses_looks_into_the_contract() {
    let text = "<w:document><w:body><w:p><w:r><w:t>第三条 保存</w:t></w:r></w:p><w:p><w:r><w:t>\
                保存地点、保存期限，期满后删除。</w:t></w:r></w:p></w:body></w:document>";
    let member = crate::docx::Member {
        name: "word/document.xml".to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let bytes = crate::docx::pack(&[member]).unwrap();
    let digest = crate::digest(&bytes);
    let answers = ASSESSED.answers(&format!(
        "format = 1\n[[evidence]]\nkind = \"contract-draft\"\nfile = \"c.docx\"\n\
         sha256 = \"{digest}\"\n"
    ));
    let format = Some(Format::Docx);
    let files = [Attached { file: "c.docx", sha256: &digest, format, bytes: Some(&bytes) }];
    let sources = crate::Sources { files: Some(&files), ..ASSESSED.sources(&answers) };
    let pack = build(&sources, "security-assessment", None).unwrap();
    let table = pack.documents.iter().find(|d| &*d.id == "contract-clause-table").unwrap();
    let text: Vec<String> = lines(table, Language::Zh).iter().map(|line| line.text()).collect();
    assert!(text.contains(&"第三条".to_owned()), "{text:#?}");
    assert!(text.contains(&"未见约定".to_owned()));
}

#[test]
fn several_flows_and_recipients_make_one_pack_that_passes() {
    let answers = SEVERAL.answers(&SEVERAL.full_answers("standard-contract"));
    let sources = SEVERAL.sources(&answers);
    let pack = build(&sources, "standard-contract", None).unwrap();
    let open: Vec<_> = pack.view.open.iter().map(|(gap, _)| (&gap.path, &gap.of)).collect();
    assert!(open.is_empty(), "{open:?}");
    let mut names: Vec<&str> = pack.files.iter().map(|file| file.name.as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let checked = crate::check::Checked {
        files: &pack.files,
        book: &BOOK,
        papers: &PAPERS,
        sources: Some(&sources),
        on: SEVERAL.on,
    };
    let report = crate::check::check(&checked);
    assert!(report.is_clean(), "{:#?}", report.findings);
}

#[test]
fn fields_of_an_inventory_are_traced_to_their_columns() {
    let (sample, view) = &*LARGE;
    let answers = sample.answers(
        "format = 1\n[[answer]]\nquestion = \"field.necessity\"\nof = \"class:class-1\"\n\
         zh = \"必要\"\nen = \"needed\"\n",
    );
    let inventories = std::slice::from_ref(view);
    let sources = crate::Sources { inventories, ..sample.sources(&answers) };
    let pack = build(&sources, "standard-contract", None).unwrap();
    let report = pack.documents.iter().find(|d| &*d.id == "impact-assessment-report").unwrap();
    let classes: Vec<_> = report.traces.iter().filter(|t| &*t.path == "field.class").collect();
    assert_eq!(classes.len(), 600);
    let column =
        classes.iter().all(|trace| trace.sources.iter().any(|source| source.kind() == "inventory"));
    assert!(column);
    let needed = report.traces.iter().filter(|t| &*t.path == "field.necessity").count();
    assert_eq!(needed % 600 / 86, 1, "{needed}");
    let kinds = report.traces.iter().find(|t| &*t.path == "flow.pi_kinds");
    assert!(kinds.is_none_or(|trace| trace.words.zh.matches('、').count() == 6));
}
