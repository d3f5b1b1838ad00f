//! One bucket of a store: looked at, listed, and read in ranges.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use kouan_terms::Diagnostic;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, Certificate, ClientOptions, Error, GetOptions, GetRange, ObjectMeta,
    ObjectStore, RetryConfig,
};
use tokio::runtime::{Builder, Runtime};

use crate::Options;
use crate::files::{Ranges, unreadable};
use crate::limits::{OBJECT_BLOCK_BYTES, OBJECT_BLOCKS, OBJECT_FOLDERS, OBJECTS};

/// How long a connection, a request and all its repetitions may take.
const CONNECT: Duration = Duration::from_secs(10);
const REQUEST: Duration = Duration::from_secs(120);
const RETRY: Duration = Duration::from_secs(180);

/// Stores that want the bucket in front of the host.
const BUCKET_FIRST: &[&str] = &["aliyuncs.com", "myqcloud.com", "myhuaweicloud.com"];

/// A bucket.
pub(super) struct Store {
    pub(super) store: Arc<dyn ObjectStore>,
    /// Driven by whichever thread waits for an answer; no thread is started.
    pub(super) runtime: Runtime,
}

/// An object that is there.
pub(super) struct Found {
    pub(super) key: String,
    pub(super) bytes: u64,
    /// What tells one version from another.
    etag: Option<String>,
}

impl Store {
    /// A bucket, without asking anything of it.
    ///
    /// Keys come from the credentials alone: neither the environment nor the machine's own role is
    /// asked. Without a key the bucket is read as anyone may read it.
    pub(super) fn open(
        address: &str,
        bucket: &str,
        options: &Options,
    ) -> Result<Store, Diagnostic> {
        // Another provider may have been chosen before; that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let credentials = &options.credentials;
        let get = |key| credentials.get(key).filter(|value: &&str| !value.is_empty());
        let mut client = ClientOptions::new().with_connect_timeout(CONNECT).with_timeout(REQUEST);
        if let Some(file) = get("ca_file") {
            let pem = std::fs::read(file).map_err(|why| unreadable(file, &why))?;
            let wrong = |_| Diagnostic::error("SC133").with("file", file);
            client = client.with_root_certificate(Certificate::from_pem(&pem).map_err(wrong)?);
        }
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(get("region").unwrap_or("us-east-1"))
            .with_retry(retry());
        builder = match (get("access_key_id"), get("secret_access_key")) {
            (Some(id), Some(secret)) => {
                builder.with_access_key_id(id).with_secret_access_key(secret)
            }
            (None, None) => builder.with_skip_signature(true),
            _ => return Err(Diagnostic::error("SC132").with("input", address)),
        };
        if let Some(token) = get("session_token") {
            builder = builder.with_token(token);
        }
        if let Some(endpoint) = get("endpoint") {
            let (scheme, host) = endpoint_parts(endpoint)?;
            client = client.with_allow_http(scheme == "http");
            let name = host.split([':', '/']).next().unwrap_or(host);
            let first = get("addressing").map_or_else(
                || BUCKET_FIRST.iter().any(|store| name.ends_with(store)),
                |way| way == "virtual",
            );
            builder = if first {
                let endpoint = format!("{scheme}://{bucket}.{host}");
                builder.with_virtual_hosted_style_request(true).with_endpoint(endpoint)
            } else {
                builder.with_endpoint(format!("{scheme}://{host}"))
            };
        }
        let wrong = || Diagnostic::error("SC131");
        let store = builder.with_client_options(client).build().map_err(|_| wrong())?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|why| unreadable(address, &why))?;
        Ok(Store { store: Arc::new(store), runtime })
    }

    /// An object's size and version.
    pub(super) fn look(&self, key: &str) -> io::Result<Found> {
        let path = Path::parse(key).map_err(|_| io::ErrorKind::NotFound)?;
        let options = GetOptions { head: true, ..GetOptions::default() };
        let got = self.runtime.block_on(self.store.get_opts(&path, options));
        got.map(|got| found(got.meta)).map_err(|why| kind(&why))
    }

    /// Every object in a folder and the folders in it.
    pub(super) fn list(&self, folder: &str) -> io::Result<Vec<Found>> {
        let folder = folder.trim_end_matches('/');
        let first = Path::parse(folder).map_err(|_| io::ErrorKind::NotFound)?;
        let (mut folders, mut seen) = (vec![first], 0);
        let mut all = Vec::new();
        while let Some(folder) = folders.pop() {
            seen += 1;
            let listed = self.store.list_with_delimiter(Some(&folder));
            let listed = self.runtime.block_on(listed).map_err(|why| kind(&why))?;
            // What ends in a stroke and is empty stands for a folder.
            let objects = listed.objects.into_iter().filter(|object| object.size > 0);
            all.extend(objects.map(found));
            folders.extend(listed.common_prefixes);
            if all.len() > OBJECTS || seen > OBJECT_FOLDERS {
                return Err(io::ErrorKind::QuotaExceeded.into());
            }
        }
        Ok(all)
    }

    /// A range of an object, as long as it is the version that was looked at.
    pub(super) fn range(&self, found: &Found, start: u64, end: u64) -> io::Result<Bytes> {
        let path = Path::parse(&found.key).map_err(|_| io::ErrorKind::NotFound)?;
        let options = GetOptions {
            if_match: found.etag.clone(),
            range: Some(GetRange::Bounded(start..end)),
            ..GetOptions::default()
        };
        let bytes = self
            .runtime
            .block_on(async { self.store.get_opts(&path, options).await?.bytes().await });
        let bytes = bytes.map_err(|why| kind(&why))?;
        if bytes.len() as u64 == end - start {
            Ok(bytes)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

fn found(meta: ObjectMeta) -> Found {
    Found { key: meta.location.to_string(), bytes: meta.size, etag: meta.e_tag }
}

fn retry() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(5),
        base: 2.0,
    };
    RetryConfig { backoff, max_retries: 4, retry_timeout: RETRY }
}

/// Scheme and host of an endpoint. What goes over the network is encrypted: `http` is only for a
/// store on this machine.
fn endpoint_parts(endpoint: &str) -> Result<(&str, &str), Diagnostic> {
    let wrong = || Diagnostic::error("SC131");
    let (scheme, host) = endpoint.trim_end_matches('/').split_once("://").ok_or_else(wrong)?;
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split([':', '/']).next().unwrap_or(host),
    };
    let here = matches!(name, "localhost" | "127.0.0.1" | "::1");
    let allowed = scheme == "https" || (scheme == "http" && here);
    if allowed && !name.is_empty() && !host.contains(['@', '?', '#']) {
        Ok((scheme, host))
    } else {
        Err(wrong())
    }
}

/// What an answer of a store comes to. Its words are left out: they may hold addresses with
/// signatures.
pub(super) fn kind(why: &Error) -> io::Error {
    match why {
        Error::NotFound { .. } | Error::InvalidPath { .. } => io::ErrorKind::NotFound.into(),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            io::ErrorKind::PermissionDenied.into()
        }
        // The object is another one than was looked at.
        Error::Precondition { .. } => io::ErrorKind::StaleNetworkFileHandle.into(),
        _ => io::ErrorKind::ConnectionAborted.into(),
    }
}

/// The bytes of an object, fetched in blocks of which a few are kept.
///
/// Formats read pages here and there, text reads on and on: both are served by blocks, and what is
/// held is bounded by [`OBJECT_BLOCKS`] of [`OBJECT_BLOCK_BYTES`]. A broken connection costs one
/// block, which is asked for again.
#[derive(Clone)]
pub(super) struct StoredObject(Arc<Held>);

struct Held {
    store: Store,
    found: Found,
    /// The last used block last.
    blocks: Mutex<Vec<(u64, Bytes)>>,
}

impl StoredObject {
    pub(super) fn new(store: Store, found: Found) -> StoredObject {
        StoredObject(Arc::new(Held { store, found, blocks: Mutex::new(Vec::new()) }))
    }

    fn block(&self, number: u64) -> io::Result<Bytes> {
        let Held { store, found, blocks } = &*self.0;
        {
            let mut held = blocks.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = held.iter().position(|(held, _)| *held == number) {
                let block = held.remove(place);
                let bytes = block.1.clone();
                held.push(block);
                return Ok(bytes);
            }
        }
        // Not while the lock is held: another thread may want a block that is there.
        let start = number.saturating_mul(OBJECT_BLOCK_BYTES);
        let end = start.saturating_add(OBJECT_BLOCK_BYTES).min(found.bytes);
        let bytes = store.range(found, start, end)?;
        let mut held = blocks.lock().unwrap_or_else(PoisonError::into_inner);
        held.push((number, bytes.clone()));
        if held.len() > OBJECT_BLOCKS {
            held.remove(0);
        }
        Ok(bytes)
    }
}

impl Ranges for StoredObject {
    fn bytes(&self) -> u64 {
        self.0.found.bytes
    }

    fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let place = place.saturating_add(filled as u64);
            if place >= self.bytes() {
                break;
            }
            let block = self.block(place / OBJECT_BLOCK_BYTES)?;
            let start = usize::try_from(place % OBJECT_BLOCK_BYTES).unwrap_or(usize::MAX);
            let from = block.get(start..).unwrap_or_default();
            let length = from.len().min(rest.len());
            let (Some(to), Some(from)) = (rest.get_mut(..length), from.get(..length)) else {
                break;
            };
            to.copy_from_slice(from);
            filled += length;
        }
        Ok(filled)
    }

    fn stream(&self) -> io::Result<Box<dyn io::Read + Send>> {
        Ok(Box::new(Sequential { object: self.clone(), place: 0 }))
    }
}

/// An object from its start, block after block.
struct Sequential {
    object: StoredObject,
    place: u64,
}

impl io::Read for Sequential {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.object.read_at(self.place, into)?;
        self.place += read as u64;
        Ok(read)
    }
}
