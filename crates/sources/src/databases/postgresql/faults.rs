//! What went wrong, by SQLSTATE. The server's own words are never passed on: they may quote data.

use std::error::Error as _;
use std::io;

use kouan_terms::Diagnostic;
use tokio_postgres::Error;

/// What an error means for the reading.
pub(super) enum Fault {
    /// The connection is gone.
    Lost,
    /// Only this table cannot be read (further), with the finding that says so.
    Table(Diagnostic),
}

/// Says why no connection came about.
pub(super) fn connecting(input: &str, error: &Error) -> Diagnostic {
    if let Some(state) = error.code() {
        let code = match state.code() {
            code if code.starts_with("28") => "SC143",
            code if code.starts_with("3D") => "SC151",
            _ => "SC142",
        };
        return Diagnostic::error(code).with("input", input).with("code", state.code());
    }
    // The kind of an error is told by fixed words only.
    let (code, detail) = match error.to_string().as_str() {
        "error performing TLS handshake" => ("SC144", tls_detail(error)),
        "authentication error" | "invalid configuration" => ("SC143", "-".to_owned()),
        _ => ("SC142", io_detail(error)),
    };
    Diagnostic::error(code).with("input", input).with("code", detail)
}

/// Says why a table was not read to its end.
pub(super) fn reading(input: &str, table: &str, error: &Error) -> Fault {
    let Some(state) = error.code() else {
        return match error.source() {
            // An answer that is not understood does not take the connection with it.
            Some(source) if !error.is_closed() && source.downcast_ref::<io::Error>().is_none() => {
                Fault::Table(said("SC146", input, table, "-"))
            }
            _ => Fault::Lost,
        };
    };
    let state = state.code();
    let code = match state {
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" | "25P04" => return Fault::Lost,
        _ if state.starts_with("08") => return Fault::Lost,
        "42P01" | "42703" | "3F000" | "42809" => "SC147",
        "57014" => "SC148",
        "55P03" | "40P01" => "SC156",
        "XX001" | "XX002" => "SC157",
        "42501" => {
            return Fault::Table(
                Diagnostic::warning("SC149").with("input", input).with("table", table),
            );
        }
        _ => "SC146",
    };
    Fault::Table(said(code, input, table, state))
}

/// Says that the connection went away.
pub(super) fn lost(input: &str, table: &str) -> Diagnostic {
    Diagnostic::error("SC145").with("input", input).with("table", table)
}

/// Says that the table is not what it was.
pub(super) fn changed(input: &str, table: &str) -> Diagnostic {
    said("SC147", input, table, "-")
}

fn said(code: &'static str, input: &str, table: &str, state: &str) -> Diagnostic {
    let found = Diagnostic::error(code).with("input", input).with("table", table);
    // Each message has the values its words name.
    if matches!(code, "SC146" | "SC148") { found.with("code", state) } else { found }
}

fn io_detail(error: &Error) -> String {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    super::super::network_code(source)
}

fn tls_detail(error: &Error) -> String {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source
        .and_then(io::Error::get_ref)
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        .map_or("not offered", super::super::tls::code)
        .to_owned()
}
