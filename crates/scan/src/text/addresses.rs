//! Places and postal addresses in text.

use super::TextSpan;

pub(crate) fn find(_text: &str, _out: &mut Vec<TextSpan>) {}
