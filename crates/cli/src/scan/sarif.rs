//! Findings as SARIF 2.1.0, for the viewers of pull requests.

use kouan_scan::inventory::{Added, Answer, Inventory, full_name};
use serde_json::{Value, json};

use crate::sarif;

/// The rules, with what they say in English and in Chinese.
const RULES: [(&str, &str, &str, &str); 8] = [
    ("personal", "note", "holds personal information", "含个人信息"),
    ("sensitive", "warning", "holds sensitive personal information", "含敏感个人信息"),
    ("unsure", "warning", "may hold personal information", "可能含个人信息，尚不能确定"),
    ("new-personal", "error", "a new column holds personal information", "新增的列含个人信息"),
    ("new-unsure", "warning", "a new column may hold personal information", "新增的列尚不能确定"),
    ("became-personal", "error", "became personal information", "变为个人信息"),
    ("became-sensitive", "error", "became sensitive personal information", "变为敏感个人信息"),
    ("became-unsure", "warning", "can no longer be told", "变为不能确定"),
];

/// What an inventory holds: one result for each column that is personal, or may be.
pub fn of_inventory(inventory: &Inventory) -> String {
    let mut results = Vec::new();
    for table in &inventory.tables {
        for column in &table.columns {
            let rule = match (column.personal, column.sensitive) {
                (Answer::No, _) => continue,
                (Answer::Yes, Answer::Yes) => "sensitive",
                (Answer::Yes, Answer::No) => "personal",
                _ => "unsure",
            };
            let name = full_name(&table.name, &column.name);
            results.push(result(rule, &name, Some(&table.input), column.class.as_deref()));
        }
    }
    log(results)
}

/// What a change added.
pub fn of_changes(added: &[&Added]) -> String {
    let results = added
        .iter()
        .map(|one| result(one.change.word(), &one.name, None, one.class.as_deref()))
        .collect();
    log(results)
}

fn result(rule: &str, column: &str, input: Option<&str>, class: Option<&str>) -> Value {
    let known = RULES.iter().find(|(id, ..)| *id == rule);
    let (level, en, zh) =
        known.map_or(("warning", rule, rule), |(_, level, en, zh)| (*level, *en, *zh));
    let class = class.map(|class| format!(" ({class})")).unwrap_or_default();
    let logical = json!([{ "fullyQualifiedName": column, "kind": "column" }]);
    // An address of a database is no file that a viewer could open.
    let location = match input.filter(|input| !input.contains("://")) {
        None => json!({ "logicalLocations": logical }),
        Some(input) => json!({
            "logicalLocations": logical,
            "physicalLocation": { "artifactLocation": { "uri": sarif::uri(input) } },
        }),
    };
    json!({
        "ruleId": rule,
        "level": level,
        "message": { "text": format!("`{column}`: {en}{class} · {zh}") },
        "locations": [location],
    })
}

fn log(results: Vec<Value>) -> String {
    let rules = RULES
        .iter()
        .map(|(id, level, en, zh)| sarif::rule(id, &format!("{en} · {zh}"), level))
        .collect();
    sarif::log(rules, results)
}
