//! Ogg with Vorbis, Opus, Speex, FLAC or Theora inside: the guide's place is a Vorbis comment in
//! the second packet of the first stream.

use super::checksum::crc32_ogg;
use super::{Order, vorbis_comment};
use crate::carrier::Found;
use crate::edits::Edits;
use crate::limits::{PART_BYTES_MAX, PARTS_MAX};
use crate::source::{Source, number_le, put};
use crate::trouble::Trouble;

/// Streams beside each other whose comments are looked at.
const STREAMS_MAX: usize = 64;
/// Segments of a page, and bytes of a segment.
const SEGMENTS_MAX: usize = 255;

/// A page: where it is, and its head.
#[derive(Clone, Debug)]
struct Page {
    at: u64,
    flags: u8,
    serial: [u8; 4],
    number: u32,
    lacing: Vec<u8>,
}

impl Page {
    fn read(source: &mut Source<'_>, at: u64) -> Result<Page, Trouble> {
        let damaged = Trouble::Damaged { at, part: "page" };
        let head: [u8; 27] = source.array(at).map_err(|_| damaged.clone())?;
        let [b'O', b'g', b'g', b'S', 0, flags, rest @ ..] = head else { return Err(damaged) };
        let [.., count] = head;
        let lacing = source.bytes(at + 27, u64::from(count)).map_err(|_| damaged.clone())?;
        let serial = rest.get(8..12).and_then(|serial| serial.try_into().ok());
        let number = number_le(&rest, 12, 4).and_then(|number| u32::try_from(number).ok());
        let page = Page {
            at,
            flags,
            serial: serial.ok_or(damaged.clone())?,
            number: number.ok_or(damaged.clone())?,
            lacing,
        };
        if page.end() > source.len() { Err(damaged) } else { Ok(page) }
    }

    fn body_at(&self) -> u64 {
        self.at + 27 + self.lacing.len() as u64
    }

    fn end(&self) -> u64 {
        self.body_at() + self.lacing.iter().map(|len| u64::from(*len)).sum::<u64>()
    }

    fn is_first(&self) -> bool {
        self.flags & 2 != 0
    }

    fn ends_a_packet(&self) -> bool {
        self.lacing.last().is_some_and(|len| *len < 255)
    }
}

/// What codec a stream is of, as far as its comment goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Codec {
    /// A mark before the comment, and how many packets of the head come after it.
    Marked(&'static [u8], usize),
    /// FLAC: a metadata block of four bytes of head.
    Flac,
}

/// First bytes of a stream.
const CODECS: &[(&[u8], Codec)] = &[
    (b"\x01vorbis", Codec::Marked(b"\x03vorbis", 1)),
    (b"OpusHead", Codec::Marked(b"OpusTags", 0)),
    (b"\x80theora", Codec::Marked(b"\x81theora", 1)),
    (b"Speex   ", Codec::Marked(b"", 0)),
    (b"\x7fFLAC", Codec::Flac),
];

/// The packets of a head after the first, and the pages they fill completely.
struct Head {
    codec: Codec,
    pages: Vec<Page>,
    packets: Vec<Vec<u8>>,
}

impl Head {
    /// The comment block in its packet.
    fn comment(&self) -> Option<&[u8]> {
        let packet = self.packets.first()?;
        match self.codec {
            Codec::Marked(mark, _) => packet.strip_prefix(mark),
            Codec::Flac => packet.get(4..).filter(|_| packet.first().is_some_and(|k| k & 127 == 4)),
        }
    }

    /// The packets with another comment.
    fn with_comment(&self, block: &[u8]) -> Result<Vec<Vec<u8>>, Trouble> {
        let mut packets = self.packets.clone();
        let first = packets.first_mut().ok_or(Trouble::Damaged { at: 0, part: "packet" })?;
        let mut new = match self.codec {
            Codec::Marked(mark, _) => mark.to_vec(),
            Codec::Flac => {
                let len = u32::try_from(block.len()).ok().filter(|len| *len < 1 << 24);
                let too_large = Trouble::TooLarge { part: "VORBIS_COMMENT" };
                let [_, sizes @ ..] = len.ok_or(too_large)?.to_be_bytes();
                let mut head: Vec<u8> = first.first().copied().into_iter().collect();
                head.extend(sizes);
                head
            }
        };
        new.extend(block);
        *first = new;
        Ok(packets)
    }
}

/// The heads of all streams whose codec is known, in the order of the file.
fn heads(source: &mut Source<'_>) -> Result<Vec<Head>, Trouble> {
    let mut firsts = Vec::new();
    let mut at = 0;
    while at < source.len() && firsts.len() < STREAMS_MAX {
        let page = Page::read(source, at)?;
        if !page.is_first() {
            break;
        }
        at = page.end();
        let body = source.up_to(page.body_at(), 16)?;
        let codec = CODECS.iter().find(|(mark, _)| body.starts_with(mark)).map(|(_, codec)| *codec);
        if let Some(codec) = codec {
            firsts.push((page, codec));
        }
    }
    let mut heads = Vec::new();
    for (first, codec) in firsts {
        heads.push(head(source, &first, codec, at)?);
    }
    Ok(heads)
}

fn head(source: &mut Source<'_>, first: &Page, codec: Codec, mut at: u64) -> Result<Head, Trouble> {
    let wanted = match codec {
        Codec::Marked(_, more) => more + 1,
        Codec::Flac => 1,
    };
    let mut head = Head { codec, pages: Vec::new(), packets: Vec::new() };
    let mut open: Vec<u8> = Vec::new();
    let mut held = 0_u64;
    while at < source.len() && head.pages.len() < PARTS_MAX {
        let page = Page::read(source, at)?;
        at = page.end();
        if page.serial != first.serial {
            continue;
        }
        let body = source.bytes(page.body_at(), page.end() - page.body_at())?;
        held += body.len() as u64;
        if held > PART_BYTES_MAX {
            return Err(Trouble::TooLarge { part: "packet" });
        }
        let mut rest = body.as_slice();
        for len in &page.lacing {
            let (now, later) = rest.split_at_checked(usize::from(*len)).unwrap_or((rest, &[]));
            open.extend(now);
            rest = later;
            if *len < 255 {
                head.packets.push(std::mem::take(&mut open));
            }
        }
        let is_whole = page.ends_a_packet() && head.packets.len() >= wanted;
        head.pages.push(page);
        if is_whole {
            return Ok(head);
        }
    }
    Err(Trouble::Damaged { at: first.at, part: "packet" })
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    for head in heads(source)? {
        if let Some(block) = head.comment() {
            let at = head.pages.first().map_or(0, |page| page.at);
            let damaged = Trouble::Damaged { at, part: "VORBIS_COMMENT" };
            vorbis_comment::read(block, found).ok_or(damaged)?;
        }
    }
    Ok(())
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let heads = heads(source)?;
    let head = heads.iter().find(|head| head.comment().is_some());
    let head = head.ok_or(Trouble::Unwritable { part: "codec" })?;
    let block = head.comment().unwrap_or_default();
    let block = vorbis_comment::with_label(block, &order.standard.key, &order.bare)?;
    let packets = head.with_comment(&block)?;
    let mut lacing = Vec::new();
    for packet in &packets {
        lacing.resize(lacing.len() + packet.len() / 255, 255_u8);
        lacing.push(u8::try_from(packet.len() % 255).unwrap_or(0));
    }
    let body = packets.concat();
    let had = head.pages.len();
    let count = had.max(lacing.len().div_ceil(SEGMENTS_MAX)).min(lacing.len());
    let mut edits = Edits::default();
    let pages = paged(head, &lacing, &body, count)?;
    let mut pages = pages.into_iter();
    for (index, old) in head.pages.iter().enumerate() {
        let mut new = pages.next().unwrap_or_default();
        if index + 1 == had {
            new.extend(pages.by_ref().flatten());
        }
        edits.replace(old.at, old.end() - old.at, new);
    }
    if count != had {
        renumber(head, count, source, &mut edits)?;
    }
    Ok(edits)
}

/// The packets in so many pages.
fn paged(head: &Head, lacing: &[u8], body: &[u8], count: usize) -> Result<Vec<Vec<u8>>, Trouble> {
    let first = head.pages.first().ok_or(Trouble::Damaged { at: 0, part: "page" })?;
    let mut pages = Vec::new();
    let (mut lacing, mut body) = (lacing, body);
    let mut is_continued = false;
    for index in 0..count {
        // As even as it goes, so that none of the pages is without a segment.
        let share = lacing.len().div_ceil(count - index).min(SEGMENTS_MAX);
        let (now, later) = lacing.split_at_checked(share).unwrap_or((lacing, &[]));
        let len = now.iter().map(|len| usize::from(*len)).sum();
        let (bytes, rest) = body.split_at_checked(len).unwrap_or((body, &[]));
        (lacing, body) = (later, rest);
        let ends = now.iter().any(|len| *len < 255);
        let mut page = b"OggS\0".to_vec();
        page.push(u8::from(is_continued));
        // No sound yet; and no place at all on a page where no packet ends.
        page.extend(if ends { [0; 8] } else { [0xff; 8] });
        page.extend(first.serial);
        let number = first.number.wrapping_add(u32::try_from(index).unwrap_or(0));
        page.extend(number.to_le_bytes());
        page.extend([0; 4]);
        page.push(u8::try_from(now.len()).unwrap_or(0));
        page.extend(now);
        page.extend(bytes);
        pages.push(summed(page));
        is_continued = now.last() == Some(&255);
    }
    Ok(pages)
}

fn summed(mut page: Vec<u8>) -> Vec<u8> {
    put(&mut page, 22, &[0; 4]);
    let sum = crc32_ogg(&page).to_le_bytes();
    put(&mut page, 22, &sum);
    page
}

/// Numbers the later pages of the stream anew: only where the head needs more pages than before.
fn renumber(
    head: &Head,
    count: usize,
    source: &mut Source<'_>,
    edits: &mut Edits,
) -> Result<(), Trouble> {
    let last = head.pages.last().ok_or(Trouble::Damaged { at: 0, part: "page" })?;
    let by = u32::try_from(count.abs_diff(head.pages.len())).unwrap_or(0);
    let is_more = count > head.pages.len();
    let mut at = last.end();
    while at < source.len() {
        let page = Page::read(source, at)?;
        at = page.end();
        if page.serial != last.serial {
            continue;
        }
        let mut bytes = source.bytes(page.at, page.end() - page.at)?;
        let number =
            if is_more { page.number.wrapping_add(by) } else { page.number.wrapping_sub(by) };
        put(&mut bytes, 18, &number.to_le_bytes());
        let bytes = summed(bytes);
        edits.overwrite(page.at + 18, bytes.get(18..26).unwrap_or_default().to_vec());
    }
    Ok(())
}
