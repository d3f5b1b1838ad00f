//! How a delimited text is written: what stands between cells and around them.

use memchr::{memchr2, memchr3};

use super::marks;
use super::quotes::Around;

/// What stands between cells and around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Between cells; [`Dialect::NO_DELIMITER`] when a record is one cell.
    pub(crate) delimiter: u8,
    /// Around a cell that holds a delimiter or a line end.
    pub(crate) quote: u8,
}

/// What a quote at the start of a cell turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoted {
    /// It opens a cell, which ends at this quote; after it stands a delimiter, a line end or the
    /// end of the text.
    Closed { at: usize, doubled: bool },
    /// It opens a cell, the quote at this place ends it, and yet the cell goes on (`"a"b,`).
    Trailing { at: usize, doubled: bool },
    /// It is a character like others: taken as an opening quote it would swallow line ends and
    /// then end in the middle of a cell, or it would never end.
    Character,
    /// The text ends before that can be told.
    Undecided,
}

impl Dialect {
    /// A byte that is in no UTF-8 text.
    pub(crate) const NO_DELIMITER: u8 = 0xFF;

    /// Whether a byte ends a cell that is not quoted.
    #[inline(always)]
    pub(super) fn ends_cell(self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }

    /// Decides what the quote at `open`, the first byte of a cell, is. Looks at most `limit` bytes
    /// far.
    ///
    /// Cutting and splitting both ask here, so that they never disagree where a record ends.
    pub(super) fn quoted(self, text: &[u8], open: usize, limit: usize) -> Quoted {
        let whole = text.len() - open <= limit;
        let end = if whole { text.len() } else { open + limit };
        let text = text.get(..end).unwrap_or(text);
        let mut doubled = false;
        let mut from = open + 1;
        while let Some(found) = text.get(from..).and_then(|rest| memchr::memchr(self.quote, rest)) {
            let at = from + found;
            match text.get(at + 1) {
                Some(&next) if next == self.quote => {
                    doubled = true;
                    from = at + 2;
                }
                Some(&next) if self.ends_cell(next) => return Quoted::Closed { at, doubled },
                None if whole => return Quoted::Closed { at, doubled },
                None => return Quoted::Character,
                Some(_) => {
                    let inside = text.get(open..at).unwrap_or_default();
                    return match memchr2(b'\n', b'\r', inside) {
                        Some(_) => Quoted::Character,
                        None => Quoted::Trailing { at, doubled },
                    };
                }
            }
        }
        if whole { Quoted::Undecided } else { Quoted::Character }
    }

    /// What surrounds the bytes from `place` to `end`; `at_end` when nothing follows the text.
    #[inline(always)]
    pub(super) fn around(self, text: &[u8], place: usize, end: usize, at_end: bool) -> Around {
        let before = place.checked_sub(1).and_then(|at| text.get(at));
        let before = before.is_none_or(|byte| self.ends_cell(*byte));
        let after = text.get(end).map(|byte| self.ends_cell(*byte) || *byte == self.quote);
        Around {
            before: u64::from(before) << (place % marks::STEP),
            after: u64::from(after.unwrap_or(at_end)) << ((end + marks::STEP - 1) % marks::STEP),
        }
    }

    /// Where the cell that goes on at `from` ends: at its delimiter, its line end or the end.
    pub(super) fn cell_end(self, text: &[u8], from: usize) -> usize {
        let rest = text.get(from..).unwrap_or_default();
        memchr3(self.delimiter, b'\n', b'\r', rest).map_or(text.len(), |found| from + found)
    }
}
