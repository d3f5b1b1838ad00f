//! Excel workbooks and ODS, SAS transport files, definitions in SQL dumps.

mod numbers;
mod xpt;

use kouan_terms::Diagnostic;

pub(crate) use xpt::open_xpt;

use crate::files::Content;
use crate::{Opened, Options, Want};

/// Opens a workbook: xlsx, xls or ods.
pub(crate) fn open_workbook(
    name: &str,
    _content: &Content,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}

/// Opens the definitions of an SQL dump.
pub(crate) fn open_sql(
    name: &str,
    _content: &Content,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}
