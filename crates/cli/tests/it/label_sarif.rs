//! What `label check` gives as SARIF is what the schema of SARIF 2.1.0 allows: of each object that
//! is used here, the members that it may have, those that it has to have, and the closed words.

use serde_json::Value;

use crate::labels::png;
use crate::program::{kouan_in, scratch};

/// An object of the schema: where it stands, the members it may have and, with `!`, has to have.
/// Objects of the schema allow no further members.
const OBJECTS: &[(&str, &str)] = &[
    ("", "$schema version! runs! inlineExternalProperties properties"),
    ("/runs/*", "tool! columnKind results artifacts language taxonomies invocations properties"),
    ("/runs/*/tool", "driver! extensions properties"),
    ("/runs/*/tool/driver", "name! version semanticVersion informationUri rules organization"),
    (
        "/runs/*/tool/driver/rules/*",
        "id! name shortDescription fullDescription help helpUri defaultConfiguration properties",
    ),
    ("/runs/*/tool/driver/rules/*/shortDescription", "text! markdown properties"),
    ("/runs/*/tool/driver/rules/*/defaultConfiguration", "level enabled rank parameters"),
    ("/runs/*/results/*", "ruleId ruleIndex kind level message! locations fingerprints properties"),
    ("/runs/*/results/*/message", "text markdown id arguments properties"),
    ("/runs/*/results/*/locations/*", "id physicalLocation logicalLocations message properties"),
    (
        "/runs/*/results/*/locations/*/physicalLocation",
        "artifactLocation region contextRegion address properties",
    ),
    (
        "/runs/*/results/*/locations/*/physicalLocation/artifactLocation",
        "uri uriBaseId index description properties",
    ),
];

const LEVELS: [&str; 4] = ["none", "note", "warning", "error"];

/// Every object of a document with its place, numbers of lists left open.
fn objects<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            found.push((at.to_owned(), value));
            for (name, member) in members {
                objects(member, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(members) => {
            for member in members {
                objects(member, &format!("{at}/*"), found);
            }
        }
        _ => {}
    }
}

fn held(log: &Value) {
    let mut all = Vec::new();
    objects(log, "", &mut all);
    for (at, object) in all {
        let known = OBJECTS.iter().find(|(place, _)| *place == at);
        assert!(known.is_some(), "no such object: {at}");
        let (_, members) = known.unwrap();
        let allowed: Vec<&str> =
            members.split(' ').map(|name| name.trim_end_matches('!')).collect();
        for name in object.as_object().unwrap().keys() {
            assert!(allowed.contains(&name.as_str()), "{at} has {name}");
        }
        for name in members.split(' ').filter_map(|name| name.strip_suffix('!')) {
            assert!(object.get(name).is_some(), "{at} lacks {name}");
        }
        if let Some(level) = object.get("level") {
            assert!(LEVELS.contains(&level.as_str().unwrap()), "{at}: {level}");
        }
        if let Some(uri) = object.get("uri").and_then(Value::as_str) {
            let is_plain = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c);
            assert!(uri.chars().all(is_plain), "{uri}");
        }
    }
    assert_eq!(log.get("version").and_then(Value::as_str), Some("2.1.0"));
}

#[test]
fn findings_of_every_kind_fit_the_schema() {
    let folder = scratch("label-sarif-schema");
    for name in ["none.png", "a b\u{7532}.png", "named.png", "good.png"] {
        std::fs::write(folder.join(name), png()).unwrap();
    }
    std::fs::write(folder.join("cut.png"), png().into_iter().take(40).collect::<Vec<u8>>())
        .unwrap();
    std::fs::write(folder.join("odd.jpg"), png()).unwrap();
    let code = "001191350100M000100Y4300000";
    for (file, producer) in [("named.png", "例某"), ("good.png", code)] {
        let words = ["label", "add", file, "--producer", producer, "--content-id", "1"];
        assert_eq!(kouan_in(&folder, &words).code, 0);
    }
    let run = kouan_in(&folder, &["label", "check", ".", "--as", "sarif", "--lint"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    held(&log);
    for code in ["LB104", "LB117", "LB201", "LB222"] {
        assert!(run.stdout.contains(&format!("\"ruleId\": \"{code}\"")), "{code}");
    }
    // Nothing found is a log, too.
    let run = kouan_in(&folder, &["label", "check", "good.png", "--as", "sarif"]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    held(&log);
    assert_eq!(log.pointer("/runs/0/results").and_then(Value::as_array).map(Vec::len), Some(0));
}
