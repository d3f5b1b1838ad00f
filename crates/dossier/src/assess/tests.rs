//! Tests of the pre-assessment: nothing answered, everything answered, one thing wrong.

use super::{Outcome, Verdict, assess};
use crate::answers::Answers;
use crate::pack::draft;
use crate::sample::{ASSESSED, PAPERS, Sample};

const PACK: &str = "security-assessment";

fn assessed(sample: &Sample, answers: &Answers) -> super::Assessment {
    let sources = sample.sources(answers);
    let draft = draft(&sources, PAPERS.pack(PACK, sample.on).unwrap());
    assess(&sources, &draft)
}

#[test]
fn nothing_answered_is_not_ready() {
    let found = assessed(&ASSESSED, &Answers::default());
    assert_eq!(found.verdict, Verdict::NotReady);
    assert_eq!(found.results.len(), 74);
    assert!(found.blockers().count() > 10);
    assert!(found.fixes().len() <= found.results.iter().filter(|r| r.outcome.fails()).count());
}

#[test]
fn everything_answered_has_no_blocker() {
    let answers = ASSESSED.answers(&ASSESSED.full_answers(PACK));
    let found = assessed(&ASSESSED, &answers);
    let failing: Vec<_> = found
        .results
        .iter()
        .filter(|result| result.outcome.fails())
        .map(|result| (&*result.id, result.outcome, &result.open))
        .collect();
    assert!(failing.is_empty(), "{failing:#?}");
    assert_ne!(found.verdict, Verdict::NotReady);
    let total: usize = found.counts().iter().take(5).map(|(_, count)| count).sum();
    assert_eq!(total, 74);
    assert_eq!(found.good_until.unwrap().to_string(), "2027-02-01");
}

#[test]
fn one_thing_wrong_is_named() {
    let text = ASSESSED.full_answers(PACK);
    let wrong = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let answers = ASSESSED.answers(&text.replace(from, to));
        let found = assessed(&ASSESSED, &answers);
        let failing = found.results.into_iter().filter(|result| result.outcome.fails());
        failing.map(|result| result.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(wrong("北京市示例区", "上海市示例区"), ["A1"]);
    let stale = "question = \"assessment.finished_on\"\nvalue = 2026-11-01";
    assert!(text.contains(stale));
    assert_eq!(wrong(stale, &stale.replace("2026-11-01", "2026-08-01")), ["B7"]);
    let kind = "kind = \"legal-representative-id\"";
    assert_eq!(wrong(kind, "kind = \"agent-id\""), ["B2"]);
}

#[test]
fn a_person_has_to_be_on_record_for_what_a_person_judges() {
    let text = ASSESSED.full_answers(PACK);
    let of = |text: &str, id: &str| {
        let found = assessed(&ASSESSED, &ASSESSED.answers(text));
        let result = found.results.into_iter().find(|result| &*result.id == id).unwrap();
        (result.outcome, result.open, result.confirmed.map(|by| (by.by.zh, by.on.to_string())))
    };
    let by = Some(("例某".to_owned(), "2026-11-01".to_owned()));
    assert_eq!(of(&text, "D3"), (Outcome::Pass, Vec::new(), by));
    let missing = (Outcome::EvidenceMissing, vec!["review.confirmed".into()], None);
    assert_eq!(of(&text.replace("check = \"D3\"", "check = \"X3\""), "D3"), missing);
    let row = "check = \"D3\", by = \"例某\", on = \"2026-11-01\"";
    assert!(text.contains(row));
    let tomorrow = text.replace(row, &row.replace("2026-11-01", "2026-11-23"));
    assert_eq!(of(&tomorrow, "D3"), missing, "not before it happened");
    // A check of another kind does not pass because somebody says so.
    let kind = "kind = \"legal-representative-id\"";
    let other = text.replace(kind, "kind = \"agent-id\"");
    let other = other.replace("check = \"D3\"", "check = \"B2\"");
    assert_eq!(of(&other, "B2").0, Outcome::EvidenceMissing);
    let none = assessed(&ASSESSED, &ASSESSED.answers("format = 1\n"));
    let judged = none.results.iter().find(|result| &*result.id == "D3").unwrap();
    assert_eq!(judged.outcome, Outcome::Open, "nothing to judge yet");
}

#[test]
fn fixes_stand_once_and_what_weighs_most_first() {
    let found = assessed(&ASSESSED, &Answers::default());
    let fixes = found.fixes();
    assert!(fixes.windows(2).all(|pair| pair[0].severity <= pair[1].severity));
    assert!(fixes.iter().all(|fix| fix.outcome.fails()));
    let failing: Vec<_> = found.results.iter().filter(|result| result.outcome.fails()).collect();
    for result in &failing {
        assert_eq!(fixes.iter().filter(|fix| fix.fix == result.fix).count(), 1, "{}", result.id);
    }
    let blockers = found.blockers().count();
    assert!(blockers > 0 && blockers < failing.len());
    let complete = assessed(&ASSESSED, &ASSESSED.answers(&ASSESSED.full_answers(PACK)));
    assert_eq!(complete.fixes().len(), 0);
}

#[test]
fn a_check_that_does_not_concern_the_filing_is_not_applicable() {
    let answers = ASSESSED.answers(&ASSESSED.full_answers(PACK));
    let found = assessed(&ASSESSED, &answers);
    let minors = found.results.iter().find(|result| &*result.id == "E4").unwrap();
    assert_eq!(minors.outcome, Outcome::NotApplicable);
}

#[test]
fn a_contract_that_can_be_read_has_to_hold_its_heads() {
    let text =
        "<w:document><w:body><w:p><w:r><w:t>处理目的</w:t></w:r></w:p></w:body></w:document>";
    let member = crate::docx::Member {
        name: "word/document.xml".to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let bytes = crate::docx::pack(&[member]).unwrap();
    let digest = crate::digest(b"contract-draft");
    let text = ASSESSED.full_answers(PACK).replace("contract-draft.pdf", "contract-draft.docx");
    let answers = ASSESSED.answers(&text);
    let mut files: Vec<crate::Attached<'_>> = answers
        .evidence
        .iter()
        .map(|file| crate::Attached {
            file: &file.file,
            sha256: &file.sha256,
            format: crate::formats::Format::of_extension(file.file.rsplit('.').next().unwrap()),
            bytes: None,
        })
        .collect();
    files.retain(|file| file.file != "contract-draft.docx" && file.file != "executed-contract.pdf");
    let file = "contract-draft.docx";
    let format = crate::formats::Format::of_content(&bytes);
    files.push(crate::Attached { file, sha256: &digest, format, bytes: Some(&bytes) });
    let sources = crate::Sources { files: Some(&files), ..ASSESSED.sources(&answers) };
    let draft = draft(&sources, PAPERS.pack(PACK, ASSESSED.on).unwrap());
    let found = assess(&sources, &draft);
    let of = |id: &str| found.results.iter().find(|result| &*result.id == id).unwrap().outcome;
    assert_eq!((of("H1"), of("H2"), of("H6")), (Outcome::Pass, Outcome::Gap, Outcome::Gap));
}
