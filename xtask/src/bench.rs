//! `cargo xtask bench`: times verdicts, the scan, papers, releases and labels beside our peers', in
//! packages of their own.

use std::path::Path;
use std::process::Command;

use crate::Outcome;

const MANIFEST: &str = "bench/Cargo.toml";
const JSON: &str = "target/bench/decide.json";
/// The table as it stands in the repository.
const PAGE: &str = "docs/reference/bench-decide.md";

const SCAN_MANIFEST: &str = "bench/scan/Cargo.toml";
const SCAN_JSON: &str = "target/bench/scan.json";
/// The table of the scan as it stands in the repository.
const SCAN_PAGE: &str = "docs/reference/bench-scan.md";

/// Builds the program and the bench as they are shipped, and times the scan; `more` goes to the
/// bench as it is.
pub(crate) fn scan(root: &Path, record: bool, more: &[&str]) -> Result<Outcome, String> {
    program(root)?;
    let mut bench = cargo(root);
    bench.args(["run", "--release", "--locked", "--manifest-path", SCAN_MANIFEST, "--", "time"]);
    bench.arg("--kouan").arg(target(root).join("release/kouan"));
    bench.arg("--json").arg(root.join(SCAN_JSON));
    if record {
        bench.arg("--markdown").arg(root.join(SCAN_PAGE));
    }
    bench.args(more);
    match run(bench)? {
        0 => Ok(Outcome::Clean),
        _ => Err("the bench did not run".to_owned()),
    }
}

const FILE_MANIFEST: &str = "bench/file/Cargo.toml";
const FILE_JSON: &str = "target/bench/file.json";
/// The table of the papers as it stands in the repository.
const FILE_PAGE: &str = "docs/reference/bench-file.md";

/// Builds the program and the bench as they are shipped, and times a pack and its check.
pub(crate) fn file(root: &Path, record: bool) -> Result<Outcome, String> {
    program(root)?;
    let mut bench = cargo(root);
    bench.args(["run", "--release", "--locked", "--manifest-path", FILE_MANIFEST, "--"]);
    bench.arg("--kouan").arg(target(root).join("release/kouan"));
    bench.arg("--stories").arg(root.join("stories"));
    bench.arg("--json").arg(root.join(FILE_JSON));
    if record {
        bench.arg("--markdown").arg(root.join(FILE_PAGE));
    }
    match run(bench)? {
        0 => Ok(Outcome::Clean),
        _ => Err("the bench did not run".to_owned()),
    }
}

const LABEL_MANIFEST: &str = "bench/label/Cargo.toml";
const LABEL_JSON: &str = "target/bench/label.json";
/// The table of labels as it stands in the repository.
const LABEL_PAGE: &str = "docs/reference/bench-label.md";

/// Builds the program and the bench as they are shipped, and times labels written and checked.
pub(crate) fn label(root: &Path, record: bool) -> Result<Outcome, String> {
    program(root)?;
    let mut bench = cargo(root);
    bench.args(["run", "--release", "--locked", "--manifest-path", LABEL_MANIFEST, "--"]);
    bench.arg("--kouan").arg(target(root).join("release/kouan"));
    bench.arg("--json").arg(root.join(LABEL_JSON));
    if record {
        bench.arg("--markdown").arg(root.join(LABEL_PAGE));
    }
    match run(bench)? {
        0 => Ok(Outcome::Clean),
        _ => Err("the bench did not run".to_owned()),
    }
}

const RELEASE_MANIFEST: &str = "bench/release/Cargo.toml";
const RELEASE_JSON: &str = "target/bench/release.json";
/// The table of the release as it stands in the repository.
const RELEASE_PAGE: &str = "docs/reference/bench-release.md";
/// The size of the invented CSV that is released, in MiB, where nothing else is asked for.
const RELEASE_MEBIBYTES: &str = "1024";

/// Builds the program and the bench as they are shipped, writes the rows, and times releases, the
/// meter and the ledger; `more` goes to the bench as it is, save for the size of the rows.
pub(crate) fn release(root: &Path, record: bool, more: &[&str]) -> Result<Outcome, String> {
    program(root)?;
    let (mebibytes, more) = match more {
        ["--mebibytes", mebibytes, more @ ..] => (*mebibytes, more),
        more => (RELEASE_MEBIBYTES, more),
    };
    let csv = rows(root, mebibytes)?;
    let mut bench = cargo(root);
    bench.args(["run", "--release", "--locked", "--manifest-path", RELEASE_MANIFEST, "--", "time"]);
    bench.arg("--kouan").arg(target(root).join("release/kouan"));
    bench.arg("--csv").arg(csv).arg("--folder").arg(root.join("target/bench/release"));
    bench.arg("--json").arg(root.join(RELEASE_JSON));
    if record {
        bench.arg("--markdown").arg(root.join(RELEASE_PAGE));
    }
    bench.args(more);
    match run(bench)? {
        0 => Ok(Outcome::Clean),
        _ => Err("the bench did not run".to_owned()),
    }
}

/// The invented rows of the bench of the scan; a file that is there is not written again.
fn rows(root: &Path, mebibytes: &str) -> Result<std::path::PathBuf, String> {
    let folder = root.join("target/bench/release");
    let path = folder.join(format!("rows-{mebibytes}.csv"));
    if path.exists() {
        return Ok(path);
    }
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let unfinished = path.with_extension("unfinished");
    let mut writer = cargo(root);
    writer.args(["run", "--release", "--locked", "--manifest-path", SCAN_MANIFEST, "--", "rows"]);
    writer.arg(mebibytes).arg(&unfinished);
    if run(writer)? != 0 {
        return Err("the rows could not be written".to_owned());
    }
    std::fs::rename(unfinished, &path).map_err(|error| error.to_string())?;
    Ok(path)
}

/// How far a run goes.
pub(crate) enum Extent {
    /// Compares the engines' answers and stops.
    Agreement,
    /// Compares, then times, and prints the table.
    Table,
    /// The same, and keeps the table as a page of the documents.
    Record,
}

/// Builds the program and the bench as they are shipped, and runs the bench.
pub(crate) fn decide(root: &Path, extent: &Extent) -> Result<Outcome, String> {
    let mut bench = cargo(root);
    bench.args(["run", "--release", "--locked", "--manifest-path", MANIFEST, "--"]);
    if let Extent::Agreement = extent {
        bench.arg("--agree-only");
    } else {
        program(root)?;
        bench.arg("--kouan").arg(target(root).join("release/kouan"));
        bench.arg("--json").arg(root.join(JSON));
    }
    if let Extent::Record = extent {
        bench.arg("--markdown").arg(root.join(PAGE));
    }
    match run(bench)? {
        0 => Ok(Outcome::Clean),
        1 => Ok(Outcome::Findings),
        _ => Err("the bench did not run".to_owned()),
    }
}

fn program(root: &Path) -> Result<(), String> {
    let mut program = cargo(root);
    program.args(["build", "--release", "--locked", "--package", "kouan-cli"]);
    if run(program)? == 0 { Ok(()) } else { Err("the program does not build".to_owned()) }
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root);
    command
}

/// Where cargo puts what it builds for the workspace.
fn target(root: &Path) -> std::path::PathBuf {
    // A folder set for all of cargo holds the program as well as the bench.
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into)
}

fn run(mut command: Command) -> Result<i32, String> {
    let status = command.status().map_err(|error| format!("cargo: {error}"))?;
    Ok(status.code().unwrap_or(2))
}
