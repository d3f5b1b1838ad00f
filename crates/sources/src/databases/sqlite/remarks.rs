//! Comments in the text of a `CREATE TABLE`, which SQLite keeps as it was written: the nearest
//! thing to comments on columns it has.

/// What the text says of the table and of its columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Remarks {
    /// Said before the first column, on the line of the opening parenthesis or before it.
    pub(super) table: Option<String>,
    /// A column's name as written, and what is said of it.
    pub(super) columns: Vec<(String, String)>,
}

impl Remarks {
    /// Takes the comments out of a definition. A comment belongs to the column whose line it ends,
    /// whether the comma stands before or after it; on a line of its own it belongs to the column
    /// that follows.
    pub(super) fn of(definition: &str) -> Remarks {
        let mut reader = Reader::default();
        let mut rest = definition;
        while let Some((token, after)) = next(rest) {
            if !reader.take(&token) {
                break;
            }
            rest = after;
        }
        reader.remarks
    }
}

/// A piece of SQL.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Comment(&'a str),
    /// A name or a word, without its quotes.
    Word(&'a str),
    Mark(char),
    LineEnd,
}

/// Splits the first piece off.
fn next(text: &str) -> Option<(Token<'_>, &str)> {
    let text = text.trim_start_matches([' ', '\t', '\r']);
    let first = text.chars().next()?;
    if let Some(body) = text.strip_prefix("--") {
        let (comment, _) = body.split_once('\n').unwrap_or((body, ""));
        return Some((Token::Comment(comment), body.strip_prefix(comment)?));
    }
    if let Some(body) = text.strip_prefix("/*") {
        return Some(match body.split_once("*/") {
            Some((comment, after)) => (Token::Comment(comment), after),
            None => (Token::Comment(body), ""),
        });
    }
    let close = match first {
        '"' | '`' | '\'' => Some(first),
        '[' => Some(']'),
        _ => None,
    };
    let body = text.strip_prefix(first)?;
    if let Some(close) = close {
        let (word, after) = body.split_once(close).unwrap_or((body, ""));
        return Some((Token::Word(word), after));
    }
    if first == '\n' {
        return Some((Token::LineEnd, body));
    }
    if !is_of_word(first) {
        return Some((Token::Mark(first), body));
    }
    let end = text.find(|other| !is_of_word(other)).unwrap_or(text.len());
    let (word, after) = text.split_at_checked(end)?;
    Some((Token::Word(word), after))
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

#[derive(Default)]
struct Reader {
    remarks: Remarks,
    /// Parentheses that are open.
    depth: usize,
    /// The column whose definition is being read, or was last.
    column: Option<String>,
    /// Whether anything of the definition that began with the last comma has been read.
    begun: bool,
    /// Whether a line ended since the last comma.
    on_new_line: bool,
    /// Whether the first column is still to come.
    before_columns: bool,
    /// What was said on lines of its own.
    waiting: Option<String>,
}

impl Reader {
    /// Takes a piece; says whether there may be more to learn.
    fn take(&mut self, token: &Token<'_>) -> bool {
        match token {
            Token::Comment(text) => self.comment(text),
            Token::LineEnd => self.on_new_line = true,
            Token::Mark('(') => {
                self.depth += 1;
                if self.depth == 1 {
                    (self.begun, self.on_new_line, self.before_columns) = (false, false, true);
                }
            }
            Token::Mark(')') => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth > 0;
            }
            Token::Mark(',') if self.depth == 1 => (self.begun, self.on_new_line) = (false, false),
            Token::Word(word) if self.depth == 1 && !self.begun => self.begin(word),
            Token::Word(_) | Token::Mark(_) => {}
        }
        true
    }

    fn begin(&mut self, word: &str) {
        const NO_COLUMN: [&str; 5] = ["constraint", "primary", "unique", "check", "foreign"];
        (self.begun, self.before_columns) = (true, false);
        let waiting = self.waiting.take();
        self.column =
            (!NO_COLUMN.iter().any(|one| word.eq_ignore_ascii_case(one))).then(|| word.to_owned());
        if let Some(text) = waiting {
            self.say(&text);
        }
    }

    fn comment(&mut self, text: &str) {
        let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '*');
        if text.is_empty() {
            return;
        }
        if self.depth == 0 || (self.before_columns && !self.on_new_line) {
            append(&mut self.remarks.table, text);
        } else if self.begun || !self.on_new_line {
            self.say(text);
        } else {
            append(&mut self.waiting, text);
        }
    }

    /// Keeps a comment for the column that was named last.
    fn say(&mut self, text: &str) {
        let Some(column) = &self.column else { return };
        match self.remarks.columns.last_mut() {
            Some((name, said)) if name == column => {
                said.push(' ');
                said.push_str(text);
            }
            _ => self.remarks.columns.push((column.clone(), text.to_owned())),
        }
    }
}

fn append(to: &mut Option<String>, text: &str) {
    match to {
        Some(said) => {
            said.push(' ');
            said.push_str(text);
        }
        None => *to = Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn columns(definition: &str) -> Vec<(String, String)> {
        Remarks::of(definition).columns
    }

    fn said(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_comment_belongs_to_the_column_of_its_line() {
        let found = Remarks::of(
            "CREATE TABLE client ( -- 客户
                 id INTEGER PRIMARY KEY, -- 编号
                 \"id no\" VARCHAR(18) CHECK (length(\"id no\") IN (15, 18)) /* 身份证号 */,
                 -- 手机
                 [mobile] TEXT DEFAULT '--none, really',
                 plain TEXT,
                 last TEXT -- 最后
                 , UNIQUE (mobile) -- 不属于列
             ) -- 之后",
        );
        assert_eq!(found.table.as_deref(), Some("客户"));
        let expected =
            [("id", "编号"), ("id no", "身份证号"), ("mobile", "手机"), ("last", "最后")];
        assert_eq!(found.columns, said(&expected));
    }

    #[test]
    fn odd_definitions_say_what_they_can() {
        assert_eq!(columns("CREATE TABLE t (a /* one */ INT, b)"), said(&[("a", "one")]));
        assert_eq!(
            columns("CREATE TABLE t (a INT, -- one\n-- two\nb)"),
            said(&[("a", "one"), ("b", "two")])
        );
        assert_eq!(columns("CREATE TABLE t (a INT /* open"), said(&[("a", "open")]));
        assert_eq!(columns("CREATE TABLE t (a INT, /* */ b -- x\n -- y\n)"), said(&[("b", "x y")]));
        assert_eq!(columns("CREATE TABLE t AS SELECT 1"), said(&[]));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn any_text_is_read_without_panic(text in "[a-b甲()\\[\\]\"'`,*/ \n-]{0,60}") {
            let _ = Remarks::of(&text);
            let _ = Remarks::of(&format!("CREATE TABLE t ({text}"));
        }
    }
}
