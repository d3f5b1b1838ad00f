//! Step 2: facts and rules become a decision and its reasons.
//!
//! Everything here is a function of its arguments: no clock, no IO, no floats, no random order.

mod cases;
pub mod declaration;
mod diagram;
mod lists;
mod verdict;

pub use cases::{CaseReport, base_facts, run_cases, run_cases_where};
pub use diagram::{CompileError, Compiled, Doubt, Scope};
pub use verdict::{Completion, Evaluation, evaluate};
