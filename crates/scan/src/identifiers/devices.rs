//! Numbers of devices and networks.

use super::{Fit, checks};

/// An IMEI: fifteen digits, the reporting body's first two; passes with Luhn.
#[must_use]
pub fn imei(number: &[u8; 15]) -> Fit {
    let form = number.iter().all(u8::is_ascii_digit) && reporting_body(number);
    Fit::new(form, form && checks::luhn(number))
}

/// An IMEISV: sixteen digits that begin with a reporting body. There is no check.
#[must_use]
pub fn imeisv(number: &[u8; 16]) -> Fit {
    let form = number.iter().all(u8::is_ascii_digit) && reporting_body(number);
    Fit::new(form, form)
}

/// The first two digits of IMEI in use: 01, 35, 44, 45, 49 to 54, 86, 91, 98, 99.
fn reporting_body(number: &[u8]) -> bool {
    matches!(
        number,
        [b'0', b'1', ..]
            | [b'3', b'5', ..]
            | [b'4', b'4' | b'5' | b'9', ..]
            | [b'5', b'0'..=b'4', ..]
            | [b'8', b'6', ..]
            | [b'9', b'1' | b'8' | b'9', ..]
    )
}

/// An MEID: fourteen hexadecimal digits that begin with A0 or above.
#[must_use]
pub fn meid(number: &[u8; 14]) -> Fit {
    let form = number.iter().all(u8::is_ascii_hexdigit)
        && number.first().is_some_and(|first| (b'A'..=b'F').contains(first));
    Fit::new(form, form)
}

/// An IMSI of the mainland: 460, a network; passes when the network exists.
#[must_use]
pub fn imsi(number: &[u8; 15]) -> Fit {
    let form = number.starts_with(b"460") && number.iter().all(u8::is_ascii_digit);
    let [_, _, _, a, b, ..] = number;
    let network = matches!([a, b], [b'0', b'0'..=b'9'] | [b'1', b'1' | b'5'] | [b'2', b'0']);
    Fit::new(form, form && network)
}

/// An ICCID of the mainland: 8986, a network, nineteen or twenty places, of which operators write
/// some as letters. Its sum is not reliable and not asked for.
#[must_use]
pub fn iccid(number: &[u8]) -> Fit {
    let form = matches!(number.len(), 19 | 20)
        && number.starts_with(b"8986")
        && matches!(number.get(4..6), Some([b'0', b'0'..=b'9'] | [b'1', b'1' | b'5']))
        && number.iter().all(u8::is_ascii_alphanumeric)
        && number.iter().filter(|byte| byte.is_ascii_uppercase()).count() <= 2;
    Fit::new(form, form)
}

/// A MAC address: six pairs apart by `:` or `-`, or three fours apart by `.`; passes when it is one
/// device's (not all zeros or ones, no multicast).
#[must_use]
pub fn mac(cell: &[u8]) -> Fit {
    let mut digits = [0_u8; 12];
    let mut count = 0;
    for (place, &byte) in cell.iter().enumerate() {
        let between = match cell.len() {
            17 => place % 3 == 2,
            14 => place % 5 == 4,
            _ => return Fit::No,
        };
        if between {
            let right = if cell.len() == 17 { matches!(byte, b':' | b'-') } else { byte == b'.' };
            if !right {
                return Fit::No;
            }
            continue;
        }
        match (char::from(byte).to_digit(16), digits.get_mut(count)) {
            (Some(digit), Some(place)) => *place = digit as u8,
            _ => return Fit::No,
        }
        count += 1;
    }
    let same = |value: u8| digits.iter().all(|digit| *digit == value);
    let multicast = digits.get(1).is_some_and(|digit| digit % 2 == 1);
    Fit::new(true, !same(0) && !same(15) && !multicast)
}

/// An IPv4 address; passes when it is public, for a private one names no one by itself.
#[must_use]
pub fn ipv4(cell: &[u8]) -> Fit {
    let Some([a, b, _, d]) = four_bytes(cell) else { return Fit::No };
    let private = matches!(
        (a, b),
        (0 | 10 | 127 | 224..=255, _) | (100, 64..=127) | (169, 254) | (172, 16..=31) | (192, 168)
    );
    // 1.2.3.4 or 2.0.1.0 is a version as often as an address.
    let version = a < 20 && b < 20 && d < 20 && cell.len() < 10;
    Fit::new(true, !private && !version)
}

fn four_bytes(cell: &[u8]) -> Option<[u8; 4]> {
    if !(7..=15).contains(&cell.len()) {
        return None;
    }
    let mut parts = [0_u8; 4];
    let mut texts = cell.split(|byte| *byte == b'.');
    for part in &mut parts {
        let text = texts.next()?;
        if text.is_empty() || text.len() > 3 || text.len() > 1 && text.first() == Some(&b'0') {
            return None;
        }
        let value = text.iter().try_fold(0_u16, |value, byte| {
            byte.is_ascii_digit().then(|| value * 10 + u16::from(byte - b'0'))
        })?;
        *part = u8::try_from(value).ok()?;
    }
    texts.next().is_none().then_some(parts)
}

/// An IPv6 address; passes when it is public.
#[must_use]
pub fn ipv6(cell: &[u8]) -> Fit {
    let colons = cell.iter().filter(|byte| **byte == b':').count();
    if !(2..=7).contains(&colons) || cell.len() > 45 {
        return Fit::No;
    }
    let Some(address) =
        std::str::from_utf8(cell).ok().and_then(|text| text.parse::<std::net::Ipv6Addr>().ok())
    else {
        return Fit::No;
    };
    let public = address.segments().first().is_some_and(|first| (0x2000..0x4000).contains(first));
    Fit::new(true, public)
}

/// A UUID with its dashes, or 32 hexadecimal digits in that writing; passes when not all zeros.
#[must_use]
pub fn uuid(cell: &[u8]) -> Fit {
    let form = cell.len() == 36
        && cell.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    Fit::new(form, form && cell.iter().any(|byte| !matches!(byte, b'0' | b'-')))
}

/// Sixteen hexadecimal digits, a letter among them: an Android ID.
#[must_use]
pub fn hex_16(cell: &[u8; 16]) -> Fit {
    let form = cell.iter().all(u8::is_ascii_hexdigit) && !cell.iter().all(u8::is_ascii_digit);
    Fit::new(form, form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_phones_and_cards() {
        assert_eq!(imei(b"490154203237518"), Fit::Passes);
        assert_eq!(imei(b"490154203237517"), Fit::Form);
        assert_eq!(imei(b"610104620927690"), Fit::No, "an old resident ID");
        assert!(imeisv(b"4901542032375180").passes());
        assert!(meid(b"A0000000000001").passes());
        assert!(!meid(b"10000000000001").form());
        for network in
            ["00", "02", "04", "07", "08", "01", "06", "09", "03", "05", "11", "15", "20"]
        {
            let number = format!("460{network}0000000001");
            assert!(imsi(number.as_bytes().try_into().expect("15")).passes(), "{network}");
        }
        assert_eq!(imsi(b"460990000000001"), Fit::Form);
        assert_eq!(imsi(b"310150000000001"), Fit::No);
        assert!(iccid(b"89860000000000000001").passes());
        assert!(iccid(b"8986012A000000000001").passes());
        assert!(!iccid(b"8986990000000000000").form());
    }

    #[test]
    fn addresses_of_networks() {
        for cell in ["00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e"] {
            assert_eq!(mac(cell.as_bytes()), Fit::Passes, "{cell}");
        }
        for cell in ["00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "01:00:5E:00:00:01"] {
            assert_eq!(mac(cell.as_bytes()), Fit::Form, "{cell}");
        }
        assert_eq!(mac(b"00:1A:2B:3C:4D"), Fit::No);
        assert_eq!(ipv4(b"203.0.113.7"), Fit::Passes);
        for cell in ["10.0.0.1", "192.168.1.1", "172.16.0.1", "127.0.0.1", "1.2.3.4", "2.0.1.0"] {
            assert_eq!(ipv4(cell.as_bytes()), Fit::Form, "{cell}");
        }
        for cell in ["1.2.3", "256.1.1.1", "1.2.3.4.5", "01.2.3.4", "v1.2.3.4"] {
            assert_eq!(ipv4(cell.as_bytes()), Fit::No, "{cell}");
        }
        assert_eq!(ipv6(b"2001:db8::1"), Fit::Passes);
        assert_eq!(ipv6(b"fe80::1"), Fit::Form);
        assert_eq!(ipv6(b"08:30:00"), Fit::No);
    }

    #[test]
    fn identifiers_that_can_be_reset() {
        assert!(uuid(b"01234567-89ab-cdef-0123-456789abcdef").passes());
        assert_eq!(uuid(b"00000000-0000-0000-0000-000000000000"), Fit::Form);
        assert!(!uuid(b"0123456789abcdef0123456789abcdef0000").form());
        assert!(hex_16(b"0123456789abcdef").passes());
        assert!(!hex_16(b"0123456789012345").form());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>, b: [u8; 16]) {
            let _ = (iccid(&cell), mac(&cell), ipv4(&cell), ipv6(&cell), uuid(&cell), hex_16(&b));
            let _ = (imei(b.first_chunk().expect("15")), imsi(b.first_chunk().expect("15")));
            let _ = (imeisv(&b), meid(b.first_chunk().expect("14")));
        }
    }
}
