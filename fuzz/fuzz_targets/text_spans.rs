//! Spans lie in their text, in order, on borders of characters.
#![no_main]

use kouan_scan::text::{TextRates, names, spans};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut out = Vec::new();
    spans(&text, &mut out);
    let mut last = 0;
    for span in &out {
        assert!(span.start >= last && span.start < span.end);
        assert!(text.get(span.start..span.end).is_some());
        last = span.end;
    }
    let _ = names::looks_like_name(&text);
    TextRates::default().look(&text);
});
