//! A small writer of transport files, and what is read back from them.

use kouan_table::Tally;
use proptest::prelude::*;

use super::*;
use crate::columnar::tests::shown;

/// A column to write: name, label, format, and its cells.
pub(crate) enum Written<'a> {
    Text(&'a str, &'a str, usize, Vec<Vec<u8>>),
    Numbers(&'a str, &'a str, &'a str, Vec<Option<f64>>),
}

fn padded(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(size, b' ');
    padded
}

fn header(kind: &str, numbers: &str) -> Vec<u8> {
    let mark = format!("HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{numbers}");
    padded(mark.as_bytes(), 80)
}

/// A number as IBM mainframes write it.
pub(crate) fn ibm(value: Option<f64>) -> [u8; 8] {
    let Some(value) = value else { return *b".\0\0\0\0\0\0\0" };
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

fn namestr(column: &Written<'_>, number: usize, start: usize, long: bool) -> Vec<u8> {
    let (kind, name, label, format, length) = match column {
        Written::Text(name, label, length, _) => (2_u16, name, label, "", *length),
        Written::Numbers(name, label, format, _) => (1, name, label, *format, 8),
    };
    let mut bytes = Vec::new();
    for short in [kind, 0, length as u16, number as u16] {
        bytes.extend(short.to_be_bytes());
    }
    bytes.extend(padded(&name.as_bytes()[..name.len().min(8)], 8));
    bytes.extend(padded(&label.as_bytes()[..label.len().min(40)], 40));
    bytes.extend(padded(format.as_bytes(), 8));
    bytes.extend([0; 8]);
    bytes.extend(padded(b"", 8));
    bytes.extend([0; 4]);
    bytes.extend((start as u32).to_be_bytes());
    if long {
        bytes.extend(padded(name.as_bytes(), 32));
        bytes.extend((label.len() as u16).to_be_bytes());
    }
    bytes.resize(140, 0);
    bytes
}

fn long_labels(columns: &[Written<'_>]) -> Vec<u8> {
    let mut bytes = header("LABELV8", &format!("{:<30}", columns.len()));
    for (place, column) in columns.iter().enumerate() {
        let (Written::Text(name, label, ..) | Written::Numbers(name, label, ..)) = column;
        for short in [place + 1, name.len(), label.len()] {
            bytes.extend((short as u16).to_be_bytes());
        }
        bytes.extend(name.as_bytes());
        bytes.extend(label.as_bytes());
    }
    let size = bytes.len().next_multiple_of(80);
    padded(&bytes, size)
}

/// A data set: its headers and observations, filled up to whole records.
fn data_set(name: &str, label: &str, columns: &[Written<'_>], long: bool) -> Vec<u8> {
    let zeros = "0".repeat(30);
    let kind = |five: &str, eight: &str| (if long { eight } else { five }).to_owned();
    let mut bytes = header(&kind("MEMBER", "MEMBV8"), "000000000000000001600000000140");
    bytes.extend(header(&kind("DSCRPTR", "DSCPTV8"), &zeros));
    bytes.extend(padded(format!("SAS     {name}").as_bytes(), 80));
    bytes.extend(padded(format!("{:32}{label}", "").as_bytes(), 80));
    let count = format!("000000{:04}{}", columns.len(), "0".repeat(20));
    bytes.extend(header(&kind("NAMESTR", "NAMSTV8"), &count));
    let mut start = 0;
    for (place, column) in columns.iter().enumerate() {
        bytes.extend(namestr(column, place + 1, start, long));
        start += if let Written::Text(_, _, length, _) = column { *length } else { 8 };
    }
    bytes = {
        let size = bytes.len().next_multiple_of(80);
        padded(&bytes, size)
    };
    if long {
        bytes.extend(long_labels(columns));
    }
    bytes.extend(header(&kind("OBS", "OBSV8"), &zeros));
    let rows = columns.iter().map(|column| match column {
        Written::Text(.., cells) => cells.len(),
        Written::Numbers(.., cells) => cells.len(),
    });
    for row in 0..rows.max().unwrap_or(0) {
        for column in columns {
            match column {
                Written::Text(_, _, length, cells) => bytes.extend(padded(&cells[row], *length)),
                Written::Numbers(.., cells) => bytes.extend(ibm(cells[row])),
            }
        }
    }
    let size = bytes.len().next_multiple_of(80);
    padded(&bytes, size)
}

/// A small clinical data set of invented subjects, the same for the same seed.
pub(crate) fn tiny_xpt(seed: u64, long: bool) -> Vec<u8> {
    let rows = 3 + seed % 3;
    let subject = |row| format!("00{}-00{row}", seed % 10).into_bytes();
    let demographics = [
        Written::Text("USUBJID", "Unique Subject Identifier", 10, (0..rows).map(subject).collect()),
        Written::Numbers("AGE", "Age", "", (0..rows).map(|row| Some((30 + row) as f64)).collect()),
        Written::Numbers(
            "BRTHDT",
            "Date of Birth",
            "DATE9",
            (0..rows).map(|row| (row != 1).then_some(row as f64)).collect(),
        ),
    ];
    let note =
        if long { "a label that is longer than forty bytes, of version 8" } else { "姓名" };
    let weights = [
        Written::Text("NAME", note, 6, vec![b"\xBC\xD7\xD2\xBB".to_vec(), "甲".into()]),
        Written::Numbers("WEIGHT", "", "", vec![Some(-61.5), None]),
        Written::Numbers("SEEN", "", "DATETIME", vec![Some(3653.0 * 86_400.0 + 1.0), None]),
    ];
    let mut bytes = header(if long { "LIBV8" } else { "LIBRARY" }, &"0".repeat(30));
    bytes.extend(padded(b"SAS     SAS     SASLIB  ", 80));
    bytes.extend(padded(b"", 80));
    bytes.extend(data_set("DM", "Demographics", &demographics, long));
    bytes.extend(data_set("VS", "", &weights, long));
    bytes
}

fn opened(bytes: Vec<u8>, want: Want) -> Result<Opened, Diagnostic> {
    open_xpt("t.xpt", &Content::memory(bytes), want, &Options::default())
}

#[test]
fn both_versions_give_every_data_set() {
    for long in [false, true] {
        let mut found = opened(tiny_xpt(0, long), Want::Everything).unwrap();
        assert_eq!(found.tables.len(), 1);
        assert_eq!(found.tables[0].comment.as_deref(), Some("Demographics"));
        assert_eq!(found.tables[0].columns[0].length_max, Some(10));
        let (lines, tally) = shown(&mut *found.rows);
        let wanted = [
            "t.xpt#DM: USUBJID=[000-000, 000-001, 000-002]",
            "t.xpt#DM: AGE=[30, 31, 32]",
            "t.xpt#DM: BRTHDT=[-3653, -, -3651]",
            "t.xpt#VS: NAME=[甲一, 甲]",
            "t.xpt#VS: WEIGHT=[-61.5, -]",
            "t.xpt#VS: SEEN=[1000000, -]",
        ];
        assert_eq!(lines, wanted, "version 8: {long}");
        assert_eq!(tally, Tally { rows: 5, ..Tally::default() });
    }
}

#[test]
fn metadata_and_samples_know_every_data_set() {
    let found = opened(tiny_xpt(2, true), Want::Metadata).unwrap();
    let tables: Vec<_> = found.tables.iter().map(|t| (&*t.name, t.rows_estimate)).collect();
    assert_eq!(tables, [("t.xpt#DM", Some(5)), ("t.xpt#VS", Some(2))]);
    let label = found.tables[1].columns[0].comment.as_deref();
    assert_eq!(label, Some("a label that is longer than forty bytes, of version 8"));
    let mut found = opened(tiny_xpt(2, false), Want::Sample(1)).unwrap();
    assert_eq!(found.tables[1].columns[0].comment.as_deref(), Some("姓名"));
    assert_eq!(shown(&mut *found.rows).1.rows, 2);
}

#[test]
fn numbers_are_those_of_the_mainframe() {
    for value in [0.0, 1.0, -1.0, 61.5, 1e-10, 123_456_789.0, -2.5e20] {
        let read = rows::ibm_number(&ibm(Some(value))).unwrap();
        assert!((read - value).abs() <= value.abs() * 1e-15, "{value} became {read}");
    }
    assert_eq!(rows::ibm_number(&ibm(None)), None);
    assert_eq!(rows::ibm_number(b"Z\0\0"), None);
    assert_eq!(rows::ibm_number(&[0x41, 0x10]), Some(1.0));
}

#[test]
fn a_file_cut_short_keeps_the_rows_before() {
    let bytes = tiny_xpt(0, false);
    assert_eq!(opened(bytes[..400].to_vec(), Want::Everything).err().unwrap().code.0, "SC120");
    let mut found = opened(bytes[..bytes.len() - 100].to_vec(), Want::Everything).unwrap();
    assert!(found.rows.next().unwrap().is_some());
    assert_eq!(found.rows.next().err().unwrap().code.0, "SC121");
}

proptest! {
    #[test]
    fn any_damage_is_survived(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        seed: u64,
        long: bool,
        keep in any::<prop::sample::Index>(),
    ) {
        let mut bytes = tiny_xpt(seed, long);
        for (place, byte) in &changes {
            let at = place.index(bytes.len());
            bytes[at] = *byte;
        }
        bytes.truncate(keep.index(bytes.len()) + 1);
        for want in [Want::Everything, Want::Metadata] {
            let Ok(mut found) = opened(bytes.clone(), want) else { continue };
            while let Ok(Some(block)) = found.rows.next() {
                block.read(&mut |_| {}).unwrap();
            }
        }
    }

    #[test]
    fn any_bytes_are_a_number_or_missing(bytes in prop::collection::vec(any::<u8>(), 0..9)) {
        let _ = rows::ibm_number(&bytes);
    }
}
