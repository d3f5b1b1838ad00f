//! Decision diagrams: how a verdict is exact over unknown facts.
//!
//! Rules become one reduced, ordered, multi-valued diagram whose leaves are routes. Restricting it
//! to what is known leaves exactly the routes that completions of the unknown facts can reach; no
//! truth tables are combined anywhere.

mod arena;
mod compile;
mod explore;
mod limits;
mod rank;
mod variables;

pub use compile::{CompileError, Compiled, Scope};
pub use variables::Doubt;

pub(crate) use arena::{LEAVES, Nodes, Ref, TRUE};
pub(crate) use compile::{CONFLICT, CompiledRule, HOLE, IMPOSSIBLE, leaf, route_of};
pub(crate) use explore::{
    Knowledge, Seen, Witness, always, cells_of, difference, leaves, offending, only, path_to,
    rising, routes_of, tested,
};
pub(crate) use limits::{NEEDS_MAX, PER_MILLE, SHARED_COMPLETIONS_MAX, WHOLE};
pub(crate) use rank::Counter;
pub(crate) use variables::{Meaning, Variable};
