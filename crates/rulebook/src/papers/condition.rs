//! Conditions under which something is written, asked or required: `flow.persons.sensitive > 0`.

/// Clauses that all have to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The clauses.
    pub clauses: Vec<Clause>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The value path or question.
    pub path: Box<str>,
    /// How it is compared.
    pub operator: Operator,
}

/// How a value is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    /// It is yes, or it is there and neither no, nothing nor zero.
    Holds,
    /// It is no, zero or an empty list.
    Fails,
    /// It is this word.
    Is(Box<str>),
    /// It is another word.
    IsNot(Box<str>),
    /// It is a larger number.
    Above(u64),
    /// It is this number or a larger one.
    AtLeast(u64),
}

impl Condition {
    /// Reads a condition: `path`, `not path`, `path = word`, `path != word`, `path > number`,
    /// `path >= number`, joined by ` and `.
    #[must_use]
    pub fn parse(text: &str) -> Option<Condition> {
        let clauses: Option<Vec<Clause>> = text.split(" and ").map(clause).collect();
        clauses.filter(|clauses| !clauses.is_empty()).map(|clauses| Condition { clauses })
    }
}

fn clause(text: &str) -> Option<Clause> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (path, operator) = match *words.as_slice() {
        [path] => (path, Operator::Holds),
        ["not", path] => (path, Operator::Fails),
        [path, "=", word] => (path, Operator::Is(word.into())),
        [path, "!=", word] => (path, Operator::IsNot(word.into())),
        [path, ">", number] => (path, Operator::Above(whole(number)?)),
        [path, ">=", number] => (path, Operator::AtLeast(whole(number)?)),
        _ => return None,
    };
    is_path(path).then(|| Clause { path: path.into(), operator })
}

fn whole(text: &str) -> Option<u64> {
    text.replace('_', "").parse().ok()
}

/// Whether a text can be a value path: words of small letters and digits, joined by dots.
pub(super) fn is_path(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    };
    text.split('.').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_or_refused() {
        let read = |text: &str| {
            Condition::parse(text).map(|condition| {
                condition.clauses.into_iter().map(|c| (c.path.to_string(), c.operator)).collect()
            })
        };
        let one = |path: &str, operator| Some(vec![(path.to_owned(), operator)]);
        assert_eq!(read("handler.is_ciio"), one("handler.is_ciio", Operator::Holds));
        assert_eq!(read("not flow.pi"), one("flow.pi", Operator::Fails));
        assert_eq!(read("flow.basis = consent"), one("flow.basis", Operator::Is("consent".into())));
        assert_eq!(read("a.b >= 1_000"), one("a.b", Operator::AtLeast(1000)));
        assert_eq!(read("a > 0 and not b").map(|clauses: Vec<_>| clauses.len()), Some(2));
        for bad in ["", "a >", "a > b", "A", "a ~ b", "a and ", "not a = b", "a..b"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
