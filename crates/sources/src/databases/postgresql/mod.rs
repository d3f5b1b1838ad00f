//! PostgreSQL, from version 12: one read-only transaction in which everything is read as of one
//! moment.
//!
//! Views and foreign tables are read like tables; a partitioned table is read once, through its
//! parent; a child table that adds no column is read through its parent too. Tables that belong to
//! an extension are not looked at. While a scan runs the server keeps old row versions for it.

mod catalogue;
mod copy;
mod faults;
mod rows;

use std::time::Duration;

use kouan_terms::Diagnostic;
use postgres::config::SslMode;
use postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, Security};
use super::feed::{Fed, NoRows};
use super::selection::Selection;
use super::tls;
use crate::limits::{CATALOGUE_SECONDS, CONNECT_SECONDS, LOCK_SECONDS};
use crate::{Opened, Options, Want};

/// Opens a database.
pub(super) fn open(
    name: &str,
    address: &Address,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let selection = Selection::new(&options.tables)?;
    let mut client = connect(name, address, options)?;
    begin(&mut client).map_err(|error| catalogue_fault(name, &error))?;
    let catalogue = catalogue::read(&mut client, name, &address.schemas, &selection)
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
        let fetch = move |outlet: &mut super::feed::Outlet| {
            rows::fetch(&mut client, &input, &readings, want, outlet)
        };
        Box::new(Fed::new(name, Box::new(fetch)))
    };
    Ok(Opened { tables: catalogue.tables, rows, notes })
}

/// Connects as the address and the credentials say.
fn connect(name: &str, address: &Address, options: &Options) -> Result<Client, Diagnostic> {
    let mut config = Config::new();
    config
        .application_name("kouan")
        // What a server says besides may quote data; nobody hears it.
        .notice_callback(|_| {})
        .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
        .keepalives_idle(Duration::from_secs(60))
        .keepalives_interval(Duration::from_secs(10))
        .keepalives_retries(6);
    match (&address.socket, &address.host) {
        (Some(folder), _) => config.host_path(folder),
        (None, Some(host)) => config.host(host),
        (None, None) => config.host("localhost"),
    };
    if let Some(port) = address.port {
        config.port(port);
    }
    if let Some(user) = address.user.as_deref().or_else(|| options.credentials.get("user")) {
        config.user(user);
    }
    if let Some(password) = options.credentials.get("password") {
        config.password(password);
    }
    if let Some(database) = &address.database {
        config.dbname(database);
    }
    let security = address.security;
    config.ssl_mode(match security {
        Security::Plain => SslMode::Disable,
        Security::Offered => SslMode::Prefer,
        Security::Encrypted | Security::Authority | Security::Full => SslMode::Require,
    });
    let client = if security == Security::Plain {
        config.connect(postgres::NoTls)
    } else {
        let tls = tls::config(name, security, options.credentials.get("ca_file"))?;
        config.connect(MakeRustlsConnect::new(tls))
    };
    client.map_err(|error| faults::connecting(name, &error))
}

/// Begins to read as of now, and fixes how values are written.
fn begin(client: &mut Client) -> Result<(), postgres::Error> {
    client.batch_execute(&format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
         SET LOCAL statement_timeout = '{CATALOGUE_SECONDS}s';
         SET LOCAL lock_timeout = '{LOCK_SECONDS}s';
         SET LOCAL datestyle = 'ISO, YMD';
         SET LOCAL intervalstyle = 'iso_8601';
         SET LOCAL bytea_output = 'hex';"
    ))
}

/// What keeps the tables from being listed ends the reading.
fn catalogue_fault(name: &str, error: &postgres::Error) -> Diagnostic {
    match faults::reading(name, "pg_catalog", error) {
        faults::Fault::Lost => faults::lost(name, "pg_catalog"),
        faults::Fault::Table(found) => found,
    }
}
