//! Step 3: the papers as PDF, set as their typography asks, with their fonts in them.
//!
//! A function of its arguments like the rest of step 3: no IO, no clock. The same document gives
//! the same bytes. The fonts come with the program; others can be given. What is drawn and how the
//! file is written is left to `krilla`, where a line may break to ICU; which line stands where is
//! decided here.

mod breaking;
mod faces;
mod flow;
mod limits;
mod lines;
mod pages;
mod paint;
mod shape;
mod tables;
#[cfg(test)]
mod tests;

pub use faces::{FontBytes, body};

use kouan_dossier::document::Document;
use kouan_rulebook::papers::Typography;
use kouan_terms::{Diagnostic, Language};

use faces::Faces;

/// Sets documents as PDF.
///
/// Making one unpacks the fonts, which takes some milliseconds; it then serves any number of
/// documents.
#[derive(Debug)]
pub struct Typesetter {
    faces: Faces,
}

impl Typesetter {
    /// Takes the fonts of the program, and before them those given.
    ///
    /// A given font takes the place of the one that a typography asks for by one of its family
    /// names, in any language: `FangSong` or `仿宋`.
    ///
    /// # Errors
    ///
    /// `FL171` when a given font cannot be read.
    pub fn new(given: Option<&[FontBytes]>) -> Result<Self, Diagnostic> {
        Ok(Self { faces: Faces::new(given.unwrap_or_default())? })
    }

    /// Sets a document in one language as PDF/A-2u.
    ///
    /// # Errors
    ///
    /// `FL170` when the document has characters that no font holds: the PDF is not made rather than
    /// made with boxes in their place. `FL172` when the file cannot be written.
    pub fn set(
        &self,
        document: &Document,
        typography: &Typography,
        language: Language,
    ) -> Result<Vec<u8>, Diagnostic> {
        let flow = flow::flow(&self.faces, document, typography, language);
        if flow.missing > 0 {
            let found = Diagnostic::error("FL170").with("document", &document.id);
            return Err(found.with("count", flow.missing));
        }
        let pages = pages::pages(flow.pieces, &flow.heads, flow.page);
        let about = paint::About {
            title: document.title.in_language(language),
            id: format!("{}/{}/{}/{language:?}", document.id, document.of, document.on),
            on: document.on,
            language,
            number: flow.number,
        };
        paint::paint(&self.faces, &pages, flow.page, &about)
            .map_err(|_| Diagnostic::error("FL172").with("document", &document.id))
    }
}
