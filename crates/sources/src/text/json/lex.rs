//! Where values of JSON begin and end.

use memchr::memchr2;

/// The first byte from a place on that is not between values: no blank, no line end, no comma.
pub(super) fn next_value(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1E);
    rest.iter().position(|byte| !between(byte)).map(|found| from + found)
}

/// The first byte from a place on that is no blank.
#[inline]
pub(super) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = text.get(at) {
        at += 1;
    }
    at
}

/// The byte after the string whose opening quote is at a place, and whether it has escapes; `None`
/// when it does not end.
#[inline]
pub(super) fn string_end(text: &[u8], open: usize) -> Option<(usize, bool)> {
    let mut from = open + 1;
    let mut escaped = false;
    loop {
        let found = from + memchr2(b'"', b'\\', text.get(from..)?)?;
        if text.get(found) == Some(&b'"') {
            return Some((found + 1, escaped));
        }
        escaped = true;
        from = found + 2;
    }
}

/// The byte after the value that begins at a place, judged by strings and brackets alone; `None`
/// when the text ends before the value does.
pub(super) fn value_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' => {
                (at, _) = string_end(text, at)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                // A bracket that nothing opened ends what stands before it.
                if depth <= 1 {
                    return Some(if depth == 0 { at.max(start + 1) } else { at + 1 });
                }
                depth -= 1;
            }
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return Some(at.max(start + 1)),
            _ => {}
        }
        at += 1;
    }
}

/// Whether a value, and nothing but blanks behind it, makes the text.
pub(super) fn is_one_value(text: &[u8]) -> bool {
    let start = skip_blanks(text, 0);
    value_end(text, start).is_some_and(|end| skip_blanks(text, end) == text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_their_brackets_close() {
        let end = |text: &str| value_end(text.as_bytes(), 0);
        assert_eq!(end("{\"a\":[1,\"}\\\"]\"]} x"), Some(16));
        assert_eq!(end("{\"a\":[1,\"}"), None);
        assert_eq!(end("12,3"), Some(2));
        assert_eq!(end("12"), None);
        assert_eq!(end("]"), Some(1));
        assert!(is_one_value(b" {} \n"));
        assert!(!is_one_value(b"{} {}"));
    }
}
