//! The smallest files of each format that are still files of it, made by hand.

use crate::format::Format;

/// One file, and what has to be the same in it before and after.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) format: Format,
    pub(crate) bytes: Vec<u8>,
    pub(crate) media: fn(&[u8], &[u8]),
}

/// One file of each kind.
pub(crate) fn samples() -> Vec<Sample> {
    let mut all = vec![
        Sample { name: "a.png", format: Format::Png, bytes: png(), media: stays },
        Sample { name: "a.jpg", format: Format::Jpeg, bytes: jpeg(), media: stays },
        Sample { name: "a.webp", format: Format::WebP, bytes: webp(), media: stays },
        Sample { name: "x.webp", format: Format::WebP, bytes: webp_large(), media: stays },
        Sample { name: "a.gif", format: Format::Gif, bytes: gif(), media: stays },
        Sample { name: "a.tif", format: Format::Tiff, bytes: tiff(true), media: nothing_moves },
        Sample { name: "b.tif", format: Format::Tiff, bytes: tiff(false), media: nothing_moves },
        Sample { name: "c.tif", format: Format::Tiff, bytes: tiff_big(), media: nothing_moves },
        Sample { name: "a.wav", format: Format::Wav, bytes: wav(), media: stays },
        Sample { name: "b.wav", format: Format::Wav, bytes: wav_long(), media: stays },
        Sample { name: "a.avi", format: Format::Avi, bytes: avi(600), media: nothing_moves },
        Sample { name: "b.avi", format: Format::Avi, bytes: avi(0), media: stays },
        Sample { name: "c.avi", format: Format::Avi, bytes: avi_long(0), media: tables_hold },
        Sample { name: "d.avi", format: Format::Avi, bytes: avi_long(1), media: tables_hold },
        Sample { name: "a.mp3", format: Format::Mp3, bytes: mp3(), media: stays },
        Sample { name: "b.mp3", format: Format::Mp3, bytes: mp3_tagged(3), media: stays },
        Sample { name: "c.mp3", format: Format::Mp3, bytes: mp3_tagged(4), media: stays },
        Sample { name: "d.mp3", format: Format::Mp3, bytes: mp3_tagged(2), media: stays },
        Sample { name: "a.flac", format: Format::Flac, bytes: flac(false), media: stays },
        Sample { name: "b.flac", format: Format::Flac, bytes: flac(true), media: stays },
        Sample { name: "a.md", format: Format::Markdown, bytes: text(""), media: stays },
        Sample { name: "b.md", format: Format::Markdown, bytes: text(HEAD), media: stays },
    ];
    all.extend(super::films::samples());
    all.extend(super::papers::samples());
    all
}

/// Stands for the media in the files made here.
pub(crate) const MEDIA: &[u8] = b"THE-MEDIA-OF-THIS-FILE-0123456789";

pub(crate) fn find(bytes: &[u8]) -> usize {
    bytes.windows(MEDIA.len()).position(|window| window == MEDIA).expect("media")
}

pub(crate) fn stays(_: &[u8], after: &[u8]) {
    find(after);
}

/// The media stand where they stood, since something names their place.
pub(crate) fn nothing_moves(before: &[u8], after: &[u8]) {
    assert_eq!(find(before), find(after));
}

const HEAD: &str = "---\r\ntitle: made up\r\ntags:\r\n  - a\r\n---\r\n";

fn text(head: &str) -> Vec<u8> {
    let media = String::from_utf8_lossy(MEDIA);
    format!("{head}# Made up\n\n{media}\n").into_bytes()
}

fn gif() -> Vec<u8> {
    let mut gif = b"GIF87a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    gif.extend(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0\x21\xfe\x04made\0");
    gif.extend(b"\x2c\0\0\0\0\x01\0\x01\0\0\x02");
    gif.push(MEDIA.len() as u8);
    gif.extend(MEDIA);
    gif.extend([0, 0x3b]);
    gif
}

fn tiff(is_little: bool) -> Vec<u8> {
    let two = |n: u16| if is_little { n.to_le_bytes() } else { n.to_be_bytes() };
    let four = |n: u32| if is_little { n.to_le_bytes() } else { n.to_be_bytes() };
    let mut tiff = if is_little { b"II".to_vec() } else { b"MM".to_vec() };
    tiff.extend(two(42));
    tiff.extend(four(8 + MEDIA.len() as u32));
    tiff.extend(MEDIA);
    tiff.extend(two(2));
    for (tag, count, value) in [(273, 1, 8), (34665, 1, 8)] {
        tiff.extend(two(tag));
        tiff.extend(two(4));
        tiff.extend(four(count));
        tiff.extend(four(value));
    }
    tiff.extend(four(0));
    tiff
}

fn tiff_big() -> Vec<u8> {
    let mut tiff = b"II+\0\x08\0\0\0".to_vec();
    tiff.extend((16 + MEDIA.len() as u64).to_le_bytes());
    tiff.extend(MEDIA);
    tiff.extend(1_u64.to_le_bytes());
    tiff.extend([0x11, 1, 16, 0]);
    tiff.extend(1_u64.to_le_bytes());
    tiff.extend(16_u64.to_le_bytes());
    tiff.extend(0_u64.to_le_bytes());
    tiff
}

fn wav() -> Vec<u8> {
    riff(b"WAVE", &[(b"fmt ", vec![0; 16]), (b"data", MEDIA.to_vec())])
}

fn wav_long() -> Vec<u8> {
    let mut sizes = vec![0; 28];
    sizes[8..16].copy_from_slice(&(MEDIA.len() as u64).to_le_bytes());
    let mut wav =
        riff(b"WAVE", &[(b"ds64", sizes), (b"fmt ", vec![0; 16]), (b"data", MEDIA.to_vec())]);
    wav[..8].copy_from_slice(b"RF64\xff\xff\xff\xff");
    let data = wav.windows(4).position(|window| window == b"data").unwrap();
    wav[data + 4..data + 8].copy_from_slice(&[0xff; 4]);
    wav
}

fn avi(gap: usize) -> Vec<u8> {
    let mut pictures = b"movi00dc".to_vec();
    pictures.extend((MEDIA.len() as u32).to_le_bytes());
    pictures.extend(MEDIA);
    pictures.push(0);
    let info = b"INFOISFT\x08\0\0\0made up\0".to_vec();
    let mut index = b"00dc\x10\0\0\0\x04\0\0\0".to_vec();
    index.extend((MEDIA.len() as u32).to_le_bytes());
    let mut chunks = vec![(b"LIST", b"hdrlavih\x04\0\0\0\0\0\0\0".to_vec()), (b"LIST", info)];
    if gap > 0 {
        chunks.push((b"JUNK", vec![0; gap]));
    }
    chunks.extend([(b"LIST", pictures), (b"idx1", index)]);
    riff(b"AVI ", &chunks)
}

/// Two RIFF parts, as in files beyond one gigabyte: a table of tables in the head, and in each part
/// a table of chunks that counts from the start of the file, or from the pictures.
fn avi_long(base: u64) -> Vec<u8> {
    let list = |kind: &[u8], content: &[u8]| [kind, content].concat();
    let table = |from: u64, pictures: u64| {
        let mut table = vec![2, 0, 0, 1, 1, 0, 0, 0];
        table.extend(b"00dc");
        table.extend(from.to_le_bytes());
        table.extend([0; 4]);
        table.extend(((pictures - from) as u32).to_le_bytes());
        table.extend((MEDIA.len() as u32).to_le_bytes());
        table
    };
    let head = |tables: [u64; 2]| {
        let mut entries = vec![4, 0, 0, 0, 2, 0, 0, 0];
        entries.extend(b"00dc");
        entries.extend([0; 12]);
        for place in tables {
            entries.extend(place.to_le_bytes());
            entries.extend([40, 0, 0, 0, 1, 0, 0, 0]);
        }
        // A stream as in a RIFF file, without its first word.
        riff(b"strl", &[(b"indx", entries)])[8..].to_vec()
    };
    let part = |tables: [u64; 2], is_first: bool, from: u64, pictures: u64| {
        let inside = [(b"00dc", MEDIA.to_vec()), (b"ix00", table(from, pictures))];
        let movi = riff(b"movi", &inside)[8..].to_vec();
        if !is_first {
            return riff(b"AVIX", &[(b"LIST", movi)]);
        }
        let stream =
            [b"LIST".as_slice(), &(head(tables).len() as u32).to_le_bytes(), &head(tables)];
        let info = b"INFOISFT\x08\0\0\0made up\0".to_vec();
        let hdrl = list(b"hdrl", &stream.concat());
        riff(b"AVI ", &[(b"LIST", hdrl), (b"LIST", info), (b"LIST", movi)])
    };
    let whole = |tables: [u64; 2], pictures: [u64; 2]| {
        let from = pictures.map(|place| place * base);
        let parts = [(true, 0), (false, 1)];
        parts.map(|(is_first, at)| part(tables, is_first, from[at], pictures[at])).concat()
    };
    let places = |file: &[u8], name: &[u8]| {
        let all = file.windows(name.len()).enumerate().filter(|(_, window)| *window == name);
        let all: Vec<u64> = all.map(|(at, _)| at as u64).collect();
        [all[0], all[1]]
    };
    let draft = whole([0; 2], [0; 2]);
    let (tables, pictures) = (places(&draft, b"ix00"), places(&draft, MEDIA));
    whole(tables, pictures)
}

/// Every table stands where the head says, and names its pictures.
fn tables_hold(_: &[u8], after: &[u8]) {
    let number = |at: usize, size: usize| {
        after[at..at + size].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let entries = after.windows(4).position(|window| window == b"indx").unwrap() + 8 + 24;
    let pictures: Vec<usize> =
        (0..after.len()).filter(|at| after[*at..].starts_with(MEDIA)).collect();
    for (index, picture) in pictures.iter().enumerate() {
        let table = number(entries + index * 16, 8);
        assert_eq!(&after[table..table + 4], b"ix00", "table {index}");
        assert_eq!(number(table + 20, 8) + number(table + 32, 4), *picture, "table {index}");
    }
    assert_eq!(pictures.len(), 2);
}

fn mp3() -> Vec<u8> {
    let mut mp3 = b"\xff\xfb\x90\x64".to_vec();
    mp3.extend(MEDIA);
    mp3
}

fn mp3_tagged(version: u8) -> Vec<u8> {
    let frames: &[u8] = match version {
        2 => b"TT2\0\0\x05\0made\0\0\0\0\0\0\0",
        _ => b"TIT2\0\0\0\x05\0\0\0made\0\0\0\0\0\0\0",
    };
    let mut bytes = vec![b'I', b'D', b'3', version, 0, 0, 0, 0, 0, frames.len() as u8];
    bytes.extend(frames);
    bytes.extend(mp3());
    bytes
}

fn flac(has_comment: bool) -> Vec<u8> {
    let mut flac = b"fLaC".to_vec();
    flac.extend([if has_comment { 0 } else { 0x80 }, 0, 0, 34]);
    flac.extend([0; 34]);
    if has_comment {
        flac.extend(b"\x04\0\0\x16\x04\0\0\0made\x01\0\0\0\x06\0\0\0TITLE=");
        flac.extend(b"\x81\0\0\x04\0\0\0\0");
    }
    flac.extend(MEDIA);
    flac
}

pub(crate) fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = (body.len() as u32).to_be_bytes().to_vec();
    chunk.extend(name);
    chunk.extend(body);
    chunk.extend([0; 4]);
    chunk
}

fn png() -> Vec<u8> {
    png_with(&chunk(b"tEXt", b"Comment\0made up"), b"")
}

/// A picture with further chunks after its head, and bytes behind its end.
pub(crate) fn png_with(chunks: &[u8], behind: &[u8]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
    png.extend(chunks);
    png.extend(chunk(b"IDAT", MEDIA));
    png.extend(chunk(b"IEND", b""));
    png.extend(behind);
    png
}

fn jpeg() -> Vec<u8> {
    jpeg_with(0xFE, b"made")
}

/// A picture with one further segment.
pub(crate) fn jpeg_with(marker: u8, body: &[u8]) -> Vec<u8> {
    let mut jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    jpeg.extend([0xff, marker]);
    jpeg.extend((body.len() as u16 + 2).to_be_bytes());
    jpeg.extend(body);
    jpeg.extend(b"\xff\xda\0\x02");
    jpeg.extend(MEDIA);
    jpeg.extend(b"\xff\xd9");
    jpeg
}

fn riff(kind: &[u8; 4], chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = kind.to_vec();
    for (name, bytes) in chunks {
        body.extend(*name);
        body.extend((bytes.len() as u32).to_le_bytes());
        body.extend(bytes);
        if bytes.len() % 2 == 1 {
            body.push(0);
        }
    }
    let mut file = b"RIFF".to_vec();
    file.extend((body.len() as u32).to_le_bytes());
    file.extend(body);
    file
}

fn webp() -> Vec<u8> {
    let mut picture = vec![0, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0];
    picture.extend(MEDIA);
    riff(b"WEBP", &[(b"VP8 ", picture)])
}

fn webp_large() -> Vec<u8> {
    let mut picture = vec![0x2f, 0xff, 0xff, 0xff, 0x1f];
    picture.extend(MEDIA);
    let head = vec![0, 0, 0, 0, 15, 0, 0, 15, 0, 0];
    riff(b"WEBP", &[(b"VP8X", head), (b"VP8L", picture)])
}
