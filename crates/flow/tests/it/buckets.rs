//! Releases into a store on this machine, small enough to see through.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use kouan_decide::permit::{AtLimit, open};
use kouan_flow::release::{InBucket, Outcome, Shape, Source, Target, standing};
use kouan_flow::{Bucket, Credentials, Options};
use kouan_terms::Diagnostic;

use crate::stand::{Run, Stand, book, codes, looked, members, name, noon, scratch};

/// What the store holds.
#[derive(Default)]
struct Held {
    objects: BTreeMap<String, Vec<u8>>,
    /// Parts of objects that nobody can read yet, by their keys.
    parts: BTreeMap<String, BTreeMap<usize, Vec<u8>>>,
    /// From this part of an object on, the store refuses what is sent.
    refuses_from: Option<usize>,
}

#[derive(Clone)]
struct Store {
    held: Arc<Mutex<Held>>,
    endpoint: String,
}

impl Store {
    fn start() -> Store {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let store = Store { held: Arc::default(), endpoint };
        let held = Arc::clone(&store.held);
        let serve = move || {
            for stream in listener.incoming().flatten() {
                let held = Arc::clone(&held);
                let one = move || while answer(&stream, &held).is_some() {};
                std::thread::Builder::new().spawn(one).unwrap();
            }
        };
        std::thread::Builder::new().spawn(serve).unwrap();
        store
    }

    fn bucket(&self) -> Bucket {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let pairs = vec![
            pair("endpoint", &self.endpoint),
            pair("access_key_id", "example"),
            pair("secret_access_key", "example"),
        ];
        let options = Options { credentials: Credentials { pairs }, ..Options::default() };
        Bucket::open("s3://open/x", &options).unwrap().0
    }

    fn object(&self, key: &str) -> Option<Vec<u8>> {
        self.held.lock().unwrap().objects.get(key).cloned()
    }

    fn refuse_from(&self, part: Option<usize>) {
        self.held.lock().unwrap().refuses_from = part;
    }

    fn target(&self, stand: &Stand, path: &str) -> Target {
        let disk = InBucket::new(self.bucket(), Arc::new(stand.disk.clone()));
        let is_file = path.ends_with(".csv");
        Target {
            disk: Arc::new(disk),
            path: path.to_owned(),
            name: name(&format!("s3://open/{path}")),
            shape: if is_file { Shape::File } else { Shape::Parts { rows: 3 } },
            form: kouan_gate::Form::Csv,
        }
    }
}

/// Answers one request; `None` when the connection is over.
fn answer(stream: &TcpStream, held: &Mutex<Held>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let header = |wanted: &str| {
        let headers = lines.iter().filter_map(|line| line.split_once(": "));
        let mut same = headers.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        same.next().map(|(_, value)| value.to_owned())
    };
    let length = header("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request = lines.first()?.clone();
    let mut words = request.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let key = path.trim_start_matches('/').split_once('/').map_or("", |(_, key)| key).to_owned();
    let (status, headers, body) = done(method, &key, query, header("range"), body, held);
    let mut to = stream;
    let shown = if method == "HEAD" { &[][..] } else { &body };
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    to.write_all(head.as_bytes()).and_then(|()| to.write_all(shown)).ok()
}

type Answer = (&'static str, String, Vec<u8>);

fn done(
    method: &str,
    key: &str,
    query: &str,
    range: Option<String>,
    body: Vec<u8>,
    held: &Mutex<Held>,
) -> Answer {
    let mut held = held.lock().unwrap();
    let about = "etag: \"1\"\r\nlast-modified: Sun, 22 Nov 2026 00:00:00 GMT\r\n".to_owned();
    let of = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.replace("%2F", "/"))
    };
    let xml = |text: String| ("200 OK", String::new(), text.into_bytes());
    let part = of("partNumber").map(|number| number.parse::<usize>().unwrap());
    match (method, part) {
        ("PUT", number) if held.refuses_from.is_some_and(|from| number.unwrap_or(0) >= from) => {
            ("403 Forbidden", String::new(), Vec::new())
        }
        ("PUT", Some(number)) => {
            held.parts.get_mut(key).unwrap().insert(number, body);
            ("200 OK", about, Vec::new())
        }
        ("PUT", None) => {
            held.objects.insert(key.to_owned(), body);
            ("200 OK", about, Vec::new())
        }
        ("POST", _) if of("uploadId").is_some() => {
            let whole = held.parts.remove(key).unwrap().into_values().flatten().collect();
            held.objects.insert(key.to_owned(), whole);
            xml("<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>"
                .to_owned())
        }
        ("POST", _) => {
            held.parts.insert(key.to_owned(), BTreeMap::new());
            xml(format!(
                "<InitiateMultipartUploadResult><Bucket>open</Bucket><Key>{key}</Key>\
                 <UploadId>1</UploadId></InitiateMultipartUploadResult>"
            ))
        }
        ("DELETE", _) => {
            held.parts.remove(key);
            ("204 No Content", String::new(), Vec::new())
        }
        _ if query.contains("list-type=2") => {
            let prefix = of("prefix").unwrap_or_default();
            let keys = held.objects.iter().filter(|(key, _)| key.starts_with(&prefix));
            let contents: String = keys
                .map(|(key, bytes)| {
                    format!(
                        "<Contents><Key>{key}</Key><Size>{}</Size><ETag>1</ETag>\
                         <LastModified>2026-11-22T00:00:00.000Z</LastModified></Contents>",
                        bytes.len()
                    )
                })
                .collect();
            xml(format!(
                "<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
            ))
        }
        _ => got(held.objects.get(key), range, about),
    }
}

/// An object, or a range of it.
fn got(object: Option<&Vec<u8>>, range: Option<String>, about: String) -> Answer {
    match (object, range) {
        (None, _) => ("404 Not Found", String::new(), Vec::new()),
        (Some(bytes), None) => ("200 OK", about, bytes.clone()),
        (Some(bytes), Some(range)) => {
            let (start, end) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
            let end = end.min(bytes.len() - 1);
            let of = format!("{about}content-range: bytes {start}-{end}/{}\r\n", bytes.len());
            ("206 Partial Content", of, bytes.get(start..=end).unwrap().to_vec())
        }
    }
}

/// Two persons left before; of the four of the source one did.
struct Release {
    stand: Stand,
    permit: kouan_decide::permit::Permit,
    source: Source,
}

impl Release {
    fn new(test: &str) -> Release {
        let folder = scratch(test);
        let stand = Stand::new(1);
        let permit = stand.grant(20_000, AtLimit::Stop, None).text;
        stand.release(&permit, &members(&folder, "before.csv", 1..3), "out/before.csv").unwrap();
        let permit = open(&permit, &[stand.office().signing_key().1]).unwrap();
        let path = members(&folder, "members.csv", 2..6);
        let source = looked(&permit, &path, noon().day().0).unwrap();
        Release { stand, permit, source }
    }

    fn to(&self, stand: &Stand, target: &Target) -> Result<Outcome, Vec<Diagnostic>> {
        let office = stand.try_office().map_err(|finding| vec![finding])?;
        let stands = standing(&office, &self.permit, book(), noon(), None)?;
        let (source, clock) = (&self.source, &noon);
        Run { office: &office, stands: &stands, source, clock }.release(target)
    }
}

fn is_waiting(stand: &Stand) -> bool {
    stand.disk.paths().iter().any(|path| path.ends_with(".kouan-part"))
}

#[test]
fn an_object_appears_after_its_entry_and_is_read_back() {
    let (release, store) = (Release::new("bucket"), Store::start());
    let stand = &release.stand;
    for path in ["out/members.csv", "out/parts"] {
        let target = store.target(stand, path);
        release.to(stand, &target).unwrap();
        let last = if path.ends_with("parts") { "out/parts/members-0001.csv" } else { path };
        let text = String::from_utf8(store.object(last).unwrap()).unwrap();
        assert_eq!(text.lines().count(), 9, "{text}");
        assert!(!is_waiting(stand));
        assert_eq!(stand.releases().pop().unwrap().people.year.general.total, 5);
        assert!(release.to(stand, &target).unwrap().before);
    }
}

#[test]
fn a_store_that_refuses_gets_nothing_and_the_entry_says_so() {
    let (release, store) = (Release::new("bucket-refuses"), Store::start());
    let stand = &release.stand;
    let target = store.target(stand, "members.csv");
    store.refuse_from(Some(0));
    assert_eq!(codes(release.to(stand, &target)), ["RL110"]);
    assert!(store.object("members.csv").is_none() && !is_waiting(stand));
    let history = stand.office().history().unwrap();
    assert_eq!(history.entries().last().unwrap().what.kind(), "withdrawn");
    store.refuse_from(None);
    release.to(stand, &target).unwrap();
    assert!(store.object("members.csv").is_some());
    assert_eq!(stand.releases().pop().unwrap().people.year.general.total, 5);
    // What stands at the place is never written over.
    store.held.lock().unwrap().objects.insert("other.csv".to_owned(), b"x".to_vec());
    assert_eq!(codes(release.to(stand, &store.target(stand, "other.csv"))), ["RL105"]);
    assert_eq!(store.object("other.csv").unwrap(), b"x");
}

#[test]
fn wherever_it_is_stopped_no_object_is_out_without_an_entry_and_the_next_run_sends_it() {
    let release = Release::new("bucket-stopped");
    let whole = Stand { disk: release.stand.disk.copy(0) };
    let before = whole.disk.operations();
    release.to(&whole, &Store::start().target(&whole, "members.csv")).unwrap();
    let operations = whole.disk.operations() - before;
    let mut completed = 0;
    for operation in 1..=operations {
        let store = Store::start();
        let disk = release.stand.disk.copy(operation);
        disk.crash_at(operation);
        let stopped = Stand { disk: disk.clone() };
        let _ = release.to(&stopped, &store.target(&stopped, "members.csv"));
        let disk = if operation % 2 == 0 { disk.after_kill() } else { disk.after_power_loss() };
        let found = Stand { disk };
        let is_out = store.object("members.csv").is_some();
        assert!(!is_out || found.releases().len() == 2, "operation {operation}");
        let outcome = release.to(&found, &store.target(&found, "members.csv")).unwrap();
        completed += u64::from(outcome.completed.is_some());
        assert!(store.object("members.csv").is_some() && !is_waiting(&found), "{operation}");
        assert_eq!(found.releases().pop().unwrap().people.year.general.total, 5, "{operation}");
    }
    assert!(completed > 0);
}

#[test]
fn a_large_object_is_sent_in_parts_and_is_there_whole_or_not_at_all() {
    let store = Store::start();
    let bucket = store.bucket();
    let all: Vec<u8> = (0..33_u32 << 20).map(|place| (place % 251) as u8).collect();
    let mut piece = |at: u64, bytes: usize| {
        let at = (at as usize).min(all.len());
        Ok(all[at..(at + bytes).min(all.len())].to_vec())
    };
    store.refuse_from(Some(3));
    assert!(bucket.put("large.parquet", &mut piece).is_err());
    assert!(store.object("large.parquet").is_none());
    assert!(store.held.lock().unwrap().parts.is_empty(), "the parts are given up");
    store.refuse_from(None);
    bucket.put("large.parquet", &mut piece).unwrap();
    assert!(store.object("large.parquet").unwrap() == all);
    assert_eq!(bucket.len("large.parquet").unwrap(), Some(33 << 20));
    assert_eq!(bucket.read_at("large.parquet", 16 << 20, 3).unwrap(), all[16 << 20..][..3]);
}
