//! Keys: one number for every way of writing an identifier, to count persons with.
//!
//! A [`Key`] holds the identifier itself, packed; a [`WideKey`] holds a hash under the secret of
//! the scan. Both live in memory only and show nothing of themselves.

use std::fmt;
use std::hash::Hasher;

use kouan_table::Span;
use siphasher::sip128::{Hasher128, SipHasher24};

use super::plain::{Plain, Style, plain};
use super::{checks, usual};

/// What kind of identifier a key is: keys of different kinds are never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum KeyKind {
    /// Resident ID, residence permit of Hong Kong, Macau and Taiwan residents, foreign permanent
    /// residence card: one person's for life.
    ResidentId = 1,
    /// Passport.
    Passport,
    /// Travel permits between the mainland and Hong Kong, Macau and Taiwan.
    Permit,
    /// Hong Kong identity card.
    HkId,
    /// Macau identity card.
    MacauId,
    /// Taiwan identity or resident number.
    TaiwanId,
    /// Social security or medical insurance number that is no resident ID.
    SocialSecurity,
    /// Telephone number, mobile or not.
    Mobile,
    /// E-mail address.
    Email,
    /// Bank card or account.
    BankCard,
    /// User, customer or employee number, unique within one handler.
    Account,
    /// WeChat id.
    Wechat,
    /// QQ number.
    Qq,
    /// IMEI, MEID, IMSI, ICCID, MAC address, OAID, IDFA, Android ID.
    Device,
}

impl KeyKind {
    /// Every kind, in the order of its number.
    pub const ALL: [KeyKind; 14] = [
        Self::ResidentId,
        Self::Passport,
        Self::Permit,
        Self::HkId,
        Self::MacauId,
        Self::TaiwanId,
        Self::SocialSecurity,
        Self::Mobile,
        Self::Email,
        Self::BankCard,
        Self::Account,
        Self::Wechat,
        Self::Qq,
        Self::Device,
    ];

    /// Its name as the inventory writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResidentId => "resident-id",
            Self::Passport => "passport",
            Self::Permit => "permit",
            Self::HkId => "hk-id",
            Self::MacauId => "macau-id",
            Self::TaiwanId => "taiwan-id",
            Self::SocialSecurity => "social-security",
            Self::Mobile => "mobile",
            Self::Email => "email",
            Self::BankCard => "bank-card",
            Self::Account => "account",
            Self::Wechat => "wechat",
            Self::Qq => "qq",
            Self::Device => "device",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its number, 1 to 14, below 2^7 for good.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// An identifier, packed without loss: equal keys are equal identifiers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    kind: KeyKind,
    packed: u64,
}

impl Key {
    /// Packed identifiers are below this, so that seven bits stay free for the kind.
    pub const PACKED_LIMIT: u64 = 1 << 57;

    /// Its kind. A social security number written as a resident ID is one, so the kind may differ
    /// from the one asked for.
    #[must_use]
    #[inline]
    pub const fn kind(self) -> KeyKind {
        self.kind
    }

    /// The identifier, below [`Key::PACKED_LIMIT`].
    #[must_use]
    #[inline]
    pub const fn packed(self) -> u64 {
        self.packed
    }

    /// Kind and identifier in one number: equal numbers are equal keys.
    #[must_use]
    #[inline]
    pub const fn word(self) -> u64 {
        (self.kind as u64) << 57 | self.packed
    }

    /// A key of any number below the limit, for tests.
    #[cfg(test)]
    pub(crate) const fn of_packed(kind: KeyKind, packed: u64) -> Key {
        assert!(packed < Key::PACKED_LIMIT);
        Key { kind, packed }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Key({})", self.kind.name())
    }
}

/// An identifier that does not fit a [`Key`]: 128 bits of a keyed hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WideKey {
    kind: KeyKind,
    hash: u128,
}

impl WideKey {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> KeyKind {
        self.kind
    }

    /// The hash, under the secret of the scan.
    #[must_use]
    pub const fn hash(self) -> u128 {
        self.hash
    }
}

impl fmt::Debug for WideKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "WideKey({})", self.kind.name())
    }
}

/// The secret of one scan: hashes of two scans cannot be compared.
#[derive(Clone)]
pub struct Secret(SipHasher24);

impl Secret {
    /// Takes 16 random bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 16]) -> Self {
        Self(SipHasher24::new_with_key(bytes))
    }

    fn hash(&self, kind: KeyKind, bytes: &[u8]) -> WideKey {
        let mut hasher = self.0;
        hasher.write(bytes);
        hasher.write_u8(kind.number());
        WideKey { kind, hash: hasher.finish128().as_u128() }
    }

    /// The same for what stands at the start of a block, with room for one byte more.
    #[inline]
    fn hash_block(&self, kind: KeyKind, mut block: [u8; usual::BLOCK], length: usize) -> WideKey {
        if let Some(last) = block.get_mut(length) {
            *last = kind.number();
        }
        let bytes = block.get(..=length).unwrap_or(&block);
        WideKey { kind, hash: self.0.hash(bytes).as_u128() }
    }

    /// Draws a number: the same label draws the same number, and no key hashes to it.
    pub(crate) fn draw(&self, label: u64) -> u128 {
        let mut hasher = self.0;
        hasher.write_u64(label);
        // Where the number of the kind stands in a key.
        hasher.write_u8(0);
        hasher.finish128().as_u128()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secret")
    }
}

/// The key of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keyed {
    /// Packed without loss.
    Narrow(Key),
    /// Hashed.
    Wide(WideKey),
}

impl Keyed {
    /// Its kind.
    #[must_use]
    #[inline]
    pub const fn kind(self) -> KeyKind {
        match self {
            Keyed::Narrow(key) => key.kind(),
            Keyed::Wide(key) => key.kind(),
        }
    }
}

/// The key of a cell that holds an identifier of this kind.
///
/// Every way of writing comes to one key: full-width digits, separators, case, `+86`; the 15 digits
/// of an old resident ID are brought to 18. `None` when the cell is empty, masked (`*`) or holds
/// nothing that a key of this kind could be.
#[must_use]
#[inline]
pub fn of(kind: KeyKind, cell: &[u8], secret: &Secret) -> Option<Keyed> {
    match usual::packed(kind, cell) {
        Some(packed) => Some(Keyed::Narrow(Key { kind, packed })),
        None => the_long_way(kind, cell, secret),
    }
}

/// The same for a cell that lies in a buffer.
#[must_use]
#[inline]
pub fn within(kind: KeyKind, bytes: &[u8], span: Span, secret: &Secret) -> Option<Keyed> {
    let cell = span.of(bytes)?;
    // Reading a whole block, past the end of the cell, spares copying it.
    if kind == KeyKind::Email
        && let Some(block) = bytes.get(span.start as usize..).and_then(<[u8]>::first_chunk)
        && let Some(lower) = usual::address(block, cell.len())
    {
        return Some(Keyed::Wide(secret.hash_block(kind, lower, cell.len())));
    }
    of(kind, cell, secret)
}

/// The same for every way of writing.
pub(super) fn the_long_way(kind: KeyKind, cell: &[u8], secret: &Secret) -> Option<Keyed> {
    let style = match kind {
        KeyKind::Email | KeyKind::Wechat => Style::LowerCase,
        KeyKind::Account => Style::Account,
        _ => Style::Number,
    };
    let Some(plain) = plain(cell, style) else {
        return other_script(kind, cell, secret);
    };
    if plain.bytes().iter().any(|&byte| matches!(byte, b'*' | b'?' | b'#'))
        || nobody(kind, plain.bytes())
    {
        return None;
    }
    match narrow_plain(kind, &plain) {
        Some(key) => Some(Keyed::Narrow(key)),
        None if plausible(kind, plain.bytes()) => {
            Some(Keyed::Wide(secret.hash(kind, plain.bytes())))
        }
        None => None,
    }
}

/// The key of a cell, when it can be packed without loss.
#[must_use]
pub fn narrow(kind: KeyKind, cell: &[u8]) -> Option<Key> {
    let style = if kind == KeyKind::Account { Style::Account } else { Style::Number };
    narrow_plain(kind, &plain(cell, style)?)
}

/// The whole number that a float holds exactly; none below zero, and none where digits are lost.
#[must_use]
pub fn whole(number: f64) -> Option<i64> {
    // 2^53: past this a float no longer holds every whole number.
    let exact = number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number);
    exact.then_some(number as i64)
}

/// The key of a whole number: a phone, a resident ID or an account stored as an integer.
#[must_use]
pub fn of_integer(kind: KeyKind, number: i64, secret: &Secret) -> Option<Keyed> {
    let mut digits = [0_u8; 20];
    let mut rest = u64::try_from(number).ok()?;
    let mut start = digits.len();
    loop {
        start -= 1;
        *digits.get_mut(start)? = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    of(kind, digits.get(start..)?, secret)
}

/// Whether the characters stand for nobody: no letter or digit, a word for "nothing", or one
/// character over and over where a number is asked for.
fn nobody(kind: KeyKind, characters: &[u8]) -> bool {
    let (first, open) = (characters.first(), matches!(kind, KeyKind::Account | KeyKind::Wechat));
    let one = characters.len() > 4 && characters.iter().all(|byte| Some(byte) == first);
    !characters.iter().any(u8::is_ascii_alphanumeric) || one && !open || no_value(characters)
}

/// Whether the cell is a word that stands where a value is missing.
#[must_use]
#[inline]
pub fn no_value(cell: &[u8]) -> bool {
    match cell.len() {
        2 => among::<2>(cell, &["na", "\\n"]),
        3 => among::<3>(cell, &["nil", "nan", "n/a", "无", "空"]),
        4 => among::<4>(cell, &["null", "none", "#n/a"]),
        6 => among::<6>(cell, &["暂无", "未知", "不详", "未填", "没有"]),
        7 => among::<7>(cell, &["unknown"]),
        9 => among::<9>(cell, &["undefined", "未填写"]),
        _ => false,
    }
}

/// Whether the cell, of as many bytes, is one of these words, written in any case.
#[inline]
fn among<const N: usize>(cell: &[u8], words: &[&str]) -> bool {
    let Some(cell) = cell.first_chunk::<N>() else { return false };
    let cell = cell.map(|byte| byte.to_ascii_lowercase());
    words.iter().any(|word| word.as_bytes().first_chunk() == Some(&cell))
}

/// Accounts and addresses may be written in any script; numbers may not.
fn other_script(kind: KeyKind, cell: &[u8], secret: &Secret) -> Option<Keyed> {
    let cell = super::plain::trim(cell);
    let open = matches!(kind, KeyKind::Account | KeyKind::Email | KeyKind::Wechat);
    (open && !cell.is_empty() && !cell.contains(&b'*') && !no_value(cell))
        .then(|| Keyed::Wide(secret.hash(kind, cell)))
}

/// Whether characters that do not pack are an identifier of the kind all the same.
fn plausible(kind: KeyKind, characters: &[u8]) -> bool {
    let digits = characters.iter().filter(|byte| byte.is_ascii_digit()).count();
    match kind {
        KeyKind::Email => characters.contains(&b'@'),
        KeyKind::Account | KeyKind::Wechat => true,
        // A test with invented numbers may have an impossible date: still one person's number.
        KeyKind::ResidentId => {
            matches!(characters.len(), 15 | 18) && digits + 3 >= characters.len()
        }
        KeyKind::Mobile | KeyKind::Qq => digits >= 5 && digits == characters.len(),
        KeyKind::BankCard => digits >= 8 && digits == characters.len(),
        _ => digits >= 4 && characters.iter().all(u8::is_ascii_alphanumeric),
    }
}

fn narrow_plain(kind: KeyKind, plain: &Plain) -> Option<Key> {
    let characters = plain.bytes();
    let key = |packed| Key { kind, packed };
    match kind {
        KeyKind::ResidentId => resident(characters).map(key),
        KeyKind::SocialSecurity => match characters.first_chunk().and_then(eighteen) {
            Some(packed) if characters.len() == 18 => {
                Some(Key { kind: KeyKind::ResidentId, packed })
            }
            _ => alphanumeric(characters, 4).map(key),
        },
        KeyKind::Passport => alphanumeric(characters, 7).map(key),
        KeyKind::Permit => permit(characters).map(key),
        KeyKind::HkId => hong_kong(characters).map(key),
        KeyKind::MacauId => (characters.len() == 8).then(|| digits(characters))?.map(key),
        KeyKind::TaiwanId => alphanumeric(characters, 10).map(key),
        KeyKind::Mobile => telephone(characters).map(key),
        KeyKind::BankCard => card(characters).map(key),
        KeyKind::Account => account(characters).map(key),
        KeyKind::Qq => (5..=12).contains(&characters.len()).then(|| digits(characters))?.map(key),
        KeyKind::Device => device(characters).map(key),
        KeyKind::Email | KeyKind::Wechat => None,
    }
}

/// Digits as a number: at most 19.
fn digits(characters: &[u8]) -> Option<u64> {
    if characters.len() > 19 || characters.is_empty() {
        return None;
    }
    characters.iter().try_fold(0_u64, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'))
    })
}

pub(super) const CHECKS: u64 = 11;
pub(super) const SEQUENCES: u64 = 1_000;
pub(super) const DAYS: u64 = 10_000 * 12 * 31;
/// Where the foreign permanent residence cards of 2017 and older begin.
const OLD_CARDS: u64 = 1_000_000 * DAYS * SEQUENCES * CHECKS;

/// Region, day, sequence and check character: 4.1 * 10^16 numbers, or an old card of three letters
/// and twelve digits: 1.8 * 10^16 more.
fn resident(characters: &[u8]) -> Option<u64> {
    match characters.len() {
        18 => eighteen(characters.first_chunk()?),
        15 => match characters.first()? {
            b'0'..=b'9' => {
                let mut upgraded = [b'0'; 18];
                let (region, rest) = characters.split_at_checked(6)?;
                upgraded.get_mut(..6)?.copy_from_slice(region);
                upgraded.get_mut(6..8)?.copy_from_slice(b"19");
                upgraded.get_mut(8..17)?.copy_from_slice(rest);
                let check = checks::resident(upgraded.first_chunk()?);
                *upgraded.last_mut()? = check;
                eighteen(&upgraded)
            }
            _ => {
                let (letters, rest) = characters.split_at_checked(3)?;
                let letters = letters.iter().try_fold(0, |number, byte| {
                    byte.is_ascii_uppercase().then(|| number * 26 + u64::from(byte - b'A'))
                })?;
                Some(OLD_CARDS + letters * 1_000_000_000_000 + digits(rest)?)
            }
        },
        _ => None,
    }
}

fn eighteen(characters: &[u8; 18]) -> Option<u64> {
    let part = |range: std::ops::Range<usize>| digits(characters.get(range)?);
    let (month, day) = (part(10..12)?, part(12..14)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = (part(6..10)? * 12 + month - 1) * 31 + day - 1;
    let check = match characters.last()? {
        b'X' => 10,
        digit if digit.is_ascii_digit() => u64::from(digit - b'0'),
        _ => return None,
    };
    Some(((part(0..6)? * DAYS + days) * SEQUENCES + part(14..17)?) * CHECKS + check)
}

/// Up to ten of 0-9 and A-Z, in base 37 with 0 for "no character": 4.8 * 10^15 numbers.
fn alphanumeric(characters: &[u8], least: usize) -> Option<u64> {
    if !(least..=10).contains(&characters.len()) {
        return None;
    }
    characters.iter().try_fold(0_u64, |number, byte| {
        let place = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            _ => return None,
        };
        Some(number * 37 + u64::from(place) + 1)
    })
}

/// The two digits that count re-issues on older cards say nothing about the person.
fn permit(characters: &[u8]) -> Option<u64> {
    match characters {
        [b'H' | b'M', rest @ ..] if rest.len() == 10 && rest.iter().all(u8::is_ascii_digit) => {
            alphanumeric(characters.get(..9)?, 9)
        }
        _ => alphanumeric(characters, 7),
    }
}

/// With the check character when the cell leaves it out.
fn hong_kong(characters: &[u8]) -> Option<u64> {
    let letters = characters.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (letters, rest) = characters.split_at_checked(letters)?;
    let (six, check) = rest.split_first_chunk::<6>()?;
    let number = digits(six)?;
    let check = match check {
        [] => checks::hong_kong(letters, six)?,
        [check @ (b'0'..=b'9' | b'A')] => *check,
        _ => return None,
    };
    let letters = match letters {
        [one] => u64::from(one - b'A'),
        [one, two] => (u64::from(one - b'A') + 1) * 26 + u64::from(two - b'A'),
        _ => return None,
    };
    let check = if check == b'A' { 10 } else { u64::from(check - b'0') };
    Some((letters * 1_000_000 + number) * CHECKS + check)
}

/// Where numbers of other countries begin; landline numbers begin at half of it.
const ABROAD: u64 = 10_000_000_000_000_000;

/// Mainland numbers without their country code, others with it.
fn telephone(characters: &[u8]) -> Option<u64> {
    let (country, number) = match characters {
        [b'+', b'8', b'6', rest @ ..] | [b'0', b'0', b'8', b'6', rest @ ..] => (true, rest),
        [b'8', b'6', rest @ ..] if rest.len() == 11 && rest.first() == Some(&b'1') => (true, rest),
        [b'+', rest @ ..] | [b'0', b'0', rest @ ..] => {
            return (5..=15).contains(&rest.len()).then(|| digits(rest))?.map(|n| ABROAD + n);
        }
        _ => (false, characters),
    };
    let (zero, number) = match number.strip_prefix(b"0") {
        Some(number) => (true, number),
        None => (false, number),
    };
    if !(5..=15).contains(&number.len()) || number.first() == Some(&b'0') {
        return None;
    }
    // The zero before an area code is not dialled from abroad; one before a mobile number is never
    // part of it.
    let mobile = number.len() == 11 && matches!(number, [b'1', b'3'..=b'9', ..]);
    let landline = !mobile && (zero || country);
    Some(digits(number)? + if landline { ABROAD / 2 } else { 0 })
}

pub(super) const TEN_16: u64 = 10_000_000_000_000_000;

/// Cards: 19 digits that begin with 62 fit whole (10^17); 13 to 16 digits fit whole; 17 and 18
/// digits when they begin with 62. Others are hashed.
fn card(characters: &[u8]) -> Option<u64> {
    let number = digits(characters)?;
    let rest = || characters.strip_prefix(b"62").and_then(digits);
    match characters.len() {
        19 => rest(),
        18 => Some(10 * TEN_16 + rest()?),
        16 => Some(11 * TEN_16 + number),
        17 => Some(12 * TEN_16 + rest()?),
        15 => Some(12 * TEN_16 + TEN_16 / 10 + number),
        14 => Some(12 * TEN_16 + TEN_16 / 5 + number),
        13 => Some(12 * TEN_16 + TEN_16 / 5 + TEN_16 / 100 + number),
        _ => None,
    }
}

/// Whole numbers up to 17 digits without leading zeros (10^17), else up to nine characters of
/// 0-9, A-Z, a-z, `_` and `-` in base 65 (2.1 * 10^16).
fn account(characters: &[u8]) -> Option<u64> {
    if let Some(number) = digits(characters)
        && (characters.first() != Some(&b'0') || characters.len() == 1)
    {
        return (characters.len() <= 17).then_some(number);
    }
    if characters.len() > 9 {
        return None;
    }
    let packed = characters.iter().try_fold(0_u64, |number, byte| {
        let place = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            b'_' => 62,
            b'-' => 63,
            _ => return None,
        };
        Some(number * 65 + u64::from(place) + 1)
    })?;
    Some(10 * TEN_16 + packed)
}

/// MAC addresses, 14 to 16 digits, 14 hexadecimal digits, ICCID that begin with 8986.
fn device(characters: &[u8]) -> Option<u64> {
    const MAC: u64 = 1 << 48;
    let mut bare = [0_u8; 20];
    let mut length = 0;
    for &byte in characters.iter().filter(|byte| **byte != b':') {
        *bare.get_mut(length)? = byte;
        length += 1;
    }
    let bare = bare.get(..length)?;
    match length {
        12 => hexadecimal(bare),
        15 => Some(MAC + digits(bare)?),
        16 => Some(MAC + TEN_16 / 10 + digits(bare)?),
        20 => Some(MAC + TEN_16 / 10 + TEN_16 + digits(bare.strip_prefix(b"8986")?)?),
        19 => Some(MAC + TEN_16 / 10 + 2 * TEN_16 + digits(bare.strip_prefix(b"8986")?)?),
        14 => Some(MAC + TEN_16 / 5 + 2 * TEN_16 + hexadecimal(bare)?),
        _ => None,
    }
}

fn hexadecimal(characters: &[u8]) -> Option<u64> {
    characters.iter().try_fold(0_u64, |number, byte| {
        let place = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'F' => byte - b'A' + 10,
            _ => return None,
        };
        Some(number << 4 | u64::from(place))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(kind: KeyKind, writings: &[&str]) {
        let secret = Secret::new(&[7; 16]);
        let keys: Vec<_> = writings.iter().map(|one| of(kind, one.as_bytes(), &secret)).collect();
        assert!(keys.iter().all(Option::is_some), "{writings:?}");
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{writings:?}");
    }

    #[test]
    fn many_writings_are_one_key() {
        same(
            KeyKind::ResidentId,
            &["610104620927690", "610104196209276908", "6101041962 09276908"],
        );
        same(KeyKind::ResidentId, &["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ"]);
        same(KeyKind::ResidentId, &["110105200002310021", " 110105-20000231-0021"]);
        same(
            KeyKind::Mobile,
            &[
                "13900001234",
                "+86 139-0000-1234",
                "8613900001234",
                "0086 13900001234",
                "013900001234",
                "13900001234.0",
            ],
        );
        same(KeyKind::Mobile, &["010-12345678", "+86 10 12345678", "(010)12345678"]);
        same(KeyKind::Mobile, &["+852 6123 4567", "00852-61234567"]);
        same(KeyKind::HkId, &["A123456(3)", "a1234563", "A123456"]);
        same(KeyKind::Permit, &["H0123456701", "h01234567"]);
        same(KeyKind::Email, &["Li@Example.invalid", "li@example.invalid "]);
        same(KeyKind::BankCard, &["6222 0200 0000 0000 019", "6222020000000000019"]);
        same(KeyKind::Device, &["00:1A:2b:3c:4d:5e", "001a.2b3c.4d5e", "00-1A-2B-3C-4D-5E"]);
        same(KeyKind::Device, &["490154203237518", "49-015420-323751-8"]);
        same(KeyKind::Account, &["1001", "1001.0", " 1001"]);
        same(KeyKind::Account, &["用户甲一", " 用户甲一"]);
    }

    #[test]
    fn different_identifiers_are_different_keys() {
        let secret = Secret::new(&[7; 16]);
        for (kind, one, other) in [
            (KeyKind::ResidentId, "110105194912310021", "110105194912310022"),
            (KeyKind::ResidentId, "110105194913310021", "110105194914310021"),
            (KeyKind::Mobile, "13900001234", "+85213900001234"),
            (KeyKind::Mobile, "01012345678", "1012345678"),
            (KeyKind::Account, "001", "1"),
            (KeyKind::Account, "ab", "AB"),
            (KeyKind::Device, "490154203237518", "4901542032375180"),
        ] {
            let key = |cell: &str| of(kind, cell.as_bytes(), &secret);
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_masked_or_empty_has_no_key() {
        let secret = Secret::new(&[7; 16]);
        for kind in KeyKind::ALL {
            for cell in ["", " ", "-", "无", "N/A", "138****1234", "440***********1234"] {
                assert_eq!(of(kind, cell.as_bytes(), &secret), None, "{kind:?}");
            }
            assert_eq!(KeyKind::parse(kind.name()), Some(kind));
        }
    }

    #[test]
    fn a_number_stored_whole_is_the_number_written() {
        let secret = Secret::new(&[7; 16]);
        let written = of(KeyKind::Mobile, b"13900001234", &secret);
        assert_eq!(of_integer(KeyKind::Mobile, 13_900_001_234, &secret), written);
        assert_eq!(of_integer(KeyKind::Account, 0, &secret), of(KeyKind::Account, b"0", &secret));
        assert_eq!(of_integer(KeyKind::Mobile, -1, &secret), None);
    }

    #[test]
    fn keys_show_nothing() {
        let secret = Secret::new(&[7; 16]);
        let key = of(KeyKind::Mobile, b"13900001234", &secret);
        assert_eq!(format!("{key:?} {secret:?}"), "Some(Narrow(Key(mobile))) Secret");
        let wide = of(KeyKind::Email, b"li@example.invalid", &secret);
        assert_eq!(format!("{wide:?}"), "Some(Wide(WideKey(email)))");
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic_and_fit(cell: Vec<u8>, number: i64) {
            let secret = Secret::new(&[7; 16]);
            for kind in KeyKind::ALL {
                if let Some(Keyed::Narrow(key)) = of(kind, &cell, &secret) {
                    prop_assert!(key.packed() < Key::PACKED_LIMIT);
                }
                let _ = of_integer(kind, number, &secret);
            }
        }

        /// Equal keys only for equal plain writings, where nothing is dropped or filled in.
        #[test]
        fn packing_is_injective(one in "[0-9A-Z]{4,20}", other in "[0-9A-Z]{4,20}") {
            use KeyKind::{Account, BankCard, Device, Passport, Qq};
            for kind in [Passport, BankCard, Account, Qq, Device, KeyKind::ResidentId] {
                let (a, b) = (narrow(kind, one.as_bytes()), narrow(kind, other.as_bytes()));
                if let (Some(a), Some(b)) = (a, b) {
                    prop_assert!(a.packed() < Key::PACKED_LIMIT);
                    prop_assert_eq!(a == b, one == other);
                }
            }
        }

        #[test]
        fn digits_pack_without_loss(
            lengths in (1..20_usize, 1..20_usize),
            one in 0..10_000_000_000_000_000_000_u64,
            step in 0..3_u64,
        ) {
            let write = |number: u64, length: usize| {
                format!("{:0length$}", u128::from(number) % 10_u128.pow(length as u32))
            };
            let (a, b) = (write(one, lengths.0), write(one.wrapping_add(step), lengths.1));
            for kind in [KeyKind::BankCard, KeyKind::Account, KeyKind::Device] {
                let keys = (narrow(kind, a.as_bytes()), narrow(kind, b.as_bytes()));
                if let (Some(x), Some(y)) = keys {
                    prop_assert!(x.packed() < Key::PACKED_LIMIT);
                    prop_assert_eq!(x == y, a == b);
                }
            }
        }
    }
}
