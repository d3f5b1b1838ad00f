//! Puts a pack where it belongs: the folder and the zip, whole or not at all.
//!
//! Everything is written beside the target under a name of its own, flushed to the disk, and only
//! then renamed. What stood there before is kept under the first free `.old-1`, `.old-2` …; nothing
//! is ever deleted, and nothing that is not a pack of ours is moved.

use std::fs::File;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use kouan_dossier::docx::{Member, unpack};
use kouan_dossier::pack::PACK_SCHEMA;
use kouan_terms::{Diagnostic, Place};

use crate::files;

/// How many earlier packs are kept beside a new one.
const KEPT_MAX: u32 = 999;

/// Where a pack went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its folder.
    pub folder: String,
    /// Its zip.
    pub zip: String,
    /// The same pack stood there already; nothing was written.
    pub unchanged: bool,
    /// Where the pack that stood there before is kept.
    pub kept: Option<String>,
}

/// What is to be written.
pub struct Load<'a> {
    /// The folder that the pack goes into.
    pub into: &'a Path,
    /// The name of the pack's folder; the zip has it too.
    pub name: &'a str,
    /// Its files.
    pub files: &'a [Member],
    /// Its zip.
    pub zip: &'a [u8],
}

impl Load<'_> {
    /// Where it is to go, without writing anything.
    pub fn target(&self) -> Placed {
        let shown = |name: String| self.into.join(name).to_string_lossy().into_owned();
        Placed {
            folder: shown(self.name.to_owned()),
            zip: shown(format!("{}.zip", self.name)),
            unchanged: false,
            kept: None,
        }
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// FL163 when something else than a pack of ours stands there, FL164 when it cannot be written;
    /// what stood there before then stands there still.
    pub fn write(&self) -> Result<Placed, Diagnostic> {
        let mut placed = self.target();
        let (folder, zip) = (PathBuf::from(&placed.folder), PathBuf::from(&placed.zip));
        let there = (is_there(&folder), is_there(&zip));
        for (there, path) in [(there.0, &folder), (there.1, &zip)] {
            if there && !is_ours(path) {
                return Err(Diagnostic::error("FL163").at(place(path)));
            }
        }
        if there == (true, true) && self.stands_there(&folder, &zip) {
            placed.unchanged = true;
            return Ok(placed);
        }
        let beside =
            |end: &str| self.into.join(format!(".{}.{}{end}", self.name, std::process::id()));
        let (new_folder, new_zip) = (beside(".part"), beside(".zip.part"));
        let done = self
            .beside(&new_folder, &new_zip)
            .and_then(|()| self.exchange(&[(&new_folder, &folder), (&new_zip, &zip)]));
        if done.is_err() {
            let _ = std::fs::remove_dir_all(&new_folder);
            let _ = std::fs::remove_file(&new_zip);
        }
        placed.kept = done?;
        Ok(placed)
    }

    /// Whether exactly these files stand there already.
    fn stands_there(&self, folder: &Path, zip: &Path) -> bool {
        let same = |path: &Path, bytes: &[u8]| files::bytes(path).is_ok_and(|held| held == bytes);
        let count = files::below(folder, &[""]).map_or(0, |found| found.len());
        count == self.files.len()
            && same(zip, self.zip)
            && self.files.iter().all(|file| same(&folder.join(&file.name), &file.bytes))
    }

    /// Writes folder and zip beside the target, down to the disk.
    fn beside(&self, folder: &Path, zip: &Path) -> Result<(), Diagnostic> {
        let failed = |path: &Path| {
            let place = place(path);
            move |error: std::io::Error| {
                Diagnostic::error("FL164").at(place.clone()).with("detail", error.kind())
            }
        };
        std::fs::create_dir_all(self.into).map_err(failed(self.into))?;
        std::fs::create_dir(folder).map_err(failed(folder))?;
        let mut folders = vec![folder.to_path_buf()];
        for member in self.files {
            let name = Path::new(&member.name);
            if !name.components().all(|part| matches!(part, Component::Normal(_))) {
                return Err(Diagnostic::error("FL130").with("member", &member.name));
            }
            let path = folder.join(name);
            if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
                std::fs::create_dir_all(parent).map_err(failed(parent))?;
                folders.push(parent.to_path_buf());
            }
            flushed(&path, &member.bytes).map_err(failed(&path))?;
        }
        flushed(zip, self.zip).map_err(failed(zip))?;
        folders.iter().try_for_each(|path| sync(path)).map_err(failed(folder))
    }

    /// Moves what stood there away and the new in; undone when a step fails.
    fn exchange(&self, moves: &[(&Path, &Path)]) -> Result<Option<String>, Diagnostic> {
        let mut done: Vec<(PathBuf, PathBuf)> = Vec::new();
        let mut kept = None;
        let result = (|| {
            if moves.iter().any(|(_, target)| is_there(target)) {
                let number = self.free_number()?;
                for (_, target) in moves.iter().filter(|(_, target)| is_there(target)) {
                    let old = self.old(target, number);
                    step(target, &old, &mut done)?;
                    kept.get_or_insert_with(|| old.to_string_lossy().into_owned());
                }
            }
            moves.iter().try_for_each(|(from, to)| step(from, to, &mut done))?;
            sync(self.into).map_err(|error| wrong(self.into, &error))
        })();
        if result.is_err() {
            for (from, to) in done.iter().rev() {
                let _ = std::fs::rename(to, from);
            }
        }
        result.map(|()| kept)
    }

    /// The first number under which neither an old folder nor an old zip is kept.
    fn free_number(&self) -> Result<u32, Diagnostic> {
        let target = self.target();
        let taken = |number: &u32| {
            [&target.folder, &target.zip].iter().any(|path| is_there(&self.old(path, *number)))
        };
        (1..=KEPT_MAX).find(|number| !taken(number)).ok_or_else(|| {
            Diagnostic::error("FL165").at(place(Path::new(&target.folder))).with("limit", KEPT_MAX)
        })
    }

    /// The name under which an earlier pack is kept.
    fn old(&self, target: impl AsRef<Path>, number: u32) -> PathBuf {
        let is_zip = target.as_ref().extension().is_some_and(|end| end == "zip");
        let end = if is_zip { ".zip" } else { "" };
        self.into.join(format!("{}.old-{number}{end}", self.name))
    }
}

fn step(from: &Path, to: &Path, done: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Diagnostic> {
    std::fs::rename(from, to).map_err(|error| wrong(to, &error))?;
    done.push((from.to_path_buf(), to.to_path_buf()));
    Ok(())
}

fn wrong(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("FL164").at(place(path)).with("detail", error.kind())
}

fn place(path: &Path) -> Place {
    Place::file(&path.to_string_lossy())
}

/// Whether anything stands there, a dangling link included.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether a folder or zip is a pack that this program made: its manifest says so.
fn is_ours(path: &Path) -> bool {
    let Ok(held) = path.symlink_metadata() else { return false };
    let manifest = if held.is_dir() {
        files::bytes(&path.join("manifest.json")).ok()
    } else if held.is_file() {
        let members = files::bytes(path).ok().and_then(|bytes| unpack("", &bytes).ok());
        let own = |member: &Member| member.name == "manifest.json";
        members.and_then(|members| members.into_iter().find(own)).map(|member| member.bytes)
    } else {
        None
    };
    let manifest: Option<serde_json::Value> =
        manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let schema = manifest.as_ref().and_then(|manifest| manifest.get("schema")?.as_str());
    schema == Some(PACK_SCHEMA)
}

fn flushed(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Flushes the entries of a folder; systems that cannot open a folder flush them by themselves.
fn sync(folder: &Path) -> std::io::Result<()> {
    let here = Path::new(".");
    match File::open(if folder.as_os_str().is_empty() { here } else { folder }) {
        Ok(folder) => folder.sync_all(),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Ok(()),
        Err(error) => Err(error),
    }
}
