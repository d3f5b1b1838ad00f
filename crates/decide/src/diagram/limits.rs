//! The limits of a diagram, named in one place.

/// The most nodes one compiled diagram may have.
pub(crate) const NODES_MAX: usize = 500_000;
/// The most cells one variable may have: a set of cells is one machine word.
pub(crate) const CELLS_MAX: usize = 64;
/// The most unknown facts listed in `needs`.
pub(crate) const NEEDS_MAX: usize = 20;
/// The most completions of shared unknown facts tried when flows are joined.
pub(crate) const SHARED_COMPLETIONS_MAX: usize = 4_096;
