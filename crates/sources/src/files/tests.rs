//! Files, folders, archives and what is wrong with them.

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use kouan_table::{Cells, Tally};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::content::Unpack;
use super::*;

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("kouan-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .unwrap();
        file.write_all(bytes).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn address(&self, rest: &str) -> String {
        format!("{}{rest}", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What reading a content gives: per table the text of its cells, codes of notes and errors.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    cells: Vec<String>,
    codes: Vec<&'static str>,
    tally: Tally,
}

fn read(name: &str, bytes: &[u8]) -> Seen {
    read_with(name, bytes, &Options::default())
}

fn read_with(name: &str, bytes: &[u8], options: &Options) -> Seen {
    let content = Content::memory(bytes.to_vec());
    read_opened(open_content(name, &content, Want::Everything, options))
}

fn read_opened(opened: Result<Opened, Diagnostic>) -> Seen {
    let mut seen = Seen::default();
    let mut opened = match opened {
        Ok(opened) => opened,
        Err(why) => return Seen { codes: vec![why.code.0], ..seen },
    };
    seen.codes.extend(opened.notes.iter().map(|note| note.code.0));
    loop {
        match opened.rows.next() {
            Ok(Some(block)) => {
                let cells = &mut seen.cells;
                let tally = block
                    .read(&mut |batch| {
                        for column in batch.columns {
                            let Cells::Text { bytes, spans } = column.cells else { continue };
                            for cell in spans.iter().filter_map(|span| span.of(bytes)) {
                                let cell = String::from_utf8_lossy(cell);
                                let (table, name) = (batch.table, &column.column.name);
                                cells.push(format!("{table} {name}={cell}"));
                            }
                        }
                    })
                    .unwrap();
                seen.tally.add(tally);
            }
            Ok(None) => break,
            Err(why) => {
                seen.codes.push(why.code.0);
                break;
            }
        }
    }
    seen.codes.extend(opened.rows.notes().iter().map(|note| note.code.0));
    seen
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const SMALL: &[u8] = b"id,name\n1,a\n";

#[test]
fn a_folder_is_walked_in_order_and_what_is_hidden_is_said() {
    let folder = Folder::new("walk");
    for name in ["b.csv", "a/z.csv", "a/y.json", ".git/config", "a/.hidden.csv"] {
        folder.write(name, SMALL);
    }
    let names = |address: &str| -> Vec<String> {
        let start = format!("{}/", folder.0.display());
        let found = crate::find(&[folder.address(address)], &Options::default()).unwrap();
        found.iter().map(|input| input.name.replacen(&start, "", 1)).collect()
    };
    assert_eq!(names(""), [".git", "a/.hidden.csv", "a/y.json", "a/z.csv", "b.csv"]);
    assert_eq!(names("/**/*.csv"), [".git", "a/.hidden.csv", "a/z.csv", "b.csv"]);
    assert_eq!(names("/*.csv"), [".git", "b.csv"]);
    let inputs = find(&folder.address("")).unwrap();
    let hidden = inputs.iter().find(|input| input.name.ends_with(".git")).unwrap();
    let opened = hidden.open(Want::Everything, &Options::default()).unwrap();
    assert!(opened.tables.is_empty());
    assert_eq!(opened.notes[0].code.0, "SC108");
    let code = |address: &str| find(&folder.address(address)).unwrap_err().code.0;
    assert_eq!([code("/none"), code("/*.none")], ["SC101", "SC101"]);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_told() {
    let folder = Folder::new("changes");
    let path = folder.write("a.csv", SMALL);
    let [input] = <[_; 1]>::try_from(find(&path).unwrap()).unwrap();
    let opened = input.open(Want::Everything, &Options::default());
    assert!(read_opened(opened).codes.is_empty());
    let opened = input.open(Want::Everything, &Options::default());
    folder.write("a.csv", b"id,name\n1,a\n2,b\n");
    assert_eq!(read_opened(opened).codes, ["SC113"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("forbidden");
    let path = folder.write("a.csv", SMALL);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).unwrap();
    // Whoever may read everything is not kept out.
    if std::fs::File::open(&path).is_ok() {
        return;
    }
    let [input] = <[_; 1]>::try_from(find(&path).unwrap()).unwrap();
    let opened = input.open(Want::Everything, &Options::default());
    assert_eq!(read_opened(opened).codes, ["SC102"]);
}

#[test]
fn packed_text_is_read_and_what_is_cut_short_is_told() {
    let rows: String = (0..2000).map(|row| format!("{row},a\n")).collect();
    let text = format!("id,name\n{rows}");
    let whole = read("t.csv.gz", &gz(text.as_bytes()));
    assert_eq!((whole.tally.rows, whole.codes), (2000, vec![]));
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    assert_eq!(read("t.csv.zst", &packed).tally.rows, 2000);
    let packed = gz(text.as_bytes());
    let cut = read("t.csv.gz", &packed[..packed.len() / 2]);
    assert_eq!(cut.codes, ["SC104"]);
    assert!((500..2000).contains(&cut.tally.rows), "{}", cut.tally.rows);
    let two = [gz(b"id,name\n1,a\n"), gz(b"2,b\n")].concat();
    assert_eq!(read("t.csv.gz", &two).tally.rows, 2);
}

#[test]
fn what_is_no_text_is_not_read_packed() {
    assert_eq!(read("t.parquet.gz", &gz(b"PAR1....")).codes, ["SC116"]);
    assert_eq!(read("t.csv.gz", &gz(&gz(SMALL))).codes, ["SC116"]);
    assert_eq!(read("t.pdf", b"%PDF-1.7 ...").codes, ["SC110"]);
    assert_eq!(read("t.csv", b"").codes, ["SC109"]);
    assert_eq!(read("t.csv.gz", &gz(b"")).codes, ["SC109"]);
}

#[test]
fn each_member_of_an_archive_is_a_table() {
    let archive = zip(&[
        ("customers.csv", SMALL),
        ("docs/readme.pdf", b"%PDF-1.7"),
        ("__MACOSX/customers.csv", SMALL),
        ("more/orders.csv.gz", &gz(b"no,sum\n7,8\n")),
        ("inner.zip", &zip(&[("x.csv", b"id,tel\n9,10\n")])),
    ]);
    let seen = read("export.zip", &archive);
    assert_eq!(
        seen.cells,
        [
            "export.zip/customers.csv id=1",
            "export.zip/customers.csv name=a",
            "export.zip/more/orders.csv.gz no=7",
            "export.zip/more/orders.csv.gz sum=8",
            "export.zip/inner.zip/x.csv id=9",
            "export.zip/inner.zip/x.csv tel=10",
        ]
    );
    assert_eq!(seen.codes, ["SC110", "SC108"]);
    let options = Options { tables: vec!["customers*".to_owned()], ..Options::default() };
    let some = read_with("export.zip", &archive, &options);
    assert_eq!(some.cells, seen.cells[..2]);
}

#[test]
fn archives_lie_within_archives_down_to_the_limit() {
    let mut archive = zip(&[("a.csv", SMALL)]);
    for _ in 0..limits::NESTING {
        archive = zip(&[("inner.zip", &archive)]);
    }
    assert_eq!(read("a.zip", &archive).tally.rows, 1);
    let deeper = zip(&[("inner.zip", &archive)]);
    assert_eq!(read("a.zip", &deeper).codes, ["SC114"]);
}

#[test]
fn members_are_looked_at_up_to_the_limit() {
    let archive = |folders: usize| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..folders {
            writer.add_directory(format!("{at}"), SimpleFileOptions::default()).unwrap();
        }
        writer.start_file("a.csv", SimpleFileOptions::default()).unwrap();
        writer.write_all(SMALL).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let at_the_limit = read("a.zip", &archive(limits::MEMBERS - 1));
    assert_eq!((at_the_limit.codes.as_slice(), at_the_limit.tally.rows), (&[][..], 1));
    let past_it = read("a.zip", &archive(limits::MEMBERS));
    assert_eq!((past_it.codes.as_slice(), past_it.tally.rows), (&["SC115"][..], 0));
}

#[test]
fn damaged_archives_are_told() {
    let archive = zip(&[("a.csv", SMALL), ("b.csv", b"id,name\n2,b\n")]);
    assert_eq!(read("a.zip", &archive[..archive.len() - 30]).codes, ["SC117"]);
    let mut changed = archive.clone();
    let place = memchr::memmem::find(&archive, b"a.csv").unwrap() + 8;
    changed[place] ^= 0x55;
    let seen = read("a.zip", &changed);
    assert!(!seen.codes.is_empty());
    assert!(seen.cells.contains(&"a.zip/b.csv name=b".to_owned()));
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let packed = gz(&vec![b'0'; 100_000]);
    let unpack = |free: u64, expansion: u64| {
        let budget = Budget::with_limits(packed.len() as u64, free, expansion);
        let content = Content::memory(packed.clone());
        let packed = Packed { content, packing: Packing::Gzip, budget };
        let mut out = Vec::new();
        let outcome = Unpack::stream(&packed).unwrap().read_to_end(&mut out);
        outcome.map_err(|why| unreadable("a.gz", &why).code.0)
    };
    assert_eq!(unpack(0, 10), Err("SC111"));
    assert_eq!(unpack(99_999, 10), Err("SC111"));
    assert_eq!(unpack(100_000, 10), Ok(100_000));
    assert_eq!(unpack(0, 100_000 / packed.len() as u64 + 1), Ok(100_000));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_bytes_never_panic(
        mut bytes: Vec<u8>,
        start in prop::sample::select(vec![
            &b""[..], b"PK\x03\x04", b"\x1F\x8B\x08\0", b"\x28\xB5\x2F\xFD", b"{", b"[{", b"id,\n",
        ]),
    ) {
        bytes.splice(0..0, start.iter().copied());
        read("any.csv", &bytes);
    }

    #[test]
    fn damaged_archives_never_panic(at in 0_usize..400, byte: u8) {
        let mut archive = zip(&[("a.csv", SMALL), ("b.csv.gz", &gz(SMALL))]);
        let at = at % archive.len();
        archive[at] = byte;
        read("a.zip", &archive);
    }
}
