//! Whole processes: how long, how much of the processors, how much memory.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Fault, words};

/// Ticks of the kernel's clock in a second, as Linux shows them to programs.
const TICKS: f64 = 100.0;

/// How often a process is looked at.
const EVERY: Duration = Duration::from_millis(2);

/// What a process took.
#[derive(Clone, Debug)]
pub(crate) struct Took {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor time, in the program and in the kernel for it.
    pub(crate) cpu: f64,
    /// The most memory it held, in MiB.
    pub(crate) peak: f64,
    /// What it wrote to standard output.
    pub(crate) output: String,
    /// Its exit code.
    pub(crate) code: i32,
}

/// Runs a command to its end. Its output goes through a file, so that nobody has to read along.
pub(crate) fn took(command: &mut Command, output: &Path) -> Result<Took, Fault> {
    let file = std::fs::File::create(output).map_err(words)?;
    let errors = std::fs::File::create(output.with_extension("errors")).map_err(words)?;
    command.stdin(Stdio::null()).stdout(file).stderr(errors);
    let start = Instant::now();
    let mut child = command.spawn().map_err(words)?;
    let (cpu, peak) = watched(&child)?;
    let wall = start.elapsed().as_secs_f64();
    let code = child.wait().map_err(words)?.code().unwrap_or(-1);
    let output = std::fs::read(output).map_err(words)?;
    Ok(Took { wall, cpu, peak, output: String::from_utf8_lossy(&output).into_owned(), code })
}

/// Waits until the process has ended, but keeps it: until somebody asks for its exit code, the
/// kernel still tells what it took.
fn watched(child: &Child) -> Result<(f64, f64), Fault> {
    let folder = format!("/proc/{}", child.id());
    let mut peak = 0.0_f64;
    loop {
        let stat = std::fs::read_to_string(format!("{folder}/stat")).map_err(words)?;
        // The name of the program stands in brackets and may hold anything.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        let fields: Vec<&str> = after.split_ascii_whitespace().collect();
        if fields.first() == Some(&"Z") {
            let ticks = |place: usize| fields.get(place).and_then(|word| word.parse::<f64>().ok());
            let cpu = ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0);
            return Ok((cpu / TICKS, peak));
        }
        let status = std::fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
        peak = peak.max(kib.unwrap_or(0.0) / 1024.0);
        std::thread::sleep(EVERY);
    }
}

/// How busy the machine is: the averages of 1, 5 and 15 minutes.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(", ")
}
