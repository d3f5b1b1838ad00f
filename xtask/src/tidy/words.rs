//! Words that promise what is not there.

use super::{Finding, Tree};

/// Macros for what is unfinished.
const MACROS: &[&str] = &["todo!", "unimplemented!", "dbg!"];
/// Promises to a reader, in code, data and messages.
const PROMISES: &[&str] = &["coming soon", "not yet implemented", "敬请期待", "lorem ipsum"];
/// The folder that has to name what it bans.
const HERE: &str = "xtask/src/tidy/";
const WHY: &str = "a command, a page or a rule exists when it works";

/// Looks for unfinished work in code and data.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (index, line) in file.rust.iter().enumerate() {
            for word in MACROS.iter().filter(|word| line.code.contains(*word)) {
                found.push(Finding::at(&file.path, index + 1, format!("`{word}`"), WHY));
            }
        }
    }
    let data = tree.rust().chain(tree.ending(".toml")).chain(tree.ending(".md"));
    for file in data.filter(|file| !file.path.starts_with(HERE) && file.path != "STYLE.md") {
        for (index, line) in file.text().lines().enumerate() {
            let line = line.to_lowercase();
            for word in PROMISES.iter().filter(|word| line.contains(*word)) {
                found.push(Finding::at(&file.path, index + 1, format!("`{word}`"), WHY));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_found_in_code_and_data() {
        let count = |path: &str, text: &str| check(&Tree::of(&[(path, text)])).len();
        assert_eq!(count("crates/cli/src/a.rs", "todo!(); // todo!\n"), 1);
        assert_eq!(count("messages/cli.toml", "en = \"Coming soon\"\n"), 1);
        assert_eq!(count("crates/cli/src/a.rs", "let todo = 1;\n"), 0);
    }
}
