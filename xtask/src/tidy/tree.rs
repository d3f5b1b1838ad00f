//! The files of the repository, as the checks see them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::lexer::{self, Line};

/// A tracked file.
pub(crate) struct File {
    /// From the root, with `/` between the parts.
    pub(crate) path: String,
    /// Its length in bytes.
    pub(crate) bytes: usize,
    /// Its text, when it is UTF-8.
    pub(crate) text: Option<String>,
    /// Its lines taken apart, when it is Rust; else empty.
    pub(crate) rust: Vec<Line>,
}

impl File {
    /// A file from its text, as the tests of the checks need it.
    pub(crate) fn new(path: &str, content: Vec<u8>) -> File {
        let bytes = content.len();
        let text = String::from_utf8(content).ok();
        let rust = match &text {
            Some(text) if path.ends_with(".rs") => lexer::lines(text),
            _ => Vec::new(),
        };
        File { path: path.to_owned(), bytes, text, rust }
    }

    /// The text, or nothing for a file that has none.
    pub(crate) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Whether the whole file is a test: `tests/…`, or the module `tests` in a file of its own.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The folder below `crates/`, or the first folder.
    pub(crate) fn crate_folder(&self) -> &str {
        let path = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        path.split('/').next().unwrap_or_default()
    }
}

/// All tracked files, and what git says about the others.
pub(crate) struct Tree {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// Sorted by path.
    pub(crate) files: Vec<File>,
    /// Neither tracked nor ignored.
    pub(crate) untracked: Vec<String>,
    /// What could not be looked at, and why.
    pub(crate) notes: Vec<String>,
}

impl Tree {
    /// Reads the tree; outside a git checkout it walks the folders and says so.
    pub(crate) fn read(root: &Path) -> Result<Tree, String> {
        let mut notes = Vec::new();
        let tracked = git(root, &["ls-files", "-z"]);
        let others = git(root, &["ls-files", "-z", "--others", "--exclude-standard"]);
        let (paths, untracked) = match (tracked, others) {
            (Some(tracked), Some(others)) => (tracked, others),
            _ => {
                notes.push(
                    "git cannot list this folder: untracked files were not looked for".into(),
                );
                (walk(root)?, Vec::new())
            }
        };
        let mut files = Vec::new();
        for path in paths {
            // A tracked file that was just deleted is no longer part of the tree.
            if let Ok(content) = std::fs::read(root.join(&path)) {
                files.push(File::new(&path, content));
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Tree { root: root.to_owned(), files, untracked, notes })
    }

    /// One file by its path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// Files whose path ends so.
    pub(crate) fn ending(&self, end: &'static str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.ends_with(end))
    }
}

#[cfg(test)]
impl Tree {
    /// A tree of these paths and texts.
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|(path, text)| File::new(path, text.as_bytes().to_vec()));
        let files = files.collect();
        Tree { root: PathBuf::new(), files, untracked: Vec::new(), notes: Vec::new() }
    }
}

fn git(root: &Path, words: &[&str]) -> Option<Vec<String>> {
    let output = Command::new("git").arg("-C").arg(root).args(words).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn walk(root: &Path) -> Result<Vec<String>, String> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    folders.push(path);
                }
            } else if let Ok(path) = path.strip_prefix(root) {
                let parts = path.iter().map(|part| part.to_string_lossy());
                paths.push(parts.collect::<Vec<_>>().join("/"));
            }
        }
    }
    Ok(paths)
}
