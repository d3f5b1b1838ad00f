//! Tests of deciding against the rulebook as it is shipped.

mod book;
mod differential;
mod properties;
mod questions;
mod reference;
mod soundness;

#[test]
fn every_table_and_case_of_the_rulebook_comes_out() {
    let report = kouan_decide::run_cases(book::shipped());
    assert!(report.run > 0);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}
