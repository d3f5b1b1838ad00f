//! A workbook, or what claims to be one, is read without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz::read_as_file("xlsx", data));
