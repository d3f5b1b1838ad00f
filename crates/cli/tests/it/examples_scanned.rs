//! `kouan scan` on the examples: one of every kind of source, and from a scan to a decision.

use std::path::PathBuf;

use crate::program::{kouan, kouan_in, root, scratch, shown_in};

const DAY: &str = "2026-11-22";
const HOTEL: [&str; 3] = ["guests.csv", "members.jsonl", "orders-gbk.csv"];

/// The hotel's folder, where an inventory may be written.
fn hotel(test: &str) -> PathBuf {
    let folder = scratch(test);
    for file in HOTEL.iter().chain(&["transfer.toml"]) {
        std::fs::copy(root().join("examples/hotel-guests").join(file), folder.join(file)).unwrap();
    }
    folder
}

/// What a scan of one example says of each column: table, column, class or `-`.
fn columns(path: &str) -> (i32, Vec<(String, String, String)>) {
    let address = format!("examples/{path}");
    let words = ["scan", &address, "--dry-run", "--on", DAY, "--output-format", "json"];
    let run = kouan(&words);
    let inventory: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let mut columns = Vec::new();
    let list = |value: &serde_json::Value, key: &str| -> Vec<serde_json::Value> {
        value.get(key).and_then(|list| list.as_array()).cloned().unwrap_or_default()
    };
    let text = |value: &serde_json::Value, key: &str| {
        value.get(key).and_then(|text| text.as_str()).unwrap_or("-").to_owned()
    };
    for table in list(&inventory, "table") {
        for column in list(&table, "column") {
            columns.push((text(&table, "name"), text(&column, "name"), text(&column, "class")));
        }
    }
    (run.code, columns)
}

/// Fails unless every one of these columns holds that class.
fn check(path: &str, expected: &[(&str, &str)]) {
    let (code, columns) = columns(path);
    assert!(matches!(code, 1 | 3), "{path}: exit code {code}");
    for (column, class) in expected {
        let found = columns.iter().find(|(_, name, _)| name == column);
        assert_eq!(found.map(|(.., class)| class.as_str()), Some(*class), "{path}: {column}");
    }
}

#[test]
fn a_scan_and_its_decision_need_no_count_typed() {
    for language in ["zh", "en"] {
        let folder = hotel(&format!("hotel-guests-{language}"));
        let flags = ["--inventory", "inventory.toml", "--on", DAY, "--lang", language];
        let scan = [&["scan"], &HOTEL[..], &flags].concat();
        let decide = ["decide", "transfer.toml", "--on", DAY, "--lang", language];
        let shown = format!("{}\n{}", shown_in(&folder, &scan), shown_in(&folder, &decide));
        insta::assert_snapshot!(format!("hotel-guests-{language}"), without_digests(&shown));
    }
}

/// A digest of an inventory changes with the rulebook; it is 64 digits after `sha256:`.
fn without_digests(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str("sha256:");
        shown.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_hexdigit()));
    }
    shown
}

#[test]
fn the_committed_inventory_says_what_a_scan_says() {
    let folder = hotel("hotel-guests-stale");
    let scan = [&["scan"], &HOTEL[..], &["--inventory", "inventory.toml", "--on", DAY]].concat();
    kouan_in(&folder, &scan);
    let read =
        |path: PathBuf| -> toml::Table { std::fs::read_to_string(path).unwrap().parse().unwrap() };
    let classes = |inventory: &toml::Table| -> Vec<String> {
        let tables = inventory["table"].as_array().unwrap();
        let columns = tables.iter().flat_map(|table| table["column"].as_array().unwrap());
        columns.map(|column| format!("{} {:?}", column["name"], column.get("class"))).collect()
    };
    let (fresh, committed) = (
        read(folder.join("inventory.toml")),
        read(root().join("examples/hotel-guests/inventory.toml")),
    );
    assert_eq!(classes(&fresh), classes(&committed), "scan it again: see examples/README.md");
    assert_eq!(fresh["persons"], committed["persons"]);
}

#[test]
fn the_inventory_is_the_same_for_any_number_of_threads() {
    let words =
        ["scan", "examples/hotel-guests/guests.csv", "--dry-run", "--output-format", "json"];
    let with = |threads: &str| kouan(&[&words[..], &["--threads", threads]].concat()).stdout;
    assert_eq!(with("1"), with("3"));
}

#[test]
fn a_csv_in_gbk_is_read() {
    check(
        "hotel-guests/orders-gbk.csv",
        &[("收件人姓名", "person-name"), ("收件人手机", "mobile"), ("收货地址", "address")],
    );
}

#[test]
fn nested_json_is_read() {
    check(
        "hotel-guests/members.jsonl",
        &[
            ("profile.name", "person-name"),
            ("profile.mobile", "mobile"),
            ("profile.email", "email"),
        ],
    );
}

#[test]
fn a_transport_file_of_a_trial_is_read() {
    check("clinical-trial/dm.xpt", &[("BRTHDTC", "birth-date"), ("SEX", "sex")]);
    check("clinical-trial/ae.xpt", &[("AETERM", "trial-data")]);
}

#[test]
fn a_workbook_is_read() {
    check(
        "hr-headquarters/staff.xlsx",
        &[("姓名", "person-name"), ("身份证号", "resident-id"), ("工资卡号", "bank-card")],
    );
}

#[test]
fn a_zipped_csv_is_read() {
    check(
        "travel-platform/bookings.zip",
        &[("passenger_name", "person-name"), ("passport_no", "passport"), ("mobile", "mobile")],
    );
}

#[test]
fn a_parquet_file_is_read() {
    check(
        "member-programme/members.parquet",
        &[("member_name", "person-name"), ("mobile", "mobile"), ("birthday", "birth-date")],
    );
}

#[test]
fn the_definitions_of_a_dump_are_read() {
    check(
        "ota-upgrade/schema.sql",
        &[("owner_name", "person-name"), ("owner_mobile", "mobile"), ("plate_no", "plate")],
    );
}
