//! Limits of the program: what a file may ask of it, and what a mark is held to besides the law.

/// Points of the largest picture that is drawn into.
pub const POINTS_MAX: u64 = 1 << 27;
/// The largest file that is drawn into, in bytes.
pub const FILE_BYTES_MAX: usize = 1 << 30;
/// The longest words of a mark, in characters.
pub const WORDS_MAX: usize = 64;
/// The largest letters, in points of a picture: the share of the law, of any picture taken.
pub const LETTER_MAX: u32 = 1 << 13;
/// The smallest letters that can be read, in points: Chinese needs as many for its strokes. The law
/// names a share only, which would allow letters of one point in a small picture.
pub const LETTER_MIN: u32 = 12;
/// The least contrast of a mark, in hundredths: 4.5 to 1, as WCAG 2.2 asks of text (1.4.3).
pub const CONTRAST_MIN: u32 = 450;
/// The contrast, in hundredths, from which a point counts as background when a mark is looked for:
/// 3 to 1, WCAG's figure for large letters; compression blurs what was drawn.
pub const CONTRAST_SEEN: u32 = 300;
