//! From a file to its coefficients.

use kouan_terms::Diagnostic;

use super::huffman::Code;
use super::scan::{self, Scan};
use super::{Channel, Colours, Jpeg, Kept, ZIGZAG};
use crate::limits::POINTS_MAX;
use crate::trouble::{damaged, too_large, unwritable};

/// What is known while the file is read.
#[derive(Default)]
pub(super) struct Tables {
    /// By class (means, others) and number.
    pub(super) codes: [[Option<Code>; 4]; 2],
    quantisers: [Option<[u16; 64]>; 4],
    /// Units between restarts; 0 for none.
    pub(super) interval: usize,
    is_progressive: bool,
    /// What an Adobe segment says of the colours.
    adobe: Option<u8>,
    has_jfif: bool,
}

/// Reads a picture.
pub(crate) fn read(bytes: &[u8]) -> Result<Jpeg, Diagnostic> {
    if !bytes.starts_with(&[0xFF, 0xD8]) {
        return Err(damaged(0, "SOI"));
    }
    let mut tables = Tables::default();
    let mut found: Option<Jpeg> = None;
    let mut kept: Vec<Kept> = Vec::new();
    let mut has_scan = false;
    let mut at = 2;
    loop {
        let start = at;
        let marker = marker(bytes, &mut at)?;
        if marker == 0xD9 {
            break;
        }
        if matches!(marker, 0x01 | 0xD0..=0xD7) {
            continue;
        }
        let body = body(bytes, &mut at).ok_or_else(|| damaged(start, "segment"))?;
        let segment = bytes.get(body.clone()).unwrap_or_default();
        match marker {
            0xC0..=0xC2 => {
                if found.is_some() {
                    return Err(unwritable("SOF"));
                }
                tables.is_progressive = marker == 0xC2;
                found = Some(frame(marker, segment).ok_or_else(|| damaged(start, "SOF"))??);
            }
            0xC4 => codes(segment, &mut tables).ok_or_else(|| damaged(start, "DHT"))?,
            0xDB if has_scan => return Err(unwritable("DQT")),
            0xDB => {
                quantisers(segment, &mut tables).ok_or_else(|| damaged(start, "DQT"))?;
                kept.push(start..at);
            }
            0xDD => {
                let interval = segment.first_chunk().ok_or_else(|| damaged(start, "DRI"))?;
                tables.interval = usize::from(u16::from_be_bytes(*interval));
            }
            0xDA => {
                let jpeg = found.as_mut().ok_or_else(|| damaged(start, "SOS"))?;
                has_scan = true;
                let scan = Scan::new(segment, jpeg, tables.is_progressive);
                let scan = scan.ok_or_else(|| damaged(start, "SOS"))?;
                let end = scan::read(bytes, at, &scan, &tables, jpeg);
                at = end.ok_or_else(|| damaged(start, "scan"))?;
            }
            0xC3 | 0xC5..=0xCF => return Err(unwritable("SOF")),
            0xDC | 0xDE | 0xDF => return Err(unwritable("DNL")),
            _ => {
                known(marker, segment, &mut tables)?;
                kept.push(start..at);
            }
        }
    }
    let mut jpeg = found.filter(|_| has_scan).ok_or_else(|| damaged(at, "SOS"))?;
    for channel in &mut jpeg.channels {
        let table = tables.quantisers.get(usize::from(channel.table)).copied().flatten();
        channel.quantisers = table.ok_or_else(|| damaged(at, "DQT"))?;
    }
    jpeg.colours = colours(&jpeg, &tables);
    jpeg.kept = kept;
    jpeg.end = at;
    Ok(jpeg)
}

/// The next marker; the place behind it.
fn marker(bytes: &[u8], at: &mut usize) -> Result<u8, Diagnostic> {
    let start = *at;
    if bytes.get(*at) != Some(&0xFF) {
        return Err(damaged(start, "marker"));
    }
    while bytes.get(*at) == Some(&0xFF) {
        *at += 1;
    }
    let found = bytes.get(*at).copied().filter(|marker| *marker != 0);
    *at += 1;
    found.ok_or_else(|| damaged(start, "marker"))
}

/// The body of a segment; the place behind it.
fn body(bytes: &[u8], at: &mut usize) -> Option<std::ops::Range<usize>> {
    let len = usize::from(u16::from_be_bytes(*bytes.get(*at..)?.first_chunk()?));
    let end = at.checked_add(len)?;
    let body = at.checked_add(2)?..end;
    bytes.get(body.clone())?;
    *at = end;
    Some(body)
}

/// What other segments say that matters here.
fn known(marker: u8, segment: &[u8], tables: &mut Tables) -> Result<(), Diagnostic> {
    match marker {
        0xE0 if segment.starts_with(b"JFIF\0") => tables.has_jfif = true,
        0xEE if segment.starts_with(b"Adobe") => tables.adobe = segment.get(11).copied(),
        // Names the places of further pictures behind this one, which move.
        0xE2 if segment.starts_with(b"MPF\0") => return Err(unwritable("MPF")),
        _ => {}
    }
    Ok(())
}

fn colours(jpeg: &Jpeg, tables: &Tables) -> Colours {
    let ids: Vec<u8> = jpeg.channels.iter().map(|channel| channel.id).collect();
    match tables.adobe {
        _ if ids.len() == 1 => Colours::Grey,
        Some(0) => Colours::Plain,
        None if !tables.has_jfif && ids == *b"RGB" => Colours::Plain,
        _ => Colours::Light,
    }
}

/// The head of a frame; the outer none for one that is broken.
fn frame(marker: u8, segment: &[u8]) -> Option<Result<Jpeg, Diagnostic>> {
    let [precision, high, low, wide, narrow, count, list @ ..] = segment else { return None };
    if *precision != 8 {
        return Some(Err(unwritable("12-bit")));
    }
    if !matches!(count, 1 | 3) {
        return Some(Err(unwritable("CMYK")));
    }
    let height = u32::from(u16::from_be_bytes([*high, *low]));
    let width = u32::from(u16::from_be_bytes([*wide, *narrow]));
    if height == 0 || width == 0 {
        return Some(Err(unwritable("DNL")));
    }
    if u64::from(width) * u64::from(height) > POINTS_MAX {
        return Some(Err(too_large("SOF")));
    }
    let entries = list.as_chunks::<3>().0;
    if entries.len() != usize::from(*count) {
        return None;
    }
    let factors = entries.iter().map(|[_, both, _]| (both >> 4, both & 15));
    let (most_across, most_down) =
        factors.clone().fold((1, 1), |most, (across, down)| (most.0.max(across), most.1.max(down)));
    let is_odd = |(across, down): (u8, u8)| {
        !(1..=4).contains(&across)
            || !(1..=4).contains(&down)
            || most_across % across != 0
            || most_down % down != 0
    };
    if factors.clone().any(is_odd) {
        return Some(Err(unwritable("SOF")));
    }
    let most = (usize::from(most_across), usize::from(most_down));
    let channels = entries.iter().map(|entry| channel(*entry, most, (width, height), *count == 1));
    // Progressive becomes sequential; tables of two bytes need the extended kind.
    let sequential = if marker == 0xC0 { 0xC0 } else { 0xC1 };
    let mut head = vec![0xFF, sequential];
    head.extend(u16::try_from(segment.len() + 2).ok()?.to_be_bytes());
    head.extend(segment);
    Some(Ok(Jpeg {
        width,
        height,
        colours: Colours::Grey,
        channels: channels.collect(),
        frame: head,
        kept: Vec::new(),
        end: 0,
    }))
}

fn channel(
    [id, both, table]: [u8; 3],
    most: (usize, usize),
    (width, height): (u32, u32),
    is_alone: bool,
) -> Channel {
    let (mut across, mut down) = (usize::from(both >> 4), usize::from(both & 15));
    let mut most = most;
    if is_alone {
        // The units of a lone channel are its blocks, whatever the head says.
        (across, down, most) = (1, 1, (1, 1));
    }
    let (width, height) = (width as usize, height as usize);
    let columns = width.div_ceil(8 * most.0) * across;
    let rows = height.div_ceil(8 * most.1) * down;
    Channel {
        id,
        across,
        down,
        table,
        quantisers: [1; 64],
        columns,
        rows,
        seen_columns: (width * across).div_ceil(most.0).div_ceil(8),
        seen_rows: (height * down).div_ceil(most.1).div_ceil(8),
        blocks: vec![[0; 64]; columns * rows],
    }
}

fn codes(mut segment: &[u8], tables: &mut Tables) -> Option<()> {
    while let Some((head, rest)) = segment.split_first() {
        let (counts, rest) = rest.split_first_chunk::<16>()?;
        let count = counts.iter().map(|count| usize::from(*count)).sum();
        let (meanings, rest) = rest.split_at_checked(count)?;
        let class = tables.codes.get_mut(usize::from(head >> 4))?;
        *class.get_mut(usize::from(head & 15))? = Some(Code::new(counts, meanings)?);
        segment = rest;
    }
    Some(())
}

fn quantisers(mut segment: &[u8], tables: &mut Tables) -> Option<()> {
    while let Some((head, rest)) = segment.split_first() {
        let is_wide = head >> 4 != 0;
        let (list, rest) = rest.split_at_checked(if is_wide { 128 } else { 64 })?;
        let mut table = [1_u16; 64];
        for (index, place) in ZIGZAG.iter().enumerate() {
            let found = if is_wide {
                u16::from_be_bytes(*list.get(2 * index..)?.first_chunk()?)
            } else {
                u16::from(*list.get(index)?)
            };
            *table.get_mut(usize::from(*place))? = found.max(1);
        }
        *tables.quantisers.get_mut(usize::from(head & 15))? = Some(table);
        segment = rest;
    }
    Some(())
}
