//! WebP: points are unpacked, painted and packed without loss; every chunk that says something else
//! stays. A picture that was packed with loss keeps the points it shows, and becomes larger.

use std::io::Cursor;

use image_webp::{ColorType, WebPDecoder, WebPEncoder};
use kouan_terms::Diagnostic;

use super::raster::Raster;
use crate::limits::POINTS_MAX;
use crate::trouble::{damaged, too_large, unwritable};

/// The flag of the extended header that says: there is alpha.
const ALPHA: u8 = 0x10;

/// Reads the points.
pub(super) fn read(bytes: &[u8]) -> Result<Raster, Diagnostic> {
    let bad = |_| damaged(0, "WebP");
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(bad)?;
    if decoder.is_animated() {
        return Err(unwritable("ANIM"));
    }
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > POINTS_MAX {
        return Err(too_large("VP8"));
    }
    let len = decoder.output_buffer_size().ok_or_else(|| too_large("VP8"))?;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let mut data = vec![0; len];
    decoder.read_image(&mut data).map_err(bad)?;
    Ok(Raster { width, height, channels, is_wide: false, data })
}

/// The file with new points.
pub(super) fn write(bytes: &[u8], raster: &Raster) -> Result<Vec<u8>, Diagnostic> {
    let colours = if raster.channels == 4 { ColorType::Rgba8 } else { ColorType::Rgb8 };
    let mut packed = Vec::new();
    let encoder = WebPEncoder::new(&mut packed);
    let done = encoder.encode(&raster.data, raster.width, raster.height, colours);
    done.map_err(|_| unwritable("VP8L"))?;
    let points = chunks(&packed).and_then(|(chunks, _)| {
        chunks.into_iter().find(|(name, _)| *name == b"VP8L").map(|(_, all)| all)
    });
    let points = points.ok_or_else(|| unwritable("VP8L"))?;
    let (old, behind) = chunks(bytes).ok_or_else(|| damaged(0, "chunk"))?;
    let mut body = b"WEBP".to_vec();
    for (name, all) in old {
        match name {
            b"VP8 " | b"VP8L" => body.extend(points),
            // The alpha of a picture packed with loss is among the new points.
            b"ALPH" => {}
            b"VP8X" => {
                let mut header = all.to_vec();
                if let Some(flags) = header.get_mut(8) {
                    *flags = if raster.channels == 4 { *flags | ALPHA } else { *flags & !ALPHA };
                }
                body.extend(header);
            }
            _ => body.extend(all),
        }
    }
    let len = u32::try_from(body.len()).map_err(|_| too_large("RIFF"))?;
    let mut out = b"RIFF".to_vec();
    out.extend(len.to_le_bytes());
    out.extend(body);
    out.extend(behind);
    Ok(out)
}

/// The EXIF data of a file.
pub(super) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    let (found, _) = chunks(bytes)?;
    found.into_iter().find(|(name, _)| *name == b"EXIF").and_then(|(_, all)| all.get(8..))
}

/// A chunk: its name, and its bytes with head and padding.
type Chunk<'a> = (&'a [u8], &'a [u8]);

/// The chunks, and what stands behind the file.
fn chunks(bytes: &[u8]) -> Option<(Vec<Chunk<'_>>, &[u8])> {
    let len = u32::from_le_bytes(*bytes.get(4..8)?.first_chunk()?);
    let end = usize::try_from(len).ok()?.checked_add(8)?.min(bytes.len());
    let (file, behind) = bytes.split_at_checked(end)?;
    let mut rest = file.get(12..)?;
    let mut found = Vec::new();
    while rest.len() >= 8 {
        let (head, _) = rest.split_first_chunk::<8>()?;
        let len = u32::from_le_bytes(*head.last_chunk()?);
        let len = usize::try_from(len).ok()?.checked_add(8)?;
        // The last chunk may lack its padding.
        let padded = (len + len % 2).min(rest.len());
        let (all, after) = rest.split_at_checked(padded).filter(|_| len <= rest.len())?;
        found.push((all.get(..4)?, all));
        rest = after;
    }
    Some((found, behind))
}
