//! The inventory as text: TOML or JSON, and its JSON Schema.

use kouan_terms::{Diagnostic, Place, hex};
use sha2::{Digest as _, Sha256};

use super::{Inventory, SCHEMA};

/// Bytes of the largest inventory that is read.
pub const BYTES_MAX: usize = 64 << 20;

/// Reads an inventory; a name that ends in `.json` tells JSON from TOML.
///
/// # Errors
///
/// SC220 when the text is no inventory of this format, with the place; SC221 when it is larger than
/// [`BYTES_MAX`].
pub fn read(file: &str, text: &str) -> Result<Inventory, Diagnostic> {
    if text.len() > BYTES_MAX {
        let finding = Diagnostic::error("SC221").with("limit", BYTES_MAX >> 20);
        return Err(finding.at(Place::file(file)));
    }
    let read = if file.ends_with(".json") {
        serde_json::from_str::<Inventory>(text).map_err(|error| {
            Diagnostic::error("SC220")
                .with("detail", format!("{}:{}", error.line(), error.column()))
                .at(Place::file(file))
        })
    } else {
        toml::from_str::<Inventory>(text).map_err(|error| {
            let place = error.span().map_or(Place::file(file), |bytes| Place::at(file, bytes));
            Diagnostic::error("SC220").with("detail", error.message()).at(place)
        })
    }?;
    if read.schema != SCHEMA {
        let finding = Diagnostic::error("SC222").with("expected", SCHEMA);
        return Err(finding.at(Place::file(file)));
    }
    Ok(read)
}

/// The inventory in TOML, in the order of its keys.
///
/// # Errors
///
/// SC223 when it cannot be written as TOML.
pub fn to_toml(inventory: &Inventory) -> Result<String, Diagnostic> {
    toml::to_string(inventory).map_err(|_| Diagnostic::error("SC223"))
}

/// The inventory in JSON.
///
/// # Errors
///
/// SC223 when it cannot be written as JSON.
pub fn to_json(inventory: &Inventory) -> Result<String, Diagnostic> {
    let mut text =
        serde_json::to_string_pretty(inventory).map_err(|_| Diagnostic::error("SC223"))?;
    text.push('\n');
    Ok(text)
}

/// The JSON Schema of an inventory.
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Inventory);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The SHA-256 of a text in hexadecimal digits: how decisions and papers name an inventory.
#[must_use]
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
