//! The folder that is cleared, and the one that the results go into.

use std::path::{Path, PathBuf};

use kouan_terms::{Diagnostic, Place};
use serde_json::Value;

/// The folder of results where nothing else is said; each company has its own below.
const OUT: &str = "cleared";

/// The folder that is cleared.
pub struct Source {
    /// As it was typed.
    pub shown: String,
    path: PathBuf,
    name: String,
}

impl Source {
    /// The folder of this name.
    ///
    /// # Errors
    ///
    /// CL150 where there is none.
    pub fn of(shown: &str) -> Result<Source, Diagnostic> {
        let missing = || Diagnostic::error("CL150").at(Place::file(shown));
        let path = Path::new(shown).canonicalize().map_err(|_| missing())?;
        if !path.is_dir() {
            return Err(missing());
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("data").to_owned();
        let trimmed = shown.trim_end_matches('/');
        let shown = if trimmed.is_empty() { shown } else { trimmed };
        Ok(Source { shown: shown.to_owned(), path, name })
    }

    /// Goes into the folder until the guard is dropped, so that every path is read as the
    /// declaration means it, and every table has the name that commands run there give it.
    ///
    /// # Errors
    ///
    /// CL150 where that is not allowed.
    pub fn enter(&self) -> Result<Inside, Diagnostic> {
        let wrong = |_| Diagnostic::error("CL150").at(Place::file(&self.shown));
        let back = std::env::current_dir().map_err(wrong)?;
        std::env::set_current_dir(&self.path).map_err(wrong)?;
        Ok(Inside { back })
    }

    /// A finding from inside as it is said outside.
    pub fn outside(&self, mut finding: Diagnostic) -> Diagnostic {
        if let Some(place) = &mut finding.place
            && Path::new(&place.file).is_relative()
        {
            place.file = format!("{}/{}", self.shown, place.file);
        }
        finding
    }
}

/// Goes back where it came from when dropped.
pub struct Inside {
    back: PathBuf,
}

impl Drop for Inside {
    fn drop(&mut self) {
        let _ = std::env::set_current_dir(&self.back);
    }
}

/// The folder of the results.
pub struct Out {
    /// Its path from the root.
    pub path: PathBuf,
    /// As it was typed.
    pub shown: String,
}

impl Out {
    /// The folder that is named, or the one of this company: below the present folder, or beside
    /// the one that is cleared where that is the present one.
    ///
    /// # Errors
    ///
    /// CL159 where it lies in the folder that is cleared.
    pub fn of(named: Option<&String>, source: &Source) -> Result<Out, Diagnostic> {
        let here = format!("{OUT}/{}", source.name);
        let beside = || {
            let above = source.path.parent().unwrap_or(Path::new("/"));
            above.join(&here).to_string_lossy().into_owned()
        };
        let is_inside = || whole(Path::new(&here)).starts_with(&source.path);
        let shown = match named {
            Some(named) => named.trim_end_matches('/').to_owned(),
            None if is_inside() => beside(),
            None => here,
        };
        let path = whole(Path::new(&shown));
        if path.starts_with(&source.path) {
            return Err(Diagnostic::error("CL159").at(Place::file(&shown)));
        }
        Ok(Out { path, shown })
    }

    /// Something in it, as a path.
    pub fn below(&self, name: &str) -> String {
        self.path.join(name).to_string_lossy().into_owned()
    }

    /// Something in it, as it is shown.
    pub fn shown(&self, name: &str) -> String {
        format!("{}/{name}", self.shown)
    }

    /// Text with the folder as it was typed.
    pub fn show(&self, text: &str) -> String {
        text.replace(&*self.path.to_string_lossy(), &self.shown)
    }

    /// The same of every text in a document.
    pub fn show_all(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.show(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.show_all(value)),
            Value::Object(map) => map.values_mut().for_each(|value| self.show_all(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// A path from the root, without links as far as it exists.
pub fn whole(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let there = path.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    match there.and_then(|(part, real)| Some(real.join(path.strip_prefix(part).ok()?))) {
        // Joining nothing would leave a separator at the end.
        Some(real) => real.components().collect(),
        None => path,
    }
}
