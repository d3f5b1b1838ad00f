//! Files, folders, globs, compressed files and archives; the format is found by content first.

mod archive;
mod content;
mod find;
mod format;
#[cfg(test)]
mod tests;
mod unpack;

use std::io;
use std::path::Path;
use std::sync::Arc;

use globset::Glob;
use kouan_table::{Block, Rows, Table, TableKind};
use kouan_terms::Diagnostic;

pub(crate) use self::archive::nothing;
pub(crate) use self::content::{Content, ContentCursor, NotHeld, Ranges, Stamp};
pub(crate) use self::find::find;

use self::archive::Zip;
use self::format::Format;
use self::unpack::{Bomb, Budget, Packed, Packing};
use crate::{Opened, Options, Want, columnar, databases, limits, sheets, text};

/// Opens a file by what its content is.
pub(crate) fn open(
    name: &str,
    path: &Path,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let content = Content::file(path);
    let stamp = content.stamp().map_err(|why| unreadable(name, &why))?;
    let mut opened = open_content(name, &content, want, options)?;
    let name = name.into();
    opened.rows = Box::new(Watched { rows: opened.rows, name, content, stamp });
    Ok(opened)
}

/// Opens a content by what it is; the name is the table's, and an archive's members add theirs.
///
/// The readers of other formats have the same shape: `columnar::open_parquet`,
/// `columnar::open_ipc`, `sheets::open_workbook`, `sheets::open_xpt`, `sheets::open_sql`, each
/// `fn(name, content, want, options) -> Result<Opened, Diagnostic>`, called with a content that
/// can seek.
pub(crate) fn open_content(
    name: &str,
    content: &Content,
    want: Want,
    options: &Options,
) -> Result<Opened, Diagnostic> {
    let bytes = content.bytes().map_err(|why| unreadable(name, &why))?;
    let budget = Budget::new(bytes.unwrap_or(0));
    open_within(name, content, &Way { want, options, budget, depth: 0 })
}

/// What is wanted of a content, and how far down it lies.
#[derive(Clone)]
struct Way<'a> {
    want: Want,
    options: &'a Options,
    budget: Arc<Budget>,
    /// Archives around it.
    depth: usize,
}

impl Way<'_> {
    fn deeper(&self) -> Self {
        Way { depth: self.depth + 1, ..self.clone() }
    }
}

fn open_within(name: &str, content: &Content, way: &Way<'_>) -> Result<Opened, Diagnostic> {
    let (want, options) = (way.want, way.options);
    let head = content.head(format::HEAD_BYTES).map_err(|why| unreadable(name, &why))?;
    let seekable = || held(name, content);
    match format::of(&head, name) {
        Format::Empty => Ok(nothing(
            vec![no_table(name)],
            vec![Diagnostic::warning("SC109").with("input", name)],
        )),
        Format::Text if is_wanted(name, options)? => text::open(name, content, want, options),
        Format::Text => Ok(nothing(Vec::new(), Vec::new())),
        Format::Sql => sheets::open_sql(name, &seekable()?, want, options),
        Format::Parquet => columnar::open_parquet(name, &seekable()?, want, options),
        Format::ArrowIpc => columnar::open_ipc(name, &seekable()?, want, options),
        Format::OldWorkbook => sheets::open_workbook(name, &seekable()?, want, options),
        Format::Xpt => sheets::open_xpt(name, &seekable()?, want, options),
        Format::Sqlite => match content.path() {
            Some(path) => databases::open_sqlite(name, &path, want, options),
            None => Err(Diagnostic::error("SC116").with("input", name)),
        },
        Format::Gzip => packed(name, content, Packing::Gzip, way),
        Format::Zstandard => packed(name, content, Packing::Zstandard, way),
        Format::Zip => {
            let content = seekable()?;
            match archive::look(&content) {
                None => Err(Diagnostic::error("SC117").with("input", name)),
                Some(Zip::Workbook) => sheets::open_workbook(name, &content, want, options),
                Some(Zip::Document) => Err(Diagnostic::error("SC110").with("input", name)),
                Some(Zip::Members(..)) if way.depth > limits::NESTING => Err(too_deep(name)),
                Some(Zip::Members(members, more)) => {
                    archive::open(name, &content, (members, more), way)
                }
            }
        }
        Format::Other => Err(Diagnostic::error("SC110").with("input", name)),
    }
}

/// Opens one packed thing, which must be a text.
fn packed(
    name: &str,
    content: &Content,
    packing: Packing,
    way: &Way<'_>,
) -> Result<Opened, Diagnostic> {
    if way.depth > limits::NESTING {
        return Err(too_deep(name));
    }
    let budget = Arc::clone(&way.budget);
    let packed = Packed { content: content.clone(), packing, budget: Arc::clone(&budget) };
    let content = Content::packed(Arc::new(packed));
    let head = content.head(format::HEAD_BYTES).map_err(|why| unreadable(name, &why))?;
    match format::of(&head, name) {
        Format::Text | Format::Sql | Format::Empty => {
            let mut opened = open_within(name, &content, &way.deeper())?;
            opened.rows = Box::new(Metered { rows: opened.rows, budget });
            Ok(opened)
        }
        _ => Err(Diagnostic::error("SC116").with("input", name)),
    }
}

/// The content where any place can be reached; what is packed goes into memory.
fn held(name: &str, content: &Content) -> Result<Content, Diagnostic> {
    content.held(limits::HELD_BYTES).map_err(|why| match why {
        NotHeld::TooLong => Diagnostic::error("SC116").with("input", name),
        NotHeld::Unread(why) => unreadable(name, &why),
    })
}

/// Whether a table is asked for: by its whole name or by the last part of it.
pub(crate) fn is_wanted(name: &str, options: &Options) -> Result<bool, Diagnostic> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    for glob in &options.tables {
        let matcher = Glob::new(glob)
            .map_err(|_| Diagnostic::error("SC158").with("glob", glob))?
            .compile_matcher();
        if matcher.is_match(name) || matcher.is_match(last) {
            return Ok(true);
        }
    }
    Ok(options.tables.is_empty())
}

/// A file without a byte is a table without a column.
fn no_table(name: &str) -> Table {
    Table {
        name: name.into(),
        kind: TableKind::File,
        comment: None,
        rows_estimate: Some(0),
        columns: Vec::new(),
    }
}

fn too_deep(name: &str) -> Diagnostic {
    Diagnostic::error("SC114").with("input", name).with("limit", limits::NESTING)
}

/// Why something could not be read, without a word of its content.
pub(crate) fn unreadable(name: &str, why: &io::Error) -> Diagnostic {
    let bomb = why.get_ref().is_some_and(|inner| inner.is::<Bomb>());
    let code = match why.kind() {
        _ if bomb => "SC111",
        io::ErrorKind::NotFound => "SC101",
        io::ErrorKind::PermissionDenied => "SC102",
        io::ErrorKind::UnexpectedEof => "SC104",
        // What unpacks gzip, Zstandard and Deflate says so of damaged bytes.
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => "SC117",
        _ => "SC103",
    };
    let found = Diagnostic::error(code).with("input", name);
    match code {
        "SC103" => found.with("cause", why.kind()),
        "SC111" => found.with("times", limits::EXPANSION),
        _ => found,
    }
}

/// Rows of a file that should stay as it is while it is read.
struct Watched {
    rows: Box<dyn Rows>,
    name: Box<str>,
    content: Content,
    stamp: Option<Stamp>,
}

impl Rows for Watched {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        self.rows.next()
    }

    fn notes(&mut self) -> Vec<Diagnostic> {
        let mut notes = self.rows.notes();
        if self.content.stamp().ok() != Some(self.stamp.clone()) {
            notes.push(Diagnostic::warning("SC113").with("input", &self.name));
        }
        notes
    }

    fn taken(&self) -> u64 {
        self.rows.taken()
    }
}

/// Rows of something packed: progress is counted in packed bytes.
struct Metered {
    rows: Box<dyn Rows>,
    budget: Arc<Budget>,
}

impl Rows for Metered {
    fn next(&mut self) -> Result<Option<Box<dyn Block>>, Diagnostic> {
        self.rows.next()
    }

    fn notes(&mut self) -> Vec<Diagnostic> {
        self.rows.notes()
    }

    fn taken(&self) -> u64 {
        self.budget.taken()
    }
}
