//! Coordinates and postal codes.

use super::Fit;

/// What a decimal, or a cell of two, says about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between 3 and 54 degrees with at least three decimals: a latitude inside China.
    Latitude,
    /// Between 73 and 136 degrees with at least three decimals: a longitude inside China.
    Longitude,
    /// A latitude and a longitude in one cell, in either order.
    Pair,
    /// A longitude, written so that it can be one anywhere on earth.
    Elsewhere,
}

/// Decimals a coordinate needs to be told from a price: three, some 100 m.
const DECIMALS_MIN: usize = 3;

/// Reads one decimal or a pair; WKT and GeoJSON points and lines are pairs.
#[must_use]
pub fn read(cell: &[u8]) -> Option<Place> {
    for head in [&b"POINT"[..], b"LINESTRING", b"POLYGON", b"SRID=", b"{\"type\":\"Point\""] {
        if cell.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head)) {
            return Some(Place::Pair);
        }
    }
    if cell.len() > 48 {
        return None;
    }
    let cell = match cell {
        [b'(' | b'[', inner @ .., b')' | b']'] => inner,
        _ => cell,
    };
    let Some(at) = cell.iter().position(|byte| matches!(byte, b',' | b';' | b' ')) else {
        return one(cell);
    };
    let (first, second) = (cell.get(..at)?.trim_ascii(), cell.get(at + 1..)?.trim_ascii());
    match (one(first)?, one(second)?) {
        (Place::Latitude, Place::Longitude) | (Place::Longitude, Place::Latitude) => {
            Some(Place::Pair)
        }
        _ => None,
    }
}

/// One decimal with its sign.
fn one(cell: &[u8]) -> Option<Place> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    let dot = digits.iter().position(|byte| *byte == b'.')?;
    let (whole, decimals) = (digits.get(..dot)?, digits.get(dot + 1..)?);
    let numeric = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    if !(1..=3).contains(&whole.len()) || !(DECIMALS_MIN..=16).contains(&decimals.len()) {
        return None;
    }
    if !numeric(whole) || !numeric(decimals) {
        return None;
    }
    let degrees = whole.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    degrees_of(degrees, negative)
}

fn degrees_of(degrees: u32, negative: bool) -> Option<Place> {
    match (degrees, negative) {
        (3..=53, false) => Some(Place::Latitude),
        (73..=135, false) => Some(Place::Longitude),
        (0..=179, _) => Some(Place::Elsewhere),
        _ => None,
    }
}

/// A number as a coordinate: it needs decimals that a price has not got.
#[must_use]
pub fn of_number(number: f64) -> Option<Place> {
    let hundredths = number * 100.0;
    if !number.is_finite() || (hundredths - hundredths.round()).abs() < 1e-6 {
        return None;
    }
    if number.abs() >= 180.0 {
        return None;
    }
    degrees_of(number.abs() as u32, number < 0.0)
}

/// Six digits whose first two are a postal province: 01 to 85.
#[must_use]
#[inline]
pub fn postal_code(digits: &[u8; 6]) -> Fit {
    let [a, b, ..] = digits;
    let two = u32::from(a.wrapping_sub(b'0')) * 10 + u32::from(b.wrapping_sub(b'0'));
    let form = digits.iter().all(u8::is_ascii_digit) && (1..=85).contains(&two);
    Fit::new(form, form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_inside_china_need_decimals() {
        assert_eq!(read(b"39.9087"), Some(Place::Latitude));
        assert_eq!(read(b"116.3975"), Some(Place::Longitude));
        assert_eq!(read(b"-33.8688"), Some(Place::Elsewhere));
        for cell in ["116.3975,39.9087", "39.9087, 116.3975", "(116.3975 39.9087)"] {
            assert_eq!(read(cell.as_bytes()), Some(Place::Pair), "{cell}");
        }
        assert_eq!(read(b"POINT(116.3975 39.9087)"), Some(Place::Pair));
        for cell in ["39.90", "116", "199.123", "1.2.3.4", "12,345.678", "", "."] {
            assert_eq!(read(cell.as_bytes()), None, "{cell}");
        }
        assert_eq!(of_number(39.9087), Some(Place::Latitude));
        assert_eq!(of_number(39.9), None);
        assert_eq!(of_number(f64::NAN), None);
    }

    #[test]
    fn postal_codes_have_a_province() {
        assert!(postal_code(b"100000").passes());
        assert!(postal_code(b"010000").passes());
        assert!(!postal_code(b"990000").form());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>, number: f64, six: [u8; 6]) {
            let _ = (read(&cell), of_number(number), postal_code(&six));
        }
    }
}
