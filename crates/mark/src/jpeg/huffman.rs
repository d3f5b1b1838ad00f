//! Codes of different lengths: read from the file, and made anew from what occurs.

use super::bits::Reader;

/// A code as it is read: by the next sixteen bits, how long the code word is and what it means.
#[derive(Clone)]
pub(super) struct Code {
    words: Vec<(u8, u8)>,
}

impl Code {
    /// The code of a table: how many words there are of each length, and what they mean in order.
    /// None for a table that has more words than fit.
    pub(super) fn new(counts: &[u8], meanings: &[u8]) -> Option<Code> {
        let mut words = Vec::with_capacity(1 << 16);
        let mut meanings = meanings.iter();
        for (length, count) in (1_u32..=16).zip(counts) {
            for _ in 0..*count {
                let meaning = meanings.next()?;
                let span = 1_usize << (16 - length);
                words.resize(words.len() + span, (u8::try_from(length).ok()?, *meaning));
                if words.len() > 1 << 16 {
                    return None;
                }
            }
        }
        // Length 0: no such word.
        words.resize(1 << 16, (0, 0));
        Some(Code { words })
    }

    /// The next meaning; none where no word of the code comes next.
    pub(super) fn next(&self, bits: &mut Reader<'_>) -> Option<u8> {
        let (length, meaning) = self.words.get(usize::from(bits.peek())).copied()?;
        if length == 0 {
            return None;
        }
        bits.take(u32::from(length));
        (!bits.is_over()).then_some(meaning)
    }
}

/// How often each meaning occurs.
#[derive(Clone)]
pub(super) struct Tally([u64; 256]);

impl Default for Tally {
    fn default() -> Tally {
        Tally([0; 256])
    }
}

impl Tally {
    pub(super) fn count(&mut self, meaning: u8) {
        if let Some(count) = self.0.get_mut(usize::from(meaning)) {
            *count += 1;
        }
    }
}

/// A code as it is written.
pub(super) struct Words {
    /// Bits and their number, by meaning.
    words: Vec<(u16, u8)>,
    /// How many words there are of each length from one to sixteen.
    counts: [u8; 16],
    /// What they mean, in order.
    meanings: Vec<u8>,
}

/// One above the last meaning: takes the word of ones only, which no code may use.
const RESERVED: usize = 256;

impl Words {
    /// The shortest code for what occurs (ITU-T T.81, annex K.2).
    pub(super) fn new(tally: &Tally) -> Words {
        let lengths = lengths(tally);
        let mut by_length: Vec<usize> = vec![0; 260];
        for (_, length) in &lengths {
            if let Some(count) = by_length.get_mut(*length) {
                *count += 1;
            }
        }
        shorten(&mut by_length);
        // The reserved word is among the longest.
        if let Some(count) = by_length.iter_mut().rev().find(|count| **count > 0) {
            *count -= 1;
        }
        let mut order: Vec<(usize, usize)> = lengths.iter().map(|(of, len)| (*len, *of)).collect();
        order.retain(|(_, meaning)| *meaning != RESERVED);
        order.sort_unstable();
        let meanings: Vec<u8> =
            order.iter().filter_map(|(_, meaning)| u8::try_from(*meaning).ok()).collect();
        let mut counts = [0; 16];
        for (count, found) in counts.iter_mut().zip(by_length.iter().skip(1)) {
            *count = u8::try_from(*found).unwrap_or(0);
        }
        let mut words = vec![(0, 0); 256];
        let mut bits = 0_u32;
        let mut next = meanings.iter();
        for (length, count) in (1_u8..=16).zip(counts) {
            for meaning in next.by_ref().take(usize::from(count)) {
                if let Some(word) = words.get_mut(usize::from(*meaning)) {
                    *word = ((bits & 0xFFFF) as u16, length);
                }
                bits += 1;
            }
            bits <<= 1;
        }
        Words { words, counts, meanings }
    }

    /// The bits of a meaning and their number.
    pub(super) fn of(&self, meaning: u8) -> (u16, u8) {
        self.words.get(usize::from(meaning)).copied().unwrap_or_default()
    }

    /// The table as it stands in the file, behind its number.
    pub(super) fn table(&self) -> Vec<u8> {
        self.counts.iter().chain(&self.meanings).copied().collect()
    }
}

/// How long the word of each meaning that occurs is at best: the two rarest are joined until all
/// are one.
fn lengths(tally: &Tally) -> Vec<(usize, usize)> {
    let counts = tally.0.iter().copied().chain([1]).enumerate();
    let mut groups: Vec<(u64, Vec<usize>)> =
        counts.filter(|(_, count)| *count > 0).map(|(of, count)| (count, vec![of])).collect();
    let mut found: Vec<(usize, usize)> =
        groups.iter().flat_map(|(_, of)| of).map(|of| (*of, 0)).collect();
    loop {
        groups.sort_by_key(|group| std::cmp::Reverse(group.0));
        let (Some(one), Some(mut other)) = (groups.pop(), groups.pop()) else { break };
        other.0 += one.0;
        other.1.extend(one.1);
        for meaning in &other.1 {
            for entry in found.iter_mut().filter(|entry| entry.0 == *meaning) {
                entry.1 += 1;
            }
        }
        groups.push(other);
    }
    // A lone word still needs one bit.
    for entry in found.iter_mut().filter(|entry| entry.1 == 0) {
        entry.1 = 1;
    }
    found
}

/// Makes words of more than sixteen bits shorter, and others longer for it.
fn shorten(by_length: &mut [usize]) {
    let count = |of: &[usize], at: usize| of.get(at).copied().unwrap_or(0);
    let change = |at: usize, by: isize, of: &mut [usize]| {
        if let Some(count) = of.get_mut(at) {
            *count = count.saturating_add_signed(by);
        }
    };
    for long in (17..by_length.len()).rev() {
        while count(by_length, long) > 0 {
            let Some(short) = (1..long - 1).rev().find(|at| count(by_length, *at) > 0) else {
                return;
            };
            change(long, -2, by_length);
            change(long - 1, 1, by_length);
            change(short + 1, 2, by_length);
            change(short, -1, by_length);
        }
    }
}
