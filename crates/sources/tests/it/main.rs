//! Readers against real servers and files: `.ci/servers start` gives the servers.

mod databases;
