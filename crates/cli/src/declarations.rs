//! Declarations from files, folders and lines, read one after the other.

use std::path::Path;

use kouan_decide::declaration::{self, Transfer};
use kouan_rulebook::Book;
use kouan_terms::Diagnostic;

use crate::inventories::Named;
use crate::{files, inventories};

/// A declaration and the name under which findings speak of it.
pub struct Declared {
    /// The file, with the line after a colon for one of several in a file.
    pub name: String,
    /// The transfer.
    pub transfer: Transfer,
}

/// Reads every declaration below the paths.
///
/// # Errors
///
/// All findings of all files; then nothing is decided.
pub fn read(book: &Book, paths: &[String]) -> Result<Vec<Declared>, Vec<Diagnostic>> {
    let mut declared = Vec::new();
    let mut findings = Vec::new();
    for path in paths {
        match expand(path) {
            Err(finding) => findings.push(finding),
            Ok(files) if files.is_empty() => {
                let place = kouan_terms::Place::file(path);
                findings.push(Diagnostic::error("CL114").at(place));
            }
            Ok(files) => {
                for file in files {
                    read_file(book, &file, &mut declared, &mut findings);
                }
            }
        }
    }
    if findings.is_empty() { Ok(declared) } else { Err(findings) }
}

/// One declaration, with its text.
pub struct One {
    /// Its text.
    pub text: String,
    /// The transfer.
    pub transfer: Transfer,
    /// The inventories it names, each once.
    pub inventories: Vec<Named>,
}

/// Reads the one declaration of a file.
///
/// # Errors
///
/// FL162 for a folder or a file of several; the findings of the file.
pub fn read_one(book: &Book, path: &str) -> Result<One, Vec<Diagnostic>> {
    read_one_with(book, path, &[])
}

/// The same; inventories at hand are taken in the place of the files of those names.
///
/// # Errors
///
/// As for [`read_one`].
pub fn read_one_with(book: &Book, path: &str, fresh: &[Named]) -> Result<One, Vec<Diagnostic>> {
    if path.ends_with(".jsonl") || Path::new(path).is_dir() {
        return Err(vec![Diagnostic::error("FL162").at(kouan_terms::Place::file(path))]);
    }
    let text = files::read(path).map_err(|finding| vec![finding])?;
    let (transfer, inventories) = parsed(book, (path, path), &text, fresh)?;
    Ok(One { text, transfer, inventories })
}

/// A declaration and the inventories it names, each read once.
fn parsed(
    book: &Book,
    (file, name): (&str, &str),
    text: &str,
    fresh: &[Named],
) -> Result<(Transfer, Vec<Named>), Vec<Diagnostic>> {
    let mut named: Vec<Named> = Vec::new();
    let mut inventories = |inventory: &str| {
        if let Some(held) = named.iter().find(|held| held.name() == inventory) {
            return Ok(held.contents());
        }
        let at_hand = fresh.iter().find(|held| held.name() == inventory).cloned();
        let read = at_hand.map_or_else(|| inventories::beside(file, inventory), Ok)?;
        let contents = read.contents();
        named.push(read);
        Ok(contents)
    };
    let transfer = declaration::read_with(name, text, &book.facts, &mut inventories)?;
    Ok((transfer, named))
}

fn expand(path: &str) -> Result<Vec<String>, Diagnostic> {
    if path != "-" && Path::new(path).is_dir() {
        files::below(Path::new(path), &[".toml", ".json", ".jsonl"])
    } else {
        Ok(vec![path.to_owned()])
    }
}

fn read_file(
    book: &Book,
    file: &str,
    declared: &mut Vec<Declared>,
    findings: &mut Vec<Diagnostic>,
) {
    let text = match files::read(file) {
        Ok(text) => text,
        Err(finding) => return findings.push(finding),
    };
    let mut one = |name: String, text: &str| match parsed(book, (file, &name), text, &[]) {
        Ok((transfer, _)) => declared.push(Declared { name, transfer }),
        Err(found) => findings.extend(found),
    };
    if file.ends_with(".jsonl") {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            one(format!("{file}:{}", index + 1), line);
        }
    } else {
        one(file.to_owned(), &text);
    }
}

/// The text behind the name of a declaration: a file, or one line of it.
pub fn text_of(name: &str) -> Option<String> {
    if let Some((file, line)) = name.rsplit_once(':')
        && file.ends_with(".jsonl")
        && let Ok(line) = line.parse::<usize>()
    {
        let text = files::read(file).ok()?;
        return text.lines().nth(line.checked_sub(1)?).map(str::to_owned);
    }
    if name == "-" { None } else { files::read(name).ok() }
}
