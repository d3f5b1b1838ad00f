//! Excel workbooks and ODS, SAS transport files, definitions in SQL dumps.

use kouan_terms::Diagnostic;

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

/// Opens a SAS transport file.
pub(crate) fn open_xpt(
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
