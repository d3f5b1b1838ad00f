//! Where the rulebook comes from: a folder that was named, or the copy the program carries.

use std::path::Path;

use kouan_rulebook::classes::Classes;
use kouan_rulebook::labels::Labels;
use kouan_rulebook::papers::Papers;
use kouan_rulebook::{Book, EMBEDDED};
use kouan_terms::Diagnostic;

use crate::files;

/// Reads the rulebook, without the cases beside its rules.
///
/// # Errors
///
/// Every finding of the loader, or CL110 when the folder cannot be read.
pub fn load(folder: Option<&str>) -> Result<Book, Vec<Diagnostic>> {
    let Some(folder) = folder else {
        return kouan_rulebook::load_without_cases(EMBEDDED.iter().copied());
    };
    let texts = texts(folder).map_err(|finding| vec![finding])?;
    kouan_rulebook::load_without_cases(pairs(&texts))
}

/// Reads the rulebook with its cases, for testing it.
///
/// # Errors
///
/// As for [`load`].
pub fn load_with_cases(folder: Option<&str>) -> Result<Book, Vec<Diagnostic>> {
    let Some(folder) = folder else {
        return kouan_rulebook::load(EMBEDDED.iter().copied());
    };
    let texts = texts(folder).map_err(|finding| vec![finding])?;
    kouan_rulebook::load(pairs(&texts))
}

/// Reads the classes of the rulebook, which deciding does not need.
///
/// # Errors
///
/// As for [`load`].
pub fn classes(folder: Option<&str>) -> Result<Classes, Vec<Diagnostic>> {
    let Some(folder) = folder else {
        return Classes::load(EMBEDDED.iter().copied());
    };
    let texts = texts(folder).map_err(|finding| vec![finding])?;
    Classes::load(pairs(&texts))
}

/// Reads the papers of the rulebook, which only filing needs.
///
/// # Errors
///
/// As for [`load`].
pub fn papers(folder: Option<&str>) -> Result<Papers, Vec<Diagnostic>> {
    let Some(folder) = folder else {
        return Papers::load(EMBEDDED.iter().copied());
    };
    let texts = texts(folder).map_err(|finding| vec![finding])?;
    Papers::load(pairs(&texts))
}

/// Reads the standards of labels, which only labelling needs.
///
/// # Errors
///
/// As for [`load`].
pub fn labels(folder: Option<&str>) -> Result<Labels, Vec<Diagnostic>> {
    let Some(folder) = folder else {
        return Labels::load(EMBEDDED.iter().copied());
    };
    let texts = texts(folder).map_err(|finding| vec![finding])?;
    Labels::load(pairs(&texts))
}

fn pairs(texts: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

/// Names inside the folder, and texts.
fn texts(folder: &str) -> Result<Vec<(String, String)>, Diagnostic> {
    let root = Path::new(folder);
    files::below(root, &[".toml"])?
        .into_iter()
        .map(|path| {
            let text = files::read(&path)?;
            let name = Path::new(&path).strip_prefix(root).unwrap_or_else(|_| Path::new(&path));
            Ok((name.to_string_lossy().replace('\\', "/"), text))
        })
        .collect()
}

/// The text of one file of the rulebook, for showing a place in it.
pub fn text_of(folder: Option<&str>, name: &str) -> Option<String> {
    match folder {
        None => EMBEDDED.iter().find(|(n, _)| *n == name).map(|(_, text)| (*text).to_owned()),
        Some(folder) => files::read(&Path::new(folder).join(name).to_string_lossy()).ok(),
    }
}
