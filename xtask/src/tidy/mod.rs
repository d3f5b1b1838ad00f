//! `cargo xtask tidy`: the rules of the house that no compiler knows.
//!
//! Each check is a function from the tree to findings, listed in [`CHECKS`]; what a check allows
//! is data beside it. There is no list of exceptions: a rule that needs one is the wrong rule.

use std::io::Write;
use std::path::Path;

use crate::Outcome;

mod clippy_copies;
mod comments;
pub(crate) mod edges;
mod law_in_code;
mod layout;
mod lexer;
mod links;
mod manifests;
pub(crate) mod messages;
mod names;
mod pairs;
mod sizes;
mod tree;
mod words;

pub(crate) use tree::{File, Tree};

/// One thing to act on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
    why: &'static str,
}

impl Finding {
    /// A finding on one line, counted from 1.
    pub(crate) fn at(path: &str, line: usize, what: impl ToString, why: &'static str) -> Finding {
        Finding { path: path.to_owned(), line, what: what.to_string(), why }
    }

    /// A finding about a whole file.
    pub(crate) fn file(path: &str, what: impl ToString, why: &'static str) -> Finding {
        Finding::at(path, 1, what, why)
    }
}

type Check = fn(&Tree) -> Vec<Finding>;

/// Every check, by the name under which its findings are counted.
const CHECKS: &[(&str, Check)] = &[
    ("edges", manifests::edges),
    ("lints", manifests::lints),
    ("clippy copies", clippy_copies::check),
    ("layout", layout::check),
    ("file and function sizes", sizes::check),
    ("names", names::check),
    ("law in code", law_in_code::check),
    ("words", words::check),
    ("comments", comments::check),
    ("messages", messages::check),
    ("languages in pairs", pairs::check),
    ("links", links::check),
    ("generated files", generated),
];

/// Runs every check and prints the findings.
pub(crate) fn run(root: &Path) -> Result<Outcome, String> {
    let tree = Tree::read(root)?;
    let mut report = String::new();
    for note in &tree.notes {
        report.push_str(&format!("note: {note}\n"));
    }
    let mut total = 0;
    for (name, check) in CHECKS {
        let mut findings = check(&tree);
        findings.sort();
        findings.dedup();
        for Finding { path, line, what, why } in &findings {
            report.push_str(&format!("{path}:{line}: {what} ({why})\n"));
        }
        if !findings.is_empty() {
            report.push_str(&format!("{name}: {}\n\n", findings.len()));
        }
        total += findings.len();
    }
    let files = tree.files.len();
    report.push_str(&format!("tidy: {files} files, {} checks, {total} findings\n", CHECKS.len()));
    // A reader who stops early (`| head`) is no error; the exit code tells the rest.
    std::io::stdout().write_all(report.as_bytes()).ok();
    Ok(if total == 0 { Outcome::Clean } else { Outcome::Findings })
}

fn generated(tree: &Tree) -> Vec<Finding> {
    let why = "generated files are committed fresh: run `cargo xtask docs`";
    match crate::docs::stale(&tree.root) {
        Ok(stale) => stale.iter().map(|(path, what)| Finding::file(path, what, why)).collect(),
        Err(message) => vec![Finding::file("xtask/src/docs.rs", message, why)],
    }
}
