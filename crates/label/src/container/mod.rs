//! The containers: where each keeps its label, and which bytes change when one is written.

mod avi;
mod avi_index;
mod bmff;
mod checksum;
mod exif;
mod flac;
mod flv;
mod gif;
mod heif;
mod id3;
mod jpeg;
mod markdown;
mod matroska;
mod matroska_early;
mod mp4;
mod office;
mod ogg;
mod pdf;
mod pdf_objects;
mod pdf_xref;
mod png;
mod riff;
mod tiff;
mod vorbis_comment;
mod wav;
mod webp;
mod zip;

use crate::carrier::Found;
use crate::edits::Edits;
use crate::format::Format;
use crate::payload::Label;
use crate::source::Source;
use crate::standard::Standard;
use crate::trouble::Trouble;
use crate::xmp;

/// What is to be written.
pub(crate) struct Order<'a> {
    pub(crate) standard: &'a Standard,
    pub(crate) label: &'a Label,
    /// The object alone.
    pub(crate) bare: String,
    /// IPTC's digital source type, for containers with XMP.
    pub(crate) source_type: Option<&'a str>,
}

impl Order<'_> {
    /// The XMP packet with the label in it.
    pub(crate) fn packet(&self, old: Option<&[u8]>) -> Result<Vec<u8>, Trouble> {
        xmp::with_label(old, &self.bare, self.source_type, self.standard)
    }
}

/// Finds every label of a file.
pub(crate) fn read(
    format: Format,
    source: &mut Source<'_>,
    found: &mut Found<'_>,
) -> Result<(), Trouble> {
    match format {
        Format::Png => png::read(source, found),
        Format::Jpeg => jpeg::read(source, found),
        Format::WebP => webp::read(source, found),
        Format::Office => office::read(source, found),
        Format::Pdf => pdf::read(source, found),
        Format::Heif => heif::read(source, found),
        Format::Mp4 => mp4::read(source, found),
        Format::Matroska => matroska::read(source, found),
        Format::Flv => flv::read(source, found),
        Format::Ogg => ogg::read(source, found),
        Format::Gif => gif::read(source, found),
        Format::Tiff => tiff::read(source, found),
        Format::Avi => avi::read(source, found),
        Format::Wav => wav::read(source, found),
        Format::Mp3 => id3::read(source, found),
        Format::Flac => flac::read(source, found),
        Format::Markdown => markdown::read(source, found),
    }
}

/// The bytes that change so that the file carries the label, once, at the place of the guide.
pub(crate) fn plan(
    format: Format,
    source: &mut Source<'_>,
    order: &Order<'_>,
) -> Result<Edits, Trouble> {
    match format {
        Format::Png => png::plan(source, order),
        Format::Jpeg => jpeg::plan(source, order),
        Format::WebP => webp::plan(source, order),
        Format::Office => office::plan(source, order),
        Format::Pdf => pdf::plan(source, order),
        Format::Heif => heif::plan(source, order),
        Format::Mp4 => mp4::plan(source, order),
        Format::Matroska => matroska::plan(source, order),
        Format::Flv => flv::plan(source, order),
        Format::Ogg => ogg::plan(source, order),
        Format::Gif => gif::plan(source, order),
        Format::Tiff => tiff::plan(source, order),
        Format::Avi => avi::plan(source, order),
        Format::Wav => wav::plan(source, order),
        Format::Mp3 => id3::plan(source, order),
        Format::Flac => flac::plan(source, order),
        Format::Markdown => markdown::plan(source, order),
    }
}

/// Text that may be anything, for values whose encoding nobody fixed: UTF-8 where it is, Latin-1
/// otherwise.
pub(crate) fn loose_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The checksum of an Ogg page, for the tests that build pages.
#[cfg(test)]
pub(crate) fn page_sum(page: &[u8]) -> u32 {
    checksum::crc32_ogg(page)
}

/// The checksum of a member of an archive, for the tests that build archives.
#[cfg(test)]
pub(crate) fn sum(bytes: &[u8]) -> u32 {
    checksum::crc32(bytes)
}
