//! One way of writing for many: full-width characters, separators and case.

use std::fmt;

/// The longest cell, in characters, that can be an identifier in another way of writing.
pub const CHARACTERS_MAX: usize = 64;

/// A cell in ASCII, upper case, without separators. Holds a value: shows nothing of it.
#[derive(Clone, Copy)]
pub struct Plain {
    bytes: [u8; CHARACTERS_MAX],
    length: usize,
    /// Whether full-width characters were brought to ASCII.
    pub full_width: bool,
    /// Whether spaces or dashes were dropped between other characters.
    pub separated: bool,
}

impl Plain {
    /// The characters.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Plain({} characters)", self.length)
    }
}

/// What happens to letters and separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Upper case; spaces, dashes, dots, middle dots and round brackets are dropped.
    Number,
    /// Case and punctuation are kept; only full-width characters change and spaces at the ends go.
    Account,
    /// As [`Style::Account`], in lower case.
    LowerCase,
}

/// Brings a cell into the plain way of writing.
///
/// `None` when the cell holds other characters than ASCII and its full-width forms, a control
/// character, or more than [`CHARACTERS_MAX`] characters after the change.
#[must_use]
pub fn plain(cell: &[u8], style: Style) -> Option<Plain> {
    let mut plain =
        Plain { bytes: [0; CHARACTERS_MAX], length: 0, full_width: false, separated: false };
    let mut rest = trim(cell);
    if style != Style::LowerCase {
        rest = without_fraction(rest);
    }
    let mut dropped = false;
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = if first < 0x80 {
            (first, after)
        } else {
            let (byte, after) = narrow(rest)?;
            plain.full_width = true;
            (byte, after)
        };
        rest = after;
        if style == Style::Number && separator(byte) {
            dropped = plain.length > 0;
            continue;
        }
        if !(b' '..0x7f).contains(&byte) {
            return None;
        }
        plain.separated |= dropped;
        dropped = false;
        plain.push(match style {
            Style::Number => byte.to_ascii_uppercase(),
            Style::Account => byte,
            Style::LowerCase => byte.to_ascii_lowercase(),
        })?;
    }
    (plain.length > 0).then_some(plain)
}

/// The cell without white space at its ends, the wide space and the no-break space included.
#[must_use]
#[inline]
pub fn trim(cell: &[u8]) -> &[u8] {
    match (cell.first(), cell.last()) {
        (Some(b'!'..=0x7f), Some(b'!'..=0x7f)) => cell,
        _ => trim_wide(cell),
    }
}

/// A whole number that went through a floating-point column is written with `.0` behind it.
#[must_use]
#[inline]
pub fn without_fraction(cell: &[u8]) -> &[u8] {
    match cell.strip_suffix(b".0") {
        Some(whole) if !whole.is_empty() && whole.iter().all(u8::is_ascii_digit) => whole,
        _ => cell,
    }
}

/// Spaces that are no ASCII: U+3000, U+00A0, U+FEFF (a byte order mark inside a file).
const WIDE_SPACES: [&[u8]; 3] = [b"\xe3\x80\x80", b"\xc2\xa0", b"\xef\xbb\xbf"];

fn trim_wide(cell: &[u8]) -> &[u8] {
    let mut cell = cell.trim_ascii();
    loop {
        let shorter = WIDE_SPACES
            .iter()
            .find_map(|space| cell.strip_prefix(*space).or_else(|| cell.strip_suffix(*space)));
        match shorter {
            Some(shorter) => cell = shorter.trim_ascii(),
            None => return cell,
        }
    }
}

/// The ASCII character a full-width one stands for, and what follows it.
fn narrow(bytes: &[u8]) -> Option<(u8, &[u8])> {
    match bytes {
        // U+FF01 to U+FF3F, U+FF40 to U+FF5E.
        [0xef, 0xbc, low @ 0x81..=0xbf, rest @ ..] => Some((low - 0x60, rest)),
        [0xef, 0xbd, low @ 0x80..=0x9e, rest @ ..] => Some((low - 0x20, rest)),
        // The wide space, the middle dot, the hyphen and the en and em dash.
        [0xe3, 0x80, 0x80, rest @ ..] | [0xc2, 0xa0, rest @ ..] => Some((b' ', rest)),
        [0xc2, 0xb7, rest @ ..] | [0xe2, 0x80, 0x90..=0x95, rest @ ..] => Some((b'-', rest)),
        _ => None,
    }
}

#[inline]
const fn separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'-' | b'.' | b'(' | b')')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, style: Style) -> Option<String> {
        plain(cell.as_bytes(), style)
            .map(|plain| String::from_utf8(plain.bytes().to_vec()).expect("ASCII"))
    }

    #[test]
    fn many_ways_of_writing_come_to_one() {
        for cell in [
            "11010519491231002x",
            " 11010519491231002X\t",
            "110105 19491231 002X",
            "110105-19491231-002X",
            "１１０１０５１９４９１２３１００２Ｘ",
            "１１０１０５　１９４９１２３１　００２ｘ",
            "\u{feff}11010519491231002X\u{3000}",
        ] {
            assert_eq!(check(cell, Style::Number).as_deref(), Some("11010519491231002X"));
        }
        assert_eq!(check("例某", Style::Number), None);
        assert_eq!(check("", Style::Number), None);
        assert_eq!(check(" - ", Style::Number), None);
        assert_eq!(check("Ab-c.ｄ ", Style::Account).as_deref(), Some("Ab-c.d"));
        assert_eq!(check("Ab-c.ｄ ", Style::LowerCase).as_deref(), Some("ab-c.d"));
        assert_eq!(check(&"1".repeat(65), Style::Number), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>) {
            let _ = plain(&cell, Style::Number);
            let _ = plain(&cell, Style::Account);
        }
    }
}
