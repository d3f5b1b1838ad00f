//! Values whose letters and digits are hidden, and text that no spreadsheet runs.

use crate::columns::Wrote;

/// Hides letters and digits but for some characters at either end; separators stay, so that the
/// format shows. A value with no more characters than may stay is hidden whole.
pub(crate) fn mask(value: &[u8], first: u32, last: u32, to: &mut Vec<u8>) -> Wrote {
    let (first, last) = (first as usize, last as usize);
    if value.is_ascii() {
        let (first, last) = if value.len() <= first + last { (0, 0) } else { (first, last) };
        let start = to.len();
        to.extend_from_slice(value);
        let hidden = to.get_mut(start + first..start + value.len() - last);
        for byte in hidden.into_iter().flatten().filter(|byte| byte.is_ascii_alphanumeric()) {
            *byte = b'*';
        }
        return Wrote::Yes;
    }
    let text = String::from_utf8_lossy(value);
    let count = text.chars().count();
    let (first, last) = if count <= first + last { (0, 0) } else { (first, last) };
    for (place, c) in text.chars().enumerate() {
        let stays = place < first || place >= count - last || is_separator(c);
        push(if stays { c } else { '*' }, to);
    }
    Wrote::Yes
}

/// Of what is not ASCII only blanks and punctuation in the usual blocks stay; what is not known to
/// be a separator is hidden.
fn is_separator(c: char) -> bool {
    let punctuation = matches!(c, '·' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3003}');
    let wide = matches!(c, '（' | '）' | '，' | '：' | '；' | '－' | '．' | '／' | '＠');
    c.is_whitespace() || punctuation || wide || (c.is_ascii() && !c.is_ascii_alphanumeric())
}

pub(crate) fn push(c: char, to: &mut Vec<u8>) {
    to.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Copies text; where a spreadsheet would take it for a formula, an apostrophe stands before it. A
/// plain number is none.
pub(crate) fn safe_copy(value: &[u8], to: &mut Vec<u8>) -> Wrote {
    let risky = match value.first() {
        Some(b'=' | b'@' | b'\t' | b'\r' | b'\n') => true,
        Some(b'+' | b'-') => !is_number(value),
        // The full-width ones `＝`, `＋`, `－`, `＠` are taken for them in some places.
        Some(0xEF) => [b"\xEF\xBC\x9D", b"\xEF\xBC\x8B", b"\xEF\xBC\x8D", b"\xEF\xBC\xA0"]
            .iter()
            .any(|wide| value.starts_with(*wide)),
        _ => false,
    };
    if risky {
        to.push(b'\'');
    }
    to.extend_from_slice(value);
    Wrote::Yes
}

/// A sign, digits, and a fraction perhaps.
fn is_number(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").or_else(|| value.strip_prefix(b"+")).unwrap_or(value);
    let mut parts = digits.split(|byte| *byte == b'.');
    let whole = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(number), None, _) => whole(number),
        (Some(number), Some(fraction), None) => whole(number) && whole(fraction),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(value: &str, first: u32, last: u32) -> String {
        let mut to = b"before ".to_vec();
        mask(value.as_bytes(), first, last, &mut to);
        String::from_utf8(to).unwrap().strip_prefix("before ").unwrap().to_owned()
    }

    #[test]
    fn the_ends_stay_and_so_does_the_format() {
        assert_eq!(masked("13900001234", 3, 4), "139****1234");
        assert_eq!(masked("+86 139-0000-1234", 3, 2), "+86 ***-****-**34");
        assert_eq!(masked("jia.yi@example.invalid", 1, 0), "j**.**@*******.*******");
        assert_eq!(masked("欧阳甲一", 1, 0), "欧***");
        assert_eq!(masked("例某·甲", 1, 0), "例*·*");
    }

    #[test]
    fn a_short_value_is_hidden_whole() {
        assert_eq!(masked("1234", 3, 4), "****");
        assert_eq!(masked("甲", 1, 0), "*");
        assert_eq!(masked("", 1, 1), "");
    }

    #[test]
    fn letters_of_every_script_and_marks_are_hidden() {
        assert_eq!(masked("Ünïé😀", 0, 0), "*****");
        let mut to = Vec::new();
        mask(b"\xFFabc", 0, 0, &mut to);
        assert_eq!(to, b"****");
    }

    #[test]
    fn formulas_are_copied_behind_an_apostrophe_and_numbers_are_not() {
        let safe = |value: &str| {
            let mut to = Vec::new();
            safe_copy(value.as_bytes(), &mut to);
            String::from_utf8(to).unwrap()
        };
        for formula in ["=1+1", "+cmd", "-2+3", "@sum", "\tx", "\rx", "＝1", "＠a", "-", "+1.2.3"]
        {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        for plain in ["-5", "+3.25", "abc", "", "例", "1=1"] {
            assert_eq!(safe(plain), plain);
        }
    }
}
