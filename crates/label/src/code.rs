//! The provider's code: 27 characters made from one's own identity; nobody hands it out.

use kouan_terms::{Diagnostic, credit_code_check};

use crate::standard::CodeRules;

/// Characters of a whole code.
const LENGTH: usize = 27;
/// Characters of a credit code.
const CREDIT_CODE: usize = 18;

/// What the provider does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Generates content.
    Generation,
    /// Spreads content.
    Propagation,
    /// Left open: the last five places are the filler.
    Open,
}

/// A code taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderCode {
    credit_code: String,
    service: Service,
    extension: String,
}

impl ProviderCode {
    /// Builds the code of an organisation.
    ///
    /// The extension names a model or an application: up to four digits or capital letters, filled
    /// with zeros on the left; without it and without a service the last five places are the
    /// filler.
    ///
    /// # Errors
    ///
    /// LB131 for a credit code that cannot be, LB132 for an extension that cannot be.
    pub fn new(
        credit_code: &str,
        service: Service,
        extension: &str,
    ) -> Result<ProviderCode, Diagnostic> {
        if !is_credit_code(credit_code) {
            return Err(Diagnostic::error("LB131"));
        }
        let fits = extension.len() <= 4 && extension.bytes().all(is_code_character);
        if !fits || (service == Service::Open && !extension.is_empty()) {
            return Err(Diagnostic::error("LB132"));
        }
        let extension = match service {
            Service::Open => String::new(),
            _ => format!("{extension:0>4}"),
        };
        Ok(ProviderCode { credit_code: credit_code.to_owned(), service, extension })
    }

    /// Takes a code apart.
    ///
    /// # Errors
    ///
    /// The first part that is not as the rules ask.
    pub fn parse(code: &str, rules: &CodeRules) -> Result<ProviderCode, CodeFault> {
        if code.len() != LENGTH || !code.bytes().all(is_code_character) {
            return Err(CodeFault::Shape);
        }
        let part = |from: usize, to: usize| code.get(from..to).unwrap_or_default();
        if part(0, 2) != rules.format {
            return Err(CodeFault::Format);
        }
        let only = |from: usize| part(from, from + 1).chars().next();
        if only(2) != Some(rules.organisation) || only(3) != Some(rules.credit_code) {
            return Err(CodeFault::Subject);
        }
        let credit_code = part(4, 4 + CREDIT_CODE);
        if !is_credit_code(credit_code) {
            return Err(CodeFault::CreditCode);
        }
        let service = match only(22) {
            _ if part(22, LENGTH) == rules.no_extension => Service::Open,
            Some(digit) if digit == rules.generation => Service::Generation,
            Some(digit) if digit == rules.propagation => Service::Propagation,
            _ => return Err(CodeFault::Service),
        };
        let extension = if service == Service::Open { "" } else { part(23, LENGTH) };
        Ok(ProviderCode {
            credit_code: credit_code.to_owned(),
            service,
            extension: extension.to_owned(),
        })
    }

    /// The code as text.
    #[must_use]
    pub fn text(&self, rules: &CodeRules) -> String {
        let head = format!("{}{}{}", rules.format, rules.organisation, rules.credit_code);
        let tail = match self.service {
            Service::Generation => format!("{}{}", rules.generation, self.extension),
            Service::Propagation => format!("{}{}", rules.propagation, self.extension),
            Service::Open => rules.no_extension.clone(),
        };
        format!("{head}{}{tail}", self.credit_code)
    }

    /// The credit code of the organisation.
    #[must_use]
    pub fn credit_code(&self) -> &str {
        &self.credit_code
    }

    /// What the provider does.
    #[must_use]
    pub fn service(&self) -> Service {
        self.service
    }

    /// The model or application, four characters; empty when the service is left open.
    #[must_use]
    pub fn extension(&self) -> &str {
        &self.extension
    }
}

/// The part of a code that is not as the rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// Not 27 digits or capital letters: a name, not a code.
    Shape,
    /// The first two characters.
    Format,
    /// Places 3 and 4. Only organisations bound by their credit code are known; other digits cannot
    /// be judged.
    Subject,
    /// Places 5 to 22.
    CreditCode,
    /// Places 23 to 27.
    Service,
}

impl CodeFault {
    /// A word for reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CodeFault::Shape => "1-27",
            CodeFault::Format => "1-2",
            CodeFault::Subject => "3-4",
            CodeFault::CreditCode => "5-22",
            CodeFault::Service => "23-27",
        }
    }
}

/// Whether a value sets out to be a code: names are allowed where a code is.
#[must_use]
pub fn is_shaped_like_a_code(value: &str) -> bool {
    value.len() == LENGTH && value.bytes().all(is_code_character)
}

fn is_code_character(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}

/// Whether 18 characters are a unified social credit code with the right check character.
///
/// LAW: GB 32100-2015
#[must_use]
pub fn is_credit_code(text: &str) -> bool {
    let Some((body, [check])) = text.as_bytes().split_first_chunk() else { return false };
    credit_code_check(body) == Some(*check)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::standard;

    /// The sample of GB 32100, and the code that a publication of the standards' makers shows.
    const SAMPLE: &str = "91350100M000100Y43";

    #[test]
    fn the_published_sample_is_composed_and_taken_apart() {
        let rules = standard().code;
        let code = ProviderCode::new(SAMPLE, Service::Open, "").unwrap();
        assert_eq!(code.text(&rules), "001191350100M000100Y4300000");
        let read = ProviderCode::parse("001191350100M000100Y4300000", &rules).unwrap();
        assert_eq!(read, code);
        assert_eq!(read.credit_code(), SAMPLE);
    }

    #[test]
    fn services_and_extensions_come_back() {
        let rules = standard().code;
        for service in [Service::Generation, Service::Propagation] {
            let code = ProviderCode::new(SAMPLE, service, "A1").unwrap();
            let text = code.text(&rules);
            assert_eq!(text.len(), LENGTH);
            let read = ProviderCode::parse(&text, &rules).unwrap();
            assert_eq!((read.service(), read.extension()), (service, "00A1"));
        }
    }

    #[test]
    fn each_wrong_part_is_named() {
        let rules = standard().code;
        let fault = |code: &str| ProviderCode::parse(code, &rules).unwrap_err();
        assert_eq!(fault("例某"), CodeFault::Shape);
        assert_eq!(fault("011191350100M000100Y4300000"), CodeFault::Format);
        assert_eq!(fault("009191350100M000100Y4300000"), CodeFault::Subject);
        assert_eq!(fault("001191350100M000100Y4400000"), CodeFault::CreditCode);
        assert_eq!(fault("001191350100M000100Y4330000"), CodeFault::Service);
        assert_eq!(fault("001191350100M000100Y43"), CodeFault::Shape);
    }

    #[test]
    fn every_single_wrong_character_of_a_credit_code_is_found() {
        for (index, right) in SAMPLE.bytes().enumerate() {
            for other in b"0123456789ABCDEFGHJKLMNPQRTUWXY".iter().filter(|other| **other != right)
            {
                let mut wrong = SAMPLE.as_bytes().to_vec();
                wrong[index] = *other;
                assert!(!is_credit_code(std::str::from_utf8(&wrong).unwrap()), "place {index}");
            }
        }
        assert!(!is_credit_code("甲一"));
        assert!(!is_credit_code(""));
    }

    #[test]
    fn parts_that_cannot_be_are_refused() {
        let new = |credit, service, extension| {
            ProviderCode::new(credit, service, extension).map_err(|found| found.code.0)
        };
        assert_eq!(new("91350100M000100Y44", Service::Open, ""), Err("LB131"));
        assert_eq!(new(SAMPLE, Service::Generation, "abc"), Err("LB132"));
        assert_eq!(new(SAMPLE, Service::Generation, "12345"), Err("LB132"));
        assert_eq!(new(SAMPLE, Service::Open, "1"), Err("LB132"));
    }
}
