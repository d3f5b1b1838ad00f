//! Payloads told by their first bytes: biometric templates, genetic data, images, recordings.

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A record of ISO/IEC 19794 or 39794: finger minutiae, finger, face or iris image, voice.
    Biometric,
    /// FASTA, FASTQ, SAM, BAM, CRAM, VCF, BCF, PLINK or the raw data of a consumer test.
    Genetic,
    /// An image, or a document of images.
    Image,
    /// A sound or a film.
    Recording,
}

/// Bytes that are looked at: enough for every header known here.
const HEAD: usize = 96;

/// Looks at raw bytes.
#[must_use]
pub fn raw(bytes: &[u8]) -> Option<Payload> {
    const BIOMETRIC: [&[u8]; 8] =
        [b"FMR\0", b"FIR\0", b"FAC\0", b"IIR\0", b"FMC\0", b"VIR\0", b"SDI\0", b"GDI\0"];
    const IMAGES: [&[u8]; 9] = [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF87a",
        b"GIF89a",
        b"BM\0\0",
        b"II*\0",
        b"MM\0*",
        b"\0\0\0\x0cjP  ",
        b"%PDF-",
    ];
    const RECORDINGS: [&[u8]; 6] =
        [b"OggS", b"ID3\x03", b"ID3\x04", b"fLaC", b"#!AMR", b"\x1aE\xdf\xa3"];
    const GENETIC: [&[u8]; 5] =
        [b"BAM\x01", b"CRAM", b"BCF\x02", b"\x6c\x1b\x01", b"##fileformat=VCF"];
    let any = |heads: &[&[u8]]| heads.iter().any(|head| bytes.starts_with(head));
    if any(&BIOMETRIC) {
        return Some(Payload::Biometric);
    }
    if any(&GENETIC) {
        return Some(Payload::Genetic);
    }
    if any(&IMAGES) || boxed(bytes, b"RIFF", b"WEBP") || brand(bytes, &[b"heic", b"avif", b"mif1"])
    {
        return Some(Payload::Image);
    }
    let sound = boxed(bytes, b"RIFF", b"WAVE") || boxed(bytes, b"RIFF", b"AVI ");
    if any(&RECORDINGS) || sound || bytes.get(4..8) == Some(b"ftyp") {
        return Some(Payload::Recording);
    }
    None
}

fn boxed(bytes: &[u8], outer: &[u8], inner: &[u8]) -> bool {
    bytes.starts_with(outer) && bytes.get(8..12) == Some(inner)
}

fn brand(bytes: &[u8], brands: &[&[u8; 4]]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
        && brands.iter().any(|brand| bytes.get(8..12) == Some(brand.as_slice()))
}

/// Looks at text: headers of genetic formats, or a payload in base64 or hexadecimal, with or
/// without the head of a data address.
#[must_use]
pub fn text(cell: &[u8]) -> Option<Payload> {
    if genetic(cell) {
        return Some(Payload::Genetic);
    }
    let cell = match cell.strip_prefix(b"data:") {
        Some(rest) => {
            let comma = rest.iter().take(80).position(|byte| *byte == b',')?;
            rest.get(comma + 1..)?
        }
        None => cell,
    };
    let mut head = [0_u8; HEAD];
    hexadecimal(cell, &mut head)
        .and_then(|length| raw(head.get(..length)?))
        .or_else(|| base64(cell, &mut head).and_then(|length| raw(head.get(..length)?)))
}

fn genetic(cell: &[u8]) -> bool {
    const HEADS: [&[u8]; 4] =
        [b"##fileformat=VCF", b"@HD\tVN:", b"@SQ\tSN:", b"# rsid\tchromosome"];
    if HEADS.iter().any(|head| cell.starts_with(head)) {
        return true;
    }
    // FASTA and FASTQ: a line with a name, then a line of bases.
    if !matches!(cell.first(), Some(b'>' | b'@')) {
        return false;
    }
    let Some(end) = cell.iter().take(256).position(|byte| *byte == b'\n') else { return false };
    let line = cell.get(end + 1..).unwrap_or_default();
    let bases = line.iter().take_while(|byte| b"ACGTUNacgtun".contains(byte)).count();
    bases >= 8
}

/// Decodes the start of base64; `None` when it is none or shorter than a header can be.
fn base64(cell: &[u8], head: &mut [u8; HEAD]) -> Option<usize> {
    if cell.len() < 24 {
        return None;
    }
    let (mut bits, mut held, mut length) = (0_u32, 0_u32, 0);
    for &byte in cell.iter().take(HEAD) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\r' | b'\n' | b'=' => continue,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            *head.get_mut(length)? = (bits >> held) as u8;
            length += 1;
        }
    }
    Some(length)
}

/// Decodes the start of hexadecimal, with or without `0x` or `\x`.
fn hexadecimal(cell: &[u8], head: &mut [u8; HEAD]) -> Option<usize> {
    let cell = cell.strip_prefix(b"0x").or(cell.strip_prefix(b"\\x")).unwrap_or(cell);
    if cell.len() < 24 {
        return None;
    }
    let mut length = 0;
    for (place, pair) in head.iter_mut().zip(cell.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        *place = (digit(high)? << 4 | digit(low)?) as u8;
        length += 1;
    }
    Some(length)
}

/// What a short word of genetic data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genetic {
    /// `rs` and digits.
    Variant,
    /// At least eight bases.
    Nucleotides,
    /// One or two bases, `D`, `I` or `-`: what a consumer test reports for a variant.
    Genotype,
}

/// Looks at a word in upper case.
#[must_use]
pub fn genetic_word(word: &[u8]) -> Option<Genetic> {
    if let [b'R', b'S', digits @ ..] = word {
        let variant = (3..=12).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
        return variant.then_some(Genetic::Variant);
    }
    let base = |byte: &u8| matches!(byte, b'A' | b'C' | b'G' | b'T');
    match word.len() {
        2 => {
            let call = |byte: &u8| base(byte) || matches!(byte, b'D' | b'I' | b'-');
            (word.iter().all(call)).then_some(Genetic::Genotype)
        }
        8.. => word.iter().all(|byte| base(byte) || *byte == b'N').then_some(Genetic::Nucleotides),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_by_their_first_bytes() {
        for head in [&b"FMR\0 20\0"[..], b"FIR\x00010\0", b"FAC\x00010\0", b"IIR\x00010\0"] {
            assert_eq!(raw(head), Some(Payload::Biometric));
        }
        assert_eq!(raw(b"\xff\xd8\xff\xe0"), Some(Payload::Image));
        assert_eq!(raw(b"\x89PNG\r\n\x1a\n"), Some(Payload::Image));
        assert_eq!(raw(b"RIFF\0\0\0\0WAVEfmt "), Some(Payload::Recording));
        assert_eq!(raw(b"RIFF\0\0\0\0WEBPVP8 "), Some(Payload::Image));
        assert_eq!(raw(b"BAM\x01"), Some(Payload::Genetic));
        assert_eq!(raw(b"\x6c\x1b\x01\xdc"), Some(Payload::Genetic), "PLINK");
        assert_eq!(raw(b"plain text"), None);
    }

    #[test]
    fn payloads_in_text() {
        // `FMR\0 20\0` and zeros in base64 and hexadecimal.
        assert_eq!(text(b"Rk1SACAyMAAAAAAAAAAAAAAAAAAA"), Some(Payload::Biometric));
        assert_eq!(text(b"0x464d5200203230000000000000000000"), Some(Payload::Biometric));
        assert_eq!(text(b"/9j/4AAQSkZJRgABAQAAAQABAAD"), Some(Payload::Image));
        assert_eq!(
            text(b"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"),
            Some(Payload::Image)
        );
        assert_eq!(text(b"##fileformat=VCFv4.2"), Some(Payload::Genetic));
        assert_eq!(text(b">seq1\nACGTACGTACGT"), Some(Payload::Genetic));
        assert_eq!(text(b"@read1\nACGTACGTACGT\n+\nIIIIIIIIIIII"), Some(Payload::Genetic));
        assert_eq!(text(b"# rsid\tchromosome\tposition\tgenotype"), Some(Payload::Genetic));
        assert_eq!(text(b"an ordinary sentence of some length"), None);
    }

    #[test]
    fn words_of_genetic_data() {
        assert_eq!(genetic_word(b"RS429358"), Some(Genetic::Variant));
        assert_eq!(genetic_word(b"ACGTNACG"), Some(Genetic::Nucleotides));
        assert_eq!(genetic_word(b"AG"), Some(Genetic::Genotype));
        for word in ["RS", "ACGT", "AB", "RSVP", ""] {
            assert_eq!(genetic_word(word.as_bytes()), None, "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_never_panic(cell: Vec<u8>) {
            let _ = (raw(&cell), text(&cell), genetic_word(&cell));
        }
    }
}
