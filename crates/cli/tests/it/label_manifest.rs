//! `kouan label manifest`: shown first, run when that is asked for, and kept only when the label is
//! as it was. The tool is played by scripts of the test: what C2PA asks is `c2patool`'s affair.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use crate::labels::png;
use crate::program::{Run, kouan_in, scratch};

const SIGNED: &str = "{\"private_key\": \"made-up.key\", \"sign_cert\": \"made-up.pem\"}";

struct Folder(PathBuf);

impl Folder {
    /// A labelled picture, a definition, and a tool that does this.
    fn new(test: &str, tool: Option<&str>) -> Folder {
        let folder = Folder(scratch(test));
        std::fs::write(folder.0.join("a.png"), png()).unwrap();
        std::fs::write(folder.0.join("m.json"), SIGNED).unwrap();
        let words = ["label", "add", "a.png", "--producer", "tester", "--content-id", "A-1"];
        assert_eq!(kouan_in(&folder.0, &words).code, 0);
        std::fs::create_dir_all(folder.0.join("bin")).unwrap();
        if let Some(tool) = tool {
            let path = folder.0.join("bin/c2patool");
            std::fs::write(&path, format!("#!/bin/sh\n{tool}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    }

    fn run(&self, more: &[&str]) -> Run {
        let words = ["label", "manifest", "a.png", "--definition", "m.json", "--into", "out"];
        let tools = format!("{}:/usr/bin:/bin", self.0.join("bin").display());
        let output = Command::new(env!("CARGO_BIN_EXE_kouan"))
            .args(words)
            .args(more)
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", tools)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap_or(-1);
        Run { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    fn left(&self) -> Vec<String> {
        let found = std::fs::read_dir(self.0.join("out")).into_iter().flatten();
        found.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}

#[test]
fn the_command_is_shown_and_run_only_when_asked_for() {
    // Stands for a tool that adds a manifest: a chunk of its own behind the head.
    let tool = "head -c 33 \"$1\" > \"$5\"; \
                printf '\\000\\000\\000\\004caBXjumb\\000\\000\\000\\000' >> \"$5\"; \
                tail -c +34 \"$1\" >> \"$5\"; echo \"$2 $3 $4\" > words";
    let folder = Folder::new("manifest-run", Some(tool));
    for (language, says) in [("zh", "将要运行的命令"), ("en", "what would be run")] {
        let shown = folder.run(&["--lang", language]);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        assert!(shown.stdout.contains("c2patool a.png -m m.json -o out/a.png"), "{}", shown.stdout);
        assert!(shown.stdout.contains(says), "{}", shown.stdout);
    }
    assert_eq!(folder.left(), [""; 0]);
    let run = folder.run(&["--run", "--lang", "en"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("the label as it was"), "{}", run.stdout);
    assert_eq!(folder.left(), ["a.png"]);
    assert_eq!(std::fs::read_to_string(folder.0.join("words")).unwrap(), "-m m.json -o\n");
    assert_eq!(kouan_in(&folder.0, &["label", "check", "out/a.png"]).code, 0);
    // What is bound by a manifest is not labelled again.
    let again = ["label", "add", "out/a.png", "--producer", "x", "--content-id", "1", "--replace"];
    let again = kouan_in(&folder.0, &again);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("[LB108]"), "{}", again.stderr);
    assert!(folder.run(&["--run"]).stderr.contains("[LB116]"));
}

#[test]
fn what_loses_the_label_or_fails_is_dropped() {
    let bare = png().iter().map(|byte| format!("\\\\{byte:03o}")).collect::<String>();
    let lost = format!("printf '{}' > \"$5\"", bare.replace("\\\\", "\\"));
    for (test, tool, code, en) in [
        ("manifest-lost", Some(lost.as_str()), "LB148", "does not carry the label"),
        ("manifest-fails", Some("exit 3"), "LB147", "exit code 3"),
        ("manifest-none", None, "LB143", "is not found"),
    ] {
        let folder = Folder::new(test, tool);
        let before = std::fs::read(folder.0.join("a.png")).unwrap();
        let run = folder.run(&["--run", "--lang", "en"]);
        assert_eq!(run.code, 2, "{test}: {}", run.stdout);
        assert!(run.stderr.contains(&format!("[{code}]")), "{test}: {}", run.stderr);
        assert!(run.stderr.contains(en), "{test}: {}", run.stderr);
        assert_eq!(folder.left(), [""; 0], "{test}");
        assert_eq!(std::fs::read(folder.0.join("a.png")).unwrap(), before, "{test}");
    }
}

#[test]
fn an_unlabelled_file_and_a_definition_without_a_key_are_refused() {
    let folder = Folder::new("manifest-refused", Some("touch ran"));
    std::fs::write(folder.0.join("m.json"), "{\"claim_generator\": \"x\"}").unwrap();
    for (language, says) in [("zh", "试用证书"), ("en", "certificate for trials")] {
        let run = folder.run(&["--run", "--lang", language]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("[LB149]") && run.stderr.contains(says), "{}", run.stderr);
    }
    std::fs::write(folder.0.join("m.json"), SIGNED).unwrap();
    std::fs::write(folder.0.join("a.png"), png()).unwrap();
    let run = folder.run(&["--run"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("[LB146]"), "{}", run.stderr);
    assert!(!folder.0.join("ran").exists());
}
