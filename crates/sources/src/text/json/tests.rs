//! Values of JSON in every form, cut into tiny blocks.

use std::collections::BTreeMap;

use kouan_table::{Cells, Tally};
use proptest::prelude::*;

use super::*;

/// Per table its rows, each the cells that are not null.
type Tables = BTreeMap<String, Vec<BTreeMap<String, String>>>;

fn read(text: &str, block: usize, rows_max: usize) -> (Tables, Tally) {
    let (form, list) = form(text.as_bytes(), true, true).expect("JSON");
    let plan = Plan { rows_max, list: list.map(Arc::new), ..plan(form, block) };
    collect(plan, text.as_bytes())
}

fn plan(form: Form, block: usize) -> Plan {
    Plan {
        name: "t".into(),
        form,
        decode: Decode::Utf8,
        sizes: Sizes { block, record: 1 << 16 },
        cell_bytes: 1000,
        rows_max: 10,
        pool: Pool::default(),
        list: None,
    }
}

fn collect(plan: Plan, text: &[u8]) -> (Tables, Tally) {
    let content = Content::memory(text.to_vec());
    let mut rows = JsonRows::new(plan, &content, Want::Everything);
    let (mut tables, mut tally) = (Tables::new(), Tally::default());
    while let Some(block) = kouan_table::Rows::next(&mut rows).unwrap() {
        let one = block
            .read(&mut |batch| {
                let table = tables.entry(batch.table.to_owned()).or_default();
                let start = table.len();
                table.resize(start + batch.rows, BTreeMap::new());
                for column in batch.columns {
                    let Cells::Text { bytes, spans } = column.cells else { panic!("no text") };
                    assert_eq!(spans.len(), batch.rows);
                    for (row, span) in table[start..].iter_mut().zip(spans) {
                        if let Some(cell) = span.of(bytes) {
                            let cell = String::from_utf8(cell.to_vec()).unwrap();
                            row.insert(column.column.name.to_string(), cell);
                        }
                    }
                }
            })
            .unwrap();
        tally.add(one);
    }
    (tables, tally)
}

fn shown(tables: &Tables) -> Vec<String> {
    let mut lines = Vec::new();
    for (table, rows) in tables {
        for row in rows {
            let cells: Vec<String> =
                row.iter().map(|(name, cell)| format!("{name}={cell}")).collect();
            lines.push(format!("{table}: {}", cells.join(" ")));
        }
    }
    lines
}

#[test]
fn paths_become_columns_and_lists_become_tables() {
    let line = r#"{"id":12345678901234567890,"who":{"name":"甲\u4e00","tel":["1","2"]},
        "items":[{"no":1,"tags":[true]},{"no":2.50}],"none":null,"empty":[],"o":{}}"#;
    let expected = [
        "t: id=12345678901234567890 who.name=甲一",
        "t#items[]: no=1",
        "t#items[]: no=2.50",
        "t#items[].tags[]: tags=true",
        "t#who.tel[]: tel=1",
        "t#who.tel[]: tel=2",
    ];
    let line = line.replace('\n', "");
    for text in [
        line.clone(),
        format!("{line}\n"),
        format!("[{line}]"),
        format!(" [\n{line}\n]\n"),
        line.replace(',', ",\n"),
    ] {
        let (tables, tally) = read(&text, 5, 100);
        assert_eq!(shown(&tables), expected);
        assert_eq!(tally, Tally { rows: 1, ..Tally::default() });
    }
}

#[test]
fn a_list_that_goes_past_the_first_bytes_is_read_element_by_element() {
    let text = r#"{"total":2,"who":{"x":[1]},"data":[{"id":1,"l":[3]},{"id":2}],"more":{"x":[1]}}"#;
    let expected =
        ["t: total=2", "t#data[]: id=1", "t#data[]: id=2", "t#data[].l[]: l=3", "t#who.x[]: x=1"];
    let (form, list) = form(&text.as_bytes()[..45], false, true).unwrap();
    let listed = Plan { form, list: list.map(Arc::new), ..plan(Form::Lines, 3) };
    assert_eq!(tables(&listed, text.as_bytes()).len(), 4);
    let (tables, tally) = collect(listed, text.as_bytes());
    assert_eq!(shown(&tables), expected);
    assert_eq!(tally.rows, 3);
    let text = r#"{"ok":true,"result":{"n":1,"data":[{"id":1}]}}"#;
    let (form, list) = super::form(&text.as_bytes()[..40], false, true).unwrap();
    let (tables, _) =
        collect(Plan { form, list: list.map(Arc::new), ..plan(Form::Lines, 3) }, text.as_bytes());
    assert_eq!(shown(&tables), ["t: ok=true result.n=1", "t#result.data[]: id=1"]);
    // What is seen to its end is one value.
    let (tables, _) = read(r#"{"a":[{"id":1}],"b":[{"id":2}]}"#, 3, 100);
    assert_eq!(shown(&tables), ["t: ", "t#a[]: id=1", "t#b[]: id=2"]);
}

#[test]
fn malformed_values_are_counted_and_passed_over() {
    let text = "{\"id\":1,\"l\":[1]}\n{\"id\":2,\"l\":[2],\n{\"id\":3} x\nnonsense\n\n{\"id\":4}\n";
    for block in [1, 20, 1000] {
        let (tables, tally) = read(text, block, 100);
        assert_eq!(shown(&tables), ["t: id=1", "t: id=4", "t#l[]: l=1"]);
        assert_eq!((tally.rows, tally.lost_rows), (2, 3));
    }
    let (tables, tally) = read(r#"[{"id":1},{"id":tru},{"id":3}]"#, 2, 100);
    assert_eq!(shown(&tables), ["t: id=1", "t: id=3"]);
    assert_eq!(tally.lost_rows, 1);
}

#[test]
fn keys_that_are_data_are_cells() {
    let text = r#"{"users":{"13900001234":{"name":"甲一"},"13900001235":{"name":"乙二"}}}"#;
    let (tables, _) = read(text, 5, 100);
    assert_eq!(
        shown(&tables),
        ["t: ", "t#users{}: (key)=13900001234 name=甲一", "t#users{}: (key)=13900001235 name=乙二"]
    );
}

#[test]
fn long_cells_are_cut_and_deep_values_are_lost() {
    let (tables, tally) = read(&format!("[{{\"a\":\"{}\"}}]", "x".repeat(1001)), 5, 100);
    assert_eq!((tables["t"][0]["a"].len(), tally.cut_cells), (1000, 1));
    let deep = |levels: usize| {
        read(&format!("[{{\"a\":{}1{}}}]", "[".repeat(levels), "]".repeat(levels)), 5, 9).1
    };
    assert_eq!(deep(limits::SCHEMA_DEPTH - 1).lost_rows, 0);
    assert_eq!(deep(limits::SCHEMA_DEPTH).lost_rows, 1);
}

#[test]
fn what_is_no_json_is_not_taken_for_it() {
    for text in ["id,name\n1,a\n", "[id],name\n", "{a},b\n", "", "  \n", "\"a\",\"b\"\n1,2\n"] {
        assert_eq!(form(text.as_bytes(), true, false), None, "{text}");
    }
}

#[test]
fn cells_that_are_not_utf8_are_counted() {
    let (tables, tally) =
        collect(plan(Form::Lines, 8), b"{\"a\":\"x\xFFy\",\"b\":\"\\n\xFE\"}\n{\"a\":\"z\"}\n");
    assert_eq!(shown(&tables), ["t: a=x\u{FFFD}y b=\n\u{FFFD}", "t: a=z"]);
    assert_eq!(tally.undecodable_cells, 2);
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[a\"\\\\甲\n\u{1F600}]{0,6}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]|\"\n", inner, 0..4)
                .prop_map(|map| Value::from(serde_json::Map::from_iter(map))),
        ]
    });
    proptest::collection::btree_map("[a-d]", value, 1..5)
        .prop_map(|map| Value::from(serde_json::Map::from_iter(map)))
}

/// The scalars of a value that are not null, as text.
fn scalars(value: &serde_json::Value, to: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::Null => {}
        Value::String(text) => to.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| scalars(value, to)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            if flatten::is_data(key) {
                to.push(key.clone());
            }
            scalars(value, to);
        }),
        other => to.push(other.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_scalar_is_handed_over_once(
        rows in proptest::collection::vec(values(), 1..8),
        pretty: bool,
        lines: bool,
        block in 1_usize..200,
        rows_max in 1_usize..5,
    ) {
        let text = if lines {
            rows.iter().map(|row| format!("{row}\n")).collect()
        } else if pretty {
            serde_json::to_string_pretty(&rows).unwrap()
        } else {
            serde_json::to_string(&rows).unwrap()
        };
        let (tables, tally) = read(&text, block, rows_max);
        prop_assert_eq!(tally, Tally { rows: rows.len() as u64, ..Tally::default() });
        let mut expected = Vec::new();
        rows.iter().for_each(|row| scalars(row, &mut expected));
        let mut seen: Vec<String> =
            tables.values().flatten().flat_map(|row| row.values().cloned()).collect();
        expected.sort();
        seen.sort();
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn any_text_never_panics(text in "[\\[\\]{}\",:a1tn \n\\\\-]{0,60}", block in 1_usize..30) {
        for start in ["{\"a\":", "[", "[{\"a\":[", ""] {
            let text = format!("{start}{text}");
            if form(text.as_bytes(), true, true).is_some() {
                read(&text, block, 3);
            }
        }
    }
}
