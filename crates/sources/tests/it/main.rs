//! Readers against real servers and files: `.ci/servers start` gives the servers.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of a test fails as loudly as the test"
)]

mod databases;
