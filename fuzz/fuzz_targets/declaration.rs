//! A declaration is read or refused, with places that lie in the text.
#![no_main]

use kouan_decide::declaration::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for name in ["transfer.toml", "transfer.json"] {
        let _ = read(name, &text, &[]);
    }
});
