//! Persons who do not exist, the same for the same seed.

/// A generator of numbers: SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    /// Begins at a seed.
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// One of a list; the default of an empty one.
    pub(crate) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let place = self.below(list.len() as u64);
        list.get(place as usize).copied().unwrap_or_default()
    }
}

/// Surnames that are common, before given names that nobody has.
pub(crate) const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "林", "罗", "高", "欧阳",
];
const GIVEN: &[&str] = &["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "例", "样"];
const NUMBERS: &[&str] = &["一", "二", "三", "四", "五", "六", "七", "八", "九", "某", ""];

/// Where a person lives: the division's code, its name, a road.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) code: u32,
    pub(crate) name: &'static str,
    pub(crate) road: &'static str,
}

const fn place(code: u32, name: &'static str, road: &'static str) -> Place {
    Place { code, name, road }
}

/// Divisions that exist, roads that do not.
pub(crate) const PLACES: &[Place] = &[
    place(110_105, "北京市朝阳区", "示例北路"),
    place(110_108, "北京市海淀区", "样本东街"),
    place(310_115, "上海市浦东新区", "例样路"),
    place(310_104, "上海市徐汇区", "虚构南路"),
    place(440_106, "广东省广州市天河区", "示范大道"),
    place(440_305, "广东省深圳市南山区", "例子二路"),
    place(510_107, "四川省成都市武侯区", "样板横街"),
    place(330_106, "浙江省杭州市西湖区", "虚拟巷"),
    place(420_106, "湖北省武汉市武昌区", "试验路"),
    place(320_102, "江苏省南京市玄武区", "假设街"),
];

/// A person who does not exist.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) female: bool,
    pub(crate) born: Date,
    pub(crate) resident_id: String,
    pub(crate) mobile: String,
    pub(crate) email: String,
    pub(crate) address: String,
    pub(crate) card: String,
}

/// A day.
#[derive(Clone, Copy)]
pub(crate) struct Date {
    pub(crate) year: u64,
    pub(crate) month: u64,
    pub(crate) day: u64,
}

impl Date {
    /// Some day of the years from `first` on; never after the 28th.
    pub(crate) fn roll(dice: &mut Dice, first: u64, years: u64) -> Date {
        let year = first + dice.below(years);
        Date { year, month: 1 + dice.below(12), day: 1 + dice.below(28) }
    }

    /// As ISO 8601 writes it.
    pub(crate) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// As it stands in a resident ID.
    pub(crate) fn plain(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }

    /// Days since 1970-01-01, by the civil calendar.
    pub(crate) fn days(self) -> i64 {
        let year = self.year as i64 - i64::from(self.month <= 2);
        let month = (self.month as i64 + 9) % 12;
        let of_year = (153 * month + 2) / 5 + self.day as i64 - 1;
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }
}

impl Person {
    /// The person of this number, born in the years from `first` on. What looks like an identifier
    /// is taken from ranges that are plainly invented: the sequence of a resident ID is 001 to 009,
    /// mobile numbers begin with 1390000, cards with 6222020000.
    pub(crate) fn invented(number: u64, first: u64, years: u64) -> Person {
        let mut dice = Dice::new(number.wrapping_mul(0x517c_c1b7_2722_0a95).wrapping_add(1));
        let place = dice.pick(PLACES);
        let born = Date::roll(&mut dice, first, years);
        let sequence = 1 + dice.below(9);
        let surname = dice.pick(SURNAMES);
        let name = format!("{surname}{}{}", dice.pick(GIVEN), dice.pick(NUMBERS));
        let house = 1 + dice.below(199);
        let (building, room) = (1 + dice.below(20), 101 + dice.below(20) * 100 + dice.below(4));
        Person {
            name,
            female: sequence % 2 == 0,
            born,
            resident_id: resident_id(place.code, born, sequence),
            mobile: format!("1390000{:04}", number % 10_000),
            email: format!("guest{number:04}@example.com"),
            address: format!("{}{}{house}号{building}栋{room}室", place.name, place.road),
            card: card(number),
        }
    }

    /// 男 or 女.
    pub(crate) fn sex(&self) -> &'static str {
        if self.female { "女" } else { "男" }
    }
}

/// A resident ID of 18 places with its check digit (GB 11643).
pub(crate) fn resident_id(division: u32, born: Date, sequence: u64) -> String {
    let body = format!("{division:06}{}{sequence:03}", born.plain());
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap_or('0');
    format!("{body}{check}")
}

/// A card number of 19 digits with its check digit (ISO/IEC 7812, Luhn).
pub(crate) fn card(number: u64) -> String {
    let body = format!("6222020000{:08}", number % 100_000_000);
    let sum: u64 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u64::from(digit.wrapping_sub(b'0'));
            let twice = if place % 2 == 0 { digit * 2 } else { digit };
            twice / 10 + twice % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_published_examples() {
        // GB 11643 gives 11010519491231002X as its example.
        let born = Date { year: 1949, month: 12, day: 31 };
        assert_eq!(resident_id(110_105, born, 2), "11010519491231002X");
        assert_eq!(card(0).len(), 19);
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(Date { year: 1970, month: 1, day: 1 }.days(), 0);
        assert_eq!(Date { year: 2000, month: 3, day: 1 }.days(), 11_017);
    }

    #[test]
    fn the_same_number_is_the_same_person() {
        let (one, other) = (Person::invented(7, 1960, 40), Person::invented(7, 1960, 40));
        assert_eq!((one.name, one.resident_id), (other.name, other.resident_id));
    }
}
