//! Looks at every cell of a column and counts shapes; keeps no value.
