//! Blocks from one reading thread to several working threads, a few at a time.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use kouan_scan::survey::Survey;
use kouan_table::{Block, Rows, Tally};
use kouan_terms::Diagnostic;

/// Blocks that wait for a free worker, for each worker: enough to keep it busy, few enough to bound
/// the memory.
const WAITING_PER_WORKER: usize = 2;

/// Failures of blocks that are kept; a broken file may have thousands.
const FAILURES_MAX: usize = 20;

/// What one worker did.
pub(crate) struct Done<'s> {
    /// What it saw.
    pub(crate) survey: Survey<'s>,
    /// What the blocks of each table met.
    pub(crate) tallies: BTreeMap<Box<str>, Tally>,
    /// What kept blocks from being read.
    pub(crate) failures: Vec<Diagnostic>,
}

impl<'s> Done<'s> {
    fn nothing(survey: Survey<'s>) -> Done<'s> {
        Done { survey, tallies: BTreeMap::new(), failures: Vec::new() }
    }

    fn read(&mut self, block: Box<dyn Block>) {
        let mut table: Box<str> = "".into();
        let survey = &mut self.survey;
        let read = block.read(&mut |batch| {
            // What a block met belongs to the table it begins with.
            if table.is_empty() {
                table = batch.table.into();
            }
            survey.batch(batch);
        });
        match read {
            Ok(tally) => self.tallies.entry(table).or_default().add(tally),
            Err(failure) if self.failures.len() < FAILURES_MAX => self.failures.push(failure),
            Err(_) => {}
        }
    }
}

/// Reads every block of `rows` on as many threads as there are surveys; the failures of the reader
/// itself come after those of the blocks.
pub(crate) fn pump<'s>(
    rows: &mut dyn Rows,
    surveys: Vec<Survey<'s>>,
    report: &mut dyn FnMut(u64),
) -> (Vec<Done<'s>>, Vec<Diagnostic>) {
    let workers = surveys.len();
    let (sender, receiver) = sync_channel::<Box<dyn Block>>(workers * WAITING_PER_WORKER);
    let receiver = Mutex::new(receiver);
    let mut failures = Vec::new();
    let done: Vec<Done<'s>> = std::thread::scope(|scope| {
        let receiver = &receiver;
        let started: Vec<_> =
            surveys.into_iter().map(|survey| scope.spawn(move || work(receiver, survey))).collect();
        failures.extend(feed(rows, sender, report));
        started.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    // A thread that panicked took its counts with it: what is left must not pass for the whole.
    if done.len() < workers {
        failures.push(Diagnostic::error("SC271"));
    }
    (done, failures)
}

/// Hands out blocks until the end or a failure.
fn feed(
    rows: &mut dyn Rows,
    sender: SyncSender<Box<dyn Block>>,
    report: &mut dyn FnMut(u64),
) -> Option<Diagnostic> {
    loop {
        match rows.next() {
            Ok(Some(block)) => {
                // Only when every worker is gone does nobody take the block.
                if sender.send(block).is_err() {
                    return None;
                }
                report(rows.taken());
            }
            Ok(None) => return None,
            Err(failure) => return Some(failure),
        }
    }
}

fn work<'s>(receiver: &Mutex<Receiver<Box<dyn Block>>>, survey: Survey<'s>) -> Done<'s> {
    let mut done = Done::nothing(survey);
    loop {
        let block = match receiver.lock() {
            Ok(receiver) => receiver.recv(),
            Err(_) => break,
        };
        let Ok(block) = block else { break };
        done.read(block);
    }
    done.survey.settle();
    done
}
