//! `manifest.json` of dbt: nodes and sources with their columns.
//!
//! Read are the versions from v4 (dbt 1.0) on; later ones only added keys to what is read here. The
//! names are those of the database, `schema.table`, so that a scan of it finds what was settled.

use kouan_table::{Column, Key};
use kouan_terms::Diagnostic;
use serde_json::Value;

use super::{Claim, Contents, Found, Gathering, declared, marks, text_of};

/// The oldest version of the manifest that is read.
const VERSION_MIN: u32 = 4;

/// Kinds of nodes that are tables.
const KINDS: [&str; 4] = ["model", "seed", "snapshot", "source"];

pub fn read(document: &Value) -> Result<Contents, Diagnostic> {
    let schema = text_of(document.pointer("/metadata/dbt_schema_version")).unwrap_or_default();
    let Some((_, version)) = schema.split_once("/manifest/v") else {
        return Err(Diagnostic::error("SC241"));
    };
    let version = version.trim_end_matches(".json");
    if !version.parse::<u32>().is_ok_and(|number| number >= VERSION_MIN) {
        let shown: String = version.chars().take(20).collect();
        return Err(Diagnostic::error("SC242").with("version", format!("v{shown}")));
    }
    let mut all = Gathering::default();
    for part in ["nodes", "sources"] {
        let Some(nodes) = document.get(part).and_then(Value::as_object) else { continue };
        for node in nodes.values() {
            let kind = text_of(node.get("resource_type")).unwrap_or_default();
            if KINDS.contains(&kind.as_str()) {
                table(&mut all, node)?;
            }
        }
    }
    Ok(all.contents)
}

fn table(all: &mut Gathering, node: &Value) -> Result<(), Diagnostic> {
    let part = |name: &str| text_of(node.get(name));
    let own = part("identifier").or(part("alias")).or(part("name")).unwrap_or_default();
    let name = part("schema").map_or_else(|| own.clone(), |schema| format!("{schema}.{own}"));
    let columns = node.get("columns").and_then(Value::as_object);
    let found = columns.into_iter().flatten().map(|(key, one)| column(key, one)).collect();
    all.table(name, part("description"), found)
}

fn column(key: &str, one: &Value) -> Found {
    let (declared, length_max) =
        declared::of_word(&text_of(one.get("data_type")).unwrap_or_default());
    let column = Column {
        name: text_of(one.get("name")).unwrap_or_else(|| key.to_owned()).into(),
        position: 0,
        declared,
        comment: text_of(one.get("description")).map(Into::into),
        key: primary(one).then_some(Key::Primary),
        length_max,
    };
    let mut claim = Claim::default();
    let mut decision = None;
    // From dbt 1.10 on `meta` and `tags` stand under `config`, and for a while in both places.
    for place in [Some(one), one.get("config")].into_iter().flatten() {
        if let Some(tags) = place.get("tags") {
            claim = claim.or(marks::claim("tags", tags));
        }
        if let Some(meta) = place.get("meta").and_then(Value::as_object) {
            let (said, decided) = marks::of_map(meta);
            claim = claim.or(said);
            decision = decided.or(decision);
        }
    }
    Found { column, claim, decision }
}

fn primary(column: &Value) -> bool {
    let constraints = column.get("constraints").and_then(Value::as_array);
    constraints
        .into_iter()
        .flatten()
        .any(|one| one.get("type").and_then(Value::as_str) == Some("primary_key"))
}
