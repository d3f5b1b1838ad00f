//! Times labels written into a batch of pictures, into a film of one gigabyte, and checked in ten
//! thousand pictures, as processes; ExifTool and `cp` beside them.
//!
//! `cargo xtask bench label` runs this, on Linux.

mod made;
mod page;
mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use process::{Took, time};

/// Pictures of the batch that is labelled, and of the folder that is checked.
const BATCH: usize = 1_000;
const CHECKED: usize = 10_000;
/// Processes of ExifTool: one a file, and each like the other.
const PEERS: usize = 20;
/// Runs; the middle one counts.
const RUNS: usize = 5;
/// Bytes of the film.
const FILM_BYTES: u64 = 1_000_000_000;
/// A code of nobody's, and the day of the standard.
const CODE: &str = "001191350100M000100Y4300000";
const DAY: &str = "2026-11-22";

/// What was asked for.
struct Asked {
    kouan: PathBuf,
    json: PathBuf,
    markdown: Option<PathBuf>,
}

/// What was measured.
struct Measured {
    batch: Vec<Took>,
    /// One file by ExifTool; `None` where it is not installed.
    peer: Option<Vec<Took>>,
    check: Vec<Took>,
    film: Vec<Took>,
    copy: Vec<Took>,
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
    let (mut kouan, mut json, mut markdown) = (None, None, None);
    while let Some(word) = words.next() {
        let slot = match word.as_str() {
            "--kouan" => &mut kouan,
            "--json" => &mut json,
            "--markdown" => &mut markdown,
            _ => return Err(format!("unknown word: {word}")),
        };
        *slot = words.next().map(PathBuf::from);
    }
    let lacks = |name: &str| format!("{name} is missing");
    Ok(Asked {
        kouan: kouan.ok_or_else(|| lacks("--kouan"))?,
        json: json.ok_or_else(|| lacks("--json"))?,
        markdown,
    })
}

fn run(asked: &Asked) -> Result<(), String> {
    let scratch = std::env::temp_dir().join(format!("kouan-bench-label-{}", std::process::id()));
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
    let add = |path: &str, more: &[&str]| {
        let mut command = Command::new(&asked.kouan);
        command.args(["label", "add", path, "--producer", CODE, "--content-id", "BENCH"]);
        command.args(more).args(["--on", DAY]).current_dir(scratch);
        command
    };
    let mut batch = Vec::new();
    for _ in 0..RUNS {
        made::pictures(&scratch.join("batch"), BATCH)?;
        batch.push(time(add("batch", &[]), &[0])?);
    }
    made::pictures(&scratch.join("many"), CHECKED)?;
    time(add("many", &[]), &[0])?;
    let mut check = Vec::new();
    for _ in 0..RUNS {
        let mut command = Command::new(&asked.kouan);
        command.args(["label", "check", "many", "--on", DAY]).current_dir(scratch);
        check.push(time(command, &[0])?);
    }
    let peer = exiftool(scratch)?;
    made::film(&scratch.join("film.mp4"), FILM_BYTES)?;
    let (mut film, mut copy) = (Vec::new(), Vec::new());
    for round in 0..RUNS {
        // Who goes first takes turns, and nobody waits for what the other left to be written.
        for is_ours in [round % 2 == 0, round % 2 == 1] {
            let _ = std::fs::remove_file(scratch.join("out/film.mp4"));
            let _ = std::fs::remove_file(scratch.join("copy.mp4"));
            time(Command::new("sync"), &[0])?;
            if is_ours {
                film.push(time(add("film.mp4", &["--into", "out"]), &[0])?);
            } else {
                let mut command = Command::new("sh");
                command.args(["-c", "cp film.mp4 copy.mp4 && sync copy.mp4"]).current_dir(scratch);
                copy.push(time(command, &[0])?);
            }
        }
    }
    for runs in [&mut batch, &mut check, &mut film, &mut copy] {
        runs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
    }
    Ok(Measured { batch, peer, check, film, copy })
}

/// ExifTool writing one property of the same kind of packet, one process a file.
fn exiftool(scratch: &Path) -> Result<Option<Vec<Took>>, String> {
    if Command::new("exiftool").arg("-ver").output().is_err() {
        return Ok(None);
    }
    let folder = scratch.join("peer");
    made::pictures(&folder, PEERS)?;
    let mut took = Vec::new();
    for index in 0..PEERS {
        let mut command = Command::new("exiftool");
        command.args(["-q", "-overwrite_original", "-XMP-dc:Description=made up"]);
        command.arg(format!("{index}.png")).current_dir(&folder);
        took.push(time(command, &[0])?);
    }
    took.sort_by(|a, b| a.wall.total_cmp(&b.wall));
    Ok(Some(took))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
