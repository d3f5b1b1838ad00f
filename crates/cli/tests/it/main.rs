//! The whole program: commands as a person types them, in both languages, exit codes included.

mod bad_input;
mod deciding;
mod program;
mod rulebook;
