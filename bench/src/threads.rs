//! One thread and two: how much each loses when both cores decide.
//!
//! Ours shares one diagram between the threads; the peers get an engine each (share-nothing), which
//! is kinder to them than sharing.

use std::sync::Barrier;
use std::time::Duration;

use crate::clock::repeat_for;
use crate::engines::{Maker, OURS, PEERS, Setting};
use crate::process::median;
use crate::table::{Cell, Row};

/// Verdicts in one batch: so few that the slowest engine is seldom stopped within one.
const BATCH: usize = 16;
/// How long one measurement runs.
const SPAN: Duration = Duration::from_millis(120);
/// Measurements of each kind; the middle one counts.
const TAKES: usize = 9;

/// Verdicts in a second for each thread, and the loss.
pub fn rows(setting: &Setting<'_>) -> Result<Vec<Row>, String> {
    let makers: Vec<Maker> = std::iter::once(OURS).chain(PEERS.map(|(_, make)| make)).collect();
    let mut alone = vec![Vec::new(); makers.len()];
    let mut paired = vec![Vec::new(); makers.len()];
    for _ in 0..TAKES {
        for ((make, alone), paired) in makers.iter().zip(&mut alone).zip(&mut paired) {
            alone.push(per_thread(setting, *make, 1)?);
            paired.push(per_thread(setting, *make, 2)?);
        }
    }
    let middle = |takes: Vec<Vec<f64>>| -> Vec<f64> {
        takes.into_iter().map(|mut takes| median(&mut takes)).collect()
    };
    let (alone, paired) = (middle(alone), middle(paired));
    let losses: Vec<f64> =
        alone.iter().zip(&paired).map(|(one, two)| (1.0 - two / one) * 100.0).collect();
    let row = |what: &str, unit, figures: &[f64], goal| {
        let mut figures = figures.iter().copied();
        Row {
            what: what.to_owned(),
            unit,
            ours: Cell(figures.next()),
            peers: figures.map(Some).collect(),
            goal,
            ratios: false,
        }
    };
    Ok(vec![
        row("verdicts in a second, 1 thread", "thousand", &alone, None),
        row("verdicts in a second for each of 2 threads", "thousand", &paired, None),
        row("loss for each thread, 2 threads against 1", "%", &losses, Some(5.0)),
    ])
}

/// Thousands of verdicts in a second for each thread, from the middle of its batches: what else
/// the machine does stops a thread now and then and must not count against an engine.
fn per_thread(setting: &Setting<'_>, make: Maker, threads: usize) -> Result<f64, String> {
    let barrier = Barrier::new(threads);
    let cells = setting.cells.len();
    let work = || -> Result<f64, String> {
        let engine = make(setting);
        barrier.wait();
        let mut engine = engine?;
        let mut batch = 0;
        let mut batches = repeat_for(SPAN, || {
            let from = batch % (cells / BATCH).max(1) * BATCH;
            batch += 1;
            engine.run(from..from + BATCH);
        });
        Ok(BATCH as f64 / median(&mut batches) / 1e3)
    };
    let rates: Vec<Result<f64, String>> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |handle: std::thread::ScopedJoinHandle<'_, Result<f64, String>>| {
            handle.join().unwrap_or_else(|_| Err("a thread stopped".to_owned()))
        };
        handles.into_iter().map(join).collect()
    });
    let rates: Vec<f64> = rates.into_iter().collect::<Result<_, _>>()?;
    Ok(rates.iter().sum::<f64>() / threads as f64)
}
