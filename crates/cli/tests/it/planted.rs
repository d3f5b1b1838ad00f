//! No value of a source is ever shown or written: not of one that is read, not of one that is
//! broken.

use std::path::{Path, PathBuf};

use crate::program::{Run, kouan_in, root, scratch};

/// One source of every kind.
const SOURCES: [&str; 9] = [
    "hotel-guests/guests.csv",
    "hotel-guests/members.jsonl",
    "hotel-guests/orders-gbk.csv",
    "clinical-trial/dm.xpt",
    "clinical-trial/ae.xpt",
    "hr-headquarters/staff.xlsx",
    "travel-platform/bookings.zip",
    "member-programme/members.parquet",
    "ota-upgrade/schema.sql",
];

/// Endings that promise another format than the bytes are.
const WRONG_ENDINGS: [&str; 9] =
    ["csv", "jsonl", "json", "xpt", "xlsx", "zip", "parquet", "sql", "sqlite"];

/// What values of the examples begin with or hold: mobile numbers, e-mail addresses, cards,
/// passports, accounts, subjects of the trial, roads.
const MARKS: [&str; 16] = [
    "1390000",
    "@example.com",
    "6222020000",
    "E00003",
    "wxid_example",
    "EXAMPLE-001-",
    "示例北路",
    "样本东街",
    "例样路",
    "虚构南路",
    "示范大道",
    "例子二路",
    "样板横街",
    "虚拟巷",
    "试验路",
    "假设街",
];

/// Every value that stands in the examples' text sources as it may not stand elsewhere, and the
/// marks of all sources.
fn planted() -> Vec<String> {
    let mut planted: Vec<String> = MARKS.iter().map(|mark| (*mark).to_owned()).collect();
    let guests = std::fs::read_to_string(root().join("examples/hotel-guests/guests.csv")).unwrap();
    for line in guests.lines().skip(1) {
        let mut cells = line.split(',');
        planted.extend(cells.next().filter(|name| name.chars().count() > 2).map(str::to_owned));
        planted.extend(cells.next().map(str::to_owned));
    }
    assert!(planted.len() > 100);
    planted
}

/// A run of digits as long as a resident ID, whatever its check digit. Digests are no such runs.
fn has_long_number(text: &str) -> bool {
    let digits = |letter: char| letter.is_ascii_hexdigit();
    text.split(|letter: char| !digits(letter)).any(|run| {
        let decimal = run.strip_suffix('X').unwrap_or(run);
        (15..=19).contains(&decimal.len()) && decimal.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn searched(what: &str, text: &str, planted: &[String]) {
    for (number, value) in planted.iter().enumerate() {
        // The value itself is not for a log either.
        assert!(!text.contains(value.as_str()), "{what} shows planted value {number}");
    }
    assert!(!has_long_number(text), "{what} shows a long number");
}

const FORMATS: [&str; 3] = ["text", "json", "markdown"];

/// Scans a file in both languages and searches all that comes out and is written.
fn scanned(folder: &Path, file: &str, formats: &[&str], planted: &[String]) {
    for &format in formats {
        let inventory = if format == "json" { "out/inventory.json" } else { "out/inventory.toml" };
        let flags = ["--inventory", inventory, "--scratch", "keys", "--lang", "both", "-v"];
        let words = [&["scan", file, "--output-format", format], &flags[..]].concat();
        let Run { code, stdout, stderr } = kouan_in(folder, &words);
        assert!((0..=3).contains(&code), "{file}: exit code {code}");
        searched(&format!("{file}, {format}, output"), &stdout, planted);
        searched(&format!("{file}, {format}, errors"), &stderr, planted);
    }
    for place in ["out", "keys"] {
        for entry in std::fs::read_dir(folder.join(place)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            searched(&format!("{file}, {place}"), &String::from_utf8_lossy(&bytes), planted);
            std::fs::remove_file(path).unwrap();
        }
    }
}

fn folder(test: &str) -> PathBuf {
    let folder = scratch(test);
    std::fs::create_dir_all(folder.join("out")).unwrap();
    std::fs::create_dir_all(folder.join("keys")).unwrap();
    folder
}

fn source(path: &str) -> Vec<u8> {
    std::fs::read(root().join("examples").join(path)).unwrap()
}

#[test]
fn nothing_of_a_source_of_any_kind_is_shown_or_written() {
    let (folder, planted) = (folder("planted"), planted());
    for path in SOURCES {
        let name = path.rsplit('/').next().unwrap();
        std::fs::write(folder.join(name), source(path)).unwrap();
        scanned(&folder, name, &FORMATS, &planted);
    }
}

#[test]
fn nothing_of_a_truncated_source_is_shown_or_written() {
    let (folder, planted) = (folder("planted-truncated"), planted());
    for path in SOURCES {
        let bytes = source(path);
        let (stem, ending) = path.rsplit('/').next().unwrap().split_once('.').unwrap();
        for (part, length) in [bytes.len() / 3, bytes.len() - 5].into_iter().enumerate() {
            let name = format!("{stem}-{part}.{ending}");
            std::fs::write(folder.join(&name), &bytes[..length]).unwrap();
            scanned(&folder, &name, &FORMATS[..1], &planted);
        }
    }
}

#[test]
fn nothing_of_a_source_under_a_wrong_name_is_shown_or_written() {
    let (folder, planted) = (folder("planted-wrong"), planted());
    for path in ["hotel-guests/guests.csv", "hotel-guests/members.jsonl", "clinical-trial/dm.xpt"] {
        for ending in WRONG_ENDINGS {
            let name = format!("wrong.{ending}");
            std::fs::write(folder.join(&name), source(path)).unwrap();
            scanned(&folder, &name, &FORMATS[..1], &planted);
        }
    }
}

#[test]
fn nothing_of_text_that_breaks_its_format_is_shown_or_written() {
    let (folder, planted) = (folder("planted-broken"), planted());
    let guests = String::from_utf8(source("hotel-guests/guests.csv")).unwrap();
    let rows: Vec<&str> = guests.lines().skip(1).collect();
    let person = "{\"name\":\"王例一\",\"phone\":\"13900001234\"}";
    let cases = [
        // No header, so that the first row is data.
        ("headless.csv", rows.join("\n")),
        ("one-row.csv", rows[0].to_owned()),
        ("open-quote.csv", guests.replacen("需要加床", "\"需要加床", 1)),
        ("ragged.csv", guests.replace("男,", "男,,,")),
        ("broken.jsonl", format!("{person}\n{{\"phone\":\"13900001234\n{person}\n13900001234\n")),
        ("broken.json", format!("[{person}, {{\"phone\" \"13900001234\"}}]")),
        (
            "rows.sql",
            "CREATE TABLE guest (id bigint, phone char(11) DEFAULT '13900001234');\n\
             INSERT INTO guest VALUES (1, '13900001234');\nCREATE TABLE '13900001234"
                .to_owned(),
        ),
    ];
    for (name, text) in cases {
        std::fs::write(folder.join(name), text).unwrap();
        scanned(&folder, name, &FORMATS[..1], &planted);
    }
}
