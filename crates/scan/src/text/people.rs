//! Names of persons in running text.
//!
//! A Chinese name begins with a surname; how likely what follows is a name is a sum of weights: the
//! surname, the characters of the given name, what stands before and behind, less the weight of
//! common words that would be cut by its borders. A foreign name is a run of the characters that
//! foreign names are written with. Of candidates that overlap the heaviest stays. Weights are in
//! [`UNIT`]s of the natural logarithm of odds; the tables say where they come from.

use std::sync::LazyLock;

use super::names::{compound, facts, rows};
use super::words::{Table, Words, han_at, is_han, pair, words};
use super::{TextKind, TextLevel, TextSpan};

const CONTEXT: &str = include_str!("../../tables/name-context.txt");

/// One unit of the natural logarithm of odds.
const UNIT: i32 = 64;
/// From where on a candidate is a find: where precision and recall balance.
const FIND: i32 = -70;
/// From where on a find is likely rather than unsure.
const LIKELY: i32 = -20;
/// From where on a find is sure.
const SURE: i32 = 3 * UNIT;
/// What a word right before or behind that goes with names adds.
const STRONG: i32 = 4 * UNIT;
const TITLE: i32 = 2 * UNIT;

/// What one character weighs in each place.
#[derive(Clone, Copy, Default)]
struct Weights {
    /// As a surname; `None` as 0 when it is none (weights are above 0 by [`SHIFT`]).
    surname: u8,
    /// As part of a foreign name, likewise.
    foreign: u8,
    left: i8,
    right: i8,
    /// Whether a title begins with it.
    title: bool,
    /// Whether a word that announces a name ends with it.
    label: bool,
}

const SHIFT: i32 = 64;

struct Context {
    /// One bit a character: whether a candidate can begin with it. Small enough to stay near.
    begins: Box<[u64]>,
    words: &'static Words,
    han: Box<[Weights]>,
    other: Table<(i8, i8)>,
    left: Table<i8>,
    right: Table<i8>,
}

static WEIGHTS: LazyLock<Context> = LazyLock::new(|| {
    let mut han = vec![Weights::default(); 0x5200].into_boxed_slice();
    let mut other: Vec<(u32, (i8, i8))> = Vec::new();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (head, items) in rows(CONTEXT) {
        let Some((kind, weight)) = head.split_once(':') else { continue };
        let weight = weight.parse::<i8>().unwrap_or(0);
        let shifted = u8::try_from(i32::from(weight) + SHIFT).unwrap_or(0);
        if let "ll" | "rr" = kind {
            let into = if kind == "ll" { &mut left } else { &mut right };
            for item in items.split(' ') {
                let mut chars = item.chars();
                if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                    into.push((pair(first, second), weight));
                }
            }
            continue;
        }
        for char in items.chars() {
            let at = u32::from(char).wrapping_sub(0x4e00) as usize;
            match (kind, han.get_mut(at)) {
                ("s", Some(weights)) => weights.surname = shifted,
                ("f", Some(weights)) => weights.foreign = shifted,
                ("l", Some(weights)) => weights.left = weight,
                ("r", Some(weights)) => weights.right = weight,
                (_, None) => {
                    let key = u32::from(char);
                    if !other.iter().any(|row| row.0 == key) {
                        other.push((key, (0, 0)));
                    }
                    for row in other.iter_mut().filter(|row| row.0 == key) {
                        match kind {
                            "l" => row.1.0 = weight,
                            "r" => row.1.1 = weight,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
    for title in TITLES.iter().chain(BLANKS) {
        let first = title.chars().next().map_or(0, u32::from);
        if let Some(weights) = han.get_mut(first.wrapping_sub(0x4e00) as usize) {
            weights.title = true;
        }
    }
    let roles = ROLES.iter().map(|&role| u32::from(role));
    let lasts = LABELS.iter().map(|label| label.chars().next_back().map_or(0, u32::from));
    for last in lasts.chain(roles) {
        if let Some(weights) = han.get_mut(last.wrapping_sub(0x4e00) as usize) {
            weights.label = true;
        }
    }
    let (other, left, right) = (Table::new(&other), Table::new(&left), Table::new(&right));
    let mut begins = vec![0_u64; 0x5200 / 64].into_boxed_slice();
    for (at, (weights, char)) in han.iter().zip('\u{4e00}'..).enumerate() {
        let begin = weights.surname > 0 || weights.foreign > 0 || facts(char).starts_compound();
        if begin && let Some(word) = begins.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }
    Context { begins, words: words(), han, other, left, right }
});

impl Context {
    #[inline]
    fn begins(&self, char: char) -> bool {
        let at = u32::from(char).wrapping_sub(0x4e00) as usize;
        self.begins.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    #[inline]
    fn of(&self, char: char) -> Weights {
        let at = u32::from(char).wrapping_sub(0x4e00) as usize;
        self.han.get(at).copied().unwrap_or_default()
    }

    /// What the two characters before a name weigh.
    fn before(&self, second: char, first: char) -> i32 {
        let single = if is_han(first) {
            self.of(first).left
        } else {
            self.other.get(u32::from(first)).map_or(0, |both| both.0)
        };
        let pair = self.left.get(pair(second, first)).unwrap_or(0);
        (i32::from(single) + i32::from(pair)) * (UNIT / 16)
    }

    /// What the two characters behind a name weigh.
    fn behind(&self, first: char, second: char) -> i32 {
        let single = if is_han(first) {
            self.of(first).right
        } else {
            self.other.get(u32::from(first)).map_or(0, |both| both.1)
        };
        let pair = self.right.get(pair(first, second)).unwrap_or(0);
        (i32::from(single) + i32::from(pair)) * (UNIT / 16)
    }
}

/// The character as the tables of context have it: classes stand for digits, letters, white space.
fn class(char: char) -> char {
    match char {
        '0'..='9' | '０'..='９' => '0',
        'a'..='z' | 'A'..='Z' => 'a',
        _ if char.is_whitespace() => '_',
        _ if is_han(char) || SIGNS.contains(char) => char,
        _ => '?',
    }
}

const SIGNS: &str = "，。、；：？！“”‘’（）《》【】,.;:?!()\"'<>[]—-…~/|@#*&+";
/// The border of the text.
const BORDER: char = '^';

/// A candidate: where it stands and what it weighs.
struct Candidate {
    start: usize,
    end: usize,
    weight: i32,
    kind: TextKind,
}

/// Finds names.
pub(crate) fn find(text: &str, out: &mut Vec<TextSpan>) {
    let bytes = text.as_bytes();
    let context = &*WEIGHTS;
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut at = 0;
    // The end of the run of foreign characters looked at last.
    let mut foreign_end = 0;
    while let Some(&byte) = bytes.get(at) {
        if !(0xe4..=0xe9).contains(&byte) {
            at += 1;
            continue;
        }
        let Some(char) = han_at(bytes, at) else {
            at += 1;
            continue;
        };
        if !context.begins(char) {
            at += 3;
            continue;
        }
        let weights = context.of(char);
        if weights.surname > 0 || facts(char).starts_compound() {
            chinese(text, at, char, weights, context, &mut candidates);
        }
        if weights.foreign > 0 && at >= foreign_end {
            foreign_end = foreign(text, at, context, &mut candidates);
        }
        at += 3;
    }
    choose(&mut candidates, out);
}

/// Of candidates that overlap keeps the heaviest.
fn choose(candidates: &mut [Candidate], out: &mut Vec<TextSpan>) {
    candidates.sort_unstable_by_key(|one| (-one.weight, one.start, one.end));
    let first = out.len();
    for one in candidates.iter() {
        let taken = out.iter().skip(first).any(|span| one.start < span.end && span.start < one.end);
        if !taken {
            let level = match one.weight {
                SURE.. => TextLevel::Sure,
                LIKELY.. => TextLevel::Likely,
                _ => TextLevel::Unsure,
            };
            out.push(TextSpan { start: one.start, end: one.end, kind: one.kind, level });
        }
    }
}

/// What stands around a candidate: two characters before and two behind, as classes, and the text
/// before.
struct Around<'t> {
    before: [char; 2],
    behind: [char; 2],
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Around<'t> {
    /// The side before, which all candidates with one beginning share.
    fn before(text: &'t str, start: usize) -> Self {
        let mut back = text.get(..start).unwrap_or_default().chars().rev();
        let first = back.next().map_or(BORDER, class);
        let second = back.next().map_or(BORDER, class);
        Self { before: [second, first], behind: [BORDER; 2], text, start, end: start }
    }

    /// Sets the side behind.
    fn ends(&mut self, end: usize) {
        let mut on = self.text.get(end..).unwrap_or_default().chars();
        let next = on.next().map_or(BORDER, class);
        let after = on.next().map_or(BORDER, class);
        self.behind = [next, after];
        self.end = end;
    }

    /// What the side before weighs: words the beginning would cut, a word that ends there, and the
    /// characters themselves.
    fn left(&self, first: char, context: &Context) -> i32 {
        let [second, before] = self.before;
        let words = context.words;
        let mut sum = context.before(second, before);
        if is_han(before) {
            sum -= 25 * words.two(before, first);
            if is_han(second) {
                sum += 7 * words.two(second, before) - 23 * words.three(second, before, first);
            }
        }
        sum
    }

    /// The same of the side behind.
    fn right(&self, last: char, context: &Context) -> i32 {
        let [behind, after] = self.behind;
        let words = context.words;
        let mut sum = context.behind(behind, after);
        if is_han(behind) {
            sum -= 27 * words.two(last, behind);
            if is_han(after) {
                sum += 16 * words.two(behind, after) - 14 * words.three(last, behind, after);
            }
        }
        sum
    }

    /// Whole words before and behind that go with names, which single characters do not show.
    fn strong(&self, context: &Context) -> i32 {
        let mut weight = 0;
        let [behind, _] = self.behind;
        let rest = self.text.get(self.end..).unwrap_or_default();
        if context.of(behind).title && TITLES.iter().any(|title| rest.starts_with(title)) {
            weight += TITLE;
        }
        let [_, before] = self.before;
        if is_han(before) && !context.of(before).label || before == BORDER {
            return weight;
        }
        let head = self.text.get(..self.start).unwrap_or_default();
        let label = head.trim_end_matches([' ', '：', ':', '　', '【', '（', '(', '"', '“']);
        let marked = label.len() < head.len();
        let listed = LABELS.iter().any(|word| label.ends_with(word));
        if listed {
            weight += if marked { STRONG } else { TITLE };
        } else if head.ends_with(['：', ':']) && label.ends_with(ROLES) {
            // 见证人：, 术者：, whatever the person did.
            weight += TITLE + UNIT;
        }
        weight
    }
}

/// Words that announce a name.
const LABELS: &[&str] = &[
    "姓名",
    "联系人",
    "收件人",
    "收货人",
    "寄件人",
    "患者",
    "病人",
    "客户",
    "签字",
    "签名",
    "申请人",
    "负责人",
    "法人",
    "法定代表人",
    "户主",
    "持卡人",
    "经办人",
    "家属",
    "投保人",
    "被保险人",
    "乘客",
    "旅客",
    "司机",
    "客服",
    "业务员",
    "房东",
    "租客",
    "当事人",
    "委托人",
    "受托人",
    "监护人",
    "学生",
    "我叫",
    "我是",
    "名叫",
    "同事",
    "投诉人",
    "报案人",
    "签收人",
    "出租人",
    "承租人",
    "见证人",
    "代理人",
    "被告人",
    "介绍人",
    "推荐人",
    "审批人",
    "值班人",
    "取件人",
    "户名",
    "候选人",
    "应聘者",
    "接机人",
    "抄送",
    "通讯员",
    "顾客",
    "师傅",
    "骑手",
    "外卖员",
    "快递员",
    "市长",
    "县长",
    "书记",
    "校长",
    "局长",
    "院长",
    "董事长",
    "总经理",
    "班主任",
    "同学",
    "导购",
    "调解员",
    "医师",
    "护士",
    "民警",
    "工程师",
    "设计师",
    "主持人",
    "讲师",
    "教练",
    "导演",
    "演员",
    "编辑",
    "责编",
    "作者",
    "车主",
    "业主",
    "房客",
    "主刀",
    "助手",
    "董事",
    "监事",
    "主管",
    "店员",
    "您好",
    "你好",
    "感谢",
    "我妈",
    "我爸",
    "妻子",
    "丈夫",
    "儿子",
    "女儿",
    "老公",
    "老婆",
    "法官",
    "队员",
    "学员",
    "委员",
    "代表",
    "领队",
    "选手",
    "证人",
    "上诉人",
    "律师",
    "书记员",
    "护士长",
    "权限找",
    "村支书",
    "支书",
    "作家",
    "分析师",
    "主唱",
    "鼓手",
    "发明人",
    "外教",
    "导游",
    "户籍警",
    "审判长",
];

/// What roads and villages end with.
const ROADS: [char; 5] = ['街', '路', '镇', '村', '巷'];

/// Characters with which words for persons end.
const ROLES: [char; 5] = ['人', '者', '员', '师', '长'];

/// Titles that follow a name, or a surname alone.
const TITLES: &[&str] = &[
    "先生",
    "女士",
    "小姐",
    "老师",
    "同学",
    "经理",
    "主任",
    "医生",
    "大夫",
    "教授",
    "师傅",
    "律师",
    "阿姨",
    "叔叔",
    "大爷",
    "大妈",
    "奶奶",
    "爷爷",
    "太太",
    "夫人",
    "博士",
    "警官",
    "护士",
    "会计",
    "校长",
    "院长",
    "科长",
    "处长",
    "局长",
    "队长",
    "法官",
    "检察官",
    "老板",
    "总监",
    "教练",
    "大姐",
    "大哥",
    "店长",
    "村长",
    "站长",
    "班长",
    "大嫂",
    "工程师",
    "书记",
    "主席",
    "会长",
    "董事长",
    "行长",
];

/// What stands for a given name that is held back.
const BLANKS: &[&str] = &["某某", "某", "总"];

/// Candidates that begin with the surname at `at`.
fn chinese(
    text: &str,
    at: usize,
    first: char,
    weights: Weights,
    context: &Context,
    into: &mut Vec<Candidate>,
) {
    let bytes = text.as_bytes();
    let Some(second) = han_at(bytes, at + 3) else { return };
    let third = han_at(bytes, at + 6);
    if facts(first).starts_compound()
        && let Some(rate) = compound(first, second)
        && let Some(third) = third
    {
        // From 1 in 16 per million on each doubling speaks for it.
        let base = 21 * (i32::from(rate) - 4).max(0);
        if let Some(end) = titled(text, at, 6) {
            into.push(Candidate { start: at, end, weight: 0, kind: TextKind::Surname });
        } else {
            given((text, at), [second, third], 6, base, context, into);
        }
    }
    if weights.surname == 0 {
        return;
    }
    let base = (i32::from(weights.surname) - SHIFT) * (UNIT / 16);
    if context.of(second).title
        && let Some(end) = titled(text, at, 3)
    {
        let weight = base + Around::before(text, at).left(first, context) - 150;
        if weight > FIND {
            into.push(Candidate { start: at, end, weight, kind: TextKind::Surname });
        }
        return;
    }
    given((text, at), [first, second], 3, base, context, into);
}

/// The byte after a surname of `width` bytes with a title or a blank behind it.
fn titled(text: &str, at: usize, width: usize) -> Option<usize> {
    let rest = text.get(at + width..)?;
    if let Some(title) = TITLES.iter().find(|title| rest.starts_with(**title)) {
        return Some(at + width + title.len());
    }
    // `李某明` is a name with one character left out: the blank ends what is known.
    if let Some(blank) = ["某某", "某"].into_iter().find(|blank| rest.starts_with(*blank)) {
        return Some(at + width + blank.len());
    }
    let total = rest.strip_prefix('总')?;
    let word = total.starts_with([
        '是', '的', '数', '共', '体', '部', '局', '量', '统', '理', '裁', '结', '会',
    ]);
    (!word).then_some(at + width + 3)
}

/// Candidates with one and with two characters behind a surname of `width` bytes. `pair` is the
/// last character of the surname and the first behind it.
fn given(
    (text, start): (&str, usize),
    [last, first]: [char; 2],
    width: usize,
    base: i32,
    context: &Context,
    into: &mut Vec<Candidate>,
) {
    let words = context.words;
    let bytes = text.as_bytes();
    let single = width == 3;
    let base = if single { base - 38 * words.two(last, first) } else { base };
    let weight = i32::from(facts(first).given());
    let end = start + width + 3;
    let second = han_at(bytes, end);
    let short = if single { -558 } else { -396 } + base + 7 * weight;
    let long = second.map_or(i32::MIN / 2, |second| {
        let other = i32::from(facts(second).given());
        let bias = if single { -439 } else { -396 };
        bias + base + (5 * weight) / 2 + (21 * other) / 2 + (17 * weight.min(other)) / 4
    });
    if short.max(long) <= REACH - LEFT_MAX {
        return;
    }
    let mut around = Around::before(text, start);
    let left =
        around.left(if single { last } else { han_at(bytes, start).unwrap_or(last) }, context);
    if short + left > REACH {
        around.ends(end);
        let mut sum = short + left + around.right(first, context);
        let [behind, _] = around.behind;
        if single {
            sum -= 9 * words.three(last, first, behind);
        }
        push(sum, &around, context, into);
    }
    let Some(second) = second else { return };
    if long + left <= REACH {
        return;
    }
    let mut long = long + left - 24 * words.two(first, second);
    if single {
        long += 11 * words.three(last, first, second);
    }
    if long > REACH {
        around.ends(end + 3);
        let sum = long + around.right(second, context);
        push(sum, &around, context, into);
    }
}

/// More than this the side before hardly ever adds.
const LEFT_MAX: i32 = 3 * UNIT;

/// A candidate that weighs less before its right side is looked at is none: that side seldom adds
/// five units.
const REACH: i32 = FIND - 5 * UNIT;

fn push(sum: i32, around: &Around<'_>, context: &Context, into: &mut Vec<Candidate>) {
    if sum <= FIND - STRONG - TITLE {
        return;
    }
    let written = around.text.get(around.start..around.end).unwrap_or_default();
    let rest = around.text.get(around.start..).unwrap_or_default();
    // 于谦街, 张衡路: a road called after somebody.
    let road = around.text.get(around.end..).is_some_and(|rest| {
        rest.starts_with(ROADS) && !rest.starts_with("路过") && !rest.starts_with("村里")
    });
    let road = road || written.ends_with(ROADS);
    let road = if road { STRONG } else { 0 };
    let other = road + UNIT * context.words.not_name(rest, written.chars().count());
    // Part of a longer name: 史密斯 of 约翰·史密斯.
    let before = around.text.get(..around.start).unwrap_or_default();
    let behind = around.text.get(around.end..).unwrap_or_default();
    let part = before.ends_with(['·', '•']) || behind.starts_with(['·', '•']);
    let part = if part { STRONG } else { 0 };
    let weight = sum - other - part + around.strong(context);
    if weight > FIND {
        let (start, end) = (around.start, around.end);
        into.push(Candidate { start, end, weight, kind: TextKind::Name });
    }
}

/// The longest run of foreign characters that is looked at.
const RUN_MAX: usize = 18;

/// Candidates in the run of foreign characters that begins at `at`; gives the byte after the run.
fn foreign(text: &str, at: usize, context: &Context, into: &mut Vec<Candidate>) -> usize {
    let mut run = ['\0'; RUN_MAX];
    let mut places = [0_usize; RUN_MAX + 1];
    let mut count = 0;
    let rest = text.get(at..).unwrap_or_default();
    let mut end = at;
    for (offset, char) in rest.char_indices() {
        let joint = joins(char);
        let part = joint || context.of(char).foreign > 0;
        let (true, Some(place)) = (part, run.get_mut(count)) else { break };
        *place = char;
        if let Some(place) = places.get_mut(count) {
            *place = at + offset;
        }
        count += 1;
        end = at + offset + char.len_utf8();
    }
    while count > 1 && run.get(count - 1).is_some_and(|&char| joins(char)) {
        count -= 1;
        end = places.get(count).copied().unwrap_or(end);
    }
    if let Some(place) = places.get_mut(count) {
        *place = end;
    }
    if count < 2 {
        return end;
    }
    for from in 0..(count - 1).min(3) {
        for to in (from + 2).max(count.saturating_sub(2))..=count {
            if let (Some(name), Some(&start), Some(&end)) =
                (run.get(from..to), places.get(from), places.get(to))
            {
                foreign_name(text, name, start, end, context, into);
            }
        }
    }
    end
}

const fn joins(char: char) -> bool {
    matches!(char, '·' | '•' | '-')
}

fn foreign_name(
    text: &str,
    name: &[char],
    start: usize,
    end: usize,
    context: &Context,
    into: &mut Vec<Candidate>,
) {
    let (Some(&first), Some(&last)) = (name.first(), name.last()) else { return };
    if joins(first) || joins(last) {
        return;
    }
    let weight = |char: char| i32::from(context.of(char).foreign) - SHIFT;
    let (mut sum, mut least, mut parts, mut dot, mut words, mut long) = (0, 99, 0, false, 0, 0);
    for (at, &char) in name.iter().enumerate() {
        if joins(char) {
            dot |= char != '-';
        } else {
            sum += weight(char);
            least = least.min(weight(char));
            parts += 1;
        }
        if let Some(&next) = name.get(at + 1) {
            words += context.words.two(char, next);
            if let Some(&third) = name.get(at + 2) {
                long = long.max(context.words.three(char, next, third));
            }
        }
    }
    let length = match parts {
        0..=2 => -44,
        3 => 36,
        4 => -20,
        5 => -60,
        6 => 0,
        _ => -27,
    };
    let parts = parts.max(1);
    // Joined with the last or next character of the run the weight is the run's, not the part's.
    let mut around = Around::before(text, start);
    around.ends(end);
    let [_, before] = around.before;
    let [behind, _] = around.behind;
    let more = |char: char| match char {
        '·' | '•' => 8,
        '-' => 4,
        _ if context.of(char).foreign > 0 => weight(char),
        _ => -8,
    };
    let total = -528 + length + 4 * least - (13 * sum) / parts
        + if dot { 58 + 32 * parts } else { 0 }
        + 12 * weight(first)
        + 8 * weight(last)
        - (79 * words) / parts
        - 22 * long
        - 15 * more(before)
        - 9 * more(behind)
        - if context.words.place(name.iter().copied()) { 38 } else { 0 };
    if total <= REACH - LEFT_MAX {
        return;
    }
    let total = total + around.left(first, context) + around.right(last, context);
    push(total, &around, context, into);
}
