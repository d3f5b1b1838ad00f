//! Step 3: a decision, an inventory and answers become the papers for the authority.
//!
//! Everything here is a function of its arguments: no IO, no clock, no network. Texts, bytes and
//! the day come in; named bytes go out. Every value that is printed holds a [`trace`], and a gap is
//! printed as a gap: nothing is made up to fill it.

pub mod answers;
pub mod ask;
pub mod assess;
pub mod change;
pub mod check;
mod concerned;
pub mod deadlines;
pub mod document;
pub mod docx;
pub mod earlier;
pub mod formats;
mod forms;
pub mod inventory;
pub mod ledger;
pub mod limits;
pub mod pack;
#[cfg(test)]
mod sample;
mod sources;
pub mod template;
pub mod trace;
pub mod values;

pub use concerned::Concerned;
pub use forms::{FilledField, FilledForm, FilledGroup, fill};
pub use sources::{Attached, Declared, Sources};

/// SHA-256 in hexadecimal digits.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    kouan_terms::hex(&Sha256::digest(bytes))
}
