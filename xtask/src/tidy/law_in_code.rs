//! Law stands in `rulebook/`: no figure and no date of law in the crate that decides.

use super::{Finding, Tree};

const FOLDER: &str = "crates/decide/src/";
/// The one kind of file that may hold large figures: limits of the program, by name.
const LIMITS: &str = "/limits.rs";
const INTEGER_MIN: u64 = 1_000;

/// Looks for large integers and for dates.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let files = tree.rust().filter(|file| file.path.starts_with(FOLDER) && !file.is_test());
    for file in files.filter(|file| !file.path.ends_with(LIMITS)) {
        for (index, line) in file.rust.iter().enumerate().filter(|(_, line)| !line.in_test) {
            for number in integers(&line.code).filter(|number| *number >= INTEGER_MIN) {
                let why = "figures of law stand in rulebook/, limits of the program in limits.rs";
                let what = format!("the integer {number}");
                found.push(Finding::at(&file.path, index + 1, what, why));
            }
            if line.strings.iter().any(|string| holds_date(string)) {
                let why = "days of law stand in rulebook/";
                found.push(Finding::at(&file.path, index + 1, "a date", why));
            }
        }
    }
    found
}

/// The integer literals of a line of code.
fn integers(code: &str) -> impl Iterator<Item = u64> {
    let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter_map(|word| {
        let word = word.replace('_', "");
        let (digits, radix) = match word.get(..2) {
            Some("0x") => (word.get(2..).unwrap_or_default(), 16),
            Some("0b") => (word.get(2..).unwrap_or_default(), 2),
            Some("0o") => (word.get(2..).unwrap_or_default(), 8),
            _ => (word.as_str(), 10),
        };
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        u64::from_str_radix(digits.get(..end)?, radix).ok()
    })
}

/// Whether a text holds `YYYY-MM-DD`.
fn holds_date(text: &str) -> bool {
    text.as_bytes().windows(10).any(|window| {
        window.iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_with_underscores_suffixes_and_radix() {
        let code = "f(1_000usize, 0x3e8, x1000, 999, 2.5, 1000.0, [0; 10_000])";
        let large: Vec<_> = integers(code).filter(|number| *number >= INTEGER_MIN).collect();
        assert_eq!(large, [1000, 1000, 1000, 10_000]);
    }

    #[test]
    fn dates_are_found_outside_tests_and_limits() {
        let text = "let d = \"on 2024-03-22\";\n#[cfg(test)]\nlet e = \"2024-03-22\";\n";
        let count = |path: &str| check(&Tree::of(&[(path, text)])).len();
        assert_eq!(count("crates/decide/src/a.rs"), 1);
        assert_eq!(count("crates/decide/src/limits.rs"), 0);
        assert_eq!(count("crates/decide/src/a/tests.rs"), 0);
        assert_eq!(count("crates/cli/src/a.rs"), 0);
        assert!(!holds_date("2024-3-22 and 20240322"));
    }
}
