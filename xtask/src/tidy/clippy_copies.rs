//! Clippy reads the nearest `clippy.toml` and merges nothing, so a crate that may do more keeps a
//! full copy; the copies may differ by named permissions only.

use toml::{Table, Value};

use super::{File, Finding, Tree};

const WHY: &str = "a copy may differ by the permissions in xtask/src/tidy/clippy_copies.rs only";

/// What a permission takes off the lists.
struct Permission {
    paths: &'static [&'static str],
}

const FILES: Permission = Permission {
    paths: &[
        "std::fs::read",
        "std::fs::read_to_string",
        "std::fs::write",
        "std::fs::read_dir",
        "std::fs::File::open",
        "std::fs::File::create",
    ],
};
const READ: Permission = Permission {
    paths: &[
        "std::fs::read",
        "std::fs::read_to_string",
        "std::fs::read_dir",
        "std::fs::File::open",
    ],
};
const THREADS: Permission = Permission { paths: &["std::thread::spawn"] };
const CLOCK: Permission = Permission {
    paths: &[
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "jiff::Zoned::now",
        "jiff::Timestamp::now",
    ],
};
const SETTINGS: Permission = Permission { paths: &["std::env::var"] };
const PRINT: Permission = Permission { paths: &["std::println", "std::print", "std::eprintln"] };

/// Who has which.
const COPIES: &[(&str, &[Permission])] = &[
    ("crates/disk/clippy.toml", &[FILES]),
    ("crates/sources/clippy.toml", &[READ]),
    ("crates/flow/clippy.toml", &[FILES, CLOCK, THREADS]),
    ("crates/cli/clippy.toml", &[FILES, CLOCK, SETTINGS, PRINT]),
    ("xtask/clippy.toml", &[FILES, PRINT]),
];

/// Compares every copy with the root's.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(root) = tree.file("clippy.toml").and_then(|file| table(file, &mut found)) else {
        found.push(Finding::file("clippy.toml", "missing or not TOML", WHY));
        return found;
    };
    for file in tree.ending("/clippy.toml") {
        match COPIES.iter().find(|(path, _)| *path == file.path) {
            Some((_, permissions)) => {
                if let Some(copy) = table(file, &mut found) {
                    compare(file, &root, &copy, permissions, &mut found);
                }
            }
            None => found.push(Finding::file(&file.path, "a copy without a permission", WHY)),
        }
    }
    found
}

fn table(file: &File, found: &mut Vec<Finding>) -> Option<Table> {
    let parsed = file.text().parse();
    if let Err(error) = &parsed {
        found.push(Finding::file(&file.path, error, WHY));
    }
    parsed.ok()
}

fn compare(
    file: &File,
    root: &Table,
    copy: &Table,
    permissions: &[Permission],
    found: &mut Vec<Finding>,
) {
    for key in copy.keys().filter(|key| !root.contains_key(*key)) {
        let what = format!("`{key}` is not in the root's file");
        found.push(Finding::file(&file.path, what, WHY));
    }
    for (key, ours) in root {
        let wanted = without(ours, permissions);
        if copy.get(key) != Some(&wanted) {
            let what = format!("`{key}` is not the root's list less what is permitted here");
            found.push(Finding::file(&file.path, what, WHY));
        }
    }
}

/// The root's value less the permitted paths.
fn without(value: &Value, permissions: &[Permission]) -> Value {
    let Value::Array(entries) = value else { return value.clone() };
    let permitted = |entry: &&Value| {
        let path = entry.get("path").and_then(Value::as_str).unwrap_or_default();
        permissions.iter().any(|permission| permission.paths.contains(&path))
    };
    Value::Array(entries.iter().filter(|entry| !permitted(entry)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "disallowed-methods = [{ path = \"std::fs::read\" }, { path = \"x\" }]";

    fn count(copy: &str) -> usize {
        check(&Tree::of(&[("clippy.toml", ROOT), ("xtask/clippy.toml", copy)])).len()
    }

    #[test]
    fn a_copy_less_its_permissions_passes_and_nothing_else_does() {
        assert_eq!(count("disallowed-methods = [{ path = \"x\" }]"), 0);
        assert_eq!(count("disallowed-methods = []"), 1);
        assert_eq!(count(ROOT), 1);
        assert_eq!(count("disallowed-methods = [{ path = \"x\" }]\nmore = true"), 1);
    }
}
