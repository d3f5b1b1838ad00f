//! The steps in order; owns the clock, the threads, the scratch files and where scans run.
//!
//! Step 1 is [`scan`]: sources are read block by block, workers look at the blocks, and what they
//! saw is merged into an inventory that does not depend on how many there were. [`office`] is the
//! place of ledger and meter; [`permit()`] records what a decision lets leave, [`release`] lets it
//! leave, and [`forecast`] says when a line is reached.

mod definitions;
pub mod forecast;
pub mod office;
mod permit;
mod pump;
pub mod release;
mod scan;
mod scratch;

pub use definitions::{Definitions, scan_definitions};
pub use kouan_sources::objects::Bucket;
pub use kouan_sources::{Credentials, Options, Want};
pub use permit::{Granted, asked, permit, still_said};
pub use scan::{Progress, SAMPLE_ROWS, ScanRequest, scan};
