//! Zip archives: written so that the same members give the same bytes, read with every limit kept.

use std::io::{Cursor, Read, Write};

use kouan_terms::Diagnostic;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::limits;

/// One member of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name, with `/` between folders.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Packs members in their order, with a fixed time, so that the same members give the same bytes.
///
/// # Errors
///
/// `FL130` when the archive cannot be made: two members of one name, or more than a zip holds.
pub fn pack(members: &[Member]) -> Result<Vec<u8>, Diagnostic> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for member in members {
        writer.start_file(member.name.as_str(), options).map_err(|_| unwritable(&member.name))?;
        writer.write_all(&member.bytes).map_err(|_| unwritable(&member.name))?;
    }
    let cursor = writer.finish().map_err(|_| unwritable("—"))?;
    Ok(cursor.into_inner())
}

fn unwritable(name: &str) -> Diagnostic {
    Diagnostic::error("FL130").with("member", name)
}

/// Unpacks an archive; folders are left out.
///
/// # Errors
///
/// `FL131` no archive · `FL132` too large, or too many members · `FL133` a name that leads out of
/// the folder, or stands twice · `FL134` a member that is encrypted, a link, or cannot be unpacked.
pub fn unpack(file: &str, bytes: &[u8]) -> Result<Vec<Member>, Diagnostic> {
    let find = |code| Diagnostic::error(code).with("file", file);
    let too_large = |limit: usize| find("FL132").with("limit", limit);
    if bytes.len() > limits::ARCHIVE_BYTES {
        return Err(too_large(limits::ARCHIVE_BYTES / limits::MEBIBYTE));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| find("FL131"))?;
    if archive.len() > limits::ARCHIVE_MEMBERS {
        return Err(too_large(limits::ARCHIVE_MEMBERS));
    }
    let mut members: Vec<Member> = Vec::new();
    let mut total: u64 = 0;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|_| find("FL134").with("member", index))?;
        let name = match member.name() {
            Ok(name) => name.into_owned(),
            Err(_) => return Err(find("FL134").with("member", index)),
        };
        if !is_plain(&name) || members.iter().any(|held| held.name == name) {
            return Err(find("FL133").with("member", shown(&name)));
        }
        if member.is_dir() {
            continue;
        }
        if member.encrypted() || member.is_symlink() {
            return Err(find("FL134").with("member", shown(&name)));
        }
        // The header may lie about the size: what is really unpacked is counted.
        let mut content = Vec::new();
        let read = member
            .take(limits::MEMBER_BYTES + 1)
            .read_to_end(&mut content)
            .map_err(|_| find("FL134").with("member", shown(&name)))?;
        total = total.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        let one = u64::try_from(read).unwrap_or(u64::MAX) > limits::MEMBER_BYTES;
        if one || total > limits::UNPACKED_BYTES {
            let limit = limits::UNPACKED_BYTES / (1024 * 1024);
            return Err(too_large(usize::try_from(limit).unwrap_or(usize::MAX)));
        }
        members.push(Member { name, bytes: content });
    }
    Ok(members)
}

/// Whether a name stays inside the folder it is unpacked into.
fn is_plain(name: &str) -> bool {
    let rooted = name.starts_with('/') || name.contains('\\') || name.contains(':');
    let steps_out = name.split('/').any(|part| part == "..");
    !name.is_empty() && !rooted && !steps_out && !name.contains('\0')
}

/// A name as it is repeated in a finding.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}
