//! Coefficients of one block: read in each of the ways of a scan, and written in one.

use super::bits::{Reader, Writer};
use super::huffman::{Code, Tally, Words};
use super::{Block, ZIGZAG};

/// What a scan brings of its blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Band {
    /// The first and the last coefficient, in the order of the file.
    pub(super) from: u8,
    pub(super) to: u8,
    /// How many bits were missing before, and are missing behind: no difference to 0 and 0 for a
    /// file that is not progressive.
    pub(super) high: u8,
    pub(super) low: u8,
    pub(super) is_progressive: bool,
}

fn slot(block: &mut Block, index: u8) -> Option<&mut i16> {
    let place = *ZIGZAG.get(usize::from(index))?;
    block.get_mut(usize::from(place))
}

fn value(block: &Block, index: u8) -> i16 {
    let place = ZIGZAG.get(usize::from(index)).copied().unwrap_or(0);
    block.get(usize::from(place)).copied().unwrap_or(0)
}

fn narrow(value: i32) -> i16 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

/// The mean of a block, as the difference to the one before.
pub(super) fn mean(
    bits: &mut Reader<'_>,
    code: &Code,
    before: &mut i32,
    low: u8,
    block: &mut Block,
) -> Option<()> {
    let size = code.next(bits)?;
    if size > 15 {
        return None;
    }
    *before = before.wrapping_add(bits.signed(u32::from(size)));
    *slot(block, 0)? = narrow(before.checked_shl(u32::from(low))?);
    Some(())
}

/// Every other coefficient of a block that is not progressive.
pub(super) fn rest(bits: &mut Reader<'_>, code: &Code, block: &mut Block) -> Option<()> {
    let mut index = 1_u8;
    while index < 64 {
        let meaning = code.next(bits)?;
        let (run, size) = (meaning >> 4, meaning & 15);
        if size == 0 {
            if run < 15 {
                break;
            }
            index += 16;
            continue;
        }
        index += run;
        *slot(block, index)? = narrow(bits.signed(u32::from(size)));
        index += 1;
    }
    Some(())
}

/// A band of coefficients at their first coming; `skip` counts blocks that have no more.
pub(super) fn first(
    bits: &mut Reader<'_>,
    code: &Code,
    band: Band,
    skip: &mut u32,
    block: &mut Block,
) -> Option<()> {
    if *skip > 0 {
        *skip -= 1;
        return Some(());
    }
    let mut index = band.from;
    while index <= band.to {
        let meaning = code.next(bits)?;
        let (run, size) = (meaning >> 4, meaning & 15);
        if size == 0 {
            if run < 15 {
                *skip = (1 << run) - 1 + u32::from(bits.number(u32::from(run)));
                break;
            }
            index += 16;
            continue;
        }
        index += run;
        let found = bits.signed(u32::from(size)).checked_shl(u32::from(band.low))?;
        *slot(block, index)? = narrow(found);
        index += 1;
    }
    Some(())
}

/// One more bit of a band of coefficients.
pub(super) fn refine(
    bits: &mut Reader<'_>,
    code: &Code,
    band: Band,
    skip: &mut u32,
    block: &mut Block,
) -> Option<()> {
    let step = 1_i16.checked_shl(u32::from(band.low))?;
    let mut index = band.from;
    if *skip == 0 {
        while index <= band.to {
            let meaning = code.next(bits)?;
            let (mut run, size) = (meaning >> 4, meaning & 15);
            let mut new = 0;
            match size {
                0 if run < 15 => {
                    *skip = (1 << run) + u32::from(bits.number(u32::from(run)));
                    break;
                }
                0 => {}
                1 => new = if bits.bit() { step } else { -step },
                _ => return None,
            }
            while index <= band.to {
                let held = slot(block, index)?;
                if *held != 0 {
                    sharpen(bits, held, step);
                } else if run == 0 {
                    *held = new;
                    index += 1;
                    break;
                } else {
                    run -= 1;
                }
                index += 1;
            }
        }
    }
    if *skip > 0 {
        while index <= band.to {
            let held = slot(block, index)?;
            if *held != 0 {
                sharpen(bits, held, step);
            }
            index += 1;
        }
        *skip -= 1;
    }
    (!bits.is_over()).then_some(())
}

fn sharpen(bits: &mut Reader<'_>, held: &mut i16, step: i16) {
    if bits.bit() && held.unsigned_abs() & step.unsigned_abs() == 0 {
        *held = held.saturating_add(if *held > 0 { step } else { -step });
    }
}

/// How many bits a number takes, and the bits.
fn sized(value: i32) -> (u8, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value.wrapping_sub(1) } else { value };
    (size as u8, bits as u32 & ((1_u32 << size) - 1))
}

/// What is done with the parts of a block: a meaning of the code, then bits as they are.
fn parts(block: &Block, before: i32, mut mean: impl FnMut(u8, u32, u8)) -> i32 {
    let now = i32::from(value(block, 0));
    let (size, bits) = sized(now - before);
    mean(size, bits, size);
    now
}

fn others(block: &Block, mut part: impl FnMut(u8, u32, u8)) {
    let mut run = 0_u8;
    for index in 1..64 {
        let value = i32::from(value(block, index));
        if value == 0 {
            run += 1;
            continue;
        }
        while run > 15 {
            part(0xF0, 0, 0);
            run -= 16;
        }
        let (size, bits) = sized(value);
        part(run << 4 | size, bits, size);
        run = 0;
    }
    if run > 0 {
        part(0, 0, 0);
    }
}

/// Counts what a block is made of; gives its mean.
pub(super) fn tally(block: &Block, before: i32, means: &mut Tally, rest: &mut Tally) -> i32 {
    let now = parts(block, before, |meaning, _, _| means.count(meaning));
    others(block, |meaning, _, _| rest.count(meaning));
    now
}

/// Writes a block; gives its mean.
pub(super) fn write(
    out: &mut Writer,
    block: &Block,
    before: i32,
    means: &Words,
    rest: &Words,
) -> i32 {
    let mut put = |words: &Words, meaning, bits, size: u8| {
        let (word, length) = words.of(meaning);
        out.put(u32::from(word), u32::from(length));
        out.put(bits, u32::from(size));
    };
    let now = parts(block, before, |meaning, bits, size| put(means, meaning, bits, size));
    others(block, |meaning, bits, size| put(rest, meaning, bits, size));
    now
}
