//! The limits of a diagram, named in one place.

/// The most nodes one compiled diagram may have.
pub(crate) const NODES_MAX: usize = 500_000;
/// The most cells one variable may have: a set of cells is one machine word.
pub(crate) const CELLS_MAX: usize = 64;
/// The most unknown facts listed in `needs`.
pub(crate) const NEEDS_MAX: usize = 20;
/// The most completions of shared unknown facts tried when flows are joined.
pub(crate) const SHARED_COMPLETIONS_MAX: usize = 4_096;
/// The scale of a score while it is computed: this much means that the fact alone decides.
pub(crate) const WHOLE: u128 = 1_000_000_000;
/// The scale of a score as it is shown.
pub(crate) const PER_MILLE: u128 = 1_000;
/// The multiplier of the fixed hash: odd, its bits spread evenly.
pub(crate) const HASH_FACTOR: u64 = 0x517c_c1b7_2722_0a95;
