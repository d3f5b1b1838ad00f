//! Step 5: the log of what was permitted, filed and released; what is in it stays in it.
//!
//! Entries ([`entry`]) form a Merkle tree (RFC 6962). Its tiles and bundles lie as C2SP tlog-tiles
//! say, its head is a C2SP checkpoint, an Ed25519 signed note, so that any tool for such logs can
//! check it, and sixty lines of Python, too (`docs/reference/verify_ledger.py`). [`Ledger`]
//! appends; [`Log`] reads, proves and checks, without a secret and without a lock.
//!
//! There is no delete and no rewrite. What a commit leaves when it is interrupted was never in the
//! log: a log is as long as its signed head says, and a [`Receipt`] is given after the head is
//! durable. From this follow the answers to a log that looks short:
//!
//! | found | it is |
//! |---|---|
//! | files beyond the head | the torn end of a commit; nobody has a receipt |
//! | a file that the head calls for is gone or short | a log that was cut |
//! | the head has fewer entries than one that was kept elsewhere | a log cut, head and all |
//! | the head does not continue one that was kept elsewhere | a fork |
//!
//! The last two need a head from elsewhere: a copy, a proof that was handed out, or a witness.

mod checkpoint;
mod edge;
mod hash;
mod key;
mod ledger;
mod limits;
mod log;
mod proof;
mod prove;
mod tile;
mod verify;

pub mod entry;

pub use checkpoint::{Checkpoint, Seen};
pub use hash::Hash;
pub use key::{SigningSeed, VerifierKey};
pub use ledger::{Ledger, Receipt};
pub use log::Log;
pub use proof::{verify_consistency, verify_inclusion};
pub use prove::{
    EXPORT_SCHEMA, ExportHead, ExportLine, verify_beginning, verify_export, verify_proof,
};
pub use verify::{Against, Verified};
