//! Runs of digits in text: phones, resident IDs, cards, dates of birth, QQ, devices, addresses of
//! the internet protocol.

use super::labels::{self, Label};
use super::{TextKind, TextLevel, TextSpan, tokens};
use crate::identifiers::{checks, divisions};

/// Digits of one window at most; no identifier is longer with its separators.
const DIGITS_MAX: usize = 26;
/// Groups of digits in one window at most: an address of the internet protocol has four, a card
/// number written apart has five.
const GROUPS_MAX: usize = 6;

/// Finds everything that begins with a digit, a letter or `@`.
pub(crate) fn find(text: &str, out: &mut Vec<TextSpan>) {
    let first = out.len();
    tokens::emails(text, out);
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut done = first;
    while let Some(&byte) = bytes.get(at) {
        let class = class(byte);
        if class == Class::Other {
            at += 1;
            continue;
        }
        if class == Class::Wide && wide_digit(bytes, at).is_none() {
            at += 3;
            continue;
        }
        // E-mail addresses are found already; nothing in them is looked at again.
        while out.get(done).is_some_and(|span| span.kind == TextKind::Email && span.end <= at) {
            done += 1;
        }
        if let Some(span) = out.get(done)
            && span.kind == TextKind::Email
            && span.start <= at
        {
            at = span.end;
            continue;
        }
        let end = if class == Class::Letter {
            tokens::word(text, at, out)
        } else {
            window(text, at, out)
        };
        at = end.max(at + 1);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Digit,
    Letter,
    /// May begin a full-width digit.
    Wide,
}

#[inline]
const fn class(byte: u8) -> Class {
    match byte {
        b'0'..=b'9' => Class::Digit,
        b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
        0xef => Class::Wide,
        _ => Class::Other,
    }
}

/// The digit at a place and its width in bytes; full-width digits count.
#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match bytes.get(at)? {
        byte @ b'0'..=b'9' => Some((*byte, 1)),
        0xef => wide_digit(bytes, at).map(|digit| (digit, 3)),
        _ => None,
    }
}

#[inline]
fn wide_digit(bytes: &[u8], at: usize) -> Option<u8> {
    match bytes.get(at..at + 3)? {
        [0xef, 0xbc, low @ 0x90..=0x99] => Some(low - 0x60),
        _ => None,
    }
}

/// Digits in groups, with what parts them.
pub(crate) struct Digits {
    digits: [u8; DIGITS_MAX],
    count: usize,
    /// Per group: its first byte in the text, the byte after its last, its first digit, and the
    /// byte that parts it from the one before.
    groups: [Group; GROUPS_MAX],
    parts: usize,
}

#[derive(Clone, Copy, Default)]
struct Group {
    start: usize,
    end: usize,
    first: usize,
    count: usize,
    separator: u8,
}

impl Digits {
    fn read(bytes: &[u8], start: usize) -> Self {
        let mut this = Self {
            digits: [0; DIGITS_MAX],
            count: 0,
            groups: [Group::default(); GROUPS_MAX],
            parts: 0,
        };
        let (mut at, mut separator) = (start, 0);
        while this.parts < GROUPS_MAX {
            let mut group = Group { start: at, end: at, first: this.count, count: 0, separator };
            while let Some((digit, width)) = digit(bytes, at) {
                if let Some(place) = this.digits.get_mut(this.count) {
                    *place = digit;
                    this.count += 1;
                }
                group.count += 1;
                at += width;
            }
            group.end = at;
            if let Some(place) = this.groups.get_mut(this.parts) {
                *place = group;
                this.parts += 1;
            }
            // A run longer than any identifier stands alone, and is none.
            if this.count >= DIGITS_MAX {
                break;
            }
            let Some((byte, width)) = separator_at(bytes, at) else { break };
            if digit(bytes, at + width).is_none() {
                break;
            }
            separator = byte;
            at += width;
        }
        this
    }

    fn groups(&self) -> &[Group] {
        self.groups.get(..self.parts).unwrap_or_default()
    }

    fn slice(&self, groups: &[Group]) -> &[u8] {
        match (groups.first(), groups.last()) {
            (Some(first), Some(last)) => {
                let end = (last.first + last.count).min(self.count);
                self.digits.get(first.first..end).unwrap_or_default()
            }
            _ => &[],
        }
    }
}

/// What may stand once between two groups of one number: its ASCII form and width in bytes.
fn separator_at(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match bytes.get(at)? {
        byte @ (b' ' | b'-' | b'.' | b'/' | b')') => Some((*byte, 1)),
        0xe2 if matches!(bytes.get(at..at + 3)?, [0xe2, 0x80, 0x90..=0x95]) => Some((b'-', 3)),
        0xef => match bytes.get(at..at + 3)? {
            [0xef, 0xbc, 0x8d] => Some((b'-', 3)),
            [0xef, 0xbc, 0x89] => Some((b')', 3)),
            _ => None,
        },
        0xe3 if bytes.get(at..at + 3)? == "　".as_bytes() => Some((b' ', 3)),
        _ => None,
    }
}

/// What stands around a number.
struct Around<'t> {
    text: &'t str,
    label: Option<Label>,
    /// Whether an ASCII letter stands right before it.
    glued: bool,
}

/// Looks at the digits that begin at `start`; gives the byte to go on from.
fn window(text: &str, start: usize, out: &mut Vec<TextSpan>) -> usize {
    let bytes = text.as_bytes();
    if let Some(end) = code(bytes, start) {
        let (kind, level) = (TextKind::CreditCode, TextLevel::Sure);
        out.push(TextSpan { start, end, kind, level });
        return end;
    }
    let digits = Digits::read(bytes, start);
    let groups = digits.groups();
    let before = start.checked_sub(1).and_then(|place| bytes.get(place)).copied();
    let glued = before.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let label = labels::before(text.get(..start).unwrap_or_default());
    let mut around = Around { text, label, glued };
    let mut left = groups;
    while let [first, rest @ ..] = left {
        // `3.14159…`: digits behind a point and a digit are a fraction, unless groups say more.
        let mut found = None;
        for count in (1..=left.len()).rev() {
            let Some(some) = left.get(..count) else { break };
            if let Some(span) = number(&digits, some, &around) {
                found = Some((span, count));
                break;
            }
        }
        match found {
            Some((span, count)) => {
                out.push(span);
                left = left.get(count..).unwrap_or_default();
                while left.first().is_some_and(|group| group.start < span.end) {
                    left = left.get(1..).unwrap_or_default();
                }
            }
            None => {
                let gap = rest.first().is_some_and(|next| next.separator != b' ');
                // Behind a dash or a point only the label of the whole counts.
                if !gap {
                    around.label = rest.first().and_then(|next| {
                        labels::before(text.get(..next.start).unwrap_or_default())
                    });
                    around.glued = false;
                } else if around.label.is_none() && first.count > 3 {
                    around.glued = false;
                }
                left = rest;
            }
        }
    }
    let end = groups.last().map_or(start + 1, |group| group.end);
    out.last().map_or(end, |span| if span.start >= start { span.end.max(end) } else { end })
}

/// A unified social credit code that begins at `start`: the byte after it.
fn code(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let length = rest.iter().take(19).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let word = rest.get(..18).filter(|_| length == 18)?;
    let resident = word.first_chunk().is_some_and(|body| {
        body.iter().all(u8::is_ascii_digit) && word.last() == Some(&checks::resident(body))
    });
    (!resident && tokens::credit_code(word)).then_some(start + 18)
}

/// What the groups together are, if anything.
fn number(digits: &Digits, groups: &[Group], around: &Around<'_>) -> Option<TextSpan> {
    let (first, last) = (groups.first()?, groups.last()?);
    let (start, mut end) = (first.start, last.end);
    let number = digits.slice(groups);
    let bytes = around.text.as_bytes();
    // Behind a point and a digit stand fractions and further parts of versions.
    if digits.count >= DIGITS_MAX || first.separator == b'.' {
        return None;
    }
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let span = |kind, level, start, end| Some(TextSpan { start, end, kind, level });
    if let Some((kind, level, to)) = with_check_letter(number, groups, around, end) {
        return span(kind, level, start, to);
    }
    // Letters, a sign of percent or a fraction behind it: part of something else.
    let fraction = after == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    if after.is_ascii_alphabetic() || after == b'_' || after == b'%' || fraction {
        // `13900000001qq` and `微信同号` do occur; the letters of a unit do not follow 11 digits.
        if number.len() != 11 || fraction || after == b'%' {
            return None;
        }
    }
    if let Some((level, to)) = birth(number, groups, around) {
        return span(TextKind::BirthDate, level, start, to);
    }
    if let Some(level) = internet(groups, around, digits) {
        return span(TextKind::Ip, level, start, end);
    }
    let (kind, level) = mobile(number, groups, around)
        .or_else(|| landline(number, groups, around))
        .or_else(|| account(number, groups, around))
        .or_else(|| device_or_old(number, groups, around))
        .or_else(|| card(number, groups, around))?;
    let mut start = start;
    if matches!(kind, TextKind::Mobile | TextKind::Landline) {
        if start.checked_sub(1).is_some_and(|place| bytes.get(place) == Some(&b'+')) {
            start -= 1;
            let bracket = groups.get(1).is_some_and(|group| group.separator == b')');
            if bracket && around.text.get(..start).is_some_and(|head| head.ends_with('(')) {
                start -= 1;
            }
        }
        if kind == TextKind::Landline {
            (start, end) = landline_extent(around.text, start, end);
        }
    }
    span(kind, level, start, end)
}

/// A resident ID number or what looks like one: 17 digits and a digit or `X`.
fn with_check_letter(
    number: &[u8],
    groups: &[Group],
    around: &Around<'_>,
    end: usize,
) -> Option<(TextKind, TextLevel, usize)> {
    let bytes = around.text.as_bytes();
    let (last, to) = match number.len() {
        17 => match bytes.get(end..)? {
            [b'x' | b'X', ..] => (b'X', end + 1),
            [0xef, 0xbc, 0xb8, ..] | [0xef, 0xbd, 0x98, ..] => (b'X', end + 3),
            _ => return None,
        },
        18 => (*number.last()?, end),
        _ => return None,
    };
    if bytes.get(to).is_some_and(u8::is_ascii_alphanumeric) || around.glued {
        return None;
    }
    let separated = groups.iter().skip(1).any(|group| !matches!(group.separator, b' ' | b'-'));
    if separated || groups.len() > 4 {
        return None;
    }
    let body: &[u8; 17] = number.first_chunk()?;
    let (region, date) = (value(body.get(..6)?), body.get(6..14)?);
    let date = calendar(value(date.get(..4)?), value(date.get(4..6)?), value(date.get(6..8)?));
    let place = divisions::known(region) || divisions::province(region / 10_000);
    let foreign = body.first() == Some(&b'9');
    let passes = checks::resident(body) == last;
    let labelled = around.label == Some(Label::Document);
    let level = match (date && (place || foreign), passes) {
        (true, true) => TextLevel::Sure,
        (true, false) if labelled => TextLevel::Likely,
        (false, _) if labelled => TextLevel::Unsure,
        // A serial number that begins like a region and a date is rare enough to name.
        (true, false) if divisions::known(region) && around.label != Some(Label::Other) => {
            TextLevel::Unsure
        }
        _ => return None,
    };
    Some((TextKind::ResidentId, level, to))
}

fn mobile(number: &[u8], groups: &[Group], around: &Around<'_>) -> Option<(TextKind, TextLevel)> {
    let bytes = around.text.as_bytes();
    let start = groups.first()?.start;
    let plus = start.checked_sub(1).is_some_and(|place| bytes.get(place) == Some(&b'+'));
    let number = match number {
        [b'0', b'0', b'8', b'6', rest @ ..] => rest,
        [b'8', b'6', rest @ ..] if rest.len() == 11 => rest,
        // Calls out of town were once dialled with a zero in front.
        [b'0', rest @ ..] if rest.len() == 11 && around.label == Some(Label::Phone) => rest,
        all => all,
    };
    let eleven: &[u8; 11] = number.try_into().ok()?;
    let labelled = matches!(around.label, Some(Label::Phone | Label::Wechat));
    if around.glued && !labelled && !plus {
        return None;
    }
    // Real ones are written 3-4-4, and sometimes 4-3-4, 3-3-5 or 7-4; never in ones and twos.
    let tail = groups.iter().rev().take_while(|group| group.separator != 0).count();
    let short = groups.iter().skip(usize::from(groups.len() > 3)).any(|group| group.count < 2);
    let pointed = groups.iter().skip(1).any(|group| matches!(group.separator, b'/'));
    let dotted = groups.iter().skip(1).any(|group| group.separator == b'.');
    if short || pointed || (dotted && tail != 2) {
        return None;
    }
    match around.label {
        Some(Label::Other | Label::Card | Label::Imei | Label::Qq) if !plus => None,
        _ if allocated(eleven) => Some((TextKind::Mobile, TextLevel::Sure)),
        _ if matches!(eleven, [b'1', b'3'..=b'9', ..]) && (labelled || plus) => {
            Some((TextKind::Mobile, TextLevel::Likely))
        }
        _ => None,
    }
}

/// Whether the first digits are given out to an operator (libphonenumber of 2026-07-16, and the
/// further prefixes of the Ministry's lists).
fn allocated(number: &[u8; 11]) -> bool {
    let [_, second, third, fourth, ..] = number;
    number.first() == Some(&b'1')
        && match second {
            b'3' | b'8' => true,
            b'4' => matches!(third, b'5' | b'7' | b'9'),
            b'5' => *third != b'4',
            b'6' => matches!(third, b'2' | b'5' | b'6' | b'7') || (*third, *fourth) == (b'1', b'0'),
            b'7' => matches!(third, b'0'..=b'3' | b'5'..=b'8') || *third == b'4',
            b'9' => *third != b'4',
            _ => false,
        }
}

fn landline(number: &[u8], groups: &[Group], around: &Around<'_>) -> Option<(TextKind, TextLevel)> {
    let labelled = around.label == Some(Label::Phone);
    if matches!(around.label, Some(Label::Other | Label::Card | Label::Qq)) || around.glued {
        return None;
    }
    let first = groups.first()?;
    let number = match number {
        [b'8', b'6', rest @ ..] | [b'0', b'0', b'8', b'6', rest @ ..]
            if matches!(first.count, 2 | 4) && groups.len() > 1 =>
        {
            rest
        }
        [b'0', rest @ ..] => rest,
        _ if labelled && groups.len() <= 2 => {
            let served = matches!(number, [b'4' | b'8', b'0', b'0', ..]) && number.len() == 10;
            let local = matches!(number.len(), 7 | 8)
                && matches!(number.first(), Some(b'2'..=b'8'))
                && groups.iter().all(|group| group.count >= 3);
            return (local && !served).then_some((TextKind::Landline, TextLevel::Likely));
        }
        _ => return None,
    };
    let area = match number {
        [b'1', b'0', ..] | [b'2', b'0' | b'1'..=b'5' | b'7'..=b'9', ..] => 2,
        [b'3'..=b'9', ..] => 3,
        _ => return None,
    };
    let local = number.get(area..)?;
    let extension = local.len() > 8 && groups.len() >= 3;
    let fits = matches!(local.len(), 7 | 8) && matches!(local.first(), Some(b'2'..=b'9'));
    if !fits && !extension {
        return None;
    }
    let parted = groups.len() >= 2
        && groups.iter().skip(1).all(|group| matches!(group.separator, b'-' | b' ' | b')'));
    match (labelled, parted) {
        (true, _) => Some((TextKind::Landline, TextLevel::Sure)),
        (false, true) if first.count >= 3 && !extension => {
            Some((TextKind::Landline, TextLevel::Likely))
        }
        _ => None,
    }
}

/// Takes in the bracket before the area code and the extension behind.
fn landline_extent(text: &str, start: usize, end: usize) -> (usize, usize) {
    let before = text.get(..start).unwrap_or_default();
    let span = text.get(start..end).unwrap_or_default();
    let start = match before.chars().next_back() {
        Some(bracket @ ('(' | '（')) if span.contains([')', '）']) => start - bracket.len_utf8(),
        _ => start,
    };
    (start, end)
}

/// QQ and WeChat accounts of digits, and passports and permits of digits.
fn account(number: &[u8], groups: &[Group], around: &Around<'_>) -> Option<(TextKind, TextLevel)> {
    if groups.len() != 1 {
        return None;
    }
    match around.label? {
        Label::Qq if (5..=11).contains(&number.len()) && number.first() != Some(&b'0') => {
            Some((TextKind::Qq, TextLevel::Sure))
        }
        Label::Wechat if (6..=11).contains(&number.len()) && !around.glued => {
            Some((TextKind::Wechat, TextLevel::Likely))
        }
        Label::Permit if (8..=10).contains(&number.len()) => {
            Some((TextKind::Permit, TextLevel::Likely))
        }
        Label::Passport if number.len() == 9 => Some((TextKind::Passport, TextLevel::Likely)),
        _ => None,
    }
}

/// Fifteen digits: a device number, or a resident ID of before 1999.
fn device_or_old(
    number: &[u8],
    groups: &[Group],
    around: &Around<'_>,
) -> Option<(TextKind, TextLevel)> {
    if number.len() != 15 || around.glued || groups.len() > 4 {
        return None;
    }
    let year = 1900 + value(number.get(6..8)?);
    let dated = calendar(year, value(number.get(8..10)?), value(number.get(10..12)?));
    let region = divisions::known(value(number.get(..6)?));
    match around.label {
        Some(Label::Imei) => {
            let level = if checks::luhn(number) { TextLevel::Sure } else { TextLevel::Likely };
            Some((TextKind::Imei, level))
        }
        Some(Label::Document) if dated && region => Some((TextKind::ResidentId, TextLevel::Likely)),
        None if dated && region && groups.len() == 1 => {
            Some((TextKind::ResidentId, TextLevel::Unsure))
        }
        _ => None,
    }
}

fn card(number: &[u8], groups: &[Group], around: &Around<'_>) -> Option<(TextKind, TextLevel)> {
    if !(13..=19).contains(&number.len()) || around.glued {
        return None;
    }
    let fours = groups.split_last().is_none_or(|(last, rest)| {
        rest.is_empty()
            || rest.iter().all(|group| group.count == 4 || group.count == 6) && last.count <= 13
    });
    let parted = groups.iter().skip(1).all(|group| matches!(group.separator, b' ' | b'-')) && fours;
    if !parted {
        return None;
    }
    let union = matches!(number, [b'6', b'2', ..] | [b'6', b'0', ..] | [b'8', b'1', ..]);
    let scheme = union || matches!(number, [b'4', ..] | [b'5', b'1'..=b'5', ..] | [b'9', ..]);
    let whole = matches!(number.len(), 16 | 19) || (union && matches!(number.len(), 17 | 18));
    let luhn = checks::luhn(number);
    match around.label {
        Some(Label::Card) => {
            let level = if luhn { TextLevel::Sure } else { TextLevel::Likely };
            Some((TextKind::BankCard, level))
        }
        Some(Label::Other | Label::Imei | Label::Document | Label::CreditCode) => None,
        _ if union && luhn && whole => Some((TextKind::BankCard, TextLevel::Likely)),
        _ if scheme && luhn && number.len() == 16 && groups.len() == 4 => {
            Some((TextKind::BankCard, TextLevel::Likely))
        }
        _ => None,
    }
}

/// A date with a word of birth before or behind it: its level and the byte after it.
fn birth(number: &[u8], groups: &[Group], around: &Around<'_>) -> Option<(TextLevel, usize)> {
    if around.glued {
        return None;
    }
    let (year, month, day, to) = match groups {
        [only] if only.count == 4 => chinese_date(number, only, around.text)?,
        [only] if only.count == 8 => {
            (value(number.get(..4)?), value(number.get(4..6)?), value(number.get(6..8)?), only.end)
        }
        [year, month, day]
            if year.count == 4
                && month.count <= 2
                && day.count <= 2
                && month.separator == day.separator =>
        {
            let (from, to) = (4 + month.count, 4 + month.count + day.count);
            (
                value(number.get(..4)?),
                value(number.get(4..from)?),
                value(number.get(from..to)?),
                day.end,
            )
        }
        _ => return None,
    };
    if !calendar(year, month, day) {
        return None;
    }
    let after = around.text.get(to..)?.trim_start_matches(['日', '号', ' ', '（', '(', '，', ',']);
    let born = after.starts_with("出生") || after.starts_with("生于") || after.starts_with("生人");
    let born = born
        || (after.starts_with('生') && !after.starts_with("生产") && !after.starts_with("生效"));
    match around.label {
        Some(Label::Birth) => Some((TextLevel::Sure, to)),
        _ if born => Some((TextLevel::Likely, to)),
        _ => None,
    }
}

/// `1990年1月2日`, and without the day.
fn chinese_date(number: &[u8], year: &Group, text: &str) -> Option<(u32, u32, u32, usize)> {
    let bytes = text.as_bytes();
    let mut at = year.end;
    let mut part = |unit: &[&str]| {
        let mut from = at;
        while bytes.get(from) == Some(&b' ') {
            from += 1;
        }
        let mut sum = 0;
        let mut count = 0;
        while let Some((digit, width)) = digit(bytes, from) {
            sum = (sum * 10 + u32::from(digit - b'0')).min(9_999);
            from += width;
            count += 1;
        }
        let rest = text.get(from..).unwrap_or_default().trim_start_matches(' ');
        let word = unit.iter().find(|word| rest.starts_with(**word))?;
        if count > 2 {
            return None;
        }
        at = text.len() - rest.len() + word.len();
        Some(sum)
    };
    part(&["年"])?;
    let month = part(&["月"])?;
    let day = part(&["日", "号"]).unwrap_or(1);
    Some((value(number), month, day, at))
}

/// Four numbers below 256 with points between, where no version is meant.
fn internet(groups: &[Group], around: &Around<'_>, digits: &Digits) -> Option<TextLevel> {
    if groups.len() != 4 || groups.iter().skip(1).any(|group| group.separator != b'.') {
        return None;
    }
    let mut parts = [0; 4];
    for (part, group) in parts.iter_mut().zip(groups) {
        let digits = digits.slice(std::slice::from_ref(group));
        *part = value(digits);
        if *part > 255 || group.count > 3 || (group.count > 1 && digits.first() == Some(&b'0')) {
            return None;
        }
    }
    let next =
        digits.groups().iter().find(|group| Some(group.start) > groups.last().map(|g| g.end));
    if around.glued || next.is_some_and(|group| group.separator == b'.') {
        return None;
    }
    match (around.label, parts) {
        (Some(Label::Ip), _) => Some(TextLevel::Sure),
        (Some(Label::Other), _) | (_, [0, ..]) => None,
        // One-digit parts are how versions look.
        (_, [a, b, c, d]) if a < 10 && b < 10 && c < 10 && d < 10 => None,
        (_, [10 | 127, ..] | [192, 168, ..] | [172, 16..=31, ..]) => Some(TextLevel::Unsure),
        _ => Some(TextLevel::Likely),
    }
}

/// The value of a few digits.
pub(crate) fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum: u32, digit| {
        sum.saturating_mul(10).saturating_add(u32::from(digit.wrapping_sub(b'0')))
    })
}

/// Whether there is such a day, in the years in which anybody can be born who is in a table.
pub(crate) fn calendar(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1900..=2100).contains(&year) && (1..=days).contains(&day)
}
