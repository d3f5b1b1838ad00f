//! TIFF: XMP in tag 700 of the first directory. New data goes behind the file's end, and nothing
//! that is there moves.

use super::{Order, exif};
use crate::carrier::Found;
use crate::edits::Edits;
use crate::source::{Source, number_be, number_le};
use crate::trouble::Trouble;

const XMP_TAG: u64 = 700;
/// Undefined bytes, and bytes: writers use either for the packet.
const UNDEFINED: u64 = 7;

/// The shape of the file: order of bytes, width of offsets.
struct Shape {
    is_little: bool,
    is_big: bool,
}

impl Shape {
    fn of(source: &mut Source<'_>) -> Result<Shape, Trouble> {
        let damaged = Trouble::Damaged { at: 0, part: "TIFF" };
        match &source.array::<4>(0)? {
            b"II*\0" => Ok(Shape { is_little: true, is_big: false }),
            b"MM\0*" => Ok(Shape { is_little: false, is_big: false }),
            b"II+\0" => Ok(Shape { is_little: true, is_big: true }),
            b"MM\0+" => Ok(Shape { is_little: false, is_big: true }),
            _ => Err(damaged),
        }
    }

    /// The width of an offset.
    fn wide(&self) -> usize {
        if self.is_big { 8 } else { 4 }
    }

    /// The width of the count of entries.
    fn count_wide(&self) -> usize {
        if self.is_big { 8 } else { 2 }
    }

    fn entry_bytes(&self) -> usize {
        4 + 2 * self.wide()
    }

    fn first_at(&self) -> u64 {
        if self.is_big { 8 } else { 4 }
    }

    fn number(&self, bytes: &[u8], at: usize, size: usize) -> u64 {
        let read = if self.is_little { number_le } else { number_be };
        read(bytes, at, size).unwrap_or(0)
    }

    fn bytes(&self, number: u64, size: usize) -> Vec<u8> {
        if self.is_little {
            number.to_le_bytes().into_iter().take(size).collect()
        } else {
            number.to_be_bytes().into_iter().skip(8 - size.min(8)).collect()
        }
    }
}

/// The first directory.
struct Directory {
    at: u64,
    /// Each entry as it is.
    entries: Vec<Vec<u8>>,
    /// The offset of the next directory, as it is.
    next: Vec<u8>,
}

impl Directory {
    fn read(shape: &Shape, source: &mut Source<'_>) -> Result<Directory, Trouble> {
        let first = source.bytes(shape.first_at(), shape.wide() as u64)?;
        let at = shape.number(&first, 0, shape.wide());
        let damaged = Trouble::Damaged { at, part: "IFD" };
        let count = source.bytes(at, shape.count_wide() as u64).map_err(|_| damaged.clone())?;
        let count = shape.number(&count, 0, shape.count_wide());
        let size = shape.entry_bytes();
        let len = count.checked_mul(size as u64).filter(|len| *len < source.len());
        let len = len.ok_or(damaged.clone())?;
        let from = at + shape.count_wide() as u64;
        let body = source.bytes(from, len).map_err(|_| damaged.clone())?;
        let next = source.bytes(from + len, shape.wide() as u64).map_err(|_| damaged)?;
        Ok(Directory { at, entries: body.chunks_exact(size).map(<[u8]>::to_vec).collect(), next })
    }

    /// The entry of the packet: its place in the list, and where its value lies.
    fn packet(&self, shape: &Shape) -> Option<(usize, u64, u64)> {
        let tag = |entry: &Vec<u8>| shape.number(entry, 0, 2);
        let index = self.entries.iter().position(|entry| tag(entry) == XMP_TAG)?;
        let entry = self.entries.get(index)?;
        let len = shape.number(entry, 4, shape.wide());
        let is_inside = len <= shape.wide() as u64;
        let at = shape.number(entry, 4 + shape.wide(), shape.wide());
        (!is_inside).then_some((index, at, len))
    }
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let shape = Shape::of(source)?;
    let directory = Directory::read(&shape, source)?;
    if let Some((_, at, len)) = directory.packet(&shape) {
        found.packet(&source.bytes(at, len)?);
    }
    for comment in comments(source) {
        found.push_if_label(comment.place, &comment.text);
    }
    Ok(())
}

/// Comments of the two directories; a file of wide offsets is not looked into for them.
fn comments(source: &mut Source<'_>) -> Vec<exif::Comment> {
    exif::comments_of(&mut |at, count| source.bytes(at as u64, count as u64).ok())
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let shape = Shape::of(source)?;
    let mut directory = Directory::read(&shape, source)?;
    let mut edits = Edits::default();
    for comment in comments(source) {
        if comment.is_label(order.standard) {
            let range = comment.blanks();
            edits.overwrite(range.start as u64, vec![b' '; range.len()]);
        }
    }
    let end = source.len();
    let mut tail = vec![0; usize::from(end % 2 == 1)];
    let packet_at = end + tail.len() as u64;
    let wide = shape.wide();
    let old = directory.packet(&shape);
    let packet = match old {
        Some((_, at, len)) => order.packet(Some(&source.bytes(at, len)?))?,
        None => order.packet(None)?,
    };
    let fits = shape.is_big || packet_at + packet.len() as u64 + (1 << 20) < u64::from(u32::MAX);
    if !fits {
        return Err(Trouble::TooLarge { part: "TIFF" });
    }
    let mut entry = shape.bytes(XMP_TAG, 2);
    entry.extend(shape.bytes(UNDEFINED, 2));
    entry.extend(shape.bytes(packet.len() as u64, wide));
    entry.extend(shape.bytes(packet_at, wide));
    tail.extend(&packet);
    match old {
        Some((index, at, len)) => {
            let place = shape.count_wide() + index * shape.entry_bytes();
            edits.overwrite(directory.at + place as u64, entry);
            // The old packet is no part of the file any more: it leaves no second label behind.
            let len = usize::try_from(len).unwrap_or(0);
            edits.overwrite(at, vec![0; len]);
        }
        None => {
            directory.entries.retain(|entry| shape.number(entry, 0, 2) != XMP_TAG);
            let place =
                directory.entries.partition_point(|other| shape.number(other, 0, 2) < XMP_TAG);
            directory.entries.insert(place, entry);
            if tail.len() % 2 == 1 {
                tail.push(0);
            }
            let directory_at = end + tail.len() as u64;
            let count = directory.entries.len() as u64;
            tail.extend(shape.bytes(count, shape.count_wide()));
            tail.extend(directory.entries.concat());
            tail.extend(&directory.next);
            edits.overwrite(shape.first_at(), shape.bytes(directory_at, wide));
        }
    }
    edits.insert(end, tail);
    Ok(edits)
}
