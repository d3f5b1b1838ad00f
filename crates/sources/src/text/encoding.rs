//! The encoding of a text: found from its first bytes, and undone.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Decoder, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Where the bytes of a text become UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decode {
    /// They are UTF-8.
    Utf8,
    /// They are ASCII as far as was looked; taken for UTF-8 until a block is not.
    Ascii,
    /// Block by block, by whoever reads the block: delimiters, quotes and line ends stand for
    /// themselves in this encoding.
    Block(&'static Encoding),
    /// Before cutting.
    Stream(&'static Encoding),
}

impl Decode {
    /// How to decode a text of this encoding that is cut at these bytes.
    pub(super) fn of(encoding: &'static Encoding, ascii: bool, cut_at: &[u8]) -> Decode {
        if encoding == UTF_8 {
            return if ascii { Decode::Ascii } else { Decode::Utf8 };
        }
        // The second byte of a Chinese character may be from 0x30 on: digits, letters, `|`.
        let safe = encoding.is_ascii_compatible() && cut_at.iter().all(|byte| *byte < 0x30);
        if safe { Decode::Block(encoding) } else { Decode::Stream(encoding) }
    }
}

/// The encoding that the first bytes of a text show.
pub(super) struct Found {
    pub(super) encoding: &'static Encoding,
    /// Nothing but ASCII was seen.
    pub(super) ascii: bool,
}

/// Finds the encoding of a text from its first bytes; `whole` when there are no more.
pub(super) fn find(head: &[u8], whole: bool) -> Found {
    let found = |encoding| Found { encoding, ascii: false };
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return found(encoding);
    }
    if let Some(encoding) = utf16(head) {
        return found(encoding);
    }
    if head.is_ascii() {
        return Found { encoding: UTF_8, ascii: true };
    }
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character may be cut at the end of what was read.
        Err(why) => !whole && why.error_len().is_none(),
    };
    if valid {
        return found(if chinese_by_chance(head) { GB18030 } else { UTF_8 });
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    let guess = if guess == GBK { GB18030 } else { guess };
    found(by_lines(head, guess))
}

/// Whether text that is valid UTF-8 is rather Chinese in two bytes a character, as a few short
/// words may be (the bytes of 一 are those of a letter of Bashkir): nothing but characters of two
/// bytes, none beside a Latin letter, and not Russian or Ukrainian.
fn chinese_by_chance(head: &[u8]) -> bool {
    let beside_letter = head.windows(2).any(|pair| match pair {
        [one, two] => {
            one.is_ascii_alphabetic() && !two.is_ascii()
                || !one.is_ascii() && two.is_ascii_alphabetic()
        }
        _ => false,
    });
    let mut leads = head.iter().filter(|byte| **byte >= 0xC0);
    let cyrillic =
        leads.clone().count() > 3 && leads.clone().all(|byte| (0xD0..=0xD2).contains(byte));
    let hanzi = leads.all(|byte| (0xC2..=0xD7).contains(byte));
    hanzi
        && !beside_letter
        && !cyrillic
        && GB18030.decode_without_bom_handling_and_without_replacement(head).is_some()
}

/// Whether a text is UTF-16 by its first bytes.
pub(crate) fn is_utf16(head: &[u8]) -> bool {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    let found = marked.or_else(|| utf16(head));
    found == Some(UTF_16LE) || found == Some(UTF_16BE)
}

/// UTF-16 without a mark at its start: every other byte of ASCII characters is zero.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = head.as_chunks::<2>();
    let zeros = |of: fn(&[u8; 2]) -> u8| pairs.iter().filter(|pair| of(pair) == 0).count();
    // Half of a common character (一 is 4E00) may be zero too.
    let (high, low) = (zeros(|pair| pair[0]), zeros(|pair| pair[1]));
    // Line ends and delimiters alone make some hundredths of a Chinese table.
    let many = (pairs.len() / 50).max(1);
    // A text with a zero here and there is not UTF-16.
    let likely = |zeros: usize| {
        zeros >= many && (zeros * 3 >= pairs.len() || std::str::from_utf8(head).is_err())
    };
    if likely(low) && low >= high * 2 {
        Some(UTF_16LE)
    } else if likely(high) && high >= low * 2 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Of the lines that are not ASCII, those that are UTF-8 against those that only the other
/// encoding explains: a text that was put together from several keeps the one that most lines have.
fn by_lines(head: &[u8], other: &'static Encoding) -> &'static Encoding {
    let (mut utf8, mut rest, mut strange) = (0_u64, 0_u64, 0_u64);
    for line in head.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        let decodes =
            |by: &'static Encoding| by.decode_without_bom_handling_and_without_replacement(line);
        if std::str::from_utf8(line).is_ok() {
            utf8 += u64::from(!chinese_by_chance(line));
        } else if decodes(GB18030).is_some() {
            rest += 1;
        } else {
            strange += 1;
        }
    }
    if utf8 > 0 && utf8 >= rest {
        return UTF_8;
    }
    // Short Chinese texts are often guessed to be something rarer.
    if strange == 0 && other != BIG5 { GB18030 } else { other }
}

/// A stream that gives UTF-8, whatever it was.
pub(super) struct Decoding {
    stream: Box<dyn Read + Send>,
    decoder: Decoder,
    raw: Box<[u8]>,
    /// What was read and not decoded: from, to.
    left: (usize, usize),
    at_end: bool,
    finished: bool,
    /// Decoded bytes that did not fit: from, to.
    spare: ([u8; 16], usize, usize),
}

impl Decoding {
    /// A stream for a plan: what is decoded block by block goes through, less a mark at its start.
    pub(super) fn of(
        mut stream: Box<dyn Read + Send>,
        decode: Decode,
    ) -> io::Result<Box<dyn Read + Send>> {
        let Decode::Stream(encoding) = decode else {
            let mut mark = Vec::new();
            stream.by_ref().take(3).read_to_end(&mut mark)?;
            if mark == b"\xEF\xBB\xBF" {
                mark.clear();
            }
            return Ok(Box::new(io::Cursor::new(mark).chain(stream)));
        };
        Ok(Box::new(Decoding {
            stream,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 256 << 10].into_boxed_slice(),
            left: (0, 0),
            at_end: false,
            finished: false,
            spare: ([0; 16], 0, 0),
        }))
    }

    fn decode(&mut self, into: &mut [u8]) -> usize {
        let raw = self.raw.get(self.left.0..self.left.1).unwrap_or_default();
        let (result, read, written, _) = self.decoder.decode_to_utf8(raw, into, self.at_end);
        self.left.0 += read;
        self.finished = self.at_end && result == encoding_rs::CoderResult::InputEmpty;
        written
    }
}

impl Read for Decoding {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if into.is_empty() {
                return Ok(0);
            }
            let (bytes, from, to) = &mut self.spare;
            if let Some(spare) = bytes.get(*from..*to).filter(|spare| !spare.is_empty()) {
                let fits = spare.len().min(into.len());
                super::cut::copy(spare.get(..fits).unwrap_or_default(), into, 0);
                *from += fits;
                return Ok(fits);
            }
            if self.finished {
                return Ok(0);
            }
            if self.left.0 == self.left.1 && !self.at_end {
                let read = self.stream.read(&mut self.raw)?;
                self.left = (0, read);
                self.at_end = read == 0;
            }
            // The decoder needs room for a whole character.
            let written = if into.len() >= 16 {
                self.decode(into)
            } else {
                let mut spare = [0; 16];
                let written = self.decode(&mut spare);
                self.spare = (spare, 0, written);
                0
            };
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> &'static str {
        find(bytes, true).encoding.name()
    }

    #[test]
    fn the_encoding_is_found() {
        let text = "编号,姓名,住址\n1,甲一,某某市某某区一号\n2,乙二,某某市\n";
        assert_eq!(name(text.as_bytes()), "UTF-8");
        assert_eq!(name(&GB18030.encode(text).0), "gb18030");
        assert_eq!(name(&GB18030.encode("姓名\n甲一\n").0), "gb18030");
        assert_eq!(name(&GB18030.encode("a,\u{20000}\u{3400}\n").0), "gb18030");
        let wide = |of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect::<Vec<u8>>();
        assert_eq!(name(&wide(u16::to_le_bytes)), "UTF-16LE");
        assert_eq!(name(&wide(u16::to_be_bytes)), "UTF-16BE");
        assert_eq!(name("naïve café,é\n".as_bytes()), "UTF-8");
        assert_eq!(name("имя,город\nтест,тест\n".as_bytes()), "UTF-8");
        assert!(find(b"id,name\n1,a\n", true).ascii);
    }

    #[test]
    fn a_character_cut_at_the_end_of_what_was_read_is_no_fault() {
        let text = "姓名,甲一".as_bytes();
        let cut = &text[..text.len() - 1];
        assert_eq!(find(cut, false).encoding, UTF_8);
    }

    #[test]
    fn of_a_text_put_together_from_two_the_larger_part_counts() {
        let (utf8, gbk) = ("甲一,某某市\n".as_bytes(), GB18030.encode("乙二,某某区\n").0);
        assert_eq!(name(&[utf8, utf8, &gbk].concat()), "UTF-8");
        assert_eq!(name(&[utf8, &gbk, &gbk].concat()), "gb18030");
    }

    #[test]
    fn a_stream_is_decoded_into_any_room() {
        let text = "甲一,\u{1F600}x\n".repeat(50);
        let raw: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for room in [1, 2, 5, 17, 4000] {
            let stream: Box<dyn Read + Send> = Box::new(io::Cursor::new(raw.clone()));
            let mut stream = Decoding::of(stream, Decode::Stream(UTF_16LE)).unwrap();
            let (mut out, mut part) = (Vec::new(), vec![0; room]);
            loop {
                let read = stream.read(&mut part).unwrap();
                if read == 0 {
                    break;
                }
                out.extend_from_slice(&part[..read]);
            }
            assert_eq!(String::from_utf8(out).unwrap(), text, "{room}");
        }
    }
}
