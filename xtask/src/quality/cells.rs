//! Invented cells: seeded by the name of the column, the same on every run.

/// Cells made for one column.
pub(super) const ROWS: usize = 60;

/// A small generator of numbers (splitmix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(text: &str) -> Dice {
        let start = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Dice(start)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn pick<'a>(&mut self, list: &'a str) -> &'a str {
        let words: Vec<&str> = list.split(' ').collect();
        let at = self.below(words.len() as u64) as usize;
        words.get(at).copied().unwrap_or_default()
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    fn hex(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from_digit(self.below(16) as u32, 16).unwrap_or('0')).collect()
    }
}

const SURNAMES: &str = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 罗 高 郑 梁 谢 宋 唐 许 邓 冯 韩 曹 欧阳";
const GIVEN: &str = "甲 一 例 样 试 明 华 芳 伟 静 强 敏 丽 军 洋 勇 艳 杰 娟 涛 超 秀英 建国 子涵 雨桐 思远 佳怡 志强 晓东 文博";
const MORE_SURNAMES: &str = "\
    王 李 张 刘 陈 吴 沈 蒋 彭 汪 田 范 石 姚 谭 邹 熊 孟 秦 江 阎 薛 侯 雷 白 龙 段 郝 孔 邵 \
    史 毛 常 万 顾 赖 武 康 贺 严 尹 钱 施 牛 洪 龚 上官 司徒";
const GIVEN_CHARACTERS: &str = "\
    例 样 试 测 嘉 宁 思 远 梓 涵 欣 怡 晨 曦 浩 然 俊 熙 雪 梅 桂 英 国 庆 春 生 海 燕 玉 兰 \
    建 平 文 斌 志 刚 晓 峰 诗 琪 天 佑";
const CITIES: &str = "北京市 上海市 广州市 济南市 苏州市 成都市 武汉市 西安市 青岛市 厦门市";
const PLACES: &str = "北京市海淀区 上海市浦东新区 广东省广州市天河区 山东省济南市历下区 江苏省苏州市吴中区 四川省成都市武侯区 湖北省武汉市洪山区 陕西省西安市雁塔区";
const ROADS: &str = "样例路 测试大街 示范路 甲子路 虚拟街 中山路 人民路 解放大道";
const SENTENCES: &str = "患者三天前无明显诱因出现咳嗽咳痰，伴发热，体温最高三十八度五，自服药物后稍好转，今日来院就诊。 \
    病人半年前开始反复头晕，劳累后加重，休息可缓解，既往有高血压多年，规律服药，血压控制尚可。 \
    否认肝炎结核等传染病史，否认手术外伤史，预防接种史不详，无输血史，家族中无类似病例。 \
    右侧膝关节疼痛两月余，上下楼时明显，无红肿，夜间不痛，曾行理疗，效果不佳，现要求进一步诊治。";

/// Regions, valid ones, of invented resident IDs.
const REGIONS: &str = "110105 310115 370102 320506 510107 420111 610113 440106 350203 330106";

/// One cell of the generator named so; `None` for a name nobody knows.
pub(super) fn cell(made: &str, row: usize, dice: &mut Dice) -> Option<String> {
    let (kind, rest) = made.split_once(':').unwrap_or((made, ""));
    let bound: u64 = rest.parse().unwrap_or(100);
    written(kind, rest, dice)
        .or_else(|| person(kind, dice))
        .or_else(|| identifier(kind, row, dice))
        .or_else(|| word(kind, dice))
        .or_else(|| figure(kind, row, bound, dice))
        .or_else(|| technical(kind, dice))
}

/// Cells whose column says how they are written: `one:` picks among words between `|`; `pat:` is a
/// pattern: `#` a digit, `@` a capital, `&` a small letter or digit, `%` and `^` hex digits, small
/// and capital.
fn written(kind: &str, rest: &str, dice: &mut Dice) -> Option<String> {
    match kind {
        "one" => {
            let words: Vec<&str> = rest.split('|').collect();
            let at = dice.below(words.len() as u64) as usize;
            words.get(at).map(|&word| word.to_owned())
        }
        "pat" => Some(rest.chars().map(|letter| stroke(letter, dice)).collect()),
        _ => None,
    }
}

fn stroke(letter: char, dice: &mut Dice) -> char {
    let nth = |at: u64, radix: u32| char::from_digit(at as u32, radix).unwrap_or('0');
    match letter {
        '#' => nth(dice.below(10), 10),
        '@' => char::from(b'A' + dice.below(26) as u8),
        '&' => nth(dice.below(36), 36),
        '%' => nth(dice.below(16), 16),
        '^' => nth(dice.below(16), 16).to_ascii_uppercase(),
        other => other,
    }
}

fn person(kind: &str, dice: &mut Dice) -> Option<String> {
    Some(match kind {
        "nm2" => {
            let surname = dice.pick(MORE_SURNAMES);
            let two = dice.below(4) > 0;
            let second = if two { dice.pick(GIVEN_CHARACTERS) } else { "" };
            format!("{surname}{}{second}", dice.pick(GIVEN_CHARACTERS))
        }
        "nm_py" => {
            let surname = dice.pick("ZHANG WANG LI OUYANG XU LYU SHEN");
            format!("{surname} {}", dice.pick("XIAOYANG JIALI WEI MINGYU SHIYI RAN"))
        }
        "nm" => format!("{}{}", dice.pick(SURNAMES), dice.pick(GIVEN)),
        "nm_en" => {
            let given = dice.pick("Anna Example Testa Jia Nomen Demo Sara Luca Ines Omar");
            format!("{given} {}", dice.pick("Sample Case Muster Placeholder Nescio Probe Invent"))
        }
        "em" => format!(
            "{}{}@example.{}",
            dice.pick("li jia test demo wang user"),
            dice.digits(3),
            dice.pick("com org")
        ),
        "addr" => format!(
            "{}{}{}号{}栋{}室",
            dice.pick(PLACES),
            dice.pick(ROADS),
            1 + dice.below(200),
            1 + dice.below(20),
            101 + dice.below(900)
        ),
        "city" => dice.pick(CITIES).to_owned(),
        "mob" => format!(
            "{}{}",
            dice.pick("138 139 150 151 158 186 187 188 177 199 135"),
            dice.digits(8)
        ),
        "mob86" => format!("+86 {}{}", dice.pick("138 139 150 151 186"), dice.digits(8)),
        "mobi" => format!("+86{}{}", dice.pick("138 139 150 151 186"), dice.digits(8)),
        "mobm" => format!("{}****{}", dice.pick("138 139 150 151 186"), dice.digits(4)),
        "tel" => format!(
            "{}-{}{}",
            dice.pick("010 021 0531 0512 028 027"),
            2 + dice.below(7),
            dice.digits(7)
        ),
        "age" => (18 + dice.below(60)).to_string(),
        _ => return None,
    })
}

fn identifier(kind: &str, row: usize, dice: &mut Dice) -> Option<String> {
    Some(match kind {
        "rid" => resident_id(dice, true),
        "rid_bad" => resident_id(dice, row.is_multiple_of(11)),
        "rid15" => format!(
            "{}{}{}",
            dice.pick(REGIONS),
            day(dice, 50, 40).replace('-', "").get(2..)?,
            dice.digits(3)
        ),
        "ridm" => format!("{}********{}", dice.pick(REGIONS), dice.digits(4)),
        "rid_float" => format!("{}.{}E+17", 1 + dice.below(6), dice.digits(2)),
        "card" => luhn(&format!("622202{}", dice.digits(12))),
        "acct" => format!("{}{}", dice.pick("11 33 37 80 99"), dice.digits(15)),
        "uscc" => uscc(dice),
        "plate" => format!(
            "{}{}{}",
            dice.pick("京 沪 鲁 苏 川 粤"),
            dice.pick("A B C E F"),
            dice.digits(5)
        ),
        "vin" => vin(dice),
        "pp" => format!("E{}", dice.digits(8)),
        "hkid" => hk_id(dice),
        "qq" => format!("{}{}", 1 + dice.below(9), dice.digits(8)),
        "wx" => format!("{}_{}", dice.pick("wx li jia demo"), dice.digits(6)),
        "openid" => format!("oX{}", dice.hex(26)),
        "eno" => format!("E{:05}", 100 + row as u64 * 7 + dice.below(7)),
        "imei" => luhn(&format!("86{}", dice.digits(12))),
        "imsi" => format!("460{}{}", dice.pick("00 01 03 11"), dice.digits(10)),
        "iccid" => format!("8986{}{}", dice.pick("00 01 03"), dice.digits(14)),
        "mac" => (0..6).map(|_| dice.hex(2)).collect::<Vec<_>>().join(":"),
        "ip" => format!(
            "{}.{}.{}.{}",
            11 + dice.below(80),
            dice.below(250),
            dice.below(250),
            1 + dice.below(250)
        ),
        _ => return None,
    })
}

fn word(kind: &str, dice: &mut Dice) -> Option<String> {
    let list = match kind {
        "sexzh" => "男 女",
        "sexmf" => "M F",
        "sex12" => "1 2",
        "eth" => "汉族 汉族 汉族 回族 满族 壮族",
        "pol" => "群众 群众 中共党员 共青团员",
        "edu" => "本科 大专 硕士研究生 高中 博士研究生",
        "blood" => "A型 B型 O型 AB型",
        "mar" => "已婚 未婚 离异",
        "relig" => "无 佛教 基督教 伊斯兰教",
        "yn" => "是 否",
        "tf" => "true false",
        "b01" => "0 1",
        "ayear" => "2023-2024 2024-2025 2025-2026",
        "ver" => "1.0.3 2.11.0 v3.2.1 1.0.4 10.15.7",
        "dept" => "研发部 市场部 财务部 人力资源部 采购部",
        "prod" => "无线耳机 保温杯 手机壳 数据线 蓝牙音箱 充电宝 电动牙刷 台灯",
        "co" => "例某科技有限公司 样本贸易有限公司 测试物流股份有限公司 甲乙丙医院",
        "school" => "样例大学 测试学院 示范中学 虚构师范大学",
        "occ" => "工程师 教师 医生 司机 会计 个体户",
        "dx" => "急性上呼吸道感染 2型糖尿病 高血压病3级 慢性胃炎 腰椎间盘突出症",
        "drug" => "阿莫西林胶囊 二甲双胍片 氨氯地平片 布洛芬缓释胶囊",
        "txt" => SENTENCES,
        "txt_en" => {
            return Some(format!(
                "Writes about {} and likes long walks with colleagues after work in the office number {}",
                dice.pick("testing tables numbers"),
                dice.below(90)
            ));
        }
        "ua" => {
            return Some(format!(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{}.0 Safari/537.36",
                90 + dice.below(40)
            ));
        }
        _ => return None,
    };
    Some(dice.pick(list).to_owned())
}

fn figure(kind: &str, row: usize, bound: u64, dice: &mut Dice) -> Option<String> {
    Some(match kind {
        "int" => dice.below(bound).to_string(),
        "amt" => format!("{}.{}", 100 + dice.below(90_000), dice.digits(2)),
        "seq" => (row + 1).to_string(),
        "id8" => format!("{}", 10_000_000 + row as u64 * 13 + dice.below(13)),
        "ht" => (150 + dice.below(40)).to_string(),
        "wt" => format!("{}.{}", 45 + dice.below(50), dice.below(10)),
        "lat" => format!("{}.{}", 22 + dice.below(18), dice.digits(6)),
        "lng" => format!("{}.{}", 103 + dice.below(18), dice.digits(6)),
        "zip" => format!("{}{}", dice.pick("100 200 250 510 610"), dice.digits(3)),
        "ono" => format!("{}{}", day(dice, 2024, 2).replace('-', ""), dice.digits(6)),
        "ono18" => format!("{}{}", day(dice, 2024, 2).replace('-', ""), dice.digits(10)),
        "day" => day(dice, 1955, 50),
        "day8" => day(dice, 1955, 50).replace('-', ""),
        "dayr" => day(dice, 2022, 4),
        "ym" => day(dice, 1955, 50).get(..7)?.to_owned(),
        "snow18" => format!("1{}{}", dice.pick("78 81 84"), dice.digits(15)),
        "snow19" => format!("1{}{}", dice.pick("78 81 84"), dice.digits(16)),
        "ean13" => ean(&format!("69{}", dice.digits(10))),
        "dayf" => day(dice, 2027, 8),
        "dt" => format!(
            "{} {:02}:{:02}:{:02}",
            day(dice, 2022, 4),
            dice.below(24),
            dice.below(60),
            dice.below(60)
        ),
        "tm" => format!("{:02}:{:02}", dice.below(24), dice.below(60)),
        "unixms" => format!("17{}", dice.digits(11)),
        _ => return None,
    })
}

fn technical(kind: &str, dice: &mut Dice) -> Option<String> {
    Some(match kind {
        "uuid" => format!(
            "{}-{}-4{}-a{}-{}",
            dice.hex(8),
            dice.hex(4),
            dice.hex(3),
            dice.hex(3),
            dice.hex(12)
        ),
        "md5" => dice.hex(32),
        "bcrypt" => format!("$2a$10${}", dice.hex(53)),
        "url" => format!("https://img.example.com/{}/{}.jpg", dice.hex(4), dice.hex(12)),
        "vec" => format!(
            "[{}]",
            (0..128).map(|_| format!("0.{}", dice.digits(4))).collect::<Vec<_>>().join(",")
        ),
        "jpg64" => format!("/9j/4AAQSkZJRgABAQAAAQABAAD/{}", dice.hex(120)),
        _ => return None,
    })
}

/// A day from the first of that year on, within so many years.
fn day(dice: &mut Dice, from: u64, years: u64) -> String {
    let year = if from < 100 { 1900 + from } else { from } + dice.below(years);
    format!("{year}-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28))
}

fn resident_id(dice: &mut Dice, right: bool) -> String {
    const WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let born = day(dice, 1955, 50).replace('-', "");
    let base = format!("{}{born}00{}", dice.pick(REGIONS), 1 + dice.below(9));
    let sum: u64 =
        base.bytes().zip(WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    let at = if right { sum % 11 } else { (sum + 1 + dice.below(10)) % 11 };
    let check = "10X98765432".chars().nth(at as usize).unwrap_or('0');
    format!("{base}{check}")
}

fn luhn(base: &str) -> String {
    let sum: u32 = base
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{base}{}", (10 - sum % 10) % 10)
}

/// The check digit of a barcode of 13 digits.
fn ean(base: &str) -> String {
    let sum: u32 = base
        .bytes()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{base}{}", (10 - sum % 10) % 10)
}

fn uscc(dice: &mut Dice) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const BODY: [u64; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let body = dice.digits(8);
    let sum: u64 =
        body.bytes().zip(BODY).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    };
    let base = format!("91{}{body}{check}", dice.pick("110105 310115 370102 440106"));
    let mut weight = 1;
    let mut sum = 0;
    for byte in base.bytes() {
        let value = ALPHABET.iter().position(|&letter| letter == byte).unwrap_or(0) as u64;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    let last = ALPHABET.get(((31 - sum % 31) % 31) as usize).copied().unwrap_or(b'0');
    format!("{base}{}", char::from(last))
}

fn vin(dice: &mut Dice) -> String {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |letter: char| match letter {
        'A' | 'J' => 1,
        'B' | 'K' | 'S' => 2,
        'C' | 'L' | 'T' => 3,
        'D' | 'M' | 'U' => 4,
        'E' | 'N' | 'V' => 5,
        'F' | 'W' => 6,
        'G' | 'P' | 'X' => 7,
        'H' | 'Y' => 8,
        'R' | 'Z' => 9,
        digit => digit.to_digit(10).unwrap_or(0),
    };
    let head = format!("L{}{}", dice.pick("SV FV GB VS"), dice.pick("AA49 BB52 CC31"));
    let text: String = format!("{head}00{}{}0000000", dice.pick("J K L M"), dice.pick("1 2"))
        .chars()
        .take(11)
        .collect();
    let text = format!("{text}{}", dice.digits(6));
    let sum: u32 = text.chars().zip(WEIGHTS).map(|(letter, weight)| value(letter) * weight).sum();
    let check = match sum % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    };
    text.chars().enumerate().map(|(at, letter)| if at == 8 { check } else { letter }).collect()
}

fn hk_id(dice: &mut Dice) -> String {
    let letter = b'A' + dice.below(20) as u8;
    let digits = dice.digits(6);
    let sum: u32 = 36 * 9
        + u32::from(letter - b'A' + 10) * 8
        + digits
            .bytes()
            .zip([7, 6, 5, 4, 3, 2])
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum::<u32>();
    let check = match (11 - sum % 11) % 11 {
        10 => 'A',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    };
    format!("{}{digits}({check})", char::from(letter))
}
