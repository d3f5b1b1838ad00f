//! Tests of the rulebook as it is shipped.

#[test]
fn the_embedded_rulebook_loads_without_findings() {
    let book = kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied());
    let findings = book.err().unwrap_or_default();
    assert!(findings.is_empty(), "{findings:#?}");
}
