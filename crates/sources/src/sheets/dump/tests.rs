//! Dumps as five databases write them.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn opened(dump: &str) -> Opened {
    let content = Content::memory(dump.as_bytes().to_vec());
    open_sql("d.sql", &content, Want::Everything, &Options::default()).unwrap()
}

/// Tables and columns in one line each: declared type, length, key and comment.
fn shown(dump: &str) -> String {
    let mut shown = String::new();
    for table in opened(dump).tables {
        writeln!(shown, "{} — {}", table.name, table.comment.as_deref().unwrap_or("")).unwrap();
        for column in table.columns {
            write!(shown, "  {} {:?}", column.name, column.declared).unwrap();
            column.length_max.iter().for_each(|most| write!(shown, "({most})").unwrap());
            column.key.iter().for_each(|key| write!(shown, " {key:?}").unwrap());
            column.comment.iter().for_each(|text| write!(shown, " — {text}").unwrap());
            shown.push('\n');
        }
    }
    shown
}

fn check(dump: &str, wanted: &[&str]) {
    assert_eq!(shown(dump).lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn mysql() {
    check(
        r"-- MySQL dump 10.13
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `customer`;
CREATE TABLE `customer` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT COMMENT '主键',
  `id_no` varchar(18) CHARACTER SET utf8mb4 DEFAULT NULL COMMENT '证件号码; 加密\'存',
  `married` tinyint(1) DEFAULT '0',
  `amount` decimal(10,2) DEFAULT (0.00), # 余额
  `level` enum('甲','乙') NOT NULL,
  `shop_id` int NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`id_no`),
  KEY `k` (`level`,`married`),
  CONSTRAINT `f` FOREIGN KEY (`shop_id`) REFERENCES `shop` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='客户表';
INSERT INTO `customer` VALUES (1,'a;b\'; CREATE TABLE `x` (`y` int);',0,0,'甲',1);
",
        &[
            "d.sql#customer — 客户表",
            "  id Integer Primary — 主键",
            "  id_no Text(18) Unique — 证件号码; 加密'存",
            "  married Boolean",
            "  amount Number",
            "  level Text",
            "  shop_id Integer Foreign(\"shop.id\")",
        ],
    );
}

#[test]
fn postgresql() {
    check(
        r#"-- PostgreSQL database dump
CREATE FUNCTION public.f() RETURNS void AS $body$ begin; CREATE TABLE no (a int); end; $body$;
CREATE TABLE public.customer (
    id integer NOT NULL,
    name character varying(50),
    "birthDate" date,
    seen timestamp without time zone DEFAULT now(),
    note text DEFAULT 'C:\'::text,
    face bytea,
    extra jsonb
);
COMMENT ON TABLE public.customer IS '客户';
COMMENT ON COLUMN public.customer.name IS '姓名; it''s';
COPY public.customer (id, name) FROM stdin;
1	CREATE TABLE no (a int);
\.
ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX u ON public.customer USING btree (name);
"#,
        &[
            "d.sql#public.customer — 客户",
            "  id Integer Primary",
            "  name Text(50) Unique — 姓名; it's",
            "  birthDate Day",
            "  seen Instant",
            "  note Text",
            "  face Binary",
            "  extra Other",
        ],
    );
}

#[test]
fn oracle_sqlite_and_sql_server() {
    check(
        r#"CREATE TABLE "CRM"."CUSTOMER" (
  "ID" NUMBER(10,0) NOT NULL ENABLE,
  "NAME" VARCHAR2(50 CHAR),
  CONSTRAINT "PK" PRIMARY KEY ("ID") USING INDEX PCTFREE 10
) SEGMENT CREATION IMMEDIATE TABLESPACE "USERS"
/
COMMENT ON COLUMN "CRM"."CUSTOMER"."NAME" IS '客户姓名'
/
"#,
        &["d.sql#CRM.CUSTOMER — ", "  ID Integer Primary", "  NAME Text(50) — 客户姓名"],
    );
    check(
        "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY,
            shop INT REFERENCES shop(id), key TEXT UNIQUE);",
        &[
            "d.sql#t — ",
            "  id Integer Primary",
            "  shop Integer Foreign(\"shop.id\")",
            "  key Text Unique",
        ],
    );
    check(
        "CREATE TABLE [dbo].[customer](
[id] [int] NOT NULL,
[name] [nvarchar](50) NULL
) ON [PRIMARY]
GO
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'姓名' ,
 @level0type=N'SCHEMA',@level0name=N'dbo', @level1type=N'TABLE',@level1name=N'customer',
 @level2type=N'COLUMN',@level2name=N'name'
GO
",
        &["d.sql#dbo.customer — ", "  id Integer", "  name Text(50) — 姓名"],
    );
}

#[test]
fn rows_are_noted_and_what_is_too_long_as_well() {
    let codes = |dump: &str| opened(dump).notes.iter().map(|note| note.code.0).collect::<Vec<_>>();
    assert_eq!(codes("CREATE TABLE t (a int); INSERT INTO t VALUES (1);"), ["SC134"]);
    assert_eq!(codes("SELECT 1;"), ["SC137"]);
    let statement = |bytes: usize| {
        let start = "CREATE TABLE t (a int) COMMENT '";
        format!("{start}{}'", "x".repeat(bytes - start.len() - 1))
    };
    assert!(codes(&statement(crate::limits::STATEMENT_BYTES)).is_empty());
    assert_eq!(codes(&statement(crate::limits::STATEMENT_BYTES + 1)), ["SC135", "SC137"]);
}

#[test]
fn tables_are_read_up_to_the_limit() {
    let codes = |tables: usize| {
        let dump: String = (0..tables).map(|at| format!("CREATE TABLE t{at} (a int);\n")).collect();
        let found = opened(&dump);
        let codes: Vec<_> = found.notes.iter().map(|note| note.code.0).collect();
        (found.tables.len(), codes)
    };
    assert_eq!(codes(crate::limits::DUMP_TABLES), (crate::limits::DUMP_TABLES, vec![]));
    assert_eq!(codes(crate::limits::DUMP_TABLES + 2), (crate::limits::DUMP_TABLES, vec!["SC136"]));
}

#[test]
fn a_dump_in_gb_18030_is_read() {
    let (bytes, _, _) =
        encoding_rs::GB18030.encode("CREATE TABLE `客户` (`姓名` varchar(9) COMMENT '本人');");
    let content = Content::memory(bytes.into_owned());
    let found = open_sql("d.sql", &content, Want::Metadata, &Options::default()).unwrap();
    assert_eq!(&*found.tables[0].columns[0].name, "姓名");
    assert_eq!(found.tables[0].columns[0].comment.as_deref(), Some("本人"));
}

proptest! {
    #[test]
    fn any_text_is_survived(
        parts in prop::collection::vec(prop::sample::select(vec![
            "CREATE TABLE", "t", "(", ")", ",", "a int", "'", "''", "\\", "`", "\"", "$$",
            "$a$", ";",
            "\n/\n", "PRIMARY KEY", "REFERENCES", "COMMENT ON COLUMN a.b IS", "COMMENT",
            "ALTER TABLE",
            "ADD CONSTRAINT", "FOREIGN KEY", "--", "/*", "*/", "COPY x FROM stdin;\n", "\\.\n", "[",
            "]", "UNIQUE INDEX ON", "EXEC sp_addextendedproperty", "N'TABLE'", "甲", " ",
        ]), 0..60),
    ) {
        opened(&parts.concat());
        opened(&parts.join(" "));
    }
}
