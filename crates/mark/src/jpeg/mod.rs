//! JPEG without a second loss: the picture is taken apart to its quantised coefficients, only the
//! blocks that a mark touches are changed, and the coefficients are packed again as they are.
//!
//! Everybody else's way is to decode points and encode them anew, which changes all of them. The
//! tables of quantisation, the profile, EXIF and every other segment stay; a progressive file
//! becomes a sequential one.

mod bits;
mod blocks;
mod entropy;
mod huffman;
mod read;
mod scan;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use read::read;
pub(crate) use write::write;

/// The coefficients of a block of eight by eight, row by row, the mean first.
pub(crate) type Block = [i16; 64];

/// Where the n-th coefficient in the order of the file stands in a block.
pub(crate) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// What the channels of a picture are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    /// One channel of grey.
    Grey,
    /// Light, and two of colour.
    Light,
    /// Red, green and blue.
    Plain,
}

/// One channel.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    /// Its id in the file.
    pub(crate) id: u8,
    /// Blocks in a unit, across and down.
    pub(crate) across: usize,
    pub(crate) down: usize,
    /// Which table of quantisation is its own.
    pub(crate) table: u8,
    /// The table, row by row as a block.
    pub(crate) quantisers: [u16; 64],
    /// Blocks in a row, up to full units; and rows of blocks.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Blocks that lie in the picture, across and down.
    pub(crate) seen_columns: usize,
    pub(crate) seen_rows: usize,
    pub(crate) blocks: Vec<Block>,
}

/// A segment that is kept: where it stands in the file, its marker and its length included.
pub(crate) type Kept = std::ops::Range<usize>;

/// A picture taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Jpeg {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) colours: Colours,
    pub(crate) channels: Vec<Channel>,
    /// The head of the frame as it is to be written.
    pub(crate) frame: Vec<u8>,
    /// Segments before the picture, in order, those that are made anew left out. The frame goes
    /// behind so many of them.
    pub(crate) kept: Vec<Kept>,
    /// Where the picture ends; what follows is not the picture's.
    pub(crate) end: usize,
}

impl Jpeg {
    /// The EXIF data of the file.
    pub(crate) fn exif<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let segments = self.kept.iter().filter_map(|kept| bytes.get(kept.clone()));
        let mut bodies = segments.filter_map(|segment| segment.strip_prefix(&[0xFF, 0xE1]));
        bodies.find_map(|body| body.get(2..).filter(|data| data.starts_with(b"Exif\0\0")))
    }

    /// Blocks in a unit, across and down, of the channel that has most.
    pub(crate) fn most(&self) -> (usize, usize) {
        let across = self.channels.iter().map(|channel| channel.across).max().unwrap_or(1);
        let down = self.channels.iter().map(|channel| channel.down).max().unwrap_or(1);
        (across, down)
    }
}
