//! From coefficients to a file: one sequential scan, with codes made for it.

use kouan_terms::Diagnostic;

use super::bits::Writer;
use super::entropy;
use super::huffman::{Tally, Words};
use super::{Block, Jpeg};
use crate::trouble::unwritable;

/// Blocks that a unit may have.
const UNIT_BLOCKS_MAX: usize = 10;

/// The file with the picture as it is now.
pub(crate) fn write(bytes: &[u8], jpeg: &Jpeg) -> Result<Vec<u8>, Diagnostic> {
    let in_unit: usize = jpeg.channels.iter().map(|channel| channel.across * channel.down).sum();
    if in_unit > UNIT_BLOCKS_MAX {
        return Err(unwritable("SOF"));
    }
    // Light has codes of its own, colours share theirs.
    let mut tallies: [(Tally, Tally); 2] = Default::default();
    let mut means = [0; 4];
    each(jpeg, |index, block| {
        let of = if index == 0 { tallies.first_mut() } else { tallies.last_mut() };
        if let (Some((of_means, rest)), Some(mean)) = (of, means.get_mut(index)) {
            *mean = entropy::tally(block, *mean, of_means, rest);
        }
    });
    let codes = tallies.each_ref().map(|(means, rest)| (Words::new(means), Words::new(rest)));
    let [light, colour] = &codes;
    let mut bits = Writer::default();
    let mut means = [0; 4];
    each(jpeg, |index, block| {
        let (of_means, rest) = if index == 0 { light } else { colour };
        if let Some(mean) = means.get_mut(index) {
            *mean = entropy::write(&mut bits, block, *mean, of_means, rest);
        }
    });
    let mut out = vec![0xFF, 0xD8];
    for kept in &jpeg.kept {
        out.extend(bytes.get(kept.clone()).unwrap_or_default());
    }
    out.extend(&jpeg.frame);
    let used = if jpeg.channels.len() == 1 { 1 } else { 2 };
    for (number, (means, rest)) in (0_u8..).zip(codes.iter().take(used)) {
        table(number, means, &mut out);
        table(0x10 | number, rest, &mut out);
    }
    out.extend(head(jpeg));
    out.extend(bits.finish());
    out.extend([0xFF, 0xD9]);
    out.extend(bytes.get(jpeg.end..).unwrap_or_default());
    Ok(out)
}

/// Every block in the order of the scan, with the number of its channel.
fn each(jpeg: &Jpeg, mut what: impl FnMut(usize, &Block)) {
    let Some(first) = jpeg.channels.first() else { return };
    let columns = first.columns / first.across.max(1);
    let rows = first.rows / first.down.max(1);
    for unit in 0..columns * rows {
        let (column, row) = (unit % columns, unit / columns);
        for (index, channel) in jpeg.channels.iter().enumerate() {
            for inside in 0..channel.across * channel.down {
                let column = column * channel.across + inside % channel.across;
                let row = row * channel.down + inside / channel.across;
                if let Some(block) = channel.blocks.get(row * channel.columns + column) {
                    what(index, block);
                }
            }
        }
    }
}

fn table(number: u8, words: &Words, out: &mut Vec<u8>) {
    let table = words.table();
    out.extend([0xFF, 0xC4]);
    out.extend(u16::try_from(table.len() + 3).unwrap_or(u16::MAX).to_be_bytes());
    out.push(number);
    out.extend(table);
}

/// The head of the scan.
fn head(jpeg: &Jpeg) -> Vec<u8> {
    let count = u8::try_from(jpeg.channels.len()).unwrap_or(u8::MAX);
    let mut head = vec![0xFF, 0xDA, 0, 6 + 2 * count, count];
    for (index, channel) in jpeg.channels.iter().enumerate() {
        head.extend([channel.id, if index == 0 { 0 } else { 0x11 }]);
    }
    head.extend([0, 63, 0]);
    head
}
