//! Limits of the program; none of them is a figure of law.

/// Lanes of one handler and year.
pub(crate) const LANES: usize = 1 << 12;
/// Combinations of lanes and marks of one handler and year.
pub(crate) const PROFILES: usize = 1 << 26;
/// Bytes of a name in a segment: of a handler, a scenario, an exemption, a filing.
pub(crate) const NAME_BYTES: usize = 1 << 10;
/// Bytes of the table of contents of a segment.
pub(crate) const CONTENTS_BYTES: u64 = 1 << 30;
/// Segments that one merged segment stands for.
pub(crate) const PARENTS: usize = 1 << 22;
/// Records of a block: what is read and checked at a time.
pub(crate) const BLOCK_RECORDS: usize = 1 << 11;
/// Bytes of a block, whatever its table of contents says.
pub(crate) const BLOCK_BYTES: usize = 1 << 17;
/// Bytes gathered before they are written.
pub(crate) const WRITE_BYTES: usize = 1 << 20;
/// Limits that one release is held against.
pub(crate) const GAUGES: usize = 16;
/// Memory for persons read from a merged segment, where nothing else is said, in bytes.
pub(crate) const RESIDENT_BYTES: usize = 3 << 30;
/// Links held in memory before repeated ones are taken out.
pub(crate) const TIES_GATHERED: usize = 1 << 20;
/// So many merged persons for one that is not: merging reads and writes all of them.
pub(crate) const MERGED_PER_UNMERGED: u64 = 8;
