//! Tests of the rulebook as it is shipped, and of the checker on small changes to it.

mod shipped;
