//! The words of the trade as types: routes, ids, days, languages and diagnostics.
//!
//! Nothing in here decides anything. A type stands here only when its name stands in the glossary
//! (`rulebook/glossary.toml`, printed by `kouan explain TERM`).

mod credit_code;
mod day;
mod diagnostic;
mod digits;
mod ids;
mod language;
mod route;

pub use credit_code::{credit_code_check, credit_code_value, organisation_code_check};
pub use day::{Day, DaySpan, parse_day};
pub use diagnostic::{Code, Diagnostic, Place, Severity};
pub use digits::hex;
pub use ids::{
    ClassId, EditionId, FactId, InstrumentId, PointId, ReadingId, RuleId, ScenarioId, SourceKey,
    TransferId, ZoneId,
};
pub use language::{Bilingual, Language};
pub use route::{Confidence, PersonCount, Route, RouteSet};
