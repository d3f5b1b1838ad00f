//! Excel workbooks and ODS, SAS transport files, definitions in SQL dumps.

mod book;
mod dump;
mod numbers;
mod xpt;

pub(crate) use book::open_workbook;
pub(crate) use dump::open_sql;
pub(crate) use xpt::open_xpt;

#[cfg(test)]
pub(crate) use xpt::tests::tiny_xpt;
