//! The published format of a file of choices, version 1: what becomes of each column.

use schemars::JsonSchema;
use serde::Deserialize;

use super::format::{AtLimit, DayText, RowRules, Transform};

/// The version of the format that this program reads.
const FORMAT: u32 = 1;

/// A file of choices (TOML). A column that it does not name stays at home.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoicesText {
    /// The version of this format, now 1.
    pub format: u32,
    /// What happens where a number of persons is reached.
    #[serde(default)]
    pub at_limit: AtLimit,
    /// The first day on which the permit does not stand any more, where it shall end before it
    /// must.
    #[serde(default)]
    pub until: Option<DayText>,
    /// Rows that are left out.
    #[serde(default)]
    pub rows: RowRules,
    /// The columns that leave, each with what becomes of it.
    #[serde(default)]
    pub field: Vec<ChosenText>,
}

/// A column that leaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenText {
    /// The table, where several have such a column.
    #[serde(default)]
    pub table: Option<String>,
    /// The column; a nested path is written `a.b.c`.
    pub column: String,
    /// What becomes of it.
    pub transform: Transform,
}

impl ChoicesText {
    /// Whether it is of a version that this program reads.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.format == FORMAT
    }
}

/// The JSON Schema of a file of choices, as text.
#[must_use]
pub fn choices_schema() -> String {
    let schema = schemars::schema_for!(ChoicesText);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
