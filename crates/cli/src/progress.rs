//! One line on the terminal that says how far the work is.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

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

    /// Shows a line, not more often than the eye can follow; `said` is told the seconds since the
    /// beginning.
    pub fn show(&mut self, said: impl FnOnce(u64) -> String) {
        if !self.wanted || self.last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        self.last = Some(Instant::now());
        let line: String = said(self.began.elapsed().as_secs()).chars().take(100).collect();
        talk(&format!("\r\x1b[2K{line}"));
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.last.take().is_some() {
            talk("\r\x1b[2K");
        }
    }
}
