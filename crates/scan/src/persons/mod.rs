//! Counts distinct natural persons, exactly, with bounds.
