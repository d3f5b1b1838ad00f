//! `kouan file`: packs made, asked about and checked, in both languages.

use std::path::{Path, PathBuf};

use kouan_dossier::docx::{pack, unpack};

use crate::program::{Run, kouan, kouan_in, root, scratch};

const DAY: &str = "2026-11-22";
const NAME: &str = "hotel-guests-standard-contract";

/// A copy of the hotel's declaration, inventory, answers and evidence, where packs may be written.
pub(crate) struct Hotel {
    pub(crate) folder: PathBuf,
}

impl Hotel {
    pub(crate) fn new(test: &str) -> Hotel {
        let folder = scratch(test);
        let from = root().join("examples/hotel-guests");
        std::fs::create_dir(folder.join("evidence")).unwrap();
        for file in ["transfer.toml", "inventory.toml", "answers.toml"] {
            std::fs::copy(from.join(file), folder.join(file)).unwrap();
        }
        for file in std::fs::read_dir(from.join("evidence")).unwrap() {
            let file = file.unwrap();
            let to = folder.join("evidence").join(file.file_name());
            std::fs::copy(file.path(), to).unwrap();
        }
        Hotel { folder }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        kouan_in(&self.folder, &[arguments, &["--on", DAY]].concat())
    }

    /// Makes the pack into `filing`.
    pub(crate) fn file(&self, more: &[&str]) -> Run {
        let words = ["file", "transfer.toml", "--answers", "answers.toml", "--out", "filing"];
        self.run(&[&words, more].concat())
    }

    pub(crate) fn pack(&self) -> PathBuf {
        self.folder.join("filing").join(NAME)
    }

    pub(crate) fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// The Chinese report of the pack.
    pub(crate) fn report(&self) -> PathBuf {
        self.pack().join("07-影响评估报告/个人信息保护影响评估报告（出境版）.docx")
    }
}

/// Replaces words in the markup of a DOCX.
pub(crate) fn edit(path: &Path, from: &str, to: &str) {
    let mut members = unpack("x.docx", &std::fs::read(path).unwrap()).unwrap();
    let mut hits = 0;
    for member in &mut members {
        if let Ok(text) = String::from_utf8(member.bytes.clone()) {
            hits += usize::from(text.contains(from));
            member.bytes = text.replacen(from, to, 1).into_bytes();
        }
    }
    assert!(hits > 0, "{from}");
    std::fs::write(path, pack(&members).unwrap()).unwrap();
}

fn shown(run: &Run) -> String {
    format!("exit code {}\n--- stdout\n{}--- stderr\n{}", run.code, run.stdout, run.stderr)
}

fn json(run: &Run) -> serde_json::Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn a_pack_says_what_is_there_and_what_is_missing() {
    for language in ["zh", "en"] {
        let hotel = Hotel::new(&format!("filing-{language}"));
        let run = hotel.file(&["--lang", language]);
        insta::assert_snapshot!(format!("file-hotel-guests-{language}"), shown(&run));
        let left = std::fs::read_dir(hotel.folder.join("filing")).unwrap();
        let mut left: Vec<String> =
            left.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        left.sort();
        assert_eq!(left, [NAME.to_owned(), format!("{NAME}.zip")], "and nothing half-written");
    }
}

#[test]
fn the_folder_and_the_zip_pass_but_for_what_is_open() {
    let hotel = Hotel::new("filing-checked");
    hotel.file(&[]);
    let zip = format!("filing/{NAME}.zip");
    let folder = format!("filing/{NAME}");
    let against = ["--against", "transfer.toml", "--answers", "answers.toml"];
    for path in [&folder, &zip] {
        let words = ["file", "check", path, "--output-format", "json"];
        let run = hotel.run(&[&words[..], &against].concat());
        let document = json(&run);
        let one = &document["checked"][0];
        assert_eq!(one["traces"]["followed"], one["traces"]["hold"]);
        assert!(one["traces"]["followed"].as_u64().unwrap() > 300);
        let findings = one["findings"].as_array().unwrap().iter();
        let mut codes: Vec<&str> = findings.map(|found| found["code"].as_str().unwrap()).collect();
        codes.dedup();
        assert_eq!((run.code, codes), (1, vec!["FL230", "FL232"]), "{path}");
    }
    for language in ["zh", "en"] {
        let run = hotel.run(&["file", "check", &zip, "--lang", language]);
        insta::assert_snapshot!(format!("file-check-{language}"), shown(&run));
    }
    let run = hotel.run(&["file", "check", &folder, "--as", "sarif"]);
    let log = json(&run);
    assert_eq!((run.code, &log["version"]), (1, &"2.1.0".into()));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len();
    assert_eq!(rules, 2);
}

#[test]
fn what_is_asked_can_be_filled_in() {
    let hotel = Hotel::new("filing-ask");
    for language in ["zh", "en"] {
        let words = ["file", "ask", "transfer.toml", "--answers", "answers.toml"];
        let run = hotel.run(&[&words[..], &["--lang", language]].concat());
        insta::assert_snapshot!(format!("file-ask-{language}"), shown(&run));
    }
    let run = hotel.run(&["file", "ask", "transfer.toml", "--template", "-o", "new.toml"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    let template = std::fs::read_to_string(hotel.folder.join("new.toml")).unwrap();
    assert!(template.contains("# question = \"handler.credit_code\""));
    assert!(template.contains("# flow.industry [flow:member-system]: "), "what is known");
    let run = hotel.run(&["file", "transfer.toml", "--answers", "new.toml", "-n"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "as it is, it answers nothing");
    let filled = template.replacen(
        "# [[answer]]\n# question = \"handler.credit_code\"\n# value = \"\"\n# by = \"\"\n# on = 2026-11-22",
        "[[answer]]\nquestion = \"handler.credit_code\"\nvalue = \"91440101EXAMPLE07X\"\nby = \"例某\"\non = 2026-11-22",
        1,
    );
    assert_ne!(filled, template);
    std::fs::write(hotel.folder.join("new.toml"), filled).unwrap();
    let open = |answers: &[&str]| {
        let words = ["file", "ask", "transfer.toml", "--output-format", "json"];
        let run = hotel.run(&[&words[..], answers].concat());
        json(&run)["packs"][0]["open"].as_array().unwrap().len()
    };
    assert_eq!(open(&["--answers", "new.toml"]) + 1, open(&[]));
    let again = hotel.run(&["file", "ask", "transfer.toml", "--template", "-o", "new.toml"]);
    assert!(again.code == 2 && again.stderr.contains("CL142"), "answers are not overwritten");
}

#[test]
fn the_same_pack_is_left_and_another_keeps_the_old_one() {
    let hotel = Hotel::new("filing-again");
    let placed = |run: &Run| {
        let pack = json(run)["packs"][0].clone();
        (pack["unchanged"].as_bool().unwrap(), pack["kept"].as_str().map(str::to_owned))
    };
    let format = ["--output-format", "json"];
    assert_eq!(placed(&hotel.file(&format)), (false, None));
    assert_eq!(placed(&hotel.file(&format)), (true, None));
    let before = std::fs::read(hotel.report()).unwrap();
    hotel.change("answers.toml", "value = 12_600", "value = 12_700");
    let kept = format!("filing/{NAME}.old-1");
    assert_eq!(placed(&hotel.file(&format)), (false, Some(kept.clone())));
    assert_ne!(std::fs::read(hotel.report()).unwrap(), before);
    let report = hotel.report();
    let inside = report.strip_prefix(hotel.pack()).unwrap();
    assert_eq!(std::fs::read(hotel.folder.join(&kept).join(inside)).unwrap(), before);
    assert!(hotel.folder.join(format!("{kept}.zip")).is_file());
}

#[test]
fn a_dry_run_writes_nothing() {
    let hotel = Hotel::new("filing-dry");
    let run = hotel.file(&["--dry-run"]);
    assert_eq!(run.code, 1);
    assert!(!hotel.folder.join("filing").exists());
}

#[test]
fn an_open_route_has_no_pack_unless_one_is_named() {
    let file = "examples/unknown-counts/transfer.toml";
    for language in ["zh", "en"] {
        let run = kouan(&["file", file, "-n", "--on", DAY, "--lang", language]);
        insta::assert_snapshot!(format!("file-undetermined-{language}"), shown(&run));
    }
    let words = ["file", file, "-n", "--on", DAY, "--pack", "security-assessment"];
    let run = kouan(&[&words[..], &["--output-format", "json"]].concat());
    let document = json(&run);
    assert_eq!(run.code, 1);
    assert_eq!(document["packs"][0]["standing"], "ahead-of-decision");
    let run = kouan(&[&words[..], &["--lang", "en"]].concat());
    assert!(run.stdout.contains("prepared ahead of the decision"), "{}", run.stdout);
}

#[test]
fn an_exempt_transfer_needs_no_filing_and_keeps_its_duties() {
    let folder = scratch("filing-exempt");
    let path = root().join("examples/hotel-booking/transfer.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let (booking, _) = text.split_once("[[flow]]\nid             = \"marketing\"").unwrap();
    std::fs::write(folder.join("transfer.toml"), booking).unwrap();
    for language in ["zh", "en"] {
        let run = kouan_in(&folder, &["file", "transfer.toml", "--on", DAY, "--lang", language]);
        insta::assert_snapshot!(format!("file-exempt-{language}"), shown(&run));
        assert_eq!(run.code, 0);
    }
    let left = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(left, 1, "nothing is written");
}

#[test]
fn a_pack_that_the_book_does_not_hold_for_the_day_is_named() {
    let file = "examples/ota-upgrade/transfer.toml";
    let run = kouan(&["file", file, "-n", "--on", "2025-06-01", "--output-format", "json"]);
    let document = json(&run);
    assert_eq!(document["packs"][0]["pack"], "list-use-beijing");
    assert_eq!((run.code, &document["route_pack_missing"]), (1, &true.into()));
}

#[test]
fn an_open_point_of_law_that_the_route_rests_on_is_named() {
    let file = "examples/hr-headquarters/transfer.toml";
    let run = kouan(&["file", file, "-n", "--on", DAY, "--lang", "en"]);
    assert!(run.code == 1 && run.stdout.contains("cn.hr-limbs"), "{}", run.stdout);
    let run = kouan(&["file", file, "-n", "--on", DAY, "--output-format", "json"]);
    assert_eq!(json(&run)["unsettled"][0], "cn.hr-limbs");
}

#[test]
fn a_change_is_told_and_where_it_leads() {
    let hotel = Hotel::new("filing-change");
    std::fs::copy(hotel.folder.join("transfer.toml"), hotel.folder.join("old.toml")).unwrap();
    let change = ["--change", "old.toml", "--change-answers", "answers.toml", "-n"];
    let changes = |run: &Run| {
        let packs = json(run)["packs"].as_array().unwrap().clone();
        let names: Vec<String> =
            packs.iter().map(|pack| pack["pack"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names, ["standard-contract", "change"]);
        packs[1]["changes"].as_array().unwrap().clone()
    };
    let format = ["--output-format", "json"];
    assert!(changes(&hotel.file(&[&change[..], &format].concat())).is_empty());
    hotel.change("transfer.toml", "\"IE\"", "\"SG\"");
    let found = changes(&hotel.file(&[&change[..], &format].concat()));
    assert!(found.iter().any(|change| change["after"]["en"] == "Singapore"), "{found:#?}");
    for language in ["zh", "en"] {
        let run = hotel.file(&[&change[..], &["--lang", language]].concat());
        let lines = run.stdout.lines().skip_while(|line| !line.contains('→'));
        let shown: Vec<&str> = lines.take(2).collect();
        insta::assert_snapshot!(format!("file-change-{language}"), shown.join("\n"));
    }
}

#[test]
fn an_earlier_pack_answers_what_is_not_said_anew() {
    let hotel = Hotel::new("filing-earlier");
    hotel.file(&[]);
    std::fs::write(hotel.folder.join("new.toml"), "format = 1\n").unwrap();
    let gaps = |earlier: &[&str]| {
        let words = ["file", "transfer.toml", "--answers", "new.toml", "--out", "later"];
        let run = hotel.run(&[&words, earlier, &["--output-format", "json"]].concat());
        let pack = json(&run)["packs"][0].clone();
        let count = pack["gaps"].as_array().unwrap().len();
        (count, pack["prefilled"]["earlier"].as_u64().unwrap())
    };
    let zip = format!("filing/{NAME}.zip");
    let folder = format!("filing/{NAME}");
    let (alone, none) = gaps(&[]);
    let (with, taken) = gaps(&["--earlier", &folder]);
    assert!(none == 0 && taken > 50 && with + 50 < alone, "{alone} {with} {taken}");
    assert_eq!(gaps(&["--earlier", &zip]), (with, taken));
    let run = hotel.run(&[
        "file",
        "transfer.toml",
        "--answers",
        "new.toml",
        "-n",
        "--earlier",
        &zip,
        "--lang",
        "zh",
    ]);
    assert!(run.stdout.contains("以前的材料"), "{}", run.stdout);
    // With the earlier pack every trace can be followed; without it nothing is called changed.
    let words = ["file", "check", "later/hotel-guests-standard-contract"];
    let against = ["--against", "transfer.toml", "--answers", "new.toml"];
    let codes = |earlier: &[&str]| {
        let run = hotel.run(&[&words[..], &against, earlier, &["--as", "json"]].concat());
        let found = json(&run)["checked"][0]["findings"].as_array().unwrap().clone();
        let codes = found.iter().map(|found| found["code"].as_str().unwrap().to_owned());
        codes.filter(|code| code == "FL206" || code == "FL210").collect::<Vec<_>>()
    };
    assert_eq!(codes(&["--earlier", &zip]), [""; 0]);
    let without = codes(&[]);
    assert!(!without.is_empty() && without.iter().all(|code| code == "FL206"), "{without:?}");
    std::fs::write(hotel.folder.join("empty.zip"), pack(&[]).unwrap()).unwrap();
    let run = hotel.run(&["file", "transfer.toml", "-n", "--earlier", "empty.zip"]);
    assert!(run.code == 2 && run.stderr.contains("FL155"), "{}", run.stderr);
}

#[test]
fn a_reading_is_adopted_by_name_when_filing() {
    let file = "examples/hr-headquarters/transfer.toml";
    let route = |more: &[&str]| {
        let words = ["file", file, "-n", "--on", DAY, "--output-format", "json"];
        let run = kouan(&[&words[..], more].concat());
        let document = json(&run);
        (document["decision"].clone(), document["adopted"].as_array().unwrap().len())
    };
    let adopted = "cn.hr-limbs:rules-alone";
    let (plain, none) = route(&[]);
    let (with, one) = route(&["--reading", adopted, "--by", "例某", "--why", "试用"]);
    assert_eq!((none, one), (0, 1));
    assert_ne!(plain, with, "the digest is of the decision with the reading");
    let run = kouan(&["file", file, "-n", "--on", DAY, "--reading", adopted]);
    assert!(run.code == 2 && run.stderr.contains("CL134"), "{}", run.stderr);
}

#[test]
fn the_schema_of_answers_is_published() {
    let run = kouan(&["file", "schema"]);
    let kept = root().join("docs/reference/answers.schema.json");
    assert_eq!((run.code, run.stdout), (0, std::fs::read_to_string(kept).unwrap()));
}
