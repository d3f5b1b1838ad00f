//! The steps in order; owns the clock, the threads, the scratch files and where scans run.
//!
//! Today it holds step 1, [`scan`]: sources are read block by block, workers look at the blocks,
//! and what they saw is merged into an inventory that does not depend on how many there were.

mod definitions;
mod pump;
mod scan;
mod scratch;

pub use definitions::{Definitions, scan_definitions};
pub use kouan_sources::{Credentials, Options, Want};
pub use scan::{Progress, SAMPLE_ROWS, ScanRequest, scan};
