//! The digest under which the ledger knows a pack: that of its manifest, which names every file.

use std::path::Path;

use kouan_dossier::docx::{Member, unpack};
use kouan_ledger::entry::Digest;
use kouan_terms::{Diagnostic, Place};

use crate::files;

/// The file of a pack that names the others with their digests.
const MANIFEST: &str = "manifest.json";

/// The digest of a pack: a folder, its zip, or any other single file that was handed in.
///
/// Folder and zip of the same pack have the same digest.
///
/// # Errors
///
/// CL110 and CL111 when it cannot be read; FL169 for a folder that is no pack.
pub fn pack_digest(path: &str) -> Result<Digest, Diagnostic> {
    let place = Path::new(path);
    if place.is_dir() {
        let manifest = place.join(MANIFEST);
        if !manifest.is_file() {
            return Err(Diagnostic::error("FL169").at(Place::file(path)));
        }
        return files::bytes(&manifest).map(|bytes| kouan_flow::office::digest(&bytes));
    }
    let bytes = files::bytes(place)?;
    let members = if path.ends_with(".zip") { unpack(path, &bytes).ok() } else { None };
    let inner = members.as_deref().and_then(of_members);
    Ok(inner.unwrap_or_else(|| kouan_flow::office::digest(&bytes)))
}

/// The digest of a pack by its files.
pub fn of_members(files: &[Member]) -> Option<Digest> {
    let manifest = files.iter().find(|member| member.name == MANIFEST)?;
    Some(kouan_flow::office::digest(&manifest.bytes))
}
