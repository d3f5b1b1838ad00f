//! Where a line may end: the rules of Unicode (UAX 14) as ICU keeps them, at their strictest, which
//! keep closing punctuation off the start of a line and opening punctuation off its end.

use icu_segmenter::LineSegmenter;
use icu_segmenter::options::{LineBreakOptions, LineBreakStrictness};

/// The places in a text before which a line may begin, in bytes, in order.
pub(crate) fn opportunities(text: &str) -> Vec<usize> {
    let mut options = LineBreakOptions::default();
    options.strictness = Some(LineBreakStrictness::Strict);
    LineSegmenter::new_for_non_complex_scripts(options).segment_str(text).collect()
}

/// Whether a word too long for any line is best broken after this character.
pub(crate) fn parts_long_words(character: char) -> bool {
    matches!(character, '_' | '-' | '.' | ':' | '/' | '\\' | '@' | '?' | '&' | '=' | ',' | ';')
}
