//! The bare verdict: batches of all engines in turn, so that noise hits all alike.

use kouan_decide::Compiled;
use kouan_rulebook::Book;

use crate::clock::time;
use crate::engines::{Engine, OURS, PEERS, Setting};
use crate::table::{Cell, Row};
use crate::{cells, ours_alone};

/// Verdicts in one batch.
const BATCH: usize = 256;
/// Timed batches of one engine before the next has its turn.
const PER_TURN: usize = 6;
/// Turns of each engine, the first of which is not counted.
const TURNS: usize = 50;

/// The median and the 99th percentile of the batches' means.
pub struct Timed {
    /// Median.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
}

impl Timed {
    /// From the means of all batches.
    pub fn of(mut means: Vec<f64>) -> Timed {
        means.sort_by(f64::total_cmp);
        let at = |share: usize| means.get(means.len() * share / 100).copied().unwrap_or(f64::NAN);
        Timed { p50: at(50), p99: at(99) }
    }
}

/// Nanoseconds for each verdict, ours and every peer's.
pub fn rows(setting: &Setting<'_>) -> Result<Vec<Row>, String> {
    let mut engines = vec![OURS(setting)?];
    for (_, make) in PEERS {
        engines.push(make(setting)?);
    }
    let timed = interleaved(&mut engines, setting.cells.len());
    let row = |what: &str, of: fn(&Timed) -> f64, goal| {
        let mut figures = timed.iter().map(|timed| Cell(Some(of(timed))));
        Row {
            what: what.to_owned(),
            unit: "ns",
            ours: figures.next().unwrap_or(Cell(None)),
            peers: figures.map(|cell| cell.0).collect(),
            goal,
            ratios: true,
        }
    };
    Ok(vec![
        row("verdict, national rules of 2026-11-22, p50", |timed| timed.p50, Some(100.0)),
        row("verdict, national rules of 2026-11-22, p99", |timed| timed.p99, None),
    ])
}

/// Ours under the rules of another day.
pub fn other_day(book: &Book, compiled: &Compiled, random: &[Vec<u64>]) -> Result<Row, String> {
    let cells = cells::for_timing(compiled, random);
    let setting = Setting { book, compiled, cells: &cells };
    let timed = interleaved(&mut [OURS(&setting)?], cells.len());
    let p50 = timed.first().map_or(f64::NAN, |timed| timed.p50);
    Ok(ours_alone("verdict, national rules of 2023-07-01, p50", "ns", p50, Some(100.0)))
}

/// Each engine in turn goes over all cells untimed, so that every turn starts with its own data in
/// the caches, then over some batches with the clock running.
fn interleaved(engines: &mut [Box<dyn Engine + '_>], cells: usize) -> Vec<Timed> {
    let mut means = vec![Vec::with_capacity(TURNS * PER_TURN); engines.len()];
    let batches = (cells / BATCH).max(1);
    for turn in 0..TURNS {
        for (engine, means) in engines.iter_mut().zip(&mut means) {
            engine.run(0..cells);
            for batch in 0..PER_TURN {
                let from = batch % batches * BATCH;
                let (elapsed, _) = time(|| engine.run(from..from + BATCH));
                if turn > 0 {
                    means.push(elapsed.as_nanos() as f64 / BATCH as f64);
                }
            }
        }
    }
    means.into_iter().map(Timed::of).collect()
}
