//! The small sources in `examples/` and `stories/`: what each is, and whether the committed files
//! are these.

mod hotel;
mod others;
mod stories;
mod trial;

use std::path::Path;

use crate::formats::{Fault, words};

/// No example is larger.
const BYTES_MAX: usize = 60 * 1024;

/// A file; its path begins at `examples/`.
struct Example {
    path: &'static str,
    bytes: Vec<u8>,
}

fn all() -> Result<Vec<Example>, Fault> {
    let mut files = hotel::files();
    files.extend(trial::files());
    files.extend(others::files()?);
    files.extend(stories::files());
    match files.iter().find(|file| file.bytes.len() > BYTES_MAX) {
        Some(file) => Err(format!("{} is larger than {BYTES_MAX} bytes", file.path)),
        None => Ok(files),
    }
}

/// Writes the files into the folder.
pub(crate) fn write(folder: &Path) -> Result<(), Fault> {
    for file in all()? {
        let path = folder.join(file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(words)?;
        }
        std::fs::write(path, file.bytes).map_err(words)?;
    }
    Ok(())
}

/// The files in the folder that are not what would be written.
pub(crate) fn stale(folder: &Path) -> Result<Vec<&'static str>, Fault> {
    let stands = |file: &Example| {
        std::fs::read(folder.join(file.path)).is_ok_and(|bytes| bytes == file.bytes)
    };
    Ok(all()?.iter().filter(|file| !stands(file)).map(|file| file.path).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_write_the_same_bytes() {
        let (one, other) = (all().unwrap(), all().unwrap());
        assert!(one.iter().zip(&other).all(|(one, other)| one.bytes == other.bytes));
    }

    #[test]
    fn what_is_committed_is_what_is_written() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        assert_eq!(stale(&folder).unwrap(), Vec::<&str>::new());
    }
}
