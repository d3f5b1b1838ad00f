//! Words of ASCII letters and digits in text: e-mail addresses, accounts, passports, codes.

use kouan_terms::{credit_code_check, organisation_code_check};

use super::labels::{self, Label};
use super::{TextKind, TextLevel, TextSpan};

/// Top-level domains at which a longer run of letters is cut: `a@example.comTel` ends at `com`.
const DOMAINS: [&str; 10] =
    ["com", "cn", "net", "org", "edu", "gov", "info", "invalid", "hk", "tw"];

/// Finds e-mail addresses around every `@`.
pub(crate) fn emails(text: &str, out: &mut Vec<TextSpan>) {
    let bytes = text.as_bytes();
    let mut floor = 0;
    for at in memchr::memchr_iter(b'@', bytes) {
        if at < floor {
            continue;
        }
        let Some(start) = local_part(bytes, at, floor) else { continue };
        let Some(end) = domain(text, at + 1) else { continue };
        out.push(TextSpan { start, end, kind: TextKind::Email, level: TextLevel::Sure });
        floor = end;
    }
}

/// The byte a local part that ends before `at` begins with.
fn local_part(bytes: &[u8], at: usize, floor: usize) -> Option<usize> {
    let before = bytes.get(floor..at)?;
    let length = before
        .iter()
        .rev()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte))
        .count();
    let local = before.get(before.len() - length..)?;
    let skipped = local.iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
    let local = local.get(skipped..)?;
    (local.last().is_some_and(|&byte| byte != b'.')).then(|| at - local.len())
}

/// The byte after a domain that begins at `from`.
fn domain(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let length = rest
        .iter()
        .take(255)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.' || **byte == b'-')
        .count();
    let mut domain = text.get(from..from + length)?;
    domain = domain.trim_end_matches(['.', '-']);
    loop {
        let (head, last) = domain.rsplit_once('.')?;
        if head.is_empty() || head.ends_with('.') || head.starts_with(['.', '-']) {
            return None;
        }
        let letters = last.bytes().take_while(u8::is_ascii_alphabetic).count();
        let lower = last.to_ascii_lowercase();
        if letters < last.len() || letters > 6 {
            // `163.com2026` and `example.comTel` end where a known domain does.
            if let Some(known) = DOMAINS.iter().find(|known| lower.starts_with(*known)) {
                return Some(from + head.len() + 1 + known.len());
            }
        }
        if letters == last.len() && (2..=24).contains(&letters) {
            return Some(from + domain.len());
        }
        // `example.com.2`: the last part is no domain; try without it.
        domain = head;
    }
}

/// Looks at the word that begins at `start`; gives the byte to go on from.
pub(crate) fn word(text: &str, start: usize, out: &mut Vec<TextSpan>) -> usize {
    let bytes = text.as_bytes();
    let rest = bytes.get(start..).unwrap_or_default();
    let length =
        rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
    let word = rest.get(..length).unwrap_or_default();
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let mut end = start + length;
    if let Some((from, to)) = plate(text, start) {
        out.push(TextSpan { start: from, end: to, kind: TextKind::Plate, level: TextLevel::Sure });
        return to;
    }
    let push = |kind, level, to: usize, out: &mut Vec<TextSpan>| {
        out.push(TextSpan { start, end: start + to, kind, level });
    };
    if let Some((kind, level)) = by_form(word) {
        push(kind, level, word.len(), out);
        return end;
    }
    // Only labelled words are anything else; most words are plain ones, and not looked behind.
    let digits = word.iter().any(u8::is_ascii_digit);
    if (digits || letters >= 5)
        && let Some(label) = labels::before(text.get(..start).unwrap_or_default())
        && let Some((kind, length)) = by_label(word, label)
    {
        push(kind, TextLevel::Sure, length, out);
        return end;
    }
    // `Tel13900000001`, `QQ10000001`: digits behind a word of letters are a window of their own.
    if letters < length {
        end = start + letters;
    }
    end
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁";
/// What the last place of a plate may be besides a letter or digit.
const ENDS: [char; 7] = ['学', '警', '港', '澳', '挂', '领', '使'];

/// A number plate whose letter of the city stands at `at`: its first byte and the byte after it.
fn plate(text: &str, at: usize) -> Option<(usize, usize)> {
    let from = at.checked_sub(3)?;
    let province = text.get(from..at)?.chars().next()?;
    if !PROVINCES.contains(province) {
        return None;
    }
    let rest = text.get(at..)?;
    let city = rest.bytes().next()?;
    if !city.is_ascii_uppercase() || matches!(city, b'I') {
        return None;
    }
    let behind = rest.get(1..)?;
    let number = behind.trim_start_matches(['·', '•', '-', '.', ' ']);
    if behind.len() - number.len() > 3 {
        return None;
    }
    let length = number.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let body = number.as_bytes().get(..length)?;
    let letters = body.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if body.iter().any(|byte| byte.is_ascii_lowercase() || matches!(byte, b'I' | b'O')) {
        return None;
    }
    let to = text.len() - number.len() + length;
    match (length, letters) {
        (5, 0..=2) => Some((from, to)),
        // New-energy cars: the letter stands first or last.
        (6, 1..=2)
            if body.first().is_some_and(u8::is_ascii_alphabetic)
                || body.last().is_some_and(u8::is_ascii_alphabetic) =>
        {
            Some((from, to))
        }
        (4, 0..=2) => {
            let last = number.get(length..)?.chars().next()?;
            ENDS.contains(&last).then(|| (from, to + last.len_utf8()))
        }
        _ => None,
    }
}

fn by_form(word: &[u8]) -> Option<(TextKind, TextLevel)> {
    if word.len() > 18 && word.starts_with(b"wxid_") {
        return Some((TextKind::Wechat, TextLevel::Sure));
    }
    credit_code(word).then_some((TextKind::CreditCode, TextLevel::Sure))
}

/// Eighteen characters with both sums right: of the whole, and of the organisation code inside.
pub(crate) fn credit_code(word: &[u8]) -> bool {
    let Ok(characters) = <&[u8; 18]>::try_from(word) else { return false };
    let upper = characters.map(|byte| byte.to_ascii_uppercase());
    let (Some(body), Some(code)) = (upper.first_chunk(), upper.get(8..16)) else { return false };
    let code: Option<&[u8; 8]> = code.try_into().ok();
    credit_code_check(body) == upper.last().copied()
        && code.is_some_and(|code| organisation_code_check(code) == upper.get(16).copied())
}

fn by_label(word: &[u8], label: Label) -> Option<(TextKind, usize)> {
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = word.iter().skip(letters).take_while(|byte| byte.is_ascii_digit()).count();
    let whole = letters + digits == word.len();
    match label {
        Label::Passport | Label::Document | Label::Permit
            if whole && (1..=3).contains(&letters) && (6..=10).contains(&digits) =>
        {
            let kind = match label {
                Label::Permit => TextKind::Permit,
                _ if letters == 1 && matches!(word.first(), Some(b'H' | b'M' | b'C' | b'W')) => {
                    TextKind::Permit
                }
                _ => TextKind::Passport,
            };
            Some((kind, word.len()))
        }
        Label::Wechat if (6..=20).contains(&word.len()) => {
            let length = word.iter().rposition(u8::is_ascii_alphanumeric)? + 1;
            (length >= 6 && letters > 0).then_some((TextKind::Wechat, length))
        }
        Label::CreditCode if matches!(word.len(), 15 | 17 | 18 | 20) && digits + 8 > 0 => {
            word.iter().all(u8::is_ascii_alphanumeric).then_some((TextKind::CreditCode, word.len()))
        }
        _ => None,
    }
}
