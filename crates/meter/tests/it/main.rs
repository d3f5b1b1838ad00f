//! The meter against a plain set, on disks that fail and in processes that race.

mod counting;
mod crashes;
mod journal;
mod processes;
mod reference;
mod speed;
