//! Step 4: lets the permitted fields of the admitted persons out, and nothing else.
//!
//! A [`Gate`] opens for a permit that stands ([`kouan_decide::permit::Standing`]) and one table of
//! a source. Batches go through [`Gate::pass`]: their columns are compared with the permit, rows
//! are left out, values changed, and what is left is looked at once more. What passed is a
//! [`Passed`], which only the gate makes, and the only thing that an [`Outlet`] writes.
//!
//! What the gate may not know it is handed: the keys, the list of those who withdrew, a second look
//! at values that leave as they are, and whether the person of a row may still pass. There is no
//! way around any of them. A source that is not the one permitted is refused, and then nothing is
//! finished: an outlet that was not finished is not a release.

mod back;
mod coarse;
mod columns;
mod gate;
mod keyed;
mod masked;
mod outlet;
mod plan;
mod report;
mod rows;

pub use back::read_back;
pub use gate::{Admit, Gate, Handed, Passed, Recheck};
pub use keyed::{Withdrawn, withdrawn_entry};
pub use outlet::{Form, Outlet, Written};
pub use report::{FieldReport, Report};
