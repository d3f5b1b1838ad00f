//! How far a cell is an identifier.

/// How far a cell is an identifier of some kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It does not have the form.
    #[default]
    No,
    /// It has the form and fails the check the kind has.
    Form,
    /// It has the form and passes the check, or the kind has none.
    Passes,
}

impl Fit {
    /// `form` decides whether it is one at all, `passes` how far.
    #[must_use]
    #[inline]
    pub const fn new(form: bool, passes: bool) -> Self {
        match (form, passes) {
            (false, _) => Self::No,
            (true, false) => Self::Form,
            (true, true) => Self::Passes,
        }
    }

    /// Whether it has the form.
    #[must_use]
    #[inline]
    pub const fn form(self) -> bool {
        !matches!(self, Self::No)
    }

    /// Whether it passes.
    #[must_use]
    #[inline]
    pub const fn passes(self) -> bool {
        matches!(self, Self::Passes)
    }
}
