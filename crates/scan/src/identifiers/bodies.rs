//! Numbers of bodies: unified social credit code, organisation code, taxpayer number.
//!
//! They identify a body, no person, but for sole traders.

use kouan_terms::{credit_code_check, organisation_code_check};

use super::Fit;
use super::divisions;
use super::resident::{Regions, eight_digits};

/// A unified social credit code (GB 32100) in plain writing.
///
/// The form asks for the alphabet, a province, and a letter or a first digit that is an authority;
/// passes when both its own check character and the organisation code inside are right.
#[must_use]
pub fn credit_code(code: &[u8; 18]) -> Fit {
    let [authority, kind, region @ ..] = code;
    let authority = matches!(authority, b'1'..=b'9' | b'A' | b'G' | b'N' | b'Y');
    if !(authority && matches!(kind, b'1'..=b'9' | b'A'..=b'E')) {
        return Fit::No;
    }
    let alphabet = code.iter().all(|byte| {
        byte.is_ascii_digit()
            || byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O' | b'S' | b'V' | b'Z')
    });
    let place = region.first_chunk::<6>().is_some_and(|six| six.iter().all(u8::is_ascii_digit))
        && region.first_chunk::<2>().is_some_and(|[a, b]| {
            let two = u32::from(a.wrapping_sub(b'0')) * 10 + u32::from(b.wrapping_sub(b'0'));
            divisions::province(two) || two == 10
        });
    if !(alphabet && place) {
        return Fit::No;
    }
    let own = code.first_chunk().and_then(credit_code_check) == code.last().copied();
    let inner = code.get(8..17).and_then(<[u8]>::first_chunk).is_some_and(organisation_passes);
    Fit::new(true, own && inner)
}

fn organisation_passes(code: &[u8; 9]) -> bool {
    code.first_chunk().and_then(organisation_code_check) == code.last().copied()
}

/// An organisation code (GB 11714): eight characters and the check character, without its dash.
#[must_use]
pub fn organisation_code(code: &[u8; 9]) -> Fit {
    let [eight @ .., check] = code;
    let form = eight.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && (check.is_ascii_digit() || *check == b'X');
    Fit::new(form, form && organisation_passes(code))
}

/// Taxpayer numbers before the unified code: a region and an organisation code (15), a resident ID
/// of 15 digits and two more (17) or of 18 and two more (20); passes when the part inside does.
#[must_use]
pub fn taxpayer(number: &[u8], regions: &Regions) -> Fit {
    let Some((six, rest)) = number.split_first_chunk::<6>() else { return Fit::No };
    let plain = number.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    if !plain || !six.iter().all(u8::is_ascii_digit) || !matches!(number.len(), 15 | 17 | 20) {
        return Fit::No;
    }
    let [a, b, c, d, e, f] = *six;
    let region = eight_digits(&[a, b, c, d, e, f, b'0', b'0']) / 100;
    let form = divisions::province(region / 10_000);
    let inside = match number.len() {
        15 => rest.first_chunk().is_some_and(organisation_passes),
        17 => number.iter().all(u8::is_ascii_digit),
        _ => number.get(6..14).is_some_and(|day| day.iter().all(u8::is_ascii_digit)),
    };
    Fit::new(form, form && regions.known(region) && inside)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn credit_codes_pass_both_checks() {
        assert_eq!(credit_code(b"91110000600037341L"), Fit::Passes);
        assert_eq!(credit_code(b"91110000600037342L"), Fit::Form);
        assert_eq!(credit_code(b"91110000600037341I"), Fit::No, "I is not in the alphabet");
        assert_eq!(credit_code(b"91990000600037341L"), Fit::No, "99 is no province");
        assert_eq!(organisation_code(b"D2143569X"), Fit::Passes);
        assert_eq!(organisation_code(b"D21435690"), Fit::Form);
        assert_eq!(organisation_code(b"d2143569x"), Fit::No);
    }

    #[test]
    fn a_right_sum_alone_does_not_pass() {
        // The code's own check character is made right; the organisation code inside stays wrong.
        let mut code = *b"911100006000373480";
        code[17] = credit_code_check(code.first_chunk().expect("17")).expect("in the alphabet");
        assert_eq!(credit_code(&code), Fit::Form);
    }

    #[test]
    fn taxpayer_numbers_of_old() {
        let regions = Regions::get();
        assert_eq!(taxpayer(b"110105D2143569X", &regions), Fit::Passes);
        assert_eq!(taxpayer(b"110105D21435690", &regions), Fit::Form);
        assert_eq!(taxpayer(b"99010521435690X", &regions), Fit::No);
        assert_eq!(taxpayer(b"1101", &regions), Fit::No);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>, bytes: [u8; 18]) {
            let _ = (credit_code(&bytes), taxpayer(&cell, &Regions::get()));
            let _ = organisation_code(bytes.first_chunk().expect("9"));
        }
    }
}
