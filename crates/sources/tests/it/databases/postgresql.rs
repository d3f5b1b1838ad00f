//! A real PostgreSQL.

use kouan_sources::{Credentials, Options, Want};
use kouan_table::{Declared, Key, TableKind};
use kouan_terms::Severity;
use postgres::{Client, NoTls};

use super::seen::{Seen, input, read};
use super::servers;

/// A schema of the test's own, filled by `setup`; `None` when there is no server.
fn schema(name: &str, setup: &str) -> Option<(Client, String)> {
    let address = servers::address("KOUAN_TEST_POSTGRES")?;
    let mut client = Client::connect(&address, NoTls).expect("the server of the tests");
    client
        .batch_execute(&format!(
            "SET client_min_messages = error; DROP SCHEMA IF EXISTS {name} CASCADE;
             CREATE SCHEMA {name}; SET search_path = {name}; {setup}"
        ))
        .expect("what the test needs");
    Some((client, format!("{address}&schema={name}")))
}

/// A role that must show its password, and the address under its name.
fn role(client: &mut Client, address: &str, name: &str) -> (String, Options) {
    client
        .batch_execute(&format!(
            "DO $$ BEGIN
                 IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
                     EXECUTE 'DROP OWNED BY {name}'; EXECUTE 'DROP ROLE {name}';
                 END IF;
             END $$;
             CREATE ROLE {name} LOGIN PASSWORD 'open-sesame';"
        ))
        .expect("a role");
    (address.replace("kouan@", &format!("{name}@")), credentials("open-sesame"))
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
    let Some((_client, address)) = schema(
        "kt_shapes",
        "CREATE TABLE client (
             id bigint PRIMARY KEY, id_no char(18) UNIQUE, 姓名 varchar(20), born date,
             seen timestamptz, vip boolean, paid numeric(12, 2), photo bytea, more jsonb,
             tags text[], place point);
         COMMENT ON TABLE client IS '客户';
         COMMENT ON COLUMN client.id_no IS '身份证号';
         CREATE TABLE client_order (client_id bigint REFERENCES client, line int,
             PRIMARY KEY (client_id, line));
         CREATE DOMAIN phone AS varchar(11);
         CREATE TABLE contact (id int GENERATED ALWAYS AS IDENTITY, mobile phone,
             upper_mobile text GENERATED ALWAYS AS ('m') STORED);
         CREATE VIEW adults AS SELECT 姓名 FROM client;
         CREATE MATERIALIZED VIEW summary AS SELECT count(*) FROM client;
         INSERT INTO client (id) SELECT generate_series(1, 500);
         ANALYZE client;",
    ) else {
        return;
    };
    let seen = read(&address, Want::Metadata, &Options::default());
    let names: Vec<_> = seen.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(
        names,
        [
            "kt_shapes.adults",
            "kt_shapes.client",
            "kt_shapes.client_order",
            "kt_shapes.contact",
            "kt_shapes.summary"
        ]
    );
    let client = seen.table("kt_shapes.client");
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
            (Declared::Other, None),
            (Declared::Other, None),
            (Declared::Other, None),
        ]
    );
    assert_eq!(client.columns[0].key, Some(Key::Primary));
    assert_eq!(client.columns[1].key, Some(Key::Unique));
    assert_eq!(client.columns[2].key, None);
    let order = seen.table("kt_shapes.client_order");
    assert_eq!(order.columns[0].key, Some(Key::Foreign("kt_shapes.client.id".into())));
    assert_eq!(order.columns[1].key, Some(Key::Primary));
    let contact = seen.table("kt_shapes.contact");
    assert_eq!(
        (contact.columns[1].declared, contact.columns[1].length_max),
        (Declared::Text, Some(11))
    );
    assert_eq!(seen.table("kt_shapes.adults").kind, TableKind::View);
    assert_eq!(seen.table("kt_shapes.summary").kind, TableKind::Table);
    assert!(seen.rows.is_empty(), "metadata has no rows");
}

#[test]
fn cells_come_as_they_are_stored() {
    let Some((_client, address)) = schema(
        "kt_cells",
        r#"CREATE TABLE "Odd ""table""" (n int, "列 ""1""" text, b boolean, raw bytea, j jsonb,
               a text[], d date, t timestamp, m numeric, g tsvector);
           INSERT INTO "Odd ""table""" VALUES
               (1, '甲一', true, '\xffd8ff', '{"k": "a\tb"}', '{x,"y z"}', '1990-02-03',
                '2024-01-02 03:04:05', 12345678901234567890.10, 'w'),
               (NULL, '', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL),
               (-3, E'tab\there\nline \\ \\N', false, NULL, 'null', '{}', 'infinity',
                '-infinity', 'NaN', NULL),
               (4, '\N', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
               (5, repeat('岸', 3) || '😀', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"#,
    ) else {
        return;
    };
    let seen = everything(&address);
    assert_eq!(seen.failure, None);
    let rows = seen.rows_of("kt_cells.Odd \"table\"");
    assert_eq!(
        rows[0],
        [
            "1",
            "甲一",
            "true",
            "[ff, d8, ff]",
            "{\"k\": \"a\\tb\"}",
            "{x,\"y z\"}",
            "1990-02-03",
            "2024-01-02 03:04:05",
            "12345678901234567890.10",
            "opaque"
        ]
    );
    assert_eq!(rows[1], ["∅", "", "∅", "[]", "∅", "∅", "∅", "∅", "∅", "opaque"]);
    assert_eq!(rows[2][1], "tab\there\nline \\ \\N");
    assert_eq!(rows[2][6..9], ["infinity", "-infinity", "NaN"]);
    assert_eq!(rows[3][1], "\\N");
    assert_eq!(rows[4][1], "岸岸岸😀");
}

#[test]
fn a_partitioned_table_and_its_like_are_read_once() {
    let Some((_client, address)) = schema(
        "kt_parts",
        "CREATE TABLE visit (id int, day date) PARTITION BY RANGE (day);
         CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
         CREATE TABLE visit_2 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
             PARTITION BY RANGE (day);
         CREATE TABLE visit_2a PARTITION OF visit_2 DEFAULT;
         INSERT INTO visit SELECT i, date '2024-01-01' + i FROM generate_series(0, 699) i;
         ANALYZE visit;
         CREATE TABLE log (id int);
         CREATE TABLE log_1 () INHERITS (log);
         INSERT INTO log VALUES (1); INSERT INTO log_1 VALUES (2);
         CREATE TABLE person (id int);
         CREATE TABLE doctor (licence text) INHERITS (person);
         INSERT INTO person VALUES (1); INSERT INTO doctor VALUES (2, 'x');",
    ) else {
        return;
    };
    let seen = everything(&address);
    let counts: Vec<_> = seen
        .tables
        .iter()
        .map(|table| (&*table.name, seen.rows_of(&table.name).len(), table.rows_estimate))
        .collect();
    assert_eq!(
        counts,
        [
            ("kt_parts.doctor", 1, None),
            ("kt_parts.log", 2, None),
            ("kt_parts.person", 1, None),
            ("kt_parts.visit", 700, Some(700)),
        ]
    );
}

#[test]
fn globs_choose_tables() {
    let Some((_client, address)) = schema(
        "kt_globs",
        "CREATE TABLE a_1 (x int); CREATE TABLE a_2 (x int); CREATE TABLE b (x int);",
    ) else {
        return;
    };
    for (glob, expected) in [("a_*", 2), ("kt_globs.b", 1), ("other.*", 0)] {
        let options = Options { tables: vec![glob.to_owned()], ..Options::default() };
        let seen = read(&address, Want::Everything, &options);
        assert_eq!(seen.tables.len(), expected, "{glob}");
        assert_eq!(seen.noted("SC159").len(), usize::from(expected == 0));
    }
}

#[test]
fn a_sample_is_spread_and_the_same_each_time() {
    let Some((_client, address)) = schema(
        "kt_sample",
        "CREATE TABLE big AS SELECT i AS id, repeat('x', 100) AS filler
             FROM generate_series(1, 200000) i;
         CREATE TABLE small AS SELECT generate_series(1, 50) AS id;
         CREATE TABLE emptied AS SELECT generate_series(1, 200000) AS id;
         ANALYZE big, small, emptied; DELETE FROM emptied;
         CREATE VIEW everyone AS SELECT id FROM big;",
    ) else {
        return;
    };
    let sample = || read(&address, Want::Sample(2_000), &Options::default());
    let (one, two) = (sample(), sample());
    assert_eq!(one.rows, two.rows);
    let ids: Vec<i64> =
        one.rows_of("kt_sample.big").iter().map(|row| row[0].parse().expect("a number")).collect();
    assert!((500..=4_000).contains(&ids.len()), "{}", ids.len());
    assert!(ids.iter().max() > Some(&100_000), "not only the first rows");
    assert_eq!(one.rows_of("kt_sample.small").len(), 50);
    assert_eq!(one.rows_of("kt_sample.emptied").len(), 0);
    assert_eq!(one.rows_of("kt_sample.everyone").len(), 2_000);
}

#[test]
fn what_may_not_be_read_is_noted_and_the_rest_is_read() {
    let Some((mut client, address)) = schema(
        "kt_rights",
        "CREATE TABLE closed (id int); INSERT INTO closed VALUES (1);
         CREATE TABLE half (id int, secret text); INSERT INTO half VALUES (1, 's');
         CREATE TABLE filtered (id int); INSERT INTO filtered VALUES (1), (2);
         ALTER TABLE filtered ENABLE ROW LEVEL SECURITY;
         CREATE POLICY p ON filtered USING (id = 1);
         CREATE TABLE open (id int); INSERT INTO open VALUES (1);",
    ) else {
        return;
    };
    let (address, options) = role(&mut client, &address, "kt_reader");
    client
        .batch_execute(
            "GRANT USAGE ON SCHEMA kt_rights TO kt_reader;
             GRANT SELECT ON kt_rights.open, kt_rights.filtered TO kt_reader;
             GRANT SELECT (id) ON kt_rights.half TO kt_reader;",
        )
        .expect("rights");
    let seen = read(&address, Want::Everything, &options);
    assert_eq!(seen.failure, None);
    assert_eq!(seen.tables.len(), 4, "closed tables are told too");
    assert_eq!(seen.noted("SC149"), ["kt_rights.closed"]);
    assert_eq!(seen.noted("SC154"), ["kt_rights.half"]);
    assert_eq!(seen.noted("SC155"), ["kt_rights.filtered"]);
    assert_eq!(seen.rows_of("kt_rights.half"), [["1"]]);
    assert_eq!(seen.rows_of("kt_rights.filtered").len(), 1);
    assert_eq!(seen.rows_of("kt_rights.open").len(), 1);
}

#[test]
fn a_wrong_password_a_missing_one_and_a_missing_database_are_told_apart() {
    let Some((mut client, address)) = schema("kt_doors", "") else { return };
    let (named, right) = role(&mut client, &address, "kt_doors_reader");
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
    let elsewhere = address.replace("/kouan?", "/no_such_database?");
    assert_eq!(code(&elsewhere, &right), Err("SC151"));
    assert_eq!(code("postgres://kouan@127.0.0.1:1/kouan", &right), Err("SC142"));
    assert_eq!(code("postgres:///kouan?host=/no/such/folder", &right), Err("SC142"));
}

#[test]
fn a_killed_connection_leaves_a_stated_part() {
    let Some((mut client, address)) = schema(
        "kt_killed",
        "CREATE TABLE big AS SELECT i AS id, repeat('x', 200) AS filler
             FROM generate_series(1, 400000) i;
         CREATE TABLE later AS SELECT 1 AS id;",
    ) else {
        return;
    };
    let opened = input(&address).open(Want::Everything, &Options::default()).expect("open");
    let mut rows = opened.rows;
    let first = rows.next().expect("a block").expect("a block");
    let killed = client
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = 'kouan' AND query LIKE 'COPY \"kt_killed\".%'",
            &[],
        )
        .expect("a right to kill");
    assert_eq!(killed, 1);
    let tally = first.read(&mut |_| {}).expect("a block that came before stays good");
    let mut seen = Seen {
        tables: opened.tables,
        rows: Default::default(),
        notes: Vec::new(),
        tally,
        failure: None,
    };
    seen.drain(&mut *rows);
    let failure = seen.failure.expect("the reading ended early");
    assert_eq!((failure.code.0, failure.severity), ("SC145", Severity::Error));
    assert!(failure.values.contains(&("table", "kt_killed.big".to_owned())), "{failure:?}");
    assert!((1..400_000).contains(&seen.tally.rows), "{}", seen.tally.rows);
    assert_eq!(seen.tally.ragged_rows, 0, "no torn line is handed over");
    assert!(rows.next().expect("nothing more").is_none());
}

#[test]
fn a_table_that_is_dropped_or_fails_or_takes_too_long_does_not_stop_the_others() {
    let Some((mut client, address)) = schema(
        "kt_faults",
        "CREATE TABLE a AS SELECT 1 AS id;
         CREATE VIEW b_broken AS SELECT 1 / (id - id) AS x, id FROM a;
         CREATE TABLE c_dropped AS SELECT 1 AS id;
         CREATE TABLE d_changed AS SELECT 1 AS id, 'x'::text AS gone;
         CREATE VIEW e_slow AS SELECT pg_sleep(20)::text AS x, id FROM a;
         CREATE TABLE f AS SELECT 1 AS id;
         CREATE FUNCTION writes() RETURNS int LANGUAGE sql
             AS 'INSERT INTO kt_faults.f VALUES (7) RETURNING id';
         CREATE VIEW g_writes AS SELECT kt_faults.writes() AS id;
         CREATE TABLE h AS SELECT id FROM a;
         CREATE TABLE i_emptied AS SELECT id FROM a;
         CREATE TABLE j_empty (id int);",
    ) else {
        return;
    };
    let (named, options) = role(&mut client, &address, "kt_slow_reader");
    client
        .batch_execute(
            "ALTER ROLE kt_slow_reader SET statement_timeout = '300ms';
             GRANT USAGE ON SCHEMA kt_faults TO kt_slow_reader;
             GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA kt_faults TO kt_slow_reader;",
        )
        .expect("rights");
    let opened = input(&named).open(Want::Everything, &options).expect("open");
    client
        .batch_execute(
            "DROP TABLE c_dropped; ALTER TABLE d_changed DROP COLUMN gone;
             TRUNCATE i_emptied;",
        )
        .expect("nothing holds these tables");
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
        ["kt_faults.c_dropped", "kt_faults.d_changed", "kt_faults.i_emptied"]
    );
    assert_eq!(seen.noted("SC146"), ["kt_faults.b_broken", "kt_faults.g_writes"]);
    assert_eq!(seen.noted("SC148"), ["kt_faults.e_slow"]);
    for table in ["kt_faults.a", "kt_faults.f", "kt_faults.h"] {
        assert_eq!(seen.rows_of(table).len(), 1, "{table}");
    }
    // A sample keeps to the server's shorter limit too.
    let sample = read(&named, Want::Sample(10), &options);
    assert_eq!(sample.noted("SC148"), ["kt_faults.e_slow"]);
    let written: i64 =
        client.query_one("SELECT count(*) FROM f WHERE id = 7", &[]).expect("a count").get(0);
    assert_eq!(written, 0, "nothing is ever written");
}

#[test]
fn every_row_comes_of_one_moment() {
    let Some((mut client, address)) =
        schema("kt_moment", "CREATE TABLE t AS SELECT generate_series(1, 10) AS id;")
    else {
        return;
    };
    let opened = input(&address).open(Want::Everything, &Options::default()).expect("open");
    client.batch_execute("INSERT INTO t SELECT generate_series(11, 20)").expect("rows");
    let mut seen = Seen {
        tables: opened.tables,
        rows: Default::default(),
        notes: opened.notes,
        tally: Default::default(),
        failure: None,
    };
    let mut rows = opened.rows;
    seen.drain(&mut *rows);
    assert_eq!(seen.tally.rows, 10);
}
