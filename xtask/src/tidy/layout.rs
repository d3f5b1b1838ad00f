//! What may stand where: the root, the documents, untracked and large files.

use super::edges::PACKAGES;
use super::{Finding, Tree};

const IN_ROOT: &[&str] = &[
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CODEOWNERS",
    "CONTRIBUTING.md",
    "CONTRIBUTING.zh.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "README.zh.md",
    "STYLE.md",
    "clippy.toml",
    "deny.toml",
    "rustfmt.toml",
];

const FOLDERS: &[&str] = &[
    ".cargo", ".ci", ".github", "bench", "crates", "docs", "examples", "fuzz", "messages",
    "rulebook", "stories", "xtask",
];

const IN_DOCS: &[&str] = &["concepts", "decisions", "errors", "guide", "reference"];

const BYTES_MAX: usize = 1 << 20;
/// Fonts hold a Chinese character set: docs/decisions/papers-are-set-with-krilla.md
const FONT_BYTES_MAX: usize = 6 << 20;

/// Checks places and sizes.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &tree.files {
        if let Some((what, why)) = misplaced(&file.path) {
            found.push(Finding::file(&file.path, what, why));
        }
        let fonts = file.path.starts_with("crates/typeset/fonts/");
        let most = if fonts { FONT_BYTES_MAX } else { BYTES_MAX };
        if file.bytes > most {
            let what = format!("{} bytes, more than {most}", file.bytes);
            found.push(Finding::file(&file.path, what, "large files make every clone slow"));
        }
    }
    for path in &tree.untracked {
        let why = "commit it, delete it, or write scratch to `target/`";
        found.push(Finding::file(path, "not tracked", why));
    }
    found
}

fn misplaced(path: &str) -> Option<(&'static str, &'static str)> {
    let Some((folder, rest)) = path.split_once('/') else {
        let why = "the root is for readers: the list is in xtask/src/tidy/layout.rs";
        return (!IN_ROOT.contains(&path)).then_some(("no place in the root", why));
    };
    let below = rest.split_once('/').map(|(below, _)| below);
    if !FOLDERS.contains(&folder) {
        return Some(("an unknown folder", "the list is in xtask/src/tidy/layout.rs"));
    }
    if folder == "docs" && !below.is_some_and(|below| IN_DOCS.contains(&below)) {
        return Some((
            "an unknown part of the documents",
            "the list is in xtask/src/tidy/layout.rs",
        ));
    }
    let known = |below| PACKAGES.iter().any(|package| package.folder == format!("crates/{below}"));
    if folder == "crates" && !below.is_some_and(known) {
        return Some(("an unknown crate", "crates stand in xtask/src/tidy/edges.rs"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known_or_found() {
        let good = ["README.md", "docs/errors/RB104.md", "crates/terms/src/lib.rs", ".ci/run"];
        assert!(good.iter().all(|path| misplaced(path).is_none()));
        let bad = ["REPORT.md", "docs/notes.md", "tmp/x", "crates/core/src/lib.rs"];
        assert!(bad.iter().all(|path| misplaced(path).is_some()));
    }
}
