//! The fonts that papers are set in: those of the program, and before them those of a folder.

use std::path::Path;

use kouan_terms::Diagnostic;
use kouan_typeset::{FontBytes, Typesetter};

use crate::files;

/// The endings of files that may hold a font.
const ENDINGS: &[&str] = &[".ttf", ".otf", ".ttc", ".TTF", ".OTF", ".TTC"];

/// A typesetter with the fonts of the program and those of the folder, where one is named.
///
/// # Errors
///
/// CL110 and CL111 when the folder or a file cannot be read, FL171 when one is no font, FL173 when
/// the folder holds none.
pub fn typesetter(folder: Option<&str>) -> Result<Typesetter, Diagnostic> {
    let Some(folder) = folder else { return Typesetter::new(None) };
    let mut fonts = Vec::new();
    for path in files::below(Path::new(folder), ENDINGS)? {
        let bytes = files::bytes(Path::new(&path))?;
        fonts.push(FontBytes { name: path.into(), bytes, index: 0 });
    }
    if fonts.is_empty() {
        return Err(Diagnostic::error("FL173").with("folder", folder));
    }
    Typesetter::new(Some(&fonts))
}
