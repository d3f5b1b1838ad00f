//! From an address to rows.

use std::path::PathBuf;

use kouan_table::{Rows, Table};
use kouan_terms::Diagnostic;

use crate::{databases, files, objects};

/// What to read of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Every row.
    Everything,
    /// About so many rows of each table, the first ones of a file, spread ones where the source can
    /// give them cheaply.
    Sample(u64),
    /// Tables, columns, comments, keys and estimates; no row.
    Metadata,
}

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only tables whose name matches one of these globs; empty means all.
    pub tables: Vec<String>,
    /// Where passwords and keys come from.
    pub credentials: Credentials,
}

/// Secrets come from a file or standard input, never from a flag.
#[derive(Clone, Default)]
pub struct Credentials {
    /// `key = "value"` pairs of the credentials file: `user`, `password`, `access_key_id`,
    /// `secret_access_key`, `session_token`, `region`, `endpoint`, `addressing` (`path` or
    /// `virtual`: the bucket behind or before the host), `ca_file`.
    pub pairs: Vec<(String, String)>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "Credentials({} entries)", self.pairs.len())
    }
}

impl Credentials {
    /// The value kept for a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// One file, archive, object or database, not yet read.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name in the inventory: the path as given, or the address without user and password.
    pub name: Box<str>,
    /// How many bytes it has, when known without reading.
    pub bytes: Option<u64>,
    pub(crate) place: Place,
}

/// Where an input lies.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A file.
    File(PathBuf),
    /// An object of a store: `s3://bucket/key`.
    Object(String),
    /// A database: `postgres://…`, `mysql://…`, `sqlite:path`.
    Database(String),
    /// Something in a folder that is not read, for this reason.
    LeftOut(Box<Diagnostic>),
}

/// An input, opened.
pub struct Opened {
    /// Its tables as far as they are known before rows are read.
    pub tables: Vec<Table>,
    /// The rows of all its tables; nothing for [`Want::Metadata`].
    pub rows: Box<dyn Rows>,
    /// What was met on opening (the encoding that was found, a member that is no table).
    pub notes: Vec<Diagnostic>,
}

/// Finds the inputs behind addresses: files, folders, globs, databases and object stores, in the
/// order of their names.
///
/// # Errors
///
/// An address that leads nowhere, or that may not be read.
pub fn find(addresses: &[String], options: &Options) -> Result<Vec<Input>, Diagnostic> {
    let mut inputs = Vec::new();
    for address in addresses {
        match address.split_once(':').map(|(scheme, _)| scheme) {
            Some("postgres" | "postgresql" | "mysql" | "mariadb" | "sqlite") => {
                inputs.push(databases::input(address)?);
            }
            Some("s3") => inputs.extend(objects::find(address, options)?),
            _ => inputs.extend(files::find(address)?),
        }
    }
    inputs.sort_by(|one, other| one.name.cmp(&other.name));
    inputs.dedup_by(|one, other| one.name == other.name);
    Ok(inputs)
}

impl Input {
    /// Opens the input; may be called again for a second reading.
    ///
    /// # Errors
    ///
    /// What keeps it from being read.
    pub fn open(&self, want: Want, options: &Options) -> Result<Opened, Diagnostic> {
        match &self.place {
            Place::File(path) => files::open(&self.name, path, want, options),
            Place::Object(address) => objects::open(&self.name, address, want, options),
            Place::Database(address) => databases::open(&self.name, address, want, options),
            Place::LeftOut(why) => Ok(files::nothing(Vec::new(), vec![(**why).clone()])),
        }
    }
}
