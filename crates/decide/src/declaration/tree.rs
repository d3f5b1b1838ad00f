//! One small tree for both syntaxes: values with the bytes they stand at.

use std::borrow::Cow;
use std::ops::Range;

use kouan_terms::Day;

/// A value and its place.
pub(super) struct Node<'t> {
    /// Where it stands; for tables of more than a line, the header or the opening bracket.
    pub(super) bytes: Range<usize>,
    pub(super) value: Value<'t>,
}

/// What stands there.
pub(super) enum Value<'t> {
    YesNo(bool),
    /// A whole number; one too large for the type is held as the largest.
    Whole(i128),
    /// A number that is not whole.
    NotWhole,
    Text(Cow<'t, str>),
    Day(Day),
    /// A time, or a date with a time.
    Time,
    List(Vec<Node<'t>>),
    /// In the order of the text.
    Table(Vec<Entry<'t>>),
    Null,
}

/// A key and its value.
pub(super) struct Entry<'t> {
    pub(super) key: Cow<'t, str>,
    pub(super) key_bytes: Range<usize>,
    pub(super) node: Node<'t>,
}

impl<'t> Node<'t> {
    /// The entries, when this is a table.
    pub(super) fn entries(&self) -> Option<&[Entry<'t>]> {
        match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }
}

/// A whole number from its digits; too many of them give the end of the scale.
pub(super) fn whole(digits: &str, radix: u32) -> i128 {
    let end = if digits.starts_with('-') { i128::MIN } else { i128::MAX };
    i128::from_str_radix(digits, radix).unwrap_or(end)
}
