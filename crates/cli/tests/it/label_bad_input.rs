//! Bad input of `kouan label add`, line by line: what is said in both languages, the exit code, and
//! that the file is as it was.

use std::path::{Path, PathBuf};

use crate::labels::{docx, png};
use crate::program::{Run, kouan_in, scratch};

const CODE: &str = "001191350100M000100Y4300000";

fn add(folder: &Path, file: &str, more: &[&str], language: &str) -> Run {
    let words = ["label", "add", file, "--on", "2026-11-22", "--lang", language];
    let mut all = words.to_vec();
    if !more.contains(&"--producer") {
        all.extend(["--producer", CODE]);
    }
    if !more.contains(&"--content-id") {
        all.extend(["--content-id", "TEST-1"]);
    }
    all.extend(more);
    kouan_in(folder, &all)
}

/// One bad file: what is added to the command, the code, and what both languages say.
struct Bad {
    file: &'static str,
    bytes: Vec<u8>,
    more: &'static [&'static str],
    code: &'static str,
    zh: &'static str,
    en: &'static str,
}

fn refused() -> Vec<Bad> {
    let bad = |file, bytes, more, code, zh, en| Bad { file, bytes, more, code, zh, en };
    let locked = b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R \
                   /Encrypt 2 0 R >>\nstartxref\n9\n%%EOF\n";
    let signed = docx(&[("_xmlsignatures/origin.sigs", "")]);
    let compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more of it".to_vec();
    vec![
        bad("empty.png", Vec::new(), &[], "LB102", "文件是空的", "the file is empty"),
        bad("note.txt", b"no format".to_vec(), &[], "LB103", "认不出格式", "format cannot be told"),
        bad(
            "cut.png",
            png().into_iter().take(40).collect(),
            &[],
            "LB104",
            "不符合格式",
            "not built as its format",
        ),
        bad("locked.pdf", locked.to_vec(), &[], "LB107", "文件已加密", "the file is encrypted"),
        bad("locked.docx", compound, &[], "LB107", "文件已加密", "the file is encrypted"),
        bad("signed.docx", signed, &[], "LB108", "签名失效", "would break the signature"),
        bad(
            "control.png",
            png(),
            &["--producer", "a\u{7}b"],
            "LB111",
            "含有控制字符",
            "holds control characters",
        ),
        bad("none.png", png(), &["--content-id", ""], "LB110", "的值", "has no value"),
        bad(
            "code.png",
            png(),
            &["--producer", "001191350100M000100Y4400000"],
            "LB112",
            "像是27位编码",
            "is shaped like a code",
        ),
    ]
}

#[test]
fn bad_files_and_values_are_refused_in_both_languages() {
    let folder = scratch("label-bad-input");
    for bad in refused() {
        let path = folder.join(bad.file);
        std::fs::write(&path, &bad.bytes).unwrap();
        for (language, says) in [("zh", bad.zh), ("en", bad.en)] {
            let run = add(&folder, bad.file, bad.more, language);
            assert_eq!(run.code, 2, "{}: {}{}", bad.file, run.stdout, run.stderr);
            let said = run.stderr.as_str();
            assert!(said.contains(&format!("[{}]", bad.code)), "{}: {said}", bad.file);
            assert!(said.contains(says), "{}: {said}", bad.file);
        }
        assert_eq!(std::fs::read(&path).unwrap(), bad.bytes, "{}", bad.file);
    }
    nothing_beside(&folder);
}

fn nothing_beside(folder: &Path) {
    let left = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let left: Vec<PathBuf> = left.filter(|path| path.to_string_lossy().contains(".part")).collect();
    assert_eq!(left, [] as [PathBuf; 0]);
}

#[test]
fn another_producers_label_and_a_read_only_file_stay_as_they_are() {
    let folder = scratch("label-bad-others");
    let path = folder.join("a.png");
    std::fs::write(&path, png()).unwrap();
    assert_eq!(add(&folder, "a.png", &["--producer", "somebody-else"], "en").code, 0);
    let before = std::fs::read(&path).unwrap();
    for (language, says) in [("zh", "文件已有另一标识"), ("en", "carries another label already")]
    {
        let run = add(&folder, "a.png", &[], language);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("[LB109]") && run.stderr.contains(says), "{}", run.stderr);
        assert!(run.stderr.contains("--replace"), "the way out is named: {}", run.stderr);
    }
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    for (language, says) in [("zh", "文件是只读的"), ("en", "the file is read-only")] {
        let run = add(&folder, "a.png", &["--replace"], language);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("[LB115]") && run.stderr.contains(says), "{}", run.stderr);
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    nothing_beside(&folder);
}

#[test]
fn what_is_unwise_is_done_and_said() {
    let folder = scratch("label-unwise");
    let cases: [(&str, &[&str], &str, &str, &str); 5] = [
        ("ending.jpg", &[], "LB117", "后缀不是png的", "ending of the name is not one of png"),
        (
            "name.png",
            &["--producer", "例某公司"],
            "LB119",
            "写的是名称",
            "is a name, and not a code",
        ),
        (
            "name.png",
            &["--producer", "例某公司"],
            "LB222",
            "标准所列之外",
            "characters outside those",
        ),
        (
            "space.png",
            &["--content-id", "A 1"],
            "LB222",
            "标准所列之外",
            "characters outside those",
        ),
        (
            "quote.png",
            &["--content-id", "A\\1"],
            "LB222",
            "标准所列之外",
            "characters outside those",
        ),
    ];
    for (file, more, code, zh, en) in cases {
        for (language, says) in [("zh", zh), ("en", en)] {
            std::fs::write(folder.join(file), png()).unwrap();
            let run = add(&folder, file, more, language);
            assert_eq!(run.code, 0, "{file}: {}", run.stderr);
            let said = run.stderr.as_str();
            assert!(said.contains(&format!("[{code}]")) && said.contains(says), "{file}: {said}");
        }
        let checked = kouan_in(&folder, &["label", "check", file, "--on", "2026-11-22"]);
        assert_eq!(checked.code, 0, "{file}: {}", checked.stdout);
    }
    // A name is said once for a batch, and a format without XMP says what it left out.
    std::fs::create_dir_all(folder.join("batch")).unwrap();
    for name in ["batch/a.png", "batch/b.md"] {
        std::fs::write(folder.join(name), if name.ends_with("png") { png() } else { vec![b'x'] })
            .unwrap();
    }
    let source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
    let run = add(&folder, "batch", &["--producer", "tester", "--source-type", source], "en");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stderr.matches("[LB119]").count(), 1, "{}", run.stderr);
    assert_eq!(run.stderr.matches("[LB118]").count(), 1, "{}", run.stderr);
}

#[test]
fn a_trial_says_that_it_was_one() {
    let folder = scratch("label-trial");
    std::fs::write(folder.join("a.png"), png()).unwrap();
    for (language, says) in [("zh", "将有1个加上标识；未写任何文件"), ("en", "would be labelled")]
    {
        let run = add(&folder, "a.png", &["--dry-run"], language);
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains(says), "{}", run.stdout);
    }
    assert_eq!(std::fs::read(folder.join("a.png")).unwrap(), png());
    nothing_beside(&folder);
}
