//! JPEG: segments. The guide's place is the XMP packet in APP1; the annex's the EXIF comment.

use super::png::{behind, first_object};
use super::{Order, exif, loose_text};
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::limits::PARTS_MAX;
use crate::source::{Source, position};
use crate::trouble::Trouble;

const XMP_HEAD: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXIF_HEAD: &[u8] = b"Exif\0\0";
/// The longest packet in one segment: 65,535 less the length and the head.
const PACKET_BYTES_MAX: usize = 65_502;

struct Segment {
    at: u64,
    marker: u8,
    /// Without marker and length.
    body: Vec<u8>,
}

impl Segment {
    fn len(&self) -> u64 {
        self.body.len() as u64 + 4
    }

    fn is_packet(&self) -> bool {
        self.marker == 0xE1 && self.body.starts_with(XMP_HEAD)
    }

    fn is_exif(&self) -> bool {
        self.marker == 0xE1 && self.body.starts_with(EXIF_HEAD)
    }

    /// Whether it is of a manifest of C2PA, which is bound to every byte.
    fn is_manifest(&self) -> bool {
        self.marker == 0xEB && position(&self.body, b"c2pa").is_some()
    }

    /// Whether pictures behind the first are named by their distance from here.
    fn is_directory_of_pictures(&self) -> bool {
        self.marker == 0xE2 && self.body.starts_with(b"MPF\0")
    }

    /// The text of a label that lies bare in the segment.
    fn bare(&self, key: &str) -> Option<String> {
        let is_free = matches!(self.marker, 0xE0..=0xEF | 0xFE);
        if !is_free || self.is_packet() || self.is_exif() {
            return None;
        }
        let at = position(&self.body, key.as_bytes())?;
        let before = self.body.get(..at)?;
        let open = before.iter().rposition(|byte| *byte == b'{').filter(|open| at - open < 8);
        let text = loose_text(self.body.get(open.unwrap_or(at)..)?);
        first_object(&text).map(str::to_owned)
    }
}

/// The segments before the picture itself, and where it begins.
fn segments(source: &mut Source<'_>) -> Result<Vec<Segment>, Trouble> {
    let mut all = Vec::new();
    let mut at = 2;
    while all.len() < PARTS_MAX {
        let damaged = Trouble::Damaged { at, part: "segment" };
        let head: [u8; 2] = source.array(at).map_err(|_| damaged.clone())?;
        match head {
            [0xFF, 0xFF] => at += 1,
            // The scan begins, or the end is there already.
            [0xFF, 0xDA | 0xD9] => return Ok(all),
            [0xFF, 0x01 | 0xD0..=0xD8] => at += 2,
            [0xFF, marker] => {
                let len = source.u16_be(at + 2).map_err(|_| damaged.clone())?;
                let body = u64::from(len).checked_sub(2).ok_or(damaged.clone())?;
                let body = source.bytes(at + 4, body).map_err(|_| damaged)?;
                let segment = Segment { at, marker, body };
                at += segment.len();
                all.push(segment);
            }
            _ => return Err(damaged),
        }
    }
    Err(Trouble::TooLarge { part: "segment" })
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    for segment in segments(source)? {
        if segment.is_packet() {
            found.packet(segment.body.get(XMP_HEAD.len()..).unwrap_or_default());
        } else if segment.is_exif() {
            exif::read(&segment.body, found);
        } else if let Some(text) = segment.bare(&found.standard.key) {
            found.push_if_label(Place::Segment, &text);
        }
    }
    // What lies behind the picture is searched from its end, which nobody has to find: a scan
    // holds no braces in a row by chance, and only a whole object counts.
    if source.len() > 2 {
        let tail = source.up_to(source.len().saturating_sub(1 << 16).max(2), 1 << 16)?;
        let end = tail.windows(2).rposition(|pair| pair == [0xFF, 0xD9]);
        if let Some(end) = end {
            let from = source.len() - tail.len() as u64 + end as u64 + 2;
            behind(source, from, found)?;
        }
    }
    Ok(())
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let segments = segments(source)?;
    if segments.iter().any(Segment::is_manifest) {
        return Err(Trouble::Signed);
    }
    let mut edits = Edits::default();
    let mut is_written = false;
    let mut is_past_directory = false;
    // After JFIF and EXIF, which want to be first.
    let mut place = 2;
    let mut is_head = true;
    for segment in &segments {
        is_past_directory |= segment.is_directory_of_pictures();
        if segment.is_packet() {
            let packet = segment.body.get(XMP_HEAD.len()..).unwrap_or_default();
            let new = if is_written { Vec::new() } else { packet_segment(order, Some(packet))? };
            if is_past_directory && new.len() as u64 != segment.len() {
                return Err(Trouble::Unwritable { part: "MPF" });
            }
            is_written = true;
            edits.replace(segment.at, segment.len(), new);
        } else if segment.is_exif() {
            for range in exif::labels(&segment.body, order.standard) {
                edits.overwrite(segment.at + 4 + range.start as u64, vec![b' '; range.len()]);
            }
        } else if let Some(text) = segment.bare(&order.standard.key) {
            let reading = crate::payload::read(&text, order.standard);
            if reading.is_one() && !reading.is_of_vendor() {
                if is_past_directory {
                    return Err(Trouble::Unwritable { part: "MPF" });
                }
                edits.replace(segment.at, segment.len(), Vec::new());
            }
        }
        is_head &= segment.marker == 0xE0 || segment.is_exif();
        if is_head {
            place = segment.at + segment.len();
        }
    }
    if !is_written {
        edits.insert(place, packet_segment(order, None)?);
    }
    Ok(edits)
}

fn packet_segment(order: &Order<'_>, old: Option<&[u8]>) -> Result<Vec<u8>, Trouble> {
    let packet = order.packet(old)?;
    let too_large = Trouble::TooLarge { part: "APP1" };
    if packet.len() > PACKET_BYTES_MAX {
        return Err(too_large);
    }
    let len = u16::try_from(packet.len() + XMP_HEAD.len() + 2).map_err(|_| too_large)?;
    let mut segment = vec![0xFF, 0xE1];
    segment.extend(len.to_be_bytes());
    segment.extend(XMP_HEAD);
    segment.extend(packet);
    Ok(segment)
}
