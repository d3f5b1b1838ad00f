//! The unified social credit code and its two check characters.

use kouan_terms::{credit_code_check, credit_code_value, organisation_code_check};

/// What is wrong with a code; the code itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Not 18 characters of the alphabet, or the district is not six digits.
    Form,
    /// The check digit of the organisation code inside (GB 11714-1997).
    OrganisationCheck,
    /// The last character (GB 32100-2015).
    Check,
}

/// Checks a unified social credit code by GB 32100-2015.
pub(super) fn check(code: &str) -> Result<(), Flaw> {
    let code: &[u8; 18] = code.as_bytes().try_into().map_err(|_| Flaw::Form)?;
    let [body @ .., last] = code;
    let (wanted, held) = (credit_code_check(body), credit_code_value(*last));
    let district = code.get(2..8).unwrap_or_default();
    if wanted.is_none() || held.is_none() || !district.iter().all(u8::is_ascii_digit) {
        return Err(Flaw::Form);
    }
    let organisation = code.get(8..16).and_then(<[u8]>::first_chunk);
    if code.get(16) != organisation.and_then(organisation_code_check).as_ref() {
        return Err(Flaw::OrganisationCheck);
    }
    if wanted == Some(*last) { Ok(()) } else { Err(Flaw::Check) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Completes invented codes by the two algorithms, written out once more from the standards.
    fn complete(first_sixteen: &str) -> String {
        let organisation: u32 = first_sixteen
            .get(8..)
            .unwrap()
            .chars()
            .zip([3, 7, 9, 10, 5, 8, 4, 2])
            .map(|(c, weight)| c.to_digit(36).unwrap() * weight)
            .sum();
        let digit = match 11 - organisation % 11 {
            10 => 'X',
            11 => '0',
            other => char::from_digit(other, 10).unwrap(),
        };
        let mut code = format!("{first_sixteen}{digit}");
        let mut weight = 1;
        let mut sum = 0;
        for c in code.chars() {
            sum += "0123456789ABCDEFGHJKLMNPQRTUWXY".find(c).unwrap() * weight;
            weight = weight * 3 % 31;
        }
        let last = (31 - sum % 31) % 31;
        code.push("0123456789ABCDEFGHJKLMNPQRTUWXY".chars().nth(last).unwrap());
        code
    }

    #[test]
    fn invented_codes_pass_and_every_changed_character_is_found() {
        for start in
            ["91110000MA000000", "9144010012345678", "12310000EXAMPLEX", "91990000MAAAAAAA"]
        {
            let code = complete(start);
            assert_eq!(check(&code), Ok(()), "{code}");
            for place in 0..18 {
                for other in "0123456789ABCDEFGHJKLMNPQRTUWXY".chars() {
                    let mut changed: Vec<char> = code.chars().collect();
                    if changed[place] == other {
                        continue;
                    }
                    changed[place] = other;
                    let changed: String = changed.into_iter().collect();
                    assert!(check(&changed).is_err(), "{changed}");
                }
            }
        }
    }

    #[test]
    fn the_form_is_eighteen_characters_of_the_alphabet() {
        let code = complete("91110000MA000000");
        assert_eq!(check(&code.to_lowercase()), Err(Flaw::Form));
        assert_eq!(check(code.get(..17).unwrap()), Err(Flaw::Form));
        assert_eq!(check(&format!("{code}0")), Err(Flaw::Form));
        for bad in ["", "91110000MA000000IO", "九一一一零零", "911A0000MA00000000"] {
            assert_eq!(check(bad), Err(Flaw::Form), "{bad}");
        }
    }
}
