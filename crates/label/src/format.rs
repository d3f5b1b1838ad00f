//! Which format a file is, by its first bytes; where in it a label may stand.

/// A format in which labels are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// GIF.
    Gif,
    /// TIFF, and what is built like it.
    Tiff,
    /// HEIF, HEIC and AVIF.
    Heif,
    /// MP4, MOV, M4A.
    Mp4,
    /// Matroska and WebM.
    Matroska,
    /// FLV.
    Flv,
    /// AVI.
    Avi,
    /// WAV.
    Wav,
    /// MP3.
    Mp3,
    /// FLAC.
    Flac,
    /// Ogg with Vorbis, Opus or FLAC inside.
    Ogg,
    /// DOCX, PPTX, XLSX and their templates.
    Office,
    /// PDF.
    Pdf,
    /// Markdown.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 17] = [
        Format::Png,
        Format::Jpeg,
        Format::WebP,
        Format::Gif,
        Format::Tiff,
        Format::Heif,
        Format::Mp4,
        Format::Matroska,
        Format::Flv,
        Format::Avi,
        Format::Wav,
        Format::Mp3,
        Format::Flac,
        Format::Ogg,
        Format::Office,
        Format::Pdf,
        Format::Markdown,
    ];

    /// A word for reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Jpeg => "jpeg",
            Format::WebP => "webp",
            Format::Gif => "gif",
            Format::Tiff => "tiff",
            Format::Heif => "heif",
            Format::Mp4 => "mp4",
            Format::Matroska => "matroska",
            Format::Flv => "flv",
            Format::Avi => "avi",
            Format::Wav => "wav",
            Format::Mp3 => "mp3",
            Format::Flac => "flac",
            Format::Ogg => "ogg",
            Format::Office => "office",
            Format::Pdf => "pdf",
            Format::Markdown => "markdown",
        }
    }

    /// Endings under which files of the format go, in lower case.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Png => &["png", "apng"],
            Format::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Format::WebP => &["webp"],
            Format::Gif => &["gif"],
            Format::Tiff => &["tif", "tiff", "dng"],
            Format::Heif => &["heic", "heif", "hif", "avif", "avifs", "heics"],
            Format::Mp4 => &["mp4", "mov", "m4a", "m4v", "m4b", "qt", "3gp"],
            Format::Matroska => &["mkv", "webm", "mka", "mk3d"],
            Format::Flv => &["flv", "f4v"],
            Format::Avi => &["avi"],
            Format::Wav => &["wav", "wave"],
            Format::Mp3 => &["mp3"],
            Format::Flac => &["flac"],
            Format::Ogg => &["ogg", "oga", "ogv", "opus"],
            Format::Office => &["docx", "pptx", "xlsx", "dotx", "potx", "xltx"],
            Format::Pdf => &["pdf"],
            Format::Markdown => &["md", "markdown"],
        }
    }
}

/// How many bytes of a file [`sniff`] wants to see.
pub const HEAD_BYTES: usize = 64;

/// Brands of pictures among the files built of boxes.
const PICTURES: &[&[u8; 4]] = &[
    b"mif1", b"msf1", b"mif2", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"avif",
    b"avis",
];

/// The format of a file by its first bytes. The ending of its name is asked only where the first
/// bytes say nothing: a text has none.
#[must_use]
pub fn sniff(head: &[u8], name: Option<&str>) -> Option<Format> {
    let starts = |wanted: &[u8]| head.starts_with(wanted);
    let at = |from: usize, wanted: &[u8]| head.get(from..).is_some_and(|h| h.starts_with(wanted));
    let found = if starts(b"\x89PNG\r\n\x1a\n") {
        Format::Png
    } else if starts(b"\xff\xd8\xff") {
        Format::Jpeg
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Format::Gif
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Format::Tiff
    } else if at(8, b"WEBP") && starts(b"RIFF") {
        Format::WebP
    } else if at(8, b"WAVE") && (starts(b"RIFF") || starts(b"RF64")) {
        Format::Wav
    } else if at(8, b"AVI ") && starts(b"RIFF") {
        Format::Avi
    } else if at(4, b"ftyp") {
        boxes(head)
    } else if [b"moov", b"mdat", b"wide", b"free", b"skip"].iter().any(|name| at(4, *name)) {
        Format::Mp4
    } else if starts(b"\x1a\x45\xdf\xa3") {
        Format::Matroska
    } else if starts(b"FLV\x01") {
        Format::Flv
    } else if starts(b"fLaC") {
        Format::Flac
    } else if starts(b"OggS") {
        Format::Ogg
    } else if starts(b"PK\x03\x04") {
        Format::Office
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") && by_name(name) == Some(Format::Office) {
        // An encrypted document, which its reader says.
        Format::Office
    } else if starts(b"%PDF-") {
        Format::Pdf
    } else {
        return mp3(head, name).or_else(|| by_name(name).filter(|found| is_text(*found)));
    };
    Some(found)
}

/// Files that begin with ID3 or a frame of MPEG audio; FLAC may follow ID3, too.
fn mp3(head: &[u8], name: Option<&str>) -> Option<Format> {
    if head.starts_with(b"ID3") {
        let is_flac = by_name(name) == Some(Format::Flac);
        return Some(if is_flac { Format::Flac } else { Format::Mp3 });
    }
    let first = u16::from_be_bytes([*head.first()?, *head.get(1)?]);
    // Eleven bits of sync, layer III, and a bitrate and sampling rate that exist.
    let is_frame = first & 0xffe0 == 0xffe0 && (first >> 1) & 3 == 1 && (first >> 3) & 3 != 1;
    let third = *head.get(2)?;
    let exists = third >> 4 != 0xf && third >> 4 != 0 && (third >> 2) & 3 != 3;
    (is_frame && exists).then_some(Format::Mp3)
}

fn boxes(head: &[u8]) -> Format {
    let brands = head.get(8..).unwrap_or_default().chunks_exact(4).enumerate();
    // The second field is the minor version, not a brand.
    let is_picture = |(index, brand): (usize, &[u8])| {
        index != 1 && PICTURES.iter().any(|picture| picture.as_slice() == brand)
    };
    let end = head.get(..4).map_or(0, |size| size.iter().fold(0, |n, b| n << 8 | u64::from(*b)));
    let inside = |(index, _): &(usize, &[u8])| (*index as u64 + 1) * 4 + 8 <= end;
    let has_picture = brands.filter(inside).any(is_picture);
    if has_picture { Format::Heif } else { Format::Mp4 }
}

fn is_text(format: Format) -> bool {
    format == Format::Markdown
}

/// The format that the ending of a name stands for.
#[must_use]
pub fn by_name(name: Option<&str>) -> Option<Format> {
    let (_, ending) = name?.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    Format::ALL.into_iter().find(|format| format.endings().contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_win_over_the_name() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n", Some("a.jpg")), Some(Format::Png));
        assert_eq!(sniff(b"no such thing", Some("a.png")), None);
        assert_eq!(sniff(b"# text", Some("a.MD")), Some(Format::Markdown));
        assert_eq!(sniff(b"", Some("a.md")), Some(Format::Markdown));
        assert_eq!(sniff(b"", None), None);
    }

    #[test]
    fn brands_tell_pictures_from_films() {
        let file = |brands: &[u8]| {
            let mut head = (brands.len() as u32 + 8).to_be_bytes().to_vec();
            head.extend(b"ftyp");
            head.extend(brands);
            sniff(&head, None)
        };
        assert_eq!(file(b"isom\0\0\x02\0isomiso2mp41"), Some(Format::Mp4));
        assert_eq!(file(b"avif\0\0\0\0mif1miaf"), Some(Format::Heif));
        assert_eq!(file(b"isomheic"), Some(Format::Mp4));
        assert_eq!(sniff(b"\xff\xfb\x90\x64", None), Some(Format::Mp3));
        assert_eq!(sniff(b"ID3\x04", Some("a.flac")), Some(Format::Flac));
    }
}
