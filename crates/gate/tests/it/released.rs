//! What leaves: exactly the permitted fields, changed as permitted, in every form.

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use kouan_decide::permit::{Coarse, Form, HashFunction, RowRules, Transform};
use kouan_gate::{Form as Out, Gate, Outlet};
use kouan_table::{Batch, Cells, ColumnCells, Declared, Span};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::fixture::{Texts, column, everybody, handed, pass, permit, standing, written};

const FORMS: [Out; 4] = [Out::Csv, Out::JsonLines, Out::Parquet, Out::Arrow];

const NAMES: [&str; 8] = ["id", "name", "phone", "born", "home", "spot", "age", "note"];

fn fields() -> Vec<crate::fixture::FieldOf<'static>> {
    let of = |column, transform| (None, column, Form::Nothing, transform);
    vec![
        of("note", Transform::SafeCopy {}),
        of("id", Transform::Drop {}),
        of("name", Transform::Mask { first: 1, last: 0 }),
        of("phone", Transform::Hash { with: HashFunction::Sha256 }),
        of("born", Transform::Generalise { to: Coarse::Month }),
        of("home", Transform::Generalise { to: Coarse::District }),
        of("spot", Transform::Truncate { decimals: 1 }),
        of("age", Transform::Generalise { to: Coarse::Band(10) }),
    ]
}

fn rows() -> Texts {
    let row = [
        Some("110101199001010018"),
        Some("例某"),
        Some("13900000000"),
        Some("1990-01-01"),
        Some("北京市朝阳区示例北路1号"),
        Some("39.9087"),
        Some("36"),
        Some("=1+1, \"so\""),
    ];
    let mut held = row;
    held[7] = Some("证件110101199001010018");
    held[3] = Some("someday");
    let mut empty = [None; 8];
    empty[1] = Some("");
    Texts::new(&NAMES, &[&row, &held, &empty])
}

#[test]
fn every_transform_does_what_the_permit_says() {
    let permit = permit(&fields(), RowRules::default());
    let standing = standing(&permit);
    let batch = rows();
    let gate = Gate::open(&standing, "guests.csv", batch.columns(), handed()).unwrap();
    let (bytes, report) = written(&gate, &batch, Out::JsonLines);
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["note"], "'=1+1, \"so\"");
    assert_eq!(lines[0]["name"], "例*");
    assert_eq!(lines[0]["phone"].as_str().unwrap().len(), 64);
    assert_eq!(lines[0]["phone"], lines[1]["phone"]);
    assert_eq!(lines[0]["born"], "1990-01");
    assert_eq!(lines[0]["home"], "北京市朝阳区");
    assert_eq!(lines[0]["spot"], "39.9");
    assert_eq!(lines[0]["age"], "30-39");
    assert!(lines[1]["note"].is_null() && lines[1]["born"].is_null());
    assert_eq!(lines[2]["name"], "");
    assert!(lines[2]["phone"].is_null());
    assert!(lines.iter().all(|line| line.get("id").is_none()));
    let field = |name: &str| report.fields.iter().find(|field| field.column == name).unwrap();
    assert_eq!((field("note").withheld, field("born").unreadable), (1, 1));
    assert_eq!(report.fields.iter().map(|field| field.withheld + field.unreadable).sum::<u64>(), 2);
}

#[test]
fn no_form_holds_what_stays_at_home() {
    let permit = permit(&fields(), RowRules::default());
    let standing = standing(&permit);
    let batch = rows();
    let gate = Gate::open(&standing, "guests.csv", batch.columns(), handed()).unwrap();
    for form in FORMS {
        let (bytes, _) = written(&gate, &batch, form);
        for secret in ["110101199001010018", "13900000000", "示例北路", "\"id\"", "39.9087"] {
            let found = bytes.windows(secret.len()).any(|run| run == secret.as_bytes());
            assert!(!found, "{secret} in {form:?}");
        }
        let (again, _) = written(&gate, &batch, form);
        assert_eq!(bytes, again, "the same rows give the same bytes: {form:?}");
    }
}

fn read_back(form: Out, bytes: Vec<u8>) -> RecordBatch {
    let one = |mut batches: Vec<RecordBatch>| batches.pop().unwrap();
    match form {
        Out::Parquet => {
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
            one(reader.unwrap().build().unwrap().map(Result::unwrap).collect())
        }
        _ => {
            let reader = arrow_ipc::reader::FileReader::try_new(std::io::Cursor::new(bytes), None);
            one(reader.unwrap().map(Result::unwrap).collect())
        }
    }
}

#[test]
fn parquet_arrow_and_csv_hold_the_same_rows() {
    let permit = permit(&fields(), RowRules::default());
    let standing = standing(&permit);
    let batch = rows();
    let gate = Gate::open(&standing, "guests.csv", batch.columns(), handed()).unwrap();
    let passed = pass(&gate, &batch).unwrap();
    let (csv, _) = written(&gate, &batch, Out::Csv);
    let mut csv = csv::Reader::from_reader(csv.as_slice());
    let names: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(names, ["note", "name", "phone", "born", "home", "spot", "age"]);
    let lines: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    for form in [Out::Parquet, Out::Arrow] {
        let back = read_back(form, written(&gate, &batch, form).0);
        assert_eq!(back.num_rows() as u64, passed.report.rows_out);
        assert_eq!(back.schema().fields(), gate.schema().fields());
        for (place, array) in back.columns().iter().enumerate() {
            for (row, value) in array.as_string::<i32>().iter().enumerate() {
                assert_eq!(value.unwrap_or_default(), &lines[row][place], "{form:?}");
            }
        }
    }
}

#[test]
fn typed_columns_keep_their_types() {
    let keep = Transform::Keep {};
    let fields = [
        (None, "n", Form::Integer, keep.clone()),
        (None, "x", Form::Number, keep.clone()),
        (None, "cut", Form::Number, Transform::Truncate { decimals: 2 }),
        (None, "yes", Form::Boolean, keep.clone()),
        (None, "day", Form::Day, keep.clone()),
        (None, "at", Form::Instant, keep.clone()),
        (None, "raw", Form::Binary, keep),
        (None, "month", Form::Day, Transform::Generalise { to: Coarse::Month }),
        (None, "fixed", Form::Other, Transform::Drop {}),
        (None, "mark", Form::Integer, Transform::Constant { value: "例".into() }),
    ];
    let permit = permit(&fields, RowRules::default());
    let standing = standing(&permit);
    let raw = [Span { start: 0, end: 2 }, Span::NULL];
    let cells: Vec<(&str, Declared, Cells<'_>)> = vec![
        ("n", Declared::Integer, Cells::Integers(&[Some(5), None])),
        ("x", Declared::Number, Cells::Floats(&[Some(0.1), Some(f64::NAN)])),
        ("cut", Declared::Number, Cells::Floats(&[Some(39.9087), None])),
        ("yes", Declared::Boolean, Cells::Booleans(&[Some(true), None])),
        ("day", Declared::Day, Cells::Days(&[Some(20_000), None])),
        ("at", Declared::Instant, Cells::Instants(&[Some(1_500_000), None])),
        ("raw", Declared::Binary, Cells::Binary { bytes: b"\x00\xff", spans: &raw }),
        ("month", Declared::Day, Cells::Days(&[Some(20_000), None])),
        ("fixed", Declared::Other, Cells::Opaque),
        ("mark", Declared::Integer, Cells::Integers(&[Some(1), None])),
    ];
    let columns: Vec<_> = cells.iter().map(|(name, kind, _)| column(name, *kind)).collect();
    let columns_of: Vec<ColumnCells<'_>> = columns
        .iter()
        .zip(&cells)
        .map(|(column, (_, _, cells))| ColumnCells { column, cells: *cells })
        .collect();
    let gate = Gate::open(&standing, "t", &columns, handed()).unwrap();
    let batch = Batch { table: "t", columns: &columns_of, rows: 2 };
    let passed = gate.pass(&batch, &mut everybody).unwrap();
    let text = |form| {
        let mut outlet = Outlet::new(&gate, form, Vec::new());
        outlet.write(&passed).unwrap();
        outlet.finish(&gate, &passed.report, 0).unwrap().0
    };
    let json = String::from_utf8(text(Out::JsonLines)).unwrap();
    let first = concat!(
        r#"{"n":5,"x":0.1,"cut":39.9,"yes":true,"day":"2024-10-04","#,
        r#""at":"1970-01-01T00:00:01.5","raw":"00ff","month":"2024-10","mark":"例"}"#
    );
    assert_eq!(json.lines().next().unwrap(), first);
    assert_eq!(json.lines().nth(1).unwrap().matches("null").count(), 8);
    let csv = String::from_utf8(text(Out::Csv)).unwrap();
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        "5,0.1,39.9,true,2024-10-04,1970-01-01T00:00:01.5,00ff,2024-10,例"
    );
    let back = read_back(Out::Parquet, text(Out::Parquet));
    assert_eq!(back.schema().fields(), gate.schema().fields());
    assert!(back.column(0).is_null(1));
}

#[test]
fn an_empty_source_gives_an_empty_file_with_its_names() {
    let permit = permit(&fields(), RowRules::default());
    let standing = standing(&permit);
    let gate = Gate::open(&standing, "guests.csv", rows().columns(), handed()).unwrap();
    for form in FORMS {
        let outlet = Outlet::new(&gate, form, Vec::new());
        let (bytes, written) = outlet.finish(&gate, &kouan_gate::Report::default(), 0).unwrap();
        assert_eq!((written.rows, written.columns.len()), (0, 7));
        assert_eq!(bytes.is_empty(), form == Out::JsonLines);
    }
}

#[test]
fn any_bytes_pass_as_text_or_not_at_all() {
    let mut dice = crate::leaks::Dice(0x5eed);
    let permit = permit(&fields(), RowRules::default());
    let standing = standing(&permit);
    let gate = Gate::open(&standing, "guests.csv", rows().columns(), handed()).unwrap();
    let columns: Vec<_> = NAMES.iter().map(|name| column(name, Declared::Nothing)).collect();
    for _ in 0..300 {
        let bytes: Vec<u8> = (0..400).map(|_| dice.below(256) as u8).collect();
        let spans: Vec<Vec<Span>> = (0..8)
            .map(|_| {
                let span = |_| {
                    let (a, b) = (dice.below(450) as u32, dice.below(450) as u32);
                    Span { start: a.min(b), end: a.max(b) }
                };
                (0..10).map(span).collect()
            })
            .collect();
        let columns: Vec<ColumnCells<'_>> = columns
            .iter()
            .zip(&spans)
            .map(|(column, spans)| ColumnCells {
                column,
                cells: Cells::Text { bytes: &bytes, spans },
            })
            .collect();
        let batch = Batch { table: "guests.csv", columns: &columns, rows: 10 };
        let passed = gate.pass(&batch, &mut everybody).unwrap();
        for form in FORMS {
            let mut outlet = Outlet::new(&gate, form, Vec::new());
            outlet.write(&passed).unwrap();
            let (bytes, _) = outlet.finish(&gate, &passed.report, 0).unwrap();
            let text = matches!(form, Out::Csv | Out::JsonLines);
            assert!(!text || std::str::from_utf8(&bytes).is_ok());
        }
    }
}
