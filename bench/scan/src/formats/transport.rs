//! SAS transport files, version 5, as the public technical note TS-140 describes them.

/// A column and its cells.
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) cells: Cells,
}

/// What a column holds.
pub(crate) enum Cells {
    /// Text of at most so many bytes.
    Text(usize, Vec<String>),
    /// Numbers.
    Numbers(Vec<f64>),
}

impl Cells {
    fn length(&self) -> usize {
        match self {
            Cells::Text(length, _) => *length,
            Cells::Numbers(_) => 8,
        }
    }

    fn count(&self) -> usize {
        match self {
            Cells::Text(_, cells) => cells.len(),
            Cells::Numbers(cells) => cells.len(),
        }
    }

    fn cell(&self, row: usize) -> Vec<u8> {
        match self {
            Cells::Text(length, cells) => {
                padded(cells.get(row).map_or(&[], |cell| cell.as_bytes()), *length)
            }
            Cells::Numbers(cells) => ibm(cells.get(row).copied().unwrap_or(0.0)).to_vec(),
        }
    }
}

/// The moment every file says it was made.
const MADE: &str = "22NOV26:00:00:00";

/// A file with one data set.
pub(crate) fn transport(name: &str, label: &str, variables: &[Variable]) -> Vec<u8> {
    let zeros = "0".repeat(30);
    let mut file = header("LIBRARY", &zeros);
    let first = format!("{:8}{:8}{:8}{:8}{:8}{:24}{MADE}", "SAS", "SAS", "SASLIB", "9.4", "", "");
    file.extend(padded(first.as_bytes(), 80));
    file.extend(padded(MADE.as_bytes(), 80));
    file.extend(header("MEMBER", "000000000000000001600000000140"));
    file.extend(header("DSCRPTR", &zeros));
    let set = format!("{:8}{name:8}{:8}{:8}{:8}{:24}{MADE}", "SAS", "SASDATA", "9.4", "", "");
    file.extend(padded(set.as_bytes(), 80));
    file.extend(padded(format!("{MADE}{:16}{label:40}{:8}", "", "").as_bytes(), 80));
    file.extend(header("NAMESTR", &format!("000000{:04}{}", variables.len(), "0".repeat(20))));
    let mut start = 0;
    let mut described = Vec::new();
    for (place, variable) in variables.iter().enumerate() {
        described.extend(description(variable, place + 1, start));
        start += variable.cells.length();
    }
    file.extend(filled(described));
    file.extend(header("OBS", &zeros));
    let rows = variables.iter().map(|variable| variable.cells.count()).max().unwrap_or(0);
    let mut observations = Vec::new();
    for row in 0..rows {
        for variable in variables {
            observations.extend(variable.cells.cell(row));
        }
    }
    file.extend(filled(observations));
    file
}

fn padded(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(size, b' ');
    padded
}

/// Filled up to whole records.
fn filled(bytes: Vec<u8>) -> Vec<u8> {
    let size = bytes.len().next_multiple_of(80);
    padded(&bytes, size)
}

fn header(kind: &str, numbers: &str) -> Vec<u8> {
    let mark = format!("HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{numbers}");
    padded(mark.as_bytes(), 80)
}

fn description(variable: &Variable, number: usize, start: usize) -> Vec<u8> {
    let kind = if let Cells::Text(..) = variable.cells { 2_u16 } else { 1 };
    let mut bytes = Vec::new();
    for short in [kind, 0, variable.cells.length() as u16, number as u16] {
        bytes.extend(short.to_be_bytes());
    }
    bytes.extend(padded(variable.name.as_bytes(), 8));
    bytes.extend(padded(variable.label.as_bytes(), 40));
    bytes.extend(padded(b"", 8));
    bytes.extend([0; 8]);
    bytes.extend(padded(b"", 8));
    bytes.extend([0; 4]);
    bytes.extend((start as u32).to_be_bytes());
    bytes.resize(140, 0);
    bytes
}

/// A number as IBM mainframes wrote it: base 16, excess 64.
fn ibm(value: f64) -> [u8; 8] {
    if value == 0.0 {
        return [0; 8];
    }
    let (mut fraction, mut exponent) = (value.abs(), 64_u64);
    while fraction >= 1.0 {
        (fraction, exponent) = (fraction / 16.0, exponent + 1);
    }
    while fraction < 1.0 / 16.0 {
        (fraction, exponent) = (fraction * 16.0, exponent - 1);
    }
    let bits = (fraction * 2_f64.powi(56)) as u64 | exponent << 56;
    (bits | if value < 0.0 { 1 << 63 } else { 0 }).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_eighty_bytes_and_numbers_base_sixteen() {
        let cells = Cells::Numbers(vec![1.0]);
        let file =
            transport("DM", "Demographics", &[Variable { name: "AGE", label: "Age", cells }]);
        assert_eq!(file.len() % 80, 0);
        assert_eq!(ibm(1.0), [0x41, 0x10, 0, 0, 0, 0, 0, 0]);
    }
}
