//! What the words before a number say it is.

use std::sync::LazyLock;

/// What a label promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// A phone of any kind.
    Phone,
    /// A resident ID or another document of identity.
    Document,
    /// A passport.
    Passport,
    /// A travel permit.
    Permit,
    /// A bank card or account.
    Card,
    /// A WeChat account.
    Wechat,
    /// A QQ number.
    Qq,
    /// A device number.
    Imei,
    /// A birth.
    Birth,
    /// A network address.
    Ip,
    /// A credit code or tax number.
    CreditCode,
    /// A number plate.
    Plate,
    /// An e-mail address.
    Email,
    /// Something that is no person's: orders, parcels, versions, sums.
    Other,
}

/// Ends of labels. ASCII ones are in lower case and must begin at the border of a word.
const LABELS: &[(Label, &[&str])] = &[
    (
        Label::Phone,
        &[
            "手机",
            "电话",
            "移动电话",
            "联系方式",
            "热线",
            "座机",
            "固话",
            "传真",
            "致电",
            "拨打",
            "来电",
            "去电",
            "话",
            "联系",
            "短信",
            "本机",
            "预留",
            "呼叫",
            "回拨",
            "主叫",
            "被叫",
            "tel",
            "phone",
            "mobile",
            "mob",
            "cell",
            "fax",
            "call",
            "telephone",
            "cellphone",
            "tele",
            "contact",
            "sms",
        ],
    ),
    (
        Label::Document,
        &[
            "身份证",
            "证件",
            "公民身份",
            "身份",
            "居住证",
            "id card",
            "identity card",
            "idcard",
            "id no",
        ],
    ),
    (Label::Passport, &["护照", "passport", "passport no", "passport number"]),
    (Label::Permit, &["通行证", "回乡证", "台胞证", "permit"]),
    (
        Label::Card,
        &[
            "银行卡",
            "卡",
            "账户",
            "账",
            "帐",
            "户",
            "帐户",
            "储蓄卡",
            "借记卡",
            "信用卡",
            "工行",
            "建行",
            "农行",
            "中行",
            "招行",
            "交行",
            "card",
            "account",
            "card no",
            "尾款打到",
            "收款",
            "打款",
        ],
    ),
    (
        Label::Wechat,
        &[
            "微信",
            "微信加",
            "微信搜",
            "微信联系",
            "微信同",
            "微信同号",
            "薇信",
            "威信",
            "vx",
            "v信",
            "wechat",
            "weixin",
            "wx",
            "加v",
            "加微",
            "微",
            "+v",
            "v",
        ],
    ),
    (Label::Qq, &["qq", "扣扣", "企鹅", "q", "qq群", "加q", "扣"]),
    (Label::Imei, &["imei", "串", "串码", "设备", "机身"]),
    (
        Label::Birth,
        &[
            "出生",
            "生日",
            "出生日期",
            "生于",
            "出生于",
            "出生时间",
            "出生年月",
            "born",
            "born on",
            "dob",
            "date of birth",
            "birthday",
            "birth date",
            "生辰",
            "诞生于",
        ],
    ),
    (Label::Ip, &["ip", "ip地址", "地址", "网址", "登录地址", "客户端", "来源"]),
    (Label::CreditCode, &["信用代码", "税", "纳税人识别", "社会信用"]),
    (Label::Plate, &["车牌", "车辆", "牌照"]),
    (Label::Email, &["邮箱", "邮件", "email", "e-mail", "mail"]),
    (
        Label::Other,
        &[
            "订单",
            "单",
            "运单",
            "快递",
            "流水",
            "交易",
            "编",
            "版本",
            "版",
            "批",
            "型",
            "发票",
            "凭证",
            "工单",
            "合同",
            "案",
            "文",
            "备案",
            "许可",
            "条形码",
            "商品",
            "货",
            "序列",
            "第",
            "总计",
            "金额",
            "价格",
            "¥",
            "￥",
            "$",
            "共",
            "约",
            "达",
            "超",
            "version",
            "ver",
            "order",
            "order no",
            "no",
            "sn",
            "sku",
            "编码",
            "代码",
            "股票",
            "证券",
            "房",
            "流水号",
            "任务",
            "票",
            "话费",
            "会议",
            "会议号",
            "房间编号",
            "积分",
            "余额",
            "群",
            "门票",
            "快件",
        ],
    ),
];

/// The labels by their last byte.
static BY_LAST: LazyLock<Vec<Vec<(Label, &str)>>> = LazyLock::new(|| {
    let mut by_last = vec![Vec::new(); 256];
    for (label, words) in LABELS {
        for word in *words {
            let last = word.bytes().next_back().map_or(0, usize::from);
            if let Some(bucket) = by_last.get_mut(last) {
                bucket.push((*label, *word));
            }
        }
    }
    by_last
});

/// Looks at what stands right before `text` ends: the label there, if any.
pub(crate) fn before(text: &str) -> Option<Label> {
    let start = text.floor_char_boundary(text.len().saturating_sub(48));
    let mut rest = text.get(start..)?;
    // `手机（微信同号）：` is labelled by what stands before the brackets.
    for _ in 0..2 {
        rest = trim(rest);
        let Some(inner) = rest.strip_suffix(['）', ')']) else { break };
        let Some(open) = inner.rfind(['（', '(']) else { break };
        rest = inner.get(..open)?;
    }
    ends(rest)
}

fn ends(rest: &str) -> Option<Label> {
    let mut best: Option<(usize, Label)> = None;
    let last = rest.bytes().next_back()?.to_ascii_lowercase();
    for &(label, word) in BY_LAST.get(usize::from(last))? {
        if best.is_none_or(|(length, _)| word.len() > length) && ends_with(rest, word) {
            best = Some((word.len(), label));
        }
    }
    best.map(|(_, label)| label)
}

fn ends_with(text: &str, word: &str) -> bool {
    let Some(split) = text.len().checked_sub(word.len()) else { return false };
    let (Some(head), Some(tail)) = (text.as_bytes().get(..split), text.as_bytes().get(split..))
    else {
        return false;
    };
    if !tail.eq_ignore_ascii_case(word.as_bytes()) {
        return false;
    }
    // An ASCII label is a word of its own: `tel` is one, the end of `hotel` is none.
    let ascii = word.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    !(ascii && head.last().is_some_and(u8::is_ascii_alphabetic))
}

/// Drops what stands between a label and its value.
fn trim(text: &str) -> &str {
    const WORDS: [&str; 15] = [
        "号码", "号", "码", "是", "为", "No", "no", "NO", "number", "了", "成", "就是", "改为",
        "叫", "地址",
    ];
    let mut text = text;
    loop {
        let before = text.len();
        text = text.trim_end_matches(|char: char| {
            char.is_whitespace()
                || matches!(
                    char,
                    '：' | ':' | '=' | '-' | '—' | '"' | '“' | '”' | '「' | '【' | '['
                )
                || matches!(
                    char,
                    '】' | ']' | '.' | '。' | '/' | '、' | ',' | '，' | '\'' | '*' | '#'
                )
                || matches!(char, '(' | '（' | '~' | '|' | '_' | '→' | '>' | '；' | ';')
        });
        for word in WORDS {
            if text.len() > word.len()
                && let Some(shorter) = text.strip_suffix(word)
            {
                text = shorter;
            }
        }
        if text.len() == before {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_next_to_the_value_counts() {
        let check = |text, label| assert_eq!(before(text), label, "{text}");
        check("我的手机号码是：", Some(Label::Phone));
        check("手机（微信同号）：", Some(Label::Phone));
        check("身份证号", Some(Label::Document));
        check("订单编号：", Some(Label::Other));
        check("护照 No. ", Some(Label::Passport));
        check("加我QQ：", Some(Label::Qq));
        check("Tel: ", Some(Label::Phone));
        check("hotel ", None);
        check("", None);
    }
}
