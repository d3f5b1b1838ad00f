//! Tests of a release from outside: an office and an output on disks that fail, sources in files.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as loudly as the test")]

mod buckets;
mod crashes;
mod disks;
mod drifting;
mod refused;
mod released;
mod stand;
