//! The secrets of an office, each a line of hexadecimal digits in a file of its own: three, and a
//! fourth where permits are signed with SM2, too.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use kouan_decide::permit::SigningKey;
use kouan_disk::Disk as _;
use kouan_disk::real::Folder;
use kouan_terms::{Diagnostic, hex};

const SIGNING: &str = "signing.seed";
const PERSONS: &str = "persons.secret";
const MASKING: &str = "masking.key";
const SM2: &str = "sm2.key";

/// What an office must not lose and nobody else may have.
#[derive(Clone)]
pub struct Secrets {
    signing: [u8; 32],
    persons: [u8; 16],
    masking: [u8; 32],
    sm2: Option<[u8; 32]>,
}

impl Secrets {
    /// These secrets. Nothing is written.
    #[must_use]
    pub const fn of(signing: [u8; 32], persons: [u8; 16], masking: [u8; 32]) -> Secrets {
        Secrets { signing, persons, masking, sm2: None }
    }

    /// With the number of an SM2 key, for permits that are signed with it, too.
    #[must_use]
    pub const fn with_sm2(self, number: [u8; 32]) -> Secrets {
        Secrets { sm2: Some(number), ..self }
    }

    pub(super) const fn signing(&self) -> &[u8; 32] {
        &self.signing
    }

    pub(super) const fn persons(&self) -> &[u8; 16] {
        &self.persons
    }

    pub(super) const fn sm2(&self) -> Option<&[u8; 32]> {
        self.sm2.as_ref()
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
pub fn create_secrets(folder: &Path, with_sm2: bool) -> Result<Secrets, Diagnostic> {
    if folder.exists() {
        return Err(Diagnostic::error("AC105"));
    }
    let mut secrets = Secrets::of([0; 32], [0; 16], [0; 32]);
    let Secrets { signing, persons, masking, .. } = &mut secrets;
    let fill = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| Diagnostic::error("AC107"));
    for bytes in [signing.as_mut_slice(), persons.as_mut_slice(), masking.as_mut_slice()] {
        fill(bytes)?;
    }
    while with_sm2 && secrets.sm2.is_none() {
        let mut number = [0; 32];
        fill(&mut number)?;
        // A number outside the order of the curve is drawn once in 2³².
        secrets.sm2 = SigningKey::sm2(&number).is_some().then_some(number);
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
    let sm2 = secrets.sm2.as_ref().map(|number| (SM2, &number[..]));
    for (file, bytes) in files.into_iter().chain(sm2) {
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
    let Secrets { signing, persons, masking, .. } = &mut secrets;
    read(folder, SIGNING, signing)?;
    read(folder, PERSONS, persons)?;
    read(folder, MASKING, masking)?;
    if folder.join(SM2).exists() {
        let mut number = [0; 32];
        read(folder, SM2, &mut number)?;
        if SigningKey::sm2(&number).is_none() {
            return Err(Diagnostic::error("AC108").with("file", SM2));
        }
        secrets.sm2 = Some(number);
    }
    Ok(secrets)
}

/// Reads one secret.
fn read(folder: &Path, file: &str, bytes: &mut [u8]) -> Result<(), Diagnostic> {
    let wrong = || Diagnostic::error("AC108").with("file", file);
    let text = std::fs::read_to_string(folder.join(file)).map_err(|_| wrong())?;
    let (pairs, rest) = text.trim_end().as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return Err(wrong());
    }
    for (to, [high, low]) in bytes.iter_mut().zip(pairs) {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let (Some(high), Some(low)) = (digit(*high), digit(*low)) else { return Err(wrong()) };
        *to = high << 4 | low;
    }
    Ok(())
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
        let made = create_secrets(&place, false).unwrap();
        let read = open_secrets(&place).unwrap();
        assert!(made.signing == read.signing && made.persons == read.persons);
        assert!(made.masking == read.masking && made.masking != made.signing);
        assert_eq!(format!("{made:?}"), "Secrets");
        assert_eq!(create_secrets(&place, false).unwrap_err().code.0, "AC105");
        assert!(made.sm2.is_none() && read.sm2.is_none());
        let other = folder.path().join("sm2-secrets");
        let made = create_secrets(&other, true).unwrap();
        assert!(made.sm2.is_some() && open_secrets(&other).unwrap().sm2 == made.sm2);
        std::fs::write(other.join(SM2), format!("{}\n", "0".repeat(64))).unwrap();
        assert_eq!(open_secrets(&other).unwrap_err().code.0, "AC108");
        std::fs::write(place.join(PERSONS), "not digits").unwrap();
        assert_eq!(open_secrets(&place).unwrap_err().code.0, "AC108");
    }

    #[cfg(unix)]
    #[test]
    fn secrets_that_others_can_read_are_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("s");
        create_secrets(&place, false).unwrap();
        let mode = std::fs::metadata(&place).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700);
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(open_secrets(&place).unwrap_err().code.0, "AC109");
    }
}
