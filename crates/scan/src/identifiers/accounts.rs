//! E-mail addresses, WeChat ids, QQ numbers, names of accounts.

use super::Fit;

/// An e-mail address: a local part, `@`, a domain with a top-level domain of letters.
#[must_use]
#[inline]
pub fn email(cell: &[u8]) -> Fit {
    let stranger = cell
        .iter()
        .any(|byte| !byte.is_ascii_alphanumeric() && !b"!#$%&'*+-/=?^_`{|}~.@".contains(byte));
    if stranger { Fit::No } else { email_of_known_bytes(cell) }
}

/// As [`email`], for an address of letters, digits, `.`, `-`, `_` and `+`, as nearly all are;
/// another one is not seen.
#[must_use]
#[inline]
pub(crate) fn plain_email(cell: &[u8]) -> Fit {
    // One walk: every byte is one of these, and nothing but letters follows the last dot.
    let known = cell
        .iter()
        .fold(true, |known, byte| known & PLAIN.get(usize::from(*byte)).is_some_and(|one| *one));
    if known { email_of_known_bytes(cell) } else { Fit::No }
}

/// Whether a byte is one of those of a plain address.
static PLAIN: [bool; 256] = plain();

#[expect(clippy::indexing_slicing, reason = "the compiler runs it and stops at a wrong index")]
const fn plain() -> [bool; 256] {
    let mut plain = domain();
    plain[b'_' as usize] = true;
    plain[b'+' as usize] = true;
    plain[b'@' as usize] = true;
    plain
}

/// As [`email`], for a cell whose bytes can all stand in a local part or are `@`.
#[must_use]
#[inline]
pub(crate) fn email_of_known_bytes(cell: &[u8]) -> Fit {
    let Some(at) = memchr::memchr(b'@', cell) else { return Fit::No };
    let (Some(local), Some(domain)) = (cell.get(..at), cell.get(at + 1..)) else { return Fit::No };
    let Some(dot) = domain.iter().rposition(|byte| *byte == b'.') else { return Fit::No };
    let top = domain.get(dot + 1..).unwrap_or_default();
    let form = (1..=64).contains(&local.len())
        && local.first() != Some(&b'.')
        && !matches!(domain.first(), Some(b'.' | b'-'))
        && dot <= 250
        && (2..=24).contains(&top.len())
        && top.iter().all(u8::is_ascii_alphabetic)
        && domain
            .iter()
            .fold(true, |good, byte| good & DOMAIN.get(usize::from(*byte)).is_some_and(|one| *one));
    Fit::new(form, form)
}

/// Whether a byte can stand in a domain.
static DOMAIN: [bool; 256] = domain();

#[expect(clippy::indexing_slicing, reason = "the compiler runs it and stops at a wrong index")]
const fn domain() -> [bool; 256] {
    let mut domain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        domain[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
        byte += 1;
    }
    domain
}

/// A WeChat id that shows by itself: `wxid_` and at least fourteen characters.
#[must_use]
pub fn wxid(cell: &[u8]) -> Fit {
    let form = cell.split_at_checked(5).is_some_and(|(head, rest)| {
        head.eq_ignore_ascii_case(b"wxid_")
            && (14..=32).contains(&rest.len())
            && rest.iter().all(u8::is_ascii_alphanumeric)
    });
    Fit::new(form, form)
}

/// A letter and 5 to 19 of letters, digits, `_` and `-`: what a WeChat id or user name can be. The
/// name of the column decides.
#[must_use]
pub fn account_name(cell: &[u8]) -> Fit {
    let form = (6..=20).contains(&cell.len())
        && cell.first().is_some_and(u8::is_ascii_alphabetic)
        && cell.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    Fit::new(form, form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_domain_with_a_top() {
        for cell in ["a@example.com", "li.ming+x@mail.example.invalid", "00001@example.org"] {
            assert!(email(cell.as_bytes()).passes(), "{cell}");
        }
        for cell in ["@example.com", "a@", "a@example", "a@.com", "a b@example.com", "a@example.c1"]
        {
            assert!(!email(cell.as_bytes()).form(), "{cell}");
        }
    }

    #[test]
    fn ids_of_wechat() {
        assert!(wxid(b"wxid_00000000000001").passes());
        assert!(!wxid(b"wxid_1").form());
        assert!(account_name(b"user_0001").passes());
        assert!(!account_name(b"0user_01").form());
        assert!(!account_name(b"user1").form());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>) {
            let _ = (email(&cell), wxid(&cell), account_name(&cell));
        }
    }
}
