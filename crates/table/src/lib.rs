//! What a reader hands over: tables, columns and batches of cells.
//!
//! Readers (`kouan-sources`) fill batches, whoever looks at data (`kouan-scan`) takes them. A
//! cell is borrowed from the reader's buffer; nothing here copies, prints or keeps a value, and
//! the `Debug` of a batch shows shapes and counts only.

mod batch;
mod block;
mod column;

pub use batch::{Batch, Cells, ColumnCells, Span};
pub use block::{Block, Rows, Tally};
pub use column::{Column, Declared, Key, Table, TableKind};
