//! The rulebook as it is shipped.

use kouan_rulebook::{EMBEDDED, check, load};
use kouan_terms::{Diagnostic, Severity};

#[test]
fn it_loads_without_findings() {
    let findings = load(EMBEDDED.iter().copied()).err().unwrap_or_default();
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn it_has_no_error_on_the_day_of_its_edition() {
    let book = load(EMBEDDED.iter().copied()).unwrap();
    let findings = check(&book, "2026-11-22".parse().unwrap());
    let errors: Vec<&Diagnostic> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_minor_is_under_fourteen_since_the_law_is_in_force() {
    let book = load(EMBEDDED.iter().copied()).unwrap();
    let under = |day: &str| book.minor_age(day.parse().unwrap());
    assert_eq!(under("2021-11-01"), Some(14));
    assert_eq!(under("2026-11-22"), Some(14));
    assert_eq!(under("2021-10-31"), None, "the book does not say");
}
