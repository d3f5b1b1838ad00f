use super::*;

/// The spans as `kind:text`, those below `Likely` with a question mark.
fn found(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    spans(text, &mut out);
    out.iter()
        .map(|span| {
            let doubt = if span.level == TextLevel::Unsure { "?" } else { "" };
            format!("{}{doubt}:{}", span.kind.name(), slice(text, *span))
        })
        .collect()
}

fn slice(text: &str, span: TextSpan) -> &str {
    text.get(span.start..span.end).expect("a span lies in its text")
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(found(text), expected, "{text}");
}

#[test]
fn mobiles_in_many_writings() {
    check("手机13900000001", &["mobile:13900000001"]);
    check("请拨139-0000-0001谢谢", &["mobile:139-0000-0001"]);
    check("请拨 139 0000 0001 谢谢", &["mobile:139 0000 0001"]);
    check("+86 139 0000 0001", &["mobile:+86 139 0000 0001"]);
    check("+86-13900000001", &["mobile:+86-13900000001"]);
    check("008613900000001", &["mobile:008613900000001"]);
    check("Tel:13900000001", &["mobile:13900000001"]);
    check("１３９０００００００１", &["mobile:１３９０００００００１"]);
    check("13900000001/13900000002", &["mobile:13900000001", "mobile:13900000002"]);
    check("13900000001,010-80000001", &["mobile:13900000001", "landline:010-80000001"]);
}

#[test]
fn what_only_looks_like_a_mobile_is_none() {
    for text in [
        "订单号13900000001",
        "单号：139000000012345",
        "时间戳1700000000",
        "编号 SN13900000001",
        "0.13900000001",
        "13900000001.55",
        "12000000001",
        "20261122093000123",
    ] {
        check(text, &[]);
    }
}

#[test]
fn landlines_need_an_area_or_a_label() {
    check("座机：010-80000001", &["landline:010-80000001"]);
    check("（0755）80000001", &["landline:（0755）80000001"]);
    check("电话80000001", &["landline:80000001"]);
    check("共80000001人", &[]);
    check("客服 400-000-0000", &[]);
}

#[test]
fn resident_numbers_with_their_check() {
    check("身份证11010519491231002X。", &["resident-id:11010519491231002X"]);
    check("证件号码：110105 19491231 002X", &["resident-id:110105 19491231 002X"]);
    check("身份证号110105194912310021", &["resident-id:110105194912310021"]);
    check("订单110105194912310021", &[]);
}

#[test]
fn accounts_need_their_label() {
    check("加QQ10000001", &["qq:10000001"]);
    check("微信：jia_yi_001", &["wechat:jia_yi_001"]);
    check("vx: jiayi001 备注", &["wechat:jiayi001"]);
    check("手机（微信同号）：13900000001", &["mobile:13900000001"]);
    check("微信13900000001", &["mobile:13900000001"]);
    check("护照号 E00000001", &["passport:E00000001"]);
    check("型号 E00000001", &[]);
    check("银行卡号6222020000000000001", &["bank-card:6222020000000000001"]);
    check("IMEI 490154203237518", &["imei:490154203237518"]);
    check("税号91110000600037341L", &["credit-code:91110000600037341L"]);
    check("车牌粤B12345已登记", &["plate:粤B12345"]);
    check("浙A·D12345", &["plate:浙A·D12345"]);
}

#[test]
fn emails_end_where_the_domain_does() {
    check("邮箱jia.yi@example.com。", &["email:jia.yi@example.com"]);
    check("jia.yi@mail.example.com.cn微信", &["email:jia.yi@mail.example.com.cn"]);
    check("a@b", &[]);
    check("@某人 你好", &[]);
    check("10000001@qq.com", &["email:10000001@qq.com"]);
}

#[test]
fn births_need_a_word_of_birth() {
    check("出生日期：1990-01-02", &["birth-date:1990-01-02"]);
    check("1990年1月2日出生", &["birth-date:1990年1月2日"]);
    check("生于1990年1月", &["birth-date:1990年1月"]);
    check("下单日期：1990-01-02", &[]);
    check("1990年1月2日生产", &[]);
}

#[test]
fn versions_are_no_internet_addresses() {
    check("登录IP：203.0.113.7", &["ip:203.0.113.7"]);
    check("来自203.0.113.7的请求", &["ip:203.0.113.7"]);
    check("版本1.2.3.4", &[]);
    check("升级到 10.2.1.3.5", &[]);
}

#[test]
fn a_long_text_is_looked_at_in_pieces() {
    let mut text = "甲".repeat(PIECE_BYTES_MAX);
    text.push_str(" 13900000001");
    let mut out = Vec::new();
    spans(&text, &mut out);
    let [span] = out.as_slice() else { panic!("one span") };
    assert_eq!(slice(&text, *span), "13900000001");
}

proptest::proptest! {
    #[test]
    fn spans_lie_in_the_text_in_order(text in "(\\PC|[0-9]{1,4}|[a-zA-Z@.]|[王李在路号省市年月日 -]){0,60}") {
        let mut out = Vec::new();
        spans(&text, &mut out);
        let mut last = 0;
        for span in &out {
            assert!(span.start >= last && span.start < span.end, "{span:?}");
            assert!(text.get(span.start..span.end).is_some(), "{span:?}");
            last = span.end;
        }
    }
}

#[test]
fn names_in_the_middle_of_sentences() {
    for (text, name) in [
        ("昨天下午李晓敏在会上表示同意。", "李晓敏"),
        ("客户王建平来电要求退款", "王建平"),
        ("患者：欧阳秀英，女，62岁", "欧阳秀英"),
        ("经办人 赵丽华", "赵丽华"),
        ("由项目经理陈志伟负责跟进", "陈志伟"),
        ("记者采访了诗人阿依古丽·买买提。", "阿依古丽·买买提"),
    ] {
        let found = found(text);
        assert!(found.contains(&format!("name:{name}")), "{text} {found:?}");
    }
}

#[test]
fn common_words_are_no_names() {
    for text in [
        "高兴地看到江苏的经济发展",
        "马上就到周末了，时间过得很快",
        "方法很常见，白天黄金价格上涨",
        "王国的历史与金融机构的关系",
        "安全生产，质量第一",
        "订单已发货，请注意查收",
    ] {
        assert!(found(text).iter().all(|span| !span.starts_with("name:")), "{:?}", found(text));
    }
}

#[test]
fn a_surname_with_a_title_is_a_name_in_part() {
    check("王先生您好", &["surname:王先生"]);
    check("请张女士尽快回电", &["surname:张女士"]);
}

#[test]
fn addresses_go_down_to_the_room() {
    check(
        "寄到浙江省杭州市西湖区甲一路88号3栋2单元501室，谢谢",
        &["address:浙江省杭州市西湖区甲一路88号3栋2单元501室"],
    );
    check("家住甲一路18号", &["address:甲一路18号"]);
    check("他在上海市浦东新区工作", &["place:上海市浦东新区"]);
    check("北京市海淀区甲一街道", &["place:北京市海淀区甲一街道"]);
}
