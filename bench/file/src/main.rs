//! Times a whole pack with a table of 600 fields, and its check, as processes; LibreOffice sets the
//! same papers as PDF beside it.
//!
//! `cargo xtask bench file` runs this, on Linux; processes are held to one core where `taskset` is
//! there.

mod made;
mod page;
mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use process::{Took, time};

/// Fields of the pack that is timed.
const FIELDS: usize = 600;
/// Runs of each of our commands; the middle one counts.
const RUNS: usize = 11;
/// The day of the law, so that a later run times the same pack.
const DAY: &str = "2026-11-22";

/// What was asked for.
struct Asked {
    kouan: PathBuf,
    stories: PathBuf,
    json: PathBuf,
    markdown: Option<PathBuf>,
}

/// What was measured.
struct Measured {
    fields: usize,
    files: usize,
    papers: usize,
    bytes: u64,
    file: Vec<Took>,
    check: Vec<Took>,
    /// What LibreOffice calls itself, and what it took; `None` where it is not installed.
    office: Option<(String, Took)>,
}

fn main() -> ExitCode {
    match asked().and_then(|asked| run(&asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn asked() -> Result<Asked, String> {
    let mut words = std::env::args().skip(1);
    let (mut kouan, mut stories, mut json, mut markdown) = (None, None, None, None);
    while let Some(word) = words.next() {
        let slot = match word.as_str() {
            "--kouan" => &mut kouan,
            "--stories" => &mut stories,
            "--json" => &mut json,
            "--markdown" => &mut markdown,
            _ => return Err(format!("unknown word: {word}")),
        };
        *slot = words.next().map(PathBuf::from);
    }
    let lacks = |name: &str| format!("{name} is missing");
    Ok(Asked {
        kouan: kouan.ok_or_else(|| lacks("--kouan"))?,
        stories: stories.ok_or_else(|| lacks("--stories"))?,
        json: json.ok_or_else(|| lacks("--json"))?,
        markdown,
    })
}

fn run(asked: &Asked) -> Result<(), String> {
    let scratch = std::env::temp_dir().join(format!("kouan-bench-file-{}", std::process::id()));
    let measured = measured(asked, &scratch);
    let _ = std::fs::remove_dir_all(&scratch);
    let measured = measured?;
    let text = page::markdown(&measured);
    write(&asked.json, &page::json(&measured))?;
    if let Some(path) = &asked.markdown {
        write(path, &text)?;
    }
    print!("{text}");
    Ok(())
}

fn measured(asked: &Asked, scratch: &Path) -> Result<Measured, String> {
    let story = scratch.join("story");
    made::story(&asked.stories.join("hotel-group"), &story, FIELDS)?;
    made::inventory(&asked.kouan, &story)?;
    let pack = story.join("filing/hotel-group-standard-contract");
    let kouan = |words: &[&str]| {
        let mut command = on_one_core(&asked.kouan);
        command.args(words).args(["--on", DAY]).current_dir(&story);
        command
    };
    let given = ["transfer.toml", "--answers", "answers.toml"];
    let (mut file, mut check) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let _ = std::fs::remove_dir_all(story.join("filing"));
        let words = [&["file"], &given[..], &["--out", "filing"]].concat();
        file.push(time(kouan(&words), &[0, 1, 3])?);
        let folder = pack.to_string_lossy();
        let words = ["file", "check", &folder, "--against", given[0], given[1], given[2]];
        check.push(time(kouan(&words), &[0, 1, 3])?);
    }
    let files = made::below(&pack)?;
    let ending = |end: &str| -> Vec<&PathBuf> {
        files.iter().filter(|file| file.extension().is_some_and(|held| held == end)).collect()
    };
    let papers = ending("docx");
    if ending("pdf").len() != papers.len() {
        return Err("the pack does not hold a PDF beside every DOCX".to_owned());
    }
    let bytes = files.iter().filter_map(|file| file.metadata().ok()).map(|held| held.len()).sum();
    let office = office(&papers, scratch)?;
    file.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    check.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    let (files, papers) = (files.len(), papers.len());
    Ok(Measured { fields: FIELDS, files, papers, bytes, file, check, office })
}

/// LibreOffice, once: it takes the DOCX that we wrote and sets them as PDF.
fn office(papers: &[&PathBuf], scratch: &Path) -> Result<Option<(String, Took)>, String> {
    let Ok(version) = Command::new("soffice").arg("--version").output() else { return Ok(None) };
    let version = String::from_utf8_lossy(&version.stdout);
    let version = version.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let profile = format!("-env:UserInstallation=file://{}", scratch.join("profile").display());
    let convert = || {
        let mut command = on_one_core(Path::new("soffice"));
        command.arg(&profile).args(["--headless", "--convert-to", "pdf", "--outdir"]);
        command.arg(scratch.join("office")).args(papers);
        command
    };
    // Once for its profile, once for the clock.
    time(convert(), &[0])?;
    Ok(Some((version, time(convert(), &[0])?)))
}

/// A command held to the first core.
fn on_one_core(program: &Path) -> Command {
    if has_taskset() {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn has_taskset() -> bool {
    Command::new("taskset").arg("--version").stdout(Stdio::null()).status().is_ok()
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
