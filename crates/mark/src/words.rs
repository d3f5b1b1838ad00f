//! The words of a label.

use kouan_label::ExplicitRules;
use kouan_label::explicit::{Lack, lacks};
use kouan_terms::Diagnostic;

/// Refuses words that lack one of the elements.
///
/// # Errors
///
/// LB150.
pub fn complete(words: &str, rules: &ExplicitRules) -> Result<(), Diagnostic> {
    let lacking = lacks(words, rules);
    let all = |list: &[String]| list.join("/");
    match lacking.first() {
        None => Ok(()),
        Some(Lack::Ai) => Err(Diagnostic::error("LB150").with("words", all(&rules.ai_words))),
        Some(Lack::Made) => Err(Diagnostic::error("LB150").with("words", all(&rules.made_words))),
    }
}
