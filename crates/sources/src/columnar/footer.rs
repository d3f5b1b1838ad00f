//! The end of a Parquet file, looked at before the reader of the format gets it.
//!
//! That reader builds the tree of the schema by recursion; a file whose schema is nested a hundred
//! thousand levels deep would overflow its stack, which no caller can catch.

use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use crate::limits::{PARQUET_FOOTER_BYTES, SCHEMA_DEPTH};

/// How deep unknown fields of the footer may be nested.
const SKIP_DEPTH: usize = 64;

/// The bytes of the footer, fit to be decoded.
pub(super) fn read<T: ChunkReader + Length>(chunks: &T) -> Result<bytes::Bytes, ParquetError> {
    let wrong = |why: &str| ParquetError::General(why.to_owned());
    let end = chunks.len().checked_sub(8).ok_or_else(|| wrong("too short"))?;
    let tail = chunks.get_bytes(end, 8)?;
    let Some((length, b"PAR1")) = tail.split_first_chunk::<4>() else {
        return Err(wrong("no mark at the end"));
    };
    let length = u64::from(u32::from_le_bytes(*length));
    if length > PARQUET_FOOTER_BYTES || length > end {
        return Err(wrong("the footer is longer than the file or the limit"));
    }
    let footer = chunks.get_bytes(end - length, usize::try_from(length)?)?;
    if schema_is_shallow(&footer) { Ok(footer) } else { Err(wrong("no schema, or one too deep")) }
}

/// Whether the footer is readable up to its schema, and the schema not nested too deep.
fn schema_is_shallow(footer: &[u8]) -> bool {
    let mut thrift = Thrift { rest: footer };
    let mut last = 0_i16;
    loop {
        match thrift.field(&mut last) {
            Some(Some((2, LIST))) => return thrift.schema().is_some(),
            Some(Some((_, kind))) => {
                if thrift.skip(kind, SKIP_DEPTH).is_none() {
                    return false;
                }
            }
            Some(None) | None => return false,
        }
    }
}

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// As much of Thrift's compact protocol as it takes to walk over a footer.
struct Thrift<'a> {
    rest: &'a [u8],
}

impl Thrift<'_> {
    /// The list of the schema's elements, in the order of a walk through the tree.
    fn schema(&mut self) -> Option<()> {
        let (count, kind) = self.list()?;
        if kind != STRUCT {
            return None;
        }
        // How many children are still to come, one entry a level.
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..count {
            let children = self.children()?;
            if let Some(left) = open.last_mut() {
                *left = left.saturating_sub(1);
            }
            if children > 0 {
                open.push(children);
            }
            if open.len() > SCHEMA_DEPTH {
                return None;
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        Some(())
    }

    /// One element of the schema: how many children it has.
    fn children(&mut self) -> Option<u64> {
        let (mut children, mut last) = (0, 0_i16);
        while let Some((id, kind)) = self.field(&mut last)? {
            if (id, kind) == (5, I32) {
                let coded = self.varint()?;
                let value = (coded >> 1).cast_signed() ^ -(coded & 1).cast_signed();
                children = u64::try_from(value).unwrap_or(0);
            } else {
                self.skip(kind, SKIP_DEPTH)?;
            }
        }
        Some(children)
    }

    /// The next field of a structure, `Some(None)` at its end.
    fn field(&mut self, last: &mut i16) -> Option<Option<(i16, u8)>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        let id = match head >> 4 {
            0 => {
                let coded = self.varint()?;
                i16::try_from((coded >> 1).cast_signed() ^ -(coded & 1).cast_signed()).ok()?
            }
            step => last.checked_add(i16::from(step))?,
        };
        *last = id;
        Some(Some((id, head & 0x0F)))
    }

    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        // An element takes a byte at least: a larger count is a lie.
        (count <= self.rest.len() as u64).then_some((count, head & 0x0F))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE => {}
            BYTE => self.bytes(1)?,
            I16 | I32 | I64 => drop(self.varint()?),
            DOUBLE => self.bytes(8)?,
            BINARY => {
                let length = self.varint()?;
                self.bytes(length)?;
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.element(kind, depth)?;
                }
            }
            MAP => {
                let count = self.varint()?;
                if count > 0 {
                    let kinds = self.byte()?;
                    for _ in 0..count.min(self.rest.len() as u64 + 1) {
                        self.element(kinds >> 4, depth)?;
                        self.element(kinds & 0x0F, depth)?;
                    }
                }
            }
            STRUCT => {
                let mut last = 0_i16;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip(kind, depth)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Yes and no take a byte in a list, and none in a structure.
    fn element(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            TRUE | FALSE => self.bytes(1),
            kind => self.skip(kind, depth),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn bytes(&mut self, count: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A footer that holds a version and a schema in which every element has one child.
    fn nested(depth: usize) -> Vec<u8> {
        let mut footer = vec![0x15, 0x02, 0x19, 0xFC];
        let mut count = depth as u64;
        loop {
            let byte = (count & 0x7F) as u8;
            count >>= 7;
            footer.push(if count > 0 { byte | 0x80 } else { byte });
            if count == 0 {
                break;
            }
        }
        for _ in 0..depth {
            footer.extend([0x48, 0x01, b'a', 0x15, 0x02, 0x00]);
        }
        footer
    }

    #[test]
    fn a_schema_may_be_as_deep_as_the_limit() {
        assert!(schema_is_shallow(&nested(SCHEMA_DEPTH)));
        assert!(!schema_is_shallow(&nested(SCHEMA_DEPTH + 1)));
        assert!(!schema_is_shallow(&nested(1_000_000)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked_over(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            schema_is_shallow(&bytes);
        }
    }
}
