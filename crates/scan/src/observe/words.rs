//! Words of closed lists: sexes, peoples, statuses, names of divisions.
//!
//! A word is found by the hash the observer has made of the cell anyway.

use std::sync::LazyLock;

use crate::identifiers::divisions;

use super::Shape;
use super::distinct::hash_short;

/// The lists. Latin words are found in lower case, in capitals and with a capital.
const LISTS: [(Shape, &str); 11] = [
    (
        Shape::Sex,
        "男 女 男性 女性 男士 女士 先生 male female man woman m f 未说明的性别 未知的性别",
    ),
    (
        Shape::Ethnicity,
        "汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 \
         哈萨克族 傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 \
         达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 乌孜别克族 \
         俄罗斯族 鄂温克族 德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 \
         基诺族 汉 满 蒙古 维吾尔 土家 哈萨克",
    ),
    (
        Shape::MaritalStatus,
        "未婚 已婚 初婚 再婚 复婚 丧偶 离婚 离异 未说明的婚姻状况 single married divorced widowed separated",
    ),
    (
        Shape::PoliticalStatus,
        "中共党员 中共预备党员 党员 预备党员 共青团员 团员 群众 无党派人士 民革党员 民盟盟员 民建会员 \
         民进会员 农工党党员 致公党党员 九三学社社员 台盟盟员 普通居民 少先队员",
    ),
    (
        Shape::Religion,
        "佛教 道教 伊斯兰教 天主教 基督教 东正教 藏传佛教 犹太教 印度教 无宗教信仰 buddhism taoism islam \
         christianity catholicism protestantism judaism hinduism buddhist muslim christian catholic",
    ),
    (
        Shape::BloodGroup,
        "A型 B型 O型 AB型 AB A+ A- B+ B- O+ O- AB+ AB- RH阴性 RH阳性 Rh阴性 Rh阳性 A型血 B型血 O型血 AB型血",
    ),
    (
        Shape::Education,
        "小学 初中 高中 中专 中技 职高 技校 大专 专科 本科 大学本科 大学专科 硕士 博士 研究生 硕士研究生 \
         博士研究生 博士后 文盲 学士 专科教育 本科教育 高中及以下 初中及以下 大专及以上 bachelor master \
         doctor phd associate",
    ),
    (Shape::YesNo, "是 否 有 无 对 错 yes no y n true false t"),
    (
        Shape::StatusWord,
        "正常 异常 有效 无效 启用 禁用 停用 成功 失败 待处理 处理中 已处理 已完成 未完成 进行中 待支付 已支付 \
         未支付 已付款 待付款 待发货 已发货 已收货 待收货 已取消 已关闭 已退款 退款中 待审核 审核中 已审核 \
         审核通过 审核不通过 通过 不通过 已通过 已拒绝 已提交 草稿 已删除 未删除 已激活 未激活 在线 离线 \
         在职 离职 试用 冻结 已冻结 锁定 待评价 已评价 已签收 运输中 在途 已签约 已过期 未开始 已结束 \
         active inactive enabled disabled success failed failure pending processing completed cancelled \
         canceled closed open paid unpaid shipped delivered refunded approved rejected submitted draft \
         deleted locked expired new done running stopped error ok normal verified unverified online \
         offline valid invalid created",
    ),
    (
        Shape::NoValue,
        "null none nil nan na n/a undefined unknown - -- --- / \\N #N/A NaN 空 暂无 未知 不详 未填 未填写 没有 \
         无数据 待补充",
    ),
    (Shape::Genotype, "AA AC AG AT CA CC CG CT GA GC GG GT TA TC TG TT DD DI ID II"),
];

/// The 34 provinces and their usual short names are among the names of divisions; short names of
/// cities too. Counties only by their full name: a short one is a person's name too often.
const PROVINCES: &str = "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 \
    湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门";

/// The words, found by hash.
pub(super) struct Words {
    /// Two bits for each word: what lacks one of them is no word.
    filter: Vec<u64>,
    /// The hash but for its low eight bits, which hold the shape; zero is an empty place.
    places: Vec<u64>,
}

/// One in a hundred other cells is not turned away.
const FILTER_BITS: u32 = 17;
const PLACES: usize = 1 << 15;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words { filter: vec![0; (1 << FILTER_BITS) / 64], places: vec![0; PLACES] };
    for (shape, list) in LISTS {
        for word in list.split_whitespace() {
            words.add(word, shape);
            if word.is_ascii() {
                words.add(&word.to_ascii_uppercase(), shape);
                let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
                words.add(&(first.to_ascii_uppercase() + rest), shape);
            }
        }
    }
    for name in PROVINCES.split_whitespace() {
        words.add(name, Shape::DivisionName);
    }
    for division in divisions::all() {
        let Some(name) = division.name else { continue };
        if matches!(name, "市辖区" | "县" | "郊区" | "城区" | "矿区" | "市区") {
            continue;
        }
        words.add(name, Shape::DivisionName);
        let short = name.strip_suffix('市').filter(|short| !short.is_empty());
        if let (divisions::Rank::City, Some(short)) = (division.rank(), short) {
            words.add(short, Shape::DivisionName);
        }
    }
    words
});

/// The words, made at the first call.
pub(super) fn words() -> &'static Words {
    &WORDS
}

/// The places in the filter that a hash stands for.
#[inline]
fn bits(hash: u64) -> [u64; 2] {
    [hash >> (64 - FILTER_BITS), hash << FILTER_BITS >> (64 - FILTER_BITS)]
}

impl Words {
    /// The list a cell of this hash is in.
    #[inline]
    pub(super) fn find(&self, hash: u64) -> Option<Shape> {
        let has = |bit: u64| {
            let word = self.filter.get((bit / 64) as usize).copied().unwrap_or_default();
            word >> (bit % 64) & 1
        };
        let [one, other] = bits(hash);
        if has(one) & has(other) == 0 { None } else { self.probe(hash) }
    }

    fn probe(&self, hash: u64) -> Option<Shape> {
        let mut at = (hash >> 16) as usize % PLACES;
        loop {
            let place = self.places.get(at).copied().filter(|place| *place != 0)?;
            if place >> 8 == hash >> 8 {
                return Shape::ALL.get((place & 0xff) as usize).copied();
            }
            at = (at + 1) % PLACES;
        }
    }

    fn add(&mut self, word: &str, shape: Shape) {
        let mut block = [0; 32];
        let Some(part) = block.get_mut(..word.len()) else { return };
        part.copy_from_slice(word.as_bytes());
        let hash = hash_short(&block, word.len());
        if self.probe(hash).is_some() {
            return;
        }
        for bit in bits(hash) {
            if let Some(word) = self.filter.get_mut((bit / 64) as usize) {
                *word |= 1 << (bit % 64);
            }
        }
        let mut at = (hash >> 16) as usize % PLACES;
        while self.places.get(at).is_some_and(|place| *place != 0) {
            at = (at + 1) % PLACES;
        }
        if let Some(place) = self.places.get_mut(at) {
            *place = (hash & !0xff) | shape as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(word: &str) -> Option<Shape> {
        let mut block = [0; 32];
        block[..word.len()].copy_from_slice(word.as_bytes());
        words().find(hash_short(&block, word.len()))
    }

    #[test]
    fn words_are_found_in_their_lists() {
        for (word, shape) in [
            ("男", Shape::Sex),
            ("Female", Shape::Sex),
            ("MALE", Shape::Sex),
            ("乌孜别克族", Shape::Ethnicity),
            ("离异", Shape::MaritalStatus),
            ("共青团员", Shape::PoliticalStatus),
            ("AB型", Shape::BloodGroup),
            ("已支付", Shape::StatusWord),
            ("N/A", Shape::NoValue),
            ("广东省", Shape::DivisionName),
            ("广东", Shape::DivisionName),
            ("襄樊市", Shape::DivisionName),
            ("襄阳", Shape::DivisionName),
            ("延边朝鲜族自治州", Shape::DivisionName),
            ("AG", Shape::Genotype),
        ] {
            assert_eq!(find(word), Some(shape), "{word}");
        }
        for word in ["甲一", "例某", "订单", "x", ""] {
            assert_eq!(find(word), None, "{word}");
        }
    }

    #[test]
    fn every_people_is_in_the_list() {
        let (_, list) = LISTS[1];
        assert_eq!(list.split_whitespace().filter(|name| name.ends_with('族')).count(), 56);
    }
}
