//! A folder of the machine.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::{Disk, Found, Lock, Writer, path};

/// A folder of the machine, and all below it.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    private: bool,
}

impl Folder {
    /// The folder, which must be there; files and folders made in it are as open to others as the
    /// machine makes them.
    ///
    /// # Errors
    ///
    /// What the machine says; [`ErrorKind::NotADirectory`] where it is something else.
    pub fn open(root: &Path) -> io::Result<Folder> {
        if !fs::metadata(root)?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        Ok(Folder { root: root.to_owned(), private: false })
    }

    /// The same folder; files and folders made in it are for their owner alone (on Unix).
    #[must_use]
    pub fn private(self) -> Folder {
        Folder { private: true, ..self }
    }

    fn at(&self, path: &str) -> io::Result<PathBuf> {
        Ok(self.root.join(path::checked(path)?))
    }

    fn folder_at(&self, path: &str) -> io::Result<PathBuf> {
        Ok(self.root.join(path::folder(path)?))
    }

    fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        if self.private {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options
    }

    fn make_one(&self, folder: &Path) -> io::Result<()> {
        #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        if self.private {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(folder)
    }

    fn writer(&self, file: File, path: &str) -> io::Result<Box<dyn Writer>> {
        let folder = self.folder_at(path::parent(path))?;
        Ok(Box::new(Open { file, unnamed_in: Some(folder) }))
    }

    fn lock_file(&self, path: &str) -> io::Result<File> {
        self.options().read(true).write(true).create(true).truncate(false).open(self.at(path)?)
    }
}

impl Disk for Folder {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.at(path)?)
    }

    fn read_at(&self, path: &str, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.at(path)?)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut read = Vec::new();
        file.take(bytes as u64).read_to_end(&mut read)?;
        Ok(read)
    }

    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        match fs::metadata(self.at(path)?) {
            Ok(found) if found.is_file() => Ok(Some(found.len())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<Found>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(self.folder_at(folder)?)? {
            let entry = entry?;
            // A name that is not Unicode is none of ours, and no path can reach it.
            if let Ok(name) = entry.file_name().into_string() {
                all.push(Found { name, is_folder: entry.file_type()?.is_dir() });
            }
        }
        all.sort();
        Ok(all)
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn Writer>> {
        let file = self.options().write(true).create_new(true).open(self.at(path)?)?;
        self.writer(file, path)
    }

    fn append(&self, path: &str) -> io::Result<Box<dyn Writer>> {
        let file = self.options().append(true).create(true).open(self.at(path)?)?;
        self.writer(file, path)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.at(from)?, self.at(to)?)?;
        sync_folder(&self.folder_at(path::parent(to))?)?;
        if path::parent(from) != path::parent(to) {
            sync_folder(&self.folder_at(path::parent(from))?)?;
        }
        Ok(())
    }

    fn truncate(&self, path: &str, bytes: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(self.at(path)?)?;
        if file.metadata()?.len() < bytes {
            return Err(io::Error::new(ErrorKind::InvalidInput, "longer than the file"));
        }
        file.set_len(bytes)?;
        file.sync_all()
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        let place = self.at(path)?;
        if fs::symlink_metadata(&place)?.is_dir() {
            fs::remove_dir(place)
        } else {
            fs::remove_file(place)
        }
    }

    fn make_dir(&self, path: &str) -> io::Result<()> {
        let whole = path::checked(path)?;
        let ends = whole.match_indices('/').map(|(at, _)| at).chain([whole.len()]);
        for end in ends {
            let part = whole.get(..end).unwrap_or(whole);
            let folder = self.root.join(part);
            match self.make_one(&folder) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(error),
            }
            // Also where it was there: another process may have made it and not lived to sync it.
            sync_folder(&self.folder_at(path::parent(part))?)?;
        }
        Ok(())
    }

    fn lock(&self, path: &str) -> io::Result<Box<dyn Lock>> {
        let file = self.lock_file(path)?;
        file.lock()?;
        Ok(Box::new(Held { _file: file }))
    }

    fn try_lock(&self, path: &str) -> io::Result<Option<Box<dyn Lock>>> {
        let file = self.lock_file(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(Held { _file: file }))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// A file that is being written, and the folder whose entry for it is not known to be durable.
struct Open {
    file: File,
    unnamed_in: Option<PathBuf>,
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Writer for Open {
    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        if let Some(folder) = &self.unnamed_in {
            sync_folder(folder)?;
            self.unnamed_in = None;
        }
        Ok(())
    }
}

/// The system lets go of the lock when the file is closed, however the process ends.
struct Held {
    _file: File,
}

impl Lock for Held {}

/// Makes the names in a folder durable. Only Unix can open a folder as a file; elsewhere the
/// system orders the names itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        (place, folder)
    }

    #[test]
    fn a_real_folder_keeps_the_contract_of_a_disk() {
        let (_place, folder) = folder();
        crate::sim::tests::contract(&folder);
    }

    #[cfg(unix)]
    #[test]
    fn what_a_private_folder_makes_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let (place, folder) = folder();
        let folder = folder.private();
        folder.make_dir("a/b").unwrap();
        folder.create("a/b/c").unwrap().sync().unwrap();
        for (path, mode) in [("a", 0o700), ("a/b", 0o700), ("a/b/c", 0o600)] {
            let found = fs::metadata(place.path().join(path)).unwrap();
            assert_eq!(found.permissions().mode() & 0o777, mode, "{path}");
        }
    }

    #[test]
    fn a_file_is_no_folder() {
        let (place, folder) = folder();
        folder.create("a").unwrap().sync().unwrap();
        let error = Folder::open(&place.path().join("a")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotADirectory);
    }
}
