//! Connections over the network, encrypted and not; the servers' certificate is for `localhost`,
//! by an authority nobody knows but the tests.

use kouan_sources::{Credentials, Options, Want};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};

use super::seen::input;
use super::servers;

/// Asks an address under several `sslmode`s; gives back the code each ends with, and whether it
/// was noted that the server was not verified.
fn outcomes(address: &str, pairs: &[(&str, &str)], modes: &[&str]) -> Vec<String> {
    let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let options = Options {
        credentials: Credentials { pairs: pairs.collect() },
        tables: vec!["none".to_owned()],
    };
    let ask = |mode: &&str| {
        let opened = input(&format!("{address}?sslmode={mode}")).open(Want::Metadata, &options);
        match opened {
            Ok(opened) if opened.notes.iter().any(|note| note.code.0 == "SC153") => {
                format!("{mode}: unverified")
            }
            Ok(_) => format!("{mode}: good"),
            Err(found) => {
                let code = found.values.iter().find(|(name, _)| *name == "code");
                format!("{mode}: {} {}", found.code.0, code.map_or("", |(_, value)| value))
            }
        }
    };
    modes.iter().map(ask).collect()
}

const MODES: [&str; 4] = ["prefer", "require", "verify-ca", "verify-full"];

#[test]
fn postgresql_is_verified_as_far_as_asked() {
    let Some(address) = servers::address("KOUAN_TEST_POSTGRES_TLS") else { return };
    let Some(authority) = servers::address("KOUAN_TEST_CA") else { return };
    assert_eq!(
        outcomes(&address, &[], &MODES),
        [
            "prefer: unverified",
            "require: unverified",
            "verify-ca: SC144 certificate: unknown issuer",
            "verify-full: SC144 certificate: unknown issuer",
        ]
    );
    let known = [("ca_file", authority.as_str())];
    assert_eq!(outcomes(&address, &known, &MODES[2..]), ["verify-ca: good", "verify-full: good"]);
    let other_name = address.replace("localhost", "127.0.0.1");
    assert_eq!(
        outcomes(&other_name, &known, &MODES[2..]),
        ["verify-ca: good", "verify-full: SC144 certificate: name"]
    );
    // In the clear this user is not let in, and a file without a certificate is none.
    assert_eq!(outcomes(&address, &[], &["disable"]), ["disable: SC143 -"]);
    let none = [("ca_file", "/no/such/file")];
    assert_eq!(outcomes(&address, &none, &["verify-full"]), ["verify-full: SC152 "]);
}

#[test]
fn mysql_is_verified_as_far_as_asked() {
    let Some(address) = servers::address("KOUAN_TEST_MYSQL_TLS") else { return };
    let Some(authority) = servers::address("KOUAN_TEST_CA") else { return };
    let Some(local) = servers::address("KOUAN_TEST_MYSQL") else { return };
    let socket = local.split_once("socket=").expect("a socket").1;
    let mut root = Conn::new(OptsBuilder::new().user(Some("root")).socket(Some(socket)))
        .expect("the server of the tests");
    for statement in [
        "CREATE OR REPLACE USER km_far_reader IDENTIFIED BY 'open-sesame' REQUIRE SSL",
        "GRANT SELECT ON kouan.* TO km_far_reader",
    ] {
        root.query_drop(statement).expect("a user");
    }
    let who = [("user", "km_far_reader"), ("password", "open-sesame")];
    assert_eq!(
        outcomes(&address, &who, &MODES),
        [
            "prefer: unverified",
            "require: unverified",
            "verify-ca: SC144 certificate: unknown issuer",
            "verify-full: SC144 certificate: unknown issuer",
        ]
    );
    let known = [who[0], who[1], ("ca_file", authority.as_str())];
    assert_eq!(outcomes(&address, &known, &MODES[2..]), ["verify-ca: good", "verify-full: good"]);
    let other_name = address.replace("localhost", "127.0.0.1");
    assert_eq!(
        outcomes(&other_name, &known, &MODES[2..]),
        ["verify-ca: good", "verify-full: SC144 certificate: name"]
    );
    assert_eq!(outcomes(&address, &who, &["disable"]), ["disable: SC143 mysql 1045"]);
}
