//! How many people: distinct natural persons per handler and calendar year, exactly and durably.
//!
//! A *lane* is a way in which people leave: a route, with the scenario of a list, an exemption or a
//! filing. Of everyone who left the meter keeps a key and, for each lane, what left; so that the
//! distinct persons of any lanes together can be told exactly, exempt flows in or out. A key is an
//! identifier hidden under a secret: no identifier is stored, and nothing is estimated.
//!
//! The meter has no opinion of its own on what happened. A release writes a [segment](Digest),
//! durably, with what is new of it; the segment counts once an entry of the ledger names it, and
//! never otherwise. So a release that stopped half-way does not count, one that was made twice
//! counts once, and what is out is counted.
//!
//! - [`Year::open`] with the segments that the ledger names: [`Year::tally`], [`Year::known`];
//! - [`Year::session`] for a release: [`Session::batch`], [`Session::catch_up`], [`Session::seal`];
//! - [`persons`] for both bounds, of one handler or of a group of companies;
//! - [`Year::merge`] and [`sweep`] to keep opening quick and the folder clean.
//!
//! Limits, the levels at which to warn and the year are arguments: no figure of law stands here.

mod fault;
mod key;
mod lane;
mod layer;
mod limits;
mod linked;
mod marks;
mod profile;
mod segment;
mod session;
mod table;
mod year;

pub use key::{Key, Kind};
pub use lane::{CalendarYear, Exempt, Lane, Scope};
pub use linked::{Persons, persons};
pub use marks::{Marks, Measure, Tally};
pub use segment::Digest;
pub use session::{AtLimit, Limit, Rows, Sealed, Session, Standing};
pub use year::{Account, Live, Year, sweep};
