//! Definitions of tables in a dump are found without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz::read_as_file("sql", data));
