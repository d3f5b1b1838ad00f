//! Wrong input: the place, what is wrong, what is allowed, one hint; exit code 2; nothing on
//! standard output.

use crate::program::{kouan, scratch, shown};

/// A declaration of one flow, with Chinese text before whatever is put in.
fn declaration(handler: &str, year: &str, flow: &str) -> String {
    format!(
        "# 虚构的申报单：错误的位置在中文之后也要指对\nformat = 1\nid = \"t\"\n\n[handler]\nname_zh = \"云海示例公司\"\n{handler}\n[year]\n{year}\n[[flow]]\nid = \"一号流\"\n{flow}\n"
    )
    .replace("\"一号流\"", "\"one\"")
}

fn refused(name: &str, text: &str) -> String {
    let folder = scratch(name);
    let file = folder.join("transfer.toml").to_string_lossy().into_owned();
    std::fs::write(&file, text).unwrap();
    let mut both = String::new();
    for language in ["zh", "en"] {
        let run = kouan(&["decide", &file, "--on", "2026-11-22", "--lang", language]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        both.push_str(&run.stderr.replace(&file, "transfer.toml"));
    }
    both
}

#[test]
fn each_mistake_is_shown_at_its_place_in_both_languages() {
    for (name, handler, year, flow) in [
        ("unknown-key", "is_cio = false", "", ""),
        ("wrong-type", "is_ciio = \"不是\"", "", ""),
        ("impossible-day", "", "", "[dates]\ncontract_effective = 2026-02-30"),
        ("negative-count", "", "general_pi = -5", ""),
        ("impossible-count", "", "general_pi = 99_000_000_000", ""),
        ("unknown-word", "sector = \"hotels\"", "", ""),
        ("wrong-check-digit", "credit_code = \"91110000MA00000070\"", "", ""),
        (
            "contradiction",
            "",
            "",
            "pi = false\n[[flow.field]]\nname = \"guest\"\nkind = \"general-pi\"",
        ),
        ("no-such-list", "", "", "[flow.list]\nedition = \"cn-xx/2025-01-01\"\nscenario = \"a/b\""),
        (
            "list-not-in-force",
            "",
            "",
            "[flow.list]\nedition = \"cn-bj/2024-08-30\"\nscenario = \"pharma/clinical-trial\"",
        ),
        (
            "no-such-sector",
            "",
            "",
            "[flow.list]\nedition = \"cn-sh/2026-04-24\"\nscenario = \"mining/coal\"",
        ),
        (
            "count-against-flow",
            "",
            "sensitive_pi = 0",
            "act = \"sent-abroad\"\nsensitive_pi = true",
        ),
    ] {
        let text = refused(name, &declaration(handler, year, flow));
        insta::assert_snapshot!(format!("bad-{name}"), text);
    }
}

#[test]
fn a_credit_code_is_never_printed() {
    let text = refused("masked", &declaration("credit_code = \"91110000MA00000070\"", "", ""));
    assert!(!text.contains("91110000MA00000070"), "{text}");
}

#[test]
fn the_command_line_is_explained_too() {
    for (name, arguments) in [
        ("cl-day", vec!["decide", "--fact", "handler.is_ciio=true", "--on", "2026-02-30"]),
        ("cl-nothing", vec!["decide"]),
        ("cl-no-file", vec!["decide", "does-not-exist.toml"]),
        ("cl-flag", vec!["decide", "--facts", "x=y"]),
        ("cl-command", vec!["decid"]),
        ("cl-fact", vec!["decide", "--fact", "handler.is_cio=true"]),
        ("cl-fact-value", vec!["decide", "--fact", "handler.is_ciio=perhaps"]),
        (
            "cl-two-facts",
            vec!["decide", "--fact", "handler.is_ciio=true", "--fact", "handler.is_ciio=false"],
        ),
        (
            "cl-before-the-book",
            vec!["decide", "--fact", "handler.is_ciio=true", "--on", "2010-01-01"],
        ),
        ("cl-days-turned-round", vec!["rulebook", "diff", "2025-01-01", "2024-01-01"]),
    ] {
        for language in ["zh", "en"] {
            let arguments = [&arguments[..], &["--lang", language]].concat();
            let run = kouan(&arguments);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
            insta::assert_snapshot!(format!("{name}-{language}"), shown(&arguments));
        }
    }
}

#[test]
fn what_is_too_large_or_too_deep_is_refused_with_its_limit() {
    let folder = scratch("limits");
    let refuse = |name: &str, text: String, code: &str| {
        let file = folder.join(name).to_string_lossy().into_owned();
        std::fs::write(&file, text).unwrap();
        let run = kouan(&["decide", &file, "--lang", "en"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        assert!(run.stderr.contains(code), "{name}: {}", run.stderr);
    };
    let deep = |open: &str| open.repeat(10_000);
    refuse("deep.json", deep("["), "DC102");
    refuse("deep.toml", format!("format = 1\nid = \"t\"\na = {}", deep("[")), "DC102");
    let flows = "[[flow]]\nid=\"a\"\n".repeat(1_000_000);
    refuse("flows.toml", format!("format = 1\nid = \"t\"\n{flows}"), "DC10");
    refuse("huge.toml", "#".repeat(100 * 1024 * 1024), "CL111");
    std::fs::remove_dir_all(&folder).unwrap();
}
