//! Any file of any format that carries labels, or what claims to be one, is read and rewritten
//! without a panic; what is written reads back or is refused.
#![no_main]

use std::io::Cursor;

use kouan_label::{Act, Format, Kind, Label, check, plan, read_payload, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let standard = fuzz::label_standard();
    let Some((choice, bytes)) = data.split_first() else { return };
    // By its first bytes, or else as the format that the choice says.
    let format = sniff(bytes, None)
        .or_else(|| Format::ALL.get(usize::from(*choice) % Format::ALL.len()).copied());
    let Some(format) = format else { return };
    let _ = read_payload(&String::from_utf8_lossy(bytes), &standard);
    let mut source = Cursor::new(bytes);
    let _ = check(&mut source, format, &standard);
    let act = Act::Replace(Label::first(Kind::Generated, "fuzz", "1", &standard));
    if let Ok(plan) = plan(&mut source, format, &act, Some("http://x.invalid/y"), &standard) {
        let mut out = Vec::new();
        if plan.write(&mut source, &mut out).is_ok() {
            let _ = plan.read_back(&mut Cursor::new(out), &standard);
        }
    }
});
