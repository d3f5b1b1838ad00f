//! Every limit of the readers, by name. Those that a small file can reach are tested at the limit;
//! those in gigabytes and seconds are not.

/// Bytes of text a block holds.
pub const BLOCK_BYTES: usize = 4 << 20;

/// Rows a batch holds at most.
pub const BATCH_ROWS: usize = 16_384;

/// Bytes of one record of a text file. A longer one is not looked at, and the rest of the file is.
pub const RECORD_BYTES: usize = 16 << 20;

/// Bytes of one cell that are looked at.
pub const CELL_BYTES: usize = 1 << 20;

/// Bytes of one binary cell of a database that are asked for: enough to tell what it is.
pub const BINARY_BYTES: usize = 64 << 10;

/// Seconds a database has to answer before it counts as out of reach.
pub const CONNECT_SECONDS: u64 = 20;

/// Seconds a database has to tell its tables.
pub const CATALOGUE_SECONDS: u64 = 120;

/// Seconds a database has to give a sample of one table; a view may have to be worked out whole.
pub const SAMPLE_SECONDS: u64 = 120;

/// Seconds to wait for a table that someone else keeps locked.
pub const LOCK_SECONDS: u64 = 10;

/// Places of a database table that a sample is taken from.
pub const TABLE_SAMPLE_PLACES: u64 = 64;

/// Columns of one table.
pub const COLUMNS: usize = 16_384;

/// How many times larger than its archive the content may be before it counts as a bomb.
pub const EXPANSION: u64 = 1_000;

/// Bytes that are unpacked before [`EXPANSION`] is asked.
pub const EXPANSION_FREE_BYTES: u64 = 256 << 20;

/// Archives within archives.
pub const NESTING: usize = 2;

/// Members of one archive.
pub const MEMBERS: usize = 100_000;

/// Bytes of a member of an archive that are held in memory when its format has to be read at any
/// place (Parquet, workbooks).
pub const HELD_BYTES: u64 = 256 << 20;

/// Bytes of one Parquet batch that are aimed at; rows of long values come in smaller batches.
pub const BATCH_BYTES: usize = 1 << 20;

/// Bytes of a Parquet row group up to which it is fetched at once.
pub const PARQUET_PREFETCH_BYTES: u64 = 32 << 20;

/// Rows of a Parquet row group above which it is read in parts.
pub const PARQUET_PART_ROWS: usize = 1 << 20;

/// Bytes of the footer of a Parquet file.
pub const PARQUET_FOOTER_BYTES: u64 = 64 << 20;

/// Levels of the schema of a Parquet file.
pub const SCHEMA_DEPTH: usize = 100;

/// How many places of a file a sample is taken from, where the format lets it.
pub const SAMPLE_PLACES: usize = 4;

/// Bytes of the schema or of the description of one batch in Arrow IPC.
pub const IPC_METADATA_BYTES: u64 = 64 << 20;

/// Bytes of one batch in Arrow IPC, packed and unpacked, and of all dictionaries of a file.
pub const IPC_BATCH_BYTES: u64 = 256 << 20;

/// Cells of a batch of a sheet: rows of many columns come in smaller batches.
pub const SHEET_BATCH_CELLS: usize = 1 << 19;

/// Bytes, unpacked, of any part of an xlsx but its sheets: its shared strings are in memory while
/// it is read.
pub const WORKBOOK_PART_BYTES: u64 = 128 << 20;

/// Sheets of a workbook.
pub const WORKBOOK_SHEETS: usize = 4_096;

/// Bytes, unpacked, of a sheet of which merged cells are looked for: they stand behind its cells.
pub const MERGED_SHEET_BYTES: u64 = 8 << 20;

/// Bytes of an xls, or of the content of an ods, both of which are read whole.
pub const HELD_BOOK_BYTES: u64 = 32 << 20;

/// Cells of an ods, repeated ones counted as often as they stand.
pub const HELD_CELLS: u64 = 4 << 20;

/// Bytes of an object that are fetched at once.
pub const OBJECT_BLOCK_BYTES: u64 = 4 << 20;

/// Blocks of an object that are held.
pub const OBJECT_BLOCKS: usize = 12;

/// Bytes of a part in which a large object is sent; stores take ten thousand.
pub const OBJECT_PART_BYTES: usize = 16 << 20;

/// Objects one address stands for.
pub const OBJECTS: usize = 100_000;

/// Folders of a store that are listed for one address.
pub const OBJECT_FOLDERS: usize = 10_000;

/// Bytes of one statement of an SQL dump that defines something.
pub const STATEMENT_BYTES: usize = 1 << 20;

/// Tables of one SQL dump.
pub const DUMP_TABLES: usize = 20_000;
