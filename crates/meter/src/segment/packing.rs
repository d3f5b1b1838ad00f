//! Records in a block.

use super::{Persons, Tie};
use crate::key::{Code, Node};

/// A narrow link as one number; `None` when one of its keys is hashed.
pub(super) fn pair_of(tie: &Tie) -> Option<u128> {
    match (tie.strongest, tie.other) {
        (Node::Narrow(strongest), Node::Narrow(other)) => {
            Some(u128::from(strongest) << 64 | u128::from(other))
        }
        _ => None,
    }
}

pub(super) fn narrow_tie(pair: u128) -> Tie {
    Tie { strongest: Node::Narrow((pair >> 64) as u64), other: Node::Narrow(pair as u64) }
}

/// Writes records: how wide profiles are, how wide differences are, the profiles, the differences.
///
/// Profiles that are all the same are written once.
pub(super) fn pack<C: Code>(records: &[(C, u32)], to: &mut Vec<u8>) {
    let steps = || {
        let pairs = records.iter().zip(records.iter().skip(1));
        pairs.map(|((before, _), (after, _))| after.wide().wrapping_sub(before.wide()))
    };
    let width = bytes_of(steps().max().unwrap_or_default());
    let first = records.first().map_or(0, |(_, profile)| *profile);
    let most = records.iter().map(|(_, profile)| *profile).max().unwrap_or_default();
    let same = records.iter().all(|(_, profile)| *profile == first);
    let profile_width = if same { 0 } else { bytes_of(most.into()) };
    to.push(profile_width as u8);
    to.push(width as u8);
    if same {
        to.extend_from_slice(&first.to_le_bytes());
    } else {
        for (_, profile) in records {
            to.extend(profile.to_le_bytes().iter().take(profile_width));
        }
    }
    for step in steps() {
        to.extend(step.to_le_bytes().iter().take(width));
    }
}

/// How many bytes hold a number; at least one.
fn bytes_of(number: u128) -> usize {
    (u128::BITS - number.leading_zeros()).div_ceil(8).max(1) as usize
}

/// Reads so many records; `None` when the bytes are anything else.
pub(super) fn unpack<C: Code>(bytes: &[u8], first: C, records: usize) -> Option<Persons<C>> {
    let ([profile_width, width], rest) = bytes.split_first_chunk::<2>()?;
    let (profile_width, width) = (usize::from(*profile_width), usize::from(*width));
    if records == 0 || profile_width > 4 || !(1..=C::BYTES).contains(&width) {
        return None;
    }
    let profile_bytes = if profile_width == 0 { 4 } else { profile_width * records };
    let (profiles, steps) = rest.split_at_checked(profile_bytes)?;
    if steps.len() != width * (records - 1) {
        return None;
    }
    let profiles = match profile_width {
        0 => vec![number(profiles) as u32; records],
        1 => profiles.iter().map(|byte| u32::from(*byte)).collect(),
        _ => profiles.chunks_exact(profile_width).map(|bytes| number(bytes) as u32).collect(),
    };
    let mut codes = Vec::with_capacity(records);
    codes.push(first);
    let ascending = match width {
        1 => add_up::<C, 1>(steps, &mut codes),
        2 => add_up::<C, 2>(steps, &mut codes),
        3 => add_up::<C, 3>(steps, &mut codes),
        4 => add_up::<C, 4>(steps, &mut codes),
        5 => add_up::<C, 5>(steps, &mut codes),
        6 => add_up::<C, 6>(steps, &mut codes),
        13 => add_up::<C, 13>(steps, &mut codes),
        14 => add_up::<C, 14>(steps, &mut codes),
        _ => add_up_any(steps.chunks_exact(width).map(number), &mut codes),
    };
    ascending.then_some(Persons { codes, profiles })
}

/// Whether the sums rise all the way; widths that are usual are known to the compiler.
fn add_up<C: Code, const WIDTH: usize>(steps: &[u8], codes: &mut Vec<C>) -> bool {
    let (steps, _) = steps.as_chunks::<WIDTH>();
    add_up_any(steps.iter().map(|step| number(step)), codes)
}

#[inline]
fn add_up_any<C: Code>(steps: impl Iterator<Item = u128>, codes: &mut Vec<C>) -> bool {
    let mut last = codes.last().map_or(0, |code| code.wide());
    let mut ascending = true;
    codes.extend(steps.map(|step| {
        let next = C::low(last.wrapping_add(step));
        ascending &= next.wide() > last;
        last = next.wide();
        next
    }));
    ascending
}

#[inline]
fn number(bytes: &[u8]) -> u128 {
    let mut all = [0; 16];
    for (to, from) in all.iter_mut().zip(bytes) {
        *to = *from;
    }
    u128::from_le_bytes(all)
}

const MIXED_BYTES: usize = 33;

/// Writes links of which a key is hashed: which is, and both.
pub(super) fn pack_mixed(ties: &[Tie], to: &mut Vec<u8>) {
    for tie in ties {
        let wide = |node| matches!(node, Node::Wide(_));
        to.push(u8::from(wide(tie.strongest)) << 1 | u8::from(wide(tie.other)));
        for node in [tie.strongest, tie.other] {
            let code = match node {
                Node::Narrow(code) => code.into(),
                Node::Wide(code) => code,
            };
            to.extend_from_slice(&code.to_le_bytes());
        }
    }
}

/// Reads them.
pub(super) fn unpack_mixed(bytes: &[u8], records: usize) -> Option<Vec<Tie>> {
    let (ties, rest) = bytes.as_chunks::<MIXED_BYTES>();
    if ties.len() != records || !rest.is_empty() {
        return None;
    }
    let ties: Option<Vec<Tie>> = ties
        .iter()
        .map(|[which, codes @ ..]| {
            let (strongest, other) = codes.split_at_checked(16)?;
            let node = |bytes: &[u8], wide: bool| {
                let code = number(bytes);
                if wide {
                    Some(Node::Wide(code))
                } else {
                    u64::try_from(code).ok().map(Node::Narrow)
                }
            };
            let tie = Tie {
                strongest: node(strongest, which & 0b10 != 0)?,
                other: node(other, which & 1 != 0)?,
            };
            (1..=3).contains(which).then_some(tie)
        })
        .collect();
    ties.filter(|ties| ties.is_sorted_by(|one, next| one < next))
}
