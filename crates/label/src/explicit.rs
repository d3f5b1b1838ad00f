//! Labels to be seen or heard: their words, their size, and the rhythm of the audio mark.
//!
//! LAW: GB 45438-2025, clause 5

use crate::standard::ExplicitRules;

/// Samples of the audio mark, in one second.
pub const SAMPLES_PER_SECOND: u32 = 16_000;
/// The tone of the mark, in hertz, and how loud it is, of the loudest possible.
const TONE: f64 = 880.0;
const LOUDNESS: f64 = 0.25;
/// The length of a short mark, in samples. The standard fixes the rhythm and no durations: a long
/// one is three short ones, a gap inside a letter one, between letters three, as in Morse.
const UNIT: usize = 1_600;
/// Samples over which a tone comes and goes, so that it does not click.
const EDGE: usize = 80;

/// What a notice lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A word for AI.
    Ai,
    /// A word for generation.
    Made,
}

/// What the words of a notice lack: it has to name both AI and generation.
#[must_use]
pub fn lacks(text: &str, rules: &ExplicitRules) -> Vec<Lack> {
    let has = |words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
    let ai = (!has(&rules.ai_words)).then_some(Lack::Ai);
    let made = (!has(&rules.made_words)).then_some(Lack::Made);
    [ai, made].into_iter().flatten().collect()
}

/// The least height of the words on a picture of this size, in pixels, rounded up.
#[must_use]
pub fn least_height(width: u32, height: u32, rules: &ExplicitRules) -> u32 {
    let shortest = u64::from(width.min(height));
    let least = (shortest * u64::from(rules.height_percent)).div_ceil(100);
    u32::try_from(least).unwrap_or(u32::MAX)
}

/// The audio mark as samples of one channel: the rhythm of the rules in tones.
#[must_use]
pub fn mark(rules: &ExplicitRules) -> Vec<i16> {
    let mut samples = Vec::new();
    for sign in rules.rhythm.chars() {
        match sign {
            '.' => tone(UNIT, &mut samples),
            '-' => tone(3 * UNIT, &mut samples),
            // Three units between letters: one of them follows every tone already.
            _ => samples.resize(samples.len() + 2 * UNIT, 0),
        }
    }
    samples
}

fn tone(len: usize, samples: &mut Vec<i16>) {
    for index in 0..len {
        let edge = index.min(len - index).min(EDGE) as f64 / EDGE as f64;
        let turn = index as f64 * TONE / f64::from(SAMPLES_PER_SECOND);
        let value = (turn * std::f64::consts::TAU).sin() * edge * LOUDNESS * f64::from(i16::MAX);
        samples.push(value as i16);
    }
    samples.resize(samples.len() + UNIT, 0);
}

/// The audio mark as a WAV file.
#[must_use]
pub fn mark_file(rules: &ExplicitRules) -> Vec<u8> {
    let data: Vec<u8> = mark(rules).into_iter().flat_map(i16::to_le_bytes).collect();
    let len = u32::try_from(data.len()).unwrap_or(u32::MAX);
    let mut file = b"RIFF".to_vec();
    file.extend((len + 36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(SAMPLES_PER_SECOND.to_le_bytes());
    file.extend((SAMPLES_PER_SECOND * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(len.to_le_bytes());
    file.extend(data);
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::standard;

    #[test]
    fn a_notice_names_both_elements() {
        let rules = standard().explicit;
        assert_eq!(lacks("人工智能生成", &rules), []);
        assert_eq!(lacks("AI合成内容", &rules), []);
        assert_eq!(lacks("AI", &rules), [Lack::Made]);
        assert_eq!(lacks("由机器生成", &rules), [Lack::Ai]);
        assert_eq!(lacks("", &rules), [Lack::Ai, Lack::Made]);
    }

    #[test]
    fn the_least_height_is_of_the_shortest_side_and_rounded_up() {
        let rules = standard().explicit;
        let least = |width, height| least_height(width, height, &rules);
        assert_eq!([least(1920, 1080), least(100, 4000), least(101, 101)], [54, 5, 6]);
        assert_eq!(least(u32::MAX, u32::MAX), 214_748_365);
    }

    /// Runs of sound and of silence, in units.
    fn runs(samples: &[i16]) -> Vec<(bool, usize)> {
        let mut runs: Vec<(bool, usize)> = Vec::new();
        for unit in samples.chunks(UNIT) {
            let is_sound = unit.iter().any(|sample| sample.unsigned_abs() > 1_000);
            match runs.last_mut() {
                Some((of, len)) if *of == is_sound => *len += 1,
                _ => runs.push((is_sound, 1)),
            }
        }
        runs
    }

    #[test]
    fn the_mark_is_short_long_then_short_short() {
        let rules = standard().explicit;
        let wanted = [(true, 1), (false, 1), (true, 3), (false, 3)];
        let rest = [(true, 1), (false, 1), (true, 1), (false, 1)];
        assert_eq!(runs(&mark(&rules)), [wanted, rest].concat());
        assert_eq!(mark_file(&rules).len(), 44 + 2 * mark(&rules).len());
    }
}
