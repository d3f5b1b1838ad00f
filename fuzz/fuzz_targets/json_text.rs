//! JSON Lines and arrays become columns without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz::read_as_file("json", data));
