//! No cell makes a check or a key panic; a narrow key is the same for every way of writing it.
#![no_main]

use kouan_scan::identifiers::key::{Key, KeyKind, narrow};
use kouan_scan::identifiers::plain::{Style, plain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for style in [Style::Number, Style::Account, Style::LowerCase] {
        let _ = plain(data, style);
    }
    for kind in KeyKind::ALL {
        if let Some(key) = narrow(kind, data) {
            assert!(key.packed() < Key::PACKED_LIMIT);
            let mut spaced = data.to_vec();
            spaced.insert(0, b' ');
            spaced.push(b' ');
            assert!(narrow(kind, &spaced) == Some(key));
        }
    }
});
