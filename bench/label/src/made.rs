//! Invented files: pictures of one point, and a film of boxes.

use std::io::Write as _;
use std::path::Path;

/// One black point.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\
    \x3a\x7e\x9b\x55\0\0\0\x0aIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71\
    \0\0\0\0IEND\xae\x42\x60\x82";
/// Bytes written at once.
const BLOCK: usize = 1 << 22;

/// A new folder of so many pictures.
pub fn pictures(folder: &Path, count: usize) -> Result<(), String> {
    let _ = std::fs::remove_dir_all(folder);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    for index in 0..count {
        std::fs::write(folder.join(format!("{index}.png")), PICTURE).map_err(failed)?;
    }
    Ok(())
}

fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len() + 8).unwrap_or(u32::MAX);
    [&len.to_be_bytes(), name.as_slice(), content].concat()
}

/// A film whose head stands before its pictures, with a thousand places to be moved.
pub fn film(path: &Path, bytes: u64) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let head = boxed(b"ftyp", b"isom\0\0\x02\0isommp41");
    let mut table = vec![0, 0, 0, 0, 0, 0, 0x03, 0xe8];
    let first = 100_000_u32;
    (0..1_000).for_each(|index| table.extend((first + index * 1_000).to_be_bytes()));
    let media = boxed(b"mdia", &boxed(b"minf", &boxed(b"stbl", &boxed(b"stco", &table))));
    let moov = boxed(b"moov", &[boxed(b"mvhd", &[0; 100]), boxed(b"trak", &media)].concat());
    let mut file = std::fs::File::create(path).map_err(failed)?;
    file.write_all(&[head, moov].concat()).map_err(failed)?;
    let mut lead = b"\0\0\0\x01mdat".to_vec();
    lead.extend((bytes + 16).to_be_bytes());
    file.write_all(&lead).map_err(failed)?;
    // Bytes that do not compress and are not holes.
    let (mut state, mut left) = (0x9e37_79b9_7f4a_7c15_u64, bytes);
    while left > 0 {
        let mut block = Vec::with_capacity(BLOCK);
        while block.len() < BLOCK {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            block.extend((state >> 16).to_le_bytes());
        }
        let count = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        file.write_all(block.get(..count).unwrap_or_default()).map_err(failed)?;
        left -= count as u64;
    }
    file.sync_all().map_err(failed)
}
