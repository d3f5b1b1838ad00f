//! Scratch space in files that have no name: nothing of them is left, whatever ends the program.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use kouan_scan::persons::{Scratch, ScratchFault, Space};
use kouan_terms::Diagnostic;

/// Gives files in one folder.
pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(crate) fn new(folder: PathBuf) -> Files {
        Files { folder }
    }

    fn fault(&self, fault: ScratchFault) -> Diagnostic {
        fault.diagnostic(&self.folder.to_string_lossy())
    }
}

impl Scratch for Files {
    fn create(&self) -> Result<Box<dyn Space>, Diagnostic> {
        let file = tempfile::tempfile_in(&self.folder)
            .map_err(|_| self.fault(ScratchFault::NotCreated))?;
        Ok(Box::new(OneFile { file, folder: self.folder.clone() }))
    }
}

struct OneFile {
    file: File,
    folder: PathBuf,
}

impl OneFile {
    fn fault(&self, fault: ScratchFault) -> Diagnostic {
        fault.diagnostic(&self.folder.to_string_lossy())
    }
}

impl Space for OneFile {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Diagnostic> {
        let written = self.file.seek(SeekFrom::End(0)).and_then(|_| self.file.write_all(bytes));
        written.map_err(|error| {
            self.fault(match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ScratchFault::Full,
                _ => ScratchFault::NotWritten,
            })
        })
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<(), Diagnostic> {
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(into));
        read.map_err(|_| self.fault(ScratchFault::NotRead))
    }
}
