//! What is seen in whole columns, and that the order does not matter.

use jiff::civil::{Date, date};
use kouan_table::{Cells, Span};
use proptest::prelude::*;

use super::*;

const DAY: Date = date(2026, 11, 22);

/// A column of text as a reader hands it over: one buffer, one span a row, `None` for null.
fn column(cells: &[Option<&[u8]>]) -> (Vec<u8>, Vec<Span>) {
    let mut bytes = Vec::new();
    let spans = cells
        .iter()
        .map(|cell| {
            let Some(cell) = cell else { return Span::NULL };
            let start = bytes.len() as u32;
            bytes.extend_from_slice(cell);
            bytes.push(b',');
            Span { start, end: start + cell.len() as u32 }
        })
        .collect();
    (bytes, spans)
}

fn text(cells: &[&str]) -> Observed {
    let cells: Vec<_> = cells.iter().map(|cell| Some(cell.as_bytes())).collect();
    let (bytes, spans) = column(&cells);
    let mut observer = Observer::new(DAY, Some(14));
    observer.observe(&Cells::Text { bytes: &bytes, spans: &spans }, spans.len());
    observer.observed()
}

/// The shapes of one cell, those that pass marked with `+`.
fn shapes(cell: &str) -> String {
    let observed = text(&[cell]);
    let names = observed
        .shapes()
        .map(|(shape, seen)| format!("{}{}", shape.name(), if seen.valid > 0 { "+" } else { "" }));
    names.collect::<Vec<_>>().join(" ")
}

fn check(cell: &str, expected: &str) {
    let all = shapes(cell);
    for shape in expected.split(' ') {
        assert!(all.split(' ').any(|one| one == shape), "{cell}: {shape} is not among {all}");
    }
}

fn check_not(cell: &str, unexpected: &str) {
    let all = shapes(cell);
    for shape in unexpected.split(' ') {
        let found = all.split(' ').any(|one| one.trim_end_matches('+') == shape);
        assert!(!found, "{cell}: {shape} is among {all}");
    }
}

#[test]
fn identifiers_are_seen_in_every_writing() {
    for (cell, expected) in [
        ("11010519491231002X", "resident-id-18+"),
        ("11010519491231002x", "resident-id-18+"),
        ("110105194912310021", "resident-id-18"),
        ("110105 19491231 002X", "resident-id-18+"),
        ("１１０１０５１９４９１２３１００２Ｘ", "resident-id-18+"),
        (" 610104196209276908 ", "resident-id-18+"),
        ("610104620927690", "resident-id-15+ luhn-number"),
        ("810000199408230021", "hmt-residence-permit+"),
        ("USA110088010112", "foreign-permanent-card-old+"),
        ("13900001234", "mobile+"),
        ("+86 139-0000-1234", "mobile+"),
        ("8613900001234", "mobile+"),
        ("13900001234.0", "mobile+"),
        ("14200001234", "mobile"),
        ("010-62345678", "landline+"),
        ("+852 6123 4567", "hk-phone+"),
        ("4008000000", "service-number+"),
        ("EA0000001", "passport+"),
        ("H00000001", "hmt-permit+"),
        ("A123456(3)", "hk-id+"),
        ("A123456789", "taiwan-id+"),
        ("1/234567/8", "macau-id+"),
        ("军字第000001号", "military-card+"),
        ("91110000600037341L", "uscc+"),
        ("D2143569-X", "organisation-code+"),
        ("6222020000000000018", "bank-card+ luhn-number+"),
        ("6222 0200 0000 0000 018", "bank-card+"),
        ("京A00001", "plate+"),
        ("粤B·D00001", "plate-new-energy+"),
        ("LSVAA49J132047371", "vin+"),
        ("490154203237518", "imei+"),
        ("460000000000001", "imsi+"),
        ("89860000000000000001", "iccid+"),
        ("00:1A:2B:3C:4D:5E", "mac+"),
        ("00-1a-2b-3c-4d-5e", "mac+"),
        ("203.0.113.7", "ipv4+"),
        ("192.168.1.1", "ipv4"),
        ("2001:db8::1", "ipv6+"),
        ("li.ming@example.com", "email+"),
        ("wxid_00000000000001", "wechat-wxid+"),
        ("01234567-89ab-cdef-0123-456789abcdef", "uuid+"),
        ("0123456789abcdef", "hex-16+"),
        ("100000", "postal-code+"),
        ("116.3975", "longitude+"),
        ("39.9087", "latitude+"),
        ("116.3975,39.9087", "coordinate-pair+"),
        ("RS429358", "variant-id+"),
        ("rs429358", "variant-id+"),
        ("ACGTACGTAC", "nucleotides+"),
        ("Rk1SACAyMAAAAAAAAAAAAAAAAAAA", "biometric-template+"),
    ] {
        check(cell, expected);
    }
}

#[test]
fn what_hides_or_spoils_a_value_is_seen() {
    for (cell, expected) in [
        ("138****1234", "masked+"),
        ("440***********1234", "masked+"),
        ("张*", "masked+"),
        ("a***@example.com", "masked+"),
        ("138XXXX1234", "masked+"),
        ("6.11E+17", "float-damaged+"),
        ("0123456789abcdef0123456789abcdef", "hash+"),
        ("$2b$10$00000000000000000000000000000000000000000000000000000", "hash+"),
        ("N/A", "no-value+"),
        ("无", "yes-no+"),
    ] {
        check(cell, expected);
    }
}

#[test]
fn traps_are_not_taken_for_identifiers() {
    check("202411221234567890", "dated-serial+");
    check_not("202411221234567890", "resident-id-18");
    check("20241122123456789", "dated-serial+");
    check_not("20241122123456789", "vin resident-id-18");
    check("1700000000000", "unix-milliseconds+");
    check_not("1700000000000", "iot-number bank-card mobile");
    check("1700000000", "unix-seconds+");
    check_not("1700000000", "mobile");
    check("2025-2026", "year-range+");
    check_not("2025-2026", "landline mobile day");
    check("1.2.3.4", "version+ ipv4");
    check("v2.0.1-rc1", "version+");
    check("2.4.11", "version+");
    check_not("2.4.11", "ipv4 day");
    check("1,234,567.89", "decimal+");
    check_not("Safari", "person-name latin-name hk-id passport");
    check_not("Mozilla/5.0 (X11; Linux) Gecko/20100101", "latin-name free-text");
    check("verified", "status-word+");
    check("12:30:05", "time+");
}

#[test]
fn days_are_counted_with_their_decade_and_the_young() {
    let cells = [
        "1990-05-12",
        "2015/6/1",
        "20200101",
        "2012年11月23日",
        "2012-11-22",
        "2030-01-01",
        "1990-02-30",
    ];
    let observed = text(&cells);
    assert_eq!(observed.seen(Shape::Day), Seen { form: 6, valid: 5 });
    assert_eq!(observed.seen(Shape::Day8), Seen { form: 1, valid: 1 });
    assert_eq!((observed.days.count, observed.days.future), (6, 1));
    // Born on 2012-11-23 is 13 on 2026-11-22; born the day before is 14.
    assert_eq!(observed.days.under_14, 3);
    assert_eq!(observed.days.decades[9], 1);
    let child = text(&["110105201912310024"]);
    assert_eq!(child.days.resident_under_14, 1);
}

#[test]
fn chinese_columns_are_told_apart() {
    check("李甲一", "person-name+");
    check("欧阳甲", "person-name+");
    check("阿依古丽·买买提", "person-name+");
    check("北京市朝阳区建设路1号2栋301室", "address+");
    check("广东省深圳市南山区", "address");
    check("广东省", "division-name+");
    check("例某科技有限公司", "organisation-name+");
    check("深圳市南山区例某科技有限公司", "organisation-name+");
    check("男", "sex+");
    check("汉族", "ethnicity+");
    check("已婚", "marital-status+");
    check("AB型", "blood-group+");
    check("客户来电说昨天的货还没有收到，请尽快回复。", "free-text+");
    check("审核通过", "status-word+");
    check_not("订单已经发货，请注意查收。", "person-name address");
    let observed = text(&["李甲一", "王乙", "订单", "张三丰收"]);
    assert_eq!(observed.names.by_length, [2, 1, 1]);
    assert_eq!(observed.names.surname, 3);
    let deep = text(&["北京市朝阳区建设路1号2栋301室", "朝阳区建设街道和平里9号"]).addresses;
    assert_eq!((deep.city, deep.county, deep.town, deep.road), (1, 2, 1, 2));
    assert_eq!((deep.number, deep.room), (2, 1));
}

#[test]
fn columns_of_other_types_are_observed() {
    let mut observer = Observer::new(DAY, Some(14));
    let cells = [Some(110_105_194_912_310_021), Some(13_900_001_234), None, Some(-5), Some(35)];
    observer.observe(&Cells::Integers(&cells), 5);
    observer.observe(&Cells::Floats(&[Some(6.11e17), Some(13_900_001_234.0), Some(39.9087)]), 3);
    observer.observe(&Cells::Booleans(&[Some(true), None]), 2);
    observer.observe(&Cells::Days(&[Some(0), Some(i32::MAX)]), 2);
    observer.observe(&Cells::Instants(&[Some(0), Some(i64::MIN)]), 2);
    observer.observe(&Cells::Opaque, 3);
    let (bytes, spans) = column(&[Some(b"FMR\0 20\0"), Some(b""), None]);
    observer.observe(&Cells::Binary { bytes: &bytes, spans: &spans }, 3);
    let observed = observer.observed();
    assert_eq!((observed.cells, observed.nulls, observed.empties), (20, 3, 1));
    assert_eq!(observed.seen(Shape::ResidentId18), Seen { form: 1, valid: 0 });
    assert_eq!(observed.seen(Shape::Mobile), Seen { form: 2, valid: 2 });
    assert_eq!(observed.seen(Shape::FloatDamaged), Seen { form: 1, valid: 1 });
    assert_eq!(observed.seen(Shape::Latitude), Seen { form: 1, valid: 1 });
    assert_eq!(observed.seen(Shape::BiometricTemplate), Seen { form: 1, valid: 1 });
    assert_eq!(observed.seen(Shape::Day).form, 2);
    assert_eq!(observed.numbers, Some(NumberRange { least: -5, most: 1_000_000 }));
}

#[test]
fn nothing_of_a_value_is_shown() {
    let observed = text(&["13900001234", "李甲一", "110105194912310021"]);
    let shown = format!("{observed:?} {:?}", observed.numbers);
    for value in ["139", "1234", "李", "1949", "110105"] {
        assert!(!shown.contains(value), "{shown}");
    }
}

/// Cells near the shapes, and any bytes.
fn cell() -> impl Strategy<Value = Option<Vec<u8>>> {
    prop_oneof![
        Just(None),
        prop::collection::vec(any::<u8>(), 0..80).prop_map(Some),
        "[0-9]{1,21}".prop_map(|cell| Some(cell.into_bytes())),
        "[0-9A-Fa-fXx.:@ +*-]{1,40}".prop_map(|cell| Some(cell.into_bytes())),
        "[李王甲乙一二市区路号室0-9·，。*]{1,30}".prop_map(|cell| Some(cell.into_bytes())),
        "[a-z0-9._+*/-]{1,8}@[a-z0-9.@-]{1,12}".prop_map(|cell| Some(cell.into_bytes())),
        "[12][0-9]{3}[-/.][0-3][0-9][-/.][0-3][0-9]".prop_map(|cell| Some(cell.into_bytes())),
        "[1-9][0-9]{16}[0-9Xx]".prop_map(|cell| Some(cell.into_bytes())),
        "[０-９Ａ-Ｚ]{1,20}".prop_map(|cell| Some(cell.into_bytes())),
    ]
}

fn observe(cells: &[Option<Vec<u8>>]) -> Observer {
    let cells: Vec<_> = cells.iter().map(Option::as_deref).collect();
    let (bytes, spans) = column(&cells);
    let mut observer = Observer::new(DAY, Some(14));
    observer.observe(&Cells::Text { bytes: &bytes, spans: &spans }, spans.len());
    observer
}

proptest! {
    #[test]
    fn any_bytes_never_panic_and_any_order_gives_the_same(
        cells in prop::collection::vec(cell(), 0..60),
        cut in 0..60_usize,
    ) {
        let whole = observe(&cells).observed();
        let mut reversed = cells.clone();
        reversed.reverse();
        prop_assert_eq!(&observe(&reversed).observed(), &whole);
        let (left, right) = cells.split_at(cut.min(cells.len()));
        let (left, right) = (observe(left), observe(right));
        let (mut one, mut other) = (left.clone(), right.clone());
        one.merge(&right);
        other.merge(&left);
        prop_assert_eq!(&one.observed(), &whole);
        prop_assert_eq!(&other.observed(), &whole);
    }

    #[test]
    fn any_number_never_panics(whole: i64, float: f64, day: i32) {
        let mut observer = Observer::new(DAY, Some(14));
        observer.observe(&Cells::Integers(&[Some(whole)]), 1);
        observer.observe(&Cells::Floats(&[Some(float)]), 1);
        observer.observe(&Cells::Days(&[Some(day)]), 1);
        observer.observe(&Cells::Instants(&[Some(whole)]), 1);
        prop_assert_eq!(observer.observed().cells, 4);
    }

    #[test]
    fn a_whole_number_is_its_digits(number in 0..i64::MAX) {
        let mut integers = Observer::new(DAY, Some(14));
        integers.observe(&Cells::Integers(&[Some(number)]), 1);
        let digits = text(&[&number.to_string()]);
        let seen: Vec<_> = integers.observed().shapes().collect();
        prop_assert_eq!(seen, digits.shapes().collect::<Vec<_>>());
    }
}
