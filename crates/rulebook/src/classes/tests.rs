//! Tests of the classes that are shipped.

use super::{Classes, check};
use crate::EMBEDDED;

fn shipped() -> Classes {
    Classes::load(EMBEDDED.iter().copied()).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

#[test]
fn the_shipped_classes_have_no_finding() {
    let book = crate::load(EMBEDDED.iter().copied()).unwrap();
    let findings: Vec<String> = check(&shipped(), &book)
        .into_iter()
        .map(|found| {
            let place = found.place.map(|place| place.file).unwrap_or_default();
            format!("{place}: {} {:?}", found.code.0, found.values)
        })
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
