//! Columns in small, by the classes of the rulebook.

use std::sync::LazyLock;

use jiff::civil::date;
use kouan_rulebook::classes::{Classes, Setting};
use kouan_table::{Cells, Declared, Span};

use super::*;
use crate::observe::Observer;

static CLASSES: LazyLock<Classes> = LazyLock::new(|| {
    Classes::load(kouan_rulebook::EMBEDDED.iter().copied()).expect("the classes load")
});

static CLASSIFIER: LazyLock<Classifier<'static>> = LazyLock::new(|| Classifier::new(&CLASSES));

fn column(name: &str, comment: Option<&str>) -> Column {
    Column {
        name: name.into(),
        position: 0,
        declared: Declared::Nothing,
        comment: comment.map(Into::into),
        key: None,
        length_max: None,
    }
}

fn observe(cells: &[&str]) -> Observed {
    let bytes = cells.concat().into_bytes();
    let mut start = 0;
    let spans: Vec<Span> = cells
        .iter()
        .map(|cell| {
            let end = start + u32::try_from(cell.len()).expect("short");
            let span = Span { start, end };
            start = end;
            span
        })
        .collect();
    let mut observer = Observer::new(date(2026, 11, 22), Some(14));
    observer.observe(&Cells::Text { bytes: &bytes, spans: &spans }, cells.len());
    observer.observed()
}

fn one(name: &str, cells: &[&str]) -> ColumnClass {
    let classifier = &*CLASSIFIER;
    let column = column(name, None);
    let observed = observe(cells);
    let seen = ColumnSeen { column: &column, observed: Some(&observed), text: &[] };
    let table =
        TableSeen { name: "t1", comment: None, kind: TableKind::Table, columns: vec![seen] };
    classifier.classify(&table).remove(0)
}

/// Resident IDs whose check characters are all wrong but one.
const MOSTLY_WRONG: [&str; 6] = [
    "110105199001010013",
    "310115198502020024",
    "370102197803030035",
    "320506200104040046",
    "510107196605050057",
    "420111199906060068",
];

#[test]
fn a_failed_checksum_never_hides_an_id_column() {
    let found = one("id_card", &MOSTLY_WRONG);
    assert_eq!(found.class.as_ref().map(ClassId::as_str), Some("resident-id"));
    assert_eq!(found.level, Level::Sure);
    assert_eq!(found.key, Some(KeyKind::ResidentId));
    assert!(found.flags.looks_like_test_data);
}

#[test]
fn values_alone_tag_when_they_can_be_nothing_else() {
    let mails = ["a1@example.com", "b2@example.org", "c3@example.com", "d4@example.org"];
    let found = one("c7", &mails);
    assert_eq!(found.class.as_ref().map(ClassId::as_str), Some("email"));
    assert!(found.level >= Level::Likely);
    let browsers = one("c8", &["Safari", "Chrome", "Firefox", "Edge", "Safari", "Chrome"]);
    assert!(browsers.class.is_none());
}

#[test]
fn without_values_nothing_is_sure_and_the_evidence_says_so() {
    let classifier = &*CLASSIFIER;
    let columns = [column("mobile", None), column("ext_3", Some("身份证号"))];
    let seen = columns.iter().map(|column| ColumnSeen { column, observed: None, text: &[] });
    let kind = TableKind::Definition;
    let table = TableSeen { name: "t_user", comment: None, kind, columns: seen.collect() };
    let found = classifier.classify(&table);
    for (found, class) in found.iter().zip(["mobile", "resident-id"]) {
        assert_eq!(found.class.as_ref().map(ClassId::as_str), Some(class));
        assert_eq!(found.level, Level::Likely);
        assert_eq!(found.evidence.last(), Some(&Evidence::MetadataOnly));
    }
}

#[test]
fn a_position_beside_a_time_and_a_vehicle_is_a_track() {
    let classifier = &*CLASSIFIER;
    let columns =
        [column("vin", None), column("lng", None), column("lat", None), column("at", None)];
    let observed = [
        observe(&["LSVAA49J000000001", "LSVAA49J000000002"]),
        observe(&["116.397128", "121.473701"]),
        observe(&["39.916527", "31.230416"]),
        observe(&["2026-01-02 03:04:05", "2026-01-02 03:05:05"]),
    ];
    let seen = columns.iter().zip(&observed);
    let seen = seen.map(|(column, seen)| ColumnSeen { column, observed: Some(seen), text: &[] });
    let kind = TableKind::Table;
    let table = TableSeen { name: "t9", comment: None, kind, columns: seen.collect() };
    let track: Vec<bool> =
        classifier.classify(&table).iter().map(|found| found.flags.track).collect();
    assert_eq!(track, [false, true, true, false]);
}

#[test]
fn signs_of_important_data_are_candidates_with_evidence() {
    let classes = &*CLASSES;
    let table = TableFound {
        name: "military_zone_poi",
        comment: Some("军事管理区周边地理信息"),
        columns: vec![("lng", None, None), ("lat", None, None)],
        rows: Some(10),
        persons: None,
        persons_sensitive: None,
    };
    let found = candidates(classes, &table, &Setting::on(date(2026, 11, 22)));
    assert!(!found.is_empty());
    assert!(found.iter().all(|candidate| !candidate.evidence.is_empty()));
    let plain = TableFound { name: "t_note", comment: None, ..table };
    assert!(candidates(classes, &plain, &Setting::on(date(2026, 11, 22))).is_empty());
}

/// The classes of the columns of a table without values, `-` for none or an unsure one.
fn told(name: &str, columns: &[&str]) -> Vec<String> {
    let columns: Vec<Column> = columns.iter().map(|name| column(name, None)).collect();
    let seen = columns.iter().map(|column| ColumnSeen { column, observed: None, text: &[] });
    let kind = TableKind::Definition;
    let table = TableSeen { name, comment: None, kind, columns: seen.collect() };
    let found = CLASSIFIER.classify(&table);
    let told = found.iter().map(|found| {
        let class = found.class.as_ref().filter(|_| found.level > Level::Unsure);
        class.map_or("-", |class| class.as_str()).to_owned()
    });
    told.collect()
}

#[test]
fn words_for_persons_and_things_alike_need_a_table_of_persons() {
    assert_eq!(told("t_customer", &["weight", "income"]), ["body-measure", "salary"]);
    assert_eq!(told("t_goods", &["weight", "parent_key"]), ["-", "row-id"]);
    assert_eq!(told("flight_schedule", &["flight_no", "seat"]), ["-", "-"]);
}

#[test]
fn numbers_that_fail_their_checks_under_another_name_are_no_resident_ids() {
    let cells: Vec<String> = (10..60).map(|last| format!("1100002025010100{last}")).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let found = one("样本编号", &cells);
    let resident = found.class.as_ref().is_some_and(|class| class.as_str() == "resident-id");
    assert!(!resident || found.level == Level::Unsure, "{found:?}");
}

#[test]
fn a_name_of_a_body_is_no_name_of_a_person() {
    let found = one("contact_name", &["Example Ltd", "Sample GmbH", "Test Inc.", "Demo Co., Ltd."]);
    assert!(found.level < Level::Sure || found.class.is_none());
}
