//! What programs write about columns into the key-value metadata of a Parquet file.

use parquet::file::metadata::FileMetaData;
use serde_json::Value;

use super::shape::Comments;

/// Where Spark keeps its schema, with the comments of a table's columns.
const SPARK: &str = "org.apache.spark.sql.parquet.row.metadata";
/// Where Iceberg keeps its schema, with `doc`.
const ICEBERG: &str = "iceberg.schema";
/// How deep a schema may be nested.
const DEPTH: usize = 32;

/// The comments, by path; that of the table under the empty path.
pub(super) fn of(metadata: &FileMetaData) -> Comments {
    let mut comments = Comments::new();
    for pair in metadata.key_value_metadata().into_iter().flatten() {
        let Some(value) = pair.value.as_deref() else { continue };
        match pair.key.as_str() {
            "comment" | "description" => keep(&mut comments, String::new(), Some(value)),
            SPARK | ICEBERG => {
                if let Ok(schema) = serde_json::from_str::<Value>(value) {
                    fields(&schema, "", 0, &mut comments);
                }
            }
            _ => {}
        }
    }
    comments
}

/// Both write `fields`, each with `name` and `type`; a comment is `metadata.comment` or `doc`.
fn fields(schema: &Value, prefix: &str, depth: usize, comments: &mut Comments) {
    if depth > DEPTH {
        return;
    }
    for field in schema.get("fields").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = field.get("name").and_then(Value::as_str) else { continue };
        let path = format!("{prefix}{name}");
        let spark = field.pointer("/metadata/comment").and_then(Value::as_str);
        keep(comments, path.clone(), spark.or_else(|| field.get("doc").and_then(Value::as_str)));
        let mut kind = field.get("type");
        // A list holds its element under `elementType` (Spark) or `element` (Iceberg).
        for _ in 0..DEPTH {
            let element = kind.and_then(|kind| kind.get("elementType").or(kind.get("element")));
            match element {
                Some(element) => kind = Some(element),
                None => break,
            }
        }
        if let Some(kind) = kind {
            fields(kind, &format!("{path}."), depth + 1, comments);
        }
    }
}

fn keep(comments: &mut Comments, path: String, text: Option<&str>) {
    if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
        comments.entry(path).or_insert_with(|| text.into());
    }
}
