//! The checksums that containers ask for.

const fn table_reflected() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0_u32;
    while index < 256 {
        let (mut value, mut bit) = (index, 0);
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xEDB8_8320 } else { value >> 1 };
            bit += 1;
        }
        #[expect(clippy::indexing_slicing, reason = "a constant; the index is below 256")]
        {
            table[index as usize] = value;
        }
        index += 1;
    }
    table
}

const fn table_forward() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0_u32;
    while index < 256 {
        let (mut value, mut bit) = (index << 24, 0);
        while bit < 8 {
            let is_high = value >> 31 == 1;
            value = if is_high { (value << 1) ^ 0x04C1_1DB7 } else { value << 1 };
            bit += 1;
        }
        #[expect(clippy::indexing_slicing, reason = "a constant; the index is below 256")]
        {
            table[index as usize] = value;
        }
        index += 1;
    }
    table
}

static REFLECTED: [u32; 256] = table_reflected();
static FORWARD: [u32; 256] = table_forward();

fn look_up(table: &[u32; 256], index: u32) -> u32 {
    usize::try_from(index & 0xff).ok().and_then(|index| table.get(index)).copied().unwrap_or(0)
}

/// The checksum of PNG, ZIP and Matroska.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| (sum >> 8) ^ look_up(&REFLECTED, sum ^ u32::from(*byte));
    !bytes.iter().fold(u32::MAX, step)
}

/// The checksum of Ogg pages.
pub(super) fn crc32_ogg(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| (sum << 8) ^ look_up(&FORWARD, (sum >> 24) ^ u32::from(*byte));
    bytes.iter().fold(0, step)
}

#[cfg(test)]
mod tests {
    #[test]
    fn published_check_values_come_out() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(super::crc32(b"IEND"), 0xAE42_6082);
        // CRC-32/MPEG-2 without its initial ones: the polynomial of Ogg.
        assert_eq!(super::crc32_ogg(b"123456789"), 0x89A1_897F);
    }
}
