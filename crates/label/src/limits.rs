//! Limits of the program: what a file may ask of it. None of them is a figure of law.

/// The longest payload that is taken for a label, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 1 << 20;
/// The largest part of a file that is held in memory at once: an index, a tag, a packet.
pub const PART_BYTES_MAX: u64 = 48 << 20;
/// What a compressed part may unpack to, in bytes.
pub const UNPACKED_BYTES_MAX: u64 = 16 << 20;
/// Parts of a container that are walked: chunks, boxes, pages, entries.
pub const PARTS_MAX: usize = 4_000_000;
/// Boxes in boxes, values in values.
pub const DEPTH_MAX: usize = 24;
/// Labels that one file may carry before the rest is left unread.
pub const CARRIERS_MAX: usize = 64;
/// How much of the end of a file is searched for a label that stands behind the last part.
pub const TAIL_BYTES_MAX: u64 = 1 << 16;
/// How much of a text is read: all of it, for a front matter and for a block at its end.
pub const TEXT_BYTES_MAX: u64 = 16 << 20;
/// How much of a file is fetched at once while its structure is walked.
pub const WINDOW_BYTES: usize = 4096;
/// How much of a file is copied at once: it stays in the nearest memory while it is read and
/// written, on a busy machine, too.
pub const BLOCK_BYTES: usize = 1 << 16;
