//! One table: as Markdown for people, as JSON for machines.

use std::fmt::Write as _;

use serde_json::json;

/// What stands above the table in the reference page.
pub(crate) const HEADER: &str = "\
# `cargo xtask bench release`

<!-- written by `cargo xtask bench release --record` -->

";

/// What ours is held against.
pub(crate) enum Goal {
    /// Ours is to be at least this.
    AtLeast(f64),
    /// Ours is to be at most this.
    AtMost(f64),
    /// Ours is to be at least so many times the peer's figure.
    Times(f64),
}

/// A peer's figure.
pub(crate) enum Figure {
    /// Nobody to compare with.
    None,
    /// Who, and how much.
    Of(&'static str, f64),
    /// Who, and why there is none.
    NotRun(&'static str, String),
}

/// One line.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) ours: Option<f64>,
    pub(crate) peer: Figure,
    pub(crate) goal: Option<Goal>,
}

impl Row {
    /// How many times the peer's figure ours is.
    fn ratio(&self) -> Option<f64> {
        match (&self.peer, self.ours) {
            (Figure::Of(_, peer), Some(ours)) if *peer > 0.0 => Some(ours / peer),
            _ => None,
        }
    }

    fn is_met(&self) -> Option<bool> {
        match self.goal.as_ref()? {
            Goal::AtLeast(least) => Some(self.ours? >= *least),
            Goal::AtMost(most) => Some(self.ours? <= *most),
            Goal::Times(times) => Some(self.ratio()? >= *times),
        }
    }

    fn goal(&self) -> String {
        match &self.goal {
            None => "—".to_owned(),
            Some(Goal::AtLeast(least)) => format!("≥ {}", figure(*least)),
            Some(Goal::AtMost(most)) => format!("≤ {}", figure(*most)),
            Some(Goal::Times(times)) => format!("≥ ×{}", figure(*times)),
        }
    }
}

/// All of it.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// How it was measured, below the table.
    pub(crate) notes: Vec<String>,
}

impl Table {
    /// The table and how it came about.
    pub(crate) fn markdown(&self) -> String {
        let mut text = "| what | unit | ours | peer | ours / peer | goal | met |\n\
                        |---|---|--:|---|--:|--:|---|\n"
            .to_owned();
        for row in &self.rows {
            let peer = match &row.peer {
                Figure::None => "—".to_owned(),
                Figure::Of(who, peer) => format!("{who}: {}", figure(*peer)),
                Figure::NotRun(who, why) => format!("{who}: not run: {why}"),
            };
            let dash = || "—".to_owned();
            let ours = row.ours.map_or_else(dash, figure);
            let ratio = row.ratio().map_or_else(dash, |ratio| format!("×{}", figure(ratio)));
            let met = row.is_met().map_or("—", |met| if met { "yes" } else { "no" });
            let (what, unit, goal) = (&row.what, row.unit, row.goal());
            let _ =
                writeln!(text, "| {what} | {unit} | {ours} | {peer} | {ratio} | {goal} | {met} |");
        }
        for note in &self.notes {
            let _ = write!(text, "\n{note}\n");
        }
        text
    }

    /// The same for machines.
    pub(crate) fn json(&self) -> String {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| {
                let (who, peer, why) = match &row.peer {
                    Figure::None => (None, None, None),
                    Figure::Of(who, peer) => (Some(*who), Some(*peer), None),
                    Figure::NotRun(who, why) => (Some(*who), None, Some(why.as_str())),
                };
                json!({
                    "what": row.what, "unit": row.unit, "ours": row.ours, "peer": who,
                    "figure": peer, "not_run": why, "ratio": row.ratio(), "goal": row.goal(),
                    "met": row.is_met(),
                })
            })
            .collect();
        format!(
            "{:#}\n",
            json!({ "schema": "kouan.bench.release/1", "rows": rows, "notes": self.notes })
        )
    }
}

/// Three digits that count; thousands apart.
pub(crate) fn figure(value: f64) -> String {
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
    } else if size >= 0.1 || size == 0.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.4}")
    }
}
