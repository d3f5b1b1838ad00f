//! An inventory is read or refused; what was read is written the same once more.
#![no_main]

use kouan_scan::inventory::{read, to_json, to_toml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for name in ["inventory.toml", "inventory.json"] {
        let Ok(found) = read(name, &text) else { continue };
        let Ok(written) = to_toml(&found) else { continue };
        let Ok(again) = read("inventory.toml", &written) else {
            panic!("an inventory of ours is refused")
        };
        assert!(to_json(&again).ok() == to_json(&found).ok());
    }
});
