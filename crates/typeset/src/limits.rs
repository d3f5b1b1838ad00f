//! What bounds a page that is set.

/// The largest font that is taken, in bytes: the collections of a system reach 60 MB.
pub(crate) const FONT_BYTES: usize = 128 * 1024 * 1024;
/// How far a gap may be stretched to fill a line, in parts of the size. A line that would need
/// more is left ragged.
pub(crate) const WIDEST_STRETCH: f32 = 0.5;
