//! Sentences with `{value.path}` placeholders.

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// A value path.
    Value(&'a str),
}

/// The pieces of a sentence; `None` when a brace has no partner or what stands between is no path.
#[must_use]
pub fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (path, after) = after.split_once('}')?;
        if before.contains('}') || !is_path(path) {
            return None;
        }
        if !before.is_empty() {
            pieces.push(Piece::Words(before));
        }
        pieces.push(Piece::Value(path));
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    Some(pieces)
}

/// Whether a text can be a value path: words of small letters and digits, joined by dots.
fn is_path(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    };
    text.split('.').all(word)
}

/// The value paths of a sentence, in their order.
pub(super) fn paths(text: &str) -> Option<Vec<&str>> {
    let value = |piece| match piece {
        Piece::Value(path) => Some(path),
        Piece::Words(_) => None,
    };
    Some(pieces(text)?.into_iter().filter_map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_taken_apart() {
        let all = pieces("由{handler.name}于{on}作出").unwrap();
        assert_eq!(
            all,
            [
                Piece::Words("由"),
                Piece::Value("handler.name"),
                Piece::Words("于"),
                Piece::Value("on"),
                Piece::Words("作出"),
            ]
        );
        assert_eq!(paths("{a}{b.c}"), Some(vec!["a", "b.c"]));
        assert_eq!(pieces(""), Some(vec![]));
        for bad in ["{", "}", "{a", "a}", "{a}}", "{{a}}", "{A b}", "{}"] {
            assert_eq!(pieces(bad), None, "{bad}");
        }
    }
}
