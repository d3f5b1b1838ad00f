//! Any picture, sound or text, or what claims to be one, is marked without a panic; a picture that
//! was marked is found to be.
#![no_main]

use kouan_label::{Format, sniff};
use kouan_mark::sound::{Moment, Notice, announce};
use kouan_mark::{Fonts, Wish, draw, film, find, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut rules = fuzz::label_standard().explicit;
    rules.made_words = rules.ai_words.clone();
    let fonts = Fonts::default();
    let wish = Wish { words: "AI", place: None, percent: None };
    let format = sniff(data, None).unwrap_or(Format::Jpeg);
    if let Ok((Some(marked), _)) = draw(data, format, &wish, &fonts, &rules) {
        assert!(find(&marked, format, &wish, &fonts, &rules).is_ok_and(|found| found.is_some()));
    }
    let _ = announce(data, Notice::Rhythm, Moment::Middle, &rules);
    let _ = announce(data, Notice::Clip(data), Moment::End, &rules);
    let _ = text::note(data, "AI", Moment::Start, true, &rules);
    let _ = film::probe::read(&String::from_utf8_lossy(data));
});
