//! Tests of checking: a good pack passes, every planted fault is found.

use super::{Checked, Report, check, clauses};
use crate::answers::Answers;
use crate::docx::{Member, pack, unpack};
use crate::pack::build;
use crate::sample::{BOOK, FILED, PAPERS};
use kouan_terms::Day;

const PACK: &str = "standard-contract";

fn made() -> (Answers, Vec<Member>) {
    let answers = FILED.answers(&FILED.full_answers(PACK));
    let pack = build(&FILED.sources(&answers), PACK, None).unwrap();
    (answers, pack.files)
}

fn report(answers: Option<&Answers>, files: &[Member], on: Day) -> Report {
    let sources = answers.map(|answers| FILED.sources(answers));
    check(&Checked { files, book: &BOOK, papers: &PAPERS, sources: sources.as_ref(), on })
}

fn errors(report: &Report) -> Vec<&'static str> {
    let errors = report.findings.iter().filter(|f| f.severity == kouan_terms::Severity::Error);
    let mut codes: Vec<&str> = errors.map(|found| found.code.0).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The Chinese report among the files.
fn report_of(files: &mut [Member]) -> &mut Member {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let is_report = |file: &&mut Member| file.name.contains("报告") && file.name.ends_with(".docx");
    files.iter_mut().find(is_report).unwrap_or_else(|| panic!("{names:#?}"))
}

/// Changes the body of a DOCX.
fn edit(file: &mut Member, from: &str, to: &str) {
    let mut members = unpack("x.docx", &file.bytes).unwrap();
    let mut hits = 0;
    for member in &mut members {
        let text = String::from_utf8(member.bytes.clone()).unwrap();
        hits += usize::from(text.contains(from));
        member.bytes = text.replacen(from, to, 1).into_bytes();
    }
    assert!(hits > 0, "{from}");
    file.bytes = pack(&members).unwrap();
}

#[test]
fn a_good_pack_passes() {
    let (answers, files) = made();
    let report = report(Some(&answers), &files, FILED.on);
    assert_eq!(errors(&report), [""; 0], "{:#?}", report.findings);
    assert!(report.papers > 4 && report.traces.0 > 50 && report.traces.0 == report.traces.1);
    let zipped = Member { name: "pack.zip".to_owned(), bytes: pack(&files).unwrap() };
    let zipped = super::tests::report(None, &[zipped], FILED.on);
    assert_eq!(errors(&zipped), [""; 0], "{:#?}", zipped.findings);
}

#[test]
fn planted_faults_are_found() {
    let (answers, good) = made();
    let found = |change: &dyn Fn(&mut Vec<Member>)| {
        let mut files = good.clone();
        change(&mut files);
        errors(&report(Some(&answers), &files, FILED.on))
    };
    let contains = |codes: Vec<&str>, code: &str| {
        assert!(codes.contains(&code), "{code} is not among {codes:?}");
    };
    contains(found(&|files| edit(report_of(files), "3,100人", "1,300人")), "FL204");
    contains(found(&|files| edit(report_of(files), "3,100人", "1,300人")), "FL201");
    contains(found(&|files| files.retain(|f| !f.name.contains("承诺"))), "FL202");
    let size = "<w:sz w:val=\"28\"/><w:szCs";
    contains(found(&|files| edit(report_of(files), size, "<w:sz w:val=\"24\"/><w:szCs")), "FL223");
    contains(found(&|files| edit(report_of(files), "w:line=\"520\"", "w:line=\"360\"")), "FL225");
    contains(found(&|files| edit(report_of(files), "FangSong", "SimSun")), "FL222");
    contains(found(&|files| edit(report_of(files), "w:left=\"1803\"", "w:left=\"900\"")), "FL221");
    contains(
        found(&|files| {
            edit(report_of(files), "</w:body>", "<w:p><w:del w:id=\"1\"/></w:p></w:body>");
        }),
        "FL142",
    );
    contains(
        found(&|files| {
            edit(
                report_of(files),
                "</w:sectPr>",
                "</w:sectPr><w:p><w:r><w:t>【待补充：姓名】</w:t></w:r></w:p>",
            );
        }),
        "FL230",
    );
}

#[test]
fn a_stale_report_is_found() {
    let (answers, files) = made();
    let later: Day = "2027-02-11".parse().unwrap();
    assert!(errors(&report(Some(&answers), &files, later)).contains(&"FL240"));
    let earlier: Day = "2026-10-01".parse().unwrap();
    assert!(errors(&report(None, &files, earlier)).contains(&"FL241"));
}

#[test]
fn a_changed_answer_is_found() {
    let (_, files) = made();
    let text = FILED.full_answers(PACK).replace("1250", "1251");
    let changed = FILED.answers(&text);
    let report = report(Some(&changed), &files, FILED.on);
    assert!(errors(&report).contains(&"FL210"), "{:#?}", errors(&report));
    assert!(report.findings.iter().any(|found| found.code.0 == "FL206"));
}

#[test]
fn heads_of_a_contract_are_looked_for() {
    let text = "第一条 处理目的、处理方式、数据范围；境外接收方处理仅可用于上述目的。\n\
                第二条 保存地点、保存期限；期满后删除。\n第三条 再转移须经书面同意。";
    let heads = clauses(&PAPERS, "art9", FILED.on, text);
    assert_eq!(heads.len(), 6);
    let missing: Vec<&str> =
        heads.iter().filter(|head| head.found.is_empty()).map(|head| &*head.id).collect();
    assert_eq!(missing, ["art9.changes", "art9.remedies", "art9.incidents"], "{heads:#?}");
}

#[test]
fn a_report_made_by_others_is_read_as_far_as_it_can_be() {
    let (_, mut files) = made();
    let mut report_file = report_of(&mut files).clone();
    let alone = report(None, std::slice::from_ref(&report_file), FILED.on);
    assert_eq!(errors(&alone), [""; 0], "{:#?}", alone.findings);
    edit(&mut report_file, "FangSong", "SimSun");
    edit(&mut report_file, "w:firstLineChars=\"200\"", "w:firstLineChars=\"0\"");
    let alone = report(None, &[report_file], FILED.on);
    assert_eq!(errors(&alone), ["FL222", "FL226"]);
}

#[test]
fn too_many_members_are_refused() {
    let member = |index: usize| Member { name: format!("{index}"), bytes: Vec::new() };
    let many: Vec<Member> = (0..=crate::limits::ARCHIVE_MEMBERS).map(member).collect();
    assert_eq!(unpack("x.zip", &pack(&many).unwrap()).unwrap_err().code.0, "FL132");
    assert!(unpack("x.zip", &pack(&many[1..]).unwrap()).is_ok());
}

proptest::proptest! {
    #[test]
    fn any_files_are_checked(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
        text in "[{}\\[\\]\":,a-z0-9]{0,80}",
        kind in 0_usize..4,
    ) {
        let name = ["a.docx", "a.json", "a.zip", "a.pdf"][kind].to_owned();
        let _ = report(None, &[Member { name: name.clone(), bytes }], FILED.on);
        let twin = format!("{{\"schema\":\"kouan/paper/1\",\"lines\":[],\"traces\":[{text}]}}");
        let _ = report(None, &[Member { name, bytes: twin.into_bytes() }], FILED.on);
    }
}
