//! `kouan label`: what happens with files good and bad, exit codes included. The file is never
//! damaged.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kouan_dossier::docx::{Member, pack};

use crate::program::{Run, kouan_in, scratch};

const CODE: &str = "001191350100M000100Y4300000";

/// The smallest picture: one black point.
pub(crate) fn png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0".to_vec();
    png.extend(b"\x3a\x7e\x9b\x55\0\0\0\x0aIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01");
    png.extend(b"\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

pub(crate) fn docx(more: &[(&str, &str)]) -> Vec<u8> {
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/\
                     relationships\"></Relationships>";
    let parts = [("[Content_Types].xml", types), ("_rels/.rels", relations)];
    let members: Vec<Member> = parts
        .iter()
        .chain(more)
        .map(|(name, text)| Member { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() })
        .collect();
    pack(&members).unwrap()
}

struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        Folder(scratch(test))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn run(&self, arguments: &[&str]) -> Run {
        kouan_in(
            &self.0,
            &[&["label"], arguments, &["--lang", "en", "--on", "2026-11-22"]].concat(),
        )
    }

    fn add(&self, file: &str, more: &[&str]) -> Run {
        let words = ["add", file, "--producer", CODE, "--content-id", "TEST-1"];
        self.run(&[&words, more].concat())
    }

    /// Adding is refused with this code, and the file is as it was; nothing is left beside it.
    fn refused(&self, file: &str, more: &[&str], code: &str) {
        let before = std::fs::read(self.0.join(file)).unwrap();
        let run = self.add(file, more);
        assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(&format!("[{code}]")), "{}", run.stderr);
        assert!(run.stderr.contains("hint:") || run.stderr.contains("as it was"), "{}", run.stderr);
        assert_eq!(std::fs::read(self.0.join(file)).unwrap(), before);
        self.nothing_beside();
    }

    fn nothing_beside(&self) {
        for entry in std::fs::read_dir(&self.0).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            assert!(!name.ends_with(".part"), "{name}");
        }
    }
}

#[test]
fn a_label_is_added_checked_and_kept() {
    let folder = Folder::new("label-add");
    folder.put("a.png", &png());
    let missing = folder.run(&["check", "a.png"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stdout.contains("[LB201]"), "{}", missing.stdout);
    assert_eq!(folder.add("a.png", &["--dry-run"]).code, 0);
    assert_eq!(std::fs::read(folder.0.join("a.png")).unwrap(), png());
    let run = folder.add("a.png", &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(folder.run(&["check", "a.png", "--lint"]).code, 0);
    let labelled = std::fs::read(folder.0.join("a.png")).unwrap();
    let again = folder.add("a.png", &[]);
    assert_eq!(again.code, 0);
    assert!(again.stdout.contains("as it was"), "{}", again.stdout);
    assert_eq!(std::fs::read(folder.0.join("a.png")).unwrap(), labelled);
    folder.nothing_beside();
}

#[test]
fn another_label_is_left_unless_replacing_is_said() {
    let folder = Folder::new("label-other");
    folder.put("a.png", &png());
    assert_eq!(folder.add("a.png", &[]).code, 0);
    let other = ["add", "a.png", "--producer", "other", "--content-id", "X"];
    let refused = folder.run(&other);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("[LB109]"), "{}", refused.stderr);
    assert_eq!(folder.run(&[&other, ["--replace"].as_slice()].concat()).code, 0);
    let found = folder.run(&["check", "a.png", "--as", "json"]);
    assert!(found.stdout.contains("\"producer\": \"other\""), "{}", found.stdout);
}

#[test]
fn a_platform_says_what_it_writes() {
    let folder = Folder::new("label-platform");
    folder.put("a.png", &png());
    let words = ["add", "a.png", "--propagator", "platform", "--content-id", "P-1"];
    let unsaid = folder.run(&words);
    assert_eq!(unsaid.code, 2);
    assert!(unsaid.stderr.contains("[LB134]"), "{}", unsaid.stderr);
    assert_eq!(folder.run(&[&words, ["--kind", "suspected"].as_slice()].concat()).code, 0);
    let found = folder.run(&["check", "a.png", "--as", "json"]);
    assert!(found.stdout.contains("\"kind\": \"suspected\""), "{}", found.stdout);
    // A label is there now: its kind stays, only the platform's part is written.
    let next = ["add", "a.png", "--propagator", "next", "--content-id", "N-1"];
    assert_eq!(folder.run(&next).code, 0);
    let found = folder.run(&["check", "a.png", "--as", "json"]).stdout;
    assert!(
        found.contains("\"kind\": \"suspected\"") && found.contains("\"propagator\": \"next\"")
    );
}

#[test]
fn bad_files_are_refused_and_stay_as_they_were() {
    let folder = Folder::new("label-bad");
    folder.put("empty.png", b"");
    folder.refused("empty.png", &[], "LB102");
    folder.put("note.txt", b"not a format");
    folder.refused("note.txt", &[], "LB103");
    folder.put("cut.png", png().get(..40).unwrap());
    folder.refused("cut.png", &[], "LB104");
    let pdf = "%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R \
               /Encrypt 2 0 R >>\nstartxref\n9\n%%EOF\n";
    folder.put("locked.pdf", pdf.as_bytes());
    folder.refused("locked.pdf", &[], "LB107");
    folder.put("signed.docx", &docx(&[("_xmlsignatures/origin.sigs", "")]));
    folder.refused("signed.docx", &[], "LB108");
    folder.put("a.png", &png());
    folder.refused("a.png", &["--reserved", "a\u{7}b"], "LB111");
    let wrong = "001191350100M000100Y4400000";
    let run = folder.run(&["add", "a.png", "--producer", wrong, "--content-id", "1"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("[LB112]"), "{}", run.stderr);
    assert!(!run.stderr.contains(wrong), "a code is not repeated");
    assert_eq!(std::fs::read(folder.0.join("a.png")).unwrap(), png());
}

#[test]
fn what_cannot_be_told_is_not_called_missing() {
    let folder = Folder::new("label-blind");
    folder.put("note.bin", b"not a format");
    assert_eq!(folder.run(&["check", "note.bin"]).code, 3);
    folder.put("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more of it");
    assert_eq!(folder.run(&["check", "locked.docx"]).code, 3);
    folder.put("cut.png", png().get(..40).unwrap());
    assert_eq!(folder.run(&["check", "cut.png"]).code, 2);
    let gone = folder.run(&["check", "gone.png"]);
    assert_eq!(gone.code, 2);
    assert!(gone.stderr.contains("[LB114]"), "{}", gone.stderr);
    let early = kouan_in(&folder.0, &["label", "check", "cut.png", "--on", "2025-08-31"]);
    assert_eq!(early.code, 2);
    assert!(early.stderr.contains("LB130"), "{}", early.stderr);
}

#[test]
fn a_wrong_ending_is_said_and_does_not_matter() {
    let folder = Folder::new("label-ending");
    folder.put("a.jpg", &png());
    let run = folder.add("a.jpg", &[]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("[LB117]"), "{}", run.stderr);
    assert_eq!(folder.run(&["check", "a.jpg"]).code, 0);
}

#[test]
fn a_read_only_file_is_left_alone_and_can_go_elsewhere() {
    let folder = Folder::new("label-read-only");
    let path = folder.put("a.png", &png());
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    folder.refused("a.png", &[], "LB115");
    assert_eq!(folder.add("a.png", &["--into", "out"]).code, 0);
    assert_eq!(folder.run(&["check", "out/a.png"]).code, 0);
    assert_eq!(std::fs::read(&path).unwrap(), png());
    let again = folder.add("a.png", &["--into", "out"]);
    assert!(again.stderr.contains("[LB116]"), "{}", again.stderr);
}

#[test]
fn a_folder_is_a_batch_that_can_be_run_again() {
    let folder = Folder::new("label-batch");
    folder.put("in/a.png", &png());
    folder.put("in/deep/b.md", b"# made up\n");
    folder.put("in/c.docx", &docx(&[]));
    folder.put("in/notes.csv", b"a,b\n");
    let run = folder.add("in", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("3 of 3"), "{}", run.stdout);
    folder.put("in/0.png", &png());
    let again = folder.add("in", &[]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
    assert_eq!(again.stdout.matches("as it was").count(), 3, "{}", again.stdout);
    assert_eq!(folder.run(&["check", "in", "--lint"]).code, 0);
    // One bad file does not keep the others from their labels, and is told by the exit code.
    folder.put("in/bad.png", b"\x89PNG\r\n\x1a\nnothing");
    folder.put("in/d.png", &png());
    let run = folder.add("in", &[]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("5 of 6"), "{}", run.stdout);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new("label-pipe");
    let mut child = Command::new(env!("CARGO_BIN_EXE_kouan"))
        .args(["label", "add", "-", "--producer", CODE, "--content-id", "1"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&png()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    folder.put("a.png", &output.stdout);
    assert_eq!(folder.run(&["check", "a.png"]).code, 0);
    let both = folder.run(&["add", "-", "a.png", "--producer", CODE, "--content-id", "1"]);
    assert_eq!(both.code, 2);
    assert!(both.stderr.contains("[LB135]"), "{}", both.stderr);
}

#[test]
fn codes_are_made_and_checked() {
    let folder = Folder::new("label-code");
    let made = folder.run(&["code", "make", "91350100M000100Y43"]);
    assert_eq!((made.code, made.stdout.trim()), (0, CODE));
    assert_eq!(folder.run(&["code", "check", CODE]).code, 0);
    let wrong = folder.run(&["code", "check", "001191350100M000100Y4400000"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("[LB133]"), "{}", wrong.stderr);
    let unknown = folder.run(&["code", "check", "002291350100M000100Y4300000"]);
    assert!(unknown.stderr.contains("[LB136]"), "{}", unknown.stderr);
}

#[test]
fn a_signature_is_made_checked_and_pinned() {
    let folder = Folder::new("label-signed");
    folder.put("a.png", &png());
    folder.put("secret", "07".repeat(32).as_bytes());
    assert_eq!(folder.add("a.png", &["--sign", "secret"]).code, 0);
    let found = folder.run(&["check", "a.png", "--as", "json", "--lint"]);
    let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    let signature = &found["files"][0]["signatures"][0];
    assert_eq!((&signature["state"], &signature["key"]), (&"holds".into(), &"in-file".into()));
    let reserved = found["files"][0]["labels"][0]["fields"]["producer_reserved"].as_str().unwrap();
    let data: serde_json::Value = serde_json::from_str(reserved).unwrap();
    let key = data["SecurityData"]["PubSD"][1]["KeyValue"].as_str().unwrap();
    folder.put("key", key.as_bytes());
    let pinned = folder.run(&["check", "a.png", "--as", "json", "--key", "key"]);
    assert!(pinned.stdout.contains("\"key\": \"pinned\""), "{}", pinned.stdout);
    assert_eq!(pinned.code, 0);
    // Another key of the same curve: its own generator.
    let other = "0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7\
                 bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
    folder.put("other", other.as_bytes());
    let refused = folder.run(&["check", "a.png", "--key", "other"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stdout.contains("[LB208]"), "{}", refused.stdout);
    folder.put("bad", b"no key");
    assert!(folder.run(&["check", "a.png", "--key", "bad"]).stderr.contains("[LB137]"));
}

#[test]
fn a_platform_is_told_what_to_show() {
    let folder = Folder::new("label-notice");
    folder.put("a.png", &png());
    assert_eq!(folder.run(&["notice", "a.png"]).code, 0);
    let possible = folder.run(&["notice", "a.png", "--declared"]);
    assert_eq!(possible.code, 1);
    assert!(possible.stdout.contains("may be generated"), "{}", possible.stdout);
    let suspected = folder.run(&["notice", "a.png", "--traces"]);
    assert!(suspected.stdout.contains("is suspected"), "{}", suspected.stdout);
    assert_eq!(folder.add("a.png", &[]).code, 0);
    let confirmed = folder.run(&["notice", "a.png", "--traces", "--output-format", "json"]);
    assert!(confirmed.stdout.contains("\"state\":\"generated\""), "{}", confirmed.stdout);
}

#[test]
fn words_are_checked_and_the_audio_mark_is_written_once() {
    let folder = Folder::new("label-words");
    let good = folder.run(&["words", "AI生成", "--size", "1920x1080"]);
    assert_eq!(good.code, 0);
    assert!(good.stdout.contains("at least 54 pixels"), "{}", good.stdout);
    assert_eq!(folder.run(&["words", "AI"]).code, 1);
    assert!(folder.run(&["words", "AI", "--size", "wide"]).stderr.contains("[LB138]"));
    assert_eq!(folder.run(&["mark", "mark.wav"]).code, 0);
    assert!(folder.run(&["mark", "mark.wav"]).stderr.contains("[LB116]"));
    assert_eq!(folder.add("mark.wav", &[]).code, 0);
}

#[test]
fn findings_go_out_as_sarif() {
    let folder = Folder::new("label-sarif");
    folder.put("a b.png", &png());
    let run = folder.run(&["check", "a b.png", "--as", "sarif"]);
    assert_eq!(run.code, 1);
    let log: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "LB201");
    let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "a%20b.png");
    assert!(Path::new(&folder.0).exists());
}

#[test]
fn a_platform_signs_its_own_part_and_the_next_one_leaves_the_rest() {
    let folder = Folder::new("label-platform-signed");
    folder.put("a.png", &png());
    folder.put("first", "07".repeat(32).as_bytes());
    folder.put("second", "08".repeat(32).as_bytes());
    assert_eq!(folder.add("a.png", &["--sign", "first"]).code, 0);
    let fields = |folder: &Folder| {
        let found = folder.run(&["check", "a.png", "--as", "json", "--lint"]);
        let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
        found["files"][0].clone()
    };
    let before = fields(&folder);
    let platform = "001191350100M000100Y4320001";
    let words = ["add", "a.png", "--propagator", platform, "--content-id", "P-1"];
    let signed = [&words[..], &["--sign", "second"]].concat();
    assert_eq!(folder.run(&signed).code, 0);
    let spread = fields(&folder);
    for own in ["label", "producer", "produce_id", "producer_reserved"] {
        assert_eq!(spread["labels"][0]["fields"][own], before["labels"][0]["fields"][own]);
    }
    let states: Vec<_> = spread["signatures"].as_array().unwrap().iter().collect();
    assert_eq!(states.len(), 2);
    for (state, of) in states.iter().zip(["producer", "propagator"]) {
        assert_eq!((&state["of"], &state["state"]), (&of.into(), &"holds".into()));
    }
    // The same again changes nothing.
    let once = std::fs::read(folder.0.join("a.png")).unwrap();
    assert!(folder.run(&signed).stdout.contains("as it was"));
    assert_eq!(std::fs::read(folder.0.join("a.png")).unwrap(), once);
    // What was signed for one number does not hold for the next; the producer's still does.
    let sealed = spread["labels"][0]["fields"]["propagator_reserved"].as_str().unwrap();
    let next = ["add", "a.png", "--propagator", platform, "--content-id", "P-2"];
    let kept = folder.run(&[&next[..], &["--reserved", sealed]].concat());
    assert_eq!(kept.code, 1, "{}", kept.stderr);
    let broken = fields(&folder);
    assert_eq!(broken["signatures"][0]["state"], "holds");
    assert_eq!(broken["signatures"][1]["state"], "fails");
    let refused = folder.run(&["check", "a.png"]);
    assert!(refused.stdout.contains("[LB207]") && refused.stdout.contains("ReservedCode2"));
    // A platform that does not sign leaves its field empty, and the rest alone.
    assert_eq!(folder.run(&next).code, 0);
    let last = fields(&folder);
    assert_eq!(last["labels"][0]["fields"]["propagator_reserved"], "");
    assert_eq!(last["signatures"].as_array().unwrap().len(), 1);
}
