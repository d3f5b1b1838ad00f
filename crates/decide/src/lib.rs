//! Step 2: facts and rules become a decision and its reasons.
//!
//! Everything here is a function of its arguments: no clock, no IO, no floats, no random order.

mod assess;
mod cases;
mod counting;
pub mod decision;
pub mod declaration;
mod diagram;
mod diff;
mod joint;
mod lists;
pub mod permit;
mod prove;
mod report;
mod request;
mod thresholds;
mod verdict;

pub use assess::Decider;
pub use cases::{CaseReport, base_facts, run_cases, run_cases_where};
pub use counting::YearCounts;
pub use diagram::{CompileError, Compiled, Doubt, Scope};
pub use diff::{ChangedAnswer, ChangedEntry, Difference, diff};
pub use prove::{Example, Fall, Proof, ScopeProof, prove};
pub use report::reckoned;
pub use report::wording::{route_meaning, route_name, route_names};
pub use request::Request;
pub use thresholds::{Threshold, ThresholdRule, thresholds};
pub use verdict::{Completion, Evaluation, evaluate};
