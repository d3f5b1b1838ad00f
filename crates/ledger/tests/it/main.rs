//! The ledger on disks that fail, under changed bits, between writers, and before an auditor.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]
#![expect(
    clippy::disallowed_macros,
    reason = "figures are printed, and receipts to a test's parent"
)]

mod crashes;
mod flips;
mod python;
mod refusals;
mod samples;
mod writers;
