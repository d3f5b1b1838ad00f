//! MySQL and MariaDB: one read-only transaction with a snapshot that is taken at its start.
//!
//! Only tables of engines with snapshots (InnoDB) are read as of one moment; MyISAM and its like
//! give what is there when they are read. Without a database in the address all databases are read
//! that the user may see; a table the user has no right to at all is not told by the server.

mod catalogue;
mod faults;
mod rows;

use std::path::PathBuf;
use std::time::Duration;

use kouan_terms::Diagnostic;
use mysql::prelude::Queryable;
use mysql::{Conn, DriverError, Error, OptsBuilder, SslOpts};

use super::address::{Address, Security};
use super::feed::{Fed, NoRows, Outlet};
use super::selection::Selection;
use super::tls;
use crate::limits::{CONNECT_SECONDS, LOCK_SECONDS};
use crate::{Opened, Options, Want};

/// The longest packet MySQL knows: 1 GB.
const PACKET_BYTES: usize = 1 << 30;

/// Opens a server's databases, or one of them.
pub(super) fn open(
    name: &str,
    address: &Address,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let selection = Selection::new(&options.tables)?;
    let mut connection = connect(name, address, options)?;
    begin(&mut connection).map_err(|error| catalogue_fault(name, &error))?;
    let catalogue = catalogue::read(&mut connection, name, address, &selection)
        .map_err(|error| catalogue_fault(name, &error))?;
    let mut notes = catalogue.notes;
    if address.is_unverified() {
        notes.push(Diagnostic::warning("SC153").with("input", name));
    }
    if catalogue.tables.is_empty() {
        notes.push(Diagnostic::warning("SC159").with("input", name));
    }
    let rows: Box<dyn kouan_table::Rows> = if want == Want::Metadata {
        Box::new(NoRows)
    } else {
        let input = name.to_owned();
        let readings = catalogue.readings;
        let fetch = move |outlet: &mut Outlet| {
            rows::fetch(&mut connection, &input, &readings, want, outlet)
        };
        Box::new(Fed::new(name, Box::new(fetch)))
    };
    Ok(Opened { tables: catalogue.tables, rows, notes })
}

/// Connects as the address and the credentials say.
fn connect(name: &str, address: &Address, options: &Options) -> Result<Conn, Diagnostic> {
    let credentials = &options.credentials;
    let plain = OptsBuilder::new()
        .user(address.user.as_deref().or_else(|| credentials.get("user")))
        .pass(credentials.get("password"))
        .db_name(address.database.as_deref())
        .ip_or_hostname(Some(address.host.as_deref().unwrap_or("localhost")))
        .socket(address.socket.as_deref())
        .tcp_port(address.port.unwrap_or(3306))
        .tcp_connect_timeout(Some(Duration::from_secs(CONNECT_SECONDS)))
        .tcp_keepalive_time_ms(Some(60_000))
        .max_allowed_packet(Some(PACKET_BYTES))
        // The driver would look for a socket on its own, and read no files on our behalf.
        .prefer_socket(false)
        .local_infile_handler(None)
        .stmt_cache_size(0);
    let refused = |error: Error| faults::connecting(name, &error);
    if address.security == Security::Plain || address.socket.is_some() {
        return Conn::new(plain).map_err(refused);
    }
    // The driver takes the process's provider; another one that is set already will do too.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut encryption = SslOpts::default()
        .with_danger_accept_invalid_certs(!address.security.verifies())
        .with_danger_skip_domain_validation(address.security != Security::Full);
    if let Some(path) = credentials.get("ca_file") {
        tls::readable(path)?;
        encryption = encryption.with_root_cert_path(Some(PathBuf::from(path)));
    }
    match Conn::new(plain.clone().ssl_opts(encryption)) {
        Err(Error::DriverError(DriverError::TlsNotSupported))
            if address.security == Security::Offered =>
        {
            Conn::new(plain).map_err(refused)
        }
        other => other.map_err(refused),
    }
}

/// Begins to read as of now. A client that is slow to take rows must not be dropped for it, and a
/// table that someone changes must not be waited for without end.
fn begin(connection: &mut Conn) -> Result<(), Error> {
    connection.query_drop("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
    connection.query_drop(format!(
        "SET SESSION net_write_timeout = 3600, SESSION lock_wait_timeout = {LOCK_SECONDS},
             SESSION sql_mode = ''"
    ))?;
    connection.query_drop("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
}

/// What keeps the tables from being listed ends the reading.
fn catalogue_fault(name: &str, error: &Error) -> Diagnostic {
    match faults::reading(name, "information_schema", error) {
        faults::Fault::Lost => faults::lost(name, "information_schema"),
        faults::Fault::Table(found) => found,
    }
}

/// A name as MySQL quotes it.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
