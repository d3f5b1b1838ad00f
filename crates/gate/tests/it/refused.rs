//! What is refused: another source than the permitted one, whatever the way it differs.

use kouan_decide::permit::{Form, MinorsRule, RowRules, Transform, WithdrawnRule};
use kouan_gate::{Gate, Handed, Outlet, Report, Withdrawn, withdrawn_entry};
use kouan_table::{Batch, Cells, ColumnCells, Declared};
use kouan_terms::{Code, Diagnostic};

use crate::fixture::{Texts, column, everybody, handed, pass, permit, standing};

fn two() -> kouan_decide::permit::Permit {
    let fields = [
        (None, "name", Form::Nothing, Transform::Keep {}),
        (None, "phone", Form::Nothing, Transform::Drop {}),
    ];
    permit(&fields, RowRules::default())
}

fn codes(findings: &[Diagnostic]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.0).collect()
}

#[test]
fn a_source_that_differs_is_refused_on_opening() {
    let permit = two();
    let standing = standing(&permit);
    let check = |columns: &[(&str, Declared)], expected: &[&str]| {
        let columns: Vec<_> = columns.iter().map(|(name, kind)| column(name, *kind)).collect();
        let opened = Gate::open(&standing, "guests.csv", &columns, handed());
        assert_eq!(codes(&opened.err().unwrap_or_default()), expected, "{columns:?}");
    };
    let nothing = Declared::Nothing;
    check(&[("phone", nothing), ("name", nothing)], &[]);
    check(&[("name", nothing), ("phone", nothing), ("email", nothing)], &["GT101"]);
    check(&[("name", nothing), ("phone", nothing), ("Name", nothing)], &["GT101"]);
    check(&[("name", nothing), ("phone", nothing), ("name.x", nothing)], &["GT101"]);
    check(&[("name", nothing)], &["GT102"]);
    check(&[("name", Declared::Integer), ("phone", nothing)], &["GT103", "GT102"]);
    check(&[("name", nothing), ("phone", nothing), ("name", nothing)], &["GT104"]);
}

#[test]
fn a_column_that_comes_late_is_refused_and_nothing_is_finished() {
    let permit = two();
    let standing = standing(&permit);
    let gate = Gate::open(&standing, "guests.csv", &[], handed()).unwrap();
    let late =
        Texts::new(&["name", "phone", "email"], &[&[Some("甲一"), None, Some("a@b.invalid")]]);
    assert_eq!(pass(&gate, &late).unwrap_err().code, Code("GT101"));
}

#[test]
fn a_field_that_never_comes_is_missed_at_the_end() {
    let permit = two();
    let standing = standing(&permit);
    let gate = Gate::open(&standing, "guests.csv", &[], handed()).unwrap();
    let batch = Texts::new(&["name"], &[&[Some("甲一")]]);
    let passed = pass(&gate, &batch).unwrap();
    let mut outlet = Outlet::new(&gate, kouan_gate::Form::Csv, Vec::new());
    outlet.write(&passed).unwrap();
    assert_eq!(codes(&outlet.finish(&gate, &passed.report, 0).unwrap_err()), ["GT102"]);
}

#[test]
fn rows_that_passed_and_were_not_written_are_missed_at_the_end() {
    let permit = two();
    let standing = standing(&permit);
    let gate = Gate::open(&standing, "guests.csv", &[], handed()).unwrap();
    let batch = Texts::new(&["name", "phone"], &[&[Some("甲一"), None]]);
    let passed = pass(&gate, &batch).unwrap();
    let outlet = Outlet::new(&gate, kouan_gate::Form::Csv, Vec::new());
    assert_eq!(codes(&outlet.finish(&gate, &passed.report, 0).unwrap_err()), ["GT111"]);
}

#[test]
fn rows_of_another_gate_are_not_written() {
    let (one, other) = (two(), {
        let keep = Transform::Keep {};
        permit(
            &[(None, "name", Form::Nothing, keep.clone()), (None, "phone", Form::Nothing, keep)],
            RowRules::default(),
        )
    });
    let (one, other) = (standing(&one), standing(&other));
    let narrow = Gate::open(&one, "guests.csv", &[], handed()).unwrap();
    let wide = Gate::open(&other, "guests.csv", &[], handed()).unwrap();
    let batch = Texts::new(&["name", "phone"], &[&[Some("甲一"), Some("13900000000")]]);
    let mut outlet = Outlet::new(&narrow, kouan_gate::Form::Csv, Vec::new());
    let passed = pass(&wide, &batch).unwrap();
    assert_eq!(outlet.write(&passed).unwrap_err().code, Code("GT110"));
    assert_eq!(outlet.write(&pass(&narrow, &batch).unwrap()).unwrap_err().code, Code("GT109"));
}

#[test]
fn a_failing_sink_is_told_and_nothing_more_is_written() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    use kouan_gate::Form as Out;
    let permit = two();
    let standing = standing(&permit);
    let gate = Gate::open(&standing, "guests.csv", &[], handed()).unwrap();
    let batch = Texts::new(&["name", "phone"], &[&[Some("甲一"), None]]);
    for form in [Out::Csv, Out::JsonLines, Out::Parquet, Out::Arrow] {
        for room in [0, 3, 10] {
            let mut outlet = Outlet::new(&gate, form, Full(room));
            let passed = pass(&gate, &batch).unwrap();
            let wrote = outlet.write(&passed).map_err(|finding| vec![finding]);
            let ended = wrote.and_then(|()| outlet.finish(&gate, &passed.report, 0).map(|_| ()));
            assert_eq!(codes(&ended.unwrap_err()), ["GT109"], "{form:?} {room}");
        }
    }
}

#[test]
fn a_table_of_which_nothing_may_leave_and_a_list_that_is_needed() {
    let keep = (Some("a"), "name", Form::Nothing, Transform::Keep {});
    let drop = (Some("b"), "name", Form::Nothing, Transform::Drop {});
    let columns = vec!["name".to_owned()];
    let withdrawn = Some(WithdrawnRule { columns });
    let permit = permit(&[keep, drop], RowRules { minors: None, withdrawn });
    let standing = standing(&permit);
    let name = [column("name", Declared::Nothing)];
    let opened = |table, handed| {
        codes(&Gate::open(&standing, table, &name, handed).err().unwrap_or_default())
    };
    assert_eq!(opened("b", handed()), ["GT105"]);
    assert_eq!(opened("c", handed()), ["GT105"]);
    assert_eq!(opened("a", handed()), ["GT106"]);
    let unsorted = [[9; 32], [1; 32]];
    let list = |list| Some(Withdrawn { key: &[1; 32], list });
    assert_eq!(opened("a", Handed { withdrawn: list(&unsorted), ..handed() }), ["GT106"]);
    assert!(opened("a", Handed { withdrawn: list(&[]), ..handed() }).is_empty());
}

#[test]
fn a_value_that_does_not_fit_its_type_stops_the_release() {
    let fields = [(None, "n", Form::Integer, Transform::Keep {})];
    let permit = permit(&fields, RowRules::default());
    let standing = standing(&permit);
    let gate = Gate::open(&standing, "t", &[], handed()).unwrap();
    let column = column("n", Declared::Integer);
    let columns = [ColumnCells { column: &column, cells: Cells::Floats(&[Some(1.5)]) }];
    let batch = Batch { table: "t", columns: &columns, rows: 1 };
    assert_eq!(gate.pass(&batch, &mut everybody).unwrap_err().code, Code("GT107"));
}

#[test]
fn persons_are_admitted_after_the_rules_and_nobody_is_let_in_again() {
    let key = [5; 32];
    let gone = [withdrawn_entry(&key, b"A1").unwrap()];
    let rows = RowRules {
        minors: Some(MinorsRule { resident_id: vec![], birth: vec!["phone".into()] }),
        withdrawn: Some(WithdrawnRule { columns: vec!["name".into()] }),
    };
    let fields = [
        (None, "name", Form::Nothing, Transform::Keep {}),
        (None, "phone", Form::Nothing, Transform::Drop {}),
    ];
    let permit = permit(&fields, rows);
    let standing = standing(&permit);
    let withdrawn = Some(Withdrawn { key: &key, list: &gone });
    let gate = Gate::open(&standing, "t", &[], Handed { withdrawn, ..handed() }).unwrap();
    let old = Some("1990-01-01");
    let batch = Texts::new(
        &["name", "phone"],
        &[
            &[Some("A1"), old],
            &[Some("A2"), old],
            &[Some("A3"), Some("2020-01-01")],
            &[Some("A4"), old],
        ],
    );
    let mut asked = Vec::new();
    let passed = batch.with(|batch| {
        gate.pass(batch, &mut |_, keep| {
            asked = keep.to_vec();
            keep.fill(true);
            keep[3] = false;
            Ok(())
        })
    });
    let report = passed.unwrap().report;
    assert_eq!(asked, [false, true, false, true]);
    assert_eq!((report.rows_in, report.rows_out, report.rows_held()), (4, 1, 3));
    assert_eq!((report.withdrawn, report.minors, report.not_admitted), (1, 1, 1));

    let stop = batch.with(|batch| {
        gate.pass(batch, &mut |_, _| {
            Err(Diagnostic { code: Code("limit"), ..Diagnostic::error("GT109") })
        })
    });
    assert_eq!(stop.unwrap_err().code, Code("limit"));
    let mut sum = Report::default();
    sum.add(&report);
    sum.add(&report);
    assert_eq!((sum.rows_in, sum.rows_out, sum.fields.len()), (8, 2, 1));
}
