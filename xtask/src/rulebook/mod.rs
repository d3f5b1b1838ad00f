//! `cargo xtask rulebook …`: counts and mutations of the rulebook.

use std::collections::BTreeMap;
use std::path::Path;

use kouan_rulebook::Book;

mod count;
mod mutants;
mod mutate;
mod sites;

pub(crate) use count::run as count;
pub(crate) use mutate::run as mutate;

/// The heading that is no sector: its rules apply to every sector of the list.
const EVERY_SECTOR: &str = "any";

/// The rulebook as it stands on disk: file names inside `rulebook/`, and their texts.
type Texts = BTreeMap<String, String>;

/// Reads every file of `rulebook/`.
fn texts(root: &Path) -> Result<Texts, String> {
    let mut texts = Texts::new();
    let base = root.join("rulebook");
    let mut folders = vec![base.clone()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.strip_prefix(&base).unwrap_or(&path).to_string_lossy();
                let text = std::fs::read_to_string(&path).map_err(|e| format!("{name}: {e}"))?;
                texts.insert(name.into_owned(), text);
            }
        }
    }
    Ok(texts)
}

/// The book of these texts.
fn book(texts: &Texts) -> Result<Book, String> {
    let files = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    kouan_rulebook::load(files).map_err(|findings| {
        findings.iter().map(|finding| format!("{}\n", shown(texts, finding))).collect()
    })
}

/// A finding in one line: place, code and values.
fn shown(texts: &Texts, finding: &kouan_terms::Diagnostic) -> String {
    let place = finding.place.as_ref().map_or_else(String::new, |place| {
        let start = place.bytes.as_ref().map_or(0, |bytes| bytes.start);
        format!("{}:{}: ", place.file, line(texts, &place.file, start))
    });
    let values: Vec<String> =
        finding.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("{place}{} {}", finding.code.0, values.join(" · "))
}

/// The line of a byte in a file, counted from 1.
fn line(texts: &Texts, file: &str, byte: usize) -> usize {
    let file = file.split('@').next().unwrap_or(file);
    let bytes = texts.get(file).map_or(&[][..], String::as_bytes);
    1 + bytes.iter().take(byte).filter(|byte| **byte == b'\n').count()
}
