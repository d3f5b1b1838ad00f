//! PostgreSQL, MySQL and MariaDB, SQLite: read-only transactions.

use kouan_terms::Diagnostic;

use crate::{Input, Opened, Options, Want};

/// The input behind a database's address; a password in the address is refused.
pub(crate) fn input(address: &str) -> Result<Input, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", address))
}

/// Opens a database.
pub(crate) fn open(
    name: &str,
    _address: &str,
    _want: Want,
    _options: &Options,
) -> Result<Opened, Diagnostic> {
    Err(Diagnostic::error("SC101").with("input", name))
}
