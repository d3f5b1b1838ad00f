//! Tests of deciding against the rulebook as it is shipped.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]
#![expect(clippy::disallowed_macros, reason = "a run shows its start number and what it asked")]

mod book;
mod differential;
mod properties;
mod questions;
mod reference;
mod soundness;
mod thresholds;

#[test]
fn every_table_and_case_of_the_rulebook_comes_out() {
    let report = kouan_decide::run_cases(book::shipped());
    assert!(report.run > 0);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}
