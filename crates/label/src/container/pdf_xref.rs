//! Where the objects of a PDF are: lists and streams of places, the newest first.

use std::io::Read as _;

use super::pdf::value_at;
use super::pdf_objects::{Dictionary, Reference, integer, skip};
use crate::limits::UNPACKED_BYTES_MAX;
use crate::source::{Source, number_be, position};
use crate::trouble::Trouble;

/// Versions of a file that are followed back.
const SECTIONS_MAX: usize = 512;
/// How far from its end the place of the last list is looked for.
const TAIL_BYTES: u64 = 2048;
/// How much is read for a trailer or the head of a stream.
const HEAD_BYTES: u64 = 1 << 16;
/// Runs of numbers in one list.
const RUNS_MAX: usize = 100_000;
const LINE_BYTES: u64 = 20;

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At this byte.
    InFile(u64),
    /// In a stream of objects.
    InStream {
        /// The number of the stream.
        stream: u64,
        /// Which of its objects.
        index: u64,
    },
}

/// A run of consecutive numbers in a list.
#[derive(Debug)]
struct Run {
    first: u64,
    count: u64,
    /// Where its lines begin, or how many entries of the stream come before it.
    at: u64,
}

/// One list of places.
#[derive(Debug)]
enum Section {
    Table { runs: Vec<Run> },
    Stream { runs: Vec<Run>, widths: [usize; 3], data: Vec<u8> },
}

/// All lists of a file.
#[derive(Debug)]
pub(super) struct Xref {
    /// Where the newest list is.
    pub(super) start: u64,
    /// Whether the newest list is a stream.
    pub(super) is_stream: bool,
    /// One more than the highest number.
    pub(super) size: u64,
    sections: Vec<Section>,
    /// The newest trailer.
    trailer: Vec<u8>,
    dictionary: Dictionary,
}

fn damaged(at: u64) -> Trouble {
    Trouble::Damaged { at, part: "xref" }
}

impl Xref {
    pub(super) fn read(source: &mut Source<'_>) -> Result<Xref, Trouble> {
        let from = source.len().saturating_sub(TAIL_BYTES);
        let tail = source.up_to(from, TAIL_BYTES)?;
        let word = b"startxref";
        let last = tail.windows(word.len()).rposition(|window| window == word);
        let last = last.ok_or(damaged(from))?;
        let (start, _) = integer(&tail, last + word.len()).ok_or(damaged(from))?;
        let mut open = vec![start];
        let mut seen = Vec::new();
        let mut sections = Vec::new();
        let mut newest: Option<(Vec<u8>, Dictionary, bool)> = None;
        while let Some(at) = open.pop() {
            if seen.contains(&at) || sections.len() > SECTIONS_MAX {
                continue;
            }
            seen.push(at);
            let (section, trailer) = section(source, at)?;
            let dictionary = Dictionary::read(&trailer, 0).ok_or(damaged(at))?;
            // The older version first onto the pile, so that a stream beside a list comes before
            // it.
            for name in [b"Prev".as_slice(), b"XRefStm"] {
                if let Some(range) = dictionary.get(name) {
                    let place = integer(&trailer, range.start);
                    open.push(place.ok_or(damaged(at))?.0);
                }
            }
            let is_stream = matches!(section, Section::Stream { .. });
            sections.push(section);
            newest.get_or_insert((trailer, dictionary, is_stream));
        }
        let (trailer, dictionary, is_stream) = newest.ok_or(damaged(start))?;
        let size = dictionary.get(b"Size").and_then(|range| integer(&trailer, range.start));
        let size = size.map(|(size, _)| size).filter(|size| *size < 1 << 32);
        let size = size.ok_or(damaged(start))?;
        Ok(Xref { start, is_stream, size, sections, trailer, dictionary })
    }

    /// A value of the newest trailer, as it is written.
    pub(super) fn raw(&self, name: &[u8]) -> Option<&[u8]> {
        self.trailer.get(self.dictionary.get(name)?)
    }

    /// A reference of the newest trailer.
    pub(super) fn reference(&self, name: &[u8]) -> Option<Reference> {
        Reference::read(self.raw(name)?, 0).map(|(reference, _)| reference)
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.dictionary.get(b"Encrypt").is_some()
    }

    /// Where an object is; none where it is free or not there.
    pub(super) fn find(
        &self,
        number: u64,
        source: &mut Source<'_>,
    ) -> Result<Option<Place>, Trouble> {
        for section in &self.sections {
            let found = match section {
                Section::Table { runs } => in_table(runs, number, source)?,
                Section::Stream { runs, widths, data } => in_list(runs, *widths, data, number),
            };
            if let Some(place) = found {
                return Ok(place);
            }
        }
        Ok(None)
    }

    /// An object of a stream of objects.
    pub(super) fn in_stream(
        &self,
        stream: u64,
        index: u64,
        source: &mut Source<'_>,
    ) -> Result<Vec<u8>, Trouble> {
        // A stream of objects lies in the file itself, which keeps this from going round.
        let Some(Place::InFile(at)) = self.find(stream, source)? else { return Err(damaged(0)) };
        let (head, data) = stream_at(source, at, Some(self))?;
        let dictionary = Dictionary::read(&head, 0).ok_or(damaged(at))?;
        let number = |name: &[u8]| {
            let range = dictionary.get(name)?;
            integer(&head, range.start).map(|(number, _)| number)
        };
        let first = number(b"First").and_then(|first| usize::try_from(first).ok());
        let first = first.ok_or(damaged(at))?;
        let mut at_pair = 0;
        for turn in 0..=index.min(UNPACKED_BYTES_MAX) {
            let (_, after) = integer(&data, at_pair).ok_or(damaged(at))?;
            let (offset, after) = integer(&data, after).ok_or(damaged(at))?;
            at_pair = after;
            if turn == index {
                let from = usize::try_from(offset).ok().and_then(|from| first.checked_add(from));
                let value = from.and_then(|from| value_at(&data, from));
                return value.map(<[u8]>::to_vec).ok_or(damaged(at));
            }
        }
        Err(damaged(at))
    }
}

/// A list at a place, and its trailer.
fn section(source: &mut Source<'_>, at: u64) -> Result<(Section, Vec<u8>), Trouble> {
    let head = source.up_to(at, 32)?;
    let start = skip(&head, 0);
    if head.get(start..).is_some_and(|rest| rest.starts_with(b"xref")) {
        return table(source, at + start as u64 + 4);
    }
    let (dictionary_bytes, data) = stream_at(source, at, None)?;
    let dictionary = Dictionary::read(&dictionary_bytes, 0).ok_or(damaged(at))?;
    let numbers = |name: &[u8]| -> Option<Vec<u64>> {
        let range = dictionary.get(name)?;
        let mut place = range.start + 1;
        let mut all = Vec::new();
        while let Some((number, after)) = integer(&dictionary_bytes, place) {
            if after > range.end || all.len() > RUNS_MAX {
                break;
            }
            all.push(number);
            place = after;
        }
        Some(all)
    };
    let widths = numbers(b"W").ok_or(damaged(at))?;
    let wide = |index: usize| widths.get(index).and_then(|wide| usize::try_from(*wide).ok());
    let widths = [wide(0), wide(1), wide(2)].map(|wide| wide.filter(|wide| *wide <= 8));
    let [Some(a), Some(b), Some(c)] = widths else { return Err(damaged(at)) };
    let size = dictionary.get(b"Size").and_then(|range| integer(&dictionary_bytes, range.start));
    let size = size.ok_or(damaged(at))?.0;
    let index = numbers(b"Index").unwrap_or_else(|| vec![0, size]);
    let mut runs = Vec::new();
    let mut before = 0_u64;
    for pair in index.chunks_exact(2) {
        if let [first, count] = pair {
            runs.push(Run { first: *first, count: *count, at: before });
            before = before.saturating_add(*count);
        }
    }
    Ok((Section::Stream { runs, widths: [a, b, c], data }, dictionary_bytes))
}

/// A list in lines of twenty bytes, and the trailer behind it.
fn table(source: &mut Source<'_>, from: u64) -> Result<(Section, Vec<u8>), Trouble> {
    let mut runs = Vec::new();
    let mut at = from;
    while runs.len() < RUNS_MAX {
        let head = source.up_to(at, 64)?;
        let start = skip(&head, 0);
        if head.get(start..).is_some_and(|rest| rest.starts_with(b"trailer")) {
            let trailer = source.up_to(at + start as u64 + 7, HEAD_BYTES)?;
            return Ok((Section::Table { runs }, trailer));
        }
        let (first, after) = integer(&head, start).ok_or(damaged(at))?;
        let (count, after) = integer(&head, after).ok_or(damaged(at))?;
        let lines = at + skip(&head, after) as u64;
        let end = count.checked_mul(LINE_BYTES).and_then(|len| lines.checked_add(len));
        at = end.filter(|end| *end <= source.len()).ok_or(damaged(at))?;
        runs.push(Run { first, count, at: lines });
    }
    Err(Trouble::TooLarge { part: "xref" })
}

fn run_of(runs: &[Run], number: u64) -> Option<(&Run, u64)> {
    let inside = |run: &&Run| number >= run.first && number - run.first < run.count;
    runs.iter().find(inside).map(|run| (run, number - run.first))
}

/// None where the list does not speak of the number; none inside where it says: free.
fn in_table(
    runs: &[Run],
    number: u64,
    source: &mut Source<'_>,
) -> Result<Option<Option<Place>>, Trouble> {
    let Some((run, index)) = run_of(runs, number) else { return Ok(None) };
    let line = source.bytes(run.at + index * LINE_BYTES, LINE_BYTES)?;
    let (place, _) = integer(&line, 0).ok_or(damaged(run.at))?;
    Ok(match line.get(17) {
        Some(b'n') => Some(Some(Place::InFile(place))),
        Some(b'f') => Some(None),
        _ => return Err(damaged(run.at)),
    })
}

fn in_list(runs: &[Run], widths: [usize; 3], data: &[u8], number: u64) -> Option<Option<Place>> {
    let (run, index) = run_of(runs, number)?;
    let [a, b, c] = widths;
    let row = usize::try_from(run.at.checked_add(index)?).ok()?.checked_mul(a + b + c)?;
    let field = |at: usize, wide: usize| {
        if wide == 0 { Some(0) } else { number_be(data, row.checked_add(at)?, wide) }
    };
    // Without a kind, an entry is in the file.
    let kind = if a == 0 { 1 } else { field(0, a)? };
    let (second, third) = (field(a, b)?, field(a + b, c)?);
    Some(match kind {
        1 => Some(Place::InFile(second)),
        2 => Some(Place::InStream { stream: second, index: third }),
        _ => None,
    })
}

/// The dictionary and the unpacked data of a stream.
fn stream_at(
    source: &mut Source<'_>,
    at: u64,
    xref: Option<&Xref>,
) -> Result<(Vec<u8>, Vec<u8>), Trouble> {
    let head = source.up_to(at, HEAD_BYTES)?;
    let start = position(head.get(..64).unwrap_or(&head), b"obj").ok_or(damaged(at))? + 3;
    let dictionary = Dictionary::read(&head, start).ok_or(damaged(at))?;
    let after = skip(&head, dictionary.end);
    let rest = head.get(after..).and_then(|rest| rest.strip_prefix(b"stream".as_slice()));
    let rest = rest.ok_or(damaged(at))?;
    let line = if rest.starts_with(b"\r\n") { 2 } else { 1 };
    let range = dictionary.get(b"Length").ok_or(damaged(at))?;
    let len = match (Reference::read(&head, range.start), xref) {
        (Some((reference, _)), Some(xref)) => {
            let Some(Place::InFile(place)) = xref.find(reference.number, source)? else {
                return Err(damaged(at));
            };
            let bytes = source.up_to(place, 64)?;
            let from = position(&bytes, b"obj").ok_or(damaged(place))? + 3;
            integer(&bytes, from).ok_or(damaged(place))?.0
        }
        (Some(_), None) => return Err(damaged(at)),
        (None, _) => integer(&head, range.start).ok_or(damaged(at))?.0,
    };
    let packed = source.bytes(at + after as u64 + 6 + line, len)?;
    let data =
        unpacked(&head, &dictionary, &packed).ok_or(Trouble::Unwritable { part: "Filter" })?;
    let whole = head.get(start..dictionary.end).unwrap_or_default().to_vec();
    Ok((whole, data))
}

/// Plain data, or deflated data with or without the prediction of PNG.
fn unpacked(head: &[u8], dictionary: &Dictionary, packed: &[u8]) -> Option<Vec<u8>> {
    let Some(range) = dictionary.get(b"Filter") else { return Some(packed.to_vec()) };
    let name = head.get(range)?.trim_ascii();
    let name = name.strip_prefix(b"[").map_or(name, |inside| inside.trim_ascii());
    let name = name.strip_suffix(b"]").map_or(name, |inside| inside.trim_ascii());
    if name != b"/FlateDecode" && name != b"/Fl" {
        return None;
    }
    let mut data = Vec::new();
    let reader = flate2::read::ZlibDecoder::new(packed);
    // Some writers leave out the checksum at the end: what came before it counts.
    let _ = reader.take(UNPACKED_BYTES_MAX).read_to_end(&mut data);
    let Some(range) = dictionary.get(b"DecodeParms") else { return Some(data) };
    let at = skip(head, range.start);
    let at = if head.get(at) == Some(&b'[') { at + 1 } else { at };
    let Some(parameters) = Dictionary::read(head, at) else { return Some(data) };
    let number = |name: &[u8]| {
        let range = parameters.get(name)?;
        usize::try_from(integer(head, range.start)?.0).ok()
    };
    match number(b"Predictor").unwrap_or(1) {
        1 => Some(data),
        10..=15 => predicted(&data, number(b"Columns").unwrap_or(1)),
        _ => None,
    }
}

/// Undoes the prediction of rows of bytes.
fn predicted(data: &[u8], columns: usize) -> Option<Vec<u8>> {
    if columns == 0 || columns > 1 << 16 {
        return None;
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; columns];
    for row in data.chunks_exact(columns + 1) {
        let (kind, bytes) = row.split_first()?;
        let mut now: Vec<u8> = Vec::with_capacity(columns);
        for (index, byte) in bytes.iter().enumerate() {
            let left = index.checked_sub(1).and_then(|at| now.get(at)).copied().unwrap_or(0);
            let up = above.get(index).copied().unwrap_or(0);
            let corner = index.checked_sub(1).and_then(|at| above.get(at)).copied().unwrap_or(0);
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => return None,
            };
            now.push(byte.wrapping_add(guess));
        }
        out.extend(&now);
        above = now;
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |value: u8| (guess - i16::from(value)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}
