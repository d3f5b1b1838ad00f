//! Where in a file a label was found, and how that place stands to the guides.

use crate::format::Format;
use crate::limits::{CARRIERS_MAX, PAYLOAD_BYTES_MAX};
use crate::payload::{Reading, is_worth_reading, read};
use crate::standard::Standard;
use crate::xmp;

/// The kind of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An element in an XMP packet.
    Xmp,
    /// An attribute in an XMP packet.
    XmpAttribute,
    /// A property of the same name in another namespace.
    XmpElsewhere,
    /// EXIF UserComment in the Exif directory.
    ExifComment,
    /// EXIF UserComment in the first directory, where it does not belong.
    ExifCommentMisplaced,
    /// EXIF ImageDescription.
    ExifDescription,
    /// A PNG text chunk.
    TextChunk,
    /// A PNG text chunk that is compressed or international.
    OtherTextChunk,
    /// A JPEG application segment or comment.
    Segment,
    /// Behind the end of the file's content.
    Behind,
    /// A key of `moov.udta.meta`.
    Keys,
    /// A key of a `meta` box elsewhere.
    KeysElsewhere,
    /// An item without a key.
    Nameless,
    /// A Matroska tag.
    Tag,
    /// A property of FLV's metadata.
    ScriptData,
    /// A member of a RIFF INFO list.
    InfoList,
    /// A chunk of a RIFF file.
    RiffChunk,
    /// An ID3v2 TXXX frame.
    Id3,
    /// A Vorbis comment.
    VorbisComment,
    /// A custom property of a document.
    CustomProperty,
    /// A key of the Info dictionary of a PDF.
    InfoDictionary,
    /// The front matter of a text.
    FrontMatter,
    /// A block elsewhere in a text.
    TextBlock,
}

/// How a place stands to the guides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The place of the guide.
    Guide,
    /// A place that an annex of the guide prints.
    Annex,
    /// Neither.
    Elsewhere,
}

impl Place {
    /// A word for reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Place::Xmp => "xmp",
            Place::XmpAttribute => "xmp-attribute",
            Place::XmpElsewhere => "xmp-other-namespace",
            Place::ExifComment => "exif-user-comment",
            Place::ExifCommentMisplaced => "exif-user-comment-ifd0",
            Place::ExifDescription => "exif-image-description",
            Place::TextChunk => "png-text",
            Place::OtherTextChunk => "png-other-text",
            Place::Segment => "jpeg-segment",
            Place::Behind => "behind-the-end",
            Place::Keys => "moov-udta-meta",
            Place::KeysElsewhere => "other-meta",
            Place::Nameless => "nameless-item",
            Place::Tag => "matroska-tag",
            Place::ScriptData => "flv-metadata",
            Place::InfoList => "riff-info",
            Place::RiffChunk => "riff-chunk",
            Place::Id3 => "id3-txxx",
            Place::VorbisComment => "vorbis-comment",
            Place::CustomProperty => "custom-property",
            Place::InfoDictionary => "pdf-info",
            Place::FrontMatter => "front-matter",
            Place::TextBlock => "text-block",
        }
    }

    /// How the place stands to the guide for a format.
    ///
    /// LAW: TC260-PG-20257A, 20258A, 20259A and 202510A
    #[must_use]
    pub fn standing(self, format: Format) -> Standing {
        use Format as F;
        let (guide, annex): (&[Place], &[Place]) = match format {
            F::Png => (&[Place::Xmp], &[Place::TextChunk]),
            F::Jpeg | F::WebP => (&[Place::Xmp], &[Place::ExifComment]),
            F::Gif | F::Tiff | F::Heif => (&[Place::Xmp], &[]),
            F::Mp4 => (&[Place::Keys], &[]),
            F::Matroska => (&[Place::Tag], &[]),
            F::Flv => (&[Place::ScriptData], &[]),
            F::Avi => (&[Place::InfoList], &[]),
            F::Wav => (&[Place::RiffChunk], &[]),
            F::Mp3 => (&[Place::Id3], &[]),
            F::Flac | F::Ogg => (&[Place::VorbisComment], &[]),
            F::Office => (&[Place::CustomProperty], &[]),
            F::Pdf => (&[Place::InfoDictionary], &[]),
            F::Markdown => (&[Place::FrontMatter], &[]),
        };
        if guide.contains(&self) {
            Standing::Guide
        } else if annex.contains(&self) {
            Standing::Annex
        } else {
            Standing::Elsewhere
        }
    }
}

/// One label, or what sets out to be one, at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Carrier {
    /// Where it stands.
    pub place: Place,
    /// How that place stands to the guide.
    pub standing: Standing,
    /// What it says.
    pub reading: Reading,
    /// Whether the packet around it is not well-formed.
    pub is_in_broken_packet: bool,
}

/// What the walk through a file gathers.
pub(crate) struct Found<'a> {
    pub(crate) standard: &'a Standard,
    format: Format,
    pub(crate) carriers: Vec<Carrier>,
    /// Values of IPTC's digital source type.
    pub(crate) source_types: Vec<String>,
    /// Whether there were more carriers than are kept.
    pub(crate) is_cut: bool,
}

impl<'a> Found<'a> {
    pub(crate) fn new(standard: &'a Standard, format: Format) -> Found<'a> {
        Found { standard, format, carriers: Vec::new(), source_types: Vec::new(), is_cut: false }
    }

    /// A value under the key: a label, whatever it looks like.
    pub(crate) fn push(&mut self, place: Place, text: &str) {
        self.keep(place, read(text, self.standard), false);
    }

    /// A value that may be anything: kept when it is a label or the object of a vendor.
    pub(crate) fn push_if_label(&mut self, place: Place, text: &str) -> bool {
        if text.len() > PAYLOAD_BYTES_MAX || !is_worth_reading(text, self.standard) {
            return false;
        }
        let reading = read(text, self.standard);
        let is_label = reading.is_one();
        if is_label {
            self.keep(place, reading, false);
        }
        is_label
    }

    /// Every label of an XMP packet.
    pub(crate) fn packet(&mut self, bytes: &[u8]) {
        let packet = xmp::read(bytes, self.standard);
        for property in &packet.labels {
            let place = match (property.is_ours, property.is_attribute()) {
                (false, _) => Place::XmpElsewhere,
                (true, true) => Place::XmpAttribute,
                (true, false) => Place::Xmp,
            };
            self.keep(place, read(&property.value, self.standard), packet.is_broken);
        }
        self.source_types.extend(packet.source_types.into_iter().map(|found| found.value));
    }

    fn keep(&mut self, place: Place, reading: Reading, is_in_broken_packet: bool) {
        if self.carriers.len() >= CARRIERS_MAX {
            self.is_cut = true;
            return;
        }
        let standing = place.standing(self.format);
        self.carriers.push(Carrier { place, standing, reading, is_in_broken_packet });
    }
}
