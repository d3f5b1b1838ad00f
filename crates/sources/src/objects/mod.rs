//! Objects in S3-compatible stores: read as sources, and written where a release goes to one.

mod bucket;
mod store;

use std::io;
use std::sync::Arc;

use globset::GlobBuilder;
use kouan_terms::Diagnostic;

use self::store::{Found, Store, StoredObject};
use crate::files::{self, Content, unreadable};
use crate::input::Place;
use crate::{Input, Opened, Options, Want};

pub use self::bucket::Bucket;

/// What an address must begin with.
const SCHEME: &str = "s3://";

/// Characters that make a key a glob.
const GLOB: [char; 4] = ['*', '?', '[', '{'];

/// Finds the objects behind `s3://bucket/key`, `s3://bucket/folder/` or a glob.
pub(crate) fn find(address: &str, options: &Options) -> Result<Vec<Input>, Diagnostic> {
    let (bucket, key) = parts(address)?;
    let store = Store::open(address, bucket, options)?;
    let said = |why: io::Error| unreadable(address, &why);
    let (start, _) = key.split_at(key.find(GLOB).unwrap_or(key.len()));
    let found = if start.len() < key.len() {
        let matcher = GlobBuilder::new(key)
            .literal_separator(true)
            .build()
            .map_err(|_| Diagnostic::error("SC101").with("input", address))?
            .compile_matcher();
        let folder = start.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut found = store.list(folder).map_err(said)?;
        found.retain(|found| matcher.is_match(&found.key));
        found
    } else if key.is_empty() || key.ends_with('/') {
        store.list(key).map_err(said)?
    } else {
        match store.look(key) {
            Ok(found) => vec![found],
            Err(why) if why.kind() == io::ErrorKind::NotFound => store.list(key).map_err(said)?,
            Err(why) => return Err(said(why)),
        }
    };
    let input = |found: Found| {
        let name: Box<str> = format!("{SCHEME}{bucket}/{}", found.key).into();
        let place = Place::Object(name.to_string());
        Input { name, bytes: Some(found.bytes), place }
    };
    let inputs: Vec<Input> = found.into_iter().map(input).collect();
    if inputs.is_empty() {
        return Err(Diagnostic::error("SC101").with("input", address));
    }
    Ok(inputs)
}

/// Opens an object by what its content is.
pub(crate) fn open(
    name: &str,
    address: &str,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let (bucket, key) = parts(address)?;
    let store = Store::open(address, bucket, options)?;
    let found = store.look(key).map_err(|why| unreadable(name, &why))?;
    let content = Content::ranges(Arc::new(StoredObject::new(store, found)));
    files::open_content(name, &content, want, options)
}

/// Bucket and key of an address.
fn parts(address: &str) -> Result<(&str, &str), Diagnostic> {
    let wrong = || Diagnostic::error("SC130");
    let rest = address.strip_prefix(SCHEME).ok_or_else(wrong)?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    // A name and a password in front of an @ are refused without being repeated.
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    if bucket.is_empty() || !bucket.chars().all(plain) {
        return Err(wrong());
    }
    Ok((bucket, key))
}

#[cfg(test)]
mod tests;
