//! Space outside memory, given by the caller.

use kouan_terms::Diagnostic;

/// Gives space for what does not fit in memory.
///
/// What is written there are keys under the secret of the scan, sorted, and flags; it needs to last
/// no longer than the [`Space`] that holds it.
pub trait Scratch: Send + Sync {
    /// An empty space.
    ///
    /// # Errors
    ///
    /// [`ScratchFault::NotCreated`].
    fn create(&self) -> Result<Box<dyn Space>, Diagnostic>;
}

/// Bytes that are appended once and read back from any place.
pub trait Space: Send {
    /// Writes at the end: all of it or an error.
    ///
    /// # Errors
    ///
    /// [`ScratchFault::Full`] or [`ScratchFault::NotWritten`].
    fn append(&mut self, bytes: &[u8]) -> Result<(), Diagnostic>;

    /// Fills the slice with what was written from byte `at` on.
    ///
    /// # Errors
    ///
    /// [`ScratchFault::NotRead`].
    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<(), Diagnostic>;
}

/// What can happen to scratch space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScratchFault {
    /// No file can be made in the folder.
    NotCreated,
    /// The disk is full.
    Full,
    /// Writing failed for another reason.
    NotWritten,
    /// What was written cannot be read.
    NotRead,
}

impl ScratchFault {
    /// The message for it; `folder` is where the space lies, as the user named it.
    #[must_use]
    pub fn diagnostic(self, folder: &str) -> Diagnostic {
        let code = match self {
            ScratchFault::NotCreated => "SC260",
            ScratchFault::Full => "SC261",
            ScratchFault::NotWritten => "SC262",
            ScratchFault::NotRead => "SC263",
        };
        Diagnostic::error(code).with("folder", folder)
    }
}

/// What was read back is not what was written.
pub(super) fn changed() -> Diagnostic {
    Diagnostic::error("SC264")
}

/// The spaces of one roster: one to write to, and those that came with other rosters.
#[derive(Default)]
pub(super) struct Spaces {
    list: Vec<(Box<dyn Space>, u64)>,
    own: Option<usize>,
}

impl Spaces {
    /// Appends to the roster's own space and says where: which space, from which byte.
    pub(super) fn append(
        &mut self,
        scratch: &dyn Scratch,
        bytes: &[u8],
    ) -> Result<(usize, u64), Diagnostic> {
        let own = match self.own {
            Some(own) => own,
            None => {
                self.list.push((scratch.create()?, 0));
                let own = self.list.len() - 1;
                self.own = Some(own);
                own
            }
        };
        let Some((space, length)) = self.list.get_mut(own) else { return Err(changed()) };
        space.append(bytes)?;
        let at = *length;
        *length += bytes.len() as u64;
        Ok((own, at))
    }

    /// A space.
    pub(super) fn get(&self, which: usize) -> Result<&dyn Space, Diagnostic> {
        self.list.get(which).map(|(space, _)| space.as_ref()).ok_or_else(changed)
    }

    /// Takes the spaces of another roster over; their numbers grow by what is returned.
    pub(super) fn take_over(&mut self, other: Spaces) -> usize {
        let before = self.list.len();
        self.list.extend(other.list);
        before
    }
}
