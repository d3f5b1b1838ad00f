//! Decoders of formats that are not ours, kept from taking the whole run with them.
//!
//! The readers of Parquet and Arrow panic on some damaged files (`offset + len out of bounds` on
//! damaged definition levels, among others); our own code never does, and is not run in here.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// What a decoder says, `None` when it panicked.
///
/// Nothing is printed in that case: the words of a panic may hold a piece of the data. What the
/// decoder works on must not be used again afterwards.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |about| {
            if !INSIDE.get() {
                before(about);
            }
        }));
    });
    let outer = INSIDE.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    INSIDE.set(outer);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_is_an_outcome() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("甲一") }), None);
        assert_eq!(guarded(|| guarded(|| 2)), Some(Some(2)));
    }
}
