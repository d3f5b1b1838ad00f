//! Personal information in running text: names, addresses, identifiers, by candidate windows.

pub mod names;
