//! Cells with other characters than ASCII: names, addresses, bodies, running text.

use std::sync::LazyLock;

use crate::identifiers::days::{self, Time};
use crate::identifiers::{damage, travel, vehicles};
use crate::text::names;

use super::Shape;
use super::counts::{Counts, Reference};

/// Bytes of a cell that are looked at for the parts of an address; a longer cell is text.
const ADDRESS_BYTES: usize = 240;
/// Bytes from which on a cell is running text whatever it says: 32 Chinese characters.
const TEXT_BYTES: usize = 96;

/// Counts a cell that holds a byte above 0x7f and is no word of the closed lists.
pub(super) fn see(cell: &[u8], counts: &mut Counts, reference: &Reference) {
    let first = cell.first().copied().unwrap_or_default();
    if matches!(first, 0xe4..=0xe9) {
        counts.lengths.chinese += 1;
        let mut twelve = [0; 12];
        if cell.len() <= 12 {
            twelve.iter_mut().zip(cell).for_each(|(to, from)| *to = *from);
            if name(&twelve, cell.len(), counts) {
                return;
            }
        }
    }
    other(cell, first, counts, reference);
}

/// Counts two to four Chinese characters that may be a name; `twelve` holds the cell, filled up
/// with zeros. All four places are read whatever there is, so that names of different lengths do
/// not part ways.
#[inline]
fn name(twelve: &[u8; 12], length: usize, counts: &mut Counts) -> bool {
    let (threes, _) = twelve.as_chunks::<3>();
    let [one, two, three, four] = threes else { return false };
    let (first, second) = (character(one), character(two));
    let (third, fourth) = (character(three), character(four));
    let read = [first, second, third, fourth];
    let (last, whole) = match length {
        6 => (second, true),
        9 => (third, second != '\0'),
        12 => (fourth, second != '\0' && third != '\0'),
        _ => return false,
    };
    if !whole || first == '\0' || last == '\0' {
        return false;
    }
    let end = mark(last);
    let cell = twelve.get(..length).unwrap_or_default();
    if end & BODY != 0 && body(cell) {
        counts.is(Shape::OrganisationName);
        return true;
    }
    if end & PLACE != 0 {
        return false;
    }
    let (width, rate) = names::surname(read.get(..length / 3).unwrap_or_default());
    counts.see(Shape::PersonName, crate::identifiers::Fit::new(true, width > 0));
    if let Some(count) = counts.names.by_length.get_mut(length / 3 - 2) {
        *count += 1;
    }
    counts.names.surname += u64::from(width > 0);
    // 2^10 of a million are 0.1 %.
    counts.names.common_surname += u64::from(rate >= 10);
    counts.names.given_name += u64::from(names::facts(last).given() > 0);
    counts.first_character(first);
    true
}

/// The character of three bytes, when it is in the block of unified ideographs.
#[inline]
fn chinese(&[a, b, c]: &[u8; 3]) -> Option<char> {
    let code = u32::from(a & 15) << 12 | u32::from(b & 63) << 6 | u32::from(c & 63);
    let form = a >> 4 == 0xe && b >> 6 == 2 && c >> 6 == 2;
    if form && (0x4e00..0xa000).contains(&code) { char::from_u32(code) } else { None }
}

/// Counts a cell that begins with a Chinese character and is no longer than a name, when it may be
/// one; the figures are those [`see`] would have come to.
#[inline]
pub(super) fn expected_name(block: &[u8; 32], length: usize, counts: &mut Counts) -> bool {
    let found = block.first_chunk().is_some_and(|twelve| name(twelve, length, counts));
    counts.lengths.chinese += u64::from(found);
    found
}

/// As [`chinese`], with 0 for what is none.
#[inline]
fn character(three: &[u8; 3]) -> char {
    chinese(three).unwrap_or_default()
}

fn other(cell: &[u8], first: u8, counts: &mut Counts, reference: &Reference) {
    if first.is_ascii_digit() {
        match days::read(cell) {
            Some(Time::Day(day)) => {
                counts.see(Shape::Day, crate::identifiers::Fit::new(true, day.exists()));
                if day.exists() {
                    counts.day(day, reference);
                }
                return;
            }
            Some(Time::Instant(day)) if day.exists() => {
                counts.is(Shape::Instant);
                counts.day(day, reference);
                return;
            }
            _ => {}
        }
    }
    if cell.len() <= 24 && special(cell, counts) {
        return;
    }
    let seen = if cell.len() <= ADDRESS_BYTES { parts(cell) } else { Parts::default() };
    if !seen.has(NUMBER | ROOM) && body(cell) {
        counts.is(Shape::OrganisationName);
        return;
    }
    if address(seen, cell.len(), counts) {
        return;
    }
    if cell.len() > TEXT_BYTES || seen.sentence() && cell.len() > 24 {
        counts.is(Shape::FreeText);
    } else if seen.has(DOT) && cell.len() <= 60 && seen.only_chinese() {
        counts.is(Shape::PersonName);
        counts.names.dotted += 1;
    } else if matches!(cell.first(), Some(b'{' | b'[' | b'<')) {
        counts.is(Shape::Markup);
    }
}

/// Plates, cards of the army, masked names.
fn special(cell: &[u8], counts: &mut Counts) -> bool {
    if cell.contains(&b'*') || cell.starts_with("＊".as_bytes()) || cell.ends_with("＊".as_bytes())
    {
        let masked = damage::masked(cell);
        if masked {
            counts.is(Shape::Masked);
        }
        return masked;
    }
    let plate = cell.get(3).is_some_and(u8::is_ascii_alphabetic) || cell.starts_with(b"WJ");
    if plate && let Some(plate) = upper_plate(cell) {
        counts.is(match plate {
            vehicles::Plate::Ordinary => Shape::Plate,
            vehicles::Plate::NewEnergy => Shape::PlateNewEnergy,
            vehicles::Plate::Military => Shape::PlateMilitary,
        });
        return true;
    }
    let military = travel::military(cell).form();
    if military {
        counts.is(Shape::MilitaryCard);
    }
    military
}

fn upper_plate(cell: &[u8]) -> Option<vehicles::Plate> {
    let mut upper = [0; 24];
    let part = upper.get_mut(..cell.len())?;
    part.copy_from_slice(cell);
    part.make_ascii_uppercase();
    vehicles::plate(part)
}

/// Whether the cell ends as names of bodies do.
fn body(cell: &[u8]) -> bool {
    const ENDS: [&str; 24] = [
        "公司",
        "医院",
        "学校",
        "大学",
        "学院",
        "中学",
        "幼儿园",
        "委员会",
        "集团",
        "工厂",
        "银行",
        "事务所",
        "研究院",
        "研究所",
        "协会",
        "基金会",
        "合作社",
        "中心",
        "支行",
        "分行",
        "卫生院",
        "公安局",
        "派出所",
        "服务部",
    ];
    // The last character first: most cells end here.
    cell.last_chunk::<3>().and_then(chinese).is_some_and(|last| mark(last) & BODY != 0)
        && cell.len() >= 9
        && ENDS.iter().any(|end| cell.ends_with(end.as_bytes()))
}

const PROVINCE: u16 = 1;
const CITY: u16 = 1 << 1;
const COUNTY: u16 = 1 << 2;
const TOWN: u16 = 1 << 3;
const ROAD: u16 = 1 << 4;
/// A word that counts when a number stands before it.
const NUMBER: u16 = 1 << 5;
const ROOM: u16 = 1 << 6;
/// Marks of a sentence.
const SENTENCE: u16 = 1 << 7;
/// A middle dot.
const DOT: u16 = 1 << 8;
/// Characters that are no ideographs.
const FOREIGN: u16 = 1 << 9;
/// Words that sentences have and addresses have not.
const PROSE: u16 = 1 << 10;
/// 街 before 道 makes a town of a road.
const STREET: u16 = 1 << 11;
const NUMERAL: u16 = 1 << 12;
/// Last characters of names of bodies.
const BODY: u16 = 1 << 13;
/// Last characters of names of places, which no name of a person ends with.
const PLACE: u16 = 1 << 14;

/// What single characters say about an address, by their code; every code of sixteen bits has a
/// place, so that a look-up is one step.
static MARKS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut marks = vec![0_u16; 0x1_0000];
    let lists = [
        (PROVINCE, "省"),
        (CITY, "市州盟"),
        (COUNTY, "区县旗"),
        (TOWN, "镇乡"),
        (ROAD, "路街巷弄道村庄屯里社苑园"),
        (STREET, "街"),
        (NUMBER, "号"),
        (ROOM, "栋幢座楼室层元户"),
        (PROSE, "的了吗呢是我你他她们这那您请"),
        (BODY, "司院校学园会团厂行所社心局部"),
        (PLACE, "省市县镇乡村路街"),
        (NUMERAL, "一二三四五六七八九十零百甲乙丙丁"),
    ];
    for (mark, list) in lists {
        for character in list.chars() {
            if let Some(place) = marks.get_mut(u32::from(character) as usize) {
                *place |= mark;
            }
        }
    }
    marks
});

#[inline]
fn mark(character: char) -> u16 {
    MARKS.get(u32::from(character) as usize).copied().unwrap_or_default()
}

/// The marks a cell has.
#[derive(Clone, Copy, Default)]
struct Parts(u16);

impl Parts {
    fn has(self, mark: u16) -> bool {
        self.0 & mark != 0
    }

    fn sentence(self) -> bool {
        self.has(SENTENCE | PROSE)
    }

    fn only_chinese(self) -> bool {
        !self.has(FOREIGN)
    }
}

/// Walks over the cell once.
fn parts(cell: &[u8]) -> Parts {
    let marks: &[u16] = &MARKS;
    let (mut seen, mut before, mut numeral, mut rest) = (0_u16, 0_u16, false, cell);
    while let Some((&[a, b, c], tail)) = rest.split_first_chunk::<3>() {
        if a.is_ascii_digit() {
            (seen, numeral, before) = (seen | FOREIGN, true, 0);
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        if !(0xe4..=0xe9).contains(&a) {
            (seen, numeral, rest) = foreign(seen, rest);
            before = 0;
            continue;
        }
        rest = tail;
        let code = u16::from(a) << 12 | u16::from(b & 63) << 6 | u16::from(c & 63);
        let mark = marks.get(usize::from(code)).copied().unwrap_or_default();
        // Most characters say nothing.
        if mark == 0 {
            (before, numeral) = (0, false);
            continue;
        }
        // House numbers and rooms need a number before them.
        seen |= if numeral { mark } else { mark & !(NUMBER | ROOM) };
        if before & STREET != 0 && mark & ROAD != 0 && c == 0x93 {
            seen |= TOWN;
        }
        numeral = mark & NUMERAL != 0;
        before = mark;
    }
    while !rest.is_empty() {
        (seen, _, rest) = foreign(seen, rest);
    }
    Parts(seen)
}

/// One character that is no ideograph: what is seen with it, whether it can be part of a number,
/// and what follows it.
#[inline]
fn foreign(seen: u16, rest: &[u8]) -> (u16, bool, &[u8]) {
    match rest {
        [byte @ ..0x80, tail @ ..] => {
            let sentence = if matches!(byte, b'?' | b'!') { SENTENCE } else { 0 };
            (seen | FOREIGN | sentence, byte.is_ascii_alphanumeric(), tail)
        }
        // 。，；！？
        [0xe3, 0x80, 0x82, tail @ ..] | [0xef, 0xbc, 0x81 | 0x8c | 0x9b | 0x9f, tail @ ..] => {
            (seen | SENTENCE | FOREIGN, false, tail)
        }
        [0xc2, 0xb7, tail @ ..] | [0xe2, 0x80, 0xa2, tail @ ..] => (seen | DOT, false, tail),
        [_, tail @ ..] => (seen | FOREIGN, false, tail),
        [] => (seen, false, rest),
    }
}

/// Counts an address: at least two of its parts and no sentence.
fn address(seen: Parts, length: usize, counts: &mut Counts) -> bool {
    let parts = seen.0 & (PROVINCE | CITY | COUNTY | TOWN | ROAD | NUMBER | ROOM);
    if parts.count_ones() < 2 || seen.sentence() || length < 12 {
        return false;
    }
    let deep = seen.has(ROAD | TOWN) && seen.has(NUMBER | ROOM);
    counts.see(Shape::Address, crate::identifiers::Fit::new(true, deep));
    let addresses = &mut counts.addresses;
    addresses.province += u64::from(seen.has(PROVINCE));
    addresses.city += u64::from(seen.has(CITY));
    addresses.county += u64::from(seen.has(COUNTY));
    addresses.town += u64::from(seen.has(TOWN));
    addresses.road += u64::from(seen.has(ROAD));
    addresses.number += u64::from(seen.has(NUMBER));
    addresses.room += u64::from(seen.has(ROOM));
    true
}
