use proptest::prelude::*;

use super::*;

fn contract(properties: &str) -> String {
    format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: t\nversion: 1.0.0\nstatus: draft\nschema:\n\
         - name: guests\n  properties:\n{properties}"
    )
}

fn code(file: &str, text: &str) -> &'static str {
    read(file, text).expect_err("is refused").code.0
}

fn claimed(property: &str) -> Option<Claim> {
    let text = contract(&format!("  - name: x\n{property}"));
    let contents = read("c.yaml", &text).expect("reads");
    contents.claims.get("guests:x").cloned()
}

#[test]
fn what_is_no_contract_is_refused_with_its_reason() {
    assert_eq!(code("c.yaml", "a: [1, 2"), "SC240");
    assert_eq!(code("c.json", "{\"a\": "), "SC240");
    assert_eq!(code("c.yaml", "a: 1"), "SC241");
    assert_eq!(code("c.yaml", "[1, 2]"), "SC241");
    assert_eq!(code("c.yaml", ""), "SC241");
    assert_eq!(code("c.yaml", "kind: DataContract\napiVersion: v2.2.2"), "SC242");
    assert_eq!(code("c.yaml", "kind: DataContract\napiVersion: v3.10.0"), "SC242");
    assert_eq!(code("c.yaml", "kind: DataContract\napiVersion: v3.0.2"), "SC245");
    let dbt = |version: &str| {
        let schema = format!("https://example.invalid/dbt/{version}.json");
        serde_json::json!({ "metadata": { "dbt_schema_version": schema } }).to_string()
    };
    assert_eq!(code("m.json", &dbt("manifest/v3")), "SC242");
    assert_eq!(code("m.json", &dbt("manifest/v12")), "SC245");
    assert_eq!(code("m.json", &dbt("catalog/v1")), "SC241");
}

#[test]
fn limits_hold_at_the_limit() {
    let comment = |bytes: usize| format!("{}\n", "#".repeat(bytes - 1));
    assert_eq!(code("c.yaml", &comment(YAML_BYTES_MAX)), "SC241");
    assert_eq!(code("c.yaml", &comment(YAML_BYTES_MAX + 1)), "SC243");
    let columns = |count: usize| {
        let columns: Vec<Value> =
            (0..count).map(|place| serde_json::json!({ "name": format!("c{place}") })).collect();
        serde_json::json!({
            "kind": "DataContract", "apiVersion": "v3.1.0",
            "schema": [{ "name": "t", "properties": columns }],
        })
        .to_string()
    };
    let read_columns = read("c.json", &columns(COLUMNS_MAX)).expect("is at the limit");
    assert_eq!(read_columns.tables[0].columns.len(), COLUMNS_MAX);
    assert_eq!(code("c.json", &columns(COLUMNS_MAX + 1)), "SC244");
    assert_eq!(code("c.yaml", &format!("a: {}", "[".repeat(100))), "SC240");
    assert_eq!(code("c.json", &format!("{{\"a\": {}", "[".repeat(10_000))), "SC240");
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n\
        c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n\
        e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    assert_eq!(code("c.yaml", bomb), "SC240");
}

#[test]
fn a_mistake_is_said_by_its_place_alone() {
    let text = "kind: DataContract\nexamples: [\"甲一\", 例某\nschema: }";
    let finding = read("c.yaml", text).expect_err("is refused");
    assert!(!format!("{finding:?}").contains('某'), "{finding:?}");
    assert_eq!(finding.values.first().map(|(_, value)| value.as_str()), Some("YAML"));
}

#[test]
fn names_stay_names_and_apart() {
    let text = contract(
        "  - name: 0755\n  - name: 1_000\n  - name: no\n  - name: a\n  - name: a\n  - {}\n\
         \x20 - name: address\n    properties:\n    - name: city\n      properties:\n\
         \x20     - name: code\n  - name: tags\n    logicalType: array\n    items:\n\
         \x20     properties:\n      - name: tag\n",
    );
    let contents = read("c.yaml", &text).expect("reads");
    let names: Vec<&str> = contents.tables[0].columns.iter().map(|column| &*column.name).collect();
    let wanted = ["0755", "1_000", "no", "a", "a#2", "(6)", "address.city.code", "tags[].tag"];
    assert_eq!(names, wanted);
}

#[test]
fn what_others_declare_is_heard() {
    let personal = Claim { personal: true, ..Claim::default() };
    let sensitive = Claim { sensitive: true, ..personal.clone() };
    for (property, claim) in [
        ("    classification: PII\n", Some(&personal)),
        ("    classification: 个人信息\n", Some(&personal)),
        ("    classification: sensitive\n", Some(&personal)),
        ("    classification: personal-information\n", Some(&personal)),
        ("    classification: sensitive-personal-information\n", Some(&sensitive)),
        ("    classification: 敏感个人信息\n", Some(&sensitive)),
        ("    tags: [finance, pii]\n", Some(&personal)),
        ("    classification: confidential\n", None),
        ("    classification: not-personal-information\n", None),
        ("    classification: non-PII\n", None),
        ("    classification: 非个人信息\n", None),
        ("    tags: [finance, shipping]\n", None),
    ] {
        assert_eq!(claimed(property).as_ref(), claim, "{property}");
    }
    for (key, value, held) in [
        ("pii", "true", true),
        ("containsPii", "\"yes\"", true),
        ("contains_pii", "email", true),
        ("pii", "false", false),
        ("pii", "none", false),
        ("sensitive", "true", true),
        ("sensitive", "low", false),
        ("privacy", "{ level: PII }", true),
        ("owner", "true", false),
        ("note", "personal", false),
    ] {
        let custom =
            format!("    customProperties:\n    - property: {key}\n      value: {value}\n");
        let held_now = claimed(&custom).is_some_and(|claim| claim.personal);
        assert_eq!(held_now, held, "{key}: {value}");
    }
}

#[test]
fn a_decision_needs_its_name_reason_and_day() {
    let decided = |parts: &[(&str, &str)]| {
        let mut text = "    customProperties:\n".to_owned();
        for (part, value) in parts {
            text.push_str(&format!("    - property: kouanSettled{part}\n      value: {value}\n"));
        }
        let text = contract(&format!("  - name: x\n{text}"));
        let contents = read("c.yaml", &text).expect("reads");
        (contents.settled.len(), contents.unsigned.len())
    };
    let whole = [("As", "mobile"), ("By", "例某"), ("Why", "已核对"), ("On", "2026-11-22")];
    assert_eq!(decided(&whole), (1, 0));
    assert_eq!(decided(&whole[..3]), (0, 1));
    assert_eq!(decided(&[whole[0], whole[1], whole[2], ("On", "2026-02-30")]), (0, 1));
}

#[test]
fn types_of_other_tools_are_known_by_their_words() {
    use kouan_table::Declared;
    for (word, wanted) in [
        ("VARCHAR(20)", (Declared::Text, Some(20))),
        ("character varying(64)", (Declared::Text, Some(64))),
        ("NUMBER(38,0)", (Declared::Number, None)),
        ("timestamp with time zone", (Declared::Instant, None)),
        ("INT64", (Declared::Integer, None)),
        ("STRUCT<a STRING>", (Declared::Other, None)),
        ("", (Declared::Nothing, None)),
    ] {
        assert_eq!(declared::of_word(word), wanted, "{word}");
    }
}

#[test]
fn a_formula_is_no_formula_in_csv() {
    for (cell, wanted) in [
        ("name", "name"),
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("－1", "'－1"),
        ("a,b", "\"a,b\""),
        ("\"", "\"\"\"\""),
        ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
        ("\r=1", "\"'\r=1\""),
    ] {
        assert_eq!(lines::escaped(cell), wanted);
    }
}

proptest! {
    #[test]
    fn any_text_never_panics(text in any::<String>(), json in any::<bool>()) {
        let _ = read(if json { "x.json" } else { "x.yaml" }, &text);
        let _ = read("x.yaml", &contract(&format!("  - name: {text}\n")));
        let _ = marks::words(&text);
        let _ = declared::of_word(&text);
    }
}
