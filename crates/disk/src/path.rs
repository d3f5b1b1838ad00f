//! Paths that mean the same on every machine.

use std::io;

/// The path, if it is one of ours.
pub(crate) fn checked(path: &str) -> io::Result<&str> {
    if path.split('/').all(is_part) { Ok(path) } else { Err(refused()) }
}

/// The path of a folder, if it is one of ours; the root is empty.
pub(crate) fn folder(path: &str) -> io::Result<&str> {
    if path.is_empty() { Ok(path) } else { checked(path) }
}

/// The folder that a path stands in.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn is_part(part: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '\\' | ':');
    !matches!(part, "" | "." | "..") && part.chars().all(plain)
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a path below the folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_their_folder() {
        for good in ["a", "a/b.p/3", "名/册", ".x"] {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "c:a", "a\0"] {
            assert!(checked(bad).is_err(), "{bad}");
        }
        assert_eq!((parent("a/b/c"), parent("a")), ("a/b", ""));
    }
}
