//! The objects of PDF, as far as a dictionary of texts needs them: walked, never built.

use std::ops::Range;

use crate::limits::DEPTH_MAX;

/// A reference to another object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) number: u64,
    pub(super) generation: u64,
}

impl Reference {
    /// A reference at this place, and where it ends.
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<(Reference, usize)> {
        let (number, at) = integer(bytes, at)?;
        let (generation, at) = integer(bytes, at)?;
        let at = skip(bytes, at);
        let is_reference = bytes.get(at) == Some(&b'R')
            && bytes.get(at + 1).is_none_or(|next| is_space(*next) || is_delimiter(*next));
        is_reference.then_some((Reference { number, generation }, at + 1))
    }
}

/// A dictionary: names, and where keys and values are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dictionary {
    pub(super) entries: Vec<(Vec<u8>, Range<usize>)>,
    pub(super) keys: Vec<Range<usize>>,
    pub(super) end: usize,
}

impl Dictionary {
    /// The dictionary at this place.
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<Dictionary> {
        let mut at = skip(bytes, at);
        if !bytes.get(at..)?.starts_with(b"<<") {
            return None;
        }
        at += 2;
        let mut dictionary = Dictionary::default();
        loop {
            at = skip(bytes, at);
            if bytes.get(at..)?.starts_with(b">>") {
                dictionary.end = at + 2;
                return Some(dictionary);
            }
            let (name, name_end) = name(bytes, at)?;
            let from = skip(bytes, name_end);
            let end = end_of_value(bytes, from, 0)?;
            dictionary.entries.push((name, from..end));
            dictionary.keys.push(at..name_end);
            at = end;
        }
    }

    /// Where the value of a name is.
    pub(super) fn get(&self, name: &[u8]) -> Option<Range<usize>> {
        let found = self.entries.iter().find(|(of, _)| of == name);
        found.map(|(_, range)| range.clone())
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// The next byte that is neither space nor comment.
pub(super) fn skip(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            while bytes.get(at).is_some_and(|byte| !matches!(byte, 10 | 13)) {
                at += 1;
            }
        } else if is_space(*byte) {
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// A whole number at this place, and where it ends.
pub(super) fn integer(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let from = skip(bytes, at);
    let digits = bytes.get(from..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = bytes.get(from..from + digits).filter(|text| !text.is_empty())?;
    let number = text.iter().try_fold(0_u64, |number, byte| {
        number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))
    })?;
    Some((number, from + digits))
}

/// A name at this place, its escapes resolved, and where it ends.
fn name(bytes: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    if bytes.get(at) != Some(&b'/') {
        return None;
    }
    let mut name = Vec::new();
    let mut at = at + 1;
    while let Some(byte) = bytes.get(at).filter(|byte| !is_space(**byte) && !is_delimiter(**byte)) {
        let pair = (*byte == b'#').then(|| bytes.get(at + 1..at + 3)).flatten();
        let code = pair.and_then(|pair| std::str::from_utf8(pair).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(code) => {
                name.push(code);
                at += 3;
            }
            None => {
                name.push(*byte);
                at += 1;
            }
        }
    }
    Some((name, at))
}

/// A string at this place, and where it ends.
pub(super) fn string(bytes: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let at = skip(bytes, at);
    match bytes.get(at)? {
        b'(' => literal(bytes, at + 1),
        b'<' if bytes.get(at + 1) != Some(&b'<') => hexadecimal(bytes, at + 1),
        _ => None,
    }
}

fn hexadecimal(bytes: &[u8], from: usize) -> Option<(Vec<u8>, usize)> {
    let len = bytes.get(from..)?.iter().position(|byte| *byte == b'>')?;
    let digits = bytes.get(from..from + len)?.iter().filter(|byte| !is_space(**byte));
    let digits: Option<Vec<u8>> =
        digits.map(|byte| u8::try_from(char::from(*byte).to_digit(16)?).ok()).collect();
    let pairs = digits?;
    let value = pairs.chunks(2).map(|pair| match pair {
        [high, low] => high << 4 | low,
        [high] => high << 4,
        _ => 0,
    });
    Some((value.collect(), from + len + 1))
}

/// A string in parentheses, which may stand in it in pairs.
fn literal(bytes: &[u8], mut at: usize) -> Option<(Vec<u8>, usize)> {
    let mut value = Vec::new();
    let mut depth = 1_u32;
    loop {
        let byte = *bytes.get(at)?;
        at += 1;
        match byte {
            b'(' => depth = depth.checked_add(1)?,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some((value, at));
                }
            }
            b'\\' => {
                at = escape(bytes, at, &mut value)?;
                continue;
            }
            _ => {}
        }
        value.push(byte);
    }
}

/// What follows a backslash.
fn escape(bytes: &[u8], at: usize, value: &mut Vec<u8>) -> Option<usize> {
    let byte = *bytes.get(at)?;
    let plain = match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'0'..=b'7' => {
            let digits = bytes.get(at..)?.iter().take(3);
            let digits: Vec<u8> =
                digits.take_while(|b| matches!(b, b'0'..=b'7')).copied().collect();
            let code = digits.iter().fold(0_u32, |code, digit| code * 8 + u32::from(digit - b'0'));
            value.push(u8::try_from(code & 0xff).unwrap_or(0));
            return Some(at + digits.len());
        }
        // A line that goes on.
        b'\r' if bytes.get(at + 1) == Some(&b'\n') => return Some(at + 2),
        b'\r' | b'\n' => return Some(at + 1),
        other => other,
    };
    value.push(plain);
    Some(at + 1)
}

/// Where the value at this place ends.
pub(super) fn end_of_value(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    if depth > DEPTH_MAX {
        return None;
    }
    let at = skip(bytes, at);
    let rest = bytes.get(at..)?;
    match rest.first()? {
        b'/' => name(bytes, at).map(|(_, end)| end),
        b'<' if rest.starts_with(b"<<") => container(bytes, at + 2, b">>", depth),
        b'(' | b'<' => string(bytes, at).map(|(_, end)| end),
        b'[' => container(bytes, at + 1, b"]", depth),
        byte if is_delimiter(*byte) => None,
        _ => {
            if let Some((_, end)) = Reference::read(bytes, at) {
                return Some(end);
            }
            let len = rest.iter().take_while(|byte| !is_space(**byte) && !is_delimiter(**byte));
            Some(at + len.count())
        }
    }
}

/// Keys and values alike are values here: only the end is wanted.
fn container(bytes: &[u8], mut at: usize, close: &[u8], depth: usize) -> Option<usize> {
    loop {
        at = skip(bytes, at);
        if bytes.get(at..)?.starts_with(close) {
            return Some(at + close.len());
        }
        at = end_of_value(bytes, at, depth + 1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionaries_are_walked_with_everything_in_them() {
        let text =
            b" <</A (x(\\)y)\\101\\n) /B#43 [1 0 R <41 4>] % note >>\n/D<</E/F>> /G 7 0 R>> rest";
        let found = Dictionary::read(text, 0).unwrap();
        let names: Vec<&[u8]> = found.entries.iter().map(|(name, _)| name.as_slice()).collect();
        assert_eq!(names, [b"A".as_slice(), b"BC", b"D", b"G"]);
        assert_eq!(&text[found.end..], b" rest");
        let value = &text[found.get(b"A").unwrap()];
        assert_eq!(string(value, 0).unwrap().0, b"x()y)A\n");
        assert_eq!(string(b"<41 4>", 0).unwrap().0, b"A@");
        let reference = &text[found.get(b"G").unwrap()];
        let (reference, _) = Reference::read(reference, 0).unwrap();
        assert_eq!(reference, Reference { number: 7, generation: 0 });
    }

    #[test]
    fn nests_without_end_are_refused() {
        assert_eq!(Dictionary::read(&b"<</A ".repeat(10_000), 0), None);
        assert_eq!(end_of_value(&b"[".repeat(10_000), 0, 0), None);
        assert_eq!(integer(b"99999999999999999999999", 0), None);
    }
}
