//! Passwords and keys, from a file or standard input.

use kouan_flow::Credentials;
use kouan_terms::{Diagnostic, Place};
use toml::Table;

use crate::files;

/// Reads the credentials file; without one there are none.
///
/// # Errors
///
/// The file cannot be read, or is not a list of `key = "value"`. What it holds is never shown.
pub fn read(path: Option<&str>) -> Result<Credentials, Diagnostic> {
    let Some(path) = path else { return Ok(Credentials::default()) };
    let text = files::read(path)?;
    let refused = || Diagnostic::error("SC237").at(Place::file(path));
    let table: Table = text.parse().map_err(|_| refused())?;
    let pairs = table.into_iter().map(|(key, value)| match value {
        toml::Value::String(value) => Ok((key, value)),
        _ => Err(refused()),
    });
    Ok(Credentials { pairs: pairs.collect::<Result<_, _>>()? })
}
