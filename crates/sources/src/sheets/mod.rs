//! Excel workbooks and ODS, SAS transport files, definitions in SQL dumps.

mod book;
mod numbers;
mod xpt;

use kouan_terms::Diagnostic;

pub(crate) use book::open_workbook;
pub(crate) use xpt::open_xpt;
#[cfg(test)]
pub(crate) use xpt::tests::tiny_xpt;

use crate::files::Content;
use crate::{Opened, Options, Want};

/// Opens the definitions of an SQL dump.
pub(crate) fn open_sql(
    name: &str,
    _content: &Content,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}
