//! What went wrong, by the server's number. Its words are never passed on: they may quote data.

use std::error::Error as _;
use std::io;

use kouan_terms::Diagnostic;
use mysql::error::tls::TlsError;
use mysql::{DriverError, Error};

use super::super::{network_code, tls};

/// What an error means for the reading.
pub(super) enum Fault {
    /// The connection is gone.
    Lost,
    /// Only this table cannot be read (further), with the finding that says so.
    Table(Diagnostic),
}

/// Says why no connection came about.
pub(super) fn connecting(input: &str, error: &Error) -> Diagnostic {
    let (code, detail) = match error {
        Error::MySqlError(error) => {
            let code = match error.code {
                // No such database, or no right to it.
                1044 | 1049 => "SC151",
                // Wrong user, password, host or method; locked or expired.
                1045 | 1130 | 1251 | 1698 | 1820 | 1862 | 3118 | 3159 | 4151 => "SC143",
                _ => "SC142",
            };
            (code, format!("mysql {}", error.code))
        }
        Error::DriverError(DriverError::TlsNotSupported) => ("SC144", "not offered".to_owned()),
        Error::DriverError(
            DriverError::UnknownAuthPlugin(_)
            | DriverError::OldMysqlPasswordDisabled
            | DriverError::CleartextPluginDisabled,
        ) => ("SC143", "method".to_owned()),
        Error::DriverError(DriverError::ConnectTimeout) => ("SC142", "timeout".to_owned()),
        Error::DriverError(DriverError::CouldNotConnect(Some((_, _, kind)))) => {
            ("SC142", network_code(Some(&io::Error::from(*kind))))
        }
        Error::TlsError(TlsError::Tls(error)) => ("SC144", tls::code(error).to_owned()),
        Error::TlsError(_) => ("SC144", "handshake".to_owned()),
        Error::IoError(error) => over_network(Some(error)),
        // The first packet after the handshake of the encryption carries its failure.
        Error::CodecError(error) => {
            over_network(error.source().and_then(|source| source.downcast_ref::<io::Error>()))
        }
        _ => ("SC142", "-".to_owned()),
    };
    Diagnostic::error(code).with("input", input).with("code", detail)
}

/// Says why a table was not read to its end.
pub(super) fn reading(input: &str, table: &str, error: &Error) -> Fault {
    let error = match error {
        Error::MySqlError(error) => error,
        Error::IoError(_) | Error::CodecError(_) | Error::DriverError(_) | Error::TlsError(_) => {
            return Fault::Lost;
        }
        _ => return Fault::Table(said("SC146", input, table, "-".to_owned())),
    };
    let code = match error.code {
        // Shut down, gone, killed.
        1053 | 1077 | 1079 | 1152 | 1159 | 1160 | 1161 | 1184 | 1927 | 2006 | 2013 | 4031 => {
            return Fault::Lost;
        }
        // Dropped, or changed since the snapshot.
        1051 | 1054 | 1109 | 1146 | 1412 => "SC147",
        // Ended by a limit or by someone.
        1317 | 1969 | 3024 => "SC148",
        1205 | 1213 => "SC156",
        // Damaged, or marked so.
        126 | 127 | 144 | 145 | 1034 | 1194 | 1195 | 1877 => "SC157",
        1044 | 1142 | 1143 | 1227 | 1370 => {
            return Fault::Table(
                Diagnostic::warning("SC149").with("input", input).with("table", table),
            );
        }
        _ => "SC146",
    };
    Fault::Table(said(code, input, table, format!("mysql {}", error.code)))
}

/// Says that the connection went away.
pub(super) fn lost(input: &str, table: &str) -> Diagnostic {
    Diagnostic::error("SC145").with("input", input).with("table", table)
}

fn said(code: &'static str, input: &str, table: &str, number: String) -> Diagnostic {
    let found = Diagnostic::error(code).with("input", input).with("table", table);
    // Each message has the values its words name.
    if matches!(code, "SC146" | "SC148") { found.with("code", number) } else { found }
}

/// Tells a failure of the encryption, which an input or output error carries, from one of the
/// network.
fn over_network(error: Option<&io::Error>) -> (&'static str, String) {
    let encryption =
        error.and_then(io::Error::get_ref).and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match encryption {
        Some(error) => ("SC144", tls::code(error).to_owned()),
        None => ("SC142", network_code(error)),
    }
}
