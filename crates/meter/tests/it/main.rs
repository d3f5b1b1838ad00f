//! The meter against a plain set, on disks that fail and in processes that race.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]

mod counting;
mod crashes;
mod journal;
mod processes;
mod reference;
