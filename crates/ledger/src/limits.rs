//! Limits of the program, by name.

/// An entry stands in its bundle behind a length of two bytes.
pub(crate) const ENTRY_BYTES: usize = 65_535;
/// Hashes in a tile, entries in a bundle (C2SP tlog-tiles).
pub(crate) const TILE_WIDTH: u64 = 256;
/// A checkpoint with many witnesses stays far below.
pub(crate) const CHECKPOINT_BYTES: usize = 64 * 1024;
/// Signatures read of one checkpoint; the format asks for at least 16.
pub(crate) const SIGNATURES: usize = 64;
/// Entries of a log: far beyond what a disk holds, and no sum of two overflows.
pub(crate) const LOG_ENTRIES: u64 = 1 << 62;
/// What number, clock and findings may add to an entry while it is written down, in bytes.
pub(crate) const ENTRY_BYTES_ADDED: usize = 200;
/// Findings that one check reports.
pub(crate) const FINDINGS: usize = 100;
/// Characters of a name.
pub(crate) const NAME_CHARACTERS: usize = 200;
/// Digits in a row that are taken for a number that stands for a person: of a telephone, an
/// identity document, a bank card.
pub(crate) const PERSONAL_DIGITS: std::ops::RangeInclusive<usize> = 11..=19;
/// A line of an export.
pub(crate) const EXPORT_LINE_BYTES: usize = 1 << 20;
