//! Why a file was not read or not labelled, before it becomes words.

use std::io;

use kouan_terms::Diagnostic;

/// What stopped the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Reading or writing failed.
    Io(io::ErrorKind),
    /// The file is not built as its format says, from this byte on.
    Damaged {
        /// The first byte that cannot be.
        at: u64,
        /// The part of the format, in the format's own words.
        part: &'static str,
    },
    /// A part is larger than what is held in memory, or there are too many.
    TooLarge {
        /// The part of the format, in the format's own words.
        part: &'static str,
    },
    /// A construct of the format that is read past but not rewritten.
    Unwritable {
        /// The part of the format, in the format's own words.
        part: &'static str,
    },
    /// A file of a family, but of none of the formats in it that carry labels.
    Unknown,
    /// The content is encrypted.
    Encrypted,
    /// The content is signed, and a label would break the signature.
    Signed,
}

impl Trouble {
    /// The finding that says so.
    pub(crate) fn finding(&self) -> Diagnostic {
        match self {
            Trouble::Io(kind) => Diagnostic::error("LB101").with("detail", kind),
            Trouble::Damaged { at, part } => {
                Diagnostic::error("LB104").with("offset", at).with("part", part)
            }
            Trouble::TooLarge { part } => Diagnostic::error("LB105").with("part", part),
            Trouble::Unwritable { part } => Diagnostic::error("LB106").with("part", part),
            Trouble::Unknown => Diagnostic::error("LB103"),
            Trouble::Encrypted => Diagnostic::error("LB107"),
            Trouble::Signed => Diagnostic::error("LB108"),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Io(error.kind())
    }
}
