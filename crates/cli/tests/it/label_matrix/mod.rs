//! Every format, end to end: labelled, read back, checked; read by others and written by others;
//! the content the same before and after. What ran is the table of the READMEs, cell by cell: a
//! cell that did not run is not in it.
//!
//! Without the tools of others this does nothing, unless `KOUAN_TEST_MEDIA=required`, as `.ci/run`
//! has it: then it fails.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test fails as loudly as the test"
)]

mod papers;
mod rows;
mod tools;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kouan_label::Format;
use serde_json::{Value, json};

use crate::program::{Run, kouan_in, root, scratch};
use rows::{Media, ROWS, Reader, Recipe, Row, Writer};
use tools::{content, exiftool, made, made_by, opened, read};

const CODE: &str = "001191350100M000100Y4300000";
const SOURCE: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

/// What ran of one row, without a failure.
#[derive(Default)]
struct Ran {
    is_written: bool,
    is_read: bool,
    /// Whose labels were read.
    of_others: BTreeSet<&'static str>,
    is_verified: bool,
    is_linted: bool,
    /// Who read ours, and who held that the content is the same.
    oracles: Vec<&'static str>,
    refused: Vec<(&'static str, &'static str)>,
}

struct Bench {
    folder: PathBuf,
    ran: Vec<Ran>,
}

impl Bench {
    fn run(&self, words: &[&str]) -> Run {
        let on = ["--on", "2026-11-22", "--lang", "en"];
        kouan_in(&self.folder, &[&["label"], words, &on].concat())
    }

    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// What the check says of each file of a folder, by name.
    fn checked(&self, folder: &str, more: &[&str], code: i32) -> Value {
        let run = self.run(&[&["check", folder, "--as", "json"], more].concat());
        assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        let files = document["files"].as_array().unwrap().iter().map(|file| {
            let path = Path::new(file["path"].as_str().unwrap());
            (path.file_name().unwrap().to_str().unwrap().to_owned(), file.clone())
        });
        Value::Object(files.collect())
    }
}

/// Every file of every row, with the number of its row.
fn files() -> impl Iterator<Item = (usize, &'static Row, &'static str, Recipe)> {
    let all = ROWS.iter().enumerate();
    all.flat_map(|(at, row)| row.files.iter().map(move |(file, make)| (at, row, *file, *make)))
}

/// The fields of a report under the names of the standard.
fn fields(file: &Value) -> Value {
    let names = [
        ("Label", "label"),
        ("ContentProducer", "producer"),
        ("ProduceID", "produce_id"),
        ("ReservedCode1", "producer_reserved"),
        ("ContentPropagator", "propagator"),
        ("PropagateID", "propagate_id"),
        ("ReservedCode2", "propagator_reserved"),
    ];
    let of = &file["labels"][0]["fields"];
    Value::Object(names.map(|(name, own)| (name.to_owned(), of[own].clone())).into_iter().collect())
}

#[test]
fn the_table_of_formats_is_what_ran() {
    for format in Format::ALL {
        assert!(ROWS.iter().any(|row| row.format == format), "no row of {format:?}");
    }
    if !tools::are_here() {
        return;
    }
    let ran = ROWS.iter().map(|_| Ran::default()).collect();
    let mut bench = Bench { folder: scratch("label-matrix"), ran };
    for (_, _, file, recipe) in files() {
        made(&bench.folder("plain"), file, recipe);
    }
    written_and_read(&mut bench);
    read_by_others(&mut bench);
    verified(&mut bench);
    linted(&mut bench);
    written_by_others(&mut bench);
    refused(&mut bench);
    for (page, is_zh) in [("README.md", false), ("README.zh.md", true)] {
        let wanted = table(&bench.ran, is_zh);
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let head = wanted.lines().next();
        let found: String = text
            .lines()
            .skip_while(|line| Some(*line) != head)
            .take_while(|line| line.starts_with('|'))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(found, wanted, "{page} has to say:\n{wanted}");
    }
}

/// Documents whose archive is written in its wide form carry a label as well, and Python and
/// ExifTool go on reading them.
#[test]
fn a_wide_archive_takes_a_label() {
    if !tools::are_here() {
        return;
    }
    let bench = Bench { folder: scratch("label-wide"), ran: Vec::new() };
    std::fs::write(bench.folder.join("a.docx"), crate::labels::docx(&[("word/x.xml", "<x/>")]))
        .unwrap();
    tools::widen(&bench.folder, "a.docx", "wide.docx");
    let wide = std::fs::read(bench.folder.join("wide.docx")).unwrap();
    assert!(wide.windows(4).any(|four| four == b"PK\x06\x06"));
    let before = content(&bench.folder, "wide.docx", Media::Office);
    for id in ["TEST-1", "A-LONGER-NUMBER-THAN-BEFORE"] {
        let words = ["add", "wide.docx", "--producer", CODE, "--content-id", id, "--replace"];
        assert_eq!(bench.run(&words).code, 0);
        assert_eq!(content(&bench.folder, "wide.docx", Media::Office), before);
        let found = read(
            &bench.folder,
            "wide.docx",
            Reader::ExifTool("XML"),
            &exiftool(&bench.folder, &["wide.docx"])[0],
        );
        assert_eq!(found["ProduceID"], id);
    }
}

/// Labels all files into another folder; what is read is what was asked for, and the content is the
/// same.
fn written_and_read(bench: &mut Bench) {
    std::fs::write(bench.folder.join("secret"), "07".repeat(32)).unwrap();
    let words = ["add", "plain", "--producer", CODE, "--content-id", "TEST", "--into", "out"];
    let run = bench.run(&[&words[..], &["--sign", "secret", "--source-type", SOURCE]].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let (plain, out) = (bench.folder("plain"), bench.folder("out"));
    let checked = bench.checked("out", &["--lint"], 0);
    for (at, row, file, _) in files() {
        let found = &checked[file];
        assert_eq!(found["format"], row.format.as_str(), "{file}");
        assert_eq!(found["labels"].as_array().unwrap().len(), 1, "{file}");
        assert_eq!(found["labels"][0]["standing"], "guide", "{file}");
        let label = fields(found);
        assert_eq!((&label["Label"], &label["ContentProducer"]), (&json!("1"), &json!(CODE)));
        assert!(label["ProduceID"].as_str().unwrap().starts_with("TEST-"), "{file}");
        // On the first write the producer is the propagator.
        assert_eq!(label["ContentPropagator"], label["ContentProducer"]);
        assert_eq!(label["PropagateID"], label["ProduceID"]);
        let (before, after) = (content(&plain, file, row.media), content(&out, file, row.media));
        assert_eq!(before, after, "{file}");
        if row.media == Media::Prefix {
            let read = |folder: &Path| std::fs::read(folder.join(file)).unwrap();
            assert!(read(&out).starts_with(&read(&plain)), "{file}");
        }
        let ran = &mut bench.ran[at];
        (ran.is_written, ran.is_read) = (true, true);
        match row.media {
            Media::Picture | Media::Ffmpeg => ran.oracles.push("FFmpeg"),
            Media::Heif => ran.oracles.push("libheif"),
            Media::Office => ran.oracles.push("Python"),
            Media::Prefix | Media::Text => {}
        }
    }
}

/// Others find the same seven values, and in a picture the source that IPTC has words for.
fn read_by_others(bench: &mut Bench) {
    let out = bench.folder("out");
    let checked = bench.checked("out", &[], 0);
    let names: Vec<&str> = files().map(|(_, _, file, _)| file).collect();
    let by_exiftool: Vec<&str> =
        names.iter().copied().filter(|name| !name.ends_with(".md")).collect();
    let all = exiftool(&out, &by_exiftool);
    for (at, row, file, _) in files() {
        let of = all.iter().find(|one| one["SourceFile"] == file).unwrap_or(&Value::Null);
        assert_eq!(read(&out, file, row.reader, of), fields(&checked[file]), "{file}");
        if row.reader == Reader::ExifTool("XMP-TC260") {
            assert_eq!(of["XMP-iptcExt:DigitalSourceType"], SOURCE, "{file}");
        }
        let name = if row.reader == Reader::Yaml { "PyYAML" } else { "ExifTool" };
        bench.ran[at].oracles.insert(0, name);
    }
    for flat in ["fodt", "fods", "fodp"] {
        let is_here = |row: &Row, recipe: Recipe| {
            row.media == Media::Office && matches!(recipe, Recipe::Office(of) if of == flat)
        };
        let documents: Vec<(usize, &str)> = files()
            .filter(|(_, row, _, recipe)| is_here(row, *recipe))
            .map(|(at, _, file, _)| (at, file))
            .collect();
        let names: Vec<&str> = documents.iter().map(|(_, file)| *file).collect();
        for ((at, file), found) in documents.iter().zip(opened(&out, flat, &names)) {
            assert_eq!(found, fields(&checked[*file]), "{file}");
            bench.ran[*at].oracles.push("LibreOffice");
        }
    }
}

/// The signature that was written holds; the one of another content does not.
fn verified(bench: &mut Bench) {
    let good = bench.checked("out", &[], 0);
    let first = files().next().unwrap().2;
    let reserved = fields(&good[first])["ReservedCode1"].as_str().unwrap().to_owned();
    let words = ["add", "out", "--producer", CODE, "--content-id", "OTHER", "--replace"];
    let run = bench.run(&[&words[..], &["--reserved", &reserved]].concat());
    assert_eq!(run.code, 1, "{}", run.stderr);
    let wrong = bench.checked("out", &[], 1);
    for (at, _, file, _) in files() {
        assert_eq!(good[file]["signatures"][0]["state"], "holds", "{file}");
        assert_eq!(wrong[file]["signatures"][0]["state"], "fails", "{file}");
        let codes = codes(&wrong[file]);
        assert!(codes.contains(&"LB207"), "{file}: {codes:?}");
        bench.ran[at].is_verified = true;
    }
}

fn codes(file: &Value) -> Vec<&str> {
    let all = file["findings"].as_array().unwrap().iter();
    all.map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// A name that is unwise is a warning, which counts where that is asked for; a kind that is none is
/// an error.
fn linted(bench: &mut Bench) {
    let words = ["add", "out", "--producer", "例某", "--content-id", "LINT", "--replace"];
    let run = bench.run(&words);
    assert_eq!(run.code, 0, "{}", run.stderr);
    bench.checked("out", &[], 0);
    let found = bench.checked("out", &["--lint"], 1);
    for (at, _, file, _) in files() {
        let codes = codes(&found[file]);
        assert!(
            !codes.is_empty() && codes.iter().all(|code| *code == "LB222"),
            "{file}: {codes:?}"
        );
        bench.ran[at].is_linted = true;
    }
}

/// Labels that others wrote are read as they meant them.
fn written_by_others(bench: &mut Bench) {
    let label = json!({
        "Label": "1", "ContentProducer": CODE, "ProduceID": "THEIRS", "ReservedCode1": "",
        "ContentPropagator": CODE, "PropagateID": "THEIRS", "ReservedCode2": "",
    });
    let folder = bench.folder("theirs");
    let mut written = Vec::new();
    for (at, row) in ROWS.iter().enumerate() {
        let Some((writer, (file, recipe))) = row.writer.zip(row.files.first()) else { continue };
        made_by(&folder, file, *recipe, writer, &label.to_string());
        let name = match writer {
            Writer::ExifTool(_) => "ExifTool",
            Writer::Ffmpeg(_) => "FFmpeg",
            Writer::LibreOffice => "LibreOffice",
            Writer::Yaml => "PyYAML",
        };
        written.push((at, *file, name));
    }
    let checked = bench.checked("theirs", &["--lint"], 0);
    for (at, file, name) in written {
        assert_eq!(fields(&checked[file]), label, "{file}");
        bench.ran[at].of_others.insert(name);
    }
    // A re-mux by FFmpeg loses the label, without a word; the check says so.
    tools::ran(&folder, "ffmpeg", &["-v", "error", "-i", "a.mp4", "-c", "copy", "lost.mp4"]);
    assert_eq!(bench.run(&["check", "theirs/lost.mp4"]).code, 1);
}

/// Files that a label would break, or that cannot be read, stay as they were.
fn refused(bench: &mut Bench) {
    let folder = bench.folder("refused");
    for (at, row) in ROWS.iter().enumerate() {
        for name in row.refused {
            let file = papers::refused(name);
            std::fs::write(folder.join(name), &file.bytes).unwrap();
            let path = format!("refused/{name}");
            let run = bench.run(&["add", &path, "--producer", CODE, "--content-id", "NO"]);
            assert_eq!(run.code, 2, "{name}: {}", run.stdout);
            assert!(run.stderr.contains(&format!("[{}]", file.code)), "{name}: {}", run.stderr);
            assert_eq!(std::fs::read(folder.join(name)).unwrap(), file.bytes, "{name}");
            bench.ran[at].refused.push(file.why);
        }
    }
}

/// The table, from what ran; rows that say the same stand together.
fn table(all: &[Ran], is_zh: bool) -> String {
    let (head, yes, no, comma, but, theirs) = if is_zh {
        let head = "| 格式 | 标识的位置 | 写 | 读 | 签名 | 检查 | 旁证 |";
        (head, "是", "—", "、", "；{}的不写", "是，也读{}写的")
    } else {
        let head = "| format | place of the label | write | read | verify | lint | oracles |";
        (head, "yes", "—", ", ", "; refused: {}", "yes, and what {} wrote")
    };
    let mut rows: Vec<(Vec<&str>, String)> = Vec::new();
    for (row, ran) in ROWS.iter().zip(all) {
        let say = |has: bool| if has { yes } else { no };
        let mut write = say(ran.is_written).to_owned();
        let why: Vec<&str> =
            ran.refused.iter().map(|(zh, en)| if is_zh { *zh } else { *en }).collect();
        if !why.is_empty() {
            write.push_str(&but.replace("{}", &why.join(comma)));
        }
        let others: Vec<&str> = ran.of_others.iter().copied().collect();
        let read = match others.as_slice() {
            [] => say(ran.is_read).to_owned(),
            names => theirs.replace("{}", &names.join(comma)),
        };
        let mut oracles: Vec<&str> = Vec::new();
        for oracle in &ran.oracles {
            if !oracles.contains(oracle) {
                oracles.push(oracle);
            }
        }
        let place = if is_zh { row.place.0 } else { row.place.1 };
        let (verify, lint) = (say(ran.is_verified), say(ran.is_linted));
        let oracles = oracles.join(comma);
        let cells = format!("| {place} | {write} | {read} | {verify} | {lint} | {oracles} |\n");
        match rows.last_mut().filter(|(_, last)| *last == cells) {
            Some((names, _)) => names.push(row.name),
            None => rows.push((vec![row.name], cells)),
        }
    }
    let mut text = format!("{head}\n|---|---|---|---|---|---|---|\n");
    for (names, cells) in rows {
        text.push_str(&format!("| {} {cells}", names.join(comma)));
    }
    text
}
