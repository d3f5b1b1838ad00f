//! Every limit on what is read here, by name. Each is checked before the work it bounds is done.

/// Bytes of an answers file.
pub const ANSWERS_BYTES: usize = 8 * MEBIBYTE;
/// The unit in which a size is reported.
pub const MEBIBYTE: usize = 1024 * 1024;
/// Answers of one file.
pub const ANSWERS: usize = 20_000;
/// Characters of one answer.
pub const ANSWER_CHARACTERS: usize = 20_000;
/// Rows of an answer that is a list.
pub const ANSWER_ROWS: usize = 5_000;
/// Findings of a file reported at once; when there are more, the last one says how many.
pub const FINDINGS: usize = 50;
/// Characters of an unknown id that a finding repeats.
pub const SHOWN_CHARACTERS: usize = 80;
/// Bytes of a DOCX file or an archive.
pub const ARCHIVE_BYTES: usize = 64 * MEBIBYTE;
/// Members of an archive.
pub const ARCHIVE_MEMBERS: usize = 2_000;
/// Bytes of one member once unpacked.
pub const MEMBER_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of all members once unpacked.
pub const UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
/// Elements inside one another in a document's XML.
pub const XML_DEPTH: usize = 256;
/// Paragraphs of a document.
pub const PARAGRAPHS: usize = 200_000;
/// Characters of one paragraph.
pub const PARAGRAPH_CHARACTERS: usize = 200_000;
