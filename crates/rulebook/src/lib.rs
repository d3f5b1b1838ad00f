//! reads rulebook
