//! Zip archives: every member is a source of tables of its own.

use std::io::BufReader;
use std::sync::Arc;

use kouan_table::{Block, Rows, Table};
use kouan_terms::Diagnostic;
use zip::{CompressionMethod, ZipArchive};

use super::content::Content;
use super::unpack::{Budget, Method, Packed, Packing};
use super::{Way, open_within};
use crate::guard::guarded;
use crate::{Opened, Want, limits};

/// What a zip archive is.
pub(super) enum Zip {
    /// A workbook.
    Workbook,
    /// Something else that only looks like an archive from inside (a text document).
    Document,
    /// An archive with these members, and whether it has more than are looked at.
    Members(Vec<Member>, bool),
}

/// A member of an archive.
pub(super) struct Member {
    pub(super) name: String,
    /// How it is packed; `None` when it cannot be unpacked (a password, an unusual method).
    packing: Option<Packing>,
}

/// Reads the directory of an archive; `None` when it is damaged.
pub(super) fn look(content: &Content) -> Option<Zip> {
    let cursor = content.cursor().ok()?;
    guarded(|| directory(ZipArchive::new(BufReader::new(cursor)).ok()?)).flatten()
}

fn directory(mut archive: ZipArchive<BufReader<super::ContentCursor>>) -> Option<Zip> {
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") || has("xl/workbook.bin") {
        return Some(Zip::Workbook);
    }
    if has("mimetype") && has("content.xml") && has("META-INF/manifest.xml") {
        return Some(if is_spreadsheet(&mut archive) { Zip::Workbook } else { Zip::Document });
    }
    if has("[Content_Types].xml") || has("META-INF/MANIFEST.MF") {
        return Some(Zip::Document);
    }
    let mut members = Vec::new();
    for at in 0..archive.len().min(limits::MEMBERS) {
        let member = archive.by_index_data(at).ok()?;
        if member.is_dir() {
            continue;
        }
        let method = match member.compression() {
            CompressionMethod::Stored => Some(Method::Stored),
            CompressionMethod::Deflated => Some(Method::Deflated),
            CompressionMethod::Zstd => Some(Method::Zstandard),
            _ => None,
        };
        let packing = method.filter(|_| !member.encrypted()).map(|method| Packing::Member {
            header: member.header_start(),
            packed: member.compressed_size(),
            bytes: member.size(),
            crc32: member.crc32(),
            method,
        });
        members.push(Member { name: name_of(member.name_raw()), packing });
    }
    Some(Zip::Members(members, archive.len() > limits::MEMBERS))
}

fn is_spreadsheet(archive: &mut ZipArchive<BufReader<super::ContentCursor>>) -> bool {
    let mut kind = Vec::new();
    let Ok(member) = archive.by_name("mimetype") else { return false };
    let read = std::io::Read::read_to_end(&mut std::io::Read::take(member, 200), &mut kind);
    read.is_ok() && memchr::memmem::find(&kind, b"spreadsheet").is_some()
}

/// The name of a member; archives made by Chinese Windows write it in GBK and do not say so.
fn name_of(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// Opens every member of an archive that holds tables.
pub(super) fn open(
    name: &str,
    content: &Content,
    (members, more): (Vec<Member>, bool),
    way: &Way<'_>,
) -> Result<Opened, Diagnostic> {
    let mut opened = Opened { tables: Vec::new(), rows: Box::new(NoRows), notes: Vec::new() };
    let mut parts = Vec::new();
    if more {
        let note = Diagnostic::warning("SC115").with("input", name);
        opened.notes.push(note.with("limit", limits::MEMBERS));
    }
    for member in members {
        let part = Part::new(name, content, &member, way);
        let part = match part {
            Ok(part) => part,
            Err(note) => {
                opened.notes.push(note);
                continue;
            }
        };
        // Only what it holds is wanted now; its rows are opened when its turn comes, so that one
        // member at a time is in memory.
        let way = Way { want: Want::Metadata, ..way.clone() };
        match open_within(&part.name, &part.content, &way.deeper()) {
            Ok(found) => {
                opened.notes.extend(found.notes);
                if !found.tables.is_empty() {
                    opened.tables.extend(found.tables);
                    parts.push(part);
                }
            }
            Err(note) => opened.notes.push(note),
        }
    }
    if way.want != Want::Metadata {
        let (want, options) = (way.want, way.options.clone());
        let (budget, depth) = (Arc::clone(&way.budget), way.depth);
        let parts = parts.into_iter();
        let notes = Vec::new();
        opened.rows = Box::new(Parts { parts, open: None, want, options, budget, depth, notes });
    }
    Ok(opened)
}

/// A member that is to be read.
struct Part {
    name: String,
    content: Content,
}

impl Part {
    fn new(
        archive: &str,
        content: &Content,
        member: &Member,
        way: &Way<'_>,
    ) -> Result<Part, Diagnostic> {
        let name = format!("{archive}/{}", member.name);
        let hidden = member.name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if hidden {
            return Err(Diagnostic::warning("SC108").with("input", name));
        }
        let Some(packing) = member.packing else {
            return Err(Diagnostic::error("SC112").with("input", name));
        };
        let (content, budget) = (content.clone(), Arc::clone(&way.budget));
        let packed = Packed { content, packing, budget };
        Ok(Part { name, content: Content::packed(Arc::new(packed)) })
    }
}

/// The rows of the members of an archive, one after the other.
struct Parts {
    parts: std::vec::IntoIter<Part>,
    open: Option<Box<dyn Rows>>,
    want: Want,
    options: crate::Options,
    budget: Arc<Budget>,
    depth: usize,
    notes: Vec<Diagnostic>,
}

impl Parts {
    /// Opens the next member; one that cannot be read is noted.
    fn advance(&mut self) -> bool {
        let Some(part) = self.parts.next() else { return false };
        let budget = Arc::clone(&self.budget);
        let way = Way { want: self.want, options: &self.options, budget, depth: self.depth };
        match open_within(&part.name, &part.content, &way.deeper()) {
            Ok(opened) => self.open = Some(opened.rows),
            Err(note) => self.notes.push(note),
        }
        true
    }

    fn close(&mut self) {
        if let Some(mut rows) = self.open.take() {
            self.notes.extend(rows.notes());
        }
    }
}

impl Rows for Parts {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        loop {
            match self.open.as_mut().map(|rows| rows.next()) {
                Some(Ok(Some(block))) => return Ok(Some(block)),
                Some(Ok(None)) => self.close(),
                // The other members can still be read.
                Some(Err(note)) => {
                    self.notes.push(note);
                    self.close();
                }
                None if self.advance() => {}
                None => return Ok(None),
            }
        }
    }

    fn notes(&mut self) -> Vec<Diagnostic> {
        self.close();
        std::mem::take(&mut self.notes)
    }

    fn taken(&self) -> u64 {
        self.budget.taken()
    }
}

/// No rows.
pub(super) struct NoRows;

impl Rows for NoRows {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        Ok(None)
    }
}

/// Nothing to read, for this reason.
pub(crate) fn nothing(tables: Vec<Table>, notes: Vec<Diagnostic>) -> Opened {
    Opened { tables, rows: Box::new(NoRows), notes }
}
