//! A fact given on the command line: `id=value`.

use kouan_rulebook::{Fact, FactKind};
use kouan_terms::{Diagnostic, PersonCount};

use super::nearest::{nearest, shown};
use super::values::{count, impossible, reversed, unknown_word};
use super::{Bounds, Given, Stated};

/// Reads `id=value`; the place of what comes back is empty.
///
/// A yes-no fact takes `true`, `false`, `yes` or `no`; a one-of its words; a count a number with or
/// without `_` between digits, a range `1000..5000` with both ends in, or an open one, `1000..`.
///
/// # Errors
///
/// A finding without a place: there is no `=`, no such fact, or the value is not one it takes.
pub fn read_fact_argument(argument: &str, facts: &[Fact]) -> Result<Given, Diagnostic> {
    let Some((id, value)) = argument.split_once('=') else {
        return Err(Diagnostic::error("DC195"));
    };
    let (id, value) = (id.trim(), value.trim());
    let Some(fact) = facts.iter().find(|fact| fact.id.as_str() == id) else {
        let near = nearest(id, facts.iter().map(|fact| fact.id.as_str()));
        return Err(match near {
            Some(near) => Diagnostic::error("DC197").with("id", shown(id)).with("nearest", near),
            None => Diagnostic::error("DC196").with("id", shown(id)),
        });
    };
    let value = match &fact.kind {
        FactKind::YesNo => yes_no(id, value)?,
        FactKind::OneOf(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| &**word).collect();
            match words.iter().find(|word| **word == value) {
                Some(word) => Stated::Word((*word).into()),
                None => return Err(unknown_word(id, value, &words)),
            }
        }
        FactKind::Persons => Stated::Count(bounds(id, value)?),
    };
    Ok(Given { fact: fact.id.clone(), value, evidence: None, bytes: 0..0 })
}

fn yes_no(id: &str, value: &str) -> Result<Stated, Diagnostic> {
    match value {
        "true" | "yes" => Ok(Stated::YesNo(true)),
        "false" | "no" => Ok(Stated::YesNo(false)),
        _ => Err(Diagnostic::error("DC198").with("key", id)),
    }
}

fn bounds(id: &str, value: &str) -> Result<Bounds, Diagnostic> {
    let Some((low, high)) = value.split_once("..") else {
        return number(id, value).map(Bounds::exactly);
    };
    if low.is_empty() && high.is_empty() {
        return Err(not_a_number(id));
    }
    let at_least = if low.is_empty() { 0 } else { number(id, low)? };
    let at_most = if high.is_empty() { None } else { Some(number(id, high)?) };
    match at_most {
        Some(at_most) if at_least > at_most => Err(reversed(id, at_least, at_most)),
        _ => Ok(Bounds { at_least, at_most }),
    }
}

fn number(id: &str, text: &str) -> Result<u64, Diagnostic> {
    let (minus, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let between_digits =
        !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__");
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let is_whole = between_digits && !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
    if !is_whole {
        let begins_right = plain.starts_with(|c: char| c.is_ascii_digit());
        let is_fraction =
            between_digits && begins_right && plain.parse::<f64>().is_ok_and(f64::is_finite);
        let code = if is_fraction { "DC151" } else { "DC199" };
        return Err(Diagnostic::error(code).with("key", id));
    }
    // More digits than the type holds are beyond the limit in any case.
    let number = plain.parse::<i128>().unwrap_or(i128::from(PersonCount::LIMIT.0));
    count(if minus { -number } else { number }).map_err(|code| impossible(code, id))
}

fn not_a_number(id: &str) -> Diagnostic {
    Diagnostic::error("DC199").with("key", id)
}
