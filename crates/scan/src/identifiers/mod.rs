//! Identifiers of the mainland, Hong Kong, Macau and Taiwan: forms, checks, and keys for counting.
//!
//! A test decides about one cell and feeds the evidence of its column; it never turns a column down
//! by itself. Tests allocate nothing and take the cell in plain writing; [`plain`] brings another
//! way of writing (full-width characters, separators) into the plain one first.

pub mod accounts;
pub mod bodies;
pub mod cards;
pub mod checks;
pub mod damage;
pub mod days;
pub mod devices;
pub mod divisions;
mod fit;
pub mod key;
pub mod payloads;
pub mod places;
pub mod plain;
pub mod resident;
pub mod telephones;
pub mod travel;
mod usual;
pub mod vehicles;

pub use fit::Fit;
