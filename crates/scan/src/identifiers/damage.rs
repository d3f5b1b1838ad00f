//! Values that were masked, hashed or damaged: still personal, or no longer one person's.

/// A value with its middle starred out: a mobile number as 138, four stars and 1234, a resident ID,
/// `张*`, an address with stars before its `@`.
///
/// At least one star, bullet or full-width star, and something that is none; stars alone hide a
/// secret, not an identifier.
#[must_use]
pub fn masked(cell: &[u8]) -> bool {
    if cell.len() > 64 || !cell.iter().any(|byte| matches!(byte, b'*' | 0xef | 0xe2 | b'X' | b'x'))
    {
        return false;
    }
    let Ok(text) = std::str::from_utf8(cell) else { return false };
    let star = |one: char| matches!(one, '*' | '＊' | '●' | '•');
    let stars = text.chars().filter(|one| star(*one)).count();
    let rest = text.chars().filter(|one| !star(*one)).count();
    let (first, last) = (text.chars().next(), text.chars().next_back());
    let chinese =
        |one: Option<char>| one.is_some_and(|one| ('\u{4e00}'..='\u{9fff}').contains(&one));
    if stars > 0 {
        // `*` beside digits, letters or a name; `3 * 4` and `**bold**` are something else.
        let spaced = text.contains(" *") || text.contains("* ");
        let kept =
            first.is_some_and(char::is_alphanumeric) || last.is_some_and(char::is_alphanumeric);
        let enough = stars >= 2 || (chinese(first) || chinese(last)) && rest <= 4;
        return enough && kept && !spaced && !text.contains("**]");
    }
    // 138XXXX1234, with at least three X between digits.
    let digits = |one: Option<char>| one.is_some_and(|one| one.is_ascii_digit());
    let crosses = text.chars().filter(|one| matches!(one, 'X' | 'x')).count();
    digits(first)
        && digits(last)
        && crosses >= 3
        && text.chars().all(|one| one.is_ascii_digit() || matches!(one, 'X' | 'x'))
}

/// A hash: 32, 40, 56, 64, 96 or 128 hexadecimal digits, or the salted hash of a password.
#[must_use]
pub fn hash(cell: &[u8]) -> bool {
    const SALTED: [&[u8]; 10] = [
        b"$2a$", b"$2b$", b"$2y$", b"$1$", b"$5$", b"$6$", b"$argon2", b"$scrypt", b"{SSHA",
        b"pbkdf2",
    ];
    if cell.len() >= 20 && SALTED.iter().any(|head| cell.starts_with(head)) {
        return true;
    }
    matches!(cell.len(), 32 | 40 | 56 | 64 | 96 | 128)
        && cell.iter().all(u8::is_ascii_hexdigit)
        && !cell.iter().all(u8::is_ascii_digit)
}

/// A long number that a spreadsheet turned into a floating-point number: `6.11E+17`, `1.39E+10`.
///
/// An exponent of 8 or more, and fewer digits than the number had.
#[must_use]
pub fn float_damaged(cell: &[u8]) -> bool {
    // Most codes begin with a letter.
    if !cell.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let Some(at) = cell.iter().position(|byte| matches!(byte, b'E' | b'e')) else { return false };
    let (Some(number), Some(exponent)) = (cell.get(..at), cell.get(at + 1..)) else { return false };
    let exponent = exponent.strip_prefix(b"+").unwrap_or(exponent);
    let power = exponent.iter().try_fold(0_u32, |power, byte| {
        (byte.is_ascii_digit() && power < 100).then(|| power * 10 + u32::from(byte - b'0'))
    });
    let dots = number.iter().filter(|byte| **byte == b'.').count();
    cell.len() <= 26
        && !exponent.is_empty()
        && power.is_some_and(|power| (8..=25).contains(&power))
        && dots <= 1
        && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// Whether a floating-point number can no longer hold the digits of an identifier: above 2^53.
#[must_use]
pub fn beyond_exact(number: f64) -> bool {
    number.is_finite() && number.abs() > 9_007_199_254_740_992.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_values_keep_an_end() {
        for cell in [
            "138****1234",
            "440***********1234",
            "张*",
            "*某",
            "张**",
            "a***@example.com",
            "138XXXX1234",
        ] {
            assert!(masked(cell.as_bytes()), "{cell}");
        }
        for cell in ["****", "3 * 4", "*", "a*b", "XXXL", "2XL", "例某", "0x0000"] {
            assert!(!masked(cell.as_bytes()), "{cell}");
        }
    }

    #[test]
    fn hashes_by_their_length() {
        assert!(hash(b"0123456789abcdef0123456789abcdef"));
        assert!(hash(b"0123456789ABCDEF0123456789ABCDEF01234567"));
        assert!(hash(b"$2b$10$0000000000000000000000"));
        assert!(!hash(b"01234567890123456789012345678901"), "32 digits");
        assert!(!hash(b"0123456789abcdef"));
    }

    #[test]
    fn numbers_a_spreadsheet_spoilt() {
        for cell in ["6.11E+17", "1.39E+10", "6.11e17", "6.10104196209277E+17"] {
            assert!(float_damaged(cell.as_bytes()), "{cell}");
        }
        for cell in ["6.11", "1E5", "E+17", "1.2.3E+10", "1e-10", "12E", "face"] {
            assert!(!float_damaged(cell.as_bytes()), "{cell}");
        }
        assert!(beyond_exact(6.11e17) && !beyond_exact(13_900_001_234.0));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>, number: f64) {
            let _ = (masked(&cell), hash(&cell), float_damaged(&cell), beyond_exact(number));
        }
    }
}
