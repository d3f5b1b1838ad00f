//! What the characters of a Chinese name say: how common the surname, how name-like the rest.

use std::sync::LazyLock;

const SURNAMES: &str = include_str!("../../tables/surnames.txt");
const GIVEN: &str = include_str!("../../tables/given-names.txt");

/// How far a short text looks like the name of a person, by its characters alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameScore {
    /// Two to four Chinese characters, or up to fifteen with `·` between parts.
    pub form: bool,
    /// The binary logarithm of persons per million with its surname; 0 when it begins with none.
    pub surname: u8,
    /// The mean weight of the characters of the given name, -15 to 15; 0 is what a word would have.
    pub given: i8,
}

impl NameScore {
    /// Whether the cell alone would pass for a name. A column asks for the rate of such cells: one
    /// word in four begins with a character that is also a surname.
    #[must_use]
    pub fn likely(self) -> bool {
        self.form && self.surname > 0 && i16::from(self.surname) + i16::from(self.given) >= 10
    }
}

/// Looks at one cell; spaces around it and between its characters do not count.
///
/// Cheap for what is no name: anything longer than a name, or not beginning with a Chinese
/// character, ends at once.
///
/// # Example: does a cell hold a name?
///
/// ```
/// use kouan_scan::text::names::looks_like_name;
/// assert!(looks_like_name("李甲一").surname > 12);
/// assert!(!looks_like_name("订单号").likely());
/// ```
#[must_use]
pub fn looks_like_name(cell: &str) -> NameScore {
    // 15 characters and a few separators.
    if cell.len() < 6 || cell.len() > 60 || cell.as_bytes().first().is_none_or(u8::is_ascii_digit) {
        return NameScore::default();
    }
    let mut chars = ['\0'; 16];
    let mut length = 0;
    let mut parted = false;
    for char in cell.chars() {
        match char {
            ' ' | '\u{3000}' => {}
            '·' | '•' | '・' | '‧' if length > 0 => parted = true,
            '\u{3400}'..='\u{9fff}' => {
                let Some(place) = chars.get_mut(length) else { return NameScore::default() };
                *place = char;
                length += 1;
            }
            _ => return NameScore::default(),
        }
    }
    let chars = chars.get(..length).unwrap_or_default();
    let form = if parted { (3..=15).contains(&length) } else { (2..=4).contains(&length) };
    if !form {
        return NameScore::default();
    }
    if parted {
        return NameScore { form, surname: 0, given: 0 };
    }
    let (width, surname) = surname(chars);
    let given = given_mean(chars.get(width.max(1)..).unwrap_or_default());
    NameScore { form, surname, given }
}

/// The width in characters and the rate of the surname that `chars` begins with; zeros when none.
pub(crate) fn surname(chars: &[char]) -> (usize, u8) {
    let [first, rest @ ..] = chars else { return (0, 0) };
    let facts = facts(*first);
    if facts.starts_compound()
        && rest.len() >= 2
        && let Some(second) = rest.first()
        && let Some(rate) = compound(*first, *second)
    {
        return (2, rate);
    }
    let rate = facts.surname();
    (usize::from(rate > 0), rate)
}

/// The rate of a compound surname of these two characters.
pub(crate) fn compound(first: char, second: char) -> Option<u8> {
    let compounds = &TABLES.compounds;
    let at = compounds.binary_search_by_key(&(first, second), |row| row.0).ok()?;
    compounds.get(at).map(|row| row.1)
}

fn given_mean(chars: &[char]) -> i8 {
    let sum: i32 = chars.iter().map(|&char| i32::from(facts(char).given())).sum();
    let count = i32::try_from(chars.len()).unwrap_or(1).max(1);
    i8::try_from(sum.div_euclid(count)).unwrap_or(0)
}

/// What is known of one character: in bits 0 to 4 its rate as a surname, in bits 5 to 9 its weight
/// in given names (15 more than it is), in bit 10 whether compound surnames begin with it.
#[derive(Clone, Copy)]
pub(crate) struct Facts(u16);

impl Facts {
    const COMPOUND: u16 = 1 << 10;
    /// What characters have that stand in no table: weight -6.
    const UNKNOWN: Self = Self(9 << 5);

    /// The binary logarithm of persons per million with this surname; 0 when it is none.
    pub(crate) fn surname(self) -> u8 {
        u8::try_from(self.0 & 31).unwrap_or(0)
    }

    /// The weight for a given name, -15 to 15.
    pub(crate) fn given(self) -> i8 {
        i8::try_from((self.0 >> 5) & 31).unwrap_or(0) - 15
    }

    /// Whether a compound surname begins with it.
    pub(crate) fn starts_compound(self) -> bool {
        self.0 & Self::COMPOUND != 0
    }
}

/// What is known of one character.
pub(crate) fn facts(char: char) -> Facts {
    let at = u32::from(char).wrapping_sub(FIRST);
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    TABLES.chars.get(at).copied().unwrap_or(Facts::UNKNOWN)
}

/// Unified ideographs: those before 4E00 and after 9FFF are too rare to be in the tables.
const FIRST: u32 = 0x4e00;
const COUNT: usize = 0x5200;

struct Tables {
    chars: Box<[Facts]>,
    compounds: Vec<((char, char), u8)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut chars = vec![Facts::UNKNOWN; COUNT].into_boxed_slice();
    let mut compounds = Vec::new();
    for (rate, names) in rows(SURNAMES) {
        let compound = rate.starts_with('+');
        let rate = rate.trim_start_matches('+').parse::<u8>().unwrap_or(0).min(31);
        if compound {
            for name in names.split_ascii_whitespace() {
                let mut pair = name.chars();
                if let (Some(first), Some(second), None) = (pair.next(), pair.next(), pair.next()) {
                    compounds.push(((first, second), rate));
                    set(&mut chars, first, |facts| facts | Facts::COMPOUND);
                }
            }
        } else {
            for name in names.chars() {
                set(&mut chars, name, |facts| (facts & !31) | u16::from(rate));
            }
        }
    }
    for (weight, names) in rows(GIVEN) {
        let weight = weight.parse::<i16>().unwrap_or(-6).clamp(-15, 15) + 15;
        let bits = u16::try_from(weight).unwrap_or(0) << 5;
        for name in names.chars() {
            set(&mut chars, name, |facts| (facts & !(31 << 5)) | bits);
        }
    }
    compounds.sort_unstable();
    Tables { chars, compounds }
});

/// The rows of a table: what stands before the first space, and after it.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

fn set(chars: &mut [Facts], char: char, change: impl Fn(u16) -> u16) {
    let at = usize::try_from(u32::from(char).wrapping_sub(FIRST)).unwrap_or(usize::MAX);
    if let Some(facts) = chars.get_mut(at) {
        facts.0 = change(facts.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_words() {
        for name in ["李伟", "王秀英", "张建国", "欧阳晓敏", "陈 静", "司马玉兰", "刘志强"]
        {
            assert!(looks_like_name(name).likely(), "{name} {:?}", looks_like_name(name));
        }
        for word in ["方法", "时间", "订单号", "已发货", "高速", "1234", "abcdef", "", "上海市浦东"]
        {
            assert!(!looks_like_name(word).likely(), "{word} {:?}", looks_like_name(word));
        }
    }

    #[test]
    fn a_name_in_parts_has_the_form_without_a_surname() {
        let score = looks_like_name("买买提·艾例某");
        assert!(score.form && score.surname == 0);
    }

    #[test]
    fn the_longer_surname_wins() {
        assert_eq!(surname(&['欧', '阳', '例', '某']).0, 2);
        assert_eq!(surname(&['欧', '例', '某']).0, 1);
        assert_eq!(surname(&['的', '例', '某']).0, 0);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gets_a_score(text in ".{0,24}") {
            let _ = looks_like_name(&text);
        }
    }
}
