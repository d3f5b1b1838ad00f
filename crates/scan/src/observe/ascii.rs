//! Cells of ASCII that are not digits alone.

use crate::identifiers::days::{self, Time, Ymd};
use crate::identifiers::payloads::{self, Genetic, Payload};
use crate::identifiers::places::{self, Place};
use crate::identifiers::plain::{Style, plain, without_fraction};
use crate::identifiers::telephones::{self, Abroad};
use crate::identifiers::travel::{self, Permit};
use crate::identifiers::{Fit, accounts, bodies, damage, devices, resident, vehicles};

use super::Shape;
use super::counts::{Counts, Reference};
use super::digits;

const DIGIT: u16 = 1;
/// a to f and A to F.
const HEX: u16 = 1 << 1;
const LETTER: u16 = 1 << 2;
const LOWER: u16 = 1 << 3;
const DOT: u16 = 1 << 4;
const DASH: u16 = 1 << 5;
const COLON: u16 = 1 << 6;
const SLASH: u16 = 1 << 7;
const SPACE: u16 = 1 << 8;
const AT: u16 = 1 << 9;
const STAR: u16 = 1 << 10;
const PLUS: u16 = 1 << 11;
const COMMA: u16 = 1 << 12;
const BRACKET: u16 = 1 << 13;
const LINE: u16 = 1 << 14;
const OTHER: u16 = 1 << 15;

/// The kind of every byte.
static KINDS: [u16; 256] = kinds();

#[expect(clippy::indexing_slicing, reason = "the compiler runs it and stops at a wrong index")]
const fn kinds() -> [u16; 256] {
    let mut kinds = [OTHER; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' => HEX | LOWER,
            b'A'..=b'F' => HEX,
            b'g'..=b'z' => LETTER | LOWER,
            b'G'..=b'Z' => LETTER,
            b'.' => DOT,
            b'-' => DASH,
            b':' => COLON,
            b'/' => SLASH,
            b' ' => SPACE,
            b'@' => AT,
            b'*' => STAR,
            b'+' => PLUS,
            b',' | b';' => COMMA,
            b'(' | b')' => BRACKET,
            b'_' => LINE,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
}

/// Base64 or hexadecimal shorter than this holds no header.
const PAYLOAD_BYTES: usize = 24;
/// Bytes of a long cell that say what kind of text it is.
const LOOKED_AT: usize = 64;

/// Counts a cell when it is an e-mail address and the column, having shown one before, is likely to
/// show another; the figures are those [`see`] would have come to.
#[inline]
pub(super) fn expected_email(cell: &[u8], counts: &mut Counts) -> bool {
    let expected = counts.form.get(Shape::Email as usize).is_some_and(|seen| *seen > 0);
    let email = expected && accounts::plain_email(cell).form();
    if email {
        counts.is(Shape::Email);
    }
    email
}

/// Counts a day in separated writing; it may not exist.
#[inline]
pub(super) fn count_day(shape: Shape, day: Ymd, counts: &mut Counts, reference: &Reference) {
    counts.see(shape, Fit::new(true, day.exists()));
    if day.exists() {
        counts.day(day, reference);
    }
}

/// Counts a cell of ASCII that is no word of the closed lists; `block` holds its first 32 bytes.
#[inline]
pub(super) fn see(cell: &[u8], block: &[u8; 32], counts: &mut Counts, reference: &Reference) {
    let mut kinds = 0;
    for &byte in cell.iter().take(LOOKED_AT) {
        kinds |= KINDS.get(usize::from(byte)).copied().unwrap_or_default();
    }
    if cell.len() > LOOKED_AT {
        return long(cell, kinds, counts);
    }
    if kinds & AT != 0 {
        if kinds & STAR != 0 && damaged(cell, kinds, counts) {
            return;
        }
        const LOCAL: u16 = DIGIT | HEX | LETTER | LOWER | DOT | DASH | LINE | PLUS | AT;
        let fit = if kinds & !LOCAL == 0 {
            accounts::email_of_known_bytes(cell)
        } else {
            accounts::email(cell)
        };
        counts.see(Shape::Email, fit);
        if fit.form() {
            return;
        }
    }
    const NUMERIC: u16 = DIGIT | DOT | DASH | COLON | SLASH | SPACE | PLUS | COMMA | BRACKET;
    if kinds & !NUMERIC == 0 {
        numeric(cell, kinds, counts, reference);
    } else if kinds & !(DIGIT | HEX | LETTER | LOWER) == 0 {
        alphanumeric(cell, block, kinds, counts, reference);
    } else {
        mixed(cell, kinds, counts, reference);
    }
}

/// Digits and marks: amounts, days, coordinates, numbers in groups.
fn numeric(cell: &[u8], kinds: u16, counts: &mut Counts, reference: &Reference) {
    if kinds & DIGIT == 0 {
        return;
    }
    let inner = kinds & DASH != 0 && cell.iter().skip(1).any(|byte| *byte == b'-');
    let amount = kinds & !(DIGIT | DOT | DASH | PLUS | COMMA) == 0 && !inner;
    if amount && decimal(cell, kinds, counts) {
        return;
    }
    match days::read(cell) {
        Some(Time::Day(day)) => return count_day(Shape::Day, day, counts, reference),
        Some(Time::Instant(day)) => return count_day(Shape::Instant, day, counts, reference),
        Some(Time::OfDay) => return counts.is(Shape::Time),
        Some(Time::YearRange) => return counts.is(Shape::YearRange),
        None => {}
    }
    if let Some(Place::Pair) = places::read(cell) {
        return counts.is(Shape::CoordinatePair);
    }
    if kinds & !(DIGIT | DOT) == 0 {
        let fit = devices::ipv4(cell);
        counts.see(Shape::Ipv4, fit);
        return if fit.passes() {
        } else {
            counts.is(Shape::Version)
        };
    }
    if kinds & COLON != 0 {
        counts.see(Shape::Mac, devices::mac(cell));
        return counts.see(Shape::Ipv6, devices::ipv6(cell));
    }
    counts.see(Shape::MacauId, travel::macau(cell));
    counts.see(Shape::Mac, devices::mac(cell));
    if kinds & COMMA == 0 {
        grouped(cell, counts, reference);
    }
}

/// A decimal or a signed number; with thousands perhaps.
fn decimal(cell: &[u8], kinds: u16, counts: &mut Counts) -> bool {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    let (mut whole, mut dot, mut decimals) = (0_i64, false, 0_u32);
    for &byte in digits {
        match byte {
            b'0'..=b'9' if dot => decimals += 1,
            b'0'..=b'9' => {
                whole = whole.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
            }
            b'.' if !dot => dot = true,
            b',' if !dot => {}
            _ => return false,
        }
    }
    let thousands = kinds & COMMA != 0 && !grouped_by_thousands(digits);
    if thousands || !digits.first().is_some_and(u8::is_ascii_digit) || digits.len() > 24 {
        return false;
    }
    if kinds & PLUS != 0 && digits.len() > 7 {
        return false;
    }
    counts.is(if dot { Shape::Decimal } else { Shape::Integer });
    let most = whole.saturating_add(i64::from(dot));
    if negative {
        counts.number(most.saturating_neg(), whole.saturating_neg());
    } else {
        counts.number(whole, most);
    }
    if decimals >= 3 && kinds & COMMA == 0 {
        match places::read(cell) {
            Some(Place::Latitude) => counts.is(Shape::Latitude),
            Some(Place::Longitude) => counts.is(Shape::Longitude),
            _ => {}
        }
    }
    true
}

/// `1,234,567`: groups of three behind the first comma.
fn grouped_by_thousands(digits: &[u8]) -> bool {
    let whole = digits.split(|byte| *byte == b'.').next().unwrap_or_default();
    let mut groups = whole.split(|byte| *byte == b',');
    let first = groups.next().map_or(0, <[u8]>::len);
    (1..=3).contains(&first) && groups.all(|group| group.len() == 3)
}

/// A number written in groups, with a country code or brackets.
fn grouped(cell: &[u8], counts: &mut Counts, reference: &Reference) {
    let Some(number) = plain(cell, Style::Number) else { return };
    let seen = number.bytes();
    match telephones::abroad(seen) {
        Some(Abroad::HongKong) => return counts.is(Shape::HkPhone),
        Some(Abroad::Macau) => return counts.is(Shape::MacauPhone),
        Some(Abroad::Taiwan) => return counts.is(Shape::TaiwanPhone),
        Some(Abroad::Other) => return counts.is(Shape::ForeignPhone),
        None => {}
    }
    let seen = seen.strip_prefix(b"+86").or(seen.strip_prefix(b"0086")).unwrap_or(seen);
    let seen = match seen.strip_prefix(b"86") {
        Some(rest) if rest.len() == 11 && rest.starts_with(b"1") => rest,
        _ => seen,
    };
    plain_number(seen, counts, reference);
    counts.writings.separated += 1;
}

/// A number that was brought into plain writing.
pub(super) fn plain_number(seen: &[u8], counts: &mut Counts, reference: &Reference) {
    let mut block = [0; 32];
    let Some(part) = block.get_mut(..seen.len()) else { return };
    part.copy_from_slice(seen);
    if seen.iter().all(u8::is_ascii_digit) {
        digits::see(&block, seen.len(), counts, reference);
    } else if seen.iter().all(u8::is_ascii_alphanumeric) {
        codes(seen, &block, counts, reference);
    }
}

/// Letters and digits, nothing else.
fn alphanumeric(
    cell: &[u8],
    block: &[u8; 32],
    kinds: u16,
    counts: &mut Counts,
    reference: &Reference,
) {
    if cell.len() >= PAYLOAD_BYTES && counts_payload(cell, counts) {
        return;
    }
    if kinds & DIGIT == 0 {
        return letters(cell, block, counts);
    }
    if kinds & LETTER == 0 && kinds & HEX != 0 {
        if damage::float_damaged(cell) {
            return counts.is(Shape::FloatDamaged);
        }
        if damage::hash(cell) {
            return counts.is(Shape::Hash);
        }
        if let Some(sixteen) = cell.as_array::<16>() {
            counts.see(Shape::Hex16, devices::hex_16(sixteen));
        }
    }
    let mut upper = *block;
    if kinds & LOWER != 0 {
        upper.make_ascii_uppercase();
    }
    if let Some(seen) = upper.get(..cell.len()) {
        codes(seen, &upper, counts, reference);
    }
    if kinds & HEX == 0 && cell.iter().filter(|byte| matches!(byte, b'X' | b'x')).count() > 2 {
        counts.see(Shape::Masked, Fit::new(damage::masked(cell), true));
    }
    // Nothing but letters and digits is left, which is most of what the name of an account asks.
    let account =
        (6..=20).contains(&cell.len()) && cell.first().is_some_and(u8::is_ascii_alphabetic);
    counts.see(Shape::AccountName, Fit::new(account, account));
}

/// Letters alone: a word, a name in Latin letters, bases.
fn letters(cell: &[u8], block: &[u8; 32], counts: &mut Counts) {
    match payloads::genetic_word(cell) {
        Some(Genetic::Nucleotides) => counts.is(Shape::Nucleotides),
        Some(Genetic::Genotype) => counts.is(Shape::Genotype),
        Some(Genetic::Variant) | None => {}
    }
    let [first, rest @ ..] = cell else { return };
    if first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_lowercase) {
        return;
    }
    let nine: Option<&[u8; 9]> = cell.as_array();
    if let (Some(nine), true) = (nine, block.iter().all(|byte| !byte.is_ascii_lowercase())) {
        counts.see(Shape::OrganisationCode, bodies::organisation_code(nine));
    }
    counts.see(Shape::AccountName, accounts::account_name(cell));
}

/// Codes of letters and digits in upper case, by their length.
fn codes(seen: &[u8], block: &[u8; 32], counts: &mut Counts, reference: &Reference) {
    let [first, ..] = block;
    match seen.len() {
        18 => {
            let Some(number) = block.first_chunk() else { return };
            if digits::resident_number(number, counts, reference).form() {
                return;
            }
            counts.see(Shape::Uscc, bodies::credit_code(number));
        }
        17 => {
            if let Some(number) = block.first_chunk() {
                counts.see(Shape::Vin, vehicles::identification(number));
            }
        }
        15 => {
            if let Some(number) = block.first_chunk() {
                counts.see(Shape::ForeignPermanentCardOld, resident::foreign_old(number));
            }
            counts.see(Shape::TaxpayerNumber, bodies::taxpayer(seen, &reference.regions));
        }
        14 => {
            if let Some(number) = block.first_chunk() {
                counts.see(Shape::Meid, devices::meid(number));
            }
        }
        10 if first.is_ascii_uppercase() => {
            if let Some(number) = block.first_chunk() {
                counts.see(Shape::TaiwanId, travel::taiwan(number));
            }
            counts.see(Shape::Passport, travel::passport(seen));
        }
        19 | 20 => counts.see(Shape::Iccid, devices::iccid(seen)),
        7..=11 => {
            if let (9, Some(nine)) = (seen.len(), block.first_chunk()) {
                counts.see(Shape::OrganisationCode, bodies::organisation_code(nine));
            }
            documents(seen, counts);
        }
        _ => {}
    }
    if let Some(Genetic::Variant) = payloads::genetic_word(seen) {
        counts.is(Shape::VariantId);
    }
    if (6..=20).contains(&seen.len()) {
        counts.is(Shape::MixedCode);
    }
}

/// Passports, permits and Hong Kong cards.
fn documents(seen: &[u8], counts: &mut Counts) {
    counts.see(Shape::Passport, travel::passport(seen));
    counts.see(Shape::HkId, travel::hong_kong(seen));
    match travel::permit(seen) {
        Some(Permit::HongKongMacauResident) => counts.is(Shape::HmtPermit),
        Some(Permit::TaiwanResident) => counts.is(Shape::TaiwanPermit),
        Some(Permit::ToHongKongMacau) => counts.is(Shape::HmExitPermit),
        Some(Permit::ToTaiwan) => counts.is(Shape::TaiwanExitPermit),
        None => {}
    }
}

/// Everything else: letters with marks.
fn mixed(cell: &[u8], kinds: u16, counts: &mut Counts, reference: &Reference) {
    if damaged(cell, kinds, counts) {
        return;
    }
    if cell.len() >= PAYLOAD_BYTES && kinds & (DOT | SPACE) == 0 && counts_payload(cell, counts) {
        return;
    }
    if kinds & !(DIGIT | HEX | LOWER | DASH) == 0 && devices::uuid(cell).form() {
        return counts.see(Shape::Uuid, devices::uuid(cell));
    }
    if kinds & !(DIGIT | HEX | LOWER | COLON | DASH | DOT) == 0 {
        let (mac, six) = (devices::mac(cell), devices::ipv6(cell));
        counts.see(Shape::Mac, mac);
        counts.see(Shape::Ipv6, six);
        if mac.form() || six.form() {
            return;
        }
    }
    if let Some(Time::Instant(day)) = days::read(cell) {
        return count_day(Shape::Instant, day, counts, reference);
    }
    if version(cell) {
        return counts.is(Shape::Version);
    }
    if text(cell, kinds, counts) {
        return;
    }
    if kinds & LINE != 0 {
        let wechat = accounts::wxid(cell);
        counts.see(Shape::WechatWxid, wechat);
    }
    counts.see(Shape::AccountName, accounts::account_name(cell));
    if kinds & (LINE | OTHER | AT | STAR | COMMA | COLON) == 0
        && let Some(number) = plain(without_fraction(cell), Style::Number)
        && kinds & DIGIT != 0
    {
        let before = counts.form;
        plain_number(number.bytes(), counts, reference);
        counts.writings.separated += u64::from(before != counts.form);
    }
}

/// Masked, hashed and damaged values.
fn damaged(cell: &[u8], kinds: u16, counts: &mut Counts) -> bool {
    let shape = if kinds & STAR != 0 && damage::masked(cell) {
        Shape::Masked
    } else if kinds & (PLUS | DOT) != 0 && damage::float_damaged(cell) {
        Shape::FloatDamaged
    } else if damage::hash(cell) {
        Shape::Hash
    } else {
        return false;
    };
    counts.is(shape);
    true
}

/// `v1.2.3`, `2.0.1-rc1`, `1.2.3+build`.
fn version(cell: &[u8]) -> bool {
    let rest = match cell {
        [b'v' | b'V', rest @ ..] => rest,
        _ => cell,
    };
    let head = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let dots = rest.iter().take(head).filter(|byte| **byte == b'.').count();
    let tail = rest.get(head).copied();
    rest.first().is_some_and(u8::is_ascii_digit)
        && (1..=4).contains(&dots)
        && matches!(tail, None | Some(b'-' | b'+' | b'_' | b'a'..=b'c' | b'r'))
        && cell.len() <= 40
}

/// Addresses of the web, markup, zones of documents, names and text in Latin letters.
fn text(cell: &[u8], kinds: u16, counts: &mut Counts) -> bool {
    let shape = match cell {
        [b'h' | b'H', b't' | b'T', b't' | b'T', b'p' | b'P', b's' | b'S' | b':', ..] => Shape::Url,
        [b'w', b'w', b'w', b'.', ..] => Shape::Url,
        [b'M', b'o', b'z', b'i', b'l', b'l', b'a', b'/', ..] => Shape::UserAgent,
        [b'[', ..] if vector(cell) => Shape::Vector,
        [b'{' | b'[', ..] => Shape::Markup,
        [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'?' | b'!', ..] => Shape::Markup,
        _ if kinds & SPACE == SPACE && latin_body(cell) => Shape::OrganisationName,
        _ if kinds & (DIGIT | SPACE) == SPACE && latin_name(cell) => Shape::LatinName,
        _ if cell.len() > 32 && spaces(cell) >= 5 => Shape::FreeText,
        _ => {
            let zone = kinds & OTHER != 0 && cell.len() >= 30;
            let fit = if zone { travel::machine_readable(cell) } else { Fit::No };
            counts.see(Shape::MachineReadableZone, fit);
            return fit.form();
        }
    };
    counts.is(shape);
    true
}

/// Two to four words of letters, each with a capital, or all in capitals.
/// What the names of bodies end in, in small letters.
const BODY_ENDINGS: &[&str] = &[
    "ltd",
    "limited",
    "inc",
    "llc",
    "llp",
    "plc",
    "gmbh",
    "ag",
    "corp",
    "corporation",
    "co",
    "company",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "oy",
    "ab",
    "kg",
    "kk",
    "pty",
    "pte",
    "group",
    "holdings",
    "bank",
    "university",
    "hospital",
    "college",
    "institute",
    "foundation",
];

/// A name of a body: begins with a capital and ends in `Ltd`, `Co., Ltd.`, `GmbH`.
fn latin_body(cell: &[u8]) -> bool {
    let last = cell.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    let last = last.strip_suffix(b".").unwrap_or(last);
    let ends = BODY_ENDINGS.iter().any(|ending| ending.as_bytes().eq_ignore_ascii_case(last));
    ends && cell.len() <= 80 && cell.first().is_some_and(u8::is_ascii_uppercase)
}

fn latin_name(cell: &[u8]) -> bool {
    let words = spaces(cell) + 1;
    (2..=4).contains(&words)
        && cell.len() <= 40
        && cell.split(|byte| *byte == b' ').all(|word| match word {
            [first, rest @ ..] => {
                first.is_ascii_uppercase()
                    && rest.iter().all(|byte| byte.is_ascii_alphabetic() || b"'.-".contains(byte))
            }
            [] => false,
        })
}

fn spaces(cell: &[u8]) -> usize {
    cell.iter().take(512).filter(|byte| **byte == b' ').count()
}

/// A list of numbers alone.
fn vector(cell: &[u8]) -> bool {
    let commas = cell.iter().take(65_536).filter(|byte| **byte == b',').count();
    let number = |byte: &u8| byte.is_ascii_digit() || b" ,.-+eE[]".contains(byte);
    (63..4_096).contains(&commas) && cell.iter().take(256).all(number)
}

/// A payload in base64 or hexadecimal, or a genetic file.
fn counts_payload(cell: &[u8], counts: &mut Counts) -> bool {
    let Some(payload) = payloads::text(cell) else { return false };
    counts.is(match payload {
        Payload::Biometric => Shape::BiometricTemplate,
        Payload::Genetic => Shape::GeneticPayload,
        Payload::Image => Shape::Image,
        Payload::Recording => Shape::Recording,
    });
    true
}

/// A cell longer than what is looked at.
fn long(cell: &[u8], kinds: u16, counts: &mut Counts) {
    if counts_payload(cell, counts) || damage::hash(cell) {
        if damage::hash(cell) {
            counts.is(Shape::Hash);
        }
        return;
    }
    if let Some(Genetic::Nucleotides) = payloads::genetic_word(cell) {
        return counts.is(Shape::Nucleotides);
    }
    text(cell, kinds, counts);
}
