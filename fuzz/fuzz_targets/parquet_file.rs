//! The footer of a Parquet file is walked before any decoder sees it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz::read_as_file("parquet", data));
