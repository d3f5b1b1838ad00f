//! Every limit on a declaration, by name. Each is checked before the work it bounds is done.

/// Bytes of one declaration.
pub const TEXT_BYTES: usize = 8 * MEBIBYTE;
/// The unit in which a size is reported.
pub const MEBIBYTE: usize = 1024 * 1024;
/// Levels of tables and lists inside one another; a dotted key counts one level a dot.
pub const NESTING: usize = 32;
/// Flows of one transfer.
pub const FLOWS: usize = 10_000;
/// Fields of one flow.
pub const FIELDS_PER_FLOW: usize = 5_000;
/// Entries of any one list or inline table.
pub const ENTRIES: usize = 10_000;
/// Values of one declaration, whatever they are.
pub const VALUES: usize = 1_000_000;
/// Characters of one piece of text.
pub const STRING_CHARACTERS: usize = 4_096;
/// Characters of an id.
pub const ID_CHARACTERS: usize = 64;
/// Findings reported at once; when there are more, the last one says how many.
pub const FINDINGS: usize = 20;
/// Characters of an unknown key that a finding repeats.
pub const SHOWN_KEY_CHARACTERS: usize = 48;
/// The first year a date may lie in.
pub const FIRST_YEAR: i16 = 1949;
/// The last year a date may lie in.
pub const LAST_YEAR: i16 = 2199;
