//! The rows of the table: which files are made of a format, and who else knows it.

use kouan_label::Format;

/// A source that FFmpeg makes up.
type Made = [&'static str; 4];

pub const PICTURE: Made = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=1"];
pub const SOUND: Made = ["-f", "lavfi", "-i", "sine=440:d=1"];
const BOTH: &[Made] = &[PICTURE, SOUND];
const STILL: &[Made] = &[PICTURE];
const HEARD: &[Made] = &[SOUND];
const ONE: &[&str] = &["-frames:v", "1"];
const H264: &[&str] = &["-c:v", "libx264", "-c:a", "aac"];

/// How a file is made.
#[derive(Clone, Copy)]
pub enum Recipe {
    /// By FFmpeg, from these sources, with these words.
    Ffmpeg(&'static [Made], &'static [&'static str]),
    /// By the encoder of libheif.
    Heif,
    /// By LibreOffice, from a flat document of this ending.
    Office(&'static str),
    /// As text, with this head.
    Text(&'static str),
}

/// Who holds that the content is the same.
#[derive(Clone, Copy, PartialEq)]
pub enum Media {
    /// FFmpeg: every decoded picture. To it, the packet of a picture is the whole file.
    Picture,
    /// FFmpeg: every decoded picture and sample, and every packet as it is stored.
    Ffmpeg,
    /// libheif: the decoded picture.
    Heif,
    /// Python: every member of the archive but the three that hold properties; and LibreOffice.
    Office,
    /// The old file is the beginning of the new one.
    Prefix,
    /// What follows the head.
    Text,
}

/// Who reads the label besides us.
#[derive(Clone, Copy, PartialEq)]
pub enum Reader {
    /// ExifTool, in this group.
    ExifTool(&'static str),
    /// ExifTool knows no name for the chunk, and gives its bytes.
    ExifToolChunk,
    /// PyYAML.
    Yaml,
}

/// Who writes a label of its own, for us to read.
#[derive(Clone, Copy, PartialEq)]
pub enum Writer {
    /// ExifTool, with a name for the property given to it.
    ExifTool(&'static str),
    /// FFmpeg, with these further words.
    Ffmpeg(&'static [&'static str]),
    /// LibreOffice, as a property of the document.
    LibreOffice,
    /// PyYAML.
    Yaml,
}

/// A row.
pub struct Row {
    pub name: &'static str,
    pub format: Format,
    /// The place of the label, in both languages.
    pub place: (&'static str, &'static str),
    pub files: &'static [(&'static str, Recipe)],
    pub media: Media,
    pub reader: Reader,
    pub writer: Option<Writer>,
    /// Files that are not labelled, by their names in `refused.rs`.
    pub refused: &'static [&'static str],
}

const XMP: (&str, &str) = ("XMP", "XMP");
const XMP_GROUP: Reader = Reader::ExifTool("XMP-TC260");
const XMP_WRITER: Option<Writer> = Some(Writer::ExifTool("XMP-TC260"));
const KEYS: (&str, &str) = ("`moov.udta.meta`的键", "`moov.udta.meta` key");
const KEYS_WRITER: Option<Writer> = Some(Writer::Ffmpeg(&["-movflags", "use_metadata_tags"]));
const PROPERTY: (&str, &str) = ("自定义属性", "custom property");
const VORBIS: (&str, &str) = ("Vorbis注释", "Vorbis comment");
const AVIF: &[&str] = &["-frames:v", "1", "-c:v", "libaom-av1", "-still-picture", "1"];

const fn picture(
    name: &'static str,
    format: Format,
    files: &'static [(&'static str, Recipe)],
    refused: &'static [&'static str],
) -> Row {
    let (media, reader, writer) = (Media::Picture, XMP_GROUP, XMP_WRITER);
    Row { name, format, place: XMP, files, media, reader, writer, refused }
}

const fn film(name: &'static str, files: &'static [(&'static str, Recipe)]) -> Row {
    let (format, reader, writer) = (Format::Mp4, Reader::ExifTool("Keys"), KEYS_WRITER);
    let refused = &["manifest.mp4"];
    Row { name, format, place: KEYS, files, media: Media::Ffmpeg, reader, writer, refused }
}

const fn stream(
    name: &'static str,
    format: Format,
    place: (&'static str, &'static str),
    files: &'static [(&'static str, Recipe)],
    group: &'static str,
) -> Row {
    let (media, reader) = (Media::Ffmpeg, Reader::ExifTool(group));
    let writer = Some(Writer::Ffmpeg(&[]));
    Row { name, format, place, files, media, reader, writer, refused: &[] }
}

const fn chunked(
    name: &'static str,
    format: Format,
    place: (&'static str, &'static str),
    files: &'static [(&'static str, Recipe)],
) -> Row {
    let (media, reader) = (Media::Ffmpeg, Reader::ExifToolChunk);
    Row { name, format, place, files, media, reader, writer: None, refused: &[] }
}

const fn document(name: &'static str, files: &'static [(&'static str, Recipe)]) -> Row {
    Row {
        name,
        format: Format::Office,
        place: PROPERTY,
        files,
        media: Media::Office,
        reader: Reader::ExifTool("XML"),
        writer: Some(Writer::LibreOffice),
        refused: &["encrypted.docx", "signed.docx"],
    }
}

pub const ROWS: &[Row] = &[
    picture("PNG", Format::Png, &[("a.png", Recipe::Ffmpeg(STILL, ONE))], &["manifest.png"]),
    picture("JPEG", Format::Jpeg, &[("a.jpg", Recipe::Ffmpeg(STILL, ONE))], &["manifest.jpg"]),
    picture("WebP", Format::WebP, &[("a.webp", Recipe::Ffmpeg(STILL, ONE))], &["manifest.webp"]),
    picture("GIF", Format::Gif, &[("a.gif", Recipe::Ffmpeg(STILL, &[]))], &[]),
    picture("TIFF", Format::Tiff, &[("a.tif", Recipe::Ffmpeg(STILL, ONE))], &[]),
    picture("AVIF", Format::Heif, &[("a.avif", Recipe::Ffmpeg(STILL, AVIF))], &[]),
    Row {
        name: "HEIC",
        format: Format::Heif,
        place: XMP,
        files: &[("a.heic", Recipe::Heif)],
        media: Media::Heif,
        reader: XMP_GROUP,
        writer: XMP_WRITER,
        refused: &[],
    },
    film(
        "MP4",
        &[
            ("a.mp4", Recipe::Ffmpeg(BOTH, H264)),
            ("b.mp4", Recipe::Ffmpeg(BOTH, &["-c:v", "libx264", "-movflags", "+faststart"])),
            (
                "c.mp4",
                Recipe::Ffmpeg(BOTH, &["-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"]),
            ),
        ],
    ),
    film("MOV", &[("a.mov", Recipe::Ffmpeg(BOTH, H264))]),
    film("M4A", &[("a.m4a", Recipe::Ffmpeg(HEARD, &["-c:a", "aac"]))]),
    stream(
        "MKV",
        Format::Matroska,
        ("SimpleTag", "simple tag"),
        &[("a.mkv", Recipe::Ffmpeg(BOTH, H264))],
        "Matroska",
    ),
    stream(
        "WebM",
        Format::Matroska,
        ("SimpleTag", "simple tag"),
        &[("a.webm", Recipe::Ffmpeg(BOTH, &["-c:v", "libvpx", "-c:a", "libvorbis"]))],
        "Matroska",
    ),
    stream(
        "FLV",
        Format::Flv,
        ("`onMetaData`", "`onMetaData`"),
        &[("a.flv", Recipe::Ffmpeg(BOTH, &["-c:v", "flv", "-ar", "44100"]))],
        "Flash",
    ),
    chunked(
        "AVI",
        Format::Avi,
        ("INFO列表", "INFO list"),
        &[("a.avi", Recipe::Ffmpeg(BOTH, &["-c:v", "mpeg4", "-c:a", "libmp3lame"]))],
    ),
    chunked("WAV", Format::Wav, ("RIFF块", "RIFF chunk"), &[("a.wav", Recipe::Ffmpeg(HEARD, &[]))]),
    stream(
        "MP3",
        Format::Mp3,
        ("ID3v2 `TXXX`", "ID3v2 `TXXX`"),
        &[
            ("a.mp3", Recipe::Ffmpeg(HEARD, &[])),
            ("b.mp3", Recipe::Ffmpeg(HEARD, &["-id3v2_version", "3", "-metadata", "title=甲一"])),
            ("c.mp3", Recipe::Ffmpeg(HEARD, &["-id3v2_version", "0"])),
        ],
        "ID3v2_",
    ),
    stream("FLAC", Format::Flac, VORBIS, &[("a.flac", Recipe::Ffmpeg(HEARD, &[]))], "Vorbis"),
    stream(
        "OGG",
        Format::Ogg,
        VORBIS,
        &[
            ("a.ogg", Recipe::Ffmpeg(HEARD, &["-c:a", "libvorbis"])),
            ("b.oga", Recipe::Ffmpeg(HEARD, &["-c:a", "flac"])),
        ],
        "Vorbis",
    ),
    stream(
        "Opus",
        Format::Ogg,
        VORBIS,
        &[("a.opus", Recipe::Ffmpeg(HEARD, &["-c:a", "libopus"]))],
        "Vorbis",
    ),
    // FFmpeg gives the label to both streams of a film: two labels, which is an error of that file.
    Row {
        writer: None,
        ..stream(
            "OGV",
            Format::Ogg,
            VORBIS,
            &[("b.ogv", Recipe::Ffmpeg(BOTH, &["-c:v", "libtheora", "-c:a", "libvorbis"]))],
            "Theora",
        )
    },
    document("DOCX", &[("a.docx", Recipe::Office("fodt"))]),
    document("PPTX", &[("a.pptx", Recipe::Office("fodp"))]),
    document("XLSX", &[("a.xlsx", Recipe::Office("fods"))]),
    document("DOTX", &[("t.dotx", Recipe::Office("fodt"))]),
    document("POTX", &[("t.potx", Recipe::Office("fodp"))]),
    document("XLTX", &[("t.xltx", Recipe::Office("fods"))]),
    Row {
        name: "PDF",
        format: Format::Pdf,
        place: ("Info字典", "Info dictionary"),
        files: &[("a.pdf", Recipe::Office("fodt"))],
        media: Media::Prefix,
        reader: Reader::ExifTool("PDF"),
        writer: Some(Writer::ExifTool("PDF")),
        refused: &["encrypted.pdf", "certified.pdf"],
    },
    Row {
        name: "Markdown",
        format: Format::Markdown,
        place: ("文件头", "front matter"),
        files: &[
            ("a.md", Recipe::Text("")),
            ("b.md", Recipe::Text("---\ntitle: made up\ntags:\n  - a\n---\n")),
        ],
        media: Media::Text,
        reader: Reader::Yaml,
        writer: Some(Writer::Yaml),
        refused: &[],
    },
];
