//! SQLite files, and the same rows in SQLite and PostgreSQL.

use std::collections::BTreeSet;
use std::path::PathBuf;

use kouan_sources::{Options, Want};
use kouan_table::{Declared, Key, TableKind};
use postgres::{Client, NoTls};
use rusqlite::Connection;

use super::seen::{Seen, input, read};
use super::servers;

/// An empty folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sqlite").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A file of the test's own, filled by `setup`.
fn file(name: &str, setup: &str) -> (Connection, String) {
    let path = folder(name).join("客户 1?.db");
    let connection = Connection::open(&path).expect("a new file");
    connection.execute_batch(setup).expect("what the test needs");
    (connection, format!("sqlite:{}", path.display()))
}

fn everything(address: &str) -> Seen {
    read(address, Want::Everything, &Options::default())
}

#[test]
fn tables_have_keys_types_lengths_and_estimates() {
    let (_connection, address) = file(
        "shapes",
        "CREATE TABLE client ( -- 客户
             id INTEGER PRIMARY KEY, id_no VARCHAR(18) UNIQUE, -- 身份证号
             born DATE,
             seen DATETIME, vip BOOLEAN, paid DECIMAL(12,2), photo BLOB, anything,
             twice INT AS (id * 2) STORED);
         CREATE TABLE client_order (client INTEGER REFERENCES client, line INT, note TEXT,
             PRIMARY KEY (client, line)) WITHOUT ROWID;
         CREATE VIEW names AS SELECT id_no FROM client;
         CREATE VIRTUAL TABLE words USING fts5(body);
         INSERT INTO client (id) VALUES (1), (2), (3); CREATE INDEX i ON client (born); ANALYZE;",
    );
    let seen = read(&address, Want::Metadata, &Options::default());
    let names: Vec<_> = seen.tables.iter().map(|table| (&*table.name, table.kind)).collect();
    assert_eq!(
        names,
        [
            ("client", TableKind::Table),
            ("client_order", TableKind::Table),
            ("names", TableKind::View),
            ("words", TableKind::Table),
        ]
    );
    let client = seen.table("client");
    assert_eq!(client.rows_estimate, Some(3));
    assert_eq!(client.comment.as_deref(), Some("客户"));
    assert_eq!(client.columns[1].comment.as_deref(), Some("身份证号"));
    let shapes: Vec<_> = client.columns.iter().map(|c| (c.declared, c.length_max)).collect();
    assert_eq!(
        shapes,
        [
            (Declared::Integer, None),
            (Declared::Text, Some(18)),
            (Declared::Day, None),
            (Declared::Instant, None),
            (Declared::Boolean, None),
            (Declared::Number, None),
            (Declared::Binary, None),
            (Declared::Nothing, None),
            (Declared::Integer, None),
        ]
    );
    assert_eq!(client.columns[0].key, Some(Key::Primary));
    assert_eq!(client.columns[1].key, Some(Key::Unique));
    let order = seen.table("client_order");
    assert_eq!(order.columns[0].key, Some(Key::Foreign("client.id".into())));
    assert_eq!(order.columns[1].key, Some(Key::Primary));
    assert!(seen.rows.is_empty());
}

#[test]
fn a_column_of_mixed_types_comes_as_text_and_a_pure_one_as_what_it_is() {
    let (_connection, address) = file(
        "mixed",
        "CREATE TABLE \"odd \"\"t\"\"\" (a, b, c, d);
         INSERT INTO \"odd \"\"t\"\"\" VALUES
             (1, 1, 0.5, x'ffd8'), ('甲一', 2, NULL, x''), (2.5, NULL, 1.0, NULL),
             (x'414243', 9007199254740993, 2.0, NULL), (NULL, -1, -0.25, NULL);",
    );
    let seen = everything(&address);
    assert_eq!(
        seen.rows_of("odd \"t\""),
        [
            ["1", "1", "0.5", "[ff, d8]"],
            ["甲一", "2", "∅", "[]"],
            ["2.5", "∅", "1", "∅"],
            ["ABC", "9007199254740993", "2", "∅"],
            ["∅", "-1", "-0.25", "∅"],
        ]
    );
}

#[test]
fn a_sample_is_spread_over_a_large_table() {
    let (_connection, address) = file(
        "sample",
        "CREATE TABLE big (id INTEGER PRIMARY KEY, x TEXT);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
         INSERT INTO big SELECT i, 'x' FROM n;
         CREATE TABLE small AS SELECT id FROM big LIMIT 70;
         CREATE VIEW all_of_it AS SELECT * FROM big;",
    );
    let sample = || read(&address, Want::Sample(1_000), &Options::default());
    let (one, two) = (sample(), sample());
    assert_eq!(one.rows, two.rows);
    let ids: Vec<i64> = one.rows_of("big").iter().map(|row| row[0].parse().expect("id")).collect();
    assert!((900..=1_100).contains(&ids.len()), "{}", ids.len());
    assert!(ids.iter().max() > Some(&90_000));
    assert_eq!(one.rows_of("small").len(), 70);
    assert_eq!(one.rows_of("all_of_it").len(), 1_000);
}

#[test]
fn a_file_that_is_none_is_told_from_one_that_is_missing() {
    let folder = folder("none");
    let path = folder.join("text.db");
    write(&path, b"no database, but long enough to look into");
    let found = input(&format!("sqlite:{}", path.display()))
        .open(Want::Metadata, &Options::default())
        .err()
        .expect("no database");
    assert_eq!(found.code.0, "SC150");
    let missing = input(&format!("sqlite:{}", folder.join("missing.db").display()));
    let found = missing.open(Want::Metadata, &Options::default()).err().expect("missing");
    assert_eq!(found.code.0, "SC101");
}

#[test]
fn a_damaged_table_is_noted_and_the_next_one_is_read() {
    let (connection, address) = file(
        "damaged",
        "PRAGMA page_size = 4096;
         CREATE TABLE a (x TEXT); CREATE TABLE b (x TEXT);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO a SELECT printf('%0100d', i) FROM n;
         INSERT INTO b VALUES ('good');",
    );
    let root: i64 = connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'a'", [], |row| row.get(0))
        .expect("a page");
    drop(connection);
    let path = address.strip_prefix("sqlite:").expect("a path");
    let mut bytes = std::fs::read(path).expect("the file");
    let page = usize::try_from(root - 1).expect("a page") * 4096;
    // The cell pointers of the root's first children lead nowhere.
    bytes[page + 40..page + 200].fill(0xFF);
    write(&PathBuf::from(path), &bytes);
    let seen = everything(&address);
    assert_eq!(seen.noted("SC157"), ["a"], "{:?}", seen.notes);
    assert_eq!(seen.rows_of("b"), [["good"]]);
}

#[test]
fn nothing_is_written_next_to_a_file_with_a_log_that_nobody_has_open() {
    let (connection, address) = file(
        "log",
        "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1), (2);",
    );
    // While someone has it open, what stands in the log is read too.
    assert_eq!(everything(&address).rows_of("t").len(), 2);
    connection.execute_batch("INSERT INTO t VALUES (3)").expect("a row");
    assert_eq!(everything(&address).rows_of("t").len(), 3);
    drop(connection);
    let path = PathBuf::from(address.strip_prefix("sqlite:").expect("a path"));
    let before = std::fs::read(&path).expect("the file");
    assert_eq!(everything(&address).rows_of("t").len(), 3);
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}

#[test]
fn a_view_of_a_hostile_file_cannot_write() {
    let (connection, address) = file(
        "hostile",
        "CREATE TABLE t (x); INSERT INTO t VALUES (1);
         CREATE VIEW v AS SELECT load_extension('nothing') AS x;
         CREATE VIEW w AS SELECT x FROM missing;",
    );
    drop(connection);
    let path = PathBuf::from(address.strip_prefix("sqlite:").expect("a path"));
    let before = std::fs::read(&path).expect("the file");
    let opened = input(&address).open(Want::Everything, &Options::default());
    if let Ok(opened) = opened {
        let mut rows = opened.rows;
        let mut seen = Seen {
            tables: opened.tables,
            rows: Default::default(),
            notes: opened.notes,
            tally: Default::default(),
            failure: None,
        };
        seen.drain(&mut *rows);
        assert_eq!(seen.rows_of("t").len(), 1);
        assert_eq!(seen.noted("SC146"), ["v", "w"]);
    }
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}

/// The same invented rows in both: row counts and counts of distinct values agree, and are those
/// of SQL.
#[test]
fn sqlite_and_postgresql_count_the_same() {
    let rows = 30_000_u32;
    let statement = |row: u32| {
        let (id, phone) = (row % 9_973, row % 7_001);
        let name = if row.is_multiple_of(11) { "NULL".to_owned() } else { format!("'例{id}'") };
        format!("({row}, 'x{id:06}', '1390000{phone:04}', {name})")
    };
    let values: Vec<String> = (0..rows).map(statement).collect();
    let create = "CREATE TABLE people (row_no INTEGER, account TEXT, phone TEXT, name TEXT);";
    let insert = format!("INSERT INTO people VALUES {};", values.join(","));
    let (connection, address) = file("counts", &format!("{create} {insert}"));
    let sqlite = everything(&address);
    let columns = ["row_no", "account", "phone", "name"];
    let distinct = |seen: &Seen, table: &str, column: usize| {
        let cells = seen.rows_of(table).iter().map(|row| row[column].as_str());
        cells.filter(|cell| *cell != "∅").collect::<BTreeSet<_>>().len()
    };
    let count = |column: usize| format!("SELECT count(DISTINCT {}) FROM people", columns[column]);
    for column in 0..columns.len() {
        let expected: i64 =
            connection.query_row(&count(column), [], |row| row.get(0)).expect("a count");
        assert_eq!(i64::try_from(distinct(&sqlite, "people", column)), Ok(expected));
    }
    let Some(server) = servers::address("KOUAN_TEST_POSTGRES") else { return };
    let mut client = Client::connect(&server, NoTls).expect("the server of the tests");
    client
        .batch_execute(&format!(
            "SET client_min_messages = error; DROP SCHEMA IF EXISTS kt_counts CASCADE;
             CREATE SCHEMA kt_counts; SET search_path = kt_counts; {create} {insert}"
        ))
        .expect("the same rows");
    let postgresql = everything(&format!("{server}&schema=kt_counts"));
    assert_eq!(postgresql.rows_of("kt_counts.people"), sqlite.rows_of("people"));
    for column in 0..columns.len() {
        let expected: i64 = client.query_one(&count(column), &[]).expect("a count").get(0);
        let found = distinct(&postgresql, "kt_counts.people", column);
        assert_eq!(i64::try_from(found).expect("few"), expected);
    }
}

#[expect(clippy::disallowed_methods, reason = "a test prepares the file it reads")]
fn write(path: &std::path::Path, content: &[u8]) {
    std::fs::write(path, content).expect("a file of the test's own");
}
