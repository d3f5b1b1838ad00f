//! Labels to be seen or heard (explicit labels): drawn into pictures, put into sound and text, and
//! found again. Bytes in, bytes out: no file, no clock, no network, and no figure of law — the
//! caller brings the rules of the day.
//!
//! - [`draw`] puts words into a PNG, JPEG or WebP, so high as the law asks and with contrast enough
//!   against the points that are really beneath, and reads them back; [`find`] finds them again.
//! - [`overlay`] makes the mark for frames of a film; [`film`] plans what FFmpeg is to do with it.
//! - [`sound::announce`] puts a spoken notice or the rhythm into a WAV, [`text::note`] one into
//!   a text; [`text::snippet`] is one for the interface around content.
//!
//! LAW: GB 45438-2025, clause 5

pub mod film;
mod fonts;
mod jpeg;
mod limits;
mod picture;
pub mod sound;
pub mod text;
mod trouble;
mod words;

#[cfg(test)]
mod tests;

pub use fonts::Fonts;
pub use picture::canvas::Area;
pub use picture::stamp::{Dress, Place};
pub use picture::{Drawn, Overlay, Wish, draw, find, overlay};
pub use words::complete;
