//! What a defining statement says, read from its tokens.
//!
//! The tokens are those of `sqlparser`; its grammar is not used: a dump is full of what only one
//! database understands (storage, partitions, character sets), and a table must not be lost for a
//! clause that says nothing about its columns.

use sqlparser::dialect::{Dialect, GenericDialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect};
use sqlparser::tokenizer::{Token, Tokenizer};

use kouan_table::{Declared, Key};

/// Which database wrote the dump, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    MySql,
    PostgreSql,
    SqlServer,
    Other,
}

/// What a statement says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// A table that is created.
    pub(super) table: Option<Created>,
    /// What is said about columns of tables.
    pub(super) about: Vec<(Vec<String>, About)>,
}

/// A table that is created.
#[derive(Debug, Default)]
pub(super) struct Created {
    pub(super) name: Vec<String>,
    pub(super) comment: Option<String>,
    pub(super) columns: Vec<Defined>,
}

/// A column of it.
#[derive(Debug)]
pub(super) struct Defined {
    pub(super) name: String,
    pub(super) declared: Declared,
    pub(super) length_max: Option<u32>,
    pub(super) comment: Option<String>,
    pub(super) key: Option<Key>,
}

/// What is said of a table elsewhere.
#[derive(Debug)]
pub(super) enum About {
    Comment(String),
    ColumnComment(String, String),
    ColumnKey(String, Key),
}

/// The tokens of a statement, without white space; `None` when it has no tokens of its dialect.
pub(super) fn tokens(statement: &str, kind: Kind) -> Option<Vec<Token>> {
    let dialect: &dyn Dialect = match kind {
        Kind::MySql => &MySqlDialect {},
        Kind::PostgreSql => &PostgreSqlDialect {},
        Kind::SqlServer => &MsSqlDialect {},
        Kind::Other => &GenericDialect {},
    };
    let mut tokens = Tokenizer::new(dialect, statement).tokenize().ok()?;
    tokens.retain(|token| !matches!(token, Token::Whitespace(_)));
    Some(tokens)
}

/// What a statement says about tables; nothing for one that is about something else.
pub(super) fn said(tokens: &[Token]) -> Said {
    let mut at = At { rest: tokens };
    if at.word("CREATE") {
        let unique = at.skip_to(&["TABLE", "INDEX", "VIEW", "FUNCTION", "PROCEDURE", "TRIGGER"]);
        return match unique.as_deref() {
            Some("TABLE") => created(&mut at),
            Some("INDEX") if is_word(tokens.get(1), "UNIQUE") => unique_index(&mut at),
            _ => Said::default(),
        };
    }
    if at.word("COMMENT") {
        return comment_on(&mut at).unwrap_or_default();
    }
    if at.word("ALTER") && at.word("TABLE") {
        return altered(&mut at).unwrap_or_default();
    }
    described(tokens).unwrap_or_default()
}

/// A place among tokens.
struct At<'a> {
    rest: &'a [Token],
}

impl<'a> At<'a> {
    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Takes a word that is not quoted.
    fn word(&mut self, word: &str) -> bool {
        let found = is_word(self.rest.first(), word);
        if found {
            self.next();
        }
        found
    }

    fn words(&mut self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(at, word)| is_word(self.rest.get(at), word))
            && words.iter().all(|word| self.word(word))
    }

    fn token(&mut self, token: &Token) -> bool {
        let found = self.rest.first() == Some(token);
        if found {
            self.next();
        }
        found
    }

    /// Skips words up to one of these, which is taken.
    fn skip_to(&mut self, words: &[&str]) -> Option<String> {
        while let Some(Token::Word(found)) = self.rest.first() {
            self.next();
            if let Some(word) = words.iter().find(|word| found.value.eq_ignore_ascii_case(word)) {
                return Some((*word).to_owned());
            }
        }
        None
    }

    fn identifier(&mut self) -> Option<String> {
        let name = match self.rest.first()? {
            Token::Word(word) => word.value.clone(),
            Token::DoubleQuotedString(name) => name.clone(),
            _ => return None,
        };
        self.next();
        Some(name)
    }

    /// A name of parts: `schema.table`.
    fn name(&mut self) -> Option<Vec<String>> {
        let mut parts = vec![self.identifier()?];
        while self.token(&Token::Period) {
            parts.push(self.identifier()?);
        }
        Some(parts)
    }

    fn text(&mut self) -> Option<String> {
        let text = text_of(self.rest.first()?)?;
        self.next();
        Some(text)
    }

    /// The tokens between parentheses, which are taken.
    fn parentheses(&mut self) -> Option<&'a [Token]> {
        if !self.token(&Token::LParen) {
            return None;
        }
        let (mut depth, inside) = (1_usize, self.rest);
        for (place, token) in inside.iter().enumerate() {
            match token {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.rest = inside.get(place + 1..).unwrap_or_default();
                return inside.get(..place);
            }
        }
        self.rest = &[];
        Some(inside)
    }

    /// The names between parentheses: those of the columns of a key.
    fn names(&mut self) -> Vec<String> {
        let inside = self.parentheses().unwrap_or_default();
        items(inside).filter_map(|item| At { rest: item }.identifier()).collect()
    }
}

fn is_word(token: Option<&Token>, word: &str) -> bool {
    let Some(Token::Word(found)) = token else { return false };
    found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word)
}

fn text_of(token: &Token) -> Option<String> {
    match token {
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::NationalStringLiteral(text)
        | Token::EscapedStringLiteral(text)
        | Token::UnicodeStringLiteral(text) => Some(text.clone()),
        _ => None,
    }
}

/// Items between commas that stand in no parentheses.
fn items(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let mut depth = 0_usize;
    tokens.split(move |token| {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && *token == Token::Comma
    })
}

fn created(at: &mut At<'_>) -> Said {
    at.words(&["IF", "NOT", "EXISTS"]);
    let Some(name) = at.name() else { return Said::default() };
    let mut said = Said::default();
    let mut table = Created { name: name.clone(), ..Created::default() };
    for item in items(at.parentheses().unwrap_or_default()) {
        let mut item = At { rest: item };
        if let Some(keys) = constraint(&mut At { rest: item.rest }) {
            said.about.extend(keys.into_iter().map(|about| (name.clone(), about)));
        } else {
            table.columns.extend(column(&mut item));
        }
    }
    // Options of the table: COMMENT='…' (MySQL), COMMENT '…' (Hive).
    while let Some(token) = at.next() {
        if is_word(Some(token), "COMMENT") {
            at.token(&Token::Eq);
            table.comment = at.text().or(table.comment);
        }
    }
    said.table = Some(table);
    said
}

/// What a constraint says of columns; `None` for what is no constraint.
fn constraint(at: &mut At<'_>) -> Option<Vec<About>> {
    if at.word("CONSTRAINT") && !starts_constraint(at.rest.first()) {
        at.identifier()?;
    }
    let key = |names: Vec<String>, key: &Key| -> Vec<About> {
        names.into_iter().map(|name| About::ColumnKey(name, key.clone())).collect()
    };
    if at.words(&["PRIMARY", "KEY"]) {
        skip_to_parentheses(at);
        return Some(key(at.names(), &Key::Primary));
    }
    if at.words(&["FOREIGN", "KEY"]) {
        skip_to_parentheses(at);
        let names = at.names();
        at.word("REFERENCES").then_some(())?;
        let table = at.name()?.join(".");
        let to = at.names();
        let pairs = names.into_iter().enumerate();
        let foreign = |place: usize| match to.get(place) {
            Some(column) => Key::Foreign(format!("{table}.{column}").into()),
            None => Key::Foreign(table.clone().into()),
        };
        return Some(pairs.map(|(at, name)| About::ColumnKey(name, foreign(at))).collect());
    }
    if is_word(at.rest.first(), "UNIQUE") {
        at.next();
        skip_to_parentheses(at);
        let names = at.names();
        // Two columns that are unique together say nothing of each.
        return Some(if names.len() == 1 { key(names, &Key::Unique) } else { Vec::new() });
    }
    // `KEY name (column)`; a column may be called key, and then a type follows.
    let word = |place: usize, word: &str| is_word(at.rest.get(place), word);
    let index = ["KEY", "INDEX", "FULLTEXT", "SPATIAL"].iter().any(|kind| word(0, kind));
    let listed = at.rest.iter().take(4).any(|token| *token == Token::LParen);
    let other = ["CHECK", "EXCLUDE", "PERIOD", "LIKE"].iter().any(|kind| word(0, kind));
    ((index && listed) || other).then(Vec::new)
}

fn starts_constraint(token: Option<&Token>) -> bool {
    ["PRIMARY", "FOREIGN", "UNIQUE", "CHECK"].iter().any(|word| is_word(token, word))
}

fn skip_to_parentheses(at: &mut At<'_>) {
    while at.rest.first().is_some_and(|token| *token != Token::LParen) {
        at.next();
    }
}

fn column(at: &mut At<'_>) -> Option<Defined> {
    let name = at.identifier()?;
    let kind = match at.rest.first()? {
        Token::Word(word) => word.value.to_ascii_lowercase(),
        _ => return None,
    };
    at.next();
    let mut numbers = Vec::new();
    // `character varying(20)`, `double precision`.
    let _ = at.word("VARYING") || at.word("PRECISION");
    if let Some(inside) = at.parentheses() {
        numbers = inside
            .iter()
            .filter_map(|token| match token {
                Token::Number(number, _) => number.parse::<u32>().ok(),
                _ => None,
            })
            .collect();
    }
    let (declared, length_max) = declared(&kind, &numbers);
    let mut found = Defined { name, declared, length_max, comment: None, key: None };
    while let Some(token) = at.next() {
        if is_word(Some(token), "COMMENT") {
            found.comment = at.text().or(found.comment);
        } else if is_word(Some(token), "PRIMARY") && at.word("KEY") {
            found.key = Some(Key::Primary);
        } else if is_word(Some(token), "UNIQUE") {
            found.key = found.key.or(Some(Key::Unique));
        } else if is_word(Some(token), "REFERENCES")
            && let Some(table) = at.name()
        {
            let to = at.names().into_iter().next();
            let to = to.map_or(table.join("."), |column| format!("{}.{column}", table.join(".")));
            found.key = found.key.or(Some(Key::Foreign(to.into())));
        } else if *token == Token::LParen {
            // A default or a check: its words are not options of the column.
            let mut depth = 1_usize;
            while depth > 0 {
                match at.next() {
                    Some(Token::LParen) => depth += 1,
                    Some(Token::RParen) => depth -= 1,
                    Some(_) => {}
                    None => break,
                }
            }
        }
    }
    Some(found)
}

/// What a type declares, and how many characters it allows.
fn declared(kind: &str, numbers: &[u32]) -> (Declared, Option<u32>) {
    let first = numbers.first().copied();
    match kind {
        "char" | "varchar" | "varchar2" | "nvarchar" | "nvarchar2" | "nchar" | "character"
        | "bpchar" => (Declared::Text, first),
        "text" | "tinytext" | "mediumtext" | "longtext" | "clob" | "nclob" | "ntext" | "string"
        | "enum" | "set" | "uuid" | "uniqueidentifier" | "citext" => (Declared::Text, None),
        "tinyint" if first == Some(1) => (Declared::Boolean, None),
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "mediumint" | "serial"
        | "bigserial" | "smallserial" | "int2" | "int4" | "int8" | "year" => {
            (Declared::Integer, None)
        }
        "numeric" | "decimal" | "number" | "dec" => match numbers {
            [_] | [_, 0] => (Declared::Integer, None),
            _ => (Declared::Number, None),
        },
        "float" | "double" | "real" | "money" | "smallmoney" | "float4" | "float8"
        | "binary_float" | "binary_double" => (Declared::Number, None),
        "bool" | "boolean" | "bit" => (Declared::Boolean, None),
        "date" => (Declared::Day, None),
        "datetime" | "datetime2" | "timestamp" | "timestamptz" | "smalldatetime"
        | "datetimeoffset" => (Declared::Instant, None),
        "blob" | "tinyblob" | "mediumblob" | "longblob" | "bytea" | "binary" | "varbinary"
        | "image" | "raw" => (Declared::Binary, None),
        _ => (Declared::Other, None),
    }
}

fn unique_index(at: &mut At<'_>) -> Said {
    while !is_word(at.rest.first(), "ON") {
        if at.next().is_none() {
            return Said::default();
        }
    }
    at.next();
    at.word("ONLY");
    let Some(table) = at.name() else { return Said::default() };
    skip_to_parentheses(at);
    let names = at.names();
    let unique = |name| (table.clone(), About::ColumnKey(name, Key::Unique));
    let about = if names.len() == 1 { names.into_iter().map(unique).collect() } else { Vec::new() };
    Said { table: None, about }
}

fn comment_on(at: &mut At<'_>) -> Option<Said> {
    at.word("ON").then_some(())?;
    let column = at.word("COLUMN");
    (column || at.word("TABLE")).then_some(())?;
    let mut name = at.name()?;
    at.word("IS").then_some(())?;
    let text = at.text()?;
    let about = match column {
        true => About::ColumnComment(name.pop()?, text),
        false => About::Comment(text),
    };
    Some(Said { table: None, about: vec![(name, about)] })
}

fn altered(at: &mut At<'_>) -> Option<Said> {
    at.words(&["IF", "EXISTS"]);
    at.word("ONLY");
    let table = at.name()?;
    // WITH CHECK (SQL Server) may stand before ADD.
    while !at.word("ADD") {
        at.next()?;
    }
    let about = constraint(at)?.into_iter().map(|about| (table.clone(), about)).collect();
    Some(Said { table: None, about })
}

/// `sp_addextendedproperty` of SQL Server: the texts name the table and the column.
fn described(tokens: &[Token]) -> Option<Said> {
    tokens
        .iter()
        .take(6)
        .any(|token| is_word(Some(token), "sp_addextendedproperty"))
        .then_some(())?;
    let texts: Vec<String> = tokens.iter().filter_map(text_of).collect();
    let after = |word: &str| {
        let place = texts.iter().position(|text| text.eq_ignore_ascii_case(word))?;
        texts.get(place + 1).cloned()
    };
    let text = after("MS_Description")?;
    let mut name: Vec<String> = after("SCHEMA").or_else(|| after("USER")).into_iter().collect();
    name.push(after("TABLE")?);
    let about = match after("COLUMN") {
        Some(column) => About::ColumnComment(column, text),
        None => About::Comment(text),
    };
    Some(Said { table: None, about: vec![(name, about)] })
}
