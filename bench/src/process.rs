//! Whole processes, and the files of a run.

#![expect(clippy::disallowed_methods, reason = "the bench's edge: reads and writes files")]

use std::path::Path;
use std::process::{Command, Stdio};

use crate::clock::time;
use crate::ours_alone;
use crate::table::Row;

/// Runs of the program that are timed, and before them those that are not.
const RUNS: usize = 50;
const WARM_UP: usize = 5;
/// Loads of the rulebook.
const LOADS: usize = 20;

/// The program from its start to its end, and the load of the rulebook inside it.
pub fn rows(kouan: Option<&Path>) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    if let Some(kouan) = kouan {
        let file = std::env::temp_dir().join(format!("bench-{}.toml", std::process::id()));
        let declaration = crate::explained::declaration()?;
        std::fs::write(&file, declaration).map_err(|error| error.to_string())?;
        let what = "`kouan decide FILE`, from process start, median of 50";
        let decide = decide(kouan, &file);
        let _ = std::fs::remove_file(&file);
        rows.push(ours_alone(what, "ms", decide?, Some(20.0)));
    }
    let mut loads: Vec<f64> = (0..LOADS)
        .map(|_| {
            let embedded = kouan_rulebook::EMBEDDED.iter().copied();
            time(|| kouan_rulebook::load(embedded)).0.as_secs_f64() * 1e3
        })
        .collect();
    rows.push(ours_alone("loading the rulebook, in the process", "ms", median(&mut loads), None));
    Ok(rows)
}

fn decide(kouan: &Path, file: &Path) -> Result<f64, String> {
    let run = || {
        let mut command = Command::new(kouan);
        command.arg("decide").arg(file).args(["--on", crate::TODAY, "--lang", "en"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let (elapsed, status) = time(|| command.status());
        match status.map(|status| status.code()) {
            // 2 means that nothing was decided, so there is nothing to time.
            Ok(Some(0 | 1 | 3)) => Ok(elapsed.as_secs_f64() * 1e3),
            Ok(code) => Err(format!("`kouan decide` ended with {code:?}")),
            Err(error) => Err(format!("{}: {error}", kouan.display())),
        }
    };
    let mut times = (0..WARM_UP + RUNS).map(|_| run()).collect::<Result<Vec<f64>, String>>()?;
    times.drain(..WARM_UP);
    Ok(median(&mut times))
}

/// The middle of some figures.
pub fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How busy the machine is, where the system says so.
pub fn load_average() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    Some(text.split_whitespace().take(3).collect::<Vec<_>>().join(", "))
}

/// Writes a file that was asked for, folders included.
pub fn write(path: Option<&Path>, text: &str) -> Result<(), String> {
    let Some(path) = path else { return Ok(()) };
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    std::fs::write(path, text).map_err(told)
}
