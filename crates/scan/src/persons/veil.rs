//! Keys that are kept: hidden under a secret that lasts longer than a scan.

use super::super::identifiers::key::{Keyed, Secret};
use super::cipher::Cipher;

/// A key as it may be kept: equal ones are equal keys of one kind, and without the secret they tell
/// nothing else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Veiled {
    /// A packed key: a number below 2^58, and another for every other key of the kind.
    Narrow(u64),
    /// All 128 bits of a hash, of the kind too.
    Wide(u128),
}

/// Hides keys under a secret that lasts, for counts that are kept from one release to the next.
///
/// The secret of a scan is another one each time; this one must stay the same, and be the one with
/// which the keys were made.
#[derive(Clone)]
pub struct Veil {
    cipher: Cipher,
    mark: [u8; 16],
}

/// Clear of the labels of cipher and of rows met before.
const MARK: u64 = 1 << 48;

impl Veil {
    /// The veil under a secret.
    #[must_use]
    pub fn new(secret: &Secret) -> Veil {
        Veil { cipher: Cipher::new(secret), mark: secret.draw(MARK).to_le_bytes() }
    }

    /// What tells this secret from others and does not tell the secret.
    #[must_use]
    pub const fn mark(&self) -> [u8; 16] {
        self.mark
    }

    /// Hides keys, in their order; many together take less time.
    #[must_use]
    pub fn hide(&self, keys: &[Keyed]) -> Vec<Veiled> {
        let packed = |key: &Keyed| match key {
            Keyed::Narrow(key) => key.packed(),
            Keyed::Wide(_) => 0,
        };
        let mut hidden: Vec<u64> = keys.iter().map(packed).collect();
        self.cipher.hide(&mut hidden);
        let veiled = |(key, hidden): (&Keyed, u64)| match key {
            Keyed::Narrow(_) => Veiled::Narrow(hidden),
            Keyed::Wide(key) => Veiled::Wide(key.hash()),
        };
        keys.iter().zip(hidden).map(veiled).collect()
    }
}

impl std::fmt::Debug for Veil {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Veil")
    }
}

impl std::fmt::Debug for Veiled {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Veiled")
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::identifiers::key::{self, KeyKind};
    use super::*;

    fn veiled(secret: [u8; 16], cells: &[(KeyKind, &str)]) -> Vec<Veiled> {
        let secret = Secret::new(&secret);
        let keys: Vec<Keyed> = cells
            .iter()
            .map(|(kind, cell)| key::of(*kind, cell.as_bytes(), &secret))
            .map(Option::unwrap)
            .collect();
        Veil::new(&secret).hide(&keys)
    }

    #[test]
    fn the_same_secret_hides_the_same_and_another_does_not() {
        let cells = [
            (KeyKind::Mobile, "13900001234"),
            (KeyKind::Mobile, "+86 139-0000-1234"),
            (KeyKind::Mobile, "13900001235"),
            (KeyKind::Email, "li@example.invalid"),
        ];
        let [one, again, other, mail] = veiled([7; 16], &cells)[..] else { panic!("four keys") };
        assert!(one == again && one != other);
        assert_eq!(veiled([7; 16], &cells)[..], [one, again, other, mail]);
        let strange = veiled([8; 16], &cells);
        assert!(
            strange.iter().zip([one, again, other, mail]).all(|(strange, ours)| *strange != ours)
        );
        assert!(matches!(one, Veiled::Narrow(number) if number >> 58 == 0));
        let mark = |secret: [u8; 16]| Veil::new(&Secret::new(&secret)).mark();
        assert!(mark([7; 16]) == mark([7; 16]) && mark([7; 16]) != mark([8; 16]));
        assert_eq!(format!("{one:?} {mail:?}"), "Veiled Veiled");
    }
}
