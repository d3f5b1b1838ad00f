//! PostgreSQL, MariaDB and SQLite, each as it really is.

mod encrypted;
mod mysql;
mod postgresql;
mod seen;
mod servers;
mod sqlite;
