//! The inventory: what a scan found, settled by people, compared with the scan before.
