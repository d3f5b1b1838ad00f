//! The first records of a delimited text, from which its dialect and its header are found.

use super::dialect::{Dialect, Quoted};

/// Records that are looked at.
const RECORDS: usize = 300;

/// Bytes that are looked at.
const BYTES: usize = 256 << 10;

/// A cell of a sample.
pub(super) struct Cell {
    /// What stands in it.
    pub(super) text: Vec<u8>,
    /// It stood in quotes.
    pub(super) quoted: bool,
    /// It began with a quote that closed nowhere.
    pub(super) stray: bool,
}

/// The first records of a text; one that may be cut at the end is left out unless `whole`.
pub(super) fn records(
    text: &[u8],
    dialect: Dialect,
    whole: bool,
    columns_max: usize,
) -> Vec<Vec<Cell>> {
    let whole = whole && text.len() <= BYTES;
    let text = text.get(..BYTES).unwrap_or(text);
    let mut records: Vec<Vec<Cell>> = Vec::new();
    let mut record: Vec<Cell> = Vec::new();
    let mut place = 0;
    while place < text.len() && records.len() < RECORDS {
        let (cell, end) = cell(text, dialect, place);
        if record.len() <= columns_max {
            record.push(cell);
        }
        place = end + 1;
        match text.get(end) {
            // A delimiter at the very end stands before one more cell.
            Some(byte) if *byte == dialect.delimiter && place == text.len() => {
                record.push(Cell { text: Vec::new(), quoted: false, stray: false });
            }
            Some(byte) if *byte == dialect.delimiter => {}
            Some(_) => {
                let empty = record.len() == 1 && record.iter().all(Cell::is_nothing);
                let finished = std::mem::take(&mut record);
                if !empty {
                    records.push(finished);
                }
            }
            None => {}
        }
    }
    if !record.is_empty() && (whole || records.is_empty()) {
        records.push(record);
    }
    records
}

impl Cell {
    fn is_nothing(&self) -> bool {
        self.text.is_empty() && !self.quoted
    }
}

/// The cell at a place, and where it ends.
fn cell(text: &[u8], dialect: Dialect, place: usize) -> (Cell, usize) {
    let mut stray = false;
    if text.get(place) == Some(&dialect.quote) {
        let found = dialect.quoted(text, place, BYTES);
        if let Quoted::Closed { at, .. } | Quoted::Trailing { at, .. } = found {
            let end = dialect.cell_end(text, at + 1);
            let mut inside = Vec::new();
            let quoted = text.get(place + 1..at).unwrap_or_default();
            super::split::undouble(quoted, dialect.quote, &mut inside);
            inside.extend_from_slice(text.get(at + 1..end).unwrap_or_default());
            let stray = matches!(found, Quoted::Trailing { .. });
            return (Cell { text: inside, quoted: !stray, stray }, end);
        }
        stray = true;
    }
    let end = dialect.cell_end(text, place);
    let inside = text.get(place..end).unwrap_or_default().to_vec();
    (Cell { text: inside, quoted: false, stray }, end)
}

/// Finds what stands between cells and around them. `named` is the delimiter that the file's name
/// promises.
pub(super) fn dialect(text: &[u8], whole: bool, named: Option<u8>) -> Dialect {
    let none = Dialect { delimiter: Dialect::NO_DELIMITER, quote: b'"' };
    if let Some(delimiter) = separator_line(text) {
        return with_quote(text, whole, Dialect { delimiter, ..none });
    }
    let mut best: Option<(u32, usize, u8)> = None;
    for delimiter in [b',', b'\t', b';', b'|'] {
        let dialect = with_quote(text, whole, Dialect { delimiter, ..none });
        let Some((same, width, records)) = usual_width(text, dialect, whole) else { continue };
        let share = u32::try_from(same * 20 / records).unwrap_or(0);
        // A comma in a line of plain text makes no table; in a file that says it is one, it does.
        let least = match named {
            Some(named) if named == delimiter => 5,
            Some(_) => 14,
            None if records < 2 => 21,
            None => 16,
        };
        // A tab is in no text by chance.
        let share = if delimiter == b'\t' && share >= 18 { 21 } else { share };
        if share >= least && best.is_none_or(|(than, wide, _)| (share, width) > (than, wide)) {
            best = Some((share, width, delimiter));
        }
    }
    let delimiter = best.map_or(Dialect::NO_DELIMITER, |(_, _, delimiter)| delimiter);
    with_quote(text, whole, Dialect { delimiter, ..none })
}

/// The delimiter of a first line `sep=;`, which Excel writes.
pub(super) fn separator_line(text: &[u8]) -> Option<u8> {
    match text.strip_prefix(b"sep=")? {
        [delimiter @ (b',' | b';' | b'\t' | b'|'), b'\r' | b'\n', ..] => Some(*delimiter),
        _ => None,
    }
}

/// How many records have the number of cells that most have, that number, and all records.
fn usual_width(text: &[u8], dialect: Dialect, whole: bool) -> Option<(usize, usize, usize)> {
    let records = records(text, dialect, whole, usize::MAX - 1);
    let mut widths: Vec<usize> = records.iter().map(Vec::len).collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|one, other| one == other);
    let (same, width) = runs
        .filter_map(|run| Some((run.len(), *run.first()?)))
        .filter(|(_, width)| *width > 1)
        .max()?;
    Some((same, width, records.len()))
}

/// The dialect with `'` in place of `"` where cells stand in `'…'` and none in `"…"`.
fn with_quote(text: &[u8], whole: bool, dialect: Dialect) -> Dialect {
    let count = |quote: u8| {
        let records = records(text, Dialect { quote, ..dialect }, whole, usize::MAX - 1);
        let cells = records.iter().flatten();
        let quoted = cells.clone().filter(|cell| cell.quoted).count();
        (quoted, cells.filter(|cell| cell.stray).count())
    };
    match (count(b'\''), count(b'"')) {
        ((single, 0), (0, _)) if single > 0 => Dialect { quote: b'\'', ..dialect },
        _ => dialect,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, named: Option<u8>) -> (char, char) {
        let dialect = dialect(text.as_bytes(), true, named);
        (char::from(dialect.delimiter), char::from(dialect.quote))
    }

    #[test]
    fn the_delimiter_is_found() {
        let none = char::from(Dialect::NO_DELIMITER);
        let cases = [
            ("id,name\n1,a\n2,b\n", ','),
            ("id\tname\n1\ta,b\n2\tc\n", '\t'),
            ("id;sum;x\n1;2,5;a\n2;3,5;b\n", ';'),
            ("id|name|x\n1|a,b|c\n2|c|d\n", '|'),
            ("sep=;\nid;a,b\n1;2,3\n", ';'),
            ("手机\n13900001234\n", none),
            ("id,name,city\n1,\"a;b;c\",x\n2,\"d;e\",y\n", ','),
            ("第一行，没有分隔符\n第二行, 有一个\n第三行\n", none),
        ];
        for (text, delimiter) in cases {
            assert_eq!(found(text, None).0, delimiter, "{text}");
        }
        assert_eq!(found("a,b\n", None).0, none);
        assert_eq!(found("a,b\n", Some(b',')).0, ',');
    }

    #[test]
    fn the_quote_is_found() {
        assert_eq!(found("id,name\n1,'a,b'\n2,'c'\n", None).1, '\'');
        assert_eq!(found("id,name\n1,\"it's\"\n2,'c\n", None).1, '"');
        // Excel writes a quote before digits that are to stay text.
        assert_eq!(found("id,name\n1,'001\n2,'002\n", None).1, '"');
    }
}
