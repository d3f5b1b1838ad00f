//! Readings of unsettled points that somebody answers for.

use clap::ArgMatches;
use kouan_terms::{Diagnostic, PointId, ReadingId};

use crate::language::words;
use crate::page::Line;

/// A reading that a named person adopted.
#[derive(Clone)]
pub struct Adopted {
    /// The point and the reading.
    pub reading: (PointId, ReadingId),
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
}

/// The readings that a command adopts.
///
/// # Errors
///
/// CL133 for what is no `point:reading`; CL134 without a name and a reason.
pub fn read(matches: &ArgMatches) -> Result<Vec<Adopted>, Diagnostic> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let mut adopted = Vec::new();
    for reading in matches.get_many::<String>("reading").into_iter().flatten() {
        let Some((point, reading)) = reading.split_once(':') else {
            return Err(Diagnostic::error("CL133"));
        };
        // A lighter reading is somebody's decision: without a name and a reason it is not taken.
        let (Some(by), Some(why)) = (text("by"), text("why")) else {
            return Err(Diagnostic::error("CL134").with("point", point));
        };
        adopted.push(Adopted { reading: (PointId::new(point), ReadingId::new(reading)), by, why });
    }
    Ok(adopted)
}

/// The readings alone, as deciding takes them.
pub fn readings(adopted: &[Adopted]) -> Vec<(PointId, ReadingId)> {
    adopted.iter().map(|adopted| adopted.reading.clone()).collect()
}

/// Who adopted what, and why, for people.
pub fn lines(adopted: &[Adopted]) -> Vec<Line> {
    let line = |one: &Adopted| {
        let key = format!("{}:{}", one.reading.0, one.reading.1);
        let says = words(
            &format!("由{}决定：{}", one.by, one.why),
            &format!("by {}: {}", one.by, one.why),
        );
        Line::keyed(key, says)
    };
    adopted.iter().map(line).collect()
}
