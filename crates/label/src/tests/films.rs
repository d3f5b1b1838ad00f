//! Small files of sound and film, made by hand, with checks that every place they name still holds.

use super::media::{MEDIA, Sample, find, nothing_moves, stays};
use crate::format::Format;

pub(crate) fn samples() -> Vec<Sample> {
    let mp4 = |name, bytes, media| Sample { name, format: Format::Mp4, bytes, media };
    let mkv = |name, bytes, media| Sample { name, format: Format::Matroska, bytes, media };
    let ogg = |name, bytes| Sample { name, format: Format::Ogg, bytes, media: stays };
    vec![
        mp4("a.mp4", mp4_file(true, &[], false), places_hold),
        mp4("b.mp4", mp4_file(false, &[], false), nothing_moves),
        mp4("c.mov", mp4_file(true, &itunes(), true), places_hold),
        mp4("d.mp4", fragmented(), fragments_hold),
        Sample { name: "a.avif", format: Format::Heif, bytes: heif(), media: item_holds },
        mkv("a.mkv", mkv_file(1), nothing_moves),
        mkv("b.mkv", mkv_file(4), cues_hold),
        mkv("c.webm", mkv_stream(), stays),
        Sample { name: "a.flv", format: Format::Flv, bytes: flv(true), media: flv_holds },
        Sample { name: "b.flv", format: Format::Flv, bytes: flv(false), media: stays },
        ogg("a.ogg", ogg_file(b"\x01vorbis", b"\x03vorbis", Some(b"\x05vorbis setup"), b"\x01")),
        ogg("b.opus", ogg_file(b"OpusHead", b"OpusTags", None, b"")),
        ogg("c.oga", ogg_file(b"\x7fFLAC\x01\0\0\x01fLaC", b"\x84\0\0\x00", None, b"")),
        Sample { name: "d.ogg", format: Format::Ogg, bytes: ogg_full(), media: pages_follow },
    ]
}

fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = (content.len() as u32 + 8).to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(content);
    bytes
}

fn itunes() -> Vec<u8> {
    let mut data = vec![0, 0, 0, 1, 0, 0, 0, 0];
    data.extend(b"made up");
    let tool = boxed(b"\xa9too", &boxed(b"data", &data));
    let mut meta = vec![0; 4];
    meta.extend(boxed(b"hdlr", b"\0\0\0\0\0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0"));
    meta.extend(boxed(b"ilst", &tool));
    boxed(b"meta", &meta)
}

/// One track with one chunk in a table of places; `is_wide` takes the wider table.
fn mp4_file(is_head_first: bool, udta: &[u8], is_wide: bool) -> Vec<u8> {
    let head = boxed(b"ftyp", b"isom\0\0\x02\0isommp41");
    let moov = |place: u64| {
        let mut table = vec![0, 0, 0, 0, 0, 0, 0, 1];
        if is_wide {
            table.extend(place.to_be_bytes());
        } else {
            table.extend((place as u32).to_be_bytes());
        }
        let table = boxed(if is_wide { b"co64" } else { b"stco" }, &table);
        let reference = boxed(b"dref", b"\0\0\0\0\0\0\0\x01\0\0\0\x0curl \0\0\0\x01");
        let mut minf = boxed(b"dinf", &reference);
        minf.extend(boxed(b"stbl", &table));
        let track = boxed(b"trak", &boxed(b"mdia", &boxed(b"minf", &minf)));
        let mut content = boxed(b"mvhd", &[0; 100]);
        content.extend(track);
        if !udta.is_empty() {
            // QuickTime ends the list with zeros.
            content.extend(boxed(b"udta", &[udta, &[0; 4]].concat()));
        }
        boxed(b"moov", &content)
    };
    let mdat = boxed(b"mdat", MEDIA);
    if is_head_first {
        let place = head.len() + moov(0).len() + 8;
        [head, moov(place as u64), mdat].concat()
    } else {
        let place = head.len() + 8;
        [head, mdat, moov(place as u64)].concat()
    }
}

fn places_hold(_: &[u8], after: &[u8]) {
    let (name, wide) = match after.windows(4).position(|window| window == b"stco") {
        Some(at) => (at, 4),
        None => (after.windows(4).position(|window| window == b"co64").unwrap(), 8),
    };
    let bytes = &after[name + 12..name + 12 + wide];
    let place = bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
    assert_eq!(place, find(after));
}

/// A head, one fragment that names its base, and an index at the end.
fn fragmented() -> Vec<u8> {
    let mut file = boxed(b"ftyp", b"iso5\0\0\x02\0iso5mp41");
    file.extend(boxed(b"moov", &boxed(b"mvhd", &[0; 100])));
    let moof_at = file.len() as u64;
    let mut base = vec![0, 0, 0, 1, 0, 0, 0, 1];
    base.extend((moof_at + 40 + 8).to_be_bytes());
    file.extend(boxed(b"moof", &boxed(b"traf", &boxed(b"tfhd", &base))));
    assert_eq!(file.len() as u64, moof_at + 40);
    file.extend(boxed(b"mdat", MEDIA));
    let mut index = b"\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0".to_vec();
    index.extend((moof_at as u32).to_be_bytes());
    index.extend([1, 1, 1]);
    file.extend(boxed(b"mfra", &boxed(b"tfra", &index)));
    file
}

fn fragments_hold(_: &[u8], after: &[u8]) {
    let at = |name: &[u8]| after.windows(4).position(|window| window == name).unwrap();
    let number = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| n << 8 | usize::from(*byte));
    assert_eq!(number(&after[at(b"tfhd") + 12..][..8]), find(after));
    assert_eq!(number(&after[at(b"tfra") + 24..][..4]), at(b"moof") - 4);
}

fn heif() -> Vec<u8> {
    let head = boxed(b"ftyp", b"avif\0\0\0\0mif1avif");
    let meta = |place: u32| {
        let mut meta = vec![0; 4];
        meta.extend(boxed(b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"));
        meta.extend(boxed(b"pitm", b"\0\0\0\0\0\x01"));
        let mut places = b"\0\0\0\0\x44\0\0\x01\0\x01\0\0\0\x01".to_vec();
        places.extend(place.to_be_bytes());
        places.extend((MEDIA.len() as u32).to_be_bytes());
        meta.extend(boxed(b"iloc", &places));
        let item = boxed(b"infe", b"\x02\0\0\0\0\x01\0\0av01\0");
        meta.extend(boxed(b"iinf", &[b"\0\0\0\0\0\x01", item.as_slice()].concat()));
        boxed(b"meta", &meta)
    };
    let place = (head.len() + meta(0).len() + 8) as u32;
    [head, meta(place), boxed(b"mdat", MEDIA)].concat()
}

fn item_holds(_: &[u8], after: &[u8]) {
    let iloc = after.windows(4).position(|window| window == b"iloc").unwrap();
    // Version 4, widths 2, count 2; id 2, reference 2, count 2, then the offset of eight bytes.
    let bytes = &after[iloc + 4 + 4 + 2 + 2 + 6..][..8];
    let place = bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
    assert_eq!(place, find(after));
}

fn ebml(id: &[u8], content: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_vec();
    bytes.push(0x01);
    bytes.extend(&(content.len() as u64).to_be_bytes()[1..]);
    bytes.extend(content);
    bytes
}

/// A stream that knows no lengths.
fn mkv_stream() -> Vec<u8> {
    let mut file = ebml(b"\x1a\x45\xdf\xa3", &ebml(b"\x42\x82", b"matroska"));
    file.extend(b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff");
    file.extend(ebml(b"\x15\x49\xa9\x66", b""));
    file.extend(b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff");
    file.extend(ebml(b"\xa3", MEDIA));
    file
}

/// With an index, a void, old tags, and cues whose places are so many bytes wide: in one byte, the
/// place of a cluster that moves has no room.
fn mkv_file(wide: usize) -> Vec<u8> {
    let mut file = ebml(b"\x1a\x45\xdf\xa3", &ebml(b"\x42\x82", b"matroska"));
    let place = |number: usize| number.to_be_bytes()[8 - wide..].to_vec();
    let head = |tags_at: usize, cues_at: usize| {
        let entry = |id: &[u8], at: usize| {
            let entry = [ebml(b"\x53\xab", id), ebml(b"\x53\xac", &at.to_be_bytes()[4..])];
            ebml(b"\x4d\xbb", &entry.concat())
        };
        let entries = [entry(b"\x12\x54\xc3\x67", tags_at), entry(b"\x1c\x53\xbb\x6b", cues_at)];
        let entries = entries.concat();
        let sum = crate::container::sum(&entries).to_le_bytes();
        let mut segment = ebml(b"\x11\x4d\x9b\x74", &[ebml(b"\xbf", &sum), entries].concat());
        segment.extend(ebml(b"\xec", &[0; 60]));
        segment
    };
    let simple = [ebml(b"\x45\xa3", b"TITLE"), ebml(b"\x44\x87", b"made up")].concat();
    let tags = ebml(b"\x12\x54\xc3\x67", &ebml(b"\x73\x73", &ebml(b"\x67\xc8", &simple)));
    let tags_at = head(0, 0).len();
    let cluster_at = tags_at + tags.len();
    let own = [ebml(b"\xe7", &[0]), ebml(b"\xa7", &cluster_at.to_be_bytes()[4..])].concat();
    let cluster = ebml(b"\x1f\x43\xb6\x75", &[own, ebml(b"\xa3", MEDIA)].concat());
    // In one byte the number is wrong already; that it cannot grow is what counts.
    let cue = ebml(b"\xb7", &ebml(b"\xf1", &place(if wide == 1 { 0xff } else { cluster_at })));
    let cues = ebml(b"\x1c\x53\xbb\x6b", &ebml(b"\xbb", &cue));
    let segment = [head(tags_at, cluster_at + cluster.len()), tags, cluster, cues].concat();
    file.extend(ebml(b"\x18\x53\x80\x67", &segment));
    file
}

fn cues_hold(_: &[u8], after: &[u8]) {
    let at = |name: &[u8]| after.windows(name.len()).rposition(|window| window == name).unwrap();
    let number = |from: usize, len: usize| {
        after[from..from + len].iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    let base = at(b"\x18\x53\x80\x67") + 12;
    let cluster = at(b"\x1f\x43\xb6\x75");
    assert_eq!(number(at(b"\xf1\x01\0\0\0\0\0\0\x04") + 9, 4), cluster - base);
    assert_eq!(number(at(b"\xa7\x01\0\0\0\0\0\0\x04") + 9, 4), cluster - base);
    let cues_entry = after.windows(4).position(|w| w == b"\x1c\x53\xbb\x6b").unwrap();
    assert_eq!(number(cues_entry + 4 + 10, 4), at(b"\x1c\x53\xbb\x6b") - base);
    let head = at(b"\x11\x4d\x9b\x74") + 12;
    let sum = u32::from_le_bytes(after[head + 9..head + 13].try_into().unwrap());
    let len = number(at(b"\x11\x4d\x9b\x74") + 5, 7);
    assert_eq!(sum, crate::container::sum(&after[head + 13..head + len]));
    find(after);
}

fn flv(has_metadata: bool) -> Vec<u8> {
    let tag = |kind: u8, content: &[u8]| {
        let mut tag = vec![kind];
        tag.extend(&(content.len() as u32).to_be_bytes()[1..]);
        tag.extend([0; 7]);
        tag.extend(content);
        tag.extend((tag.len() as u32).to_be_bytes());
        tag
    };
    let mut file = b"FLV\x01\x01\0\0\0\x09\0\0\0\0".to_vec();
    if has_metadata {
        let metadata = |len: f64, place: f64| {
            let mut script = b"\x02\0\x0aonMetaData\x08\0\0\0\x02\0\x08filesize\0".to_vec();
            script.extend(len.to_be_bytes());
            script.extend(b"\0\x09keyframes\x03\0\x0dfilepositions\x0a\0\0\0\x01\0");
            script.extend(place.to_be_bytes());
            script.extend(b"\0\0\x09\0\0\x09");
            script
        };
        let script_len = tag(18, &metadata(0.0, 0.0)).len();
        let whole = file.len() + script_len + MEDIA.len() + 15;
        let place = (file.len() + script_len) as f64;
        file.extend(tag(18, &metadata(whole as f64, place)));
    }
    file.extend(tag(9, MEDIA));
    file
}

fn flv_holds(_: &[u8], after: &[u8]) {
    let number = |name: &[u8], skip: usize| {
        let at = after.windows(name.len()).position(|window| window == name).unwrap();
        f64::from_be_bytes(after[at + name.len() + skip..][..8].try_into().unwrap())
    };
    assert_eq!(number(b"filesize", 1), after.len() as f64);
    assert_eq!(number(b"filepositions", 6), (find(after) - 11) as f64);
}

fn page(flags: u8, number: u32, packets: &[&[u8]]) -> Vec<u8> {
    let mut page = vec![b'O', b'g', b'g', b'S', 0, flags, 0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7];
    page.extend(number.to_le_bytes());
    page.extend([0; 4]);
    let mut lacing = Vec::new();
    for packet in packets {
        lacing.extend(vec![255; packet.len() / 255]);
        lacing.push((packet.len() % 255) as u8);
    }
    page.push(lacing.len() as u8);
    page.extend(lacing);
    page.extend(packets.concat());
    let sum = crate::container::page_sum(&page);
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

fn comment(mark: &[u8], close: &[u8], value: &[u8]) -> Vec<u8> {
    let mut block = b"\x04\0\0\0made\x01\0\0\0".to_vec();
    block.extend((value.len() as u32 + 6).to_le_bytes());
    block.extend(b"TITLE=");
    block.extend(value);
    [mark, &block, close].concat()
}

fn ogg_file(head: &[u8], mark: &[u8], setup: Option<&[u8]>, close: &[u8]) -> Vec<u8> {
    let comment = comment(mark, close, b"made up");
    let packets: Vec<&[u8]> = [Some(comment.as_slice()), setup].into_iter().flatten().collect();
    [page(2, 0, &[head]), page(0, 1, &packets), page(4, 2, &[MEDIA])].concat()
}

/// A head that fills its page to the last segment, so that the label needs another page.
fn ogg_full() -> Vec<u8> {
    let comment = comment(b"OpusTags", b"", &vec![b'x'; 254 * 255]);
    [page(2, 0, &[b"OpusHead"]), page(0, 1, &[&comment]), page(4, 2, &[MEDIA])].concat()
}

/// Pages are numbered one after another, and every checksum is right.
fn pages_follow(_: &[u8], after: &[u8]) {
    find(after);
    let (mut at, mut number) = (0, 0_u32);
    while at < after.len() {
        let count = usize::from(after[at + 26]);
        let len: usize = after[at + 27..][..count].iter().map(|len| usize::from(*len)).sum();
        let end = at + 27 + count + len;
        let mut page = after[at..end].to_vec();
        assert_eq!(page[18..22], number.to_le_bytes());
        let sum: Vec<u8> = page[22..26].to_vec();
        page[22..26].fill(0);
        assert_eq!(sum, crate::container::page_sum(&page).to_le_bytes());
        number += 1;
        at = end;
    }
}
