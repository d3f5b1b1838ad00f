//! What is wrong, where, and what it is filled in with; the words are in `messages/`.

/// The code of a message, such as `DC101`: two letters for the family, three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The work was not done.
    Error,
    /// The work was done; someone should look.
    Warning,
}

impl Severity {
    /// Its word in JSON and SARIF.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A place in a text: a file, and a range of bytes in it when one is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub file: String,
    /// The range of bytes, when the finding has one.
    pub bytes: Option<std::ops::Range<usize>>,
}

// `Range` has no order of its own; places sort by file and start so that findings print in a
// fixed order.
impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(file: &str) -> Place {
        Place { file: file.to_owned(), bytes: None }
    }

    /// A range of bytes in a file.
    #[must_use]
    pub fn at(file: &str, bytes: std::ops::Range<usize>) -> Place {
        Place { file: file.to_owned(), bytes: Some(bytes) }
    }

    /// The key by which findings are put in order.
    #[must_use]
    pub fn order(&self) -> (&str, usize) {
        (&self.file, self.bytes.as_ref().map_or(0, |bytes| bytes.start))
    }
}

/// One finding: a code of `messages/`, a place and the values of its placeholders.
///
/// A value never holds personal information: names of keys, ids, counts and days only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which message.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// Where, when there is a text to point into.
    pub place: Option<Place>,
    /// Values for the placeholders of the message.
    pub values: Vec<(&'static str, String)>,
}

impl Diagnostic {
    /// An error without place and values.
    #[must_use]
    pub fn error(code: &'static str) -> Diagnostic {
        Diagnostic { code: Code(code), severity: Severity::Error, place: None, values: Vec::new() }
    }

    /// A warning without place and values.
    #[must_use]
    pub fn warning(code: &'static str) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code) }
    }

    /// The same finding, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Diagnostic {
        self.place = Some(place);
        self
    }

    /// The same finding, with one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Diagnostic {
        self.values.push((name, value.to_string()));
        self
    }
}
