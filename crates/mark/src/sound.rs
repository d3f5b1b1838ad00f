//! Notices in sound: a spoken clip or the rhythm, put into the samples of a WAV file at a place;
//! every sample of the old file stays as it is.

use kouan_label::ExplicitRules;
use kouan_label::explicit::{SAMPLES_PER_SECOND, mark};
use kouan_terms::Diagnostic;

use crate::limits::FILE_BYTES_MAX;
use crate::trouble::{damaged, too_large, unwritable};

/// Where in time a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before everything.
    Start,
    /// In the middle.
    Middle,
    /// Behind everything.
    End,
}

impl Moment {
    /// Every moment.
    pub const ALL: [Moment; 3] = [Moment::Start, Moment::Middle, Moment::End];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Moment::Start => "start",
            Moment::Middle => "middle",
            Moment::End => "end",
        }
    }

    /// The moment of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Moment> {
        Moment::ALL.into_iter().find(|moment| moment.as_str() == word)
    }
}

/// What a WAV file is made of.
struct Wave<'a> {
    /// The body of `fmt `.
    shape: &'a [u8],
    channels: usize,
    rate: u32,
    /// Bytes of one sample of all channels.
    frame: usize,
    /// Whether samples are numbers without a fraction.
    is_whole: bool,
    data: &'a [u8],
    /// Every chunk in order, head and padding included.
    chunks: Vec<(&'a [u8], &'a [u8])>,
}

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;

fn wave(bytes: &[u8]) -> Result<Wave<'_>, Diagnostic> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(too_large("data"));
    }
    if bytes.starts_with(b"RF64") {
        return Err(unwritable("RF64"));
    }
    let mut rest = bytes.get(12..).ok_or_else(|| damaged(0, "RIFF"))?;
    let (mut chunks, mut shape, mut data) = (Vec::new(), None, None);
    while rest.len() >= 8 {
        let at = bytes.len() - rest.len();
        let bad = || damaged(at, "chunk");
        let name = rest.get(..4).ok_or_else(bad)?;
        let len = rest.get(4..8).and_then(<[u8]>::first_chunk).ok_or_else(bad)?;
        let len = usize::try_from(u32::from_le_bytes(*len)).map_err(|_| bad())?;
        let body = rest.get(8..).and_then(|body| body.get(..len)).ok_or_else(bad)?;
        let (all, behind) =
            rest.split_at_checked((8 + len + len % 2).min(rest.len())).ok_or_else(bad)?;
        match name {
            b"fmt " => shape = Some(body),
            b"data" if data.is_some() => return Err(unwritable("data")),
            b"data" => data = Some(body),
            // Both name samples by their number, and samples move.
            b"cue " | b"smpl" => {
                return Err(unwritable(if name == b"smpl" { "smpl" } else { "cue" }));
            }
            _ => {}
        }
        chunks.push((name, all));
        rest = behind;
    }
    let shape = shape.ok_or_else(|| damaged(12, "fmt"))?;
    let data = data.ok_or_else(|| damaged(12, "data"))?;
    let number = |at: usize| {
        shape.get(at..).and_then(<[u8]>::first_chunk).map(|pair| u16::from_le_bytes(*pair))
    };
    let bad = || damaged(12, "fmt");
    let rate = shape.get(4..).and_then(<[u8]>::first_chunk).ok_or_else(bad)?;
    let (channels, frame) = (number(2).ok_or_else(bad)?, number(12).ok_or_else(bad)?);
    // The extensible kind says the real one in the first bytes of an id.
    let kind = if number(0) == Some(EXTENSIBLE) { number(24) } else { number(0) };
    let kind = kind.filter(|kind| matches!(*kind, PCM | FLOAT)).ok_or_else(|| unwritable("fmt"))?;
    let (channels, frame) = (usize::from(channels), usize::from(frame));
    if channels == 0 || frame == 0 || frame % channels != 0 || frame / channels > 8 {
        return Err(bad());
    }
    let rate = u32::from_le_bytes(*rate);
    Ok(Wave { shape, channels, rate, frame, is_whole: kind == PCM, data, chunks })
}

/// A notice in sound.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// A clip in which somebody speaks it, as the bytes of a WAV file.
    Clip(&'a [u8]),
    /// The rhythm of the rules.
    Rhythm,
}

/// Where a notice was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Its first sample.
    pub at: usize,
    /// How many samples it has, one for all channels.
    pub samples: usize,
    /// Samples a second.
    pub rate: u32,
}

/// Puts a notice into a WAV file; no file where the same notice stands at that place already.
///
/// # Errors
///
/// LB104 to LB106 for a file that cannot be read or rewritten, LB161 for a clip of another rate,
/// other channels or other samples.
pub fn announce(
    bytes: &[u8],
    notice: Notice<'_>,
    moment: Moment,
    rules: &ExplicitRules,
) -> Result<(Option<Vec<u8>>, Heard), Diagnostic> {
    let wave = wave(bytes)?;
    let samples = match notice {
        Notice::Clip(clip) => fitting(&self::wave(clip)?, &wave)?,
        Notice::Rhythm => rhythm(&wave, rules)?,
    };
    if samples.is_empty() {
        return Err(Diagnostic::error("LB161").with("part", "data"));
    }
    let count = samples.len() / wave.frame;
    let all = wave.data.len() / wave.frame;
    let heard = |at: usize| Heard { at, samples: count, rate: wave.rate };
    if let Some(at) = place(&wave, &samples, moment) {
        return Ok((None, heard(at)));
    }
    let at = match moment {
        Moment::Start => 0,
        Moment::Middle => all / 2,
        Moment::End => all,
    };
    let (before, behind) =
        wave.data.split_at_checked(at * wave.frame).ok_or_else(|| damaged(12, "data"))?;
    let data = [before, &samples, behind].concat();
    let mut body = b"WAVE".to_vec();
    let grown = u32::try_from(samples.len()).map_err(|_| too_large("data"))?;
    for (name, all) in &wave.chunks {
        match *name {
            b"data" => chunk(b"data", &data, &mut body)?,
            // How many samples there are, where a file says it apart.
            b"fact" => body.extend(longer(all, grown / u32::try_from(wave.frame).unwrap_or(1))),
            _ => body.extend(*all),
        }
    }
    let mut out = Vec::with_capacity(body.len() + 8);
    chunk(b"RIFF", &body, &mut out)?;
    Ok((Some(out), heard(at)))
}

/// Where a notice stands: at the very place that [`announce`] would give it.
fn place(wave: &Wave<'_>, samples: &[u8], moment: Moment) -> Option<usize> {
    let all = wave.data.len() / wave.frame;
    let count = samples.len() / wave.frame;
    let free = all.checked_sub(count)?;
    let at = match moment {
        Moment::Start => 0,
        Moment::Middle => free / 2,
        Moment::End => free,
    };
    let from = at * wave.frame;
    (wave.data.get(from..from + samples.len())? == samples).then_some(at)
}

/// Finds the rhythm, or a clip, where [`announce`] puts it.
///
/// # Errors
///
/// As [`announce`].
pub fn heard(
    bytes: &[u8],
    notice: Notice<'_>,
    rules: &ExplicitRules,
) -> Result<Option<(Moment, Heard)>, Diagnostic> {
    let wave = wave(bytes)?;
    let samples = match notice {
        Notice::Clip(clip) => fitting(&self::wave(clip)?, &wave)?,
        Notice::Rhythm => rhythm(&wave, rules)?,
    };
    let found = Moment::ALL.into_iter().find_map(|moment| {
        let at = place(&wave, &samples, moment)?;
        let count = samples.len() / wave.frame;
        Some((moment, Heard { at, samples: count, rate: wave.rate }))
    });
    Ok(found)
}

/// How long a clip is, in milliseconds.
///
/// # Errors
///
/// As [`announce`], for the clip.
pub fn length(clip: &[u8]) -> Result<u64, Diagnostic> {
    let wave = wave(clip)?;
    Ok((wave.data.len() / wave.frame) as u64 * 1000 / u64::from(wave.rate.max(1)))
}

fn chunk(name: &[u8], body: &[u8], out: &mut Vec<u8>) -> Result<(), Diagnostic> {
    let len = u32::try_from(body.len()).map_err(|_| too_large("data"))?;
    out.extend(name);
    out.extend(len.to_le_bytes());
    out.extend(body);
    out.resize(out.len() + body.len() % 2, 0);
    Ok(())
}

/// A chunk that counts samples, counting more.
fn longer(all: &[u8], more: u32) -> Vec<u8> {
    let mut all = all.to_vec();
    if let Some(count) = all.get_mut(8..12)
        && let Ok(old) = <[u8; 4]>::try_from(&*count)
    {
        count.copy_from_slice(&u32::from_le_bytes(old).saturating_add(more).to_le_bytes());
    }
    all
}

/// The samples of a clip as the file has them; a clip of one channel goes into every channel.
fn fitting(clip: &Wave<'_>, wave: &Wave<'_>) -> Result<Vec<u8>, Diagnostic> {
    let refused = |part: &str| Err(Diagnostic::error("LB161").with("part", part));
    if clip.rate != wave.rate {
        return refused("Hz");
    }
    if clip.frame / clip.channels != wave.frame / wave.channels || clip.is_whole != wave.is_whole {
        return refused("bit");
    }
    // Bits that are used, where they say so: 20 in 24 are not 24 in 24.
    if clip.shape.get(14..16) != wave.shape.get(14..16) {
        return refused("bit");
    }
    let whole = clip.data.len() / clip.frame * clip.frame;
    let data = clip.data.get(..whole).unwrap_or_default();
    if clip.channels == wave.channels {
        return Ok(data.to_vec());
    }
    if clip.channels != 1 {
        return refused("channels");
    }
    Ok(data.chunks_exact(clip.frame).flat_map(|sample| sample.repeat(wave.channels)).collect())
}

/// The rhythm as the file has its samples, between those of the mark where their rate is another.
fn rhythm(wave: &Wave<'_>, rules: &ExplicitRules) -> Result<Vec<u8>, Diagnostic> {
    let mark = mark(rules);
    if wave.rate < 4_000 {
        return Err(Diagnostic::error("LB161").with("part", "Hz"));
    }
    let size = wave.frame / wave.channels;
    let rate = u64::from(wave.rate);
    let count = mark.len() as u64 * rate / u64::from(SAMPLES_PER_SECOND);
    let mut out = Vec::new();
    for index in 0..count {
        let at = index * u64::from(SAMPLES_PER_SECOND);
        let value = between(&mark, at / rate, at % rate, rate);
        let sample = sample(value, size, wave.is_whole).ok_or_else(|| unwritable("fmt"))?;
        out.extend(sample.repeat(wave.channels));
    }
    Ok(out)
}

/// The value so many parts of the way behind a sample.
fn between(mark: &[i16], at: u64, parts: u64, of: u64) -> i16 {
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    let value = |at: usize| i128::from(mark.get(at).copied().unwrap_or(0));
    let (parts, of) = (i128::from(parts), i128::from(of.max(1)));
    let mixed = (value(at) * (of - parts) + value(at.saturating_add(1)) * parts) / of;
    i16::try_from(mixed).unwrap_or(0)
}

/// A sample of 16 bits in another size; those of eight bits have no sign.
fn sample(value: i16, size: usize, is_whole: bool) -> Option<Vec<u8>> {
    let wide = i32::from(value) << 16;
    match (size, is_whole) {
        (1, true) => Some(vec![((i32::from(value) >> 8) + 128) as u8]),
        (2, true) => Some(value.to_le_bytes().to_vec()),
        (3, true) => wide.to_le_bytes().get(1..).map(<[u8]>::to_vec),
        (4, true) => Some(wide.to_le_bytes().to_vec()),
        (4, false) => Some((f32::from(value) / 32_768.0).to_le_bytes().to_vec()),
        (8, false) => Some((f64::from(value) / 32_768.0).to_le_bytes().to_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::rules;

    /// A made-up file: counting samples, and a chunk that nobody knows.
    fn file(channels: u16, rate: u32, bits: u16, samples: usize) -> Vec<u8> {
        let frame = channels * bits / 8;
        let mut body = b"WAVEfmt \x10\0\0\0\x01\0".to_vec();
        body.extend(channels.to_le_bytes());
        body.extend(rate.to_le_bytes());
        body.extend((rate * u32::from(frame)).to_le_bytes());
        body.extend(frame.to_le_bytes());
        body.extend(bits.to_le_bytes());
        chunk(b"odd ", b"abc", &mut body).unwrap();
        let data: Vec<u8> = (0..samples * usize::from(frame)).map(|at| at as u8).collect();
        chunk(b"data", &data, &mut body).unwrap();
        chunk(b"last", b"", &mut body).unwrap();
        let mut out = Vec::new();
        chunk(b"RIFF", &body, &mut out).unwrap();
        out
    }

    fn data(bytes: &[u8]) -> Vec<u8> {
        wave(bytes).unwrap().data.to_vec()
    }

    #[test]
    fn every_sample_of_both_is_there() {
        let (old, clip) = (file(2, 8_000, 16, 101), file(1, 8_000, 16, 7));
        for (moment, at) in [(Moment::Start, 0), (Moment::Middle, 50), (Moment::End, 101)] {
            let (new, heard) = announce(&old, Notice::Clip(&clip), moment, &rules()).unwrap();
            let new = new.unwrap();
            assert_eq!(heard, Heard { at, samples: 7, rate: 8_000 });
            let doubled: Vec<u8> = data(&clip).chunks(2).flat_map(|s| [s, s].concat()).collect();
            let all = data(&old);
            let (before, behind) = all.split_at(at * 4);
            assert_eq!(data(&new), [before, &doubled, behind].concat());
            assert_eq!(u32::from_le_bytes(new[4..8].try_into().unwrap()) as usize, new.len() - 8);
            let text = String::from_utf8_lossy(&new).into_owned();
            assert!(text.contains("odd \u{3}\0\0\0abc") && text.contains("last"));
            // Once is enough.
            let again = announce(&new, Notice::Clip(&clip), moment, &rules()).unwrap();
            assert_eq!(again, (None, heard));
            let found = super::heard(&new, Notice::Clip(&clip), &rules()).unwrap();
            assert_eq!(found, Some((moment, heard)));
        }
    }

    #[test]
    fn the_rhythm_fits_every_kind_of_sample() {
        for (channels, rate, bits) in
            [(1, 8_000, 8), (2, 44_100, 16), (6, 48_000, 24), (1, 96_000, 32)]
        {
            let old = file(channels, rate, bits, 10);
            let (new, heard) = announce(&old, Notice::Rhythm, Moment::End, &rules()).unwrap();
            // Six units of sound, six of silence, a tenth of a second each.
            let seconds = heard.samples as f64 / f64::from(rate);
            assert!((seconds - 1.2).abs() < 0.001, "{seconds}");
            let found = super::heard(&new.unwrap(), Notice::Rhythm, &rules()).unwrap();
            assert_eq!(found, Some((Moment::End, heard)));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let old = file(2, 8_000, 16, 10);
        for (clip, part) in [
            (file(2, 44_100, 16, 5), "Hz"),
            (file(2, 8_000, 24, 5), "bit"),
            (file(4, 8_000, 16, 5), "channels"),
            (file(2, 8_000, 16, 0), "data"),
        ] {
            let refused = announce(&old, Notice::Clip(&clip), Moment::Start, &rules()).unwrap_err();
            assert_eq!(refused.code.0, "LB161");
            assert_eq!(refused.values[0].1, part);
        }
        let mut cue = file(1, 8_000, 16, 10);
        let at = cue.windows(4).position(|four| four == b"odd ").unwrap();
        cue[at..at + 4].copy_from_slice(b"cue ");
        let refused = announce(&cue, Notice::Rhythm, Moment::Start, &rules()).unwrap_err();
        assert_eq!(refused.code.0, "LB106");
        let cut = &old[..old.len() - 20];
        assert_eq!(
            announce(cut, Notice::Rhythm, Moment::End, &rules()).unwrap_err().code.0,
            "LB104"
        );
    }
}
