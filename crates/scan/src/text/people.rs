//! Names of persons in running text.

use super::TextSpan;

pub(crate) fn find(_text: &str, _out: &mut Vec<TextSpan>) {}
