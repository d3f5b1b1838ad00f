//! Which bytes stand in quotes, 64 at a time, as long as every quote stands where it should.

/// Where in quoted text a step of 64 bytes begins.
#[derive(Clone, Copy, Default)]
pub(super) struct Quotes {
    /// The byte before stood in quotes.
    pub(super) inside: bool,
    /// The byte before was a quote that closed.
    pub(super) closed: bool,
}

/// What surrounds a step of 64 bytes.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// The first byte that counts, when the byte before it ends a cell or nothing stands there.
    pub(super) before: u64,
    /// Where the byte that follows ends a cell or is a quote, though it is not in the step.
    pub(super) after: u64,
}

impl Quotes {
    /// Which bytes stand in quotes; `None`, and nothing changed, when a quote opens in the middle
    /// of a cell or closes before its end: then [`super::dialect::Dialect::quoted`] must tell.
    #[inline(always)]
    pub(super) fn look(&mut self, quotes: u64, ends: u64, around: Around) -> Option<u64> {
        let inside = running_parity(quotes) ^ if self.inside { u64::MAX } else { 0 };
        let (opening, closing) = (quotes & inside, quotes & !inside);
        // A quote that opens right after one that closed is the second of two that stand for one.
        let may_open = (ends | closing) << 1 | u64::from(self.closed) | around.before;
        let may_close = (ends | quotes) >> 1 | around.after;
        if opening & !may_open != 0 || closing & !may_close != 0 {
            return None;
        }
        self.inside = inside >> 63 == 1;
        self.closed = closing >> 63 == 1;
        Some(inside)
    }
}

/// For each bit whether an odd number of bits is set up to and with it.
#[inline(always)]
fn running_parity(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].iter().fold(bits, |parity, by| parity ^ (parity << by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_their_places_are_followed_and_others_are_not() {
        let check = |text: &str| {
            let bits = |of: &str| {
                text.bytes()
                    .enumerate()
                    .filter(|(_, byte)| of.as_bytes().contains(byte))
                    .fold(0, |bits, (at, _)| bits | 1 << at)
            };
            let around = Around { before: 1, after: 1 << (text.len() - 1) };
            Quotes::default().look(bits("\""), bits(",\n"), around)
        };
        assert_eq!(check("\"a,b\",c"), Some(0b000_1111));
        assert_eq!(check("\"a\"\"b\""), Some(0b01_1011));
        assert_eq!(check("\"\",\"\""), Some(0b0_1001));
        assert_eq!(check("a\"b"), None);
        assert_eq!(check("\"a\"b"), None);
        assert_eq!(running_parity(1), u64::MAX);
    }
}
