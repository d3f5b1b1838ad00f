//! Identifiers of the mainland, Hong Kong, Macau and Taiwan: forms, checks, and keys for counting.
//!
//! A test decides about one cell and feeds the evidence of its column; it never turns a column down
//! by itself. Tests allocate nothing and take the cell as it stands; [`plain`] brings another way of
//! writing (full-width characters, separators) into the plain one first.

pub mod checks;
pub mod divisions;
pub mod key;
pub mod plain;
