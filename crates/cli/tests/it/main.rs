//! The whole program: commands as a person types them, in both languages, exit codes included.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as loudly as the test")]

mod accounting;
mod bad_input;
mod clearing;
mod deciding;
mod drifts;
mod examples_scanned;
mod exchange;
mod filing;
mod filing_refused;
mod forecasts;
mod killed;
mod label_bad_input;
mod label_copies;
mod label_manifest;
mod label_matrix;
mod label_sarif;
mod labels;
mod labels_seen;
mod labels_seen_oracle;
mod planted;
mod program;
mod readme;
mod rulebook;
mod schemas;
mod signatures;
mod stories;
