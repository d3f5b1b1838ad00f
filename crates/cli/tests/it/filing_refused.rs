//! `kouan file` on wrong input: named precisely, nothing half-written, no value repeated.

use std::path::Path;

use kouan_dossier::docx::{Member, pack};

use crate::filing::{Hotel, edit};
use crate::program::{Run, kouan, root, scratch};

/// Refused, with this code, and nothing was made.
fn refused(hotel: &Hotel, run: &Run, code: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("[{code}]")), "{}", run.stderr);
    assert!(!hotel.folder.join("filing").exists());
}

#[test]
fn answers_that_are_not_there_are_named_in_both_languages() {
    let hotel = Hotel::new("refused-no-answers");
    let file = |language: &str| {
        let words = ["file", "transfer.toml", "--answers", "none.toml", "--out", "filing"];
        hotel.run(&[&words[..], &["--lang", language]].concat())
    };
    refused(&hotel, &file("en"), "FL160");
    insta::assert_snapshot!(
        "file-no-answers",
        format!("{}{}", file("zh").stderr, file("en").stderr)
    );
}

#[test]
fn an_answer_that_cannot_be_is_refused_without_its_value() {
    let hotel = Hotel::new("refused-answers");
    let secret = "甲乙丙丁99887766";
    for (code, answer) in [
        ("FL104", format!("question = \"handler.colour\"\nvalue = \"{secret}\"")),
        ("FL107", format!("question = \"handler.employees\"\nvalue = \"{secret}\"")),
        ("FL107", format!("question = \"agent.email\"\nvalue = \"{secret}\"")),
        ("FL106", format!("question = \"flow.title\"\nof = \"flow:none\"\nvalue = \"{secret}\"")),
        ("FL101", format!("question = \"agent.name\"\nvalue = \"{secret}\" x")),
        ("FL120", format!("question = \"flow.title\"\nsecret = \"{secret}\"")),
    ] {
        let text = format!("format = 1\n[[answer]]\n{answer}\nby = \"例某\"\non = 2026-11-01\n");
        std::fs::write(hotel.folder.join("answers.toml"), text).unwrap();
        let run = hotel.file(&["--lang", "both"]);
        refused(&hotel, &run, code);
        assert!(!run.stderr.contains("99887766"), "{code}: {}", run.stderr);
    }
}

#[test]
fn a_question_answered_in_two_files_is_named() {
    let hotel = Hotel::new("refused-twice");
    let text = "format = 1\n[[answer]]\nquestion = \"handler.employees\"\nvalue = 3\n";
    std::fs::write(hotel.folder.join("more.toml"), text).unwrap();
    let run = hotel.file(&["--answers", "more.toml", "--lang", "en"]);
    refused(&hotel, &run, "FL161");
    assert!(run.stderr.contains("handler.employees") && run.stderr.contains("answers.toml"));
}

#[test]
fn several_files_of_answers_are_read_together() {
    let hotel = Hotel::new("several-answers");
    let before = hotel.file(&["-n", "--output-format", "json"]);
    let text = "format = 1\n[[answer]]\nquestion = \"assessment.foreign_law\"\n\
                value = { zh = \"没有影响。\", en = \"No effect.\" }\nby = \"例某\"\non = 2026-11-20\n";
    std::fs::write(hotel.folder.join("more.toml"), text).unwrap();
    let after = hotel.file(&["-n", "--output-format", "json", "--answers", "more.toml"]);
    let gaps = |run: &Run| {
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        document["packs"][0]["gaps"].as_array().unwrap().len()
    };
    assert_eq!(gaps(&after) + 1, gaps(&before));
}

#[test]
fn what_declaration_and_answers_say_differently_is_named() {
    let hotel = Hotel::new("contradiction");
    let text = "format = 1\n[[answer]]\nquestion = \"contract.effective_on\"\n\
                of = \"recipient:Example Loyalty Services Ltd.\"\nvalue = 2026-11-19\n\
                by = \"例某\"\non = 2026-11-20\n";
    std::fs::write(hotel.folder.join("more.toml"), text).unwrap();
    let run = hotel.file(&["--answers", "more.toml", "--lang", "en"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("error[FL118]"), "{}", run.stderr);
    assert!(run.stderr.contains("contract.effective_on"), "{}", run.stderr);
}

#[test]
fn evidence_that_changed_or_went_is_named() {
    let hotel = Hotel::new("evidence-changed");
    std::fs::write(hotel.folder.join("evidence/agent-id.pdf"), "another").unwrap();
    std::fs::remove_file(hotel.folder.join("evidence/notice-text.pdf")).unwrap();
    let run = hotel.file(&["--lang", "en"]);
    assert_eq!(run.code, 1);
    for words in ["error[FL114]", "agent-id", "error[FL115]", "notice-text"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert!(run.stdout.contains("differs from its recorded digest"), "{}", run.stdout);
}

#[test]
fn something_else_at_the_target_is_left_alone() {
    for (name, is_zip) in [("folder", false), ("zip", true)] {
        let hotel = Hotel::new(&format!("foreign-{name}"));
        let target = if is_zip { hotel.pack().with_extension("zip") } else { hotel.pack() };
        let note = if is_zip { target.clone() } else { target.join("notes.txt") };
        std::fs::create_dir_all(note.parent().unwrap()).unwrap();
        std::fs::write(&note, "mine").unwrap();
        let run = hotel.file(&["--lang", "en"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert!(run.stderr.contains("error[FL163]"), "{}", run.stderr);
        assert_eq!(std::fs::read_to_string(note).unwrap(), "mine");
        let left = std::fs::read_dir(hotel.folder.join("filing")).unwrap().count();
        assert_eq!(left, 1, "nothing was written beside it");
    }
}

#[test]
fn a_pack_edited_by_hand_is_found_and_kept() {
    let hotel = Hotel::new("edited");
    hotel.file(&[]);
    edit(&hotel.report(), "12,600", "2,600");
    let folder = hotel.pack().to_string_lossy().into_owned();
    let run = hotel.run(&["file", "check", &folder, "--lang", "en"]);
    assert_eq!(run.code, 1);
    for code in ["FL201", "FL204"] {
        assert!(run.stdout.contains(code), "{code}: {}", run.stdout);
    }
    let edited = std::fs::read(hotel.report()).unwrap();
    let run = hotel.file(&["--lang", "en"]);
    assert!(run.stdout.contains(".old-1"), "{}", run.stdout);
    let report = hotel.report();
    let inside = report.strip_prefix(hotel.pack()).unwrap();
    let kept = hotel.folder.join("filing/hotel-guests-standard-contract.old-1").join(inside);
    assert_eq!(std::fs::read(kept).unwrap(), edited);
}

#[test]
fn tracked_changes_are_found_in_a_paper() {
    let hotel = Hotel::new("tracked");
    hotel.file(&[]);
    let report = hotel.report();
    edit(
        &report,
        "</w:body>",
        "<w:p><w:ins w:id=\"1\"><w:r><w:t>x</w:t></w:r></w:ins></w:p></w:body>",
    );
    let run = hotel.run(&["file", "check", &report.to_string_lossy(), "--lang", "en"]);
    assert!(run.code == 1 && run.stdout.contains("FL142"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn an_archive_with_path_tricks_is_not_opened() {
    let hotel = Hotel::new("tricks");
    for name in ["../out.docx", "/out.docx", "a/../../out.docx", "c:out.docx"] {
        let member = Member { name: name.to_owned(), bytes: b"x".to_vec() };
        std::fs::write(hotel.folder.join("p.zip"), pack(&[member]).unwrap()).unwrap();
        let run = hotel.run(&["file", "check", "p.zip", "--lang", "en"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        assert!(run.stderr.contains("error[FL133]"), "{name}: {}", run.stderr);
        assert!(!hotel.folder.join("out.docx").exists());
    }
}

#[test]
fn what_cannot_be_checked_says_so() {
    let hotel = Hotel::new("unreadable");
    std::fs::write(hotel.folder.join("p.docx"), "no archive").unwrap();
    std::fs::create_dir(hotel.folder.join("empty")).unwrap();
    for (path, code, exit) in [("none", "FL167", 2), ("p.docx", "FL131", 2), ("empty", "", 3)] {
        let run = hotel.run(&["file", "check", path, "--lang", "en"]);
        assert_eq!(run.code, exit, "{path}: {}", run.stderr);
        assert!(run.stderr.contains(code), "{path}: {}", run.stderr);
    }
}

#[test]
fn a_pack_or_a_declaration_that_is_not_one_is_refused() {
    let hotel = Hotel::new("no-pack");
    let run = hotel.file(&["--pack", "no-such-pack", "--lang", "en"]);
    refused(&hotel, &run, "FL166");
    assert!(run.stderr.contains("standard-contract"), "{}", run.stderr);
    let run = hotel.run(&["file", ".", "--out", "filing", "--lang", "en"]);
    refused(&hotel, &run, "FL162");
}

#[test]
fn papers_of_another_rulebook_are_read_and_checked() {
    let folder = scratch("papers-checked");
    copy(&root().join("rulebook"), &folder);
    let book = folder.to_string_lossy().into_owned();
    let check = || kouan(&["rulebook", "check", "--rulebook", &book, "--lang", "en"]);
    let (run, own) = (check(), kouan(&["rulebook", "check", "--lang", "en"]));
    assert_eq!((run.code, &run.stdout), (own.code, &own.stdout));
    let packs = folder.join("papers/packs/national.toml");
    let text = std::fs::read_to_string(&packs).unwrap();
    let document = "document = \"filing-form\"";
    assert!(text.contains(document));
    let other = text.replacen(document, "document = \"no-such-paper\"", 1);
    std::fs::write(&packs, other).unwrap();
    let run = check();
    assert!(run.code == 1 && run.stderr.contains("papers/packs/national.toml"), "{}", run.stderr);
    let transfer = "examples/hotel-booking/transfer.toml";
    let run = kouan(&["decide", transfer, "--rulebook", &book]);
    assert_eq!(run.code, 1, "deciding does not read papers: {}", run.stderr);
    let run = kouan(&["file", transfer, "-n", "--rulebook", &book]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
}

/// Copies the TOML files below a folder.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else if path.extension().is_some_and(|end| end == "toml") {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
