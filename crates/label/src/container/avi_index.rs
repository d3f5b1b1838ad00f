//! Tables of OpenDML, as files of more than one gigabyte have them: they count from the start of
//! the file, so that they are moved with what they name.

use super::riff::{Chunk, chunk, chunks};
use crate::edits::{Edits, Shifts};
use crate::limits::PARTS_MAX;
use crate::source::{Source, number_le};
use crate::trouble::Trouble;

/// Kinds of table: of other tables, and of chunks.
const OF_TABLES: u8 = 0;
const OF_CHUNKS: u8 = 1;
/// Before the entries of a table: their width, its kind, their number, what they name, and a place
/// or a reserve.
const HEAD_BYTES: u64 = 24;
/// An entry of a table of tables: a place of eight bytes, a length, a duration.
const ENTRY_BYTES: u64 = 16;

/// The tables in the head of the file, one a stream.
pub(super) fn tables(head: &Chunk, source: &mut Source<'_>) -> Result<Vec<Chunk>, Trouble> {
    let mut found = Vec::new();
    for list in chunks(source, head.body_at() + 4, head.body_at() + head.len)? {
        let is_stream = list.name == *b"LIST"
            && list.len >= 4
            && source.array::<4>(list.body_at())? == *b"strl";
        if is_stream {
            let inside = chunks(source, list.body_at() + 4, list.body_at() + list.len)?;
            found.extend(inside.into_iter().filter(|chunk| chunk.name == *b"indx"));
        }
    }
    Ok(found)
}

/// Moves every place that the tables name, by what the edits put before it.
pub(super) fn move_places(
    tables: &[Chunk],
    source: &mut Source<'_>,
    edits: &mut Edits,
) -> Result<(), Trouble> {
    let shifts = edits.shifts();
    let mut moved = Vec::new();
    for table in tables {
        let damaged = Trouble::Damaged { at: table.at, part: "indx" };
        let head = source.bytes(table.body_at(), HEAD_BYTES)?;
        match head.get(3) {
            Some(&OF_CHUNKS) => moved.extend(base(table, source, &shifts)?),
            Some(&OF_TABLES) => {
                let count = number_le(&head, 4, 4).ok_or(damaged.clone())?;
                if head.get(..2) != Some(&[4, 0]) || HEAD_BYTES + count * ENTRY_BYTES > table.len {
                    return Err(damaged);
                }
                for entry in 0..count {
                    let at = table.body_at() + HEAD_BYTES + entry * ENTRY_BYTES;
                    let place = u64::from_le_bytes(source.array(at)?);
                    moved.push((at, shifts.moved(place)));
                    let below = chunk(source, place)?;
                    let kind = source.up_to(below.body_at(), 4)?;
                    if !below.name.starts_with(b"ix") || kind.get(3) != Some(&OF_CHUNKS) {
                        return Err(Trouble::Damaged { at: place, part: "ix" });
                    }
                    moved.extend(base(&below, source, &shifts)?);
                }
            }
            _ => return Err(Trouble::Unwritable { part: "indx" }),
        }
        if moved.len() > PARTS_MAX {
            return Err(Trouble::TooLarge { part: "indx" });
        }
    }
    // A table that two others name is moved once.
    moved.sort_unstable();
    moved.dedup();
    for (at, place) in moved {
        edits.overwrite(at, place.to_le_bytes().to_vec());
    }
    Ok(())
}

/// Where a table of chunks has the place from which it counts, and where that has to go: by as much
/// as the chunks that it names, which may all lie far behind it.
fn base(
    table: &Chunk,
    source: &mut Source<'_>,
    shifts: &Shifts,
) -> Result<Option<(u64, u64)>, Trouble> {
    let damaged = Trouble::Damaged { at: table.at, part: "ix" };
    let head = source.bytes(table.body_at(), HEAD_BYTES)?;
    let (count, old) =
        number_le(&head, 4, 4).zip(number_le(&head, 12, 8)).ok_or(damaged.clone())?;
    if count == 0 || table.len < HEAD_BYTES + 4 {
        return Ok(None);
    }
    let first = source.u32_le(table.body_at() + HEAD_BYTES)?;
    let first = old.checked_add(u64::from(first)).ok_or(damaged.clone())?;
    let new = i128::from(old) + i128::from(shifts.moved(first)) - i128::from(first);
    let new = u64::try_from(new).map_err(|_| damaged)?;
    Ok(Some((table.body_at() + 12, new)))
}
