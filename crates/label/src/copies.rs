//! The log of copies that were handed out without a label to be seen or heard: each line holds the
//! digest of the one before it, so that a line that was changed or taken out shows.
//!
//! LAW: Measures for labelling AI-generated content, article 9

use std::io::Read;

use kouan_terms::{Diagnostic, hex};
use ring::digest::{Context, SHA256, digest};
use serde_json::{Value, json};

/// The schema of a line.
const SCHEMA: &str = "kouan.label-copy/1";
/// What stands before the first line.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Bytes of a content that are read at once.
const BLOCK_BYTES: usize = 1 << 16;

/// One copy that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The moment, in UTC, as RFC 3339 has it.
    pub at: String,
    /// Who got it, by the provider's own number of the account.
    pub recipient: String,
    /// The agreement by which the recipient took over the duty to label.
    pub agreement: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub content: String,
    /// Its format.
    pub format: String,
    /// The provider that its implicit label names.
    pub producer: String,
    /// The number that its implicit label names.
    pub content_id: String,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from one.
    pub number: u64,
    /// What it says.
    pub copy: Copy,
    /// The digest by which the next line names it, in hexadecimal digits.
    pub digest: String,
}

/// The log as far as it was read or written: what the next line has to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    count: u64,
    before: String,
}

impl Default for Chain {
    fn default() -> Chain {
        Chain { count: 0, before: NOTHING.to_owned() }
    }
}

impl Chain {
    /// Goes on behind a line, which is taken as it stands.
    ///
    /// # Errors
    ///
    /// LB144 for what is no line of a log.
    pub fn behind(text: &str) -> Result<Chain, Diagnostic> {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let count = value.get("number").and_then(Value::as_u64).filter(|number| *number > 0);
        let count = count.ok_or_else(|| broken(0))?;
        let own = Chain { count: count.saturating_sub(1), before: word(&value, "before") };
        own.clone().take(text).map(|line| Chain { count, before: line.digest })
    }

    /// The digest of the last line: kept elsewhere, it shows when lines are taken off the end.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.before
    }

    /// How many lines there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Reads the next line.
    ///
    /// # Errors
    ///
    /// LB144 where it is not the line that follows.
    pub fn take(&mut self, text: &str) -> Result<Line, Diagnostic> {
        let number = self.count + 1;
        let value: Value = serde_json::from_str(text).map_err(|_| broken(number))?;
        let copy = Copy {
            at: word(&value, "at"),
            recipient: word(&value, "recipient"),
            agreement: word(&value, "agreement"),
            content: word(&value, "sha256"),
            format: word(&value, "format"),
            producer: word(&value, "producer"),
            content_id: word(&value, "content_id"),
        };
        // What does not read back as it was written was written by somebody else.
        let (own, line) = self.written(copy);
        if own != text {
            return Err(broken(number));
        }
        *self = Chain { count: number, before: line.digest.clone() };
        Ok(line)
    }

    /// Writes the next line, without its end.
    #[must_use]
    pub fn put(&mut self, copy: Copy) -> (String, Line) {
        let (text, line) = self.written(copy);
        *self = Chain { count: line.number, before: line.digest.clone() };
        (text, line)
    }

    fn written(&self, copy: Copy) -> (String, Line) {
        let number = self.count + 1;
        let text = json!({
            "schema": SCHEMA,
            "number": number,
            "at": copy.at,
            "recipient": copy.recipient,
            "agreement": copy.agreement,
            "sha256": copy.content,
            "format": copy.format,
            "producer": copy.producer,
            "content_id": copy.content_id,
            "before": self.before,
        })
        .to_string();
        let digest = hex(digest(&SHA256, text.as_bytes()).as_ref());
        (text, Line { number, copy, digest })
    }
}

fn word(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn broken(number: u64) -> Diagnostic {
    Diagnostic::error("LB144").with("line", number)
}

/// SHA-256 of a content, in hexadecimal digits.
///
/// # Errors
///
/// What reading it says.
pub fn content<R: Read>(source: &mut R) -> std::io::Result<String> {
    let mut context = Context::new(&SHA256);
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let count = source.read(&mut block)?;
        if count == 0 {
            return Ok(hex(context.finish().as_ref()));
        }
        context.update(block.get(..count).unwrap_or_default());
    }
}

/// Whether a word can stand for an account or an agreement: letters, digits and a few signs, so
/// that no name and no address goes into the log.
#[must_use]
pub fn is_number(word: &str) -> bool {
    let is_sign = |c: char| matches!(c, '-' | '_' | '.' | ':' | '/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || is_sign(c);
    (1..=128).contains(&word.len()) && word.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn copy(recipient: &str) -> Copy {
        Copy {
            at: "2026-11-22T04:00:00Z".to_owned(),
            recipient: recipient.to_owned(),
            agreement: "terms-7".to_owned(),
            content: content(&mut b"made up".as_slice()).unwrap(),
            format: "png".to_owned(),
            producer: "001191350100M000100Y4300000".to_owned(),
            content_id: "A-1".to_owned(),
        }
    }

    fn three() -> Vec<String> {
        let mut chain = Chain::default();
        ["u-1", "u-2", "u-3"].map(|to| chain.put(copy(to)).0).into()
    }

    fn read(lines: &[String]) -> Result<Chain, Diagnostic> {
        let mut chain = Chain::default();
        lines.iter().try_for_each(|line| chain.take(line).map(|_| ()))?;
        Ok(chain)
    }

    #[test]
    fn what_was_written_is_read_and_gone_on_with() {
        let lines = three();
        let mut whole = read(&lines).unwrap();
        assert_eq!(whole.count(), 3);
        let mut behind = Chain::behind(&lines[2]).unwrap();
        assert_eq!(behind, whole);
        assert_eq!(whole.put(copy("u-4")), behind.put(copy("u-4")));
        // SHA-256 of nothing, as everybody has it.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(content(&mut b"".as_slice()).unwrap(), nothing);
    }

    #[test]
    fn a_line_changed_taken_out_or_turned_round_shows() {
        let lines = three();
        let code = |lines: &[String]| read(lines).unwrap_err();
        let broken_at = |finding: Diagnostic| {
            assert_eq!(finding.code.0, "LB144");
            finding.values[0].1.clone()
        };
        let mut changed = lines.clone();
        changed[1] = changed[1].replace("u-2", "u-9");
        assert_eq!(broken_at(code(&changed)), "3");
        changed[2] = Chain::behind(&changed[1]).unwrap().put(copy("u-3")).0;
        let forged = read(&changed).unwrap();
        // Who rewrites the rest as well is found out by a head that was kept elsewhere.
        assert_ne!(forged.head(), read(&lines).unwrap().head());
        let mut without = lines.clone();
        without.remove(1);
        assert_eq!(broken_at(code(&without)), "2");
        let mut turned = lines.clone();
        turned.swap(0, 1);
        assert_eq!(broken_at(code(&turned)), "1");
        let mut spaced = lines;
        spaced[0].push(' ');
        assert_eq!(broken_at(code(&spaced)), "1");
    }

    #[test]
    fn names_and_addresses_are_no_numbers() {
        for good in ["u-1", "acct:0012", "terms/2026.1", "A"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", "例某", "a b", "who@example.invalid", "a\nb", &"x".repeat(129)] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(text in "\\PC{0,200}") {
            let _ = Chain::default().take(&text);
            let _ = Chain::behind(&text);
        }
    }
}
