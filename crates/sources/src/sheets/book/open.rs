//! Which kind of workbook a content is, and whether it may be held in memory.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use calamine::{Ods, OdsError, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsx};
use kouan_terms::Diagnostic;
use zip::ZipArchive;

use super::plan::{Merged, plan};
use super::{Book, BookBlock, BookRows, Cursor, Notes};
use crate::columnar::{damaged, lost};
use crate::files::{Content, is_wanted, unreadable};
use crate::guard::guarded;
use crate::limits::{
    HELD_BOOK_BYTES, HELD_CELLS, MERGED_SHEET_BYTES, WORKBOOK_PART_BYTES, WORKBOOK_SHEETS,
};
use crate::{Opened, Options, Want};

/// Opens a workbook: xlsx, xls or ods.
pub(crate) fn open_workbook(
    name: &str,
    content: &Content,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let head = content.head(8).map_err(|why| unreadable(name, &why))?;
    let mut notes = Vec::new();
    let (format, mut book, sheets, merged) = if head.starts_with(b"PK") {
        zipped(name, content, &mut notes)?
    } else {
        let (book, sheets) = xls(name, content)?;
        ("xls", book, sheets, Vec::new())
    };
    if sheets.len() > WORKBOOK_SHEETS {
        return Err(too_large(name, "sheets", WORKBOOK_SHEETS as u64));
    }
    let mut plans = Vec::new();
    for (place, sheet) in sheets.iter().enumerate() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let merged = merged.get(place).map_or(&[] as &[Merged], Vec::as_slice);
        let made = plan(&mut book, name, &sheet.name, place, merged);
        let made = made.ok_or_else(|| lost(name, format, place + 1))?;
        if sheet.visible != SheetVisible::Visible {
            notes.push(Diagnostic::warning("SC124").with("table", &made.table.name));
        }
        if made.title_rows > 0 {
            let note = Diagnostic::warning("SC126").with("table", &made.table.name);
            notes.push(note.with("count", made.title_rows));
        }
        if !merged.is_empty() {
            let note = Diagnostic::warning("SC127").with("table", &made.table.name);
            notes.push(note.with("count", merged.len()));
        }
        // A sheet without any cell is no table.
        if !made.table.columns.is_empty() && is_wanted(&made.table.name, options)? {
            plans.push(made);
        }
    }
    let tables = plans.iter().map(|plan| plan.table.clone()).collect();
    let wanted = match want {
        Want::Everything => u64::MAX,
        Want::Sample(rows) => rows,
        Want::Metadata => 0,
    };
    let later = Notes::default();
    let block =
        BookBlock { name: name.into(), format, book, plans, wanted, notes: Arc::clone(&later) };
    let block = (want != Want::Metadata).then_some(block);
    let bytes = content.bytes().ok().flatten().unwrap_or(0);
    let rows = BookRows { block, notes: later, bytes, taken: 0 };
    Ok(Opened { tables, rows: Box::new(rows), notes })
}

type Found = (&'static str, Book, Vec<Sheet>, Vec<Vec<Merged>>);

fn cursor(name: &str, content: &Content) -> Result<Cursor, Diagnostic> {
    let cursor = content.cursor().map_err(|why| unreadable(name, &why))?;
    Ok(BufReader::with_capacity(64 << 10, cursor))
}

/// An xlsx or an ods: both are archives.
fn zipped(name: &str, content: &Content, notes: &mut Vec<Diagnostic>) -> Result<Found, Diagnostic> {
    let opened = guarded(|| ZipArchive::new(cursor(name, content).ok()?).ok()).flatten();
    let mut archive = opened.ok_or_else(|| damaged(name, "xlsx"))?;
    let members: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(Cow::into_owned).collect();
    if members.iter().any(|member| member == "content.xml") {
        let (book, sheets) = ods(name, content, &mut archive)?;
        return Ok(("ods", book, sheets, Vec::new()));
    }
    let wrong = || damaged(name, "xlsx");
    let mut small = true;
    for member in &members {
        let sheet = member.contains("worksheets/") && member.ends_with(".xml");
        let limit = if sheet { MERGED_SHEET_BYTES } else { WORKBOOK_PART_BYTES };
        // A sheet is a stream; of the other parts it does not matter what size they say they have.
        if sheet {
            small &= archive.by_name(member).is_ok_and(|member| member.size() <= limit);
        } else if member.ends_with(".xml") || member.ends_with(".rels") {
            let size = archive.by_name(member).ok().and_then(|member| unpacked(member, limit).ok());
            if size.ok_or_else(wrong)? > limit {
                return Err(too_large(name, member, limit));
            }
        }
    }
    let cursor = cursor(name, content)?;
    let book = guarded(|| Xlsx::new(cursor).ok()).flatten();
    let mut book = book.ok_or_else(wrong)?;
    let sheets = book.sheets_metadata().to_vec();
    let merged = if small {
        sheets.iter().map(|sheet| merged(&mut book, &sheet.name)).collect()
    } else {
        notes.push(Diagnostic::warning("SC128").with("input", name));
        Vec::new()
    };
    Ok(("xlsx", Book::Streamed(Box::new(book)), sheets, merged))
}

fn merged(book: &mut Xlsx<Cursor>, sheet: &str) -> Vec<Merged> {
    let found = guarded(|| book.merge_cells_by_sheet_name(sheet).ok()).flatten();
    let ranges = found.unwrap_or_default();
    ranges.iter().map(|range| (range.start.0, range.start.1, range.end.0, range.end.1)).collect()
}

fn ods(
    name: &str,
    content: &Content,
    archive: &mut ZipArchive<Cursor>,
) -> Result<(Book, Vec<Sheet>), Diagnostic> {
    let wrong = || damaged(name, "ods");
    for part in ["content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"] {
        let Ok(member) = archive.by_name(part) else { continue };
        if unpacked(member, HELD_BOOK_BYTES).map_err(|_| wrong())? > HELD_BOOK_BYTES {
            return Err(too_large(name, part, HELD_BOOK_BYTES));
        }
    }
    let cells = archive.by_name("content.xml").map_err(|_| wrong())?;
    let cells = ods_cells(BufReader::new(cells)).map_err(|_| wrong())?;
    if cells > HELD_CELLS {
        return Err(too_large(name, "cells", HELD_CELLS));
    }
    let cursor = cursor(name, content)?;
    let opened = guarded(|| Ods::new(cursor)).ok_or_else(wrong)?;
    let mut book = match opened {
        Ok(book) => book,
        Err(OdsError::Password) => return Err(Diagnostic::error("SC125").with("input", name)),
        Err(_) => return Err(wrong()),
    };
    held(&mut book).ok_or_else(wrong)
}

fn xls(name: &str, content: &Content) -> Result<(Book, Vec<Sheet>), Diagnostic> {
    let wrong = || damaged(name, "xls");
    let bytes = content.bytes().map_err(|why| unreadable(name, &why))?;
    if bytes.is_none_or(|bytes| bytes > HELD_BOOK_BYTES) {
        return Err(too_large(name, "xls", HELD_BOOK_BYTES));
    }
    let cursor = cursor(name, content)?;
    let opened = guarded(|| Xls::new(cursor)).ok_or_else(wrong)?;
    let mut book = match opened {
        Ok(book) => book,
        Err(XlsError::Password) => return Err(Diagnostic::error("SC125").with("input", name)),
        Err(_) if is_locked(content) => return Err(Diagnostic::error("SC125").with("input", name)),
        Err(_) => return Err(wrong()),
    };
    held(&mut book).ok_or_else(wrong)
}

/// Whether the content is a container in which an encrypted xlsx lies.
fn is_locked(content: &Content) -> bool {
    let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let Ok(Ok(bytes)) = content.stream().map(|stream| {
        let mut bytes = Vec::new();
        stream.take(HELD_BOOK_BYTES).read_to_end(&mut bytes).map(|_| bytes)
    }) else {
        return false;
    };
    memchr::memmem::find(&bytes, &mark).is_some()
}

fn held<R: Reader<Cursor>>(book: &mut R) -> Option<(Book, Vec<Sheet>)> {
    let sheets = book.sheets_metadata().to_vec();
    let mut ranges = Vec::new();
    for sheet in &sheets {
        // Charts and macros have no range, and are passed over later.
        let range = guarded(|| book.worksheet_range(&sheet.name).ok())?;
        match range {
            Some(range) => ranges.push(range),
            None if sheet.typ == SheetType::WorkSheet => return None,
            None => ranges.push(calamine::Range::empty()),
        }
    }
    Some((Book::Held(ranges), sheets))
}

/// How many bytes a member has, counted up to one past the limit.
fn unpacked(member: impl Read, limit: u64) -> io::Result<u64> {
    io::copy(&mut member.take(limit + 1), &mut io::sink())
}

/// How many cells the sheets of an ods unfold into: cells and rows may be repeated, and a few bytes
/// can stand for ten thousand million cells.
fn ods_cells(mut content: impl BufRead) -> io::Result<u64> {
    let (mut total, mut row, mut row_repeats, mut empty) = (0_u64, 0_u64, 1_u64, 0_u64);
    let mut tag = Vec::new();
    loop {
        tag.clear();
        content.by_ref().take(HELD_BOOK_BYTES).read_until(b'>', &mut tag)?;
        if tag.is_empty() {
            return Ok(total);
        }
        let start = memchr::memrchr(b'<', &tag).map_or(0, |at| at + 1);
        let text = String::from_utf8_lossy(tag.get(start..).unwrap_or_default());
        if text.starts_with("table:table-row") {
            (row, empty, row_repeats) = (0, 0, repeats(&text, "table:number-rows-repeated="));
        } else if text.starts_with("table:table-cell") || text.starts_with("table:covered-") {
            let count = repeats(&text, "table:number-columns-repeated=");
            // Empty cells at the end of a row are not unfolded.
            if text.ends_with("/>") && !text.contains("office:value") {
                empty = empty.saturating_add(count);
            } else {
                row = row.saturating_add(std::mem::take(&mut empty)).saturating_add(count);
            }
        } else if text.starts_with("/table:table-row") {
            total = total.saturating_add(row.saturating_mul(row_repeats));
        }
    }
}

fn repeats(tag: &str, attribute: &str) -> u64 {
    let rest = tag.split_once(attribute).map(|(_, rest)| rest);
    let number =
        rest.and_then(|rest| rest.get(1..)).and_then(|rest| rest.split(['"', '\'']).next());
    number.map_or(1, |number| number.parse().unwrap_or(u64::MAX))
}

fn too_large(name: &str, part: &str, limit: u64) -> Diagnostic {
    Diagnostic::error("SC129").with("input", name).with("part", part).with("limit", limit)
}
