//! Data contracts and manifests of others are read or refused without a panic.
#![no_main]

use kouan_scan::exchange::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for name in ["contract.yaml", "manifest.json"] {
        let _ = read(name, &text);
    }
});
