//! Readings of unsettled points that somebody answers for.

use kouan_terms::{PointId, ReadingId};

/// A reading that a named person adopted.
pub struct Adopted {
    /// The point and the reading.
    pub reading: (PointId, ReadingId),
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
}
