//! Common words of two and three characters, and tables that are asked by pairs of characters.

use std::sync::LazyLock;

use super::names::rows;
use crate::identifiers::divisions;

const WORDS: &str = include_str!("../../tables/common-words.txt");
const NOT_NAMES: &str = include_str!("../../tables/not-names.txt");

/// Most characters of a word that is written like a name and is none.
const NOT_NAME_MAX: usize = 5;

/// A table asked by a 32-bit key: open addressing, half empty.
pub(crate) struct Table<V> {
    keys: Box<[u32]>,
    values: Box<[V]>,
    shift: u32,
}

impl<V: Copy + Default> Table<V> {
    /// Makes a table of these rows; of rows with one key the last stays.
    pub(crate) fn new(rows: &[(u32, V)]) -> Self {
        let bits = (rows.len() * 2).next_power_of_two().max(16).trailing_zeros();
        let size = 1_usize << bits;
        let mut table = Self {
            keys: vec![EMPTY; size].into_boxed_slice(),
            values: vec![V::default(); size].into_boxed_slice(),
            shift: 32 - bits,
        };
        for &(key, value) in rows {
            let mut slot = table.slot(key);
            while table.keys.get(slot).is_some_and(|&taken| taken != EMPTY && taken != key) {
                slot = (slot + 1) & (size - 1);
            }
            if let (Some(place), Some(cell)) =
                (table.keys.get_mut(slot), table.values.get_mut(slot))
            {
                *place = key;
                *cell = value;
            }
        }
        table
    }

    #[inline]
    fn slot(&self, key: u32) -> usize {
        (key.wrapping_mul(0x9e37_79b1) >> self.shift) as usize
    }

    /// The value of a key.
    #[inline]
    pub(crate) fn get(&self, key: u32) -> Option<V> {
        let mut slot = self.slot(key);
        loop {
            let found = *self.keys.get(slot)?;
            if found == key {
                return self.values.get(slot).copied();
            }
            if found == EMPTY {
                return None;
            }
            slot = (slot + 1) & (self.keys.len() - 1);
        }
    }
}

/// No key of ours: the pair of the last character of the plane with itself.
const EMPTY: u32 = u32::MAX;

/// The key of two characters of the basic plane.
#[inline]
pub(crate) fn pair(first: char, second: char) -> u32 {
    u32::from(first) << 16 | u32::from(second) & 0xffff
}

/// The key of three characters: a hash, so that about one look-up in a million finds a word that
/// is none.
#[inline]
fn triple(first: char, second: char, third: char) -> u32 {
    pair(first, second).wrapping_mul(0x85eb_ca6b).rotate_left(13)
        ^ u32::from(third).wrapping_mul(0xc2b2_ae35)
}

/// The words, to be fetched once before a text is walked over.
pub(crate) struct Words {
    two: Table<u8>,
    three: Table<u8>,
    places: Table<u8>,
    not_names: Table<u8>,
}

static TABLE: LazyLock<Words> = LazyLock::new(|| {
    let (mut two, mut three, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (head, line) in rows(WORDS) {
        let Some((kind, level)) = head.split_once(':') else { continue };
        let level = level.parse::<u8>().unwrap_or(1);
        let mut chars = line.chars();
        match (kind, chars.next()) {
            ("2", Some(first)) => two.extend(chars.map(|second| (pair(first, second), level))),
            ("3", _) => three.extend(line.split(' ').filter_map(|word| {
                let mut chars = word.chars();
                let (first, second, third) = (chars.next()?, chars.next()?, chars.next()?);
                Some((triple(first, second, third), level))
            })),
            _ => places.extend(line.split(' ').map(|word| (hash(word.chars()), 1))),
        }
    }
    // Places without their last character first, so that our own words stay.
    let mut not_names: Vec<(u32, u8)> = Vec::new();
    for name in divisions::all().iter().filter_map(|division| division.name) {
        let bare = name.strip_suffix(['市', '县', '区']).unwrap_or_default();
        if (2..=3).contains(&bare.chars().count()) {
            not_names.push((hash(bare.chars()), PLACE));
        }
    }
    for line in NOT_NAMES.lines().filter(|line| !line.starts_with('#')) {
        not_names.extend(line.split(' ').map(|word| (hash(word.chars()), WORD)));
    }
    Words {
        two: Table::new(&two),
        three: Table::new(&three),
        places: Table::new(&places),
        not_names: Table::new(&not_names),
    }
});

/// How far a place speaks against a name written like it: there are persons called so.
const PLACE: u8 = 1;
/// How far a word that is hardly ever a name does.
const WORD: u8 = 4;

/// A hash of a word of any length, as good as that of three characters.
fn hash(word: impl Iterator<Item = char>) -> u32 {
    word.fold(0x811c_9dc5, step)
}

fn step(hash: u32, char: char) -> u32 {
    (hash ^ u32::from(char)).wrapping_mul(0x0100_0193).rotate_left(7)
}

/// The table of words.
pub(crate) fn words() -> &'static Words {
    &TABLE
}

impl Words {
    /// How common a word of these two characters is: 0 when it is none, 15 at most.
    #[inline]
    pub(crate) fn two(&self, first: char, second: char) -> i32 {
        match self.two.get(pair(first, second)) {
            Some(level) => i32::from(level),
            None => 0,
        }
    }

    /// How common a word of these three characters is.
    #[inline]
    pub(crate) fn three(&self, first: char, second: char, third: char) -> i32 {
        match self.three.get(triple(first, second, third)) {
            Some(level) => i32::from(level),
            None => 0,
        }
    }

    /// How far the word that `text` begins with, of so many characters or more, speaks against a
    /// name there, in natural logarithms of odds.
    pub(crate) fn not_name(&self, text: &str, least: usize) -> i32 {
        let mut most = 0;
        let mut word = 0x811c_9dc5;
        for (at, char) in text.chars().take(NOT_NAME_MAX).enumerate() {
            word = step(word, char);
            if at + 1 >= least {
                most = most.max(self.not_names.get(word).map_or(0, i32::from));
            }
        }
        most
    }

    /// Whether a foreign place, club or brand is written so.
    pub(crate) fn place(&self, word: impl Iterator<Item = char>) -> bool {
        self.places.get(hash(word)).is_some()
    }
}

/// The Chinese character whose three bytes begin at `at`.
#[inline]
pub(crate) fn han_at(bytes: &[u8], at: usize) -> Option<char> {
    let [first @ 0xe4..=0xe9, second, third] = bytes.get(at..at.checked_add(3)?)? else {
        return None;
    };
    let code =
        u32::from(first & 0x0f) << 12 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
    char::from_u32(code).filter(|char| matches!(char, '\u{4e00}'..='\u{9fff}'))
}

/// Whether the character is a Chinese one of the usual plane.
#[inline]
pub(crate) const fn is_han(char: char) -> bool {
    matches!(char, '\u{4e00}'..='\u{9fff}')
}
