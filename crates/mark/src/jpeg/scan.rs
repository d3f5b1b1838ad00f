//! One scan: which channels and which of their coefficients it brings, block by block.

use super::bits::Reader;
use super::entropy::{self, Band};
use super::read::Tables;
use super::{Block, Jpeg};

/// The head of a scan.
pub(super) struct Scan {
    /// Its channels, each with the numbers of its codes: for means, for others.
    channels: Vec<(usize, usize, usize)>,
    band: Band,
}

impl Scan {
    pub(super) fn new(segment: &[u8], jpeg: &Jpeg, is_progressive: bool) -> Option<Scan> {
        let (count, rest) = segment.split_first()?;
        let (list, rest) = rest.split_at_checked(2 * usize::from(*count))?;
        let [from, to, both] = rest else { return None };
        let channels = list.as_chunks::<2>().0.iter().map(|[id, codes]| {
            let index = jpeg.channels.iter().position(|channel| channel.id == *id)?;
            Some((index, usize::from(codes >> 4), usize::from(codes & 15)))
        });
        let channels: Option<Vec<_>> = channels.collect();
        let channels = channels.filter(|channels| !channels.is_empty())?;
        let mut band =
            Band { from: *from, to: *to, high: both >> 4, low: both & 15, is_progressive };
        if !is_progressive {
            band = Band { from: 0, to: 63, high: 0, low: 0, is_progressive };
        }
        // Means come for several channels at once, anything else for one.
        let is_whole = band.from == 0 && (!is_progressive || band.to == 0);
        let is_possible = band.to < 64 && band.from <= band.to && band.low < 14;
        (is_possible && (is_whole || (band.from > 0 && channels.len() == 1)))
            .then_some(Scan { channels, band })
    }
}

/// What is carried from block to block.
#[derive(Default)]
struct Carried {
    means: [i32; 4],
    skip: u32,
}

/// Reads the bits of a scan from a place on; gives the place of the marker behind.
pub(super) fn read(
    bytes: &[u8],
    at: usize,
    scan: &Scan,
    tables: &Tables,
    jpeg: &mut Jpeg,
) -> Option<usize> {
    let mut bits = Reader::new(bytes, at);
    let mut carried = Carried::default();
    let alone = scan.channels.first().filter(|_| scan.channels.len() == 1);
    let (columns, rows) = match alone.and_then(|(index, _, _)| jpeg.channels.get(*index)) {
        Some(channel) => (channel.seen_columns, channel.seen_rows),
        None => {
            let channel = jpeg.channels.first()?;
            (channel.columns / channel.across.max(1), channel.rows / channel.down.max(1))
        }
    };
    for unit in 0..columns * rows {
        if tables.interval > 0 && unit > 0 && unit % tables.interval == 0 {
            let marker = bits.marker();
            if !matches!(bytes.get(marker + 1), Some(0xD0..=0xD7)) {
                return None;
            }
            bits.restart(marker + 2);
            carried = Carried::default();
        }
        let (column, row) = (unit % columns, unit / columns);
        for part in &scan.channels {
            let (across, down) = match jpeg.channels.get(part.0) {
                Some(channel) if alone.is_none() => (channel.across, channel.down),
                _ => (1, 1),
            };
            for inside in 0..across * down {
                let column = column * across + inside % across;
                let row = row * down + inside / across;
                let channel = jpeg.channels.get_mut(part.0)?;
                let block = channel.blocks.get_mut(row * channel.columns + column)?;
                one(&mut bits, scan.band, *part, tables, &mut carried, block)?;
            }
        }
    }
    Some(bits.marker())
}

fn one(
    bits: &mut Reader<'_>,
    band: Band,
    (channel, means, others): (usize, usize, usize),
    tables: &Tables,
    carried: &mut Carried,
    block: &mut Block,
) -> Option<()> {
    let [of_means, of_others] = &tables.codes;
    if band.is_progressive && band.from > 0 {
        let code = of_others.get(others)?.as_ref()?;
        return if band.high == 0 {
            entropy::first(bits, code, band, &mut carried.skip, block)
        } else {
            entropy::refine(bits, code, band, &mut carried.skip, block)
        };
    }
    if band.high > 0 {
        let mean = block.first_mut()?;
        if bits.bit() {
            *mean |= 1_i16.checked_shl(u32::from(band.low))?;
        }
        return (!bits.is_over()).then_some(());
    }
    let before = carried.means.get_mut(channel)?;
    entropy::mean(bits, of_means.get(means)?.as_ref()?, before, band.low, block)?;
    if !band.is_progressive {
        entropy::rest(bits, of_others.get(others)?.as_ref()?, block)?;
    }
    (!bits.is_over()).then_some(())
}
