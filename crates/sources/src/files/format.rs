//! What a content is: by its first bytes, then by its name.

use crate::text;

/// What a content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Text: delimited, or JSON.
    Text,
    /// Definitions in SQL.
    Sql,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC, file or stream.
    ArrowIpc,
    /// A workbook in the format before xlsx.
    OldWorkbook,
    /// SAS transport.
    Xpt,
    /// An SQLite database.
    Sqlite,
    /// One thing packed with gzip.
    Gzip,
    /// One thing packed with Zstandard.
    Zstandard,
    /// A zip archive, or what is made of one (xlsx, ods).
    Zip,
    /// Nothing that is read.
    Other,
    /// Nothing at all.
    Empty,
}

/// Bytes that are enough to tell.
pub(super) const HEAD_BYTES: usize = 4096;

/// First bytes and what they mean.
const MAGIC: &[(&[u8], Format)] = &[
    (b"PAR1", Format::Parquet),
    (b"ARROW1\0\0", Format::ArrowIpc),
    (b"SQLite format 3\0", Format::Sqlite),
    (b"HEADER RECORD*******LIB", Format::Xpt),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::OldWorkbook),
    (b"\x1F\x8B", Format::Gzip),
    (b"\x28\xB5\x2F\xFD", Format::Zstandard),
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PARE", Format::Other),
    (b"Obj\x01", Format::Other),
    (b"ORC", Format::Other),
    (b"\x89HDF", Format::Other),
    (b"BZh", Format::Other),
    (b"7z\xBC\xAF\x27\x1C", Format::Other),
    (b"Rar!\x1A\x07", Format::Other),
    (b"\xFD7zXZ\0", Format::Other),
    (b"%PDF", Format::Other),
    (b"{\\rtf", Format::Other),
    (b"\x89PNG", Format::Other),
    (b"\xFF\xD8\xFF", Format::Other),
    (b"GIF8", Format::Other),
    (b"RIFF", Format::Other),
    (b"OggS", Format::Other),
    (b"\x7FELF", Format::Other),
    (b"MZ\x90\0", Format::Other),
];

/// What a content is by its first bytes and its name.
pub(super) fn of(head: &[u8], name: &str) -> Format {
    if head.is_empty() {
        return Format::Empty;
    }
    let extension = extension(name);
    let magic = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
    if let Some((_, format)) = magic
        // Letters alone may begin a text as well.
        && (!head.starts_with(b"ORC") || !looks_like_text(head))
        && (!head.starts_with(b"RIFF") && !head.starts_with(b"BZh") || !looks_like_text(head))
    {
        return *format;
    }
    if head.starts_with(b"\xFF\xFF\xFF\xFF") && matches!(extension, "arrow" | "arrows" | "ipc") {
        return Format::ArrowIpc;
    }
    if head.get(257..262) == Some(b"ustar") {
        return Format::Other;
    }
    if head.starts_with(&[0x50, 0x2A, 0x4D, 0x18]) && extension.starts_with("zst") {
        return Format::Zstandard;
    }
    if !looks_like_text(head) {
        return Format::Other;
    }
    if matches!(extension, "sql" | "ddl") || is_dump(head) {
        return Format::Sql;
    }
    Format::Text
}

/// The extension of a name without what says that it is packed, in lower case where that matters.
pub(super) fn extension(name: &str) -> &str {
    let inner = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    let extension = inner.rsplit_once('.').map_or("", |(_, extension)| extension);
    if extension.eq_ignore_ascii_case("sql") { "sql" } else { extension }
}

/// A few control characters are met in texts; more of them than that, and it is none.
fn looks_like_text(head: &[u8]) -> bool {
    let is_control = |byte: u8| {
        byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B | 0x1E)
    };
    let controls = head.iter().filter(|byte| is_control(**byte) && **byte != 0).count();
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    // Half of a Chinese character in UTF-16 may be any byte.
    text::is_utf16(head) && controls * 4 <= head.len() || (controls + zeros) * 20 <= head.len()
}

/// Whether a text begins like the dump of a database.
fn is_dump(head: &[u8]) -> bool {
    let head = head.get(..512).unwrap_or(head);
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let text = text.trim_start_matches(['\u{FEFF}', '-', ' ', '\r', '\n', '/', '*', '!']);
    ["mysql dump", "mariadb dump", "postgresql database dump", "create table ", "drop table if"]
        .iter()
        .any(|start| text.starts_with(start))
        || text.starts_with("navicat") && text.contains("data transfer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_the_name() {
        assert_eq!(of(b"PAR1....", "a.csv"), Format::Parquet);
        assert_eq!(of(b"id,name\n1,a\n", "a.parquet"), Format::Text);
        assert_eq!(of(b"", "a.csv"), Format::Empty);
        assert_eq!(of(b"ORCHARD,1\n", "a.csv"), Format::Text);
        assert_eq!(of(b"%PDF-1.7", "a.csv"), Format::Other);
        assert_eq!(of(&[1, 2, 3, 4, 5], "a.csv"), Format::Other);
        assert_eq!(of(b"CREATE TABLE t (id int);", "a.txt"), Format::Sql);
        assert_eq!(of(b"select 1;", "a.SQL.gz"), Format::Sql);
        assert_eq!(of("id,姓名\n".as_bytes(), "a"), Format::Text);
        let wide: Vec<u8> = "姓名,一\n甲一,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(of(&wide, "a.csv"), Format::Text);
        assert_eq!(of(b"id,name\n1,a\0b\n2,ccccccccccccccccccccc\n", "a.csv"), Format::Text);
    }
}
