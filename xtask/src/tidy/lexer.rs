//! Takes Rust lines apart into code, comment and strings.
//!
//! Not a parser: just enough to know that a brace in a string is no brace.

/// One line of a Rust file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The line as it stands.
    pub(crate) text: String,
    /// The code, without comments and without what stands between quotes.
    pub(crate) code: String,
    /// What follows `//`, or stands in a block comment; a doc comment begins with `/` or `!`.
    pub(crate) comment: String,
    /// The strings, or the parts of strings, on this line.
    pub(crate) strings: Vec<String>,
    /// The line begins inside a string.
    pub(crate) from_string: bool,
    /// After the file's `#[cfg(test)]`; tests stand at the bottom.
    pub(crate) in_test: bool,
}

/// Takes a file apart.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut lexer = Lexer {
        rest: text,
        state: State::Code,
        line: Line::default(),
        lines: Vec::new(),
        after_word: false,
        announced: false,
        in_test: false,
    };
    while let Some(next) = lexer.rest.chars().next() {
        lexer.step(next);
    }
    if !lexer.line.text.is_empty() {
        lexer.end_line();
    }
    lexer.lines
}

enum State {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Quoted,
    Raw { hashes: usize },
}

struct Lexer<'a> {
    rest: &'a str,
    state: State,
    line: Line,
    lines: Vec<Line>,
    after_word: bool,
    /// The line before was `#[cfg(test)]`.
    announced: bool,
    in_test: bool,
}

impl Lexer<'_> {
    fn step(&mut self, next: char) {
        if next == '\n' {
            self.rest = self.rest.strip_prefix('\n').unwrap_or_default();
            self.end_line();
            return;
        }
        match self.state {
            State::Code => self.code(next),
            State::LineComment => {
                self.line.comment.push(next);
                self.take(1);
            }
            State::BlockComment { depth } => self.block_comment(next, depth),
            State::Quoted => self.quoted(next),
            State::Raw { hashes } => self.raw(next, hashes),
        }
    }

    fn code(&mut self, next: char) {
        if self.rest.starts_with("//") {
            self.state = State::LineComment;
            self.take(2);
        } else if self.rest.starts_with("/*") {
            self.state = State::BlockComment { depth: 1 };
            self.take(2);
        } else if next == '"' {
            self.open(State::Quoted, 1);
        } else if let Some((length, hashes)) = raw_opening(self.rest).filter(|_| !self.after_word) {
            self.open(State::Raw { hashes }, length);
        } else if next == '\'' {
            self.line.code.push(next);
            self.take(character_length(self.rest));
            self.after_word = false;
        } else {
            self.line.code.push(next);
            self.after_word = next.is_alphanumeric() || next == '_';
            self.take(1);
        }
    }

    fn block_comment(&mut self, next: char, depth: usize) {
        if self.rest.starts_with("*/") {
            self.state = match depth {
                1 => State::Code,
                _ => State::BlockComment { depth: depth - 1 },
            };
            self.take(2);
        } else if self.rest.starts_with("/*") {
            self.state = State::BlockComment { depth: depth + 1 };
            self.take(2);
        } else {
            self.line.comment.push(next);
            self.take(1);
        }
    }

    fn quoted(&mut self, next: char) {
        if self.rest.starts_with("\\\"") || self.rest.starts_with("\\\\") {
            self.write(next);
            self.take(1);
            self.write(self.rest.chars().next().unwrap_or(next));
            self.take(1);
        } else if next == '"' {
            self.close(1);
        } else {
            self.write(next);
            self.take(1);
        }
    }

    fn raw(&mut self, next: char, hashes: usize) {
        let after = self.rest.strip_prefix('"').map(|after| after.chars().take(hashes));
        let closes = after.is_some_and(|after| {
            after.clone().count() == hashes && after.clone().all(|c| c == '#')
        });
        if closes {
            self.close(1 + hashes);
        } else {
            self.write(next);
            self.take(1);
        }
    }

    fn open(&mut self, state: State, length: usize) {
        self.line.code.push('"');
        self.line.strings.push(String::new());
        self.state = state;
        self.take(length);
    }

    fn close(&mut self, length: usize) {
        self.line.code.push('"');
        self.state = State::Code;
        self.after_word = false;
        self.take(length);
    }

    fn write(&mut self, next: char) {
        if let Some(string) = self.line.strings.last_mut() {
            string.push(next);
        }
    }

    fn take(&mut self, characters: usize) {
        let mut rest = self.rest.chars();
        for next in rest.by_ref().take(characters) {
            self.line.text.push(next);
        }
        self.rest = rest.as_str();
    }

    fn end_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        let code = line.code.trim();
        // `mod tests;` has its tests in a file of its own; what follows here is no test.
        let elsewhere = code.starts_with("mod ") && code.ends_with(';');
        self.in_test |= self.announced && !code.is_empty() && !elsewhere;
        self.announced = code == "#[cfg(test)]" || self.announced && code.is_empty();
        line.in_test = self.in_test || self.announced;
        self.lines.push(line);
        self.after_word = false;
        match self.state {
            State::LineComment => self.state = State::Code,
            State::Quoted | State::Raw { .. } => {
                self.line.strings.push(String::new());
                self.line.from_string = true;
            }
            State::Code | State::BlockComment { .. } => {}
        }
    }
}

/// The length of `r#"` and its like, and the number of hashes.
fn raw_opening(rest: &str) -> Option<(usize, usize)> {
    let start = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    let after = start.strip_prefix('r')?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    let quote = after.chars().nth(hashes)?;
    let prefix = rest.chars().count() - after.chars().count();
    (quote == '"').then_some((prefix + hashes + 1, hashes))
}

/// How many characters to pass over at a `'`: a character literal whole, of a lifetime the mark.
fn character_length(rest: &str) -> usize {
    let mut after = rest.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) => {
            let tail = rest.chars().skip(3).take_while(|c| *c != '\'' && *c != '\n').count();
            3 + tail + 1
        }
        (Some(_), Some('\'')) => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<String> {
        lines(text).into_iter().map(|line| line.code).collect()
    }

    #[test]
    fn braces_in_strings_comments_and_characters_are_not_code() {
        let text = "a(\"{ \\\" {\"); // {\nb('{', '\\'', r#\"\" {\"#);\n/* { /* { */ { */ c\n";
        assert_eq!(code(text), ["a(\"\"); ", "b(', ', \"\");", " c"]);
    }

    #[test]
    fn lifetimes_are_not_characters() {
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), ["fn f<'a>(x: &'a str) {}"]);
    }

    #[test]
    fn a_string_over_two_lines_is_split_at_the_line() {
        let lines = lines("x = \"one\n} two\";\n");
        let strings: Vec<_> = lines.iter().map(|line| line.strings.join("|")).collect();
        assert_eq!(strings, ["one", "} two"]);
        assert_eq!(lines.last().map(|line| line.code.as_str()), Some("\";"));
    }

    #[test]
    fn comments_keep_their_words_and_lines_their_text() {
        let lines = lines("/// Doc.\nlet x = 1; // why\n#[cfg(test)]\nmod tests;\n");
        let comments: Vec<_> = lines.iter().map(|line| line.comment.as_str()).collect();
        assert_eq!(comments, ["/ Doc.", " why", "", ""]);
        let tests: Vec<_> = lines.iter().map(|line| line.in_test).collect();
        assert_eq!(tests, [false, false, true, false]);
        assert_eq!(lines.get(1).map(|line| line.text.as_str()), Some("let x = 1; // why"));
    }
}
