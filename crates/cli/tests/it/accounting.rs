//! The hotel group of `stories/` from its permit to its account: what leaves, what is refused, who
//! is counted, and what no longer is what was filed.

use std::path::PathBuf;

use serde_json::Value;

use crate::program::{Run, copy, kouan_in, root, scratch};

pub(crate) const AT: &str = "2026-11-22T04:00:00Z";
pub(crate) const HANDLER: &str = "91440101EXAMPLE11P";
pub(crate) const NUMBER: &str = "EXAMPLE-SCC-2026-0001";

pub(crate) const CHOICES: &str = r#"
format = 1
[[field]]
column = "手机号"
transform = { do = "mask", first = 3, last = 4 }
[[field]]
column = "会员号"
transform = { do = "hash", with = "sha256" }
[[field]]
column = "会员等级"
transform = { do = "keep" }
"#;

/// A copy of the hotel group, with a ledger.
pub(crate) struct Hotel(pub(crate) PathBuf);

impl Hotel {
    pub(crate) fn new(test: &str) -> Hotel {
        let folder = scratch(&format!("accounting-{test}"));
        let from = root().join("stories/hotel-group");
        std::fs::create_dir(folder.join("data")).unwrap();
        std::fs::create_dir(folder.join("out")).unwrap();
        for file in ["transfer.toml", "inventory.toml", "data/bookings.csv", "data/members.csv"] {
            std::fs::copy(from.join(file), folder.join(file)).unwrap();
        }
        std::fs::write(folder.join("choices.toml"), CHOICES).unwrap();
        let hotel = Hotel(folder);
        assert_eq!(hotel.plain(&["account", "init", "--handler", HANDLER]).code, 0);
        hotel
    }

    pub(crate) fn plain(&self, words: &[&str]) -> Run {
        kouan_in(&self.0, words)
    }

    pub(crate) fn at(&self, words: &[&str]) -> Run {
        self.plain(&[words, &["--at", AT]].concat())
    }

    /// The JSON of a command that was carried out.
    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let run = self.at(&[words, &["--output-format", "json"]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }

    pub(crate) fn permit(&self, flow: &str, more: &[&str]) -> Run {
        let file = format!("{flow}.json");
        let words = ["decide", "transfer.toml", "--permit", &file, "--flow", flow];
        self.at(&[&words[..], more].concat())
    }

    pub(crate) fn file(&self, more: &[&str]) {
        let words = [
            "account",
            "filing",
            "add",
            NUMBER,
            "--kind",
            "standard-contract",
            "--authority",
            "例省网信办",
            "--filed",
            "2026-11-18",
        ];
        let run = self.at(&[&words[..], more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
    }

    pub(crate) fn filed(&self) {
        self.file(&[
            "--accepted",
            "2026-11-20",
            "--transfer",
            "transfer.toml",
            "--flow",
            "marketing",
            "--general",
            "1000",
            "--sensitive",
            "0",
            "--frequency",
            "month:1",
        ]);
        let permit = self.permit("marketing", &["--choices", "choices.toml"]);
        assert_eq!(permit.code, 0, "{}", permit.stderr);
    }

    fn released(&self, source: &str, permit: &str, to: &str) -> Value {
        self.json(&["release", source, "--permit", permit, "--to", to])
    }
}

pub(crate) fn number(document: &Value, pointer: &str) -> u64 {
    document.pointer(pointer).and_then(Value::as_u64).unwrap()
}

#[test]
fn what_is_permitted_leaves_and_everybody_counts_once_in_the_year() {
    let hotel = Hotel::new("leaves");
    // The exempt flow may leave at once; the other one waits for its filing.
    assert_eq!(hotel.permit("booking", &[]).code, 0);
    let early = hotel.permit("marketing", &[]);
    assert!(early.code == 2 && early.stderr.contains("PM103"), "{}", early.stderr);
    hotel.filed();
    let members = ["release", "data/members.csv", "--permit", "marketing.json", "--to"];
    let dry = hotel.json(&[&members[..], &["out/members.csv", "--dry-run"]].concat());
    assert_eq!(number(&dry, "/tables/0/rows_out"), 80);
    assert!(dry["entry"].is_null() && !hotel.0.join("out/members.csv").exists());
    let booked = hotel.released("data/bookings.csv", "booking.json", "out/bookings.csv");
    assert_eq!(number(&booked, "/year/general/total"), 52);
    let released = hotel.released("data/members.csv", "marketing.json", "out/members.csv");
    // Twelve guests are members.
    assert_eq!(number(&released, "/persons/all"), 80);
    assert_eq!(number(&released, "/year/general/new"), 68);
    assert_eq!(number(&released, "/year/general/total"), 120);
    let text = std::fs::read_to_string(hotel.0.join("out/members.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("会员号,手机号,会员等级"));
    let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!((cells[0].len(), cells[1], cells[2]), (64, "139****0640", "金卡"));
    assert!(!text.contains("example.com") && !text.contains("13900000640"));
    // The same again is nothing new; another source is not the permitted one.
    let again = hotel.released("data/members.csv", "marketing.json", "out/members.csv");
    assert_eq!(again["before"], true);
    let other = ["release", "data/bookings.csv", "--permit", "marketing.json", "--to", "out/x.csv"];
    let refused = hotel.at(&other);
    assert!(refused.code == 2 && refused.stderr.contains("GT101"), "{}", refused.stderr);
    assert!(!hotel.0.join("out/x.csv").exists());
    let people = hotel.json(&["account", "people"]);
    assert_eq!(number(&people, "/counts/0/persons/all/at_most"), 120);
    assert_eq!(number(&people, "/counts/1/persons/all/at_most"), 80);
    let verified = hotel.json(&["account", "verify", "--check-meter"]);
    assert!(verified["whole"] == true && verified["size"] == 5);
    assert_eq!(hotel.at(&["account", "drift"]).code, 0);
    let report = hotel.json(&["account", "report", "2026"]);
    assert_eq!(report["recipients"].as_array().unwrap().len(), 2);
    assert_eq!(number(&report, "/counts/0/persons/general/at_most"), 120);
    let both = ["account", "report", "2026", "--lang", "both", "--output-format", "markdown"];
    let both = hotel.at(&both).stdout;
    assert!(both.contains("# 2026年数据出境记录") && both.contains("# record of exports in 2026"));
    let empty = hotel.json(&["account", "report", "2025"]);
    assert_eq!(empty["recipients"].as_array().unwrap().len(), 0);
    let zh = hotel.at(&["account", "show", "--lang", "zh"]);
    assert!(zh.stdout.contains("80行，未放行0行"), "{}", zh.stdout);
}

#[test]
fn drift_finds_a_field_a_recipient_a_count_and_a_frequency_that_were_not_filed() {
    let hotel = Hotel::new("drift");
    hotel.filed();
    hotel.released("data/members.csv", "marketing.json", "out/1.csv");
    // The filing is changed, and the permit that rests on the old one is still used.
    hotel.file(&[
        "--change",
        "amended",
        "--transfer",
        "transfer.toml",
        "--flow",
        "booking",
        "--general",
        "10",
    ]);
    hotel.released("data/members.csv", "marketing.json", "out/2.csv");
    let run = hotel.at(&["account", "drift", "--output-format", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut codes: Vec<&str> = document["drift"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    codes.dedup();
    assert_eq!(codes, ["AC130", "AC131", "AC132", "AC133"]);
    let text = hotel.at(&["account", "drift", "--lang", "en"]);
    assert!(text.stdout.contains("which is not in the filing"), "{}", text.stdout);
}

#[test]
fn a_ledger_that_was_changed_is_found_and_a_proof_is_given() {
    let hotel = Hotel::new("verify");
    hotel.filed();
    let proof = hotel.plain(&["account", "prove", "0"]);
    assert!(proof.code == 0 && proof.stdout.starts_with("c2sp.org/tlog-proof@v1\n"));
    let export = hotel.plain(&["account", "export"]);
    assert_eq!(export.stdout.lines().count(), 3);
    let beyond = hotel.plain(&["account", "prove", "9"]);
    assert!(beyond.code == 2 && beyond.stderr.contains("LG119"));
    let mut bundles = Vec::new();
    let mut folders = vec![hotel.0.join("kouan-ledger/log/tile/entries")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { bundles.push(path) }
        }
    }
    for bundle in bundles {
        let mut bytes = std::fs::read(&bundle).unwrap();
        bytes[40] ^= 1;
        std::fs::write(&bundle, bytes).unwrap();
    }
    let run = hotel.plain(&["account", "verify"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("LG111"), "{}", run.stderr);
}

#[test]
fn permits_that_do_not_stand_and_ledgers_that_are_not_there_are_refused() {
    let hotel = Hotel::new("refused");
    hotel.filed();
    let members =
        ["release", "data/members.csv", "--permit", "marketing.json", "--to", "out/1.csv"];
    let said = |run: &Run, code: &str| {
        assert!(run.code == 2 && run.stderr.contains(code), "{code}: {}", run.stderr);
    };
    said(&hotel.at(&[&members[..], &["--recipient", "Another Ltd."]].concat()), "PM143");
    said(&hotel.plain(&[&members[..], &["--at", AT, "--on", "2026-11-21"]].concat()), "AC110");
    said(&hotel.plain(&[&members[..], &["--at", "noon"]].concat()), "AC111");
    said(&hotel.at(&[&members[..], &["--ledger", "nowhere"]].concat()), "AC101");
    let text = std::fs::read_to_string(hotel.0.join("marketing.json")).unwrap();
    let forged = text.replacen("\"at_most\": 1000", "\"at_most\": 9000", 1);
    assert_ne!(forged, text);
    std::fs::write(hotel.0.join("forged.json"), forged).unwrap();
    let words = ["release", "data/members.csv", "--permit", "forged.json", "--to", "out/1.csv"];
    said(&hotel.at(&words), "PM133");
    let permit: Value = serde_json::from_str(&text).unwrap();
    let id = permit.pointer("/permit/id").and_then(Value::as_str).unwrap();
    assert_eq!(hotel.at(&["account", "revoke", id]).code, 0);
    let zh = hotel.at(&[&members[..], &["--lang", "zh"]].concat());
    said(&zh, "PM142");
    assert!(zh.stderr.contains("撤销"), "{}", zh.stderr);
    assert_eq!(std::fs::read_dir(hotel.0.join("out")).unwrap().count(), 0);
    let twice = hotel.plain(&["account", "init", "--handler", HANDLER]);
    said(&twice, "LG102");
}

#[test]
fn an_edition_of_the_rulebook_that_answers_otherwise_closes_the_gate_and_says_why() {
    let hotel = Hotel::new("edition");
    hotel.filed();
    // From 1 December the line of an assessment is ten times lower.
    copy(&root().join("rulebook"), &hotel.0.join("rulebook"));
    let path = hotel.0.join("rulebook/rules/cn/thresholds.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let rule = |id: &str| {
        let from = text.find(&format!("id       = \"{id}\"")).unwrap();
        let rest = text.get(from..).unwrap();
        rest.get(..rest.find("\n[[rule]]").unwrap()).unwrap()
    };
    let span = "in_force = { from = 2024-03-22 }";
    let (assessment, contract) =
        ("cn.threshold.assessment.general-pi", "cn.threshold.contract.general-pi");
    let ended =
        |id: &str| rule(id).replace(span, "in_force = { from = 2024-03-22, until = 2026-12-01 }");
    let begun = |id: &str| {
        let from = rule(id).replace(span, "in_force = { from = 2026-12-01 }");
        let from = from.replace(id, &format!("{id}-2026"));
        format!("\n[[rule]]\n{}", from.replace("1_000_000", "110_000"))
    };
    let mut changed = text.clone();
    for id in [assessment, contract] {
        changed = changed.replace(rule(id), &ended(id));
    }
    for id in [assessment, contract] {
        changed.push_str(&begun(id));
    }
    std::fs::write(&path, changed).unwrap();
    let release = |to: &str, at: &str, more: &[&str]| {
        let words = ["release", "data/members.csv", "--permit", "marketing.json", "--to", to];
        let words = [&words[..], &["--rulebook", "rulebook", "--at", at], more].concat();
        hotel.plain(&words)
    };
    let last = release("out/1.csv", "2026-11-30T04:00:00Z", &[]);
    assert_eq!(last.code, 0, "{}", last.stderr);
    let en = release("out/2.csv", "2026-12-01T04:00:00Z", &["--lang", "en"]);
    assert_eq!(en.code, 2, "{}", en.stdout);
    for said in [
        "error[PM144]",
        "has changed from `contract-or-certification` to `security-assessment`",
        "cn.threshold.assessment.general-pi-2026",
        "cn/flow-2024#art-7.1(2)",
        "nothing was let through",
    ] {
        assert!(en.stderr.contains(said), "{said}: {}", en.stderr);
    }
    let zh = release("out/2.csv", "2026-12-01T04:00:00Z", &["--lang", "zh"]);
    assert!(zh.code == 2 && zh.stderr.contains("结论已变"), "{}", zh.stderr);
    assert!(zh.stderr.contains("条款  cn/flow-2024#art-7.1(2)"), "{}", zh.stderr);
    assert!(!hotel.0.join("out/2.csv").exists());
    assert_eq!(hotel.json(&["account", "show"])["size"], 3, "nothing was recorded");
}

#[test]
fn a_permit_of_another_handler_is_refused_even_under_the_same_secrets() {
    let hotel = Hotel::new("other-handler");
    assert_eq!(hotel.permit("booking", &[]).code, 0);
    let secrets = hotel.0.join("other-secrets");
    copy(&hotel.0.join("kouan-ledger-secrets"), &secrets);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(secrets, mode).unwrap();
    let init =
        hotel.plain(&["account", "init", "--ledger", "other", "--handler", "91440101EXAMPLE2XF"]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    let words = ["release", "data/bookings.csv", "--permit", "booking.json", "--to", "out/b.csv"];
    for (language, said) in [("zh", "属于另一处理者"), ("en", "is of another data handler")]
    {
        let more = ["--ledger", "other", "--lang", language];
        let run = hotel.at(&[&words[..], &more].concat());
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains("RL101") && run.stderr.contains(said), "{}", run.stderr);
    }
    assert!(!hotel.0.join("out/b.csv").exists());
}
