//! Writers of the formats that have no small writer of their own.

pub(crate) mod sheets;
pub(crate) mod transport;
pub(crate) mod zipped;

/// What went wrong, in words for whoever runs this.
pub(crate) type Fault = String;

/// Any error as words.
pub(crate) fn words<E: std::fmt::Display>(error: E) -> Fault {
    error.to_string()
}

/// A line of CSV, quoted where it must be.
pub(crate) fn csv_line(cells: &[&str]) -> String {
    let quoted = |cell: &&str| {
        if cell.contains([',', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).to_owned()
        }
    };
    let mut line = cells.iter().map(quoted).collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}
