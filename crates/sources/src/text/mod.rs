//! CSV, TSV, JSON Lines and JSON arrays: dialect, header and encoding found by themselves.
