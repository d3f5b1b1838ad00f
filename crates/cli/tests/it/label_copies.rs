//! `kouan label copies`: who got a copy without a label to be seen or heard is kept, line by line.

use std::path::PathBuf;

use serde_json::Value;

use crate::labels::png;
use crate::program::{Run, kouan_in, scratch};

struct Log(PathBuf);

impl Log {
    /// A folder with a labelled picture and one without a label.
    fn new(test: &str) -> Log {
        let log = Log(scratch(test));
        std::fs::write(log.0.join("a.png"), png()).unwrap();
        std::fs::write(log.0.join("bare.png"), png()).unwrap();
        let words = ["label", "add", "a.png", "--producer", "tester", "--content-id", "A-1"];
        assert_eq!(kouan_in(&log.0, &words).code, 0);
        log
    }

    fn run(&self, words: &[&str]) -> Run {
        kouan_in(&self.0, &[&["label", "copies"], words, &["--log", "copies.jsonl"]].concat())
    }

    fn add(&self, file: &str, recipient: &str, language: &str) -> Run {
        let words = ["add", file, "--recipient", recipient, "--agreement", "terms-7"];
        let more = ["--at", "2026-11-22T04:00:00Z", "--lang", language];
        self.run(&[&words[..], &more].concat())
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.0.join("copies.jsonl")).unwrap_or_default()
    }

    fn put(&self, text: &str) {
        std::fs::write(self.0.join("copies.jsonl"), text).unwrap();
    }

    fn head(&self) -> String {
        let run = self.run(&["verify", "--output-format", "json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        document.get("head").and_then(Value::as_str).unwrap().to_owned()
    }
}

#[test]
fn copies_are_recorded_listed_and_kept_for_six_months() {
    let log = Log::new("copies-kept");
    let first = log.add("a.png", "acct-1", "en");
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stdout.contains("to acct-1, under terms-7"), "{}", first.stdout);
    assert_eq!(log.add("a.png", "acct-2", "zh").code, 0);
    let listed = log.run(&["list", "--output-format", "json"]);
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let copies = listed["copies"].as_array().unwrap();
    assert_eq!(copies.len(), 2);
    assert_eq!(copies[0]["kept_until"], "2027-05-22");
    assert_eq!((&copies[1]["number"], &copies[1]["content_id"]), (&2.into(), &"A-1".into()));
    assert_eq!(listed["head"], log.head());
    let zh = log.run(&["list", "--lang", "zh", "--recipient", "acct-2"]).stdout;
    assert!(zh.contains("交给acct-2，依据terms-7") && !zh.contains("acct-1"), "{zh}");
    assert!(zh.contains("至少保存至2027-05-22"), "{zh}");
}

#[test]
fn a_copy_without_its_implicit_label_is_not_recorded() {
    let log = Log::new("copies-bare");
    for (language, says) in [("en", "has no correct implicit label"), ("zh", "没有正确的隐式标识")]
    {
        let run = log.add("bare.png", "acct-1", language);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("[LB141]") && run.stderr.contains(says), "{}", run.stderr);
    }
    // One file of several is enough to record nothing.
    let words = ["add", "a.png", "bare.png", "--recipient", "acct-1", "--agreement", "t"];
    assert_eq!(log.run(&words).code, 2);
    assert_eq!(log.text(), "");
}

#[test]
fn a_person_is_not_written_into_the_log() {
    let log = Log::new("copies-person");
    for who in ["例某", "who@example.invalid", "13900001234", "11010519491231002X"] {
        let run = log.add("a.png", who, "en");
        assert_eq!(run.code, 2, "{who}");
        assert!(run.stderr.contains("[LB142]"), "{}", run.stderr);
        assert!(!run.stderr.contains(who), "what was given is not repeated");
    }
    assert_eq!(log.text(), "");
}

#[test]
fn a_changed_a_missing_and_a_cut_line_show() {
    let log = Log::new("copies-changed");
    for who in ["acct-1", "acct-2", "acct-3"] {
        assert_eq!(log.add("a.png", who, "en").code, 0);
    }
    let (whole, head) = (log.text(), log.head());
    assert_eq!(log.run(&["verify", "--head", &head]).code, 0);
    log.put(&whole.replace("acct-2", "acct-9"));
    for (language, says) in [("en", "line 3 is not the one that follows"), ("zh", "第3条不是")]
    {
        let run = log.run(&["verify", "--lang", language]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("[LB144]") && run.stderr.contains(says), "{}", run.stderr);
    }
    assert_eq!(log.run(&["list"]).code, 2);
    let lines: Vec<&str> = whole.lines().collect();
    log.put(&format!("{}\n{}\n", lines[0], lines[2]));
    assert!(log.run(&["verify"]).stderr.contains("[LB144]"));
    // Cut at its end it is whole in itself: the head that was noted elsewhere tells.
    log.put(&format!("{}\n{}\n", lines[0], lines[1]));
    assert_eq!(log.run(&["verify"]).code, 0);
    let cut = log.run(&["verify", "--head", &head]);
    assert_eq!(cut.code, 2);
    assert!(cut.stderr.contains("[LB145]"), "{}", cut.stderr);
}

#[test]
fn what_an_interrupted_write_left_was_never_recorded() {
    let log = Log::new("copies-torn");
    assert_eq!(log.add("a.png", "acct-1", "en").code, 0);
    let whole = log.text();
    log.put(&format!("{whole}{{\"schema\":\"kouan.label-copy/1\",\"num"));
    assert_eq!(log.run(&["verify"]).code, 2, "an end that is torn is said");
    assert_eq!(log.add("a.png", "acct-2", "en").code, 0);
    assert!(log.text().starts_with(&whole));
    assert_eq!(log.text().lines().count(), 2);
    log.head();
    // A file of something else is not written into.
    log.put("a,b\n1,2\n");
    let other = log.add("a.png", "acct-3", "en");
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("[LB144]"), "{}", other.stderr);
    assert_eq!(log.text(), "a,b\n1,2\n");
}
