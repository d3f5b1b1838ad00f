//! `kouan rulebook …`, `explain`, `init`, `version` and help.

use crate::program::{copy, kouan, scratch, shown};

#[test]
fn what_happened_on_two_days_is_shown() {
    for (name, from, to) in [
        ("provisions-of-2024", "2024-03-21", "2024-03-22"),
        ("turn-of-2026", "2025-12-31", "2026-01-01"),
    ] {
        for language in ["zh", "en"] {
            let text = shown(&["rulebook", "diff", from, to, "--lang", language]);
            insta::assert_snapshot!(format!("diff-{name}-{language}"), text);
        }
    }
}

#[test]
fn impact_names_the_day_on_which_a_transfer_changes() {
    let text = shown(&[
        "rulebook",
        "impact",
        "2024-08-29",
        "2025-06-01",
        "examples/clinical-trial",
        "--lang",
        "en",
    ]);
    insta::assert_snapshot!("impact-clinical-trial", text);
}

#[test]
fn entries_of_every_kind_can_be_shown() {
    for (name, id) in [
        ("rule", "cn.threshold.contract.general-pi"),
        ("list", "cn-bj/2024-08-30"),
        ("point", "U1"),
        ("fact", "handler.is_ciio"),
        ("instrument", "cn/flow-2024"),
    ] {
        for language in ["zh", "en"] {
            let text = shown(&["rulebook", "show", id, "--lang", language]);
            insta::assert_snapshot!(format!("show-{name}-{language}"), text);
        }
    }
    for what in [
        "rules",
        "facts",
        "instruments",
        "lists",
        "unsettled",
        "duties",
        "limits",
        "changes",
        "versions",
        "missing",
        "sources",
        "terms",
    ] {
        let run = kouan(&["rulebook", "list", what, "--all", "--output-format", "json"]);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert!(!document["entries"].as_array().unwrap().is_empty(), "{what}");
    }
}

#[test]
fn every_list_edition_answers_with_its_completeness() {
    let text = shown(&["rulebook", "list", "lists", "--all", "--lang", "en", "--on", "2026-11-22"]);
    insta::assert_snapshot!("lists", text);
    let run = kouan(&["rulebook", "list", "lists", "--all", "--output-format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    for entry in document["entries"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        let shown = kouan(&["rulebook", "show", id, "--lang", "en"]);
        assert!(shown.stdout.contains("never \"not listed\""), "{id}");
    }
}

#[test]
fn the_tables_and_cases_come_out() {
    let run = kouan(&["rulebook", "test", "--lang", "en"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn codes_routes_and_terms_are_explained() {
    for what in ["DC207", "gba-contract", "关键信息基础设施运营者", "cn.hr-limbs"] {
        for language in ["zh", "en"] {
            let run = kouan(&["explain", what, "--lang", language]);
            assert_eq!(run.code, 0, "{what}");
            assert!(!run.stdout.is_empty(), "{what}");
        }
    }
    insta::assert_snapshot!("explain-unknown", shown(&["explain", "cn.hr-limb", "--lang", "en"]));
}

#[test]
fn a_template_is_written_once_and_then_decides() {
    let folder = scratch("template");
    let file = folder.join("transfer.toml").to_string_lossy().into_owned();
    assert_eq!(kouan(&["init", &file, "--lang", "zh"]).code, 0);
    let before = std::fs::read_to_string(&file).unwrap();
    let again = kouan(&["init", &file, "--lang", "en"]);
    assert_eq!((again.code, again.stdout.as_str()), (2, ""));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    let run = kouan(&["decide", &file, "--on", "2026-11-22", "--lang", "en", "-qq"]);
    assert_eq!(run.code, 1);
}

#[test]
fn help_speaks_both_languages() {
    for language in ["zh", "en"] {
        for (name, arguments) in [
            ("help", vec!["--lang", language, "--help"]),
            ("help-decide", vec!["decide", "--lang", language, "--help"]),
            ("help-rulebook", vec!["rulebook", "--lang", language, "--help"]),
        ] {
            insta::assert_snapshot!(format!("{name}-{language}"), shown(&arguments));
        }
    }
}

#[test]
fn completions_and_version_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let run = kouan(&["completions", shell]);
        assert!(run.code == 0 && run.stdout.contains("kouan"), "{shell}");
    }
    insta::assert_snapshot!("version", shown(&["version", "--lang", "en", "--on", "2026-11-22"]));
}

#[test]
fn a_mistake_in_a_rulebook_is_shown_where_it_stands() {
    let folder = scratch("rulebook-mistake");
    copy(&crate::program::root().join("rulebook"), &folder);
    let file = folder.join("rules/cn/thresholds.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let broken = text.replacen("at_least = 1_000_000", "at_leats = 1_000_000", 1);
    assert_ne!(text, broken);
    std::fs::write(&file, broken).unwrap();
    let path = folder.to_string_lossy().into_owned();
    let run =
        kouan(&["decide", "--fact", "handler.is_ciio=true", "--rulebook", &path, "--lang", "en"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("error[RB101]"), "{}", run.stderr);
    assert!(run.stderr.contains("rules/cn/thresholds.toml:"), "{}", run.stderr);
    assert!(run.stderr.contains("at_leats"), "{}", run.stderr);
}
