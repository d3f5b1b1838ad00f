//! The address of a database: `engine://user@host:port/database?option=value`, never a password.

use std::net::IpAddr;

use kouan_terms::Diagnostic;

/// Where a database is and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Which kind of database.
    pub(super) engine: Engine,
    /// Who reads.
    pub(super) user: Option<String>,
    /// The host, when it is reached over the network.
    pub(super) host: Option<String>,
    /// The port, when it is not the usual one.
    pub(super) port: Option<u16>,
    /// The database, or for SQLite the file.
    pub(super) database: Option<String>,
    /// The unix socket: a folder for PostgreSQL, a file for MySQL.
    pub(super) socket: Option<String>,
    /// Only tables of these schemas; empty means all.
    pub(super) schemas: Vec<String>,
    /// How far the connection is secured.
    pub(super) security: Security,
}

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    /// PostgreSQL and what speaks its protocol.
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    /// A file of SQLite.
    Sqlite,
}

/// How far a connection is secured; the words are those of `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// `disable`: in the clear. The default for a unix socket and this machine.
    Plain,
    /// `prefer`: encrypted when the server can, whoever the server is.
    Offered,
    /// `require`: encrypted, whoever the server is.
    Encrypted,
    /// `verify-ca`: encrypted, by a server whose certificate a known authority signed.
    Authority,
    /// `verify-full`: the same, and the certificate bears the host's name. The default for any
    /// other machine.
    Full,
}

impl Address {
    /// Takes an address apart.
    ///
    /// Nothing of an address that holds a password is repeated in the finding but what stands
    /// behind the last `@`.
    pub(super) fn parse(text: &str) -> Result<Address, Diagnostic> {
        let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
        let engine = match scheme {
            "postgres" | "postgresql" => Engine::Postgresql,
            "mysql" | "mariadb" => Engine::Mysql,
            "sqlite" => return sqlite(text, rest),
            _ => return Err(not_understood(text, "scheme")),
        };
        let rest = rest.strip_prefix("//").ok_or_else(|| not_understood(text, "//"))?;
        let (user, after) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((who, after)) if who.contains(':') => {
                return Err(Diagnostic::error("SC140")
                    .with("input", format!("{}://{}", engine.scheme(), bare(after))));
            }
            Some((who, after)) => (Some(who), after),
        };
        let shown = format!("{}://{}", engine.scheme(), bare(after));
        let (place, query) = after.split_once('?').unwrap_or((after, ""));
        let (host_port, database) = place.split_once('/').unwrap_or((place, ""));
        let (host, port) =
            split_port(host_port).ok_or_else(|| not_understood(&shown, "host:port"))?;
        let decode =
            |part: &str, name: &str| decoded(part).ok_or_else(|| not_understood(&shown, name));
        let mut address = Address {
            engine,
            user: user.map(|user| decode(user, "user")).transpose()?,
            host: Some(decode(host, "host")?).filter(|host| !host.is_empty()),
            port,
            database: Some(decode(database, "database")?).filter(|name| !name.is_empty()),
            socket: None,
            schemas: Vec::new(),
            security: Security::Full,
        };
        let mut asked = None;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(value, key)?;
            if let Some(security) = address.set(key, value, &shown)? {
                asked = Some(security);
            }
        }
        if address.host.as_deref().is_some_and(|host| host.starts_with('/')) {
            address.socket = address.host.take();
        }
        address.security = asked.unwrap_or_else(|| address.usual_security());
        Ok(address)
    }

    /// Takes one option; gives back what `sslmode` asks.
    fn set(
        &mut self,
        key: &str,
        value: String,
        shown: &str,
    ) -> Result<Option<Security>, Diagnostic> {
        match (key, self.engine) {
            ("password" | "passwd" | "pass", _) => {
                return Err(Diagnostic::error("SC140").with("input", shown));
            }
            ("sslmode" | "ssl-mode", _) => {
                let security = Security::named(&value.to_ascii_lowercase())
                    .ok_or_else(|| not_understood(shown, "sslmode"))?;
                return Ok(Some(security));
            }
            ("user", _) => self.user = Some(value),
            ("port", _) => {
                let port = value.parse().map_err(|_| not_understood(shown, "port"))?;
                self.port = Some(port);
            }
            ("host", Engine::Postgresql) if value.starts_with('/') => self.socket = Some(value),
            ("host", _) => self.host = Some(value),
            ("socket", _) => self.socket = Some(value),
            ("dbname", _) => self.database = Some(value),
            ("schema", _) => {
                self.schemas.extend(value.split(',').map(str::to_owned));
            }
            // An unknown key is named by its place: what stands there may be half a password.
            _ => return Err(not_understood(shown, "?option=")),
        }
        Ok(None)
    }

    /// Plain on this machine, verified anywhere else.
    fn usual_security(&self) -> Security {
        if self.is_here() { Security::Plain } else { Security::Full }
    }

    /// Whether the server is this machine.
    fn is_here(&self) -> bool {
        match (&self.socket, self.host.as_deref()) {
            (Some(_), _) | (None, None | Some("localhost")) => true,
            (None, Some(host)) => host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        }
    }

    /// Whether nothing tells who the server is: it is asked for no certificate, or for any one.
    pub(super) fn is_unverified(&self) -> bool {
        match self.security {
            Security::Plain => !self.is_here(),
            Security::Offered | Security::Encrypted => true,
            Security::Authority | Security::Full => false,
        }
    }

    /// The address as the inventory shows it: without the user and without how it is reached
    /// beyond place and port.
    pub(super) fn name(&self) -> String {
        let database = self.database.as_deref().unwrap_or_default();
        if self.engine == Engine::Sqlite {
            return format!("sqlite:{database}");
        }
        let mut name = format!("{}://", self.engine.scheme());
        match self.host.as_deref() {
            Some(host) if host.contains(':') => name.push_str(&format!("[{host}]")),
            Some(host) => name.push_str(host),
            None if self.socket.is_none() => name.push_str("localhost"),
            None => {}
        }
        if let Some(port) = self.port {
            name.push_str(&format!(":{port}"));
        }
        name.push('/');
        name.push_str(database);
        let mut options = Vec::new();
        if let Some(socket) = &self.socket {
            let key = if self.engine == Engine::Postgresql { "host" } else { "socket" };
            options.push(format!("{key}={socket}"));
        }
        if !self.schemas.is_empty() {
            options.push(format!("schema={}", self.schemas.join(",")));
        }
        if !options.is_empty() {
            name.push('?');
            name.push_str(&options.join("&"));
        }
        name
    }
}

impl Engine {
    /// The word an address begins with.
    fn scheme(self) -> &'static str {
        match self {
            Engine::Postgresql => "postgres",
            Engine::Mysql => "mysql",
            Engine::Sqlite => "sqlite",
        }
    }
}

impl Security {
    /// By the words of `sslmode`, those of MySQL's clients among them.
    fn named(word: &str) -> Option<Security> {
        Some(match word {
            "disable" | "disabled" => Security::Plain,
            "prefer" | "preferred" => Security::Offered,
            "require" | "required" => Security::Encrypted,
            "verify-ca" | "verify_ca" => Security::Authority,
            "verify-full" | "verify_full" | "verify_identity" => Security::Full,
            _ => return None,
        })
    }

    /// Whether the server has to show who it is.
    pub(super) fn verifies(self) -> bool {
        matches!(self, Security::Authority | Security::Full)
    }
}

/// `sqlite:path`, `sqlite:///absolute/path`, `sqlite://relative/path`.
fn sqlite(text: &str, rest: &str) -> Result<Address, Diagnostic> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() {
        return Err(not_understood(text, "path"));
    }
    Ok(Address {
        engine: Engine::Sqlite,
        user: None,
        host: None,
        port: None,
        database: Some(path.to_owned()),
        socket: None,
        schemas: Vec::new(),
        security: Security::Plain,
    })
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`.
fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(inner) = text.strip_prefix('[') {
        let (host, after) = inner.split_once(']')?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port.parse().ok()?))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    match text.split_once(':') {
        None => Some((text, None)),
        Some((host, "")) => Some((host, None)),
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
    }
}

/// Resolves `%41`; `None` when that leaves no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// An address without its options, which may hold what should not be shown.
fn bare(after: &str) -> &str {
    after.split_once('?').map_or(after, |(place, _)| place)
}

fn not_understood(shown: &str, part: &str) -> Diagnostic {
    Diagnostic::error("SC141").with("input", shown).with("part", part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Address {
        Address::parse(text).expect("an address that is understood")
    }

    #[test]
    fn an_address_falls_into_its_parts() {
        let address = parsed("postgres://reader@db.example.com:6432/crm?schema=sales,hr");
        assert_eq!(address.user.as_deref(), Some("reader"));
        assert_eq!(address.host.as_deref(), Some("db.example.com"));
        assert_eq!(address.port, Some(6432));
        assert_eq!(address.database.as_deref(), Some("crm"));
        assert_eq!(address.schemas, ["sales", "hr"]);
        assert_eq!(address.security, Security::Full);
        assert_eq!(address.name(), "postgres://db.example.com:6432/crm?schema=sales,hr");
    }

    #[test]
    fn this_machine_is_plain_and_another_is_verified_unless_asked() {
        for (text, security) in [
            ("postgres:///crm?host=/var/run/postgresql", Security::Plain),
            ("postgres://%2Fvar%2Frun%2Fpostgresql/crm", Security::Plain),
            ("mysql://root@localhost/crm", Security::Plain),
            ("mysql://root@127.0.0.1:3307/crm", Security::Plain),
            ("mysql://root@[::1]:3307/crm", Security::Plain),
            ("mysql:///crm?socket=/run/mysqld/mysqld.sock", Security::Plain),
            ("postgres://10.0.0.8/crm", Security::Full),
            ("postgres://10.0.0.8/crm?sslmode=require", Security::Encrypted),
            ("postgres://localhost/crm?sslmode=prefer", Security::Offered),
            ("mysql://db/crm?ssl-mode=VERIFY_CA", Security::Authority),
        ] {
            assert_eq!(parsed(text).security, security, "{text}");
        }
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        for text in [
            "postgres://reader:s3cret@db/crm",
            "postgres://reader:s3cret@pass@db/crm",
            "postgres://reader:s3?cr/et@db/crm?password=s3cret",
            "mysql://db/crm?password=s3cret",
            "mysql://:s3cret@db/crm",
        ] {
            let found = Address::parse(text).expect_err(text);
            assert_eq!(found.code.0, "SC140", "{text}");
            assert!(!format!("{found:?}").contains("s3"), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named_by_its_place() {
        for (text, part) in [
            ("postgres:crm", "//"),
            ("postgres://db:port/crm", "host:port"),
            ("postgres://db/crm?sslmode=maybe", "sslmode"),
            ("postgres://db/crm?application=x", "?option="),
            ("mysql://db/%zz", "database"),
            ("sqlite:", "path"),
        ] {
            let found = Address::parse(text).expect_err(text);
            assert!(found.values.contains(&("part", part.to_owned())), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_file_of_sqlite_has_its_path_as_it_is_written() {
        for (text, path) in [
            ("sqlite:crm.db", "crm.db"),
            ("sqlite:///srv/crm.db", "/srv/crm.db"),
            ("sqlite:/srv/客户 1.db", "/srv/客户 1.db"),
        ] {
            assert_eq!(parsed(text).database.as_deref(), Some(path));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn any_text_is_an_address_or_a_finding(text in "\\PC{0,60}") {
            for scheme in ["postgres://", "mysql://", "sqlite:", ""] {
                let _ = Address::parse(&format!("{scheme}{text}"));
            }
        }

        #[test]
        fn no_finding_repeats_a_password(word in "[a-z0-9/?@:&=%]{0,12}") {
            let text = format!("postgres://reader:Zq{word}Zq@db/crm");
            let found = Address::parse(&text).expect_err("a password");
            let shown = format!("{found:?}");
            prop_assert!(!shown.contains("Zq"), "{}", shown);
        }
    }
}
