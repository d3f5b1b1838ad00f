//! The published schemas of what is permitted, held against files that the program wrote and reads.

use serde_json::{Map, Value, json};

use crate::accounting::{CHOICES, Hotel};
use crate::program::root;

fn published(name: &str) -> Value {
    let path = root().join("docs/reference").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Whether a value is what a schema allows; of JSON Schema, what our own schemas use. A keyword
/// that is not known here fails, so that nothing is passed over.
fn allows(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(schema) = schema.as_object() else { return schema.as_bool() == Some(true) };
    schema.iter().all(|(keyword, of)| match keyword.as_str() {
        "$schema" | "$defs" | "title" | "description" | "format" | "default" => true,
        "properties" | "required" | "additionalProperties" => true,
        "$ref" => {
            let path = of.as_str().unwrap().strip_prefix('#').unwrap();
            allows(root, root.pointer(path).unwrap(), value)
        }
        "type" => match of {
            Value::Array(types) => types.iter().any(|one| is(one.as_str().unwrap(), value)),
            one => is(one.as_str().unwrap(), value),
        },
        "const" => of == value,
        "enum" => of.as_array().unwrap().contains(value),
        "minimum" => value.as_f64().is_none_or(|number| number >= of.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= of.as_f64().unwrap()),
        "pattern" => value.is_string(),
        "items" => {
            value.as_array().is_none_or(|items| items.iter().all(|one| allows(root, of, one)))
        }
        "anyOf" => of.as_array().unwrap().iter().any(|one| allows(root, one, value)),
        "oneOf" => {
            let one = of.as_array().unwrap().iter().filter(|one| allows(root, one, value));
            one.count() == 1
        }
        other => panic_at(other),
    }) && value.as_object().is_none_or(|object| members(root, schema, object))
}

fn panic_at(keyword: &str) -> bool {
    assert_eq!(keyword, "", "a keyword that this test does not know");
    false
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    }
}

fn members(root: &Value, schema: &Map<String, Value>, object: &Map<String, Value>) -> bool {
    let known = schema.get("properties").and_then(Value::as_object);
    let required = schema.get("required").and_then(Value::as_array);
    let has = |key: &Value| object.contains_key(key.as_str().unwrap());
    required.is_none_or(|keys| keys.iter().all(has))
        && object.iter().all(|(key, value)| {
            match (known.and_then(|known| known.get(key)), schema.get("additionalProperties")) {
                (Some(of), _) => allows(root, of, value),
                (None, Some(of)) => allows(root, of, value),
                (None, None) => true,
            }
        })
}

fn check(schema: &Value, value: &Value) -> bool {
    allows(schema, schema, value)
}

#[test]
fn permits_that_the_program_writes_are_what_their_schema_says() {
    let schema = published("permit.schema.json");
    let hotel = Hotel::new("schemas");
    assert_eq!(hotel.permit("booking", &[]).code, 0);
    hotel.filed();
    for file in ["booking.json", "marketing.json"] {
        let text = std::fs::read_to_string(hotel.0.join(file)).unwrap();
        let permit: Value = serde_json::from_str(&text).unwrap();
        assert!(check(&schema, &permit), "{file}");
        let mut more = permit.clone();
        more["permit"]["force"] = json!(true);
        assert!(!check(&schema, &more), "an unknown key");
        for key in ["recipient", "fields", "people", "valid"] {
            let mut less = permit.clone();
            assert!(less["permit"].as_object_mut().unwrap().remove(key).is_some());
            assert!(!check(&schema, &less), "{file} without {key}");
        }
        let mut other = permit;
        other["permit"]["fields"][0]["transform"] = json!({ "do": "publish" });
        assert!(!check(&schema, &other), "an unknown transform");
    }
}

#[test]
fn choices_that_the_program_reads_are_what_their_schema_says() {
    let schema = published("choices.schema.json");
    let explained = std::fs::read_to_string(root().join("docs/errors/AC126.md")).unwrap();
    let mut examples: Vec<&str> = explained
        .split("```toml\n")
        .skip(1)
        .map(|after| after.split("```").next().unwrap())
        .collect();
    assert_eq!(examples.len(), 2, "one for each language");
    examples.push(CHOICES);
    for text in examples {
        let choices: toml::Value = toml::from_str(text).unwrap();
        let choices = serde_json::to_value(choices).unwrap();
        assert!(check(&schema, &choices), "{text}");
        let mut more = choices.clone();
        more["fields"] = json!([]);
        assert!(!check(&schema, &more), "an unknown key");
        let mut less = choices;
        less["field"][0].as_object_mut().unwrap().remove("transform");
        assert!(!check(&schema, &less), "a column without a transform");
    }
}
