//! PostgreSQL, MySQL and MariaDB, SQLite: read-only transactions.
//!
//! | address | options |
//! |---|---|
//! | `postgres://user@host:5432/database` | `schema=a,b`, `host=/var/run/postgresql` |
//! | `mysql://user@host:3306/database` | `schema=a,b`, `socket=/run/mysqld/mysqld.sock` |
//! | `sqlite:path` | |
//!
//! `host` is the folder of PostgreSQL's socket. Without a database, all of MySQL's are read.
//!
//! **Passwords** stand in the credentials (`user`, `password`, `ca_file`), never in an address; no
//! file of the drivers (`~/.pgpass`, `~/.my.cnf`) and no environment variable is read.
//!
//! **Encryption**, by `?sslmode=`: `disable`, `prefer` (encrypted when the server can), `require`
//! (encrypted), `verify-ca` (and the certificate's authority is known), `verify-full` (and the
//! certificate bears the host's name). Known authorities are Mozilla's and those of `ca_file`.
//! The default is `verify-full`; for a unix socket and for this machine it is `disable`. `prefer`
//! and `require` do not tell who the server is, and a note says so.
//!
//! **Nothing is written**: transactions are read-only, of one moment, and no temporary table is
//! made. A table that cannot be read (further) is named in the notes and the next one follows; a
//! connection that breaks ends the reading, and the blocks before stay good. No message holds
//! words of a server, because they may quote data.
//!
//! **Memory**: four blocks of [`crate::limits::BLOCK_BYTES`] and the longest row.

mod address;
mod cells;
mod feed;
mod mysql;
mod postgresql;
mod selection;
mod spread;
mod sqlite;
mod tls;

use std::io;
use std::path::Path;

use kouan_terms::Diagnostic;

use crate::input::Place;
use crate::{Input, Opened, Options, Want};
use address::{Address, Engine};

/// The input behind a database's address; a password in the address is refused.
pub(crate) fn input(address: &str) -> Result<Input, Diagnostic> {
    let parsed = Address::parse(address)?;
    let bytes = match (parsed.engine, &parsed.database) {
        (Engine::Sqlite, Some(path)) => std::fs::metadata(path).ok().map(|file| file.len()),
        _ => None,
    };
    let name = parsed.name().into_boxed_str();
    Ok(Input { name, bytes, place: Place::Database(address.to_owned()) })
}

/// Opens a database.
pub(crate) fn open(
    name: &str,
    address: &str,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let address = Address::parse(address)?;
    match address.engine {
        Engine::Postgresql => postgresql::open(name, &address, want, options),
        Engine::Mysql => mysql::open(name, &address, want, options),
        Engine::Sqlite => {
            let path = address.database.unwrap_or_default();
            sqlite::open(name, Path::new(&path), want, options)
        }
    }
}

/// Opens a file of SQLite that was found among files.
pub(crate) fn open_sqlite(
    name: &str,
    path: &Path,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    sqlite::open(name, path, want, options)
}

/// What keeps a connection from coming about, in words that hold in any language.
fn network_code(error: Option<&io::Error>) -> String {
    let Some(error) = error else { return "-".to_owned() };
    match (error.raw_os_error(), error.kind()) {
        (Some(number), _) => format!("errno {number}"),
        (None, io::ErrorKind::TimedOut) => "timeout".to_owned(),
        // Looking a name up fails without a number.
        (None, _) => "address".to_owned(),
    }
}
