//! What a column of free text holds, as counts of cells: evidence for its class, never a value.

use std::sync::LazyLock;

use super::{TextKind, TextLevel, TextSpan, spans};

/// A sensitive matter that words of a text point at. A hint counts cells; it marks no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// Illness, care, tests, medicines.
    Medical,
    /// Faith and its practice.
    Religion,
    /// Accounts and money owed.
    Financial,
    /// Offences and their prosecution.
    Criminal,
    /// Children.
    Minor,
}

impl Hint {
    /// Every hint, in the order of the enum.
    pub const ALL: [Self; 5] =
        [Self::Medical, Self::Religion, Self::Financial, Self::Criminal, Self::Minor];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Medical => "medical",
            Self::Religion => "religion",
            Self::Financial => "financial",
            Self::Criminal => "criminal",
            Self::Minor => "minor",
        }
    }

    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Medical => &[
                "诊断",
                "主诉",
                "病史",
                "症状",
                "确诊",
                "手术",
                "用药",
                "处方",
                "化验",
                "住院",
                "门诊",
                "过敏",
                "血压",
                "血糖",
                "肿瘤",
                "糖尿病",
                "抑郁",
                "怀孕",
                "体检",
                "患者",
                "diagnos",
                "prescri",
                "symptom",
            ],
            Self::Religion => &["信仰", "教徒", "礼拜", "教堂", "清真", "皈依"],
            Self::Financial => {
                &["银行卡", "账户余额", "逾期", "欠款", "征信", "贷款", "工资", "年收入"]
            }
            Self::Criminal => &["前科", "犯罪", "拘留", "判刑", "服刑", "被告人", "嫌疑人"],
            Self::Minor => &["未成年", "幼儿园", "小学生", "儿子", "女儿", "孩子", "监护人"],
        }
    }
}

/// The words of all hints, by what they begin with, so that a cell is gone through once and not
/// once for each word.
struct Beginnings {
    /// Whether a word begins with the byte.
    leads: [bool; 256],
    /// For what [`Beginnings::key`] says of a place, 0 or one more than a place in `groups`.
    places: Vec<u8>,
    /// Words that share a key, and the place of their hint.
    groups: Vec<Vec<(&'static [u8], usize)>>,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let mut all = Beginnings { leads: [false; 256], places: vec![0; 1 << 16], groups: Vec::new() };
    for (hint, words) in Hint::ALL.iter().map(|hint| hint.words()).enumerate() {
        words.iter().for_each(|word| all.put(word.as_bytes(), hint));
    }
    all
});

impl Beginnings {
    /// Sixteen bits of what stands at the beginning: a Chinese character, or two other bytes.
    #[inline]
    fn key(text: &[u8]) -> usize {
        let (a, b, c) = match *text {
            [a @ 0xe0..=0xef, b, c, ..] => (a, b, c),
            [a, b, ..] => return usize::from(a) << 8 | usize::from(b),
            _ => return 0,
        };
        usize::from(a & 15) << 12 | usize::from(b & 63) << 6 | usize::from(c & 63)
    }

    fn put(&mut self, word: &'static [u8], hint: usize) {
        let lead = word.first().map_or(0, |lead| usize::from(*lead));
        if let (Some(leads), Some(place)) =
            (self.leads.get_mut(lead), self.places.get_mut(Self::key(word)))
        {
            *leads = true;
            if *place == 0 {
                self.groups.push(Vec::new());
                *place = u8::try_from(self.groups.len()).unwrap_or(u8::MAX);
            }
            if let Some(group) = self.groups.get_mut(usize::from(*place) - 1) {
                group.push((word, hint));
            }
        }
    }

    /// Which hints have a word in the cell.
    fn find(&self, cell: &[u8]) -> [bool; Hint::ALL.len()] {
        let mut found = [false; Hint::ALL.len()];
        for (at, lead) in cell.iter().enumerate() {
            if !self.leads.get(usize::from(*lead)).is_some_and(|begins| *begins) {
                continue;
            }
            let rest = cell.get(at..).unwrap_or_default();
            let place = self.places.get(Self::key(rest)).copied().unwrap_or_default();
            let group = usize::from(place).checked_sub(1).and_then(|place| self.groups.get(place));
            for (word, hint) in group.into_iter().flatten() {
                if rest.starts_with(word)
                    && let Some(found) = found.get_mut(*hint)
                {
                    *found = true;
                }
            }
        }
        found
    }
}

/// Cells of a free-text column, and how many of them held what.
///
/// Merging is a sum: the order of the parts does not matter.
///
/// # Example: how often do notes name somebody?
///
/// ```
/// use kouan_scan::text::{TextKind, TextRates};
/// let mut rates = TextRates::default();
/// rates.look("客户来电 13900000001");
/// rates.look("已发货");
/// assert_eq!(rates.cells(), 2);
/// assert_eq!(rates.with(TextKind::Mobile), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextRates {
    cells: u64,
    personal: u64,
    kinds: [u64; TextKind::ALL.len()],
    hints: [u64; Hint::ALL.len()],
    scratch: Scratch,
}

/// Room for the spans of one cell; says nothing of them and counts for nothing.
#[derive(Clone, Debug, Default)]
struct Scratch(Vec<TextSpan>);

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Scratch {}

impl TextRates {
    /// Looks at one cell.
    pub fn look(&mut self, cell: &str) {
        self.cells += 1;
        spans(cell, &mut self.scratch.0);
        let mut seen = [false; TextKind::ALL.len()];
        let mut personal = false;
        for span in &self.scratch.0 {
            if span.level == TextLevel::Unsure {
                continue;
            }
            personal |= span.kind.personal();
            if let Some(seen) = seen.get_mut(span.kind as usize) {
                *seen = true;
            }
        }
        self.scratch.0.clear();
        self.personal += u64::from(personal);
        for (count, seen) in self.kinds.iter_mut().zip(seen) {
            *count += u64::from(seen);
        }
        for (count, found) in self.hints.iter_mut().zip(BEGINNINGS.find(cell.as_bytes())) {
            *count += u64::from(found);
        }
    }

    /// Adds what another part of the column held.
    pub fn merge(&mut self, other: &Self) {
        self.cells += other.cells;
        self.personal += other.personal;
        for (count, more) in self.kinds.iter_mut().zip(other.kinds) {
            *count += more;
        }
        for (count, more) in self.hints.iter_mut().zip(other.hints) {
            *count += more;
        }
    }

    /// Cells looked at.
    #[must_use]
    pub const fn cells(&self) -> u64 {
        self.cells
    }

    /// Cells with any find that is personal and more than [`TextLevel::Unsure`].
    #[must_use]
    pub const fn personal(&self) -> u64 {
        self.personal
    }

    /// Cells with a find of this kind that is more than [`TextLevel::Unsure`].
    #[must_use]
    pub fn with(&self, kind: TextKind) -> u64 {
        self.kinds.get(kind as usize).copied().unwrap_or(0)
    }

    /// Cells with a word of this matter.
    #[must_use]
    pub fn hinted(&self, hint: Hint) -> u64 {
        self.hints.get(hint as usize).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of the words, and other text.
    fn cell() -> impl Strategy<Value = String> {
        let words = Hint::ALL.iter().flat_map(|hint| hint.words().iter().copied());
        let words = prop::sample::select(words.collect::<Vec<_>>());
        let piece = prop_oneof![
            words.prop_map(str::to_owned),
            "[诊断主诉银行卡小学生儿子di agnospre]{0,6}",
            any::<String>(),
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_word_of_a_hint_is_found_and_nothing_else(cell in cell()) {
            let found = BEGINNINGS.find(cell.as_bytes());
            let expected =
                Hint::ALL.map(|hint| hint.words().iter().any(|word| cell.contains(word)));
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn parts_add_up_in_any_order() {
        let cells =
            ["电话 13900000001", "诊断：例行复查", "", "邮箱 a.b@example.com 手机13900000002"];
        let mut whole = TextRates::default();
        cells.iter().for_each(|cell| whole.look(cell));
        let (mut one, mut two) = (TextRates::default(), TextRates::default());
        cells.iter().take(2).for_each(|cell| one.look(cell));
        cells.iter().skip(2).for_each(|cell| two.look(cell));
        two.merge(&one);
        assert_eq!(two, whole);
        assert_eq!((whole.cells(), whole.personal()), (4, 2));
        assert_eq!(whole.with(TextKind::Mobile), 2);
        assert_eq!(whole.hinted(Hint::Medical), 1);
    }
}
