//! The copy of the rulebook that the program carries.

/// Names and texts of every file of `rulebook/` at build time, in the order of their names.
pub const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
