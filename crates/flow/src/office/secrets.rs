//! The three secrets of an office, each a line of hexadecimal digits in a file of its own.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use kouan_disk::Disk as _;
use kouan_disk::real::Folder;
use kouan_terms::{Diagnostic, hex};

const SIGNING: &str = "signing.seed";
const PERSONS: &str = "persons.secret";
const MASKING: &str = "masking.key";

/// What an office must not lose and nobody else may have.
#[derive(Clone)]
pub struct Secrets {
    signing: [u8; 32],
    persons: [u8; 16],
    masking: [u8; 32],
}

impl Secrets {
    /// These secrets. Nothing is written.
    #[must_use]
    pub const fn of(signing: [u8; 32], persons: [u8; 16], masking: [u8; 32]) -> Secrets {
        Secrets { signing, persons, masking }
    }

    pub(super) const fn signing(&self) -> &[u8; 32] {
        &self.signing
    }

    pub(super) const fn persons(&self) -> &[u8; 16] {
        &self.persons
    }

    pub(super) const fn masking(&self) -> &[u8; 32] {
        &self.masking
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secrets")
    }
}

/// Draws secrets and writes them into a folder that is made, for its owner alone.
///
/// # Errors
///
/// `AC105` where the folder is there, `AC106` where it cannot be written, `AC107` where the machine
/// gives no chance.
pub fn create_secrets(folder: &Path) -> Result<Secrets, Diagnostic> {
    if folder.exists() {
        return Err(Diagnostic::error("AC105"));
    }
    let mut secrets = Secrets::of([0; 32], [0; 16], [0; 32]);
    let Secrets { signing, persons, masking } = &mut secrets;
    for bytes in [signing.as_mut_slice(), persons.as_mut_slice(), masking.as_mut_slice()] {
        getrandom::fill(bytes).map_err(|_| Diagnostic::error("AC107"))?;
    }
    write(folder, &secrets)
        .map_err(|error| Diagnostic::error("AC106").with("cause", error.kind()))?;
    Ok(secrets)
}

fn write(folder: &Path, secrets: &Secrets) -> std::io::Result<()> {
    let missing = || std::io::Error::from(std::io::ErrorKind::InvalidInput);
    let name = folder.file_name().and_then(|name| name.to_str()).ok_or_else(missing)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let above = Folder::open(parent.unwrap_or(Path::new(".")))?.private();
    above.make_dir(name)?;
    let files =
        [(SIGNING, &secrets.signing[..]), (PERSONS, &secrets.persons), (MASKING, &secrets.masking)];
    for (file, bytes) in files {
        let digits = hex(bytes);
        let mut writer = above.create(&format!("{name}/{file}"))?;
        writer.write_all(format!("{digits}\n").as_bytes())?;
        writer.sync()?;
    }
    Ok(())
}

/// Reads the secrets of a folder.
///
/// # Errors
///
/// `AC108` where a file is missing, cannot be read or is none of ours; `AC109` where others of the
/// machine may read them.
pub fn open_secrets(folder: &Path) -> Result<Secrets, Diagnostic> {
    if is_open_to_others(folder) {
        return Err(Diagnostic::error("AC109"));
    }
    let mut secrets = Secrets::of([0; 32], [0; 16], [0; 32]);
    let Secrets { signing, persons, masking } = &mut secrets;
    let files = [
        (SIGNING, signing.as_mut_slice()),
        (PERSONS, persons.as_mut_slice()),
        (MASKING, masking.as_mut_slice()),
    ];
    for (file, bytes) in files {
        let wrong = || Diagnostic::error("AC108").with("file", file);
        let text = std::fs::read_to_string(folder.join(file)).map_err(|_| wrong())?;
        let digits = text.trim_end();
        let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(wrong());
        }
        for (to, [high, low]) in bytes.iter_mut().zip(pairs) {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
            let (Some(high), Some(low)) = (digit(*high), digit(*low)) else { return Err(wrong()) };
            *to = high << 4 | low;
        }
    }
    Ok(secrets)
}

/// Whether the folder can be entered by somebody else; only Unix says.
fn is_open_to_others(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_written_once_read_again_and_shown_to_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("ledger-secrets");
        let made = create_secrets(&place).unwrap();
        let read = open_secrets(&place).unwrap();
        assert!(made.signing == read.signing && made.persons == read.persons);
        assert!(made.masking == read.masking && made.masking != made.signing);
        assert_eq!(format!("{made:?}"), "Secrets");
        assert_eq!(create_secrets(&place).unwrap_err().code.0, "AC105");
        std::fs::write(place.join(PERSONS), "not digits").unwrap();
        assert_eq!(open_secrets(&place).unwrap_err().code.0, "AC108");
    }

    #[cfg(unix)]
    #[test]
    fn secrets_that_others_can_read_are_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("s");
        create_secrets(&place).unwrap();
        let mode = std::fs::metadata(&place).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700);
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(open_secrets(&place).unwrap_err().code.0, "AC109");
    }
}
