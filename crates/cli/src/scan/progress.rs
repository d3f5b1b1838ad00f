//! One line on the terminal that says how far a scan is.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use kouan_flow::Progress;

use crate::outcome::talk;
use crate::settings::Settings;

/// Between two updates of the line.
const PAUSE: Duration = Duration::from_millis(200);

/// The line, when there is a terminal to show it on.
pub struct Shown {
    wanted: bool,
    last: Option<Instant>,
    began: Instant,
}

impl Shown {
    /// No line yet.
    pub fn new(settings: &Settings) -> Shown {
        let wanted = std::io::stderr().is_terminal()
            && settings.quiet == 0
            && std::env::var_os("KOUAN_NO_PROGRESS").is_none();
        Shown { wanted, last: None, began: Instant::now() }
    }

    /// Shows how far it is, not more often than the eye can follow.
    pub fn show(&mut self, now: Progress<'_>) {
        if !self.wanted || self.last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        self.last = Some(Instant::now());
        let done = match now.bytes.filter(|bytes| *bytes > 0) {
            Some(bytes) => format!("{:>3} %", (now.taken.min(bytes) * 100) / bytes),
            None => format!("{} MB", now.taken >> 20),
        };
        let seconds = self.began.elapsed().as_secs();
        let line = format!("{}/{}  {}  {done}  {seconds} s", now.number, now.inputs, now.input);
        let line: String = line.chars().take(100).collect();
        talk(&format!("\r\x1b[2K{line}"));
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.last.take().is_some() {
            talk("\r\x1b[2K");
        }
    }
}
