//! Runs the program and makes its output comparable.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run came to.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs `kouan` from the root of the repository, without settings of the machine.
pub fn kouan(arguments: &[&str]) -> Run {
    kouan_in(&root(), arguments)
}

/// Runs `kouan` from a folder, without settings of the machine.
pub fn kouan_in(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_kouan"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: stable(&String::from_utf8(output.stdout).unwrap()),
        stderr: stable(&String::from_utf8(output.stderr).unwrap()),
    }
}

/// Output with the digest of the rulebook replaced: it changes with every rule.
fn stable(text: &str) -> String {
    static DIGEST: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let digest = DIGEST.get_or_init(|| {
        kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied()).unwrap().digest
    });
    let short: String = digest.chars().take(12).collect();
    text.replace(digest, "DIGEST").replace(&short, "DIGEST")
}

/// A snapshot of a run: the command, the exit code, both streams.
pub fn shown(arguments: &[&str]) -> String {
    shown_in(&root(), arguments)
}

/// The same from a folder.
pub fn shown_in(folder: &Path, arguments: &[&str]) -> String {
    let run = kouan_in(folder, arguments);
    format!(
        "$ kouan {}\nexit code {}\n--- stdout\n{}--- stderr\n{}",
        arguments.join(" "),
        run.code,
        run.stdout,
        run.stderr
    )
}

/// A scratch folder of one test.
pub fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Copies a folder with all in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
