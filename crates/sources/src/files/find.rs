//! The files behind a path, a folder or a glob.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use kouan_terms::Diagnostic;
use walkdir::{DirEntry, WalkDir};

use super::unreadable;
use crate::Input;
use crate::input::Place;

/// Finds the files behind a path, a folder or a glob. What is left out of a folder (hidden files,
/// folders that may not be read) is an input too, which says so when it is opened.
pub(crate) fn find(address: &str) -> Result<Vec<Input>, Diagnostic> {
    let path = Path::new(address);
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(walk(path, |_| true)),
        Ok(found) => Ok(vec![file(address.into(), path.into(), Some(found.len()))]),
        Err(_) if address.contains(['*', '?', '[', '{']) => matching(address),
        Err(why) => Err(unreadable(address, &why)),
    }
}

/// The files that a glob matches.
fn matching(address: &str) -> Result<Vec<Input>, Diagnostic> {
    let nothing = || Diagnostic::error("SC101").with("input", address);
    let glob = GlobBuilder::new(address).literal_separator(true).build().map_err(|_| nothing())?;
    let matcher = glob.compile_matcher();
    let folder: PathBuf = Path::new(address)
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let walked = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
    let found = walk(walked, |path| {
        let path = if folder.as_os_str().is_empty() {
            path.strip_prefix(".").unwrap_or(path)
        } else {
            path
        };
        matcher.is_match(path)
    });
    let any = found.iter().any(|input| !matches!(input.place, Place::LeftOut(_)));
    if any { Ok(found) } else { Err(nothing()) }
}

/// The files of a folder and of the folders in it, in the order of their names.
fn walk(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(why) => {
                let path = why.path().unwrap_or(folder);
                let aside = match why.io_error() {
                    Some(why) => unreadable(&path.to_string_lossy(), why),
                    // A link that leads back to a folder above it.
                    None => Diagnostic::warning("SC108").with("input", path.to_string_lossy()),
                };
                inputs.push(left_out(path, aside));
                continue;
            }
        };
        let path = entry.path();
        if is_hidden(&entry) {
            if entry.file_type().is_dir() {
                entries.skip_current_dir();
            }
            if wanted(path) || entry.file_type().is_dir() {
                let aside = Diagnostic::warning("SC108").with("input", path.to_string_lossy());
                inputs.push(left_out(path, aside));
            }
        } else if entry.file_type().is_file() && wanted(path) {
            let bytes = entry.metadata().ok().map(|found| found.len());
            inputs.push(file(path.to_string_lossy().into(), path.into(), bytes));
        }
    }
    inputs
}

/// Files and folders whose name begins with a dot; not the folder that was asked for.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
}

fn file(name: Box<str>, path: PathBuf, bytes: Option<u64>) -> Input {
    Input { name, bytes, place: Place::File(path) }
}

fn left_out(path: &Path, why: Diagnostic) -> Input {
    let name = path.to_string_lossy().into();
    Input { name, bytes: Some(0), place: Place::LeftOut(Box::new(why)) }
}
