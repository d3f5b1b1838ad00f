//! Tests of one fault each: planted in a good pack, found under its code and no other.

use serde_json::Value as Json;

use super::{Checked, check};
use crate::answers::Answers;
use crate::docx::{Member, pack, unpack};
use crate::pack::build;
use crate::sample::{ASSESSED, BOOK, FILED, PAPERS, Sample};

/// A good pack of a sample, with the answers it was made from.
struct Good {
    sample: &'static Sample,
    answers: Answers,
    files: Vec<Member>,
}

impl Good {
    fn new(sample: &'static Sample, id: &str) -> Good {
        let answers = sample.answers(&sample.full_answers(id));
        let files = build(&sample.sources(&answers), id, None).unwrap().files;
        Good { sample, answers, files }
    }

    /// The codes that a change of the files brings about, each once, sealed anew or not.
    fn codes(&self, sealed: bool, change: &dyn Fn(&mut Vec<Member>)) -> Vec<&'static str> {
        let mut files = self.files.clone();
        change(&mut files);
        if sealed {
            seal(&mut files);
        }
        let sources = self.sample.sources(&self.answers);
        let checked = Checked {
            files: &files,
            book: &BOOK,
            papers: &PAPERS,
            sources: Some(&sources),
            on: self.sample.on,
        };
        let findings = check(&checked).findings;
        let mut codes: Vec<&str> = findings.iter().map(|found| found.code.0).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// As for [`Self::codes`], with the digests of the manifest written anew.
    fn hidden(&self, change: &dyn Fn(&mut Vec<Member>)) -> Vec<&'static str> {
        self.codes(true, change)
    }
}

fn seal(files: &mut [Member]) {
    let digests: Vec<(String, String)> =
        files.iter().map(|file| (file.name.clone(), crate::digest(&file.bytes))).collect();
    json(files, "manifest.json", &|manifest| {
        for entry in manifest["files"].as_array_mut().unwrap() {
            let held = digests.iter().find(|(name, _)| entry["name"] == name.as_str());
            if let Some((_, digest)) = held {
                entry["sha256"] = digest.as_str().into();
            }
        }
    });
}

/// Changes the JSON of the first file whose name holds some words.
fn json(files: &mut [Member], name: &str, change: &dyn Fn(&mut Json)) {
    let file = files.iter_mut().find(|file| file.name.contains(name)).unwrap();
    let mut value = serde_json::from_slice(&file.bytes).unwrap();
    change(&mut value);
    file.bytes = serde_json::to_vec(&value).unwrap();
}

/// Replaces words once in the body of the first paper whose name holds some words.
fn body(files: &mut [Member], name: &str, from: &str, to: &str) {
    let held = |file: &&mut Member| file.name.contains(name) && file.name.ends_with(".docx");
    let file = files.iter_mut().find(held).unwrap();
    let mut members = unpack("x.docx", &file.bytes).unwrap();
    let document = members.iter_mut().find(|m| m.name == "word/document.xml").unwrap();
    let text = String::from_utf8(document.bytes.clone()).unwrap();
    assert!(text.contains(from), "{from}");
    document.bytes = text.replacen(from, to, 1).into_bytes();
    file.bytes = pack(&members).unwrap();
}

/// The trace of a path in a twin.
fn trace<'j>(twin: &'j mut Json, path: &str) -> &'j mut Json {
    let traces = twin["traces"].as_array_mut().unwrap();
    traces.iter_mut().find(|trace| trace["path"] == path).unwrap()
}

const REPORT: &str = "影响评估报告";
const TWIN: &str = "data/impact-assessment-report.json";
const POWER: &str = "授权委托书";

#[test]
fn a_pack_edited_by_hand_is_found() {
    let good = Good::new(&FILED, "standard-contract");
    assert_eq!(good.hidden(&|_| {}), [""; 0]);
    assert_eq!(good.codes(false, &|files| json(files, "completeness", &|_| {})), ["FL201"]);
    assert_eq!(good.hidden(&|files| files.retain(|f| f.name != "completeness.json")), ["FL202"]);
    let more = Member { name: "extra.bin".to_owned(), bytes: vec![1] };
    assert_eq!(good.hidden(&|files| files.push(more.clone())), ["FL203"]);
    assert_eq!(good.hidden(&|files| body(files, REPORT, "3,100人", "1,300人")), ["FL204"]);
    let broken = |files: &mut Vec<Member>| {
        let file = files.iter_mut().find(|file| file.name == "completeness.json").unwrap();
        file.bytes = b"{".to_vec();
    };
    assert_eq!(good.hidden(&broken), ["FL200"]);
}

#[test]
fn a_trace_that_does_not_hold_is_found() {
    let good = Good::new(&FILED, "standard-contract");
    let twin = |change: &dyn Fn(&mut Json)| good.hidden(&|files| json(files, TWIN, change));
    let other = || Json::from(format!("sha256:{}", "0".repeat(64)));
    assert_eq!(
        twin(&|twin| twin["sources"]["rulebook"]["papers"] = other()),
        ["FL205"],
        "made from other papers than the manifest names"
    );
    assert_eq!(
        twin(&|twin| trace(twin, "handler.name")["sources"] = Json::Array(vec![])),
        ["FL209"]
    );
    assert_eq!(
        twin(&|twin| trace(twin, "handler.name")["sources"][0]["digest"] = other()),
        ["FL209"],
        "a source that the twin does not name"
    );
    // The words of the paper, and of what the declaration says now.
    assert_eq!(
        twin(&|twin| trace(twin, "handler.name")["words"]["zh"] = "甲乙公司".into()),
        ["FL210", "FL211"]
    );
    let lines = |files: &mut Vec<Member>, to: &str| body(files, REPORT, "</w:t>", to);
    assert_eq!(good.hidden(&|files| lines(files, "甲</w:t>")), ["FL207"]);
    let added = "</w:t></w:r></w:p><w:p><w:r><w:t>甲乙</w:t>";
    assert!(good.hidden(&|files| lines(files, added)).contains(&"FL208"));
    let missing = |twin: &mut Json| {
        let lines = twin["lines"]["zh"].as_array_mut().unwrap();
        let line = lines.iter_mut().find(|line| line["values"].is_array()).unwrap();
        line["values"][0]["trace"] = "t99999".into();
    };
    assert_eq!(twin(&missing), ["FL209"], "a value without a trace");
}

#[test]
fn papers_that_contradict_one_another_are_found() {
    let good = Good::new(&FILED, "standard-contract");
    // Without the twins only the printed words tell.
    let printed = |change: &dyn Fn(&mut Vec<Member>)| {
        good.hidden(&|files| {
            files.retain(|file| !file.name.starts_with("data/"));
            json(files, "manifest.json", &|manifest| {
                let files = manifest["files"].as_array_mut().unwrap();
                files.retain(|file| !file["name"].as_str().unwrap().starts_with("data/"));
            });
            change(files);
        })
    };
    let without = printed(&|_| {});
    let more = |change: &dyn Fn(&mut Vec<Member>)| {
        let mut codes = printed(change);
        codes.retain(|code| !without.contains(code));
        codes
    };
    let (code, other) = ("91110105EXAMPLE01X", "91320594EXAMPLE99X");
    assert_eq!(more(&|files| body(files, POWER, code, other)), ["FL212"]);
    let name = &FILED.transfer.handler.name.as_ref().unwrap().zh;
    assert_eq!(
        more(&|files| {
            let cell = format!(">{name}</w:t>");
            let held = files
                .iter()
                .position(|file| file.name.contains("备案信息") && file.name.ends_with(".docx"));
            assert!(held.is_some());
            body(files, "备案信息", &cell, ">甲乙公司</w:t>");
        }),
        ["FL213"]
    );
}

#[test]
fn a_part_that_is_missing_is_found() {
    let good = Good::new(&FILED, "standard-contract");
    let commitment = |files: &mut Vec<Member>| {
        files.retain(|file| !file.name.contains("commitment") && !file.name.contains("承诺"));
        json(files, "manifest.json", &|manifest| {
            let files = manifest["files"].as_array_mut().unwrap();
            files.retain(|file| {
                let name = file["name"].as_str().unwrap();
                !name.contains("commitment") && !name.contains("承诺")
            });
        });
    };
    assert_eq!(good.hidden(&commitment), ["FL231"]);
    let attached = |manifest: &mut Json| {
        let attached = manifest["attached"].as_array_mut().unwrap();
        attached.retain(|file| file["part"] != "agent-id");
    };
    assert_eq!(good.hidden(&|files| json(files, "manifest.json", &attached)), ["FL232"]);
    let other = |manifest: &mut Json| manifest["pack"] = "no-such-pack".into();
    assert!(good.hidden(&|files| json(files, "manifest.json", &other)).contains(&"FL234"));
    let list = Good::new(&ASSESSED, "list-use-beijing");
    assert!(list.hidden(&|_| {}).contains(&"FL235"), "the official form is not held");
}

#[test]
fn an_answer_that_contradicts_the_declaration_is_named() {
    let text = "format = 1\n[[answer]]\nquestion = \"assessment.finished_on\"\n\
                value = 2026-11-01\nby = \"例某\"\non = 2026-11-02\n";
    let answers = FILED.answers(text);
    let pack = build(&FILED.sources(&answers), "standard-contract", None).unwrap();
    let codes: Vec<&str> = pack.findings.iter().map(|found| found.code.0).collect();
    assert_eq!(codes, ["FL118"]);
    let agreeing = FILED.answers(&text.replace("2026-11-01", "2026-11-10"));
    assert_eq!(super::contradictions(&FILED.sources(&agreeing)), []);
}

#[test]
fn an_archive_with_tricks_is_not_opened() {
    let code = |bytes: &[u8]| unpack("x.zip", bytes).err().map(|found| found.code.0);
    let one = |name: &str| pack(&[Member { name: name.to_owned(), bytes: b"x".to_vec() }]).unwrap();
    assert_eq!(code(&one("a/b.txt")), None);
    for name in ["../a", "a/../../b", "/a", "a\\b", "C:a", "a\0b"] {
        assert_eq!(code(&one(name)), Some("FL133"), "{name:?}");
    }
    assert_eq!(code(b"PK\x03\x04 and nothing else"), Some("FL131"));
    // The checksum of the content, in the header before it and in the directory, is another.
    let mut spoilt = one("a");
    let sum = spoilt.get(14..18).unwrap().to_vec();
    for place in 0..spoilt.len() - 4 {
        if spoilt.get(place..place + 4) == Some(&*sum) {
            spoilt[place] ^= 0xff;
        }
    }
    assert_eq!(code(&spoilt), Some("FL134"));
}
