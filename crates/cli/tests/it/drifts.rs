//! The story of `stories/drift/`: what was filed, and what somebody else sent besides.

use std::path::PathBuf;

use serde_json::Value;

use crate::program::{Run, kouan_in, root, scratch};

const NUMBER: &str = "EXAMPLE-SCC-2026-0009";
const FIRST: &str = "2026-11-22T04:00:00Z";
const SECOND: &str = "2026-11-25T04:00:00Z";
const AUDIT: &str = "2026-11-28T04:00:00Z";

struct Story(PathBuf);

impl Story {
    /// A copy of the story with its ledger, its filing, its permit and the first release.
    fn new(test: &str) -> Story {
        let story = Story(scratch(&format!("drifts-{test}")));
        let from = root().join("stories/drift");
        std::fs::create_dir(story.0.join("data")).unwrap();
        let files = ["transfer.toml", "inventory.toml", "data/november.csv"];
        for file in [&files[..], &["data/november-again.csv", "data/received.csv"]].concat() {
            std::fs::copy(from.join(file), story.0.join(file)).unwrap();
        }
        story.done(&["account", "init", "--handler", "91440101EXAMPLE2XF"]);
        let filing = ["account", "filing", "add", NUMBER, "--kind", "standard-contract"];
        let told =
            ["--authority", "例省网信办", "--filed", "2026-11-18", "--accepted", "2026-11-20"];
        let persons = ["--general", "45", "--sensitive", "0", "--frequency", "month:1"];
        let rest = ["--transfer", "transfer.toml", "--at", FIRST];
        story.done(&[&filing[..], &told, &persons, &rest].concat());
        story.done(&["decide", "transfer.toml", "--permit", "permit.json", "--at", FIRST]);
        story.release("november.csv", FIRST);
        story
    }

    fn run(&self, words: &[&str]) -> Run {
        kouan_in(&self.0, words)
    }

    fn done(&self, words: &[&str]) {
        let run = self.run(words);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }

    fn release(&self, file: &str, at: &str) {
        let source = format!("data/{file}");
        self.done(&["release", &source, "--permit", "permit.json", "--to", file, "--at", at]);
    }

    fn drift(&self, more: &[&str]) -> Run {
        self.run(&[&["account", "drift", "--at", AUDIT], more].concat())
    }
}

fn codes(run: &Run) -> Vec<String> {
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let found = document.get("drift").and_then(Value::as_array).unwrap().iter();
    found.map(|one| one.get("code").and_then(Value::as_str).unwrap().to_owned()).collect()
}

const RECEIVED: [&str; 4] =
    ["--sample", "data/received.csv", "--recipient", "Example Analytics Pte. Ltd."];

#[test]
fn drift_finds_the_field_the_recipient_the_count_and_the_frequency_that_nobody_filed() {
    let story = Story::new("found");
    let before = story.drift(&["--lang", "en"]);
    assert_eq!(before.code, 0, "{}", before.stdout);
    assert!(before.stdout.contains("what left is what was filed"), "{}", before.stdout);
    story.release("november-again.csv", SECOND);
    let run = story.drift(&[&RECEIVED[..], &["--output-format", "json"]].concat());
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(codes(&run), ["AC133", "AC136", "AC135", "AC137"]);
    let en = story.drift(&[&RECEIVED[..], &["--lang", "en"]].concat());
    assert_eq!(en.code, 1, "{}", en.stderr);
    for said in [
        "entry 3 is time 2 of its period",
        "the field `电子邮箱` of the sample `data/received.csv` is in no filing and no permit",
        "the recipient `Example Analytics Pte. Ltd.`",
        "at least 60 persons (general), above the 45 that were filed",
        "not the output of any entry",
    ] {
        assert!(en.stdout.contains(said), "{said}: {}", en.stdout);
    }
    let zh = story.drift(&[&RECEIVED[..], &["--lang", "zh"]].concat());
    assert_eq!(zh.code, 1, "{}", zh.stderr);
    for said in
        ["字段`电子邮箱`，既未备案也未许可", "至少有60人", "第2次出境", "不是本账册任何条目"]
    {
        assert!(zh.stdout.contains(said), "{said}: {}", zh.stdout);
    }
    // No value of the sample is said.
    let all = [en.stdout, zh.stdout, run.stdout].concat();
    assert!(!all.contains("13900002000") && !all.contains("member0000"));
}

#[test]
fn a_sample_of_what_was_released_is_known_by_its_entry() {
    let story = Story::new("known");
    let sample = ["--sample", "november.csv", "--recipient", "Example Loyalty Services Ltd."];
    let run = story.drift(&[&sample[..], &["--output-format", "json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stdout);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document.pointer("/samples/0/entry").and_then(Value::as_u64), Some(2));
    // Held against one filing alone, by its number.
    let other = story.drift(&[&sample[..], &["--filing", "EXAMPLE-NONE"]].concat());
    assert!(other.code == 2 && other.stderr.contains("AC125"), "{}", other.stderr);
    // What cannot be read is no agreement.
    std::fs::write(story.0.join("broken.parquet"), b"PAR1 and nothing else").unwrap();
    let broken = story.drift(&["--sample", "broken.parquet"]);
    assert_eq!(broken.code, 2, "{}", broken.stdout);
}
