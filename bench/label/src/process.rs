//! What a process takes: the clock, and the memory that the kernel saw it hold.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a process is looked at.
const EVERY: Duration = Duration::from_millis(1);

/// What a process took.
#[derive(Clone, Copy)]
pub struct Took {
    /// From start to end, in milliseconds.
    pub wall: f64,
    /// The most memory that it held, in MiB; 0 where it was gone before it was looked at.
    pub memory: f64,
}

/// Runs a command to its end; `good` are the exit codes that it may end with.
pub fn time(mut command: Command, good: &[i32]) -> Result<Took, String> {
    let start = Instant::now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.map_err(|error| format!("{command:?}: {error}"))?;
    let mut memory: f64 = 0.0;
    let status = loop {
        memory = memory.max(held(child.id()));
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        sleep(EVERY);
    };
    let wall = start.elapsed().as_secs_f64() * 1000.0;
    match status.code() {
        Some(code) if good.contains(&code) => Ok(Took { wall, memory }),
        _ => Err(format!("{command:?}: {status}")),
    }
}

/// The high-water mark of a process, in MiB.
fn held(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
