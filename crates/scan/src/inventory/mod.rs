//! The inventory: what a scan found, settled by people, compared with the scan before.

mod changes;
mod format;
mod settle;
mod text;

pub use changes::{Added, Change, added};

pub use format::{
    Answer, Basis, Bounds, CandidateSeen, ColumnSeen, Drift, EvidenceSeen, Gap, InputSeen,
    Inventory, Level, ListedSeen, Met, Mode, Origin, Persons, SCHEMA, ScenarioUse, Settled, Signed,
    StandingSeen, TableSeen, Taken, Why,
};
pub use settle::{Meaning, Unsettled, compare, confirm, find, full_name, settle, settled_before};
pub use text::{digest, json_schema, read, to_json, to_toml};
