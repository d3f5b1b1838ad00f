//! Tests of answers: what is read, and what is refused by name.

use super::{Asked, Of, json_schema, read};
use crate::sample::PAPERS;
use kouan_rulebook::format::Per;

/// The codes that reading gives.
fn codes(text: &str) -> Vec<&'static str> {
    codes_in("answers.toml", text)
}

fn codes_in(file: &str, text: &str) -> Vec<&'static str> {
    let asked = Asked {
        papers: &PAPERS,
        flows: &["payroll"],
        recipients: &["Example GmbH"],
        fields: &["name"],
        on: "2026-11-22".parse().unwrap(),
    };
    let findings = match read(file, text, &asked) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings,
    };
    findings.iter().map(|found| found.code.0).collect()
}

fn one(answer: &str) -> String {
    format!("format = 1\n[[answer]]\n{answer}\nby = \"例某\"\non = 2026-11-01\n")
}

#[test]
fn good_answers_have_no_finding() {
    let digest = "0".repeat(64);
    let text = format!(
        "format = 1\nschema = \"kouan/answers/1\"\n[[profile]]\nquestion = \"handler.employees\"\n\
         value = 1250\nby = \"例某\"\non = 2026-11-01\n[[profile.evidence]]\n\
         kind = \"audit-report\"\nfile = \"a.pdf\"\nsha256 = \"{digest}\"\n\
         [[answer]]\nquestion = \"flow.title\"\nof = \"flow:payroll\"\nzh = \"工资\"\n\
         en = \"payroll\"\nby = \"例某\"\non = 2026-11-01\n[[state]]\nstate = \"draft\"\n\
         on = 2026-11-02\n"
    );
    assert_eq!(codes(&text), [""; 0]);
    let json = r#"{"format":1,"answer":[{"question":"handler.employees","value":3,
                   "by":"x","on":"2026-11-01"}]}"#;
    assert_eq!(codes_in("answers.json", json), [""; 0]);
}

#[test]
fn what_does_not_fit_is_named() {
    let slips: &[(&str, &[&str])] = &[
        ("question = \"handler.nobody\"\nvalue = 1", &["FL104"]),
        ("question = \"handler.employees\"\nof = \"flow:payroll\"\nvalue = 1", &["FL106"]),
        ("question = \"flow.title\"\nvalue = \"x\"", &["FL106"]),
        ("question = \"flow.title\"\nof = \"flow:other\"\nvalue = \"x\"", &["FL106"]),
        ("question = \"handler.employees\"\nvalue = \"many\"", &["FL107"]),
        ("question = \"assessment.finished_on\"\nvalue = \"soon\"", &["FL107"]),
        ("question = \"legal_representative.email\"\nvalue = \"nobody\"", &["FL107"]),
        ("question = \"legal_representative.nationality\"\nvalue = \"XX\"", &["FL107"]),
        ("question = \"handler.shareholders\"\nvalue = \"me\"", &["FL107"]),
        ("question = \"handler.shareholders\"\nvalue = [ { name = \"x\" } ]", &["FL116"]),
        ("question = \"handler.introduction\"\nzh = \"只有中文\"", &["FL112"]),
        ("question = \"handler.introduction\"\nnot_applicable = true", &["FL113"]),
        ("question = \"handler.introduction\"", &["FL117"]),
        ("question = \"handler.employees\"\nvalue = 1\nvalid_until = 2026-11-21", &["FL110"]),
        ("question = \"handler.employees\"\nvalue = 1\nvalid_until = \"later\"", &["FL122"]),
    ];
    for (answer, expected) in slips {
        assert_eq!(codes(&one(answer)), *expected, "{answer}");
    }
    let twice = "question = \"handler.employees\"\nvalue = 1";
    assert_eq!(codes(&format!("{}[[answer]]\n{twice}\n", one(twice))), ["FL105"]);
    assert_eq!(
        codes("format = 1\n[[answer]]\nquestion = \"handler.employees\"\nvalue = 1"),
        ["FL111"]
    );
    assert_eq!(codes("format = 2"), ["FL102"]);
    assert_eq!(codes("format = "), ["FL101"]);
    assert_eq!(codes("format = 1\nother = 1"), ["FL120"]);
    assert_eq!(codes(&"#".repeat(9 << 20)), ["FL103"]);
    let evidence = |kind: &str, digest: &str| {
        format!("format = 1\n[[evidence]]\nkind = \"{kind}\"\nfile = \"a\"\nsha256 = \"{digest}\"")
    };
    assert_eq!(codes(&evidence("audit-report", "12")), ["FL109"]);
    assert_eq!(codes(&evidence("rumour", &"0".repeat(64))), ["FL123"]);
}

#[test]
fn what_an_answer_is_of_round_trips() {
    for text in ["flow:payroll", "recipient:Example GmbH", "field:a:b"] {
        assert_eq!(Of::parse(text).unwrap().label(), text);
    }
    assert_eq!(Of::parse("field:a:b"), Some(Of::one(Per::Field, "a:b")));
    assert_eq!(
        [Of::parse("flow:"), Of::parse("payroll"), Of::parse("handler:x")],
        [None, None, None]
    );
    assert!(json_schema().contains("kouan/answers/1"));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,300}") {
        let _ = codes(&text);
        let _ = codes_in("a.json", &text);
        let _ = codes(&one(&text));
    }
}
