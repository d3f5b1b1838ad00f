//! Bits of a scan, read and written: a byte of ones is followed by a zero byte.

/// Reads bits up to the next marker.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    /// Bits that were asked for beyond the end.
    is_over: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Reader<'a> {
        Reader { bytes, at, held: 0, count: 0, is_over: false }
    }

    /// Whether more bits were asked for than there are.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The place of the marker that ends the bits; bits that are left are padding.
    pub(super) fn marker(&mut self) -> usize {
        let mut at = self.at;
        // What was read ahead ends at the marker already; else it stands further on.
        while let Some(rest) = self.bytes.get(at..) {
            match rest {
                [0xFF, 0xFF, ..] => at += 1,
                [0xFF, next, ..] if *next != 0 => return at,
                [] => return at,
                _ => at += 1,
            }
        }
        at
    }

    /// Begins anew at a place: behind a restart.
    pub(super) fn restart(&mut self, at: usize) {
        *self = Reader { bytes: self.bytes, at, held: 0, count: 0, is_over: self.is_over };
    }

    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match self.bytes.get(self.at..) {
                Some([0xFF, 0, ..]) => {
                    self.at += 2;
                    0xFF
                }
                Some([0xFF, ..]) | Some([]) | None => return,
                Some([byte, ..]) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    /// The next sixteen bits without taking them, zeros behind the end.
    pub(super) fn peek(&mut self) -> u16 {
        if self.count < 16 {
            self.fill();
        }
        let shown = if self.count >= 16 {
            self.held >> (self.count - 16)
        } else {
            self.held << (16 - self.count)
        };
        (shown & 0xFFFF) as u16
    }

    /// Takes bits that were looked at.
    pub(super) fn take(&mut self, count: u32) {
        if count > self.count {
            self.is_over = true;
            (self.held, self.count) = (0, 0);
        } else {
            self.count -= count;
            self.held &= (1 << self.count) - 1;
        }
    }

    /// A number of up to sixteen bits.
    pub(super) fn number(&mut self, count: u32) -> u16 {
        let count = count.min(16);
        let shown = u32::from(self.peek()) >> (16 - count);
        self.take(count);
        shown as u16
    }

    pub(super) fn bit(&mut self) -> bool {
        self.number(1) == 1
    }

    /// A signed number in so many bits: those that begin with zero are negative.
    pub(super) fn signed(&mut self, count: u32) -> i32 {
        let count = count.min(16);
        let value = i32::from(self.number(count));
        if count > 0 && value < 1 << (count - 1) { value - (1 << count) + 1 } else { value }
    }
}

/// Writes bits.
#[derive(Default)]
pub(super) struct Writer {
    held: u64,
    count: u32,
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    /// Appends up to 32 bits.
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        if count == 0 {
            return;
        }
        self.held = self.held << count | (u64::from(bits) & ((1 << count) - 1));
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count & 0xFF) as u8;
            self.bytes.push(byte);
            if byte == 0xFF {
                self.bytes.push(0);
            }
        }
        self.held &= (1 << self.count) - 1;
    }

    /// Fills the last byte with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0xFF, 8 - self.count);
        }
        self.bytes
    }
}
