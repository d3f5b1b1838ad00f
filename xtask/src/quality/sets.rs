//! Labelled columns, as written in `crates/scan/quality/`.

use std::path::Path;

use serde::Deserialize;

/// A file of labelled tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    format: u32,
    /// The kind of system the tables are written after.
    pub(super) style: String,
    pub(super) table: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) comment: Option<String>,
    pub(super) columns: Vec<Column>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) comment: Option<String>,
    #[serde(rename = "type")]
    pub(super) declared: Option<String>,
    /// The cells themselves.
    pub(super) cells: Option<Vec<String>>,
    /// The generator that makes them.
    pub(super) made: Option<String>,
    /// Right answers: classes, or `none`; empty: context only.
    pub(super) is: Vec<String>,
}

/// Reads every set of a folder, in the order of file names.
pub(super) fn read(folder: &Path) -> Result<Vec<Set>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let mut sets = Vec::new();
    for file in files {
        let text =
            std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let set: Set = toml::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))?;
        if set.format != 1 {
            return Err(format!("{}: format {} is not known", file.display(), set.format));
        }
        sets.push(set);
    }
    Ok(sets)
}
