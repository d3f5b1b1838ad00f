//! Rows that a thread of their own fetches.
//!
//! The drivers lend rows out of their connection, so that whoever asks for the next block cannot
//! keep both; a thread holds the connection and hands blocks through a channel that takes one at
//! a time. Fetching and parsing overlap, and no more than three blocks wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use kouan_table::{Block, Rows};
use kouan_terms::Diagnostic;

/// Blocks that wait between the thread that fetches and whoever takes them.
const WAITING: usize = 2;

/// What fetches the rows.
pub(super) type Fetch = Box<dyn FnOnce(&mut Outlet) -> Result<(), Stop> + Send>;

/// Why fetching ended early.
pub(super) enum Stop {
    /// Nobody takes the rows any more.
    Unwanted,
    /// What keeps the rest from being read.
    Failed(Diagnostic),
}

/// Where the thread puts what it fetched.
pub(super) struct Outlet {
    to: SyncSender<Message>,
    taken: Arc<AtomicU64>,
}

enum Message {
    Block(Box<dyn Block>),
    Note(Diagnostic),
    End(Result<(), Diagnostic>),
}

impl Outlet {
    /// Hands a block over; waits while enough of them wait.
    pub(super) fn block(&mut self, block: Box<dyn Block>, bytes: usize) -> Result<(), Stop> {
        self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
        self.to.send(Message::Block(block)).map_err(|_| Stop::Unwanted)
    }

    /// Hands a finding over that does not end the reading.
    pub(super) fn note(&mut self, note: Diagnostic) -> Result<(), Stop> {
        self.to.send(Message::Note(note)).map_err(|_| Stop::Unwanted)
    }
}

/// The rows as the caller sees them; the thread starts at the first [`Rows::next`].
pub(super) struct Fed {
    state: State,
    taken: Arc<AtomicU64>,
    notes: Vec<Diagnostic>,
    /// What is said when the thread ends without a word.
    lost: Diagnostic,
}

enum State {
    Ready(Fetch),
    Running(Receiver<Message>),
    Ended,
}

impl Fed {
    /// Rows of an input that `fetch` gets.
    pub(super) fn new(input: &str, fetch: Fetch) -> Fed {
        Fed {
            state: State::Ready(fetch),
            taken: Arc::new(AtomicU64::new(0)),
            notes: Vec::new(),
            lost: Diagnostic::error("SC145").with("input", input).with("table", "-"),
        }
    }

    fn start(&self, fetch: Fetch) -> Result<Receiver<Message>, Diagnostic> {
        let (to, from) = sync_channel(WAITING);
        let mut outlet = Outlet { to, taken: Arc::clone(&self.taken) };
        std::thread::Builder::new()
            .name("rows".to_owned())
            .spawn(move || {
                let end = match fetch(&mut outlet) {
                    Ok(()) => Ok(()),
                    Err(Stop::Failed(what)) => Err(what),
                    Err(Stop::Unwanted) => return,
                };
                // Nobody may be there to hear it any more.
                let _ = outlet.to.send(Message::End(end));
            })
            .map_err(|_| self.lost.clone())?;
        Ok(from)
    }
}

impl Rows for Fed {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        let from = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready(fetch) => self.start(fetch)?,
            State::Running(from) => from,
            State::Ended => return Ok(None),
        };
        loop {
            match from.recv() {
                Ok(Message::Block(block)) => {
                    self.state = State::Running(from);
                    return Ok(Some(block));
                }
                Ok(Message::Note(note)) => self.notes.push(note),
                Ok(Message::End(end)) => return end.map(|()| None),
                // A thread that ends without saying so has not read everything.
                Err(_) => return Err(self.lost.clone()),
            }
        }
    }

    fn notes(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.notes)
    }

    fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// No rows at all, for [`crate::Want::Metadata`].
pub(super) struct NoRows;

impl Rows for NoRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use kouan_table::{Batch, Tally};

    use super::*;

    struct Empty;

    impl Block for Empty {
        fn read(self: Box<Self>, _take: &mut dyn FnMut(&Batch<'_>)) -> Result<Tally, Diagnostic> {
            Ok(Tally::default())
        }
    }

    fn fed(fetch: impl FnOnce(&mut Outlet) -> Result<(), Stop> + Send + 'static) -> Fed {
        Fed::new("postgres://localhost/crm", Box::new(fetch))
    }

    #[test]
    fn blocks_come_in_order_and_then_the_end_with_its_notes() {
        let mut rows = fed(|outlet| {
            outlet.block(Box::new(Empty), 10)?;
            outlet.note(Diagnostic::warning("SC149"))?;
            outlet.block(Box::new(Empty), 20)
        });
        assert!(rows.next().expect("a block").is_some());
        assert!(rows.next().expect("a block").is_some());
        assert!(rows.next().expect("the end").is_none());
        assert!(rows.next().expect("still the end").is_none());
        assert_eq!(rows.taken(), 30);
        assert_eq!(rows.notes().len(), 1);
    }

    #[test]
    fn a_failure_comes_after_the_blocks_before_it() {
        let mut rows = fed(|outlet| {
            outlet.block(Box::new(Empty), 1)?;
            Err(Stop::Failed(Diagnostic::error("SC145")))
        });
        assert!(rows.next().expect("a block").is_some());
        assert!(rows.next().is_err());
        assert!(rows.next().expect("nothing more").is_none());
    }

    #[test]
    fn a_thread_that_breaks_off_is_no_end() {
        let mut rows = fed(|outlet| {
            outlet.block(Box::new(Empty), 1)?;
            Err(Stop::Unwanted)
        });
        assert!(rows.next().expect("a block").is_some());
        assert_eq!(rows.next().err().expect("lost").code.0, "SC145");
    }
}
