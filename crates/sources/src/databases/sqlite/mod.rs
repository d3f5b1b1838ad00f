//! SQLite: the file is opened read-only, and everything is read as of one moment.
//!
//! A column can mix types: its cells come as numbers where a batch has only numbers, as text where
//! it has anything else. While a scan of a file without write-ahead log runs, writers wait.

mod catalogue;
mod remarks;
mod rows;

use std::path::Path;
use std::time::Duration;

use kouan_terms::Diagnostic;
use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

use super::feed::{Fed, NoRows, Outlet};
use super::selection::Selection;
use crate::limits::LOCK_SECONDS;
use crate::{Opened, Options, Want};

/// Opens a file.
pub(super) fn open(
    name: &str,
    path: &Path,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    if !path.is_file() {
        return Err(Diagnostic::error("SC101").with("input", name));
    }
    let selection = Selection::new(&options.tables)?;
    let connection = connect(path).map_err(|error| fault(name, "sqlite_schema", &error))?;
    let catalogue = catalogue::read(&connection, &selection)
        .map_err(|error| fault(name, "sqlite_schema", &error))?;
    let mut notes = Vec::new();
    if catalogue.tables.is_empty() {
        notes.push(Diagnostic::warning("SC159").with("input", name));
    }
    let rows: Box<dyn kouan_table::Rows> = if want == Want::Metadata {
        Box::new(NoRows)
    } else {
        let input = name.to_owned();
        let readings = catalogue.readings;
        let fetch =
            move |outlet: &mut Outlet| rows::fetch(&connection, &input, &readings, want, outlet);
        Box::new(Fed::new(name, Box::new(fetch)))
    };
    Ok(Opened { tables: catalogue.tables, rows, notes })
}

/// Opens the file and begins to read as of now.
fn connect(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = begun(Connection::open_with_flags(path, flags)?);
    match connection {
        // A file with a write-ahead log that nobody has open, in a folder that cannot be written:
        // SQLite reads it only when told that nobody will change it.
        Err(error) if code(&error) == Some(ErrorCode::CannotOpen) && !has_log(path) => {
            let uri = immutable(path).ok_or(error)?;
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            begun(Connection::open_with_flags(uri, flags)?)
        }
        other => other,
    }
}

fn begun(connection: Connection) -> Result<Connection, Error> {
    connection.busy_timeout(Duration::from_secs(LOCK_SECONDS))?;
    // A view in a file from elsewhere may call no function that does more than compute.
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; BEGIN;",
    )?;
    // The first look at the file fixes the moment, and finds out whether it is a database.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Path::new(&log).exists()
}

/// The address of a file that nobody changes.
fn immutable(path: &Path) -> Option<String> {
    let mut uri = "file:".to_owned();
    for byte in path.to_str()?.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    Some(uri)
}

fn code(error: &Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}

/// What went wrong, by SQLite's number. Its words are not passed on: they may quote data.
fn fault(input: &str, table: &str, error: &Error) -> Diagnostic {
    let said = |code: &'static str| Diagnostic::error(code).with("input", input);
    match code(error) {
        Some(ErrorCode::NotADatabase) => said("SC150"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            said("SC156").with("table", table)
        }
        Some(ErrorCode::DatabaseCorrupt) => said("SC157").with("table", table),
        Some(ErrorCode::SchemaChanged) => said("SC147").with("table", table),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            said("SC142").with("code", number(error))
        }
        _ => said("SC146").with("table", table).with("code", number(error)),
    }
}

fn number(error: &Error) -> String {
    error.sqlite_error().map_or("-".to_owned(), |error| format!("sqlite {}", error.extended_code))
}

/// A name as SQLite quotes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_file_spells_odd_characters_out() {
        assert_eq!(
            immutable(Path::new("/srv/客 1?.db")).as_deref(),
            Some("file:/srv/%E5%AE%A2%201%3F.db?mode=ro&immutable=1")
        );
    }
}
