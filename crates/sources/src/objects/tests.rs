//! A store on this machine, small enough to see through: buckets `open`, `closed` and `broken`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use super::*;
use crate::Credentials;
use crate::columnar::tests::shown;
use crate::limits::OBJECT_BLOCK_BYTES;

/// The objects of the bucket.
fn objects() -> Vec<(&'static str, Vec<u8>)> {
    let large = "甲一,13900000001\n".repeat(OBJECT_BLOCK_BYTES as usize / 12);
    vec![
        ("a/one.csv", "姓名,手机号\n甲一,13900000001\n".into()),
        ("a/deep/two.csv", "姓名,手机号\n例某,13900000002\n".into()),
        ("a/three.txt", format!("姓名,手机号\n{large}").into()),
        ("b/t.xpt", crate::sheets::tiny_xpt(0, false)),
    ]
}

/// Starts a store; its endpoint.
fn store() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        for stream in listener.incoming().flatten() {
            let one = move || while answer(&stream).is_some() {};
            std::thread::Builder::new().spawn(one).unwrap();
        }
    };
    std::thread::Builder::new().spawn(serve).unwrap();
    endpoint
}

/// Answers one request; `None` when the connection is over.
fn answer(stream: &TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next()?.ok()?;
    let headers: Vec<String> = lines.map_while(Result::ok).take_while(|l| !l.is_empty()).collect();
    let mut words = request.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let mut to = stream;
    let mut say = |status: &str, headers: String, body: &[u8]| {
        let head = format!("HTTP/1.1 {status}\r\n{headers}\r\n");
        to.write_all(head.as_bytes()).ok()?;
        if method == "HEAD" { Some(()) } else { to.write_all(body).ok() }
    };
    if bucket == "closed" {
        return say("403 Forbidden", "content-length: 0\r\n".into(), b"");
    }
    if query.contains("list-type=2") {
        let body = listing(query);
        return say("200 OK", format!("content-length: {}\r\n", body.len()), body.as_bytes());
    }
    let all = objects();
    let Some((_, bytes)) = all.iter().find(|(name, _)| *name == key) else {
        return say("404 Not Found", "content-length: 0\r\n".into(), b"");
    };
    let about = "etag: \"1\"\r\nlast-modified: Sun, 22 Nov 2026 00:00:00 GMT\r\n";
    let range = headers.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let (start, end) = value.strip_prefix("bytes=")?.split_once('-')?;
        let is = name.eq_ignore_ascii_case("range");
        is.then(|| Some((start.parse::<usize>().ok()?, end.parse::<usize>().ok()?)))?
    });
    match range {
        None => say("200 OK", format!("{about}content-length: {}\r\n", bytes.len()), bytes),
        Some((start, end)) => {
            let end = end.min(bytes.len() - 1);
            let part = &bytes[start..=end];
            let of = format!("content-range: bytes {start}-{end}/{}\r\n", bytes.len());
            let headers = format!("{about}{of}content-length: {}\r\n", part.len());
            if bucket == "broken" && start > 0 {
                say("206 Partial Content", headers, &part[..part.len() / 2])?;
                return None;
            }
            say("206 Partial Content", headers, part)
        }
    }
}

fn listing(query: &str) -> String {
    let prefix = query.split('&').find_map(|part| part.strip_prefix("prefix=")).unwrap_or("");
    let prefix = prefix.replace("%2F", "/");
    let (mut contents, mut folders) = (String::new(), Vec::new());
    for (key, bytes) in objects() {
        let Some(rest) = key.strip_prefix(&prefix) else { continue };
        match rest.split_once('/') {
            Some((folder, _)) => folders.push(format!("{prefix}{folder}/")),
            None => {
                contents += &format!(
                    "<Contents><Key>{key}</Key><Size>{}</Size><ETag>1</ETag>\
                    <LastModified>2026-11-22T00:00:00.000Z</LastModified></Contents>",
                    bytes.len()
                );
            }
        }
    }
    folders.dedup();
    let folders: String = folders
        .iter()
        .map(|folder| format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>"))
        .collect();
    format!(
        "<ListBucketResult><IsTruncated>false</IsTruncated>{contents}{folders}</ListBucketResult>"
    )
}

fn options(endpoint: &str) -> Options {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let pairs = vec![
        pair("endpoint", endpoint),
        pair("access_key_id", "example"),
        pair("secret_access_key", "example"),
    ];
    Options { credentials: Credentials { pairs }, ..Options::default() }
}

fn names(address: &str, options: &Options) -> Vec<String> {
    find(address, options).unwrap().iter().map(|input| input.name.to_string()).collect()
}

#[test]
fn an_object_a_folder_and_a_glob_are_found() {
    let options = options(&store());
    assert_eq!(names("s3://open/a/one.csv", &options), ["s3://open/a/one.csv"]);
    let mut all = names("s3://open/a/", &options);
    all.sort();
    let wanted = ["s3://open/a/deep/two.csv", "s3://open/a/one.csv", "s3://open/a/three.txt"];
    assert_eq!(all, wanted);
    assert_eq!(names("s3://open/a", &options).len(), 3);
    assert_eq!(names("s3://open/a/*.csv", &options), ["s3://open/a/one.csv"]);
    assert_eq!(names("s3://open/**/*.csv", &options).len(), 2);
    assert_eq!(find("s3://open/nothing", &options).unwrap_err().code.0, "SC101");
}

#[test]
fn an_object_is_read_like_a_file_of_its_format() {
    let options = options(&store());
    for (key, wanted) in [("a/one.csv", 1), ("b/t.xpt", 5), ("a/three.txt", 349_525)] {
        let inputs = find(&format!("s3://open/{key}"), &options).unwrap();
        let mut opened = inputs[0].open(Want::Everything, &options).unwrap();
        assert_eq!(shown(&mut *opened.rows).1.rows, wanted, "{key}");
    }
}

#[test]
fn ranges_cross_blocks_and_end_with_the_object() {
    let options = options(&store());
    let store = Store::open("s3://open", "open", &options).unwrap();
    let found = store.look("a/three.txt").unwrap();
    let object = StoredObject::new(store, found);
    let whole = &objects()[2].1;
    let place = OBJECT_BLOCK_BYTES - 10;
    let mut part = [0; 20];
    assert_eq!(files::Ranges::read_at(&object, place, &mut part).unwrap(), 20);
    assert_eq!(part, whole[place as usize..place as usize + 20]);
    let end = whole.len() as u64 - 5;
    assert_eq!(files::Ranges::read_at(&object, end, &mut part).unwrap(), 5);
    assert_eq!(files::Ranges::read_at(&object, end + 5, &mut part).unwrap(), 0);
    let mut all = Vec::new();
    files::Ranges::stream(&object).unwrap().read_to_end(&mut all).unwrap();
    assert!(all == *whole);
}

#[test]
fn what_cannot_be_read_is_said() {
    let endpoint = store();
    let options = options(&endpoint);
    assert_eq!(find("s3://closed/a/one.csv", &options).unwrap_err().code.0, "SC102");
    assert_eq!(find("s3://user:secret@open/a", &options).unwrap_err().code.0, "SC130");
    let broken = Store::open("s3://broken", "broken", &options).unwrap();
    let found = broken.look("a/three.txt").unwrap();
    let mut all = Vec::new();
    let object = StoredObject::new(broken, found);
    let why = files::Ranges::stream(&object).unwrap().read_to_end(&mut all).unwrap_err();
    assert_eq!(why.kind(), io::ErrorKind::ConnectionAborted);
    assert_eq!(all.len() as u64, OBJECT_BLOCK_BYTES);
}

#[test]
fn keys_and_endpoints_are_checked_before_anything_is_sent() {
    for endpoint in
        ["http://example.com", "ftp://localhost", "localhost", "https://", "https://a@b"]
    {
        let said = find("s3://open/a", &options(endpoint)).unwrap_err();
        assert_eq!(said.code.0, "SC131", "{endpoint}");
    }
    let mut half = options("https://localhost");
    half.credentials.pairs.pop();
    assert_eq!(find("s3://open/a", &half).unwrap_err().code.0, "SC132");
    half.credentials.pairs.push(("ca_file".to_owned(), "/nowhere/ca.pem".to_owned()));
    assert_eq!(find("s3://open/a", &half).unwrap_err().code.0, "SC101");
}
