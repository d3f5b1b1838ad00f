//! PNG: points are unpacked, painted and packed again; every chunk that says something else stays.

use std::io::Cursor;

use kouan_terms::Diagnostic;

use super::raster::Raster;
use crate::limits::POINTS_MAX;
use crate::trouble::{damaged, too_large, unwritable};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks that speak of the values of the old kind of points, and mean nothing beside another.
const OF_THE_POINTS: [&[u8]; 5] = [b"PLTE", b"tRNS", b"bKGD", b"hIST", b"sBIT"];

/// Reads the points: colours of a palette, small greys and colours that stand for transparency are
/// written out as what they mean.
pub(super) fn read(bytes: &[u8]) -> Result<Raster, Diagnostic> {
    let bad = |_| damaged(0, "PNG");
    let mut decoder = png::Decoder::new_with_limits(
        Cursor::new(bytes),
        png::Limits { bytes: usize::try_from(POINTS_MAX * 8).unwrap_or(usize::MAX) },
    );
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(bad)?;
    let info = reader.info();
    let (width, height) = info.size();
    if info.animation_control().is_some() {
        return Err(unwritable("acTL"));
    }
    if u64::from(width) * u64::from(height) > POINTS_MAX {
        return Err(too_large("IDAT"));
    }
    let (colour, depth) = reader.output_color_type();
    let len = reader.output_buffer_size().ok_or_else(|| too_large("IDAT"))?;
    let mut data = vec![0; len];
    reader.next_frame(&mut data).map_err(bad)?;
    let is_wide = depth == png::BitDepth::Sixteen;
    Ok(Raster { width, height, channels: colour.samples(), is_wide, data })
}

/// The file with new points.
pub(super) fn write(bytes: &[u8], raster: &Raster) -> Result<Vec<u8>, Diagnostic> {
    let packed = packed(raster).ok_or_else(|| unwritable("IDAT"))?;
    let old = chunks(bytes).ok_or_else(|| damaged(0, "chunk"))?;
    let new = chunks(&packed).ok_or_else(|| damaged(0, "chunk"))?;
    let kind = |chunks: &[Chunk<'_>]| {
        let header = chunks.iter().find(|chunk| chunk.name == b"IHDR");
        header.and_then(|chunk| chunk.all.get(16..18)).map(<[u8]>::to_vec)
    };
    let is_other_kind = kind(&old) != kind(&new);
    let mut out = SIGNATURE.to_vec();
    let mut has_points = false;
    for chunk in &old {
        match chunk.name {
            b"IHDR" => {
                out.extend(new.iter().filter(|new| new.name == b"IHDR").flat_map(|new| new.all));
            }
            b"IDAT" if has_points => {}
            b"IDAT" => {
                has_points = true;
                out.extend(new.iter().filter(|new| new.name == b"IDAT").flat_map(|new| new.all));
            }
            name if is_other_kind && OF_THE_POINTS.contains(&name) => {}
            _ => out.extend(chunk.all),
        }
    }
    // What stands behind the last chunk, a label that somebody put there included.
    let end: usize = old.iter().map(|chunk| chunk.all.len()).sum::<usize>() + SIGNATURE.len();
    out.extend(bytes.get(end..).unwrap_or_default());
    Ok(out)
}

/// The EXIF data of a file.
pub(super) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    let found = chunks(bytes)?.into_iter().find(|chunk| chunk.name == b"eXIf")?;
    found.all.get(8..found.all.len().checked_sub(4)?)
}

/// A picture file of its own.
pub(crate) fn packed(raster: &Raster) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, raster.width, raster.height);
    encoder.set_color(match raster.channels {
        1 => png::ColorType::Grayscale,
        2 => png::ColorType::GrayscaleAlpha,
        3 => png::ColorType::Rgb,
        _ => png::ColorType::Rgba,
    });
    encoder.set_depth(if raster.is_wide { png::BitDepth::Sixteen } else { png::BitDepth::Eight });
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&raster.data).ok()?;
    writer.finish().ok()?;
    Some(out)
}

struct Chunk<'a> {
    name: &'a [u8],
    /// Length, name, body and checksum.
    all: &'a [u8],
}

/// The chunks, up to the one that ends the picture.
fn chunks(bytes: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (len, _) = rest.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_be_bytes(*len)).ok()?.checked_add(12)?;
        let (all, behind) = rest.split_at_checked(len)?;
        let name = all.get(4..8)?;
        found.push(Chunk { name, all });
        if name == b"IEND" {
            return Some(found);
        }
        rest = behind;
    }
    None
}
