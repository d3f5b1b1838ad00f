//! The ledger on disks that fail, under changed bits, between writers, and before an auditor.

mod crashes;
mod flips;
mod measure;
mod python;
mod refusals;
mod samples;
mod writers;
