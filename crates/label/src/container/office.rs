//! DOCX, PPTX, XLSX and their templates: the guide's place is a custom property of the document.

use std::ops::Range;

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::Order;
use super::zip::{Archive, has_folder};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::source::Source;
use crate::trouble::Trouble;

const TYPES: &str = "[Content_Types].xml";
const RELATIONS: &str = "_rels/.rels";
const PART: &str = "docProps/custom.xml";
const SIGNATURES: &str = "_xmlsignatures/";
const KIND: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties";
const SPACE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties";
const VALUES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes";
const CONTENT: &str = "application/vnd.openxmlformats-officedocument.custom-properties+xml";
const GROUP: &str = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}";

/// A property of the document.
struct Property {
    name: String,
    number: u64,
    value: String,
    range: Range<usize>,
}

/// The custom properties of a document.
#[derive(Default)]
struct Properties {
    all: Vec<Property>,
    /// Where the root ends: before its end tag, or the whole of an empty one.
    root_end: Option<Range<usize>>,
    root_name: String,
}

fn attribute(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let mut found = all.with_checks(false).flatten();
    let value = found.find(|one| one.key.local_name().into_inner() == name)?.value;
    Some(quick_xml::escape::unescape(&value).map_or(value.to_string(), |text| text.into_owned()))
}

fn properties(xml: &str) -> Option<Properties> {
    let mut reader = Reader::from_str(xml);
    let mut found = Properties::default();
    let mut open: Option<(Property, Option<usize>)> = None;
    let mut depth = 0_u32;
    loop {
        let before = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let after = usize::try_from(reader.buffer_position()).ok()?;
        match event {
            Event::Start(tag) => {
                depth += 1;
                match (depth, &mut open) {
                    (1, _) => found.root_name = tag.name().into_inner().to_owned(),
                    (2, _) => {
                        let number = attribute(&tag, "pid").and_then(|pid| pid.parse().ok());
                        let property = Property {
                            name: attribute(&tag, "name").unwrap_or_default(),
                            number: number.unwrap_or(0),
                            value: String::new(),
                            range: before..before,
                        };
                        open = Some((property, None));
                    }
                    (3, Some((_, from))) => *from = Some(after),
                    _ => {}
                }
            }
            Event::Empty(tag) if depth == 0 => {
                found.root_name = tag.name().into_inner().to_owned();
                found.root_end = Some(before..after);
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                match (depth, &mut open) {
                    (0, _) => found.root_end = Some(before..before),
                    (1, _) => {
                        if let Some((mut property, _)) = open.take() {
                            property.range.end = after;
                            found.all.push(property);
                        }
                    }
                    (2, Some((property, Some(from)))) => {
                        let raw = xml.get(*from..before)?;
                        let text = quick_xml::escape::unescape(raw);
                        property.value = text.map_or(raw.to_owned(), |text| text.into_owned());
                    }
                    _ => {}
                }
            }
            Event::Eof => return (depth == 0).then_some(found),
            _ => {}
        }
    }
}

/// The member that holds the properties, as the relations of the package have it.
fn part_name(archive: &Archive, source: &mut Source<'_>) -> Result<Option<String>, Trouble> {
    let relations = text(archive, RELATIONS, source)?.unwrap_or_default();
    let mut reader = Reader::from_str(&relations);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                if attribute(&tag, "Type").is_some_and(|kind| kind.ends_with("/custom-properties"))
                {
                    let target = attribute(&tag, "Target").unwrap_or_default();
                    return Ok(Some(target.trim_start_matches('/').to_owned()));
                }
            }
            Ok(Event::Eof) => return Ok(None),
            Ok(_) => {}
            Err(_) => return Err(Trouble::Damaged { at: 0, part: RELATIONS }),
        }
    }
}

fn text(
    archive: &Archive,
    name: &'static str,
    source: &mut Source<'_>,
) -> Result<Option<String>, Trouble> {
    let Some(member) = archive.find(name) else { return Ok(None) };
    let bytes = archive.content(member, source)?;
    String::from_utf8(bytes).map(Some).map_err(|_| Trouble::Damaged { at: 0, part: name })
}

/// The archive, if it is a document of this family.
fn document(source: &mut Source<'_>) -> Result<Archive, Trouble> {
    if source.up_to(0, 4)? != b"PK\x03\x04" {
        // The same ending on a compound file: the document is inside, encrypted.
        return Err(Trouble::Encrypted);
    }
    let archive = Archive::read(source)?;
    if archive.find(TYPES).is_none() { Err(Trouble::Unknown) } else { Ok(archive) }
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let archive = document(source)?;
    let damaged = Trouble::Damaged { at: 0, part: PART };
    let Some(name) = part_name(&archive, source)? else { return Ok(()) };
    let Some(member) = archive.find(&name) else { return Ok(()) };
    let bytes = archive.content(member, source)?;
    let xml = String::from_utf8(bytes).map_err(|_| damaged.clone())?;
    for property in properties(&xml).ok_or(damaged)?.all {
        if property.name == found.standard.key {
            found.push(Place::CustomProperty, &property.value);
        }
    }
    Ok(())
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let archive = document(source)?;
    if has_folder(&archive, SIGNATURES) {
        return Err(Trouble::Signed);
    }
    let damaged = Trouble::Damaged { at: 0, part: PART };
    if let Some(name) = part_name(&archive, source)?
        && let Some(member) = archive.find(&name)
    {
        let bytes = archive.content(member, source)?;
        let xml = String::from_utf8(bytes).map_err(|_| damaged.clone())?;
        let new = with_label(&xml, order).ok_or(damaged)?;
        return archive.with(&[(&member.name, new.into_bytes())]);
    }
    let damaged = |part| Trouble::Damaged { at: 0, part };
    let types = text(&archive, TYPES, source)?.unwrap_or_default();
    let relations = text(&archive, RELATIONS, source)?.ok_or(damaged(RELATIONS))?;
    let entry = format!("<Override PartName=\"/{PART}\" ContentType=\"{CONTENT}\"/>");
    let types = before_the_end(&types, &entry).ok_or(damaged(TYPES))?;
    let mut id = String::from("rIdAIGC");
    while relations.contains(&format!("\"{id}\"")) {
        id.push('1');
    }
    let entry = format!("<Relationship Id=\"{id}\" Type=\"{KIND}\" Target=\"{PART}\"/>");
    let relations = before_the_end(&relations, &entry).ok_or(damaged(RELATIONS))?;
    let empty = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Properties xmlns=\"{SPACE}\" xmlns:vt=\"{VALUES}\"></Properties>"
    );
    let new = with_label(&empty, order).ok_or(damaged(PART))?;
    archive.with(&[
        (TYPES, types.into_bytes()),
        (RELATIONS, relations.into_bytes()),
        (PART, new.into_bytes()),
    ])
}

/// Puts an element of the root's own namespace in as its last.
fn before_the_end(xml: &str, entry: &str) -> Option<String> {
    let at = xml.rfind("</")?;
    let (before, after) = xml.split_at_checked(at)?;
    // A prefix of the root is a prefix of its children.
    let prefix = after.strip_prefix("</")?.split_once(':').map(|(prefix, _)| prefix);
    let entry = match prefix {
        Some(prefix) => entry.replacen('<', &format!("<{prefix}:"), 1),
        None => entry.to_owned(),
    };
    Some(format!("{before}{entry}{after}"))
}

fn with_label(xml: &str, order: &Order<'_>) -> Option<String> {
    let found = properties(xml)?;
    let is_label = |property: &&Property| property.name == order.standard.key;
    let taken = found.all.iter().map(|property| property.number);
    let number = match found.all.iter().find(is_label).filter(|label| label.number >= 2) {
        Some(label) => label.number,
        None => taken.max().unwrap_or(1).max(1) + 1,
    };
    let (key, value) = (&order.standard.key, quick_xml::escape::minimal_escape(&order.bare));
    let property = format!(
        "<property xmlns=\"{SPACE}\" fmtid=\"{GROUP}\" pid=\"{number}\" name=\"{key}\">\
         <vt:lpwstr xmlns:vt=\"{VALUES}\">{value}</vt:lpwstr></property>"
    );
    let end = found.root_end?;
    let mut out = String::new();
    let mut at = 0;
    for label in found.all.iter().filter(is_label) {
        out.push_str(xml.get(at..label.range.start)?);
        at = label.range.end;
    }
    out.push_str(xml.get(at..end.start)?);
    match xml.get(end.clone())?.strip_suffix("/>") {
        Some(head) => out.push_str(&format!("{head}>{property}</{}>", found.root_name)),
        None => out.push_str(&property),
    }
    out.push_str(xml.get(end.end..)?);
    Some(out)
}
