//! Places and postal addresses in text.
//!
//! An address begins at the name of a division, at a word such as `住址`, or goes back from a road
//! with a house number. Behind its beginning it is read part by part, each part ending in what such
//! parts end in (`路`, `小区`, `号`, `室`); how deep it goes tells a place from an address.

use std::sync::LazyLock;

use super::words::{Table, han_at, pair};
use super::{TextKind, TextLevel, TextSpan};
use crate::identifiers::divisions::{self, Rank};

/// The longest address that is read, in characters.
const WINDOW: usize = 64;
/// The longest name of one part, in characters: `…经济技术开发区`.
const PART_MAX: usize = 12;

/// Finds places and addresses.
pub(crate) fn find(text: &str, out: &mut Vec<TextSpan>) {
    let bytes = text.as_bytes();
    let gazetteer = &*GAZETTEER;
    let mut at = 0;
    let mut floor = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0xe4 {
            at += 1;
            continue;
        }
        let Some(char) = han_at(bytes, at) else {
            at += 1;
            continue;
        };
        let begins = gazetteer.begins(char);
        let span = if begins & DIVISION != 0 && gazetteer.pair_at(bytes, at, char) {
            read(text, at, false)
        } else if begins & ROAD != 0 && numbered(bytes, at + 3) {
            back(text, floor, at)
        } else if begins & LABEL != 0 {
            labelled(text, at)
        } else {
            None
        };
        match span {
            Some(span) => {
                at = span.end.max(at + 3);
                floor = at;
                out.push(span);
            }
            None => at += 3,
        }
    }
}

/// Divisions begin with the character.
const DIVISION: u8 = 1;
/// Names of roads end with it.
const ROAD: u8 = 2;
/// Words that announce an address end with it.
const LABEL: u8 = 4;
/// An end of [`LONG_ENDS`] begins with it.
const LONG: u8 = 8;

#[derive(Clone, Copy, Default)]
struct Entry {
    /// Where the names with one pair of first characters begin, and how many they are.
    from: u16,
    count: u16,
}

struct Gazetteer {
    names: Vec<(&'static str, Rank, bool)>,
    pairs: Table<Entry>,
    firsts: Box<[u8]>,
}

impl Gazetteer {
    #[inline]
    fn begins(&self, char: char) -> u8 {
        let at = (u32::from(char)).wrapping_sub(0x4e00) as usize;
        self.firsts.get(at).copied().unwrap_or(0)
    }

    /// Whether any name begins with this character and the one behind it.
    #[inline]
    fn pair_at(&self, bytes: &[u8], at: usize, first: char) -> bool {
        han_at(bytes, at + 3).is_some_and(|second| self.pairs.get(pair(first, second)).is_some())
    }

    /// The longest name that the text begins with: its bytes, its rank, and whether it is an alias.
    fn longest(&self, text: &str) -> Option<(usize, Rank, bool)> {
        let mut chars = text.chars();
        let (first, second) = (chars.next()?, chars.next()?);
        if self.begins(first) & DIVISION == 0 {
            return None;
        }
        let entry = self.pairs.get(pair(first, second))?;
        let from = usize::from(entry.from);
        let names = self.names.get(from..from + usize::from(entry.count))?;
        names
            .iter()
            .filter(|(name, ..)| text.starts_with(name))
            .max_by_key(|(name, ..)| name.len())
            .map(|&(name, rank, alias)| (name.len(), rank, alias))
    }
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let mut names = Vec::new();
    for division in divisions::all().iter().filter(|division| division.listed) {
        let Some(name) = division.name else { continue };
        let length = name.chars().count();
        if length < 2 || name.starts_with("市辖") || name.ends_with("直辖县级行政区划") {
            continue;
        }
        let rank = division.rank();
        names.push((name, rank, false));
        if let Some(alias) = alias(name, rank) {
            names.push((alias, rank, true));
        }
    }
    // A name that is also an alias stays as the name; the wider rank comes first.
    names.sort_unstable_by_key(|&(name, rank, alias)| (name, alias, rank));
    names.dedup_by_key(|row| row.0);
    let mut firsts = vec![0_u8; 0x5200].into_boxed_slice();
    let mut mark = |char: char, bit: u8| {
        let at = u32::from(char).wrapping_sub(0x4e00) as usize;
        if let Some(place) = firsts.get_mut(at) {
            *place |= bit;
        }
    };
    let mut pairs: Vec<(u32, Entry)> = Vec::new();
    for (at, (name, ..)) in names.iter().enumerate() {
        let mut chars = name.chars();
        let (Some(first), Some(second)) = (chars.next(), chars.next()) else { continue };
        mark(first, DIVISION);
        let key = pair(first, second);
        match pairs.last_mut() {
            Some((last, entry)) if *last == key => entry.count += 1,
            _ => {
                let from = u16::try_from(at).unwrap_or(u16::MAX);
                pairs.push((key, Entry { from, count: 1 }));
            }
        }
    }
    "路街道巷弄区园苑厦寓".chars().for_each(|char| mark(char, ROAD));
    "址住寄到".chars().for_each(|char| mark(char, LABEL));
    LONG_ENDS.iter().filter_map(|(end, _)| end.chars().next()).for_each(|char| mark(char, LONG));
    Gazetteer { names, pairs: Table::new(&pairs), firsts }
});

/// A name without what says its rank, when that is how people write it.
fn alias(name: &'static str, rank: Rank) -> Option<&'static str> {
    const SUFFIXES: [&str; 24] = [
        "维吾尔自治区",
        "壮族自治区",
        "回族自治区",
        "自治区",
        "特别行政区",
        "蒙古自治州",
        "藏族羌族自治州",
        "土家族苗族自治州",
        "苗族侗族自治州",
        "布依族苗族自治州",
        "哈尼族彝族自治州",
        "壮族苗族自治州",
        "傣族景颇族自治州",
        "朝鲜族自治州",
        "藏族自治州",
        "彝族自治州",
        "回族自治州",
        "白族自治州",
        "傣族自治州",
        "地区",
        "省",
        "市",
        "盟",
        "区",
    ];
    let alias = SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix))?;
    let enough = alias.chars().count() >= 2;
    (enough && (rank != Rank::County || name.ends_with('市'))).then_some(alias)
}

/// How deep a part reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    Town,
    Road,
    Number,
}

/// The text from a place on, cut into characters with their offsets.
struct Window {
    chars: [(char, usize); WINDOW],
    count: usize,
    end: usize,
}

impl Window {
    fn new(text: &str, at: usize) -> Self {
        let mut this = Self { chars: [('\0', 0); WINDOW], count: 0, end: at };
        let rest = text.get(at..).unwrap_or_default();
        for (place, (offset, char)) in this.chars.iter_mut().zip(rest.char_indices()) {
            if matches!(char, '\n' | '，' | '。' | '；' | ';' | '！' | '？' | '：') {
                break;
            }
            *place = (char, at + offset);
            this.count += 1;
            this.end = at + offset + char.len_utf8();
        }
        this
    }

    fn char(&self, at: usize) -> Option<char> {
        self.chars.get(..self.count)?.get(at).map(|place| place.0)
    }

    fn offset(&self, at: usize) -> usize {
        self.chars.get(..self.count).and_then(|chars| chars.get(at)).map_or(self.end, |c| c.1)
    }
}

/// Reads an address that begins at `at`; `bare` when it need not begin with a division.
fn read(text: &str, at: usize, bare: bool) -> Option<TextSpan> {
    let gazetteer = &*GAZETTEER;
    let (mut divisions, mut full) = (0_u32, false);
    let mut rank = None;
    let mut cut = at;
    loop {
        let rest = text.get(cut..).unwrap_or_default();
        let skipped = if divisions > 0 {
            rest.len() - rest.trim_start_matches([' ', '-', '/', '·']).len()
        } else {
            0
        };
        let rest = rest.get(skipped.min(1)..).unwrap_or_default();
        let Some((length, found, alias)) = gazetteer.longest(rest) else { break };
        if rank.is_some_and(|rank| found < rank)
            || (alias && found == Rank::County && divisions == 0)
        {
            break;
        }
        cut = text.len() - rest.len() + length;
        rank = Some(found);
        divisions += 1;
        full |= !alias;
        // `北京市`, with the suffix that the alias lacks, and `全省` of another name.
        if divisions >= 5 {
            break;
        }
    }
    if divisions == 0 && !bare {
        return None;
    }
    let window = Window::new(text, cut);
    let (parts, depth, length) = parts(&window);
    let end = if length == 0 { cut } else { window.offset(length) };
    let span = |kind, level| Some(TextSpan { start: at, end, kind, level });
    match depth {
        Some(Depth::Number) if divisions > 0 && parts > 1 => {
            span(TextKind::Address, TextLevel::Sure)
        }
        Some(Depth::Number) if parts > 1 => span(TextKind::Address, TextLevel::Likely),
        Some(Depth::Road) if divisions > 0 => span(TextKind::Address, TextLevel::Likely),
        Some(Depth::Road | Depth::Number) if bare => span(TextKind::Address, TextLevel::Unsure),
        _ if divisions == 0 => None,
        Some(Depth::Town) => span(TextKind::Place, TextLevel::Sure),
        _ => {
            let level = if full { TextLevel::Likely } else { TextLevel::Unsure };
            Some(TextSpan { start: at, end: cut, kind: TextKind::Place, level })
        }
    }
}

/// How many parts follow, how deep the deepest reaches, and how many characters they take.
fn parts(window: &Window) -> (u32, Option<Depth>, usize) {
    let (mut at, mut parts, mut depth) = (0, 0, None);
    loop {
        let from = if parts > 0 && window.char(at) == Some(' ') { at + 1 } else { at };
        let Some((next, found)) = part(window, from, depth) else { break };
        at = next;
        parts += 1;
        depth = depth.max(Some(found));
        if parts >= 12 {
            break;
        }
    }
    (parts, depth, at)
}

/// Ends of parts of two characters and more, by how deep they reach.
const LONG_ENDS: [(&str, Depth); 38] = [
    ("街道", Depth::Town),
    ("地区", Depth::Town),
    ("开发区", Depth::Town),
    ("高新区", Depth::Town),
    ("新区", Depth::Town),
    ("园区", Depth::Town),
    ("工业园", Depth::Road),
    ("科技园", Depth::Road),
    ("产业园", Depth::Road),
    ("软件园", Depth::Road),
    ("大道", Depth::Road),
    ("大街", Depth::Road),
    ("中路", Depth::Road),
    ("东路", Depth::Road),
    ("西路", Depth::Road),
    ("南路", Depth::Road),
    ("北路", Depth::Road),
    ("胡同", Depth::Road),
    ("小区", Depth::Road),
    ("社区", Depth::Road),
    ("花园", Depth::Road),
    ("公寓", Depth::Road),
    ("大厦", Depth::Road),
    ("广场", Depth::Road),
    ("家园", Depth::Road),
    ("新村", Depth::Road),
    ("山庄", Depth::Road),
    ("宿舍", Depth::Road),
    ("大楼", Depth::Road),
    ("家属院", Depth::Road),
    ("花苑", Depth::Road),
    ("新城", Depth::Road),
    ("名苑", Depth::Road),
    ("号楼", Depth::Number),
    ("号院", Depth::Number),
    ("单元", Depth::Number),
    ("号门", Depth::Number),
    ("门面", Depth::Number),
];

/// The part that begins at `from`: where it ends, and how deep it reaches.
fn part(window: &Window, from: usize, before: Option<Depth>) -> Option<(usize, Depth)> {
    let mut counted = 0;
    let mut at = from;
    while at < from + PART_MAX {
        let Some(char) = window.char(at) else { break };
        if let Some((length, depth)) = end_at(window, at) {
            let whole = counted == at - from && counted > 0;
            let fits = if depth == Depth::Number { whole } else { at > from };
            if fits {
                return Some((at + length, depth));
            }
        }
        if numeral(char) {
            counted += 1;
        } else if !super::words::is_han(char) || stops(char) {
            break;
        }
        at += 1;
    }
    // `3栋501`, `88号-3-502`: digits behind a number.
    (before == Some(Depth::Number)).then(|| digits(window, from)).flatten()
}

fn digits(window: &Window, from: usize) -> Option<(usize, Depth)> {
    let start = from + usize::from(matches!(window.char(from), Some('-' | '—' | '－')));
    let mut at = start;
    while window.char(at).is_some_and(|char| char.is_ascii_alphanumeric()) {
        at += 1;
    }
    let digit = window.char(start).is_some_and(|char| char.is_ascii_alphanumeric());
    (digit && (1..=5).contains(&(at - start))).then_some((at, Depth::Number))
}

/// The end of a part that stands at a place: its length in characters, and how deep it reaches.
fn end_at(window: &Window, at: usize) -> Option<(usize, Depth)> {
    let first = window.char(at)?;
    let one = match first {
        '镇' | '乡' => Some(Depth::Town),
        '路' | '街' | '巷' | '弄' | '村' | '屯' => Some(Depth::Road),
        '号' | '栋' | '幢' | '座' | '室' | '层' | '楼' | '组' | '户' | '房' => {
            Some(Depth::Number)
        }
        '里' | '苑' | '园' | '庄' | '道'
            if window.char(at + 1).is_some_and(|char| char.is_ascii_digit()) =>
        {
            Some(Depth::Road)
        }
        _ => None,
    };
    // Few characters begin a long end, and there are many ends.
    let may = GAZETTEER.begins(first) & LONG != 0;
    match (may.then(|| long_end_at(window, at)).flatten(), one) {
        (Some((end, depth)), _) => Some((end.chars().count(), depth)),
        // `路口`, `路由`, `村民`, `楼盘`: words that only begin like an end.
        (None, Some(depth)) => {
            let word = window.char(at + 1).is_some_and(|next| {
                matches!(
                    (first, next),
                    ('路', '由' | '过' | '程' | '边' | '人' | '线' | '面' | '口')
                        | ('村', '民' | '委' | '官' | '长')
                        | ('街', '头' | '上' | '坊' | '区')
                        | ('乡', '亲' | '下' | '村')
                        | ('镇', '政' | '长' | '定')
                        | ('楼', '盘' | '市' | '主' | '上' | '下')
                        | ('号', '码' | '称' | '召')
                        | ('座', '位' | '谈')
                        | ('户', '口' | '主' | '籍')
                        | ('房', '东' | '产' | '屋' | '间' | '价' | '租' | '子' | '源' | '型')
                )
            });
            (!word).then_some((1, depth))
        }
        (None, None) => None,
    }
}

/// The longest of [`LONG_ENDS`] that stands at a place.
fn long_end_at(window: &Window, at: usize) -> Option<(&'static str, Depth)> {
    let ends = LONG_ENDS.iter().filter(|(end, _)| {
        end.chars().enumerate().all(|(place, char)| window.char(at + place) == Some(char))
    });
    ends.max_by_key(|(end, _)| end.len()).copied()
}

fn numeral(char: char) -> bool {
    char.is_ascii_alphanumeric()
        || matches!(char, '０'..='９' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八')
        || matches!(char, '九' | '十' | '百' | '甲' | '乙' | '丙' | '附' | '第' | '-' | '#' | '之')
}

/// Characters that stand in no part of an address but in the sentence around it.
const fn stops(char: char) -> bool {
    matches!(
        char,
        '的' | '在'
            | '是'
            | '了'
            | '有'
            | '和'
            | '与'
            | '及'
            | '到'
            | '从'
            | '把'
            | '将'
            | '被'
            | '为'
            | '以'
            | '而'
            | '也'
            | '都'
            | '就'
            | '不'
            | '没'
            | '要'
            | '会'
            | '说'
            | '用'
            | '买'
            | '卖'
            | '给'
            | '但'
            | '我'
            | '你'
            | '他'
            | '她'
            | '们'
            | '这'
            | '那'
            | '等'
            | '于'
            | '请'
            | '让'
            | '很'
            | '最'
            | '吗'
            | '呢'
            | '吧'
            | '着'
            | '住'
            | '去'
            | '往'
            | '放'
            | '寄'
            | '递'
            | '送'
            | '搬'
            | '至'
    )
}

fn numbered(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_digit)
}

/// An address that goes back from a road with a number behind it.
fn back(text: &str, floor: usize, road: usize) -> Option<TextSpan> {
    let before = text.get(floor..road)?;
    let mut start = road;
    for (offset, char) in before.char_indices().rev().take(5) {
        if !super::words::is_han(char) || stops(char) {
            break;
        }
        start = floor + offset;
    }
    if start == road {
        return None;
    }
    let window = Window::new(text, start);
    let (parts, depth, length) = parts(&window);
    let end = window.offset(length);
    (depth == Some(Depth::Number) && parts > 1 && end > road).then_some(TextSpan {
        start,
        end,
        kind: TextKind::Address,
        level: TextLevel::Likely,
    })
}

/// An address behind a word that announces it, when it does not begin with a division.
fn labelled(text: &str, at: usize) -> Option<TextSpan> {
    const WORDS: [&str; 10] =
        ["地址", "住址", "家住", "住在", "寄到", "送到", "现住", "居住", "送货到", "寄"];
    let head = text.get(..at + 3)?;
    if !WORDS.iter().any(|word| head.ends_with(word)) {
        return None;
    }
    let rest = text.get(at + 3..)?;
    let value = rest.trim_start_matches(['：', ':', ' ', '是', '为', '在', '“', '"']);
    let start = text.len() - value.len();
    read(text, start, true).filter(|span| span.kind == TextKind::Address)
}
