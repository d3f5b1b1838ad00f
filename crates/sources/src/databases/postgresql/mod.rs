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
mod session;

use std::time::Duration;

use kouan_terms::Diagnostic;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, Security};
use super::feed::{Fed, NoRows};
use super::selection::Selection;
use super::tls;
use crate::limits::{CATALOGUE_SECONDS, CONNECT_SECONDS, LOCK_SECONDS};
use crate::{Opened, Options, Want};
use session::{Refused, Session};

/// Opens a database.
pub(super) fn open(
    name: &str,
    address: &Address,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let selection = Selection::new(&options.tables)?;
    let session = connect(name, address, options)?;
    begin(&session).map_err(|error| catalogue_fault(name, &error))?;
    let catalogue = catalogue::read(&session, name, &address.schemas, &selection)
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
            rows::fetch(&session, &input, &readings, want, outlet)
        };
        Box::new(Fed::new(name, Box::new(fetch)))
    };
    Ok(Opened { tables: catalogue.tables, rows, notes })
}

/// Connects as the address and the credentials say.
fn connect(name: &str, address: &Address, options: &Options) -> Result<Session, Diagnostic> {
    let mut config = Config::new();
    config
        .application_name("kouan")
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
    let session = if security == Security::Plain {
        Session::connect(&config, NoTls)
    } else {
        let tls = tls::config(name, security, options.credentials.get("ca_file"))?;
        Session::connect(&config, MakeRustlsConnect::new(tls))
    };
    session.map_err(|why| match why {
        Refused::By(error) => faults::connecting(name, &error),
        Refused::NoRuntime => {
            Diagnostic::error("SC142").with("input", name).with("code", "runtime")
        }
    })
}

/// Begins to read as of now, and fixes how values are written.
fn begin(session: &Session) -> Result<(), tokio_postgres::Error> {
    session.run(&format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
         SET LOCAL statement_timeout = '{CATALOGUE_SECONDS}s';
         SET LOCAL lock_timeout = '{LOCK_SECONDS}s';
         SET LOCAL datestyle = 'ISO, YMD';
         SET LOCAL intervalstyle = 'iso_8601';
         SET LOCAL bytea_output = 'hex';"
    ))
}

/// What keeps the tables from being listed ends the reading.
fn catalogue_fault(name: &str, error: &tokio_postgres::Error) -> Diagnostic {
    match faults::reading(name, "pg_catalog", error) {
        faults::Fault::Lost => faults::lost(name, "pg_catalog"),
        faults::Fault::Table(found) => found,
    }
}
