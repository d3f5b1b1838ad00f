//! DOCX: written part by part, and read back for checking.
//!
//! Written by hand rather than through a library: `docs/decisions/docx-is-written-by-hand.md`.

mod archive;
mod body;
mod effective;
mod parts;
mod read;
#[cfg(test)]
mod tests;
mod xml;

pub(crate) use xml::{escaped, half_points, twips, twips_of_mm};

pub use archive::{Member, pack, unpack};
pub use body::write;
pub(crate) use read::is_chinese;
pub use read::{ReadDocument, ReadFace, ReadLine, ReadTable, read};
