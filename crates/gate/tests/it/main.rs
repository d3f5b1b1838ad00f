//! Tests of the gate from outside: permits are granted, batches made by hand, files read back.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]

mod fixture;
mod leaks;
mod refused;
mod released;
