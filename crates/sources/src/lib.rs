//! Reads tables out of files, archives, databases and object stores, block by block.
//!
//! [`find`] turns addresses (files, folders, globs, `postgres://…`, `s3://…`) into [`Input`]s,
//! without reading rows; [`Input::open`] gives the tables and their rows. Nothing is ever written
//! to a source.

pub mod columnar;
pub mod databases;
pub mod files;
pub mod limits;
pub mod objects;
pub mod sheets;
pub mod text;

mod guard;
mod input;

pub use input::{Credentials, Input, Opened, Options, Want, find};
