//! XMP packets: the label found as element or attribute, and put in with everything else kept.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::standard::Standard;
use crate::trouble::Trouble;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const IPTC: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const SOURCE_TYPE: &str = "DigitalSourceType";

/// One property of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Property {
    /// The whole element, or the whole attribute.
    range: Range<usize>,
    /// The content of the element as it is written; none for attributes.
    content: Option<Range<usize>>,
    /// Its value, with entities resolved.
    pub(crate) value: String,
    /// Whether it stands in the namespace of the standard.
    pub(crate) is_ours: bool,
}

impl Property {
    /// Whether it is an attribute.
    pub(crate) fn is_attribute(&self) -> bool {
        self.content.is_none()
    }
}

/// What was found in a packet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Packet {
    /// Properties called after the key, in any namespace.
    pub(crate) labels: Vec<Property>,
    /// IPTC's digital source types.
    pub(crate) source_types: Vec<Property>,
    /// Whether the wrapper of the packet, or the XML itself, is not well-formed.
    pub(crate) is_broken: bool,
    /// Where `rdf:RDF` ends: before its end tag, or the whole of an empty element.
    rdf_end: Option<Range<usize>>,
    /// The prefix of RDF.
    rdf_prefix: String,
    /// What the descriptions are about, escaped as it stands.
    about: String,
}

/// Reads a packet. What cannot be read is left out, and the packet called broken.
pub(crate) fn read(bytes: &[u8], standard: &Standard) -> Packet {
    let mut packet = Packet { rdf_prefix: "rdf".to_owned(), ..Packet::default() };
    let Some(text) = text_of(bytes) else {
        packet.is_broken = true;
        return packet;
    };
    let mut walk = Walk { text, standard, open: Vec::new(), packet };
    if walk.run().is_none() {
        walk.packet.is_broken = true;
    }
    walk.packet.is_broken |= !is_wrapped_well(text);
    walk.packet
}

/// The text, without zeros that some writers leave behind it. A mark at the start stays: ranges
/// count from the first byte.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    std::str::from_utf8(bytes.get(..end)?).ok()
}

/// A packet may do without the wrapper; one that has it has both ends in full.
fn is_wrapped_well(text: &str) -> bool {
    let ends: Vec<&str> = text.split("<?xpacket").skip(1).collect();
    let is_closed = |part: &&str| part.split_once("?>").is_some_and(|(head, _)| well_closed(head));
    match ends.as_slice() {
        [] => true,
        [begin, end] => {
            begin.trim_start().starts_with("begin=")
                && end.trim_start().starts_with("end=")
                && is_closed(begin)
                && is_closed(end)
        }
        _ => false,
    }
}

fn well_closed(head: &str) -> bool {
    let head = head.trim_end();
    head.ends_with('"') || head.ends_with('\'')
}

/// An element that is open.
struct Open {
    /// Where it begins, and where its content does, for a property.
    property: Option<(usize, usize, Found)>,
    is_rdf: bool,
}

#[derive(Clone, Copy)]
enum Found {
    Label { is_ours: bool },
    SourceType,
}

struct Walk<'a> {
    text: &'a str,
    standard: &'a Standard,
    open: Vec<Open>,
    packet: Packet,
}

impl Walk<'_> {
    /// None where the XML is not well-formed.
    fn run(&mut self) -> Option<()> {
        let mut reader = NsReader::from_str(self.text);
        loop {
            let before = usize::try_from(reader.buffer_position()).ok()?;
            let event = reader.read_event().ok()?;
            let after = usize::try_from(reader.buffer_position()).ok()?;
            match event {
                Event::Start(start) => {
                    let open = self.begun(&reader, &start, before..after);
                    self.open.push(open);
                }
                Event::Empty(start) => {
                    let open = self.begun(&reader, &start, before..after);
                    if open.is_rdf {
                        self.packet.rdf_end = Some(before..after);
                    }
                    if let Some((from, _, found)) = open.property {
                        self.keep(found, from..after, after..after);
                    }
                }
                Event::End(_) => self.ended(before, after),
                Event::Eof => break,
                _ => {}
            }
        }
        self.open.is_empty().then_some(())
    }

    fn begun(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart, at: Range<usize>) -> Open {
        let (bound, local) = reader.resolver().resolve_element(start.name());
        let namespace = bound_to(&bound).to_owned();
        let name = local.into_inner();
        let is_rdf = namespace == RDF && name == "RDF";
        if is_rdf && let Some(prefix) = start.name().prefix() {
            prefix.into_inner().clone_into(&mut self.packet.rdf_prefix);
        }
        self.attributes(reader, start, &at);
        let property = found(&namespace, name, self.standard).map(|kind| (at.start, at.end, kind));
        Open { property, is_rdf }
    }

    fn attributes(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart, at: &Range<usize>) {
        // An attribute that is not well-formed ends the list; the element itself still counts.
        for attribute in start.attributes().with_checks(false).flatten() {
            let (bound, local) = reader.resolver().resolve_attribute(attribute.key);
            let namespace = bound_to(&bound);
            if namespace == RDF && local.into_inner() == "about" {
                self.packet.about = attribute.value.to_string();
            }
            let Some(kind) = found(namespace, local.into_inner(), self.standard) else { continue };
            // An attribute without a prefix is in no namespace, and no property of RDF.
            if namespace.is_empty() {
                continue;
            }
            let tag = self.text.get(at.clone()).unwrap_or_default();
            let Some(range) = attribute_range(tag, attribute.key.into_inner(), &attribute.value)
            else {
                continue;
            };
            let value = unescaped(&attribute.value);
            let range = at.start + range.start..at.start + range.end;
            self.push(kind, Property { range, content: None, value, is_ours: true });
        }
    }

    fn ended(&mut self, before: usize, after: usize) {
        let Some(open) = self.open.pop() else { return };
        if open.is_rdf {
            self.packet.rdf_end = Some(before..before);
        }
        if let Some((from, content, found)) = open.property {
            self.keep(found, from..after, content..before);
        }
    }

    fn keep(&mut self, found: Found, range: Range<usize>, content: Range<usize>) {
        let written = self.text.get(content.clone()).unwrap_or_default();
        let value = match written.trim().strip_prefix("<![CDATA[") {
            Some(rest) => rest.strip_suffix("]]>").unwrap_or(rest).to_owned(),
            None => unescaped(written),
        };
        self.push(found, Property { range, content: Some(content), value, is_ours: true });
    }

    fn push(&mut self, found: Found, property: Property) {
        match found {
            Found::Label { is_ours } => {
                self.packet.labels.push(Property { is_ours, ..property });
            }
            Found::SourceType => self.packet.source_types.push(property),
        }
    }
}

fn bound_to<'a>(bound: &ResolveResult<'a>) -> &'a str {
    match bound {
        ResolveResult::Bound(namespace) => namespace.into_inner(),
        _ => "",
    }
}

fn found(namespace: &str, local: &str, standard: &Standard) -> Option<Found> {
    if local == standard.key {
        return Some(Found::Label { is_ours: namespace == standard.namespace });
    }
    (namespace == IPTC && local == SOURCE_TYPE).then_some(Found::SourceType)
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

/// Where an attribute stands in its tag, the space before it included.
fn attribute_range(tag: &str, key: &str, value: &str) -> Option<Range<usize>> {
    for (at, _) in tag.match_indices(key) {
        let before = tag.get(..at)?;
        if !before.ends_with(|c: char| c.is_whitespace()) {
            continue;
        }
        let rest = tag.get(at + key.len()..)?.trim_start();
        let Some(rest) = rest.strip_prefix('=') else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        let Some(after) = rest.strip_prefix(quote).and_then(|rest| rest.strip_prefix(value)) else {
            continue;
        };
        let after = after.strip_prefix(quote)?;
        return Some(before.trim_end().len()..tag.len() - after.len());
    }
    None
}

/// A packet with the label in it, and the digital source type where one is given. Properties of
/// others stay as they are, byte for byte; other labels go.
pub(crate) fn with_label(
    old: Option<&[u8]>,
    bare: &str,
    source_type: Option<&str>,
    standard: &Standard,
) -> Result<Vec<u8>, Trouble> {
    let Some(bytes) = old else { return Ok(fresh(bare, source_type, standard).into_bytes()) };
    let packet = read(bytes, standard);
    let unwritable = Trouble::Unwritable { part: "XMP" };
    let text = text_of(bytes).ok_or(unwritable.clone())?;
    let rdf_end = packet.rdf_end.clone().ok_or(unwritable)?;
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let ours = packet.labels.iter().position(|found| found.is_ours && found.content.is_some());
    let mut new = String::new();
    for (index, property) in packet.labels.iter().enumerate() {
        match &property.content {
            // An empty element has no content to replace: it goes, and a whole one comes.
            Some(content) if Some(index) == ours && content.end < property.range.end => {
                changes.push((content.clone(), escaped(bare)));
            }
            _ => changes.push((property.range.clone(), String::new())),
        }
    }
    let is_kept = changes.iter().any(|(_, new)| !new.is_empty());
    if !is_kept {
        new.push_str(&description(&packet, &label_element(bare, standard)));
    }
    if let Some(uri) = source_type {
        changes.extend(packet.source_types.iter().map(|one| (one.range.clone(), String::new())));
        new.push_str(&description(&packet, &source_element(uri)));
    }
    if !new.is_empty() {
        // An empty `rdf:RDF` is opened; its attributes stay.
        let tag = text.get(rdf_end.clone()).unwrap_or_default();
        let rdf = &packet.rdf_prefix;
        match tag.strip_suffix("/>") {
            Some(head) => changes.push((rdf_end, format!("{head}>{new}</{rdf}:RDF>"))),
            None => changes.push((rdf_end, new)),
        }
    }
    let mut out = applied(text, changes)?;
    // The end of the wrapper that two makers of pictures write with a mark too many.
    if packet.is_broken && out.trim_end().ends_with("??>") {
        let end = out.trim_end().len();
        out.replace_range(end - "??>".len()..end, "?>");
    }
    Ok(out.into_bytes())
}

/// A packet with its labels taken out, for a file whose label goes to another place.
pub(crate) fn without_labels(old: &[u8], standard: &Standard) -> Result<Vec<u8>, Trouble> {
    let labels = read(old, standard).labels;
    let text = text_of(old).ok_or(Trouble::Unwritable { part: "XMP" })?;
    let changes = labels.into_iter().map(|found| (found.range, String::new())).collect();
    applied(text, changes).map(String::into_bytes)
}

fn applied(text: &str, mut changes: Vec<(Range<usize>, String)>) -> Result<String, Trouble> {
    changes.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, new) in changes {
        // A property inside another one went with it.
        if range.start < at {
            continue;
        }
        let before = text.get(at..range.start).ok_or(Trouble::Unwritable { part: "XMP" })?;
        out.push_str(before);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Ok(out)
}

fn escaped(text: &str) -> String {
    quick_xml::escape::minimal_escape(text).into_owned()
}

fn label_element(bare: &str, standard: &Standard) -> String {
    let (prefix, key, value) = (&standard.prefix, &standard.key, escaped(bare));
    let namespace = &standard.namespace;
    format!(" xmlns:{prefix}=\"{namespace}\"><{prefix}:{key}>{value}</{prefix}:{key}>")
}

fn source_element(uri: &str) -> String {
    let uri = quick_xml::escape::escape(uri);
    format!(
        " xmlns:Iptc4xmpExt=\"{IPTC}\"><Iptc4xmpExt:{SOURCE_TYPE}>{uri}</Iptc4xmpExt:{SOURCE_TYPE}>"
    )
}

/// A description of the same thing as the others, since one packet describes one thing.
fn description(packet: &Packet, rest: &str) -> String {
    let rdf = &packet.rdf_prefix;
    let about = packet.about.replace('"', "&quot;");
    format!("<{rdf}:Description {rdf}:about=\"{about}\"{rest}</{rdf}:Description>\n")
}

fn fresh(bare: &str, source_type: Option<&str>, standard: &Standard) -> String {
    let packet = Packet { rdf_prefix: "rdf".to_owned(), ..Packet::default() };
    let label = description(&packet, &label_element(bare, standard));
    let source =
        source_type.map_or(String::new(), |uri| description(&packet, &source_element(uri)));
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF xmlns:rdf=\"{RDF}\">\n\
         {label}{source}</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::standard;

    const BARE: &str = r#"{"Label":"1","ContentProducer":"例某<&>","ReservedCode1":"{\"a\":1}"}"#;

    fn values(packet: &[u8]) -> Vec<String> {
        let read = read(packet, &standard());
        assert!(!read.is_broken, "{}", String::from_utf8_lossy(packet));
        read.labels.into_iter().map(|found| found.value).collect()
    }

    #[test]
    fn a_fresh_packet_gives_back_what_was_put_in() {
        let packet = with_label(None, BARE, Some("http://x.invalid/a"), &standard()).unwrap();
        assert_eq!(values(&packet), [BARE]);
        let sources = read(&packet, &standard()).source_types;
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].value, "http://x.invalid/a");
        let again = with_label(Some(&packet), BARE, Some("http://x.invalid/a"), &standard());
        let again = again.unwrap();
        assert_eq!(values(&again), [BARE]);
        assert_eq!(read(&again, &standard()).source_types.len(), 1);
    }

    #[test]
    fn properties_of_others_stay_byte_for_byte() {
        let old = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='http://www.w3.org/1999/02/\
                   22-rdf-syntax-ns#'><r:Description r:about='uuid:1' xmlns:dc='http://d.invalid/' \
                   dc:format = 'image/png'><dc:t>&#x4e00;</dc:t></r:Description></r:RDF></x:xmpmeta>  ";
        let new = with_label(Some(old.as_bytes()), BARE, None, &standard()).unwrap();
        let new = String::from_utf8(new).unwrap();
        let (before, after) = old.split_once("</r:RDF>").unwrap();
        assert!(new.starts_with(before) && new.ends_with(after));
        assert!(new.contains("r:about=\"uuid:1\" xmlns:TC260"));
        assert_eq!(values(new.as_bytes()), [BARE]);
    }

    #[test]
    fn attributes_are_found_and_replaced() {
        let old = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
                   <rdf:Description rdf:about='' xmlns:t='http://www.tc260.org.cn/ns/AIGC/1.0/' \
                   t:AIGC='{&quot;Label&quot;:&quot;1&quot;}' t:other='x'/></rdf:RDF>";
        let found = read(old.as_bytes(), &standard()).labels;
        assert_eq!(found.len(), 1);
        assert!(found[0].is_attribute());
        assert_eq!(found[0].value, "{\"Label\":\"1\"}");
        let new = with_label(Some(old.as_bytes()), BARE, None, &standard()).unwrap();
        assert_eq!(values(&new), [BARE]);
        assert!(String::from_utf8(new).unwrap().contains(" t:other='x'/>"));
    }

    #[test]
    fn two_labels_become_one_and_an_empty_frame_is_opened() {
        let one = "<t:AIGC xmlns:t='http://www.tc260.org.cn/ns/AIGC/1.0/'>{}</t:AIGC>";
        let other = "<u:AIGC xmlns:u='http://elsewhere.invalid/'>{}</u:AIGC>";
        let empty = "<t:AIGC xmlns:t='http://www.tc260.org.cn/ns/AIGC/1.0/'/>";
        for inside in [format!("{one}{other}"), format!("{other}{one}{one}"), empty.to_owned()] {
            let old = format!("<rdf:RDF xmlns:rdf='{RDF}'>{inside}</rdf:RDF>");
            let new = with_label(Some(old.as_bytes()), BARE, None, &standard()).unwrap();
            assert_eq!(values(&new), [BARE]);
        }
        let old = format!("<q:RDF xmlns:q='{RDF}' />");
        let new = with_label(Some(old.as_bytes()), BARE, None, &standard()).unwrap();
        assert_eq!(values(&new), [BARE]);
    }

    #[test]
    fn a_broken_wrapper_is_seen_read_past_and_mended() {
        let good = with_label(None, BARE, None, &standard()).unwrap();
        let bad = String::from_utf8(good).unwrap().replace("end=\"w\"?>", "end=\"w\"??>");
        let read = read(bad.as_bytes(), &standard());
        assert!(read.is_broken);
        assert_eq!(read.labels.len(), 1);
        assert_eq!(
            values(&with_label(Some(bad.as_bytes()), BARE, None, &standard()).unwrap()),
            [BARE]
        );
    }

    #[test]
    fn a_packet_in_another_encoding_is_not_guessed_at() {
        let found = read(b"\xfe\xff\0<\0r", &standard());
        assert!(found.is_broken && found.labels.is_empty());
        let refused = with_label(Some(b"\xfe\xff\0<"), BARE, None, &standard());
        assert_eq!(refused, Err(Trouble::Unwritable { part: "XMP" }));
    }
}
