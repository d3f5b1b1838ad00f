//! What a process takes: the clock, and the processor as the kernel tells it.

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Ticks of the kernel's clock in a second, as Linux shows them to programs.
const TICKS: f64 = 100.0;

/// How often a process is looked at.
const EVERY: Duration = Duration::from_millis(2);

/// What a process took, in milliseconds.
#[derive(Clone, Copy)]
pub struct Took {
    /// From start to end.
    pub wall: f64,
    /// Of the processor: in the program, its children, and the kernel for them.
    pub cpu: f64,
}

/// Runs a command to its end; `good` are the exit codes that it may end with.
pub fn time(mut command: Command, good: &[i32]) -> Result<Took, String> {
    let start = Instant::now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.map_err(|error| format!("{command:?}: {error}"))?;
    // The kernel keeps the figures of a process that ended until somebody asks how it ended.
    let (wall, ticks) = loop {
        let (ended, ticks) = stat(&child)?;
        if ended {
            break (start.elapsed(), ticks);
        }
        sleep(EVERY);
    };
    let status = child.wait().map_err(|error| error.to_string())?;
    match status.code() {
        Some(code) if good.contains(&code) => {
            Ok(Took { wall: wall.as_secs_f64() * 1000.0, cpu: ticks / TICKS * 1000.0 })
        }
        _ => Err(format!("{command:?}: {status}")),
    }
}

/// Whether a process has ended, and its ticks so far with those of its children.
fn stat(child: &Child) -> Result<(bool, f64), String> {
    let path = format!("/proc/{}/stat", child.id());
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    // After the name in brackets: the state, and from the twelfth on four counts of ticks.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let mut fields = rest.split_whitespace();
    let ended = fields.next() == Some("Z");
    let ticks = fields.skip(10).take(4).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok((ended, ticks))
}
