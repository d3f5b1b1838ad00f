//! Comments say why: no banners, no pictures, no places on one machine, no echo of the code.

use std::collections::BTreeSet;

use super::lexer::Line;
use super::{Finding, Tree};

/// Folders of one machine.
const MACHINE: &[&str] = &["/tmp/", "/home/", "/root/", "/Users/", "C:\\"];
/// Words without which an echo is still an echo.
const SMALL: &[&str] =
    &["a", "an", "and", "by", "for", "from", "in", "is", "of", "on", "the", "to"];
/// An echo of fewer words may be chance.
const ECHO_WORDS_MIN: usize = 3;
const BANNER_CHARACTERS_MIN: usize = 4;

/// Checks the comments of Rust files, and machine paths and pictures in prose and data.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (index, line) in file.rust.iter().enumerate() {
            let next = file.rust.get(index + 1).map(|next| next.code.as_str());
            if let Some((what, why)) = comment(line, next.unwrap_or_default()) {
                found.push(Finding::at(&file.path, index + 1, what, why));
            }
        }
    }
    for file in tree.ending(".md").chain(tree.ending(".toml")) {
        for (index, line) in file.text().lines().enumerate() {
            if let Some((what, why)) = place_or_picture(line) {
                found.push(Finding::at(&file.path, index + 1, what, why));
            }
        }
    }
    found
}

type Complaint = (&'static str, &'static str);

fn comment(line: &Line, next: &str) -> Option<Complaint> {
    if line.comment.is_empty() {
        return None;
    }
    if is_banner(&line.comment) {
        return Some(("a banner", "what needs a banner is another file"));
    }
    let doc = line.comment.starts_with(['/', '!']);
    if !doc && line.code.trim().is_empty() && echoes(&line.comment, next) {
        return Some(("a comment that repeats the next line", "comments say why"));
    }
    place_or_picture(&line.comment)
}

fn place_or_picture(text: &str) -> Option<Complaint> {
    if MACHINE.iter().any(|place| names_place(text, place)) {
        return Some(("a place on one machine", "readers have other machines"));
    }
    text.contains(is_picture).then_some(("a picture character", "words say it better"))
}

/// Whether the text names the folder at the start of a path, not inside a longer one.
fn names_place(text: &str, place: &str) -> bool {
    let longer = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '.');
    text.match_indices(place).any(|(at, _)| !text.get(..at).is_some_and(longer))
}

fn is_banner(comment: &str) -> bool {
    let drawn = |c: char| matches!(c, '=' | '-' | '*' | '#' | '~' | '_' | '─' | '━' | '═' | '/');
    let table = comment.contains('|');
    let mut run = 0;
    let longest = comment.chars().map(|c| {
        run = if drawn(c) { run + 1 } else { 0 };
        run
    });
    !table && longest.max().unwrap_or_default() >= BANNER_CHARACTERS_MIN
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{1F300}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{FE0F}')
}

/// Whether every word of the comment is a word of the next line's identifiers.
fn echoes(comment: &str, next: &str) -> bool {
    let words: Vec<String> =
        words(comment).into_iter().filter(|word| !SMALL.contains(&word.as_str())).collect();
    let said: BTreeSet<String> = self::words(next).into_iter().collect();
    words.len() >= ECHO_WORDS_MIN && words.iter().all(|word| said.contains(word))
}

/// Lower-case words; `snake_case` and `CamelCase` are split.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::new();
    for c in text.chars() {
        if c.is_uppercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
    }
    spaced.split_whitespace().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(text: &str) -> Vec<&'static str> {
        let lines = super::super::lexer::lines(text);
        let next = |index: usize| lines.get(index + 1).map_or("", |line| line.code.as_str());
        let all = lines.iter().enumerate();
        all.filter_map(|(index, line)| Some(comment(line, next(index))?.0)).collect()
    }

    #[test]
    fn banners_pictures_places_and_echoes_are_found() {
        assert_eq!(whats("// ==== parsing ====\n"), ["a banner"]);
        assert_eq!(whats("// \u{1F680} fast\n"), ["a picture character"]);
        assert_eq!(whats("// see /tmp/notes\n"), ["a place on one machine"]);
        assert_eq!(
            whats("// sort the rules by id\nsort_rules_by_id(rules);\n"),
            ["a comment that repeats the next line"]
        );
    }

    #[test]
    fn reasons_tables_and_addresses_pass() {
        assert_eq!(whats("// The order is fixed so that bytes repeat.\nrules.sort();\n"), [""; 0]);
        assert_eq!(whats("//! | a | b |\n//! |------|------|\n"), [""; 0]);
        assert_eq!(whats("// https://a.example/home/item and docs/home/x\n"), [""; 0]);
    }
}
