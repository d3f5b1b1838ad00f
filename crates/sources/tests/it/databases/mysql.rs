//! A real MariaDB.

use kouan_sources::{Credentials, Options, Want};
use kouan_table::{Declared, Key, TableKind};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};

use super::seen::{Seen, input, read};
use super::servers;

/// A database of the test's own, filled by `setup`; `None` when there is no server.
fn database(name: &str, setup: &[&str]) -> Option<(Conn, String)> {
    let address = servers::address("KOUAN_TEST_MYSQL")?;
    let socket = address.split_once("socket=").expect("a socket").1;
    let options = OptsBuilder::new().user(Some("root")).socket(Some(socket));
    let mut connection = Conn::new(options).expect("the server of the tests");
    let before = format!("CREATE OR REPLACE DATABASE {name} CHARACTER SET utf8mb4");
    let within = format!("USE {name}");
    let unchecked = "SET SESSION foreign_key_checks = 0";
    for statement in [unchecked, before.as_str(), within.as_str()].iter().chain(setup) {
        connection.query_drop(statement).expect(statement);
    }
    Some((connection, address.replace("/kouan?", &format!("/{name}?"))))
}

/// A user that must show its password, and the address under its name.
fn user(connection: &mut Conn, address: &str, name: &str) -> (String, Options) {
    connection
        .query_drop(format!("CREATE OR REPLACE USER {name} IDENTIFIED BY 'open-sesame'"))
        .expect("a user");
    (address.replace("root@", &format!("{name}@")), credentials("open-sesame"))
}

fn credentials(password: &str) -> Options {
    let pairs = vec![("password".to_owned(), password.to_owned())];
    Options { credentials: Credentials { pairs }, ..Options::default() }
}

fn everything(address: &str) -> Seen {
    read(address, Want::Everything, &Options::default())
}

#[test]
fn tables_have_comments_keys_types_lengths_and_estimates() {
    let Some((_connection, address)) = database(
        "km_shapes",
        &[
            "CREATE TABLE client (id BIGINT PRIMARY KEY, id_no CHAR(18) UNIQUE COMMENT '身份证号',
                 姓名 VARCHAR(20), born DATE, seen DATETIME, vip BOOLEAN, paid DECIMAL(12,2),
                 photo BLOB, more JSON, place POINT, sex ENUM('m', 'f')) COMMENT '客户'",
            "CREATE TABLE client_order (client BIGINT, line INT, PRIMARY KEY (client, line),
                 FOREIGN KEY (client) REFERENCES client (id))",
            "CREATE VIEW adults AS SELECT 姓名 FROM client",
            "INSERT INTO client (id) SELECT seq FROM seq_1_to_500",
            "ANALYZE TABLE client",
        ],
    ) else {
        return;
    };
    let seen = read(&address, Want::Metadata, &Options::default());
    let names: Vec<_> = seen.tables.iter().map(|table| (&*table.name, table.kind)).collect();
    assert_eq!(
        names,
        [
            ("km_shapes.adults", TableKind::View),
            ("km_shapes.client", TableKind::Table),
            ("km_shapes.client_order", TableKind::Table),
        ]
    );
    let client = seen.table("km_shapes.client");
    assert_eq!(client.comment.as_deref(), Some("客户"));
    assert_eq!(client.rows_estimate, Some(500));
    assert_eq!(client.columns[1].comment.as_deref(), Some("身份证号"));
    let shapes: Vec<_> = client.columns.iter().map(|c| (c.declared, c.length_max)).collect();
    assert_eq!(
        shapes,
        [
            (Declared::Integer, None),
            (Declared::Text, Some(18)),
            (Declared::Text, Some(20)),
            (Declared::Day, None),
            (Declared::Instant, None),
            (Declared::Boolean, None),
            (Declared::Number, None),
            (Declared::Binary, None),
            (Declared::Text, None),
            (Declared::Other, None),
            (Declared::Text, None),
        ]
    );
    assert_eq!(client.columns[0].key, Some(Key::Primary));
    assert_eq!(client.columns[1].key, Some(Key::Unique));
    let order = seen.table("km_shapes.client_order");
    assert_eq!(order.columns[0].key, Some(Key::Foreign("km_shapes.client.id".into())));
    assert_eq!(order.columns[1].key, Some(Key::Primary));
    assert_eq!(seen.table("km_shapes.adults").comment, None);
    assert!(seen.rows.is_empty());
}

#[test]
fn cells_come_as_they_are_stored() {
    let Some((_connection, address)) = database(
        "km_cells",
        &[
            "CREATE TABLE `odd ``t``` (n INT, `列 1` TEXT, raw VARBINARY(9), d DATE, m DECIMAL(30,2),
                 g POINT, old VARCHAR(9) CHARACTER SET gbk, bits BIT(8), f DOUBLE)",
            "INSERT INTO `odd ``t``` VALUES
                 (1, '甲一', x'ffd8', '1990-02-03', 12345678901234567890.10, POINT(1, 2),
                  '甲', 5, 0.1),
                 (NULL, '', x'', NULL, NULL, NULL, NULL, NULL, NULL),
                 (-3, 'tab\\tline\\n😀', NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        ],
    ) else {
        return;
    };
    let seen = everything(&address);
    assert_eq!(seen.failure, None);
    assert_eq!(
        seen.rows_of("km_cells.odd `t`"),
        [
            [
                "1",
                "甲一",
                "[ff, d8]",
                "1990-02-03",
                "12345678901234567890.10",
                "POINT(1 2)",
                "甲",
                "[05]",
                "0.1"
            ],
            ["∅", "", "[]", "∅", "∅", "∅", "∅", "∅", "∅"],
            ["-3", "tab\tline\n😀", "∅", "∅", "∅", "∅", "∅", "∅", "∅"],
        ]
    );
}

#[test]
fn a_sample_is_spread_and_the_same_each_time() {
    let Some((_connection, address)) = database(
        "km_sample",
        &[
            "CREATE TABLE big (id INT PRIMARY KEY, x TEXT) AS
                 SELECT seq AS id, 'x' AS x FROM seq_1_to_100000",
            "CREATE TABLE keyless AS SELECT id FROM big",
            "CREATE TABLE small AS SELECT id FROM big LIMIT 70",
        ],
    ) else {
        return;
    };
    let sample = || read(&address, Want::Sample(1_000), &Options::default());
    let (one, two) = (sample(), sample());
    assert_eq!(one.rows, two.rows);
    let ids: Vec<i64> =
        one.rows_of("km_sample.big").iter().map(|row| row[0].parse().expect("id")).collect();
    assert!((900..=1_100).contains(&ids.len()), "{}", ids.len());
    assert!(ids.iter().max() > Some(&90_000));
    assert_eq!(one.rows_of("km_sample.keyless").len(), 1_000);
    assert_eq!(one.rows_of("km_sample.small").len(), 70);
}

#[test]
fn what_may_not_be_read_is_noted_and_the_rest_is_read() {
    let Some((mut connection, address)) = database(
        "km_rights",
        &[
            "CREATE TABLE closed AS SELECT 1 AS id",
            "CREATE TABLE half AS SELECT 1 AS id, 's' AS secret",
            "CREATE TABLE open AS SELECT 1 AS id",
        ],
    ) else {
        return;
    };
    let (address, options) = user(&mut connection, &address, "km_reader");
    for right in [
        "INSERT ON km_rights.closed",
        "SELECT (id), INSERT ON km_rights.half",
        "SELECT ON km_rights.open",
    ] {
        connection.query_drop(format!("GRANT {right} TO km_reader")).expect("a right");
    }
    let seen = read(&address, Want::Everything, &options);
    assert_eq!(seen.failure, None);
    assert_eq!(seen.noted("SC149"), ["km_rights.closed"]);
    assert_eq!(seen.noted("SC154"), ["km_rights.half"]);
    assert_eq!(seen.rows_of("km_rights.half"), [["1"]]);
    assert_eq!(seen.rows_of("km_rights.open").len(), 1);
}

#[test]
fn a_wrong_password_a_missing_one_and_a_missing_database_are_told_apart() {
    let Some((mut connection, address)) = database("km_doors", &[]) else { return };
    let (named, right) = user(&mut connection, &address, "km_doors_reader");
    connection.query_drop("GRANT SELECT ON km_doors.* TO km_doors_reader").expect("a right");
    let code = |address: &str, options: &Options| {
        let opened = input(address).open(Want::Metadata, options);
        opened.map(|_| ()).map_err(|found| {
            assert!(!format!("{found:?}").contains("sesame"));
            found.code.0
        })
    };
    assert_eq!(code(&named, &right), Ok(()));
    assert_eq!(code(&named, &credentials("not-sesame")), Err("SC143"));
    assert_eq!(code(&named, &Options::default()), Err("SC143"));
    assert_eq!(code(&named.replace("/km_doors?", "/km_none?"), &right), Err("SC151"));
    assert_eq!(code("mysql://root@127.0.0.1:1/kouan", &right), Err("SC142"));
    assert_eq!(code("mysql://root@/kouan?socket=/no/such/socket", &right), Err("SC142"));
}

#[test]
fn a_killed_connection_leaves_a_stated_part() {
    let Some((mut connection, address)) = database(
        "km_killed",
        &[
            "CREATE TABLE big AS SELECT seq AS id, REPEAT('x', 200) AS filler FROM seq_1_to_300000",
            "CREATE TABLE later AS SELECT 1 AS id",
        ],
    ) else {
        return;
    };
    let opened = input(&address).open(Want::Everything, &Options::default()).expect("open");
    let mut rows = opened.rows;
    let first = rows.next().expect("a block").expect("a block");
    let reader: u64 = connection
        .query_first(
            "SELECT id FROM information_schema.processlist
             WHERE db = 'km_killed' AND id <> CONNECTION_ID()",
        )
        .expect("a list")
        .expect("the reader");
    connection.query_drop(format!("KILL CONNECTION {reader}")).expect("a right to kill");
    let mut seen = Seen {
        tables: opened.tables,
        rows: Default::default(),
        notes: Vec::new(),
        tally: first.read(&mut |_| {}).expect("a block that came before stays good"),
        failure: None,
    };
    seen.drain(&mut *rows);
    let failure = seen.failure.expect("the reading ended early");
    assert_eq!(failure.code.0, "SC145");
    assert!(failure.values.contains(&("table", "km_killed.big".to_owned())), "{failure:?}");
    assert!((1..300_000).contains(&seen.tally.rows), "{}", seen.tally.rows);
}

#[test]
fn a_table_that_is_dropped_or_fails_or_takes_too_long_does_not_stop_the_others() {
    let Some((mut connection, address)) = database(
        "km_faults",
        &[
            "CREATE TABLE a AS SELECT 1 AS id",
            "CREATE VIEW b_broken AS SELECT id FROM a",
            "CREATE TABLE c_dropped AS SELECT 1 AS id",
            "CREATE TABLE d_changed AS SELECT 1 AS id, 'x' AS gone",
            "CREATE VIEW e_slow AS SELECT id, SLEEP(20) AS x FROM a",
            "CREATE TABLE f AS SELECT 1 AS id",
            "CREATE FUNCTION writes() RETURNS INT MODIFIES SQL DATA BEGIN
                 INSERT INTO km_faults.f VALUES (7); RETURN 7; END",
            "CREATE VIEW g_writes AS SELECT km_faults.writes() AS id",
            "CREATE TABLE h AS SELECT 1 AS id",
        ],
    ) else {
        return;
    };
    let (named, options) = user(&mut connection, &address, "km_slow_reader");
    connection
        .query_drop("ALTER USER km_slow_reader WITH MAX_STATEMENT_TIME 0.5")
        .expect("a limit");
    connection.query_drop("GRANT ALL ON km_faults.* TO km_slow_reader").expect("rights");
    let opened = input(&named).open(Want::Everything, &options).expect("open");
    for statement in [
        "DROP TABLE c_dropped",
        "ALTER TABLE d_changed DROP COLUMN gone",
        "CREATE OR REPLACE VIEW b_broken AS SELECT id AS other FROM a",
    ] {
        connection.query_drop(statement).expect("nothing holds these tables");
    }
    let mut rows = opened.rows;
    let mut seen = Seen {
        tables: opened.tables,
        rows: Default::default(),
        notes: opened.notes,
        tally: Default::default(),
        failure: None,
    };
    seen.drain(&mut *rows);
    assert_eq!(seen.failure, None);
    assert_eq!(
        seen.noted("SC147"),
        ["km_faults.b_broken", "km_faults.c_dropped", "km_faults.d_changed"]
    );
    assert_eq!(seen.noted("SC148"), ["km_faults.e_slow"]);
    assert_eq!(seen.noted("SC146"), ["km_faults.g_writes"], "{:?}", seen.notes);
    for table in ["km_faults.a", "km_faults.f", "km_faults.h"] {
        assert_eq!(seen.rows_of(table).len(), 1, "{table}");
    }
    let written: Option<u64> =
        connection.query_first("SELECT COUNT(*) FROM f WHERE id = 7").expect("a count");
    assert_eq!(written, Some(0), "nothing is ever written");
}

#[test]
fn without_a_database_all_of_them_are_read_and_of_one_moment() {
    let Some((mut connection, address)) =
        database("km_all_1", &["CREATE TABLE t AS SELECT seq AS id FROM seq_1_to_10"])
    else {
        return;
    };
    connection.query_drop("CREATE OR REPLACE DATABASE km_all_2").expect("another");
    connection.query_drop("CREATE TABLE km_all_2.t AS SELECT 1 AS id").expect("its table");
    let (_, options) = user(&mut connection, &address, "km_all_reader");
    connection.query_drop("GRANT SELECT ON `km\\_all\\__`.* TO km_all_reader").expect("a right");
    let whole = address.replace("/km_all_1?", "/?").replace("root@", "km_all_reader@");
    let opened = input(&whole).open(Want::Everything, &options).expect("open");
    connection.query_drop("INSERT INTO t SELECT seq FROM seq_11_to_20").expect("rows");
    let mut rows = opened.rows;
    let mut seen = Seen {
        tables: opened.tables,
        rows: Default::default(),
        notes: opened.notes,
        tally: Default::default(),
        failure: None,
    };
    seen.drain(&mut *rows);
    assert_eq!(seen.rows_of("km_all_1.t").len(), 10);
    assert_eq!(seen.rows_of("km_all_2.t").len(), 1);
    assert_eq!(seen.tables.len(), 2);
}
