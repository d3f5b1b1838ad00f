//! PDF: the guide's place is a key of the Info dictionary. It is written as an update behind the
//! end of the file, as PDF provides for, so that what is there stays, signatures included.

use std::ops::Range;

use super::pdf_objects::{Dictionary, Reference, end_of_value, integer, is_space, string};
use super::pdf_xref::{Place as At, Xref};
use super::{Order, exif, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::source::{Source, position};
use crate::trouble::Trouble;

/// An object that is no stream, as bytes from its value on.
const OBJECT_BYTES_MAX: u64 = 1 << 18;

/// The Info dictionary: its number, and its bytes.
struct Info {
    number: u64,
    generation: u64,
    bytes: Vec<u8>,
}

/// The value of an object that is no stream.
fn object(xref: &Xref, number: u64, source: &mut Source<'_>) -> Result<Option<Vec<u8>>, Trouble> {
    match xref.find(number, source)? {
        None => Ok(None),
        Some(At::InFile(at)) => {
            let bytes = source.up_to(at, OBJECT_BYTES_MAX)?;
            let damaged = Trouble::Damaged { at, part: "obj" };
            let start = position(&bytes, b"obj").ok_or(damaged.clone())? + 3;
            // Number and generation, and nothing else, stand before the word.
            let head = bytes.get(..start).unwrap_or_default();
            if integer(head, 0).map(|(found, _)| found) != Some(number) {
                return Err(damaged);
            }
            Ok(bytes.get(start..).map(<[u8]>::to_vec))
        }
        Some(At::InStream { stream, index }) => xref.in_stream(stream, index, source).map(Some),
    }
}

fn info(xref: &Xref, source: &mut Source<'_>) -> Result<Option<Info>, Trouble> {
    let Some(reference) = xref.reference(b"Info") else { return Ok(None) };
    let Some(bytes) = object(xref, reference.number, source)? else { return Ok(None) };
    Ok(Some(Info { number: reference.number, generation: reference.generation, bytes }))
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let xref = Xref::read(source)?;
    if xref.is_encrypted() {
        return Err(Trouble::Encrypted);
    }
    let Some(info) = info(&xref, source)? else { return Ok(()) };
    let damaged = Trouble::Damaged { at: 0, part: "Info" };
    let dictionary = Dictionary::read(&info.bytes, 0).ok_or(damaged.clone())?;
    let key = found.standard.key.clone();
    for (name, range) in &dictionary.entries {
        if *name != key.as_bytes() {
            continue;
        }
        let value = info.bytes.get(range.clone()).unwrap_or_default();
        let text = match Reference::read(value, 0) {
            Some((reference, _)) => object(&xref, reference.number, source)?
                .and_then(|bytes| string(&bytes, 0).map(|(text, _)| text)),
            None => string(value, 0).map(|(text, _)| text),
        };
        found.push(Place::InfoDictionary, &shown(&text.unwrap_or_default()));
    }
    Ok(())
}

/// A text string: UTF-16 or UTF-8 with a mark, or else one byte a letter.
fn shown(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => exif::utf16(bytes, false),
        [0xef, 0xbb, 0xbf, rest @ ..] => loose_text(rest),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let xref = Xref::read(source)?;
    if xref.is_encrypted() {
        return Err(Trouble::Encrypted);
    }
    refuse_certified(&xref, source)?;
    // Information in the trailer itself would be lost behind a reference.
    if xref.raw(b"Info").is_some() && xref.reference(b"Info").is_none() {
        return Err(Trouble::Unwritable { part: "Info" });
    }
    let old = info(&xref, source)?;
    let (number, generation) = match &old {
        Some(info) => (info.number, info.generation),
        None => (xref.size, 0),
    };
    let mut update = Update { start: source.len(), bytes: b"\n".to_vec(), places: Vec::new() };
    let size = xref.size.max(number + 1);
    update.object(number, generation, &with_label(old.as_ref(), order)?);
    update.finish(&xref, size, (number, generation))?;
    let mut edits = Edits::default();
    edits.insert(update.start, update.bytes);
    Ok(edits)
}

/// A certified document allows only the changes that its author named.
fn refuse_certified(xref: &Xref, source: &mut Source<'_>) -> Result<(), Trouble> {
    let damaged = Trouble::Damaged { at: 0, part: "Root" };
    let root = xref.reference(b"Root").ok_or(damaged.clone())?;
    let bytes = object(xref, root.number, source)?.ok_or(damaged.clone())?;
    let root = Dictionary::read(&bytes, 0).ok_or(damaged)?;
    if root.get(b"Perms").is_some() { Err(Trouble::Signed) } else { Ok(()) }
}

/// The dictionary with the label in it; its other entries as they are.
fn with_label(old: Option<&Info>, order: &Order<'_>) -> Result<Vec<u8>, Trouble> {
    let mut out = b"<<".to_vec();
    if let Some(info) = old {
        let damaged = Trouble::Damaged { at: 0, part: "Info" };
        let dictionary = Dictionary::read(&info.bytes, 0).ok_or(damaged)?;
        for (index, (name, range)) in dictionary.entries.iter().enumerate() {
            if *name != order.standard.key.as_bytes() {
                let key: &Range<usize> =
                    dictionary.keys.get(index).ok_or(Trouble::Unwritable { part: "Info" })?;
                out.push(b' ');
                out.extend(info.bytes.get(key.start..range.end).unwrap_or_default());
            }
        }
    }
    out.extend(format!(" /{} ", order.standard.key).as_bytes());
    out.extend(text_string(&order.bare));
    out.extend(b" >>");
    Ok(out)
}

/// ASCII as it is, anything else as UTF-16 in hexadecimal.
fn text_string(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        let mut out = b"(".to_vec();
        for byte in text.bytes() {
            if matches!(byte, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b')');
        return out;
    }
    let digits: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("<FEFF{digits}>").into_bytes()
}

/// What is written behind the end of the file.
struct Update {
    /// Where it begins.
    start: u64,
    bytes: Vec<u8>,
    /// Objects and where they are.
    places: Vec<(u64, u64, u64)>,
}

impl Update {
    fn here(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    fn object(&mut self, number: u64, generation: u64, value: &[u8]) {
        self.places.push((number, generation, self.here()));
        self.bytes.extend(format!("{number} {generation} obj\n").as_bytes());
        self.bytes.extend(value);
        self.bytes.extend(b"\nendobj\n");
    }

    /// The list of places and the trailer, in the form that the file has already.
    fn finish(
        &mut self,
        xref: &Xref,
        size: u64,
        (number, generation): (u64, u64),
    ) -> Result<(), Trouble> {
        let here = self.here();
        let mut trailer =
            format!("/Info {number} {generation} R /Prev {}", xref.start).into_bytes();
        for name in [b"Root".as_slice(), b"ID"] {
            if let Some(value) = xref.raw(name) {
                trailer.extend([b" /", name, b" ", value].concat());
            }
        }
        if xref.is_stream {
            self.places.push((size, 0, here));
            self.places.sort_unstable();
            let index: String = self.places.iter().map(|(of, ..)| format!("{of} 1 ")).collect();
            let mut data = Vec::new();
            for (_, generation, at) in &self.places {
                data.push(1);
                data.extend(at.to_be_bytes());
                data.extend(generation.to_be_bytes().get(6..).unwrap_or_default());
            }
            let head = format!(
                "{size} 0 obj\n<< /Type /XRef /Size {} /W [1 8 2] /Index [{index}] /Length {} ",
                size + 1,
                data.len(),
            );
            self.bytes.extend(head.as_bytes());
            self.bytes.extend(trailer);
            self.bytes.extend(b" >>\nstream\n");
            self.bytes.extend(data);
            self.bytes.extend(b"\nendstream\nendobj\n");
        } else {
            self.bytes.extend(b"xref\n");
            for (number, generation, at) in &self.places {
                if *at > 9_999_999_999 {
                    return Err(Trouble::TooLarge { part: "xref" });
                }
                let line = format!("{number} 1\n{at:010} {generation:05} n \n");
                self.bytes.extend(line.as_bytes());
            }
            self.bytes.extend(format!("trailer\n<< /Size {size} ").as_bytes());
            self.bytes.extend(trailer);
            self.bytes.extend(b" >>\n");
        }
        self.bytes.extend(format!("startxref\n{here}\n%%EOF\n").as_bytes());
        Ok(())
    }
}

/// Where a value ends, for those who hold only its start.
pub(super) fn value_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let start = at + bytes.get(at..)?.iter().position(|byte| !is_space(*byte))?;
    bytes.get(start..end_of_value(bytes, start, 0)?)
}
