//! Entries that are visibly made up, and logs of them.

use std::sync::Arc;

use kouan_disk::Disk;
use kouan_ledger::entry::{
    Count, Digest, Draft, Field, LaneCount, Name, Output, People, Released, Time, Totals, What,
};
use kouan_ledger::{Against, Ledger, Log, SigningSeed};
use kouan_terms::Route;

pub const FOLDER: &str = "ledger";

/// Whether the full size was asked for, as `cargo xtask reliability` does.
pub fn is_full() -> bool {
    std::env::var_os("KOUAN_TEST_SIZE").is_some_and(|size| size == "full")
}

/// A figure of the table of reliability.
pub fn figure(name: &str, count: u64) {
    println!("figure: {name} = {count}");
}

pub fn seed() -> SigningSeed {
    SigningSeed::new("ledger.example.invalid/1", &[42; 32]).unwrap()
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A time some seconds after the first moment of 2026 in Shanghai.
pub fn time(seconds: i64) -> Time {
    Time(
        "2025-12-31T16:00:00Z".parse::<jiff::Timestamp>().unwrap()
            + jiff::SignedDuration::from_secs(seconds),
    )
}

/// A release of so many columns; the number is in its row count, so that each differs.
pub fn release(number: u64, columns: usize) -> Draft {
    let digest = Digest::sha256([number as u8; 32]);
    let count = Count { new: 3, total: number + 3 };
    let field =
        |column| Field { table: None, column: name(&format!("字段{column}")), transform: None };
    let lane = LaneCount {
        route: Route::ContractOrCertification,
        scenario: None,
        exemption: None,
        filing: Some(name("例备〔2026〕1号")),
        general: count,
        sensitive: Count::default(),
    };
    let released = Released {
        id: name("permit-0a1b2c"),
        permit: digest,
        decision: digest,
        rulebook: digest,
        route: Route::ContractOrCertification,
        scenario: None,
        filing: Some(name("例备〔2026〕1号")),
        recipient: name("Nowhere Holdings"),
        source: digest,
        fields: (0..columns).map(field).collect(),
        rows: number,
        rows_held_back: 0,
        people: People {
            segment: Some(digest),
            year: Totals { general: count, sensitive: Count::default() },
            lanes: vec![lane],
        },
        output: Output { name: name("orders.parquet"), bytes: 1000 + number, digest },
        left: None,
    };
    Draft {
        time: time(number as i64),
        actor: name("operator-1"),
        found: Vec::new(),
        what: What::Release(released),
    }
}

pub fn releases(numbers: std::ops::Range<u64>) -> Vec<Draft> {
    numbers.map(|number| release(number, 2)).collect()
}

/// A log of so many entries, appended so many at a time.
pub fn log_of(disk: Arc<dyn Disk>, size: u64, step: u64) -> Ledger {
    let ledger = Ledger::create(disk, FOLDER, seed()).unwrap();
    let mut next = 0;
    while next < size {
        let until = size.min(next + step);
        let receipts = ledger.append(&releases(next..until)).unwrap();
        assert_eq!(receipts.len() as u64, until - next);
        next = until;
    }
    ledger
}

/// The codes of what a check finds, each with the value that says where.
pub fn found(log: &Log) -> Vec<String> {
    let verified = log.verify(Against::default());
    let findings = verified.map_or_else(|error| vec![error], |verified| verified.findings);
    let place = |finding: &kouan_terms::Diagnostic| {
        let first = finding.values.first().map_or("", |(_, value)| value.as_str()).to_owned();
        format!("{} {first}", finding.code.0).trim().to_owned()
    };
    findings.iter().map(place).collect()
}
