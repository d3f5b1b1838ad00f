//! The words that an entry is made of. None of them can be a free text: a name is short and holds
//! no number that stands for a person, everything else is a digest, a count, a day or a choice.

use std::borrow::Cow;
use std::fmt;

use jiff::tz::Offset;
use kouan_terms::{Day, Diagnostic, parse_day};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::limits;

/// A name: of a column, a recipient, a file, an authority, a filing, or the id of who acts.
///
/// At most 200 characters on one line, no `@`, and no 11 to 19 digits in a row (the last of them
/// may be an `X`): numbers of telephones, identity documents and cards. That a word is nobody's own
/// name no type can tell; the callers put in names of things only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(Box<str>);

impl Name {
    /// The name, if it is one.
    ///
    /// # Errors
    ///
    /// `LG105`, which does not repeat the text.
    pub fn new(text: &str) -> Result<Name, Diagnostic> {
        let length = text.chars().take(limits::NAME_CHARACTERS + 1).count();
        let fits = (1..=limits::NAME_CHARACTERS).contains(&length) && text.trim() == text;
        let plain = |c: char| !c.is_control() && !matches!(c, '@' | '\u{2028}' | '\u{2029}');
        if fits && text.chars().all(plain) && !has_personal_number(text) {
            Ok(Name(text.into()))
        } else {
            Err(Diagnostic::error("LG105"))
        }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a word of the text, taken for itself, is a number as long as those of persons.
fn has_personal_number(text: &str) -> bool {
    let separates = |c: char| !c.is_alphanumeric();
    text.split(separates).any(|word| {
        let digits = word.strip_suffix(['x', 'X']).unwrap_or(word);
        digits.chars().all(char::is_numeric)
            && limits::PERSONAL_DIGITS.contains(&word.chars().count())
    })
}

impl fmt::Display for Name {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Name, D::Error> {
        let text = Cow::<'de, str>::deserialize(from)?;
        Name::new(&text).map_err(|_| D::Error::custom("not a name"))
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "maxLength": limits::NAME_CHARACTERS,
            "pattern": "^[^@\\u0000-\\u001f]+$",
            "description": "A name of a thing, never a personal value.",
        })
    }
}

/// The SHA-256 or SM3 digest of a file: 32 bytes, as `sha256:` or `sm3:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    function: Function,
    bytes: [u8; 32],
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Function {
    Sha256,
    Sm3,
}

impl Digest {
    /// A digest made with SHA-256.
    #[must_use]
    pub fn sha256(bytes: [u8; 32]) -> Digest {
        Digest { function: Function::Sha256, bytes }
    }

    /// Its bytes where it was made with SHA-256.
    #[must_use]
    pub fn as_sha256(&self) -> Option<[u8; 32]> {
        match self.function {
            Function::Sha256 => Some(self.bytes),
            Function::Sm3 => None,
        }
    }

    /// Reads a digest; digits without the name of a function are those of SHA-256.
    ///
    /// # Errors
    ///
    /// `LG105` where it is none.
    pub fn parse(text: &str) -> Result<Digest, Diagnostic> {
        Digest::read(text).ok_or_else(|| Diagnostic::error("LG105"))
    }

    fn read(text: &str) -> Option<Digest> {
        let (function, digits) = match text.split_once(':') {
            Some(("sha256", digits)) => (Function::Sha256, digits),
            Some(("sm3", digits)) => (Function::Sm3, digits),
            Some(_) => return None,
            None => (Function::Sha256, text),
        };
        let mut bytes = [0; 32];
        let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (to, [high, low]) in bytes.iter_mut().zip(pairs) {
            *to = (hex(*high)? << 4) | hex(*low)?;
        }
        Some(Digest { function, bytes })
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self.function {
            Function::Sha256 => "sha256:",
            Function::Sm3 => "sm3:",
        })?;
        self.bytes.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

/// A moment, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub jiff::Timestamp);

impl Time {
    /// The calendar day of that moment in Asia/Shanghai, which has been eight hours ahead all year
    /// round since 1992.
    #[must_use]
    pub fn day(self) -> LegalDay {
        LegalDay(Offset::constant(8).to_datetime(self.0).date())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

/// A legal day, Asia/Shanghai, as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LegalDay(pub Day);

impl fmt::Display for LegalDay {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

/// Types that are written as one text and read back from exactly that text.
macro_rules! written_as_text {
    ($($type:ident: $format:literal, $pattern:literal, $read:expr;)*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                let text = Cow::<'de, str>::deserialize(from)?;
                let read: Option<$type> = $read(&text);
                read.ok_or_else(|| D::Error::custom(concat!("not a ", $format)))
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": $format, "pattern": $pattern })
            }
        }
    )*};
}

written_as_text! {
    Digest: "digest", "^(sha256|sm3):[0-9a-f]{64}$", Digest::read;
    Time: "date-time", "Z$", |text: &str| text.parse().ok().map(Time);
    LegalDay: "date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        |text: &str| parse_day(text).ok().map(LegalDay);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_things_pass_and_numbers_of_persons_do_not() {
        for good in
            ["订单.客户编号", "permit-3f12345678901234567a", "2026-11-22", "a b", "Nowhere Ltd"]
        {
            assert_eq!(Name::new(good).unwrap().as_str(), good);
        }
        let long = "甲".repeat(201);
        for bad in [
            "",
            " a",
            "13900001234",
            "tel 13900001234",
            "11010519491231002X",
            "a@example.invalid",
            "a\nb",
            "１３９００００１２３４",
            "6222021234567890123",
            &long,
        ] {
            let error = Name::new(bad).unwrap_err();
            assert_eq!((error.code.0, error.values.len()), ("LG105", 0), "{bad}");
        }
    }

    #[test]
    fn the_day_of_a_moment_is_that_of_shanghai() {
        let day = |text: &str| Time(text.parse().unwrap()).day().to_string();
        assert_eq!(day("2026-12-31T15:59:59.999Z"), "2026-12-31");
        assert_eq!(day("2026-12-31T16:00:00Z"), "2027-01-01");
        assert_eq!(day("2028-02-28T16:00:00Z"), "2028-02-29");
    }

    #[test]
    fn digests_are_read_as_they_are_written() {
        let digest = Digest::sha256([0xA5; 32]);
        assert_eq!(Digest::parse(&digest.to_string()).unwrap(), digest);
        assert_eq!(Digest::parse(&"a5".repeat(32)).unwrap(), digest);
        let sm3 = format!("sm3:{}", "a5".repeat(32));
        assert_eq!(Digest::parse(&sm3).unwrap().to_string(), sm3);
        for bad in ["", "sha256:", "md5:00", &"A5".repeat(32), &"a5".repeat(33), &"é".repeat(32)] {
            assert!(Digest::parse(bad).is_err(), "{bad}");
        }
    }
}
