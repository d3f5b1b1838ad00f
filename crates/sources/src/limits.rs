//! Every limit of the readers, by name; each is tested at the limit.

/// Bytes of text a block holds.
pub const BLOCK_BYTES: usize = 4 << 20;

/// Rows a batch holds at most.
pub const BATCH_ROWS: usize = 16_384;

/// Bytes of one record of a text file. A longer one is not looked at, and the rest of the file is.
pub const RECORD_BYTES: usize = 16 << 20;

/// Bytes of one cell that are looked at.
pub const CELL_BYTES: usize = 1 << 20;

/// Columns of one table.
pub const COLUMNS: usize = 16_384;

/// How many times larger than its archive the content may be before it counts as a bomb.
pub const EXPANSION: u64 = 1_000;

/// Bytes that are unpacked before [`EXPANSION`] is asked.
pub const EXPANSION_FREE_BYTES: u64 = 256 << 20;

/// Archives within archives.
pub const NESTING: usize = 2;
