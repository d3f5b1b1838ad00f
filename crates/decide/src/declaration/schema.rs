//! The JSON Schema of a declaration, from the layout.

use std::fmt::Write as _;

use kouan_rulebook::{Fact, FactKind};
use kouan_terms::{Bilingual, PersonCount};

use super::layout::{Key, Layout, Section, Slot};
use super::{FieldKind, countries, limits};

/// The JSON Schema (2020-12) of a declaration that may answer these facts.
///
/// The schema says what may stand where; contradictions, check digits and days that do not exist
/// are found by [`super::read`] alone.
#[must_use]
pub fn json_schema(facts: &[Fact]) -> String {
    let layout = Layout::new(facts);
    let says = Bilingual {
        zh: "数据出境申报：一次出境的事实与主张。未写的事实视为未知，未写的主张视为不主张"
            .to_owned(),
        en: "A transfer declaration: the facts and claims of one transfer. A fact left out is \
             unknown, a claim left out is not made"
            .to_owned(),
    };
    let mut top = vec![
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("$id", text("urn:kouan:schema:transfer:1")),
        ("title", text("kouan transfer declaration")),
    ];
    if let Some(section) = layout.top() {
        top.extend(table(&layout, section, &says));
    }
    top.push(("$defs", object(definitions())));
    let mut out = String::new();
    write(&object(top), 0, &mut out);
    out.push('\n');
    out
}

/// A JSON value, as far as a schema needs one.
enum Json {
    Object(Vec<(String, Json)>),
    List(Vec<Json>),
    Text(String),
    Number(u64),
    No,
}

fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn text(text: impl Into<String>) -> Json {
    Json::Text(text.into())
}

fn texts<'w>(words: impl IntoIterator<Item = &'w str>) -> Json {
    Json::List(words.into_iter().map(text).collect())
}

fn number(number: usize) -> Json {
    Json::Number(u64::try_from(number).unwrap_or(u64::MAX))
}

fn described(says: &Bilingual) -> Json {
    text(format!("{}\n{}", says.zh, says.en))
}

fn table(
    layout: &Layout<'_>,
    section: &Section<'_>,
    says: &Bilingual,
) -> Vec<(&'static str, Json)> {
    let properties = section.keys.iter().map(|key| (key.name.clone(), property(layout, key)));
    let required: Vec<&str> =
        section.keys.iter().filter(|key| key.required).map(|key| key.name.as_str()).collect();
    let mut members = vec![
        ("description", described(says)),
        ("type", text("object")),
        ("properties", object(properties)),
        ("additionalProperties", Json::No),
    ];
    if !required.is_empty() {
        members.push(("required", texts(required)));
    }
    members
}

fn property(layout: &Layout<'_>, key: &Key<'_>) -> Json {
    let mut members = vec![("description", described(&key.says))];
    match key.slot {
        Slot::Section(index) => {
            return match layout.section(index) {
                Some(section) => object(table(layout, section, &key.says)),
                None => object(members),
            };
        }
        Slot::Sections(index, most) => {
            members.push(("type", text("array")));
            if key.required {
                members.push(("minItems", Json::Number(1)));
            }
            members.push(("maxItems", number(most)));
            if let Some(section) = layout.section(index) {
                members.push(("items", object(table(layout, section, &key.says))));
            }
        }
        Slot::Fact(_, fact) => members = answer(fact),
        Slot::Format => members.push(("const", Json::Number(1))),
        Slot::Countries => {
            members.push(("type", text("array")));
            members.push(("items", reference("country")));
        }
        Slot::Names => {
            members.push(("type", text("array")));
            members.push(("items", reference("text")));
        }
        slot => members.push(("$ref", text(format!("#/$defs/{}", definition(slot))))),
    }
    object(members)
}

fn answer(fact: &Fact) -> Vec<(&'static str, Json)> {
    let mut says = fact.asks.clone();
    if let Some(counts) = &fact.counts {
        let _ = write!(says.zh, "（{}）", counts.zh);
        let _ = write!(says.en, " ({})", counts.en);
    }
    let mut members = vec![("title", text(fact.id.as_str()))];
    match &fact.kind {
        FactKind::YesNo => {
            members.push(("description", described(&says)));
            members.push(("$ref", text("#/$defs/yes-no")));
        }
        FactKind::Persons => {
            members.push(("description", described(&says)));
            members.push(("$ref", text("#/$defs/count-with-evidence")));
        }
        FactKind::OneOf(words) => {
            let mut lines = format!("{}\n{}", says.zh, says.en);
            for (word, label) in words {
                let _ = write!(lines, "\n{word}: {} / {}", label.zh, label.en);
            }
            let word = || object([("enum", texts(words.iter().map(|(word, _)| &**word)))]);
            members.push(("description", text(lines)));
            members.push(("anyOf", Json::List(vec![word(), with_evidence(word())])));
        }
    }
    members
}

fn definition(slot: Slot<'_>) -> &'static str {
    match slot {
        Slot::Id => "id",
        Slot::YesNo => "plain-yes-no",
        Slot::Day => "day",
        Slot::CreditCode => "credit-code",
        Slot::Country => "country",
        Slot::Edition => "edition",
        Slot::Scenario => "scenario",
        Slot::Persons => "count",
        Slot::Kind => "field-kind",
        _ => "text",
    }
}

fn reference(name: &str) -> Json {
    object([("$ref", text(format!("#/$defs/{name}")))])
}

fn pattern(pattern: &str) -> Json {
    object([
        ("type", text("string")),
        ("maxLength", number(limits::STRING_CHARACTERS)),
        ("pattern", text(pattern)),
    ])
}

/// `{ is = …, evidence = "…" }`.
fn with_evidence(value: Json) -> Json {
    object([
        ("type", text("object")),
        ("properties", object([("is", value), ("evidence", reference("text"))])),
        ("required", texts(["is"])),
        ("additionalProperties", Json::No),
    ])
}

fn range(with_evidence: bool) -> Json {
    let mut properties = vec![("at_least", reference("number")), ("at_most", reference("number"))];
    if with_evidence {
        properties.push(("evidence", reference("text")));
    }
    let either = ["at_least", "at_most"].map(|key| object([("required", texts([key]))]));
    object([
        ("type", text("object")),
        ("properties", object(properties)),
        ("anyOf", Json::List(either.into())),
        ("additionalProperties", Json::No),
    ])
}

fn definitions() -> Vec<(&'static str, Json)> {
    let word = "[A-Za-z0-9][A-Za-z0-9._-]*";
    let day = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    let yes_no = || object([("type", text("boolean"))]);
    let any_of = |forms: Vec<Json>| object([("anyOf", Json::List(forms))]);
    vec![
        (
            "text",
            object([
                ("type", text("string")),
                ("minLength", Json::Number(1)),
                ("maxLength", number(limits::STRING_CHARACTERS)),
            ]),
        ),
        (
            "id",
            object([
                ("type", text("string")),
                ("maxLength", number(limits::ID_CHARACTERS)),
                ("pattern", text(format!("^{word}$"))),
            ]),
        ),
        ("plain-yes-no", yes_no()),
        ("yes-no", any_of(vec![yes_no(), with_evidence(yes_no())])),
        (
            "number",
            object([
                ("type", text("integer")),
                ("minimum", Json::Number(0)),
                ("exclusiveMaximum", Json::Number(PersonCount::LIMIT.0)),
            ]),
        ),
        ("count", any_of(vec![reference("number"), range(false)])),
        (
            "count-with-evidence",
            any_of(vec![reference("number"), with_evidence(reference("number")), range(true)]),
        ),
        (
            "day",
            object([
                ("type", text("string")),
                ("format", text("date")),
                ("pattern", text(format!("^{day}$"))),
            ]),
        ),
        ("credit-code", pattern("^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$")),
        ("country", object([("enum", texts(countries::all()))])),
        ("edition", pattern(&format!("^{word}/{day}$"))),
        ("scenario", pattern(&format!("^{word}/{word}$"))),
        ("field-kind", object([("enum", texts(FieldKind::ALL.map(FieldKind::word)))])),
    ]
}

fn write(json: &Json, depth: usize, out: &mut String) {
    match json {
        Json::Text(text) => quoted(text, out),
        Json::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Json::No => out.push_str("false"),
        // A list of words stays on one line.
        Json::List(items) if items.iter().all(|item| matches!(item, Json::Text(_))) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write(item, depth, out);
            }
            out.push(']');
        }
        Json::List(items) => {
            let line = |item: &Json, out: &mut String| write(item, depth + 1, out);
            lines('[', ']', items, depth, line, out);
        }
        Json::Object(members) => {
            let line = |(key, value): &(String, Json), out: &mut String| {
                quoted(key, out);
                out.push_str(": ");
                write(value, depth + 1, out);
            };
            lines('{', '}', members, depth, line, out);
        }
    }
}

fn lines<T>(
    open: char,
    close: char,
    items: &[T],
    depth: usize,
    line: impl Fn(&T, &mut String),
    out: &mut String,
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        line(item, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
