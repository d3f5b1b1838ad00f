//! `kouan clear` on the three companies of `stories/`: the five results, in both languages; run
//! again; command by command; and with what is wrong.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Run, kouan, kouan_in, root, scratch};

const STORIES: [&str; 3] = ["drug-maker", "hotel-group", "carmaker"];

fn clear(folder: &str, out: &Path, more: &[&str]) -> Run {
    let words = ["clear", folder, "--out", out.to_str().unwrap()];
    kouan(&[&words[..], more].concat())
}

fn json(folder: &str, out: &Path) -> (i32, Value) {
    let run = clear(folder, out, &["--output-format", "json"]);
    let document = serde_json::from_str(&run.stdout);
    assert!(document.is_ok(), "{}", run.stderr);
    (run.code, document.unwrap())
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.clone(), std::fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// A copy of a story, to be changed.
fn copy(name: &str, test: &str) -> PathBuf {
    let to = scratch(&format!("clear-{test}")).join(name);
    let from = root().join("stories").join(name);
    for (path, bytes) in files(&from) {
        let path = to.join(path.strip_prefix(&from).unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    to
}

#[test]
fn three_companies_are_cleared_in_both_languages_and_their_folders_are_left_alone() {
    let stories = root().join("stories");
    let before = files(&stories);
    for name in STORIES {
        let out = scratch(&format!("clear-pages-{name}"));
        let folder = format!("stories/{name}");
        let expected = i32::from(name != "carmaker");
        let en = clear(&folder, &out, &["--lang", "en"]);
        assert_eq!(en.code, expected, "{}{}", en.stdout, en.stderr);
        let steps = ["\n1 scan: ", "\n2 decide: ", "\n3 file: ", "\n4 release: ", "\n5 account: "];
        let at: Vec<Option<usize>> = steps.iter().map(|step| en.stdout.find(step)).collect();
        assert!(at.iter().all(Option::is_some) && at.is_sorted(), "{}", en.stdout);
        let zh = clear(&folder, &out, &["--lang", "zh"]);
        assert_eq!(zh.code, expected, "{}", zh.stderr);
        for step in ["\n1 摸底：", "\n2 判定：", "\n3 备案：", "\n4 放行：", "\n5 记账："]
        {
            assert!(zh.stdout.contains(step), "{step}: {}", zh.stdout);
        }
        let says = match name {
            "drug-maker" => {
                ["this scenario is not held: the list cannot decide", "EXAMPLE-SA-2026-0011"]
            }
            "hotel-group" => ["refused: no byte left", "no filing is recorded (PM103)"],
            _ => ["2 of 2 flows left", "before the filing was on record: no permit"],
        };
        for words in says {
            assert!(en.stdout.contains(words), "{words}: {}", en.stdout);
        }
        assert!(zh.stdout.contains("此前已经放行"), "{}", zh.stdout);
    }
    assert_eq!(files(&stories), before);
}

#[test]
fn a_permit_is_refused_before_the_filing_is_on_record_and_given_after_it() {
    for name in ["drug-maker", "carmaker"] {
        let out = scratch(&format!("clear-filing-{name}"));
        let (_, document) = json(&format!("stories/{name}"), &out);
        let flows = list(&document, "/release/flows");
        assert!(!flows.is_empty());
        for flow in flows {
            assert_eq!(text(flow, "/before_filing/0/code"), "PM103", "{flow:#}");
            assert_eq!(list(flow, "/refused").len(), 0);
            assert!(flow.pointer("/left/entry/rows").and_then(Value::as_u64) > Some(0));
        }
        let filing = &list(&document, "/file/recorded")[0];
        assert_eq!(filing["state"], "recorded");
        // The entry binds the pack: what is filed cannot be exchanged later.
        let pack = text(filing, "/filing/pack");
        let id = text(&document, "/transfer");
        let manifest = out.join(format!("filing/{id}-security-assessment/manifest.json"));
        let digest = kouan_dossier::digest(&std::fs::read(manifest).unwrap());
        assert_eq!(pack, format!("sha256:{digest}"));
    }
}

#[test]
fn a_second_run_counts_nobody_and_records_nothing_twice() {
    for name in STORIES {
        let out = scratch(&format!("clear-again-{name}"));
        let folder = format!("stories/{name}");
        let (first_code, first) = json(&folder, &out);
        let (code, again) = json(&folder, &out);
        assert_eq!(code, first_code);
        for pointer in ["/account/counts", "/account/verified/size", "/decide", "/scan"] {
            assert_eq!(first.pointer(pointer), again.pointer(pointer), "{name} {pointer}");
        }
        for (one, other) in
            list(&first, "/release/flows").iter().zip(list(&again, "/release/flows"))
        {
            if one["left"].is_null() {
                assert_eq!(one["refused"], other["refused"]);
                continue;
            }
            assert_eq!(one.pointer("/left/released/before"), Some(&Value::Bool(false)));
            assert_eq!(other.pointer("/left/released/before"), Some(&Value::Bool(true)));
            assert_eq!(one.pointer("/left/entry"), other.pointer("/left/entry"));
        }
        let states = list(&again, "/file/recorded").iter().map(|one| text(one, "/state"));
        assert!(states.into_iter().all(|state| state == "on-record"));
        let packs = list(&again, "/file/filed/packs");
        assert!(packs.iter().all(|pack| pack["unchanged"] == true), "{packs:#?}");
    }
}

#[test]
fn the_commands_that_are_shown_do_the_same_one_by_one() {
    for name in STORIES {
        let out = scratch(&format!("clear-shown-{name}"));
        let (_, document) = json(&format!("stories/{name}"), &out);
        let alone = copy(name, &format!("alone-{name}"));
        for step in ["scan", "decide", "file", "release", "account"] {
            for command in list(&document, &format!("/{step}/commands")) {
                let words: Vec<&str> = command.as_str().unwrap().split_whitespace().collect();
                let run = kouan_in(&alone, &words[1..]);
                let refused = name == "hotel-group" && words.contains(&"marketing.json");
                assert_eq!(run.code == 2, refused, "{command}\n{}", run.stderr);
            }
        }
        let same = |one: &str, other: &str| {
            let (one, other) = (out.join(one), alone.join(other));
            assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&other).unwrap(), "{one:?}");
        };
        same("inventory.toml", "inventory.toml");
        let id = text(&document, "/transfer");
        for pack in list(&document, "/file/filed/packs") {
            let zip = format!("filing/{id}-{}.zip", text(pack, "/pack"));
            same(&zip, &zip);
        }
        for flow in list(&document, "/release/flows").iter().filter(|flow| !flow["left"].is_null())
        {
            let permit = alone.join(format!("{}.json", text(flow, "/flow")));
            let permit: Value = serde_json::from_slice(&std::fs::read(permit).unwrap()).unwrap();
            // The id is a digest of all that it says.
            assert_eq!(permit["permit"]["id"], flow["permit"]["permit"]["id"]);
        }
        if name == "hotel-group" {
            same("released/bookings.parquet", "bookings.parquet");
        }
    }
}

#[test]
fn a_filing_that_comes_later_lets_the_rest_leave() {
    let story = copy("hotel-group", "later");
    let out = scratch("clear-later-out");
    let run = |code: i32| -> Value {
        let (found, document) = json(story.to_str().unwrap(), &out);
        assert_eq!(found, code, "{document:#}");
        document
    };
    run(1);
    let plan = story.join("clear.toml");
    let text_of = std::fs::read_to_string(&plan).unwrap();
    let filing = |accepted: &str| {
        format!(
            "{text_of}\n[[filing]]\nnumber = 'EXAMPLE-SCC-2026-0001'\nkind = 'standard-contract'\n\
             authority = '例省网信办'\nfiled = 2026-11-18\nflows = ['marketing']\ngeneral = 1000\n\
             sensitive = 0\npack = 'standard-contract'\n{accepted}"
        )
    };
    std::fs::write(&plan, filing("")).unwrap();
    let waiting = run(1);
    let marketing = |document: &Value, pointer: &str| {
        list(document, "/release/flows")[1].pointer(pointer).cloned().unwrap_or_default()
    };
    assert_eq!(text(&list(&waiting, "/file/recorded")[0], "/state"), "recorded");
    assert_eq!(marketing(&waiting, "/refused/0/code"), "PM103");
    std::fs::write(&plan, filing("accepted = 2026-11-20\n")).unwrap();
    let passed = run(0);
    assert_eq!(text(&list(&passed, "/file/recorded")[0], "/filing/change"), "updated");
    // Twelve guests are members.
    let all = passed.pointer("/account/counts/0/persons/all/at_most");
    assert_eq!(all.and_then(Value::as_u64), Some(120));
    let cells = std::fs::read_to_string(out.join("released/members.csv")).unwrap();
    assert!(cells.starts_with("会员号,手机号,会员等级\n") && cells.contains("139****0640"));
}

#[test]
fn what_is_wrong_with_a_folder_is_said_in_both_languages_and_nothing_is_done() {
    let story = copy("hotel-group", "wrong");
    let out = scratch("clear-wrong-results").join("out");
    let good = std::fs::read_to_string(story.join("clear.toml")).unwrap();
    let at = story.to_str().unwrap();
    let refused = |folder: &str, code: &str, zh: &str| {
        let en = clear(folder, &out, &["--lang", "en"]);
        assert_eq!((en.code, en.stdout.as_str()), (2, ""), "{code}: {}", en.stderr);
        assert!(en.stderr.contains(&format!("[{code}]")), "{code}: {}", en.stderr);
        assert!(en.stderr.contains("hint: "), "{code}: {}", en.stderr);
        let said = clear(folder, &out, &["--lang", "zh"]).stderr;
        assert!(said.contains(zh) && said.contains("提示："), "{code}: {said}");
        assert!(!out.exists(), "{code}");
        en.stderr
    };
    refused("stories/nowhere", "CL150", "没有这个文件夹");
    refused("stories", "CL151", "没有clear.toml");
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        std::fs::write(story.join("clear.toml"), good.replacen(from, to, 1)).unwrap();
    };
    with("format   = 1", "format = ");
    refused(at, "CL152", "读不懂");
    with("answers ", "answer ");
    let said = refused(at, "CL153", "未知的键");
    assert!(said.contains("clear.toml:8") && said.contains("`answer`"), "{said}");
    with("to      = \"bookings.parquet\"", "");
    refused(at, "CL154", "缺少键`to`");
    with("format   = 1", "format = 9");
    refused(at, "CL155", "不能这样写");
    with("flow    = \"marketing\"", "flow = \"loyalty\"");
    let said = refused(at, "CL156", "没有clear.toml所写的数据流");
    assert!(said.contains("booking, marketing"), "{said}");
    with("data/members.csv\"]\nto", "data/guests.csv\"]\nto");
    refused(at, "CL157", "不在文件夹里");
    with("members.csv\"\nchoices", "bookings.parquet\"\nchoices");
    refused(at, "CL158", "有两处相同");
    with("bookings.parquet", "../bookings.parquet");
    refused(at, "CL163", "只能是文件名");
    std::fs::write(story.join("clear.toml"), &good).unwrap();
    let inside = clear(at, &story.join("results"), &[]);
    assert!(inside.code == 2 && inside.stderr.contains("CL159"), "{}", inside.stderr);
    let day = clear(at, &out, &["--on", "2026-11-21"]);
    assert!(day.code == 2 && day.stderr.contains("AC110"), "{}", day.stderr);
    let declaration = std::fs::read_to_string(story.join("transfer.toml")).unwrap();
    let nameless: String = declaration
        .lines()
        .filter(|line| !line.starts_with("credit_code"))
        .fold(String::new(), |text, line| text + line + "\n");
    std::fs::write(story.join("transfer.toml"), nameless).unwrap();
    refused(at, "CL161", "统一社会信用代码");
    std::fs::remove_file(story.join("transfer.toml")).unwrap();
    refused(at, "CL157", "不在文件夹里");
    let template = kouan(&["clear", at, "--template"]);
    assert!(template.code == 2 && template.stderr.contains("CL162"), "{}", template.stderr);
}

#[test]
fn a_ledger_that_is_damaged_or_of_somebody_else_stops_everything() {
    let out = scratch("clear-damaged");
    assert_eq!(clear("stories/carmaker", &out, &[]).code, 0);
    let other = clear("stories/hotel-group", &out, &[]);
    assert!(other.code == 2 && other.stderr.contains("CL160"), "{}", other.stderr);
    let bundles: Vec<_> = files(&out.join("ledger/log/tile/entries"));
    for (path, mut bytes) in bundles {
        bytes[40] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::remove_file(out.join("released/staff.csv")).unwrap();
    let run = clear("stories/carmaker", &out, &["--lang", "zh"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains("LG111"), "{}", run.stderr);
    assert!(!out.join("released/staff.csv").exists());
}

#[test]
fn the_template_of_a_folder_runs_as_it_is() {
    let story = copy("hotel-group", "template");
    let plan = story.join("clear.toml");
    std::fs::remove_file(&plan).unwrap();
    for lang in ["zh", "en"] {
        let words = ["clear", ".", "--template", "--lang", lang, "-o", "clear.toml"];
        let run = kouan_in(&story, &words);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let out = scratch("clear-template-out");
    let at = ["--at", "2026-11-22T04:00:00Z", "--output-format", "json"];
    let run = clear(story.to_str().unwrap(), &out, &at);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let flows = list(&document, "/release/flows");
    assert!(!flows[0]["left"].is_null() && text(&flows[1], "/refused/0/code") == "PM103");
    // Before the first scan there is no inventory: the tables of the declaration say as much.
    let first = std::fs::read_to_string(&plan).unwrap();
    std::fs::remove_file(story.join("inventory.toml")).unwrap();
    assert_eq!(kouan_in(&story, &["clear", ".", "--template"]).stdout, first);
}

#[test]
fn the_published_schema_is_the_one_that_the_program_prints() {
    let path = root().join("docs/reference/clear.schema.json");
    let printed = kouan(&["clear", "--schema"]).stdout;
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == printed,
        "write it anew: kouan clear --schema -o docs/reference/clear.schema.json"
    );
    let schema: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    for key in ["format", "transfer", "answers", "at", "scan", "filing", "release"] {
        assert!(schema["properties"][key]["description"].is_string(), "{key}");
    }
}

#[test]
fn the_next_day_the_same_permit_goes_on_and_nothing_leaves_again() {
    let story = copy("carmaker", "next-day");
    let plan = story.join("clear.toml");
    let text_of = std::fs::read_to_string(&plan).unwrap();
    let timeless: Vec<&str> = text_of.lines().filter(|line| !line.starts_with("at ")).collect();
    std::fs::write(&plan, timeless.join("\n")).unwrap();
    let out = scratch("clear-next-day-results");
    let run = |at: &str| -> Value {
        let words = ["--at", at, "--output-format", "json"];
        let run = clear(story.to_str().unwrap(), &out, &words);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let first = run("2026-11-22T04:00:00Z");
    let next = run("2026-11-24T04:00:00Z");
    assert_eq!(first.pointer("/account/counts"), next.pointer("/account/counts"));
    let size = |document: &Value| document.pointer("/account/verified/size").cloned();
    assert_eq!(size(&first), size(&next));
    for flow in list(&next, "/release/flows") {
        assert_eq!(flow.pointer("/left/released/before"), Some(&Value::Bool(true)), "{flow:#}");
    }
    // Other columns are another permit: the output of the first one stands in its place.
    let choices = story.join("staff-choices.toml");
    let fewer = std::fs::read_to_string(&choices).unwrap().replace("\"职位\"", "\"姓名\"");
    std::fs::write(&choices, fewer).unwrap();
    let words = ["--at", "2026-11-24T05:00:00Z", "--output-format", "json"];
    let other = clear(story.to_str().unwrap(), &out, &words);
    assert_eq!(other.code, 2, "{}", other.stderr);
    assert!(other.stdout.contains("\"RL105\""), "{}", other.stdout);
}

#[test]
fn the_ledger_answers_what_an_extension_asks_and_check_holds_it_against_the_ledger() {
    let out = scratch("clear-ledger");
    assert_eq!(clear("stories/carmaker", &out, &[]).code, 0);
    let story = copy("carmaker", "extension");
    let ledger = out.join("ledger");
    let ledger = ledger.to_str().unwrap();
    let run = |words: &[&str]| -> (Run, Value) {
        let run =
            kouan_in(&story, &[words, &["--on", "2026-11-22", "--output-format", "json"]].concat());
        let document = serde_json::from_str(&run.stdout).unwrap_or_default();
        (run, document)
    };
    let file = ["file", "transfer.toml", "--answers", "answers.toml", "--out", "filing"];
    let file = [&file[..], &["--pack", "assessment-extension"]].concat();
    let gaps = |document: &Value| -> Vec<String> {
        let gaps = list(document, "/packs/0/gaps").iter();
        gaps.map(|gap| text(gap, "/path").to_owned()).collect()
    };
    let (_, without) = run(&file);
    let asked = ["approval.number", "approval.expires_on", "approval.performance"];
    assert!(asked.iter().all(|path| gaps(&without).contains(&(*path).to_owned())), "{without:#}");
    let (said, with) = run(&[&file[..], &["--ledger", ledger]].concat());
    assert!(!asked.iter().any(|path| gaps(&with).contains(&(*path).to_owned())), "{}", said.stderr);
    let pack = story.join("filing/carmaker-assessment-extension");
    let told: String = files(&pack)
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|end| end == "json"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    assert!(told.contains("EXAMPLE-SA-2026-0007") && told.contains("\"from\": \"ledger\""));
    assert!(told.contains("出境2次") && told.contains("Example Motors AG"));
    let check = ["file", "check", pack.to_str().unwrap(), "--against", "transfer.toml"];
    let check = [&check[..], &["--answers", "answers.toml"]].concat();
    let codes = |document: &Value| -> Vec<String> {
        let found = list(document, "/checked/0/findings").iter();
        found
            .map(|one| text(one, "/code").to_owned())
            .filter(|c| c == "FL206" || c == "FL210")
            .collect()
    };
    let (_, held) = run(&[&check[..], &["--ledger", ledger]].concat());
    assert_eq!(codes(&held), [""; 0], "{held:#}");
    let (_, alone) = run(&check);
    assert!(codes(&alone).contains(&"FL206".to_owned()), "{alone:#}");
    // The ledger of somebody else says nothing here.
    let other = scratch("clear-ledger-other");
    assert_eq!(clear("stories/hotel-group", &other, &[]).code, 1);
    let foreign = other.join("ledger");
    let (refused, _) = run(&[&file[..], &["--ledger", foreign.to_str().unwrap()]].concat());
    assert!(refused.code == 2 && refused.stderr.contains("FL159"), "{}", refused.stderr);
}
