//! Tests of the rulebook as it is shipped, and of the checker on small changes to it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod mutations;
mod robustness;
mod shipped;
