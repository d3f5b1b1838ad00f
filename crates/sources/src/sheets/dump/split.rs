//! An SQL dump, cut into statements; only those that define something are held.

use std::io::{self, BufRead};

use crate::limits::STATEMENT_BYTES;

/// What begins a statement that defines or describes.
const DEFINING: &[&[u8]] = &[b"CREATE", b"COMMENT", b"ALTER", b"EXEC", b"EXECUTE"];

/// What begins a statement that holds rows.
const ROWS: &[&[u8]] = &[b"INSERT", b"COPY", b"REPLACE", b"LOAD"];

/// Bytes of a statement from which it is known what it does.
const HEAD_BYTES: usize = 512;

/// The statements of a dump.
pub(super) struct Statements<R> {
    from: R,
    /// A backslash in a text stands before a character that is not its end (MySQL).
    backslashes: bool,
    /// Statements that hold rows.
    pub(super) with_rows: u64,
    /// Defining statements past the limit.
    pub(super) too_long: u64,
}

/// Where in a statement a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Plain,
    /// In a text or a name, up to this quote; whether backslashes count in it.
    Quoted(u8, bool),
    LineComment,
    BlockComment,
    Bracket,
}

impl<R: BufRead> Statements<R> {
    pub(super) fn new(from: R, backslashes: bool) -> Statements<R> {
        Statements { from, backslashes, with_rows: 0, too_long: 0 }
    }

    /// The next defining statement, without comments and its end; `None` at the end of the dump.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let mut statement = Statement::default();
            let more = self.read(&mut statement)?;
            let words = || statement.bytes.trim_ascii_start();
            if begins(words(), ROWS) {
                self.with_rows += 1;
                // The rows of COPY follow line by line, up to a line of its own.
                if statement.is_copy_from_stdin() {
                    self.skip_copied()?;
                }
            } else if begins(words(), DEFINING) {
                if statement.cut {
                    self.too_long += 1;
                } else {
                    return Ok(Some(statement.bytes));
                }
            }
            if !more {
                return Ok(None);
            }
        }
    }

    /// Reads up to the end of a statement; `false` at the end of the dump.
    fn read(&mut self, statement: &mut Statement) -> io::Result<bool> {
        let mut state = State::Plain;
        let mut before = 0_u8;
        let mut line = Line::default();
        let mut dollar = Dollar::default();
        while let Some(byte) = self.byte()? {
            if state == State::Plain && dollar.inside(byte, self.backslashes) {
                continue;
            }
            let ended = state == State::Plain && (byte == b';' || line.ends_statement(byte));
            if ended {
                return Ok(true);
            }
            match state {
                State::Plain => {
                    state = self.plain(byte, before, statement);
                }
                State::Quoted(quote, backslashes) => {
                    statement.push(byte);
                    if byte == b'\\' && backslashes {
                        if let Some(next) = self.byte()? {
                            statement.push(next);
                        }
                    } else if byte == quote {
                        state = State::Plain;
                    }
                }
                State::Bracket if byte == b']' => {
                    statement.push(byte);
                    state = State::Plain;
                }
                State::Bracket => statement.push(byte),
                State::LineComment if byte == b'\n' => {
                    statement.push(byte);
                    state = State::Plain;
                }
                State::BlockComment if byte == b'/' && before == b'*' => state = State::Plain,
                State::LineComment | State::BlockComment => {}
            }
            before = byte;
        }
        Ok(false)
    }

    fn plain(&mut self, byte: u8, before: u8, statement: &mut Statement) -> State {
        match byte {
            b'\'' => {
                let escaped = matches!(before, b'E' | b'e');
                statement.push(byte);
                State::Quoted(byte, self.backslashes || escaped)
            }
            b'"' | b'`' => {
                statement.push(byte);
                State::Quoted(byte, self.backslashes && byte == b'"')
            }
            b'[' => {
                statement.push(byte);
                State::Bracket
            }
            b'-' if before == b'-' => {
                statement.pop();
                State::LineComment
            }
            b'#' if self.backslashes => State::LineComment,
            b'*' if before == b'/' => {
                statement.pop();
                State::BlockComment
            }
            _ => {
                statement.push(byte);
                State::Plain
            }
        }
    }

    fn skip_copied(&mut self) -> io::Result<()> {
        let mut start = Vec::new();
        let mut more = true;
        // The rest of the line of the statement itself.
        while self.byte()?.is_some_and(|byte| byte != b'\n') {}
        while more {
            start.clear();
            more = false;
            while let Some(byte) = self.byte()? {
                more = true;
                if byte == b'\n' {
                    break;
                }
                if start.len() < 4 {
                    start.push(byte);
                }
            }
            if start.trim_ascii_end() == b"\\." {
                return Ok(());
            }
        }
        Ok(())
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.from.fill_buf() {
                Ok(bytes) => {
                    let first = bytes.first().copied();
                    self.from.consume(usize::from(first.is_some()));
                    return Ok(first);
                }
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
    }
}

/// A statement, as far as it is held.
#[derive(Default)]
struct Statement {
    bytes: Vec<u8>,
    /// It is longer than the limit, or of no interest.
    cut: bool,
}

impl Statement {
    fn push(&mut self, byte: u8) {
        if self.cut || (self.bytes.is_empty() && byte.is_ascii_whitespace()) {
            return;
        }
        let idle = self.bytes.len() == HEAD_BYTES && !begins(&self.bytes, DEFINING);
        if idle || self.bytes.len() == STATEMENT_BYTES {
            self.cut = true;
        } else {
            self.bytes.push(byte);
        }
    }

    fn pop(&mut self) {
        if !self.cut {
            self.bytes.pop();
        }
    }

    fn is_copy_from_stdin(&self) -> bool {
        let end = self.bytes.trim_ascii_end().to_ascii_uppercase();
        begins(&end, &[b"COPY"]) && memchr::memmem::find(&end, b"FROM STDIN").is_some()
    }
}

/// Whether a statement begins with one of the words.
fn begins(statement: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| {
        statement.split_at_checked(word.len()).is_some_and(|(start, rest)| {
            let ends = rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric());
            start.eq_ignore_ascii_case(word) && ends
        })
    })
}

/// A line that is nothing but `/` (Oracle) or `GO` (SQL Server) ends a statement.
#[derive(Default)]
struct Line {
    start: Vec<u8>,
}

impl Line {
    fn ends_statement(&mut self, byte: u8) -> bool {
        if byte == b'\n' {
            let line = self.start.trim_ascii();
            let ends = line == b"/" || line.eq_ignore_ascii_case(b"GO");
            self.start.clear();
            return ends;
        }
        if self.start.len() < 8 {
            self.start.push(byte);
        }
        false
    }
}

/// A text between `$tag$` and `$tag$` (PostgreSQL): the body of a function.
#[derive(Default)]
struct Dollar {
    tag: Option<Vec<u8>>,
    /// The end of what was read, as long as a tag may be.
    recent: Vec<u8>,
}

impl Dollar {
    const TAG_BYTES: usize = 66;

    /// Whether a byte lies in such a text; a dump of MySQL has none.
    fn inside(&mut self, byte: u8, none: bool) -> bool {
        if none {
            return false;
        }
        if self.recent.len() == Self::TAG_BYTES {
            self.recent.remove(0);
        }
        self.recent.push(byte);
        if byte != b'$' {
            return self.tag.is_some();
        }
        if let Some(tag) = &self.tag {
            if self.recent.ends_with(tag) {
                self.tag = None;
                self.recent.clear();
            }
            return true;
        }
        let before = self.recent.split_last().map_or(&[] as &[u8], |(_, before)| before);
        let start = before.iter().rposition(|byte| *byte == b'$');
        let name = start.and_then(|start| self.recent.get(start..));
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        self.tag = name.filter(|name| name.iter().all(plain)).map(<[u8]>::to_vec);
        if self.tag.is_some() {
            self.recent.clear();
        }
        self.tag.is_some()
    }
}
