//! One table: as Markdown for people, as JSON for machines.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::engines::PEERS;

/// What stands above the table in the reference page.
pub const HEADER: &str = "\
# `cargo xtask bench decide`

<!-- written by `cargo xtask bench decide --record` -->

";

/// A figure, or none.
#[derive(Clone, Copy)]
pub struct Cell(pub Option<f64>);

/// One line of the table.
pub struct Row {
    /// What is measured.
    pub what: String,
    /// In which unit.
    pub unit: &'static str,
    /// Ours.
    pub ours: Cell,
    /// The peers', in the order of [`PEERS`].
    pub peers: Vec<Option<f64>>,
    /// Ours is to be at most this.
    pub goal: Option<f64>,
    /// Whether to show how many times ours a peer takes.
    pub ratios: bool,
}

/// All of it.
pub struct Table {
    agreement: String,
    load: Option<String>,
    /// The lines.
    pub rows: Vec<Row>,
}

/// How it was measured, below the table.
const METHOD: &str = "\
One run on one machine, release profile of the program for all. Verdicts: 256 cells a batch, the engines in turn, each \
turn begun untimed; median and 99th percentile of the batches' means; the cells are random fact vectors, as many for each of the six \
routes. Every input is prepared before the clock runs: ours is the vector of facts, the if-chain has a struct, Rego a \
finished value, Cedar a finished request. Cedar answers yes or no, so its route is read from the reasons of one call. \
Two threads: ours share one diagram, the peers get an engine each; the middle batch of each take and the middle of nine takes count. A ratio says how many \
times as long as ours a peer takes.
";

impl Table {
    /// An empty table, with what the agreement came to and how busy the machine was.
    pub fn new(agreement: &str, load: Option<String>) -> Table {
        Table { agreement: agreement.to_owned(), load, rows: Vec::new() }
    }

    /// The table and how it came about.
    pub fn markdown(&self) -> String {
        let mut text = String::from("| what | unit | ours |");
        for (name, _) in PEERS {
            let _ = write!(text, " {name} |");
        }
        text.push_str(" goal | met |\n|---|---|--:|");
        text.push_str(&"--:|".repeat(PEERS.len()));
        text.push_str("--:|---|\n");
        for row in &self.rows {
            let _ = write!(text, "| {} | {} | {} |", row.what, row.unit, figure(row.ours.0));
            for peer in &row.peers {
                let ratio = row
                    .ratio(*peer)
                    .map_or(String::new(), |ratio| format!(" (×{})", figure(Some(ratio))));
                let _ = write!(text, " {}{ratio} |", figure(*peer));
            }
            let goal =
                row.goal.map_or_else(|| "—".to_owned(), |goal| format!("≤ {}", figure(Some(goal))));
            let met = match row.is_met() {
                None => "—",
                Some(true) => "yes",
                Some(false) => "no",
            };
            let _ = writeln!(text, " {goal} | {met} |");
        }
        let _ = write!(text, "\nAgreement before timing: {}.\n\n{METHOD}", self.agreement);
        if let Some(load) = &self.load {
            let _ = write!(
                text,
                "\nLoad of the machine when the run began (1, 5, 15 minutes): {load}.\n"
            );
        }
        text
    }

    /// The same for machines.
    pub fn json(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let peers = PEERS.iter().zip(&row.peers).map(|((name, _), peer)| {
                ((*name).to_owned(), json!({ "figure": peer, "ratio": row.ratio(*peer) }))
            });
            let peers: serde_json::Map<String, Value> = peers.collect();
            json!({
                "what": row.what, "unit": row.unit, "ours": row.ours.0, "peers": peers,
                "goal": row.goal, "met": row.is_met(),
            })
        });
        let all = json!({
            "schema": "kouan.bench.decide/1", "agreement": self.agreement, "load": self.load,
            "rows": rows.collect::<Vec<_>>(),
        });
        format!("{all:#}\n")
    }
}

impl Row {
    fn ratio(&self, peer: Option<f64>) -> Option<f64> {
        Some(peer? / self.ours.0?).filter(|_| self.ratios)
    }

    fn is_met(&self) -> Option<bool> {
        Some(self.ours.0? <= self.goal?)
    }
}

/// Three digits that count; thousands apart.
fn figure(value: Option<f64>) -> String {
    let Some(value) = value else { return "—".to_owned() };
    let size = value.abs();
    if size >= 1000.0 {
        let digits = format!("{value:.0}");
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) && !text.ends_with('-') {
                text.push(',');
            }
            text.push(digit);
        }
        text
    } else if size >= 100.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}
