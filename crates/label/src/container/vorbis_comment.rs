//! Vorbis comments, which FLAC and Ogg share: a list of `NAME=value` in UTF-8.

use super::loose_text;
use crate::carrier::{Found, Place};
use crate::limits::PARTS_MAX;
use crate::source::{number_le, part};
use crate::trouble::Trouble;

/// A comment block taken apart.
struct Comments<'a> {
    vendor: &'a [u8],
    items: Vec<&'a [u8]>,
    /// What follows the list: a closing bit, or filling.
    rest: &'a [u8],
}

impl<'a> Comments<'a> {
    fn of(block: &'a [u8]) -> Option<Comments<'a>> {
        let mut at = 0;
        let mut next = || {
            let len = usize::try_from(number_le(block, at, 4)?).ok()?;
            let bytes = part(block, at + 4, len)?;
            at += 4 + len;
            Some((bytes, at))
        };
        let (vendor, after) = next()?;
        let count = usize::try_from(number_le(block, after, 4)?).ok()?;
        let (mut items, mut at) = (Vec::new(), after + 4);
        for _ in 0..count.min(PARTS_MAX) {
            let len = usize::try_from(number_le(block, at, 4)?).ok()?;
            items.push(part(block, at + 4, len)?);
            at += 4 + len;
        }
        Some(Comments { vendor, items, rest: block.get(at..)? })
    }
}

/// The value of a comment of this name; names know no case.
fn value<'a>(item: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let (name, rest) = item.split_at_checked(key.len())?;
    let rest = rest.strip_prefix(b"=")?;
    name.eq_ignore_ascii_case(key.as_bytes()).then_some(rest)
}

/// Gathers the labels of a block.
pub(super) fn read(block: &[u8], found: &mut Found<'_>) -> Option<()> {
    let comments = Comments::of(block)?;
    for item in comments.items {
        if let Some(value) = value(item, &found.standard.key) {
            found.push(Place::VorbisComment, &loose_text(value));
        }
    }
    Some(())
}

/// The block with one label in it, at the place of the first there was, or last.
pub(super) fn with_label(block: &[u8], key: &str, bare: &str) -> Result<Vec<u8>, Trouble> {
    let damaged = Trouble::Damaged { at: 0, part: "VORBIS_COMMENT" };
    let comments = Comments::of(block).ok_or(damaged)?;
    let ours = format!("{key}={bare}").into_bytes();
    let mut items: Vec<&[u8]> = Vec::new();
    let mut is_written = false;
    for item in comments.items {
        if value(item, key).is_none() {
            items.push(item);
        } else if !is_written {
            items.push(&ours);
            is_written = true;
        }
    }
    if !is_written {
        items.push(&ours);
    }
    let mut out = Vec::with_capacity(block.len() + ours.len());
    let mut put = |bytes: &[u8]| -> Result<(), Trouble> {
        out.extend(length(bytes.len())?);
        out.extend(bytes);
        Ok(())
    };
    put(comments.vendor)?;
    out.extend(length(items.len())?);
    for item in items {
        out.extend(length(item.len())?);
        out.extend(item);
    }
    out.extend(comments.rest);
    Ok(out)
}

/// A block of nothing but the label.
pub(super) fn fresh(key: &str, bare: &str) -> Result<Vec<u8>, Trouble> {
    with_label(&[0; 8], key, bare)
}

fn length(len: usize) -> Result<[u8; 4], Trouble> {
    let len = u32::try_from(len).map_err(|_| Trouble::TooLarge { part: "VORBIS_COMMENT" })?;
    Ok(len.to_le_bytes())
}
