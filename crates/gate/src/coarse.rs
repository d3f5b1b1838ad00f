//! Coarser values: days, addresses, numbers, coordinates. What cannot be read is held back.

use std::io::Write as _;

use jiff::civil::Date;

use crate::columns::Wrote;

/// The day on which days begin to be counted.
const EPOCH: Date = Date::constant(1970, 1, 1);

pub(crate) fn day_of(days: i32) -> Option<Date> {
    EPOCH.checked_add(jiff::SignedDuration::from_hours(i64::from(days) * 24)).ok()
}

pub(crate) fn number_of(day: Date) -> i32 {
    i32::try_from(day.duration_since(EPOCH).as_hours() / 24).unwrap_or_default()
}

/// A day in a text, year first: `20260102`, `2026-1-2`, `2026年1月2日`, a time behind it or not.
///
/// A day that may be read two ways (`1/2/2026`) is none.
pub(crate) fn day_in(text: &[u8]) -> Option<Date> {
    let mut runs = text.split(|byte| !byte.is_ascii_digit()).filter(|run| !run.is_empty());
    let digits = |run: Option<&[u8]>| std::str::from_utf8(run?).ok()?.parse::<i32>().ok();
    let first = runs.next().filter(|first| text.starts_with(first))?;
    let number = digits(Some(first))?;
    let (year, month, day) = match first.len() {
        8 => (number / 10_000, number / 100 % 100, number % 100),
        4 => {
            let mut part = || digits(runs.next().filter(|run| run.len() <= 2));
            (number, part()?, part()?)
        }
        _ => return None,
    };
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `YYYY-MM`.
pub(crate) fn month(value: &[u8], to: &mut Vec<u8>) -> Wrote {
    let Some(day) = day_in(value) else { return Wrote::No };
    wrote(write!(to, "{:04}-{:02}", day.year(), day.month()))
}

/// `YYYY`.
pub(crate) fn year(value: &[u8], to: &mut Vec<u8>) -> Wrote {
    let Some(day) = day_in(value) else { return Wrote::No };
    wrote(write!(to, "{:04}", day.year()))
}

fn wrote(result: std::io::Result<()>) -> Wrote {
    if result.is_ok() { Wrote::Yes } else { Wrote::No }
}

/// A whole number becomes `from-to`, both inside; a fraction belongs to the band of its floor.
pub(crate) fn band(value: &[u8], width: u64, to: &mut Vec<u8>) -> Wrote {
    let number = std::str::from_utf8(value).ok().and_then(|text| floor(text.trim()));
    let Some(number) = number.filter(|_| width > 0) else { return Wrote::No };
    let width = i128::from(width);
    let from = number.div_euclid(width) * width;
    wrote(write!(to, "{from}-{}", from + width - 1))
}

/// The whole number at or below a decimal one.
fn floor(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = i128::from(whole.parse::<i64>().ok()?);
    let below = whole.starts_with('-') && fraction.bytes().any(|byte| byte != b'0');
    Some(number - i128::from(below))
}

/// A coordinate in text, cut behind so many decimal places.
pub(crate) fn truncate(value: &[u8], decimals: u32, to: &mut Vec<u8>) -> Wrote {
    let value = value.trim_ascii();
    let digits = value.strip_prefix(b"-").or_else(|| value.strip_prefix(b"+")).unwrap_or(value);
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at_checked(point).unwrap_or((digits, b""));
    let fraction = fraction.strip_prefix(b".").unwrap_or(fraction);
    let mut all = whole.iter().chain(fraction);
    if whole.is_empty() || !all.all(u8::is_ascii_digit) {
        return Wrote::No;
    }
    if value.starts_with(b"-") {
        to.push(b'-');
    }
    to.extend_from_slice(whole);
    let kept = fraction.get(..decimals as usize).unwrap_or(fraction);
    if !kept.is_empty() {
        to.push(b'.');
        to.extend_from_slice(kept);
    }
    Wrote::Yes
}

/// A number cut behind so many decimal places; as it is when none are named.
pub(crate) fn cut(number: f64, decimals: Option<u32>) -> f64 {
    let Some(decimals) = decimals else { return number };
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or_default());
    let scaled = (number * scale).trunc();
    // Too large to have a fraction, or no number at all.
    if scaled.is_finite() { scaled / scale } else { number.trunc() }
}

/// How far an address is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    District,
    City,
}

/// Characters that a name of a division has before its last ones.
const PROVINCE: usize = 10;
const CITY: usize = 12;
const DISTRICT: usize = 10;

/// An address without what stands behind its district, or behind its city.
///
/// Divisions are told by the words their names end in, in their order: province, city or
/// prefecture, district or county. An address without a district is cut behind its city, one
/// without a city behind its province; one with none of them is held back.
pub(crate) fn address(value: &[u8], area: Area, to: &mut Vec<u8>) -> Wrote {
    let Ok(text) = std::str::from_utf8(value) else { return Wrote::No };
    let text = text.trim();
    let province = behind(text, &["特别行政区", "自治区", "省"], PROVINCE);
    let rest = text.get(province..).unwrap_or_default();
    let city = province + behind(rest, &["自治州", "地区", "盟", "市"], CITY);
    let kept = match area {
        Area::City => city,
        Area::District => {
            let rest = text.get(city..).unwrap_or_default();
            city + behind(rest, &["自治县", "自治旗", "区", "县", "旗", "市"], DISTRICT)
        }
    };
    match text.get(..kept) {
        Some(kept) if !kept.is_empty() => {
            to.extend_from_slice(kept.as_bytes());
            Wrote::Yes
        }
        _ => Wrote::No,
    }
}

/// Words of an address below its divisions: behind one of them no division is looked for.
const BELOW: [char; 12] = ['路', '街', '巷', '号', '村', '镇', '乡', '道', '弄', '苑', '楼', '园'];

/// The byte behind the first name that ends in one of the words; 0 where there is none.
fn behind(text: &str, words: &[&str], characters: usize) -> usize {
    // A name has at least one character before the word: 市南区 is a district, not a city.
    for (place, (at, c)) in text.char_indices().enumerate().take(characters) {
        let rest = text.get(at..).unwrap_or_default();
        let word = words.iter().find(|word| rest.starts_with(**word));
        if let Some(word) = word.filter(|_| place > 0) {
            return at + word.len();
        }
        if c.is_ascii() || BELOW.contains(&c) {
            return 0;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>) -> Wrote) -> Option<String> {
        let mut to = Vec::new();
        (write(&mut to) == Wrote::Yes).then(|| String::from_utf8(to).unwrap())
    }

    #[test]
    fn days_become_months_and_years() {
        for day in ["2026-01-02", "20260102", "2026/1/2 03:04", "2026年1月2日", "2026-01-02T03:04Z"]
        {
            assert_eq!(text(|to| month(day.as_bytes(), to)).as_deref(), Some("2026-01"), "{day}");
            assert_eq!(text(|to| year(day.as_bytes(), to)).as_deref(), Some("2026"), "{day}");
        }
        for none in ["1/2/2026", "2026-02-30", "2026", "", "soon", "n2026-01-02", "2026-001-02"] {
            assert_eq!(text(|to| month(none.as_bytes(), to)), None, "{none}");
        }
    }

    #[test]
    fn day_numbers_go_both_ways() {
        for number in [-1, 0, 1, 20_000, -700_000] {
            assert_eq!(number_of(day_of(number).unwrap()), number);
        }
        assert_eq!(day_of(i32::MAX), None);
    }

    #[test]
    fn numbers_become_bands() {
        let of = |value: &str| text(|to| band(value.as_bytes(), 10, to));
        assert_eq!(of("27").as_deref(), Some("20-29"));
        assert_eq!(of("30").as_deref(), Some("30-39"));
        assert_eq!(of("-1").as_deref(), Some("-10--1"));
        assert_eq!(of("29.99").as_deref(), Some("20-29"));
        assert_eq!(of("-0.5").as_deref(), Some("-10--1"));
        for none in ["", "27岁", "1e3", "1.", "NaN"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn coordinates_are_cut_and_not_rounded() {
        let of = |value: &str, decimals| text(|to| truncate(value.as_bytes(), decimals, to));
        assert_eq!(of("39.90987", 2).as_deref(), Some("39.90"));
        assert_eq!(of("-116.39999", 1).as_deref(), Some("-116.3"));
        assert_eq!(of("+39.9", 0).as_deref(), Some("39"));
        assert_eq!(of("39", 3).as_deref(), Some("39"));
        for none in ["", ".5", "39°54′", "1.2.3", "39,9"] {
            assert_eq!(of(none, 2), None, "{none}");
        }
        assert!((cut(-116.399_99, Some(1)) + 116.3).abs() < 1e-12);
        assert!(cut(f64::NAN, Some(1)).is_nan());
    }

    #[test]
    fn addresses_end_with_their_district_or_city() {
        let of = |value: &str, area| text(|to| address(value.as_bytes(), area, to));
        for (full, district, city) in [
            ("广东省深圳市南山区例子二路1号", "广东省深圳市南山区", "广东省深圳市"),
            ("北京市朝阳区示例北路1号", "北京市朝阳区", "北京市"),
            ("山东省青岛市市南区样本路1号", "山东省青岛市市南区", "山东省青岛市"),
            ("浙江省杭州市淳安县例某镇", "浙江省杭州市淳安县", "浙江省杭州市"),
            ("广东省东莞市虚构街道例某小区1栋", "广东省东莞市", "广东省东莞市"),
            (
                "新疆维吾尔自治区伊犁哈萨克自治州伊宁市例某街",
                "新疆维吾尔自治区伊犁哈萨克自治州伊宁市",
                "新疆维吾尔自治区伊犁哈萨克自治州",
            ),
            ("河北省例某街", "河北省", "河北省"),
            ("上海市浦东新区例样路56号1栋", "上海市浦东新区", "上海市"),
        ] {
            assert_eq!(of(full, Area::District).as_deref(), Some(district));
            assert_eq!(of(full, Area::City).as_deref(), Some(city));
        }
        for none in ["例某路1号", "1 Example Road", "", "区", "例子大道市区"] {
            assert_eq!(of(none, Area::District), None, "{none}");
        }
    }
}
