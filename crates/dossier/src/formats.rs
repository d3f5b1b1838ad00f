//! Formats of attached files: what the name promises, what the first bytes are, what is accepted.

use kouan_rulebook::papers::Papers;
use kouan_terms::{Diagnostic, Place};

use crate::answers::Evidence;
use crate::sources::Sources;

/// A format that attached files come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// ISO 32000.
    Pdf,
    /// GB/T 33190, a zip with `OFD.xml`.
    Ofd,
    /// Office Open XML of a word processor, a zip with `word/`.
    Docx,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

/// How much of a zip is searched for the names of its members, at its beginning and at its end.
const SEARCHED: usize = 64 * 1024;

impl Format {
    /// The format that the first bytes are of; `None` for any other.
    #[must_use]
    pub fn of_content(bytes: &[u8]) -> Option<Format> {
        let starts = |mark: &[u8]| bytes.starts_with(mark);
        if starts(b"%PDF-") {
            Some(Format::Pdf)
        } else if starts(b"\x89PNG\r\n\x1a\n") {
            Some(Format::Png)
        } else if starts(b"\xff\xd8\xff") {
            Some(Format::Jpeg)
        } else if starts(b"PK\x03\x04") {
            // The names of members stand before their contents, and once more at the end.
            let head = bytes.get(..SEARCHED.min(bytes.len())).unwrap_or_default();
            let tail = bytes.get(bytes.len().saturating_sub(SEARCHED)..).unwrap_or_default();
            let holds = |name: &[u8]| {
                [head, tail].iter().any(|part| part.windows(name.len()).any(|held| held == name))
            };
            if holds(b"OFD.xml") {
                Some(Format::Ofd)
            } else {
                holds(b"word/document.xml").then_some(Format::Docx)
            }
        } else {
            None
        }
    }

    /// The format that an extension of the rulebook's lists, or of a file name, stands for.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Format> {
        match extension.to_ascii_lowercase().as_str() {
            "pdf" => Some(Format::Pdf),
            "ofd" => Some(Format::Ofd),
            "docx" => Some(Format::Docx),
            "png" => Some(Format::Png),
            "jpg" | "jpeg" => Some(Format::Jpeg),
            _ => None,
        }
    }
}

/// What is wrong with the format of an attached file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Its extension is none that is accepted for its kind.
    NotAccepted,
    /// Its content is not of the format that its extension names.
    OtherContent,
}

/// What is wrong with the format of an attached file; its content is judged only where somebody
/// looked at it.
#[must_use]
pub fn misfit(sources: &Sources<'_>, evidence: &Evidence) -> Option<Misfit> {
    let extension = evidence.file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let accepted = accepted(sources.papers, &evidence.kind);
    if !accepted.iter().any(|held| held.eq_ignore_ascii_case(extension)) {
        return Some(Misfit::NotAccepted);
    }
    let attached = sources.attached(&evidence.file)?;
    (attached.format != Format::of_extension(extension)).then_some(Misfit::OtherContent)
}

/// The finding on the format of an attached file.
pub(crate) fn finding(sources: &Sources<'_>, evidence: &Evidence) -> Option<Diagnostic> {
    let code = match misfit(sources, evidence)? {
        Misfit::NotAccepted => "FL126",
        Misfit::OtherContent => "FL127",
    };
    let found = Diagnostic::error(code).at(Place::file(&evidence.file));
    let found = found.with("kind", &evidence.kind);
    if code == "FL127" {
        return Some(found);
    }
    Some(found.with("accepted", accepted(sources.papers, &evidence.kind).join(", ")))
}

/// The extensions that are accepted for a kind of evidence.
fn accepted<'a>(papers: &'a Papers, kind: &str) -> Vec<&'a str> {
    let own = papers.evidence(kind).map(|entry| entry.text.formats.as_slice()).unwrap_or_default();
    if own.is_empty() {
        papers.accepts().iter().map(|held| &**held).collect()
    } else {
        own.iter().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docx::{Member, pack};
    use crate::sample::{FILED, PAPERS};
    use crate::sources::Attached;

    fn zip(name: &str) -> Vec<u8> {
        pack(&[Member { name: name.to_owned(), bytes: vec![b'x'; 10] }]).unwrap()
    }

    #[test]
    fn a_format_is_known_by_its_first_bytes() {
        let known = [
            (b"%PDF-1.4\n".to_vec(), Some(Format::Pdf)),
            (b"\x89PNG\r\n\x1a\n\0".to_vec(), Some(Format::Png)),
            (b"\xff\xd8\xff\xe0".to_vec(), Some(Format::Jpeg)),
            (zip("OFD.xml"), Some(Format::Ofd)),
            (zip("word/document.xml"), Some(Format::Docx)),
            (zip("xl/workbook.xml"), None),
            (b"placeholder".to_vec(), None),
            (Vec::new(), None),
        ];
        for (bytes, format) in known {
            assert_eq!(Format::of_content(&bytes), format);
        }
    }

    #[test]
    fn every_format_that_the_rulebook_accepts_is_known() {
        let own = PAPERS.every_evidence().iter().flat_map(|entry| &entry.text.formats);
        let all = PAPERS.accepts().iter().map(|held| held.to_string()).chain(own.cloned());
        for extension in all {
            assert!(Format::of_extension(&extension).is_some(), "{extension}");
        }
    }

    #[test]
    fn the_format_of_an_attached_file_has_to_be_accepted_and_true() {
        let found = |kind: &str, file: &str, content: Option<Format>| {
            let digest = crate::digest(b"a");
            let answers = FILED.answers(&format!(
                "format = 1\n[[evidence]]\nkind = \"{kind}\"\nfile = \"{file}\"\n\
                 sha256 = \"{digest}\"\n"
            ));
            let files = [Attached { file, sha256: &digest, format: content, bytes: None }];
            let sources = Sources { files: Some(&files), ..FILED.sources(&answers) };
            let pack = crate::pack::build(&sources, "standard-contract", None).unwrap();
            let codes: Vec<&str> = pack.findings.iter().map(|found| found.code.0).collect();
            let open = pack.view.parts.iter().find(|part| !part.files.is_empty());
            (codes, open.map(|part| part.state.as_str()))
        };
        let (pdf, docx) = (Some(Format::Pdf), Some(Format::Docx));
        let id = "credit-code-certificate";
        assert_eq!(found(id, "a.PDF", pdf), (vec![], Some("attached")));
        assert_eq!(found(id, "a.txt", None), (vec!["FL126"], Some("wrong-format")));
        assert_eq!(found(id, "a.docx", docx), (vec!["FL126"], Some("wrong-format")));
        assert_eq!(found(id, "a.pdf", None), (vec!["FL127"], Some("wrong-format")));
        assert_eq!(found(id, "a.pdf", docx), (vec!["FL127"], Some("wrong-format")));
        assert_eq!(found("contract-draft", "a.docx", docx).0, [""; 0]);
        assert_eq!(found("executed-contract", "a.pdf", pdf), (vec![], Some("attached")));
    }
}
