//! The Open Data Contract Standard: 3.0 to 3.2 are read, 3.1.0 is written.
//!
//! What an inventory knows and the standard does not stands in `customProperties`, each with the
//! prefix `kouan`.

use kouan_table::{Column, Key};
use kouan_terms::Diagnostic;
use serde_json::{Map, Value, json};

use super::{Claim, Contents, Found, Gathering, declared, marks, text_of};
use crate::inventory::{Answer, ColumnSeen, Inventory, Level, Mode, TableSeen, digest};

/// The version that is written.
const VERSION: &str = "v3.1.0";

/// Reads a contract.
pub fn read(document: &Value) -> Result<Contents, Diagnostic> {
    let version = text_of(document.get("apiVersion")).unwrap_or_default();
    let known = ["3.0", "3.1", "3.2"].iter().any(|known| {
        let rest = version.trim_start_matches('v').strip_prefix(known);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    if !known {
        let shown: String = version.chars().take(20).collect();
        return Err(Diagnostic::error("SC242").with("version", shown));
    }
    let mut all = Gathering::default();
    for object in list(document, "schema") {
        let mut found = Vec::new();
        for property in list(object, "properties") {
            properties(property, "", &mut found);
        }
        let name = named(object).unwrap_or_default();
        all.table(name, text_of(object.get("description")), found)?;
    }
    Ok(all.contents)
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The name in the database where the contract knows it: a scan finds it under that name.
fn named(value: &Value) -> Option<String> {
    text_of(value.get("physicalName")).or_else(|| text_of(value.get("name")))
}

/// A property and what is nested in it: `a.b` below an object, `a[].b` below a list. The depth is
/// limited by the parsers.
fn properties(property: &Value, above: &str, found: &mut Vec<Found>) {
    let own = named(property).unwrap_or_else(|| format!("({})", found.len() + 1));
    let name = format!("{above}{own}");
    let before = found.len();
    for below in list(property, "properties") {
        properties(below, &format!("{name}."), found);
    }
    if let Some(item) = property.get("items") {
        for below in list(item, "properties") {
            properties(below, &format!("{name}[]."), found);
        }
    }
    let (claim, decision) = marks_of(property);
    if found.len() > before {
        // What is said of the whole is said of its parts.
        for part in found.iter_mut().skip(before) {
            part.claim = std::mem::take(&mut part.claim).or(claim.clone());
        }
    } else {
        found.push(Found { column: column(name, property), claim, decision });
    }
}

fn column(name: String, property: &Value) -> Column {
    let flag = |key: &str| property.get(key).and_then(Value::as_bool) == Some(true);
    let key = match (flag("primaryKey"), flag("unique")) {
        (true, _) => Some(Key::Primary),
        (false, true) => Some(Key::Unique),
        _ => None,
    };
    let word =
        text_of(property.get("logicalType")).or_else(|| text_of(property.get("physicalType")));
    let (declared, bounded) = declared::of_word(&word.unwrap_or_default());
    let length = property.pointer("/logicalTypeOptions/maxLength").and_then(Value::as_u64);
    let physical = text_of(property.get("physicalType")).map(|word| declared::of_word(&word));
    Column {
        name: name.into(),
        position: 0,
        declared,
        comment: text_of(property.get("description")).map(Into::into),
        key,
        length_max: length
            .and_then(|length| u32::try_from(length).ok())
            .or(bounded)
            .or(physical.and_then(|(_, bounded)| bounded)),
    }
}

fn marks_of(property: &Value) -> (Claim, Option<marks::Decision>) {
    let ours = |name: &str| {
        let held = list(property, "customProperties")
            .find(|one| one.get("property").and_then(Value::as_str) == Some(name));
        text_of(held.and_then(|one| one.get("value")))
    };
    let decision = marks::decision(|part| match part {
        "as" => ours("kouanSettledAs"),
        "by" => ours("kouanSettledBy"),
        "why" => ours("kouanSettledWhy"),
        _ => ours("kouanSettledOn"),
    });
    let (personal, sensitive) = (ours("kouanPersonal"), ours("kouanSensitive"));
    let known = personal.is_some();
    let mut claim = marks::ours(personal.as_deref(), sensitive.as_deref(), ours("kouanClass"));
    for custom in list(property, "customProperties") {
        let key = text_of(custom.get("property")).unwrap_or_default();
        if let Some(value) = custom.get("value").filter(|_| !key.starts_with("kouan")) {
            claim = claim.or(marks::claim(&key, value));
        }
    }
    if let Some(tags) = property.get("tags") {
        claim = claim.or(marks::claim("tags", tags));
    }
    // Where we said it ourselves, the classification repeats it.
    if let Some(word) = text_of(property.get("classification")).filter(|_| !known) {
        claim = claim.or(marks::words(&word));
    }
    (claim, decision)
}

/// Writes an inventory as a contract, in YAML.
///
/// # Errors
///
/// SC223 when it cannot be written, or does not read back as it was written.
pub fn to_odcs(inventory: &Inventory) -> Result<String, Diagnostic> {
    let contract = contract(inventory);
    let text = serde_saphyr::to_string(&contract).map_err(|_| Diagnostic::error("SC223"))?;
    // Whoever reads it next must find what was meant: a name such as `no` or `0123` stays a name.
    let again = super::yaml(&text).map_err(|_| Diagnostic::error("SC223"))?;
    if again == contract { Ok(text) } else { Err(Diagnostic::error("SC223")) }
}

fn contract(inventory: &Inventory) -> Value {
    let mut names = String::new();
    for table in &inventory.tables {
        names.push_str(&table.name);
        for column in &table.columns {
            names.push('\n');
            names.push_str(&column.name);
        }
        names.push_str("\n\n");
    }
    let id: String = digest(&names).chars().take(16).collect();
    let mode = match inventory.mode {
        Mode::Full => "full",
        Mode::Sample => "sample",
        Mode::Metadata => "metadata",
    };
    let custom = [
        ("kouanSchema", Some(json!(inventory.schema))),
        ("kouanOn", Some(json!(inventory.on))),
        ("kouanRulebook", Some(json!(inventory.rulebook.version))),
        ("kouanMode", Some(json!(mode))),
    ];
    json!({
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": format!("kouan-{id}"),
        "version": inventory.on,
        "status": "draft",
        "schema": inventory.tables.iter().map(object).collect::<Vec<_>>(),
        "customProperties": custom_properties(custom),
    })
}

fn object(table: &TableSeen) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(table.name));
    object.insert("physicalName".to_owned(), json!(table.name));
    object.insert("logicalType".to_owned(), json!("object"));
    let physical = if table.kind == "view" { "view" } else { "table" };
    object.insert("physicalType".to_owned(), json!(physical));
    if let Some(comment) = &table.comment {
        object.insert("description".to_owned(), json!(comment));
    }
    let properties: Vec<Value> = table.columns.iter().map(property).collect();
    object.insert("properties".to_owned(), json!(properties));
    if let Some(persons) = &table.persons {
        let custom = [
            ("kouanPersonsAtLeast", Some(json!(persons.all.at_least))),
            ("kouanPersonsAtMost", Some(json!(persons.all.at_most))),
        ];
        object.insert("customProperties".to_owned(), custom_properties(custom));
    }
    Value::Object(object)
}

fn property(column: &ColumnSeen) -> Value {
    let mut property = Map::new();
    property.insert("name".to_owned(), json!(column.name));
    property.insert("physicalName".to_owned(), json!(column.name));
    let (logical, physical) = type_words(column.declared.as_deref());
    if let Some(logical) = logical {
        property.insert("logicalType".to_owned(), json!(logical));
    }
    if let Some(physical) = physical {
        property.insert("physicalType".to_owned(), json!(physical));
    }
    if let Some(comment) = &column.comment {
        property.insert("description".to_owned(), json!(comment));
    }
    property.insert("classification".to_owned(), json!(classification(column)));
    let standing = column.standing.as_ref();
    let settled = column.settled.as_ref();
    let text = |text: Option<&str>| text.map(|text| json!(text));
    let custom = [
        ("kouanClass", text(column.class.as_deref())),
        ("kouanPersonal", Some(json!(answer(column.personal)))),
        ("kouanSensitive", Some(json!(answer(column.sensitive)))),
        ("kouanLevel", Some(json!(level(column.level)))),
        ("kouanDecidedBy", text(standing.and_then(|one| one.decided_by.as_deref()))),
        ("kouanRegimesDisagree", standing.filter(|one| one.disagree).map(|_| json!(true))),
        ("kouanGrade", standing.and_then(|one| one.grade).map(|grade| json!(grade))),
        ("kouanSubject", text(column.subject.as_deref())),
        ("kouanSettledAs", text(settled.map(|one| one.class.as_str()))),
        ("kouanSettledBy", text(settled.map(|one| one.by.as_str()))),
        ("kouanSettledWhy", text(settled.map(|one| one.why.as_str()))),
        ("kouanSettledOn", text(settled.map(|one| one.on.as_str()))),
    ];
    property.insert("customProperties".to_owned(), custom_properties(custom));
    Value::Object(property)
}

fn custom_properties<const N: usize>(custom: [(&str, Option<Value>); N]) -> Value {
    let all = custom
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| json!({ "property": name, "value": value })));
    Value::Array(all.collect())
}

/// The logical type, or the physical one where the standard has no logical one.
fn type_words(declared: Option<&str>) -> (Option<&str>, Option<&str>) {
    match declared {
        Some("text") => (Some("string"), None),
        Some("day") => (Some("date"), None),
        Some("instant") => (Some("timestamp"), None),
        Some(same @ ("integer" | "number" | "boolean")) => (Some(same), None),
        other => (None, other),
    }
}

/// The word of the standard's free classification.
fn classification(column: &ColumnSeen) -> &'static str {
    match (column.personal, column.sensitive) {
        (Answer::No, _) => "not-personal-information",
        (Answer::Yes, Answer::Yes) => "sensitive-personal-information",
        (Answer::Yes, Answer::No) => "personal-information",
        (Answer::Yes, Answer::Unsure) => "personal-information-perhaps-sensitive",
        (Answer::Unsure, _) => "perhaps-personal-information",
    }
}

/// Yes, no or unsure, as in the inventory.
pub fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::No => "no",
        Answer::Unsure => "unsure",
        Answer::Yes => "yes",
    }
}

/// How sure, as in the inventory.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Sure => "sure",
        Level::Likely => "likely",
        Level::Unsure => "unsure",
        Level::Settled => "settled",
    }
}
