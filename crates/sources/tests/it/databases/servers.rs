//! Where the servers are.

use std::io::Write;

/// The address in a variable; says so, or fails when servers are required, if there is none.
#[expect(clippy::disallowed_methods, reason = "the servers of the tests stand in the environment")]
pub(crate) fn address(variable: &str) -> Option<String> {
    if let Ok(address) = std::env::var(variable)
        && !address.is_empty()
    {
        return Some(address);
    }
    let required = std::env::var("KOUAN_TEST_SERVERS").is_ok_and(|word| word == "required");
    assert!(
        !required,
        "{variable} is not set, but the servers are required; run .ci/servers start"
    );
    // Past the harness, which keeps what a passing test prints to itself.
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = writeln!(std::io::stderr(), "NOT RUN, {variable} is not set: {name}");
    None
}
